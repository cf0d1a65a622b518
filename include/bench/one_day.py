"""Ratio 5: a day of some 5,000 records on the full campaign, against the same day on a tenth of it."""

import time
from contextlib import closing
from datetime import date

import psycopg2

from bench import measure, whole_job
from bench.measure import Experiment, Ratio
from bench.workshop import FRONT, Workshop
from govservice import runs, settings, warehouse
from govservice.collecting.collect import Collected, collect
from govservice.collecting.protocol import Endpoint
from govservice.contract.register import Source
from govservice.inspecting import inspection

SOURCE = "qinhan_centre"  # its last day at full scale comes nearest to 5,000 records
RUN = "day"
FULL, TENTH = "全量", "十分之一"
TABLES = ("ods.accept", "ods.process", "ods.result", "quality.finding", "ods.case_fact", "dwd.case_record")


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Bring one centre's day to copies of the warehouse that holds everything before it, whole and thinned out."""
    workshop.execute(whole_job.WAREHOUSE, "VACUUM (ANALYZE)")
    workshop.copy(whole_job.WAREHOUSE, "tenth")
    cases = _thin_out(workshop, "tenth", _touched(workshop, data_date))
    received: set[int] = set()

    def way(template: str) -> float:
        url = workshop.copy(template, "day")
        runs.begin(url, RUN, data_date, workshop.sources, [SOURCE])
        child = measure.in_child(_day, url, workshop.sources[SOURCE], workshop.endpoints[SOURCE], data_date)
        seconds, collected = child.result
        received.add(collected.received)
        return seconds

    seconds = measure.interleaved({FULL: lambda: way(whole_job.WAREHOUSE), TENTH: lambda: way("tenth")})
    return Experiment(
        title="增量一天（收数、质检、结论、汇总）",
        volume=f"{workshop.sources[SOURCE].name} {data_date}，收 {max(received):,} 条；存量 {cases[0]:,} 与 {cases[1]:,} 件",
        seconds=seconds,
        ratios=[Ratio("one_day", "全量上的一天 / 十分之一上的同一天", measure.ratio_of(seconds, FULL, TENTH), 1.2)],
        notes=["不含导入 Great Expectations 的几秒：两边相同，计入只会让比值好看"],
    )


def _touched(workshop: Workshop, data_date: date) -> list[str]:
    """办件编号 of the day's records, as the source holds them."""
    with closing(psycopg2.connect(workshop.owner(FRONT))) as link, link.cursor() as cursor:
        cursor.execute((settings.ROOT / "include/bench/touched.sql").read_text(), {"data_date": data_date})
        return [case_no for (case_no,) in cursor.fetchall() if case_no]


def _thin_out(workshop: Workshop, database: str, touched: list[str]) -> tuple[int, int]:
    """Keep every tenth case and those of the day; return the numbers of cases before and after."""
    with warehouse.transaction(workshop.owner(database)) as cursor:
        before = _cases(cursor)
        for table in TABLES:
            condition = "hashtext(case_key) %% 10 <> 0 AND case_key <> ALL(%s)"
            cursor.execute(f"DELETE FROM {table} WHERE {condition}", (touched,))  # noqa: S608 - names from TABLES
        after = _cases(cursor)
    workshop.execute(database, "VACUUM (FULL, ANALYZE)")
    return before, after


def _cases(cursor: warehouse.Cursor) -> int:
    cursor.execute("SELECT count(*) FROM dwd.case_record")
    return cursor.fetchone()[0]  # type: ignore[index]


def _day(url: str, source: Source, endpoint: Endpoint, data_date: date) -> tuple[float, Collected]:
    from govservice.inspecting import two_readings  # noqa: F401 - imported before the clock starts

    began = time.perf_counter()
    collected = collect(url, source, endpoint, data_date, RUN)
    inspection.inspect(url, RUN)
    inspection.judge(url, RUN)
    runs.tally(url, RUN)
    return time.perf_counter() - began, collected

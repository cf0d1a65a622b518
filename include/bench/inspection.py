"""Ratio 3: the compiled inspection of the accept feed against one hand-written pass; and what confirming it costs."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg2

from bench import measure, whole_job
from bench.measure import Experiment, Ratio
from bench.workshop import Workshop
from govservice import warehouse
from govservice.inspecting import inspection, suites

FEED = "accept"
BY_HAND = Path(__file__).with_name("accept_by_hand.sql")
COMPILED, HAND = "编译的一遍", "手写的一遍"
REFRESHING = "　其中算出质检视图"
CONFIRMING, COMPLETE = "GX 复核（只计数）", "GX COMPLETE（逐条记录）"


class PassesDiffer(RuntimeError):
    """The hand-written pass finds something else than the rules: names rules and counts."""


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Inspect every case of the whole job's warehouse again, in each way; it was collected up to the data date."""
    database = whole_job.WAREHOUSE
    workshop.execute(database, "CREATE TABLE by_hand (LIKE quality.finding INCLUDING ALL)")
    timed = measure.in_child(_compare, workshop.pipeline(database), workshop.owner(database))
    seconds, rows = timed.result
    confirming = measure.ratio_of(seconds, CONFIRMING, COMPILED)
    rules = len(suites.load()[FEED])
    return Experiment(
        title="质检（受理信息）",
        volume=f"{rows:,} 条 × {rules} 条规则",
        seconds=seconds,
        ratios=[Ratio("inspection", f"{COMPILED} / {HAND}", measure.ratio_of(seconds, COMPILED, HAND), 1.3)],
        notes=[f"Great Expectations 复核用时是{COMPILED}的 {confirming:.1f} 倍；流水线里它与查找同时进行"],
        peak_mb={"质检各法": timed.peak_mb},
    )


def _compare(url: str, owner: str) -> tuple[dict[str, list[float]], int]:
    from govservice.inspecting import two_readings

    with warehouse.transaction(url) as cursor:
        cursor.execute("INSERT INTO quality.pending_case SELECT DISTINCT case_key FROM ods.accept WHERE is_current")
        inspection.take_due(cursor)
    inspection.gather_facts(url)
    inspection.refresh(url, FEED)
    rules = suites.load()[FEED]
    source = two_readings.source_of(inspection.sqlalchemy_url(url))
    conditions = two_readings.failing_conditions(source, f"{FEED}_live", rules)
    suite = two_readings.expectation_suite(FEED, rules)
    batch = two_readings.whole_view(source, f"{FEED}_live")
    with closing(psycopg2.connect(owner)) as link:
        link.autocommit = True
        work = link.cursor()

        def afresh(function: Callable[[], object]) -> Callable[[], float]:
            def way() -> float:
                work.execute("TRUNCATE quality.finding, quality.run_check, by_hand")
                work.execute("CHECKPOINT")
                return measure.seconds_of(function)

            return way

        def compiled() -> None:
            inspection.refresh(url, FEED)
            inspection.find(url, FEED, rules, conditions, "bench")

        ways = {
            COMPILED: afresh(compiled),
            REFRESHING: afresh(lambda: inspection.refresh(url, FEED)),
            HAND: afresh(lambda: _by_hand(owner)),
            CONFIRMING: afresh(lambda: two_readings.failed_counts(batch, suite)),
        }
        seconds = measure.interleaved(ways)
        seconds |= measure.interleaved({COMPLETE: afresh(lambda: _complete(batch, suite))}, 1)
        compiled()
        _by_hand(owner)
        _refuse_difference(work)
        work.execute(f"SELECT count(*) FROM quality.{FEED}_live")
        return seconds, work.fetchone()[0]  # type: ignore[index]


def _by_hand(owner: str) -> None:
    with warehouse.transaction(owner) as cursor:
        cursor.execute(BY_HAND.read_text())


def _complete(batch: object, suite: object) -> None:
    """What Great Expectations offers to name failing records: their keys, every rule with a query of its own."""
    keys = {"unexpected_index_column_names": ["source_id", "record_key"], "exclude_unexpected_values": True}
    batch.validate(suite, result_format={"result_format": "COMPLETE", **keys})  # type: ignore[attr-defined]


def _refuse_difference(work: psycopg2.extensions.cursor) -> None:
    found: list[Counter[tuple[str, ...]]] = []
    for table in ("quality.finding", "by_hand"):
        work.execute(f"SELECT source_id, record_key, rule_id, column_name, severity FROM {table}")  # noqa: S608
        found.append(Counter(work.fetchall()))
    differing = Counter(key[2:4] for key in (found[0] - found[1]) + (found[1] - found[0]))
    if differing:
        named = "、".join(f"{' '.join(rule)} {count} 条" for rule, count in differing.items())
        raise PassesDiffer(f"手写的一遍与规则集不同：{named}；规则改了就改 {BY_HAND.name}")

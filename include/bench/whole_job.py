"""Ratio 4: everything from the sources to the tallies, against a straightforward script; and ratio 6, memory."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from typing import Any

from bench import measure, straightforward
from bench.measure import Experiment, Ratio, Timed
from bench.workshop import RUN, Workshop
from govservice import runs
from govservice.collecting.collect import Collected, collect, end_of
from govservice.inspecting import inspection
from stack.airflow import PARALLELISM

WAREHOUSE = "whole_job"
MEMORY_BAR = 512
SECONDS_BAR = 180
OURS, SCRIPT = "本项目", "直写脚本"
PEERS = {SCRIPT: straightforward.run}
STAGES: dict[str, Callable[..., Any]] = {"质检": inspection.inspect, "结论": inspection.judge, "汇总": runs.tally}


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Collect every source from nothing, inspect, judge and tally, in our way and others; our warehouse stays."""
    ours = alone(workshop, data_date)
    seconds, notes, peaks = {**ours.seconds}, [*ours.notes], {**ours.peak_mb}
    for number, (name, peer) in enumerate(PEERS.items()):
        done, took = _peer(workshop, f"peer_{number}", data_date, peer)
        seconds[name], peaks[name] = [took], done.peak_mb
        notes.append(f"{name}：一个进程；汇聚 {done.result['total']:,}，合格 {done.result['qualified']:,}")
    times = Ratio("whole_job", f"{SCRIPT} / {OURS}", measure.ratio_of(seconds, SCRIPT, OURS), 5, at_least=True)
    notes.append("各合格数为什么差几件，见 docs/performance.md")
    whole = Ratio("whole_job_seconds", "五类数据的全流程", ours.seconds[OURS][0], SECONDS_BAR, unit="秒")
    return replace(ours, seconds=seconds, ratios=[times, whole, *ours.ratios], notes=notes, peak_mb=peaks)


def alone(workshop: Workshop, data_date: date) -> Experiment:
    """The same in our way only."""
    url = workshop.new_warehouse(WAREHOUSE, data_date)
    began = time.perf_counter()
    stages = {"收数": _collect_all(workshop, url, data_date)}
    for name, stage in STAGES.items():
        stages[name] = measure.in_child(stage, url, RUN)
    seconds = {OURS: [time.perf_counter() - began]}
    received, tally = stages["收数"].result, stages["汇总"].result
    peaks = {name: stage.peak_mb for name, stage in stages.items()}
    return Experiment(
        title=f"全流程（{len(workshop.sources)} 个来源，从零到汇总，含进程启动）",
        volume=f"数据日期 {data_date}，收 {received:,} 条",
        seconds=seconds | {f"　其中{name}": [stage.seconds] for name, stage in stages.items()},
        ratios=[Ratio("memory", "各任务内存峰值", max(peaks.values()), MEMORY_BAR, unit="MB")],
        notes=[f"{OURS}：同时收 {PARALLELISM} 个来源；汇聚 {tally['total']:,}，合格 {tally['qualified']:,}"],
        peak_mb=peaks,
    )


def _collect_all(workshop: Workshop, url: str, data_date: date) -> Timed:
    """All sources, as many at a time as Airflow would; result: the records received."""
    began = time.perf_counter()
    order = runs.begin(url, RUN, data_date, workshop.sources, None)
    with measure.workers(PARALLELISM) as pool:
        futures: list[Future[Timed]] = [
            pool.submit(measure.timed, collect, url, workshop.sources[one], workshop.endpoints[one], data_date, RUN)
            for one in order
        ]
        done = [future.result() for future in futures]
    collected: list[Collected] = [one.result for one in done]
    received = sum(one.received for one in collected)
    return Timed(received, time.perf_counter() - began, max(one.peak_mb for one in done))


def _peer(workshop: Workshop, database: str, data_date: date, peer: Callable[..., Any]) -> tuple[Timed, float]:
    """Another way of doing the whole job, in an empty database; with the seconds from before its process starts."""
    workshop.cluster.ensure_database(database)
    url, sources = inspection.sqlalchemy_url(workshop.owner(database)), list(workshop.sources.values())
    began = time.perf_counter()
    child = measure.in_child(peer, url, sources, workshop.endpoints, end_of(data_date))
    return child, time.perf_counter() - began

"""Ratio 7: ten times the data against a tenth of it, the whole job each time."""

from datetime import date
from pathlib import Path

from bench import whole_job, workshop
from bench.measure import Experiment, Ratio

WHOLE, TENTH = "全部交付", "十分之一"
TIMES_BAR, MEMORY_BAR = 11, 1.2


def run(home: Path, scale: float, data_date: date, whole: Experiment) -> Experiment:
    """Do the whole job on a tenth of the deliveries.

    Args:
        home: the bench's folder; no other workshop is open in it.
        scale: of the deliveries that `whole` was measured on.
        data_date: up to which they are collected.
        whole: what the whole job took there.
    """
    with workshop.opened(home, scale / 10) as shop:
        tenth = whole_job.alone(shop, data_date)
    times = {name: one.seconds[whole_job.OURS] for name, one in ((WHOLE, whole), (TENTH, tenth))}
    peaks = {name: _peak(one) for name, one in ((WHOLE, whole), (TENTH, tenth))}
    return Experiment(
        title="增长（全流程，十分之一的交付与全部交付）",
        volume=f"规模 {scale:g}：{whole.volume}；规模 {scale / 10:g}：{tenth.volume}",
        seconds=times,
        ratios=[
            Ratio("growth", "十倍数据的用时 / 一倍的用时", times[WHOLE][0] / times[TENTH][0], TIMES_BAR),
            Ratio("growth_memory", "十倍数据的内存峰值 / 一倍的内存峰值", peaks[WHOLE] / peaks[TENTH], MEMORY_BAR),
        ],
        peak_mb=peaks,
    )


def _peak(done: Experiment) -> float:
    """The greatest of any task of ours, in MB."""
    return max(done.peak_mb[name] for name in ("收数", *whole_job.STAGES))

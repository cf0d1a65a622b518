"""Ratio 7: ten times the data against a tenth of it, the whole job each time."""

from datetime import date
from pathlib import Path

from bench import whole_job, workshop
from bench.measure import Experiment, Ratio

WHOLE, TENTH = "全量", "十分之一"
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
        tenth, stages, seconds = whole_job.carry_out(shop, data_date)
    times = whole.seconds[whole_job.OURS][0], seconds[whole_job.OURS][0]
    peaks = max(whole.peak_mb[name] for name in stages), max(stage.peak_mb for stage in stages.values())
    return Experiment(
        title="增长（全流程，十分之一的交付与全部交付）",
        volume=f"{whole.volume}；十分之一收 {tenth['received']:,} 条",
        seconds={WHOLE: [times[0]], TENTH: [times[1]]},
        ratios=[
            Ratio("growth", "十倍数据的用时 / 一倍的用时", times[0] / times[1], TIMES_BAR),
            Ratio("growth_memory", "十倍数据的内存峰值 / 一倍的内存峰值", peaks[0] / peaks[1], MEMORY_BAR),
        ],
        peak_mb={WHOLE: peaks[0], TENTH: peaks[1]},
    )

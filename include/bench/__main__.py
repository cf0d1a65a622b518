"""`make bench` and `make bench-growth`: measure, print, write var/bench*.json.

A missed bar is shown; the command fails only if an experiment cannot be carried out.
"""

import argparse
import json
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import date
from functools import partial

from rich.console import Console

from bench import (
    columnar,
    dbt_tests,
    growth,
    inspection,
    load,
    machine,
    one_day,
    rejudging,
    report,
    whole_job,
    workshop,
)
from bench.measure import Experiment
from govservice import settings

WHOLE_JOB, GROWTH = "全流程", "增长"
BEFORE_LAST_DAY, LAST_DAY = date(2021, 11, 18), date(2021, 11, 19)
# The order matters. The last day is collected into copies of the whole job's warehouse. Changed rules leave it as it
# was. Inspecting all of it again changes it, and fills the inspection view for the experiments after that.
EXPERIMENTS = (
    ("入库与重放", load.run, BEFORE_LAST_DAY),
    (WHOLE_JOB, whole_job.run, BEFORE_LAST_DAY),
    ("增量一天", one_day.run, LAST_DAY),
    ("改判", rejudging.run, BEFORE_LAST_DAY),
    ("质检", inspection.run, BEFORE_LAST_DAY),
    ("dbt 测试", dbt_tests.run, BEFORE_LAST_DAY),
    ("列存参照", columnar.run, BEFORE_LAST_DAY),
)
GROWTH_ALONE = ((WHOLE_JOB, whole_job.alone, BEFORE_LAST_DAY),)


def main() -> int:
    """Run every experiment; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description="在临时数据库上测速")
    parser.add_argument("--scale", type=float, default=1.0, help="演示数据的规模，1 为约 43.6 万件；门槛按 1 定")
    parser.add_argument("--growth", action="store_true", help="只测增长，写入 bench-growth.json")
    options = parser.parse_args()
    experiments = GROWTH_ALONE if options.growth else EXPERIMENTS
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl-C
    console, var = Console(highlight=False, soft_wrap=True), settings.var()
    found: dict[str, Experiment] = {}
    try:
        with workshop.opened(var / "bench", options.scale) as shop:
            place = machine.describe(shop.owner("postgres"))
            for title, experiment, data_date in experiments:
                _attempt(found, title, partial(experiment, shop, data_date), console)
        if WHOLE_JOB in found:
            tenth = partial(growth.run, var / "bench", options.scale, BEFORE_LAST_DAY, found[WHOLE_JOB])
            _attempt(found, GROWTH, tenth, console)
    except workshop.AlreadyRunning as error:
        console.print(f"[red]✗[/] {error}")
        return 1
    except KeyboardInterrupt:
        console.print("已中断；临时数据库已停止并删除。")
        return 130
    report.show(place, options.scale, [*found.values()], console)
    figures = report.figures(place, options.scale, [*found.values()])
    written = var / ("bench-growth.json" if options.growth else "bench.json")
    written.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(not found.keys() >= {GROWTH, *(title for title, _, _ in experiments)})


def _attempt(found: dict[str, Experiment], title: str, experiment: Callable[[], Experiment], console: Console) -> None:
    """Carry out an experiment and keep what it found; show one that fails and go on with the others."""
    console.print(f"测 {title} …")
    try:
        found[title] = experiment()
    except Exception as error:
        traceback.print_exc()
        console.print(f"[red]✗[/] {title} 没有测成：{error}")


if __name__ == "__main__":
    sys.exit(main())

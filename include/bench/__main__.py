"""`make bench`: measure, print, write var/bench.json. A missed bar is shown; only what fails to run makes the command fail."""

import argparse
import json
import signal
import sys
import traceback
from datetime import date

from rich.console import Console

from bench import inspection, load, machine, one_day, report, whole_job, workshop
from bench.measure import Experiment
from bench.workshop import Workshop
from govservice import settings

BEFORE_LAST_DAY, LAST_DAY = date(2021, 11, 18), date(2021, 11, 19)
# In this order: the last day comes to the warehouse of the whole job, and inspecting all of it again uses it up.
EXPERIMENTS = (
    ("入库与重放", load.run, BEFORE_LAST_DAY),
    ("全流程", whole_job.run, BEFORE_LAST_DAY),
    ("增量一天", one_day.run, LAST_DAY),
    ("质检", inspection.run, BEFORE_LAST_DAY),
)


def main() -> int:
    """Run every experiment; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description="在临时数据库上测速")
    parser.add_argument("--scale", type=float, default=1.0, help="演示数据的规模，1 为约 43.6 万件；门槛按 1 定")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl-C
    console, var = Console(highlight=False, soft_wrap=True), settings.var()
    try:
        with workshop.opened(var / "bench", options.scale) as shop:
            place = machine.describe(shop.owner("postgres"))
            experiments, failed = _measure(shop, console)
    except workshop.AlreadyRunning as error:
        console.print(f"[red]✗[/] {error}")
        return 1
    except KeyboardInterrupt:
        console.print("已中断；临时数据库已停止并删除。")
        return 130
    report.show(place, options.scale, experiments, console)
    figures = report.figures(place, options.scale, experiments)
    (var / "bench.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(failed)


def _measure(shop: Workshop, console: Console) -> tuple[list[Experiment], bool]:
    """What every experiment found, and whether one of them could not be carried out; the others still count."""
    experiments, failed = [], False
    for title, experiment, data_date in EXPERIMENTS:
        console.print(f"测 {title} …")
        try:
            experiments.append(experiment(shop, data_date))
        except Exception as error:
            traceback.print_exc()
            console.print(f"[red]✗[/] {title} 没有测成：{error}")
            failed = True
    return experiments, failed


if __name__ == "__main__":
    sys.exit(main())

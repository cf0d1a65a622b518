"""The figures as tables on the screen and as bench.json."""

import statistics
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure import Experiment, Ratio


def figures(machine: dict[str, str], scale: float, experiments: list[Experiment]) -> dict[str, Any]:
    """Everything that was measured, for bench.json."""
    return {
        "machine": machine,
        "scale": scale,
        "ratios": {
            ratio.key: {**asdict(ratio), "is_met": ratio.is_met, "text": value_text(ratio), "bar_text": bar(ratio)}
            for experiment in experiments
            for ratio in experiment.ratios
        },
        "experiments": [asdict(experiment) for experiment in experiments],
    }


def show(machine: dict[str, str], scale: float, experiments: list[Experiment], console: Console) -> None:
    """Print the machine, the absolutes of every experiment, and the ratios with their bars."""
    console.print(f"\n机器：{'，'.join(f'{name} {value}' for name, value in machine.items())}；规模 {scale:g}")
    for experiment in experiments:
        console.print(f"\n[bold]{experiment.title}[/]　{experiment.volume}")
        console.print(_absolutes(experiment))
        for note in experiment.notes:
            console.print(f"  {note}")
    console.print("\n[bold]同一次运行里测得的比值[/]")
    console.print(_ratios([ratio for experiment in experiments for ratio in experiment.ratios]))


def _absolutes(experiment: Experiment) -> Table:
    table = Table("", "秒（中位数）", "各次")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, seconds in experiment.seconds.items():
        each = "  ".join(f"{one:.2f}" for one in seconds) if len(seconds) > 1 else ""
        table.add_row(name, f"{statistics.median(seconds):.2f}", each)
    for name, megabytes in experiment.peak_mb.items():
        table.add_row(f"{name}，内存峰值", f"{megabytes:.0f} MB", "")
    return table


def _ratios(ratios: list[Ratio]) -> Table:
    table = Table("指标", "实测", "门槛", "")
    for ratio in ratios:
        table.add_row(ratio.title, value_text(ratio), bar(ratio), "[green]✓[/]" if ratio.is_met else "[red]✗[/]")
    return table


def value_text(ratio: Ratio) -> str:
    """The figure as it is printed."""
    return f"{ratio.value:.0f} MB" if ratio.unit == "MB" else f"{ratio.value:.2f} {ratio.unit}"


def bar(ratio: Ratio) -> str:
    """The bar as it is printed."""
    return f"{'≥' if ratio.at_least else '≤'} {ratio.bar:g} {ratio.unit}"

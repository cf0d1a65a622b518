"""Live progress of a pipeline run in a terminal, or one line per finished task where there is none."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from stack.airflow import AirflowError, Client

STUCK_SECONDS = 300
"""How long a run may have no task at work: longer than any task waits for its next attempt."""

STATES = {
    "success": "[green]完成[/]",
    "failed": "[red]失败[/]",
    "upstream_failed": "[red]上游失败[/]",
    "skipped": "[dim]跳过[/]",
    "up_for_retry": "[yellow]待重试[/]",
    "running": "进行中",
}


class RunStuck(AirflowError):
    """Nothing is at work in a run that has not ended."""


def follow(client: Client, dag_id: str, run_id: str, console: Console, watch: Callable[[], None]) -> str:
    """Show a run until it ends: a line for each task that ended, below them those that are running.

    Args:
        watch: called every second; raises if the run can't go on.

    Returns:
        The run's final state.

    Raises:
        RunStuck: no task has been at work for STUCK_SECONDS.
    """
    at_work = time.monotonic()
    shown: set[tuple[Any, ...]] = set()
    state = ""
    with Live(console=console, transient=True) as live:
        for state, tasks in client.follow(dag_id, run_id):
            for task in sorted(tasks, key=lambda task: task["end_date"] or ""):
                event = (task["task_id"], task["map_index"], task["try_number"], task["state"])
                if task["state"] in STATES and task["state"] != "running" and event not in shown:
                    shown.add(event)
                    console.print(_table([task]))
            live.update(_table([task for task in tasks if task["state"] == "running"]))
            if state not in ("success", "failed"):
                watch()
            if any(task["state"] == "running" for task in tasks):
                at_work = time.monotonic()
            elif time.monotonic() - at_work > STUCK_SECONDS:
                raise RunStuck(f"这次运行 {STUCK_SECONDS} 秒没有任何任务在进行；再次 make run 会中止它，重新运行")
    return state


def _table(tasks: list[dict[str, Any]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for width in (44, 8):
        table.add_column(min_width=width)
    table.add_column(min_width=9, justify="right")
    table.add_column()
    for task in tasks:
        table.add_row(_name(task), STATES[task["state"]], f"{_seconds(task):.1f} 秒", task["note"] or "")
    return table


def _name(task: dict[str, Any]) -> str:
    number = task["map_index"]
    if number < 0:
        return task["task_display_name"]
    # A mapped task has its own name only once it has given itself one; until then Airflow shows its number.
    label = task["rendered_map_index"] or str(number)
    return label if label != str(number) else f"{task['task_display_name']} #{number + 1}"


def _seconds(task: dict[str, Any]) -> float:
    if task["start_date"] is None:
        return 0.0
    end = datetime.fromisoformat(task["end_date"]) if task["end_date"] else datetime.now(UTC)
    return (end - datetime.fromisoformat(task["start_date"])).total_seconds()

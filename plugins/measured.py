"""What a task did and what it cost: a line of its log, and a row of ops.step, when it has succeeded."""

import resource
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import get_current_context

from endpoints import warehouse_url

P = ParamSpec("P")
R = TypeVar("R")


def measured(work: Callable[P, R]) -> Callable[P, R]:
    """A task's function that logs the counts it returns, and notes its seconds and peak memory, after it has returned."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from govservice import runs, step_log

        started = time.monotonic()
        result = work(*args, **kwargs)
        seconds = time.monotonic() - started
        context: Any = get_current_context()
        task = context["ti"]
        step_log.log(context["task"].task_display_name, result if isinstance(result, Mapping) else {}, seconds)
        runs.record_step(warehouse_url(), task.run_id, task.task_id, task.map_index, seconds, _peak_rss_mb())
        return result

    return run


def _peak_rss_mb() -> int:
    # The greater one, not the sum: a child begins as a copy of this process and is counted with all that they share.
    kilobytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return kilobytes >> 10

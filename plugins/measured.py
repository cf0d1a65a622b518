"""What a task costs, written into ops.step when it has succeeded."""

import resource
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import get_current_context

from endpoints import warehouse_url

P = ParamSpec("P")
R = TypeVar("R")


def measured(work: Callable[P, R]) -> Callable[P, R]:
    """A task's function that notes its seconds and peak memory after it has returned."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from govservice import runs

        started = time.monotonic()
        result = work(*args, **kwargs)
        task: Any = get_current_context()["ti"]
        runs.record_step(
            warehouse_url(), task.run_id, task.task_id, task.map_index, time.monotonic() - started, _peak_rss_mb()
        )
        return result

    return run


def _peak_rss_mb() -> int:
    # The greater one, not the sum: a child begins as a copy of this process and is counted with all that they share.
    kilobytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return kilobytes >> 10

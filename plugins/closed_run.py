"""What happens to a task of a run that has closed: it is skipped, for what has been reported is not done over."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from airflow.sdk.exceptions import AirflowSkipException

P = ParamSpec("P")
R = TypeVar("R")


def skipped_if_closed(work: Callable[P, R]) -> Callable[P, R]:
    """A task's function that is skipped where the run has closed, with the sentence that says what to do instead."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from govservice.runs import RunClosed

        try:
            return work(*args, **kwargs)
        except RunClosed as error:
            raise AirflowSkipException(str(error)) from None

    return run

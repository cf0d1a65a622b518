"""When a task is not tried again: a closed run's figures stand, and some errors stay until a person changes something."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

P = ParamSpec("P")
R = TypeVar("R")


def no_vain_retry(work: Callable[P, R]) -> Callable[P, R]:
    """A task's function that is skipped where its run has closed, and fails at once where trying again is in vain.

    Both with the sentence of the error, which says what to do.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from govservice.contract import FinalError
        from govservice.runs import RunClosed

        try:
            return work(*args, **kwargs)
        except RunClosed as error:
            raise AirflowSkipException(str(error)) from None
        except FinalError as error:
            raise AirflowFailException(str(error)) from None

    return run

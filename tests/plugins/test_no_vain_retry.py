"""Which errors of a task end it at once: those that stay until a person changes something."""

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from govservice import runs
from govservice.contract import ContractError, RegisterError
from govservice.dimensions import CalendarError
from govservice.inspecting.inspection import CountsDiffer
from govservice.inspecting.suites import SuiteError
from govservice.inspecting.waivers import WaiverExpired
from govservice.warehouse import WarehouseError
from no_vain_retry import no_vain_retry


@pytest.mark.parametrize(
    ("raised", "ends_as"),
    [
        *[
            (kind, AirflowFailException)
            for kind in (
                *(runs.FutureDataDate, runs.PastDataDate, runs.FarDataDate, runs.RunNotBegun, runs.UnbalancedBooks),
                *(ContractError, RegisterError, CalendarError, SuiteError, WaiverExpired, CountsDiffer),
            )
        ],
        (runs.RunClosed, AirflowSkipException),
        (WarehouseError, WarehouseError),
        (ValueError, ValueError),
    ],
)
def test_a_task_is_tried_again_only_where_that_may_help(raised: type[Exception], ends_as: type[Exception]) -> None:
    @no_vain_retry
    def task() -> None:
        raise raised("what a person has to do")

    with pytest.raises(ends_as, match="^what a person has to do$") as caught:
        task()
    assert caught.type is ends_as

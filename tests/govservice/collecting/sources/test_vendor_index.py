"""A business system's index has one row per case that is overwritten: its values are taken; what it has no columns for is not judged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import cases
import deliveries
from deliveries import SOURCES
from fetching import batches_of
from govservice.collecting.collect import Collected, collect
from govservice.collecting.protocol import SourceUnreadable, Window
from govservice.collecting.sources import database
from stack.postgres import Cluster
from tables import expect
from vendor_front import APPROVED, ENDED, INDEX_ENTRY, VendorFront, vendor_front
from warehouses import Warehouse

INDEX = SOURCES["konggang_projects"]
WINDOW = Window(dict.fromkeys(INDEX.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
FOUND = "SELECT feed, rule_id, column_name FROM quality.finding"
NOTHING = "feed | rule_id | column_name"


@pytest.fixture
def front(cluster: Cluster, var: Path) -> Iterator[VendorFront]:
    """An empty front database."""
    with vendor_front(cluster) as made:
        yield made


def pull(warehouse: Warehouse, front: VendorFront, full: bool = False) -> Collected:
    """Collect the index up to a day of September."""
    return collect(warehouse.url, INDEX, front.endpoint(), date(2021, 9, 10), "run", full)


FIRST_STEP = {**APPROVED, "sphjdm": "2", "sphjmc": "审核", "spsj": "2021-09-06 16:00:00"}


def write_index(front: VendorFront, **cells: Any) -> None:
    """Overwrite the index with one entry of a case."""
    front.execute("DELETE FROM business_index")
    front.insert("business_index", {"sblsh": "N2", **INDEX_ENTRY, **cells})


def test_an_entry_of_the_index_becomes_the_records_of_its_case_step_by_step(
    warehouse: Warehouse, front: VendorFront
) -> None:
    for cells, versions in (
        ({"slsj": None}, 0),  # only applied for
        ({}, 1),
        ({**FIRST_STEP, "update_time": "2021-09-07 09:00:00"}, 1),
        ({**APPROVED, "update_time": "2021-09-07 10:05:00"}, 1),
        ({**APPROVED, **ENDED, "update_time": "2021-09-08 18:00:00", "state": "99"}, 1),
        ({**APPROVED, **ENDED, "update_time": "2021-09-08 18:00:00", "lqsj": "2021-09-09 09:00:00"}, 0),
    ):
        write_index(front, **cells)
        done = pull(warehouse, front, full=True)
        assert (done.versions, done.state) == (versions, "balanced")
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND, NOTHING)
    expect(
        warehouse.url,
        "SELECT case_no, is_qualified, item_version, result_code, step_count, station_code FROM dwd.case_record",
        """
        case_no | is_qualified | item_version | result_code | step_count | station_code
        N2      | true         | 2            | GRANTED     | 2          | KG0800
        """,
    )


BEFORE_ITS_ITEM = {
    **{"sxbm": cases.BARE_ITEM, "sjdwdm": cases.BARE_ITEM[:18], "ywblxbm": None},
    **{"slsj": "2020-09-06 10:00:00", "sbsj": "2020-09-06 09:00:00"},
}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"sphjdm": "4"}, "process | R08 | event_name"),
        ({"bjjgdm": "7"}, "result | R08 | result_type"),
        ({"bjjgdm": "6", "zzmc": None, "zzbh": None}, ""),
        ({"bjjgdm": "2", "bjjgms": " ", "zfhthyy": "重复提交"}, ""),
        ({"bjjgdm": "2", "bjjgms": None}, "result | C10 | result_explain"),
        (BEFORE_ITS_ITEM, "accept | T14 | accept_date"),
        ({"assort": None}, "accept | C01 | project_type"),
        ({"assort": "7"}, "accept | V01 | project_type"),
    ],
)
def test_what_the_index_has_no_columns_for_is_not_judged_and_all_else_is(
    warehouse: Warehouse, front: VendorFront, cells: dict[str, Any], found: str
) -> None:
    write_index(front, **{**APPROVED, **ENDED, "update_time": "2021-09-08 18:00:00", **cells})
    pull(warehouse, front)
    deliveries.judge(warehouse.url)
    expect(warehouse.url, FOUND + " WHERE rule_id <> 'T08'", f"{NOTHING}\n{found}")


def test_a_column_that_an_index_lacks_is_named(front: VendorFront) -> None:
    front.execute("ALTER TABLE business_index DROP zfhthyy, DROP sprxm")
    for named, feed in (("SPRXM", "process"), ("ZFHTHYY", "result")):
        with pytest.raises(SourceUnreadable, match=f"BUSINESS_INDEX 没有列 {named}；"):
            batches_of(database, replace(INDEX, feeds=(feed,)), front.endpoint(), WINDOW)

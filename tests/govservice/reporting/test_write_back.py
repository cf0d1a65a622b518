"""The inspection mark in a vendor's tables: written only where that is allowed; a failure stops nothing else."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import deliveries
from deliveries import SOURCES
from govservice.collecting.collect import collect
from govservice.collecting.protocol import Endpoint
from govservice.reporting import write_back
from govservice.warehouse import transaction
from stack.postgres import Cluster
from tables import expect
from vendor_front import VendorFront, vendor_front
from warehouses import Warehouse

SOURCE = SOURCES["fengxi_centre"]
MARKS = "SELECT projid, dataver, isok FROM ea_jc_step_basicinfo ORDER BY projid, dataver"
GRANT = "GRANT UPDATE (isok) ON ea_jc_step_basicinfo, ea_jc_step_proc, ea_jc_step_done TO front_reader_of_tests"


@pytest.fixture
def front(cluster: Cluster, var: Path) -> Iterator[VendorFront]:
    """A front database with a case that qualifies and one without its applicant; the role may write marks."""
    with vendor_front(cluster) as made:
        made.write_case("N1")
        made.write_case("N2", applicant=None)
        made.execute(GRANT)
        yield made


def allowed(front: VendorFront, **parts: Any) -> Endpoint:
    """The source's endpoint, by which marks may be written back."""
    return front.endpoint(extra={"write_back": True}, **parts)


def run(warehouse: Warehouse, front: VendorFront) -> str:
    """Collect, judge, write back."""
    collect(warehouse.url, SOURCE, front.endpoint(), date(2021, 9, 10), "run")
    deliveries.judge(warehouse.url)
    return write_back.write_back(warehouse.url, SOURCE, allowed(front))


def test_a_record_that_failed_is_marked_and_no_other(warehouse: Warehouse, front: VendorFront) -> None:
    assert run(warehouse, front) == "写回 1 处，撤回 0 处"
    assert front.rows(MARKS) == [("N1", 1, None), ("N2", 1, "2")]
    assert front.rows("SELECT DISTINCT isok FROM ea_jc_step_proc UNION SELECT isok FROM ea_jc_step_done") == [(None,)]
    assert run(warehouse, front) == "写回 0 处，撤回 0 处"
    expect(
        warehouse.url, "SELECT source_id, feed FROM quality.written_mark", "source_id | feed\nfengxi_centre | accept"
    )


def test_a_role_that_reads_by_default_may_write_the_marks_it_was_granted(
    warehouse: Warehouse, front: VendorFront
) -> None:
    front.execute("ALTER ROLE front_reader_of_tests SET default_transaction_read_only = on")
    try:
        assert run(warehouse, front) == "写回 1 处，撤回 0 处"
    finally:
        front.execute("ALTER ROLE front_reader_of_tests RESET default_transaction_read_only")


def test_the_highest_version_carries_the_mark(warehouse: Warehouse, front: VendorFront) -> None:
    run(warehouse, front)
    front.write("ea_jc_step_basicinfo", "N2", "2021-09-09 09:00:00", 2, applicant=None, address="second")
    assert run(warehouse, front) == "写回 1 处，撤回 0 处"
    assert front.rows(MARKS) == [("N1", 1, None), ("N2", 1, "2"), ("N2", 2, "2")]
    front.write("ea_jc_step_basicinfo", "N2", "2021-09-09 10:00:00", 3)
    assert run(warehouse, front) == "写回 0 处，撤回 0 处"
    assert front.rows(MARKS)[-1] == ("N2", 3, None)


def test_our_mark_is_removed_when_the_record_passes_and_a_mark_of_others_stays(
    warehouse: Warehouse, front: VendorFront
) -> None:
    front.write("ea_jc_step_proc", "N3", sn=1)  # no accept row yet: R04
    front.execute("UPDATE ea_jc_step_basicinfo SET isok = '2' WHERE projid = 'N1'")
    assert run(warehouse, front) == "写回 2 处，撤回 0 处"
    front.write("pre_apasinfo", "N3", applydate="2021-09-06 09:00:00")
    front.write("ea_jc_step_basicinfo", "N3", "2021-09-09 09:00:00")
    assert run(warehouse, front) == "写回 0 处，撤回 1 处"
    assert front.rows("SELECT projid, isok FROM ea_jc_step_proc WHERE isok IS NOT NULL") == []
    assert front.rows(MARKS)[0] == ("N1", 1, "2")


def test_nothing_is_written_unless_the_connection_says_so(front: VendorFront) -> None:
    assert write_back.takes_marks(SOURCE, allowed(front))
    assert not write_back.takes_marks(SOURCE, front.endpoint())
    assert not write_back.takes_marks(SOURCE, front.endpoint(extra={"write_back": "false"}))
    assert not write_back.takes_marks(SOURCES["qinhan_centre"], allowed(front))
    assert not write_back.takes_marks(SOURCES["konggang_projects"], allowed(front))


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("REVOKE UPDATE (isok) ON ea_jc_step_basicinfo FROM front_reader_of_tests", "没有写回（SCHEMA）"),
        ("ALTER TABLE ea_jc_step_basicinfo DROP isok", "没有写回（SCHEMA）：前置库表 EA_JC_STEP_BASICINFO 没有列 ISOK"),
    ],
)
def test_a_mark_that_cannot_be_written_is_named_and_stops_nothing(
    warehouse: Warehouse, front: VendorFront, change: str, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    front.execute(change)
    assert run(warehouse, front).startswith(answer)
    assert "沣西新城政务服务中心 的质检标记没有写回" in caplog.text
    expect(warehouse.url, "SELECT feed FROM quality.written_mark", "feed")


def test_a_front_database_that_cannot_be_reached_is_named(warehouse: Warehouse, front: VendorFront) -> None:
    run(warehouse, front)
    assert write_back.write_back(warehouse.url, SOURCE, allowed(front, port=1)).startswith("没有写回（UNREACHABLE）")


def test_a_finding_that_is_waived_carries_no_mark(warehouse: Warehouse, front: VendorFront) -> None:
    assert run(warehouse, front) == "写回 1 处，撤回 0 处"
    with transaction(warehouse.url) as cursor:
        cursor.execute("UPDATE quality.finding SET is_waived = true")
    assert write_back.write_back(warehouse.url, SOURCE, allowed(front)) == "写回 0 处，撤回 1 处"
    assert front.rows(MARKS) == [("N1", 1, None), ("N2", 1, None)]

"""What the screen says of the targets: a lower bound claims none."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

import cases
from deliveries import deliver
from govservice.reporting import report
from govservice.warehouse import transaction
from stories import deliver_and_judge
from warehouses import Warehouse


@pytest.fixture
def reached(warehouse: Warehouse) -> Iterator[Warehouse]:
    """A case that is 合格 where the target is none, every source verified."""
    deliver_and_judge(
        warehouse.url,
        "source | feed | case | at\nkonggang_centre | accept | N1 | 9-06 18:00\nkonggang_centre | process | N1 | 9-06 18:00",
    )
    with transaction(warehouse.url) as cursor:
        cursor.execute(
            "INSERT INTO ops.source_state (source_id, state, run_id) SELECT source_id, 'balanced', 'run' FROM dim.source"
        )
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("UPDATE ops.setting SET value = 0 WHERE name = 'case_target'")
    yield warehouse
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("UPDATE ops.setting SET value = default_value WHERE name = 'case_target'")


def _printed(url: str) -> str:
    screen = io.StringIO()
    report.print_tallies(report.summary(url), Console(file=screen, width=200))
    return screen.getvalue()


def test_a_target_is_passed_when_nothing_is_open(reached: Warehouse) -> None:
    text = _printed(reached.url)
    assert "办件汇聚 1 / 目标 0，超 1\n" in text
    assert "还没有质检" not in text


def test_a_lower_bound_passes_no_target_and_says_what_waits(reached: Warehouse) -> None:
    deliver(reached.url, "konggang_centre", {"accept": [cases.accept("N2")]})
    text = _printed(reached.url)
    assert "办件汇聚（下限） 1 / 目标 0，核实后才能确认是否达到\n" in text
    assert "超" not in text.replace("超期", "")
    assert "还没有质检：1 件已收到" in text

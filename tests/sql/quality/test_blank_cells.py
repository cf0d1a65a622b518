"""A cell that holds only blanks, ideographic ones too, is empty: its completeness rule fires and no other."""

import pytest

import cases
from deliveries import deliver, inspect
from tables import expect
from warehouses import Warehouse


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0\u3000"], ids=["ascii", "ideographic", "mixed"])
@pytest.mark.parametrize("column", ["TaskCode", "TaskVersion", "ProjectType", "OrgCode", "TaskName", "ApplyerPageCode"])
def test_a_blank_cell_breaks_completeness_only(warehouse: Warehouse, column: str, blank: str) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept(**{column: blank})]}, "2021-09-06 18:00:00")
    inspect(warehouse.url)
    expect(warehouse.url, "SELECT DISTINCT rule_id FROM quality.finding", "rule_id\nC01")

"""A mistake in a mapping file fails at once, in one line that names it; record keys do not depend on types."""

from pathlib import Path
from typing import Any

import pytest

from govservice import contract
from govservice.collecting.delivery import Record
from govservice.collecting.sources.vendor_records import DialectMapper, record_key
from govservice.contract import ContractError, dialects
from govservice.settings import CONTRACT
from tables import replaced

INSPUR = (CONTRACT / "dialects" / "inspur.yml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of dialects of this test's own."""
    monkeypatch.setattr(dialects, "_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (
            "project_no: PROJID\n      catalog_code:",
            "projectno: PROJID\n      catalog_code:",
            "feed accept: projectno is not in fields.yml",
        ),
        ("  process:", "  steps:", "feed steps is not in fields.yml"),
        ("submit_inspur", "submit_inspurr", "'submit_inspurr' of apply_type is not in code_lists.csv"),
        ("cursor: WRITTEN_AT", "cursr: WRITTEN_AT", "cursr"),
        ("zh: 浪潮中间库", "name: 浪潮中间库", "zh"),
        ("NODETYPE}\n    mark: {column", "NODETYPE}\n    mark: {colum", "colum"),
        ("feeds:", "feeds: [", "YAML|ParserError|ScannerError"),
    ],
)
def test_a_mistake_in_a_mapping_file_is_named(folder: Path, old: str, new: str, named: str) -> None:
    (folder / "inspur.yml").write_text(replaced(INSPUR, old, new), encoding="utf-8")
    with pytest.raises(ContractError, match=named) as caught:
        dialects.load.__wrapped__()
    assert "dialects/inspur.yml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_row_gives_the_same_record_landed_or_straight_from_the_database() -> None:
    mapper = DialectMapper("s", contract.feeds()["process"], dialects.load()["inspur"].feeds["process"])
    row = {"projid": "N1", "orgbusno": "b", "sn": 1, "noderesult": "4", "cd_time": "2021-09-08 18:00:00"}

    def record(**changes: Any) -> Record:
        return mapper.record(tuple(row), {**row, **changes}.values(), "2021-09-09 00:00:00")

    first, second = record(), record(sn="1")
    assert first == second
    assert first.row_key == record_key("s", "process", ["b", "N1", 1])
    assert record(sn="2").row_key != first.row_key


def test_a_row_without_any_key_is_known_by_its_content() -> None:
    mapper = DialectMapper("s", contract.feeds()["result"], dialects.load()["inspur"].feeds["result"])
    record = mapper.record(("exitres", "projid", "cd_time"), ["x", None, "2021-09-08 18:00:00"], "2021-09-09 00:00:00")
    assert record.row_key.startswith("!")

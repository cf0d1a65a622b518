"""质检回执: one file per source that has something to correct; a run that fails halfway leaves the former ones."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from govservice.reporting import receipts
from stories import deliver_and_judge
from warehouses import Warehouse

STORY = """
    source          | feed   | case | at         | change
    konggang_centre | accept | N1   | 9-06 18:00 | OrgName=
    konggang_centre | accept | N2   | 9-06 18:00 | OrgName=; Legal==1+1
    qinhan_centre   | accept | N3   | 9-06 18:00 | OrgName=
    fengdong_centre | accept | N4   | 9-06 18:00 |
    """


def written(var: Path) -> dict[str, list[tuple[str, ...]]]:
    """The lines of every receipt by file, headers left out."""
    found = {}
    for path in sorted((var / "receipts" / "2021-09-09").iterdir()):
        header, *lines = openpyxl.load_workbook(path)["质检回执"].iter_rows(values_only=True)
        assert header == tuple(receipts.COLUMNS)
        found[path.name] = lines
    return found


def test_every_source_with_findings_has_a_file_of_its_own(warehouse: Warehouse, var: Path) -> None:
    var.mkdir()
    deliver_and_judge(warehouse.url, STORY)
    assert receipts.write(warehouse.url, "run") == 2
    found = written(var)
    assert {name: [(line[0], line[4]) for line in lines if line[3] == "org_name"] for name, lines in found.items()} == {
        "konggang_centre.xlsx": [("N1", "C01"), ("N2", "C01")],
        "qinhan_centre.xlsx": [("N3", "C01")],
    }
    assert {path.stat().st_mode & 0o777 for path in (var / "receipts" / "2021-09-09").iterdir()} == {0o600}


def test_a_receipt_that_is_still_being_written_is_not_the_latest(warehouse: Warehouse, var: Path) -> None:
    var.mkdir()
    deliver_and_judge(warehouse.url, STORY)
    receipts.write(warehouse.url, "run")
    folder = var / "receipts" / "2021-09-09"
    with receipts.published(folder) as beside:
        (beside / "konggang_centre.xlsx").write_bytes(b"half")
        assert beside.name.startswith(".")
        assert receipts.latest("konggang_centre") == folder / "konggang_centre.xlsx"
    assert receipts.latest("konggang_centre") == folder / "konggang_centre.xlsx"
    assert (folder / "konggang_centre.xlsx").read_bytes() == b"half"


def test_a_failure_halfway_leaves_the_former_files(
    warehouse: Warehouse, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    var.mkdir()
    deliver_and_judge(warehouse.url, STORY)
    receipts.write(warehouse.url, "run")
    before = written(var)

    def fail(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Worksheet, "write_string", fail)
    with pytest.raises(OSError, match="no space"):
        receipts.write(warehouse.url, "run")
    assert written(var) == before
    assert [path.name for path in (var / "receipts").iterdir()] == ["2021-09-09"]


def test_a_long_case_number_keeps_every_digit_and_rows_keep_their_order(warehouse: Warehouse, var: Path) -> None:
    var.mkdir()
    number = "6101" + "0123456789" * 3 + "202109060"
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed    | case     | row | at         | change
        konggang_centre | process | {number} | R3  | 9-06 18:00 | ProcessName=
        konggang_centre | process | {number} | R1  | 9-06 18:00 | ProcessName=
        konggang_centre | process | {number} | R2  | 9-06 18:00 | ProcessName=
        """,
    )
    receipts.write(warehouse.url, "run")
    lines = [line for line in written(var)["konggang_centre.xlsx"] if line[3] == "process_name"]
    assert [line[:2] for line in lines] == [(number, "R1"), (number, "R2"), (number, "R3")]

"""Workbooks for people: every cell is text as it was given, whatever it looks like and however many there are."""

import io
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from govservice.reporting import workbooks

COLUMNS = {"办件编号": 48, "问题": 20}
LONG = "6101012345678901234567890123456789012345678"


def written(*lines: Sequence[str]) -> io.BytesIO:
    """A workbook of these rows."""
    file = io.BytesIO()
    workbooks.write(file, "回执", COLUMNS, lines)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    "text",
    [
        *(LONG, "001", "1E5", "2021-09-09", "TRUE", "#N/A", "办件", "𠮷", "a&b<c>\"'", " a ", "a\n b\tc", "]]>"),
        *("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "=HYPERLINK(0)", "{=A1}", "\t=1"),
    ],
)
def test_a_cell_is_the_text_that_was_given(text: str) -> None:
    cell = openpyxl.load_workbook(written((text, "")))["回执"]["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    other_reader = CalamineWorkbook.from_filelike(written((text, ""))).get_sheet_by_index(0)
    assert other_reader.to_python()[1][0] == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00\x0bb", "a\ufffd\ufffdb"), ("\ufffe\uffff", "\ufffd\ufffd"), ("办" * 40_000, "办" * 32_767)],
    ids=["control characters", "no characters", "more than a cell holds"],
)
def test_what_a_cell_cannot_hold_does_not_spoil_the_file(text: str, shown: str) -> None:
    assert openpyxl.load_workbook(written((text, "b")))["回执"]["A2"].value == shown


def test_an_empty_cell_and_those_below_the_rows_are_text_once_filled_in() -> None:
    sheet = openpyxl.load_workbook(written(("a", "")))["回执"]
    assert (sheet["B2"].value, sheet["B2"].number_format) == (None, "@")
    assert [sheet.column_dimensions[letter].number_format for letter in "AB"] == ["@", "@"]


def test_the_header_is_bold_and_stays_in_sight() -> None:
    sheet = openpyxl.load_workbook(written(("a", "b")))["回执"]
    assert [(cell.value, cell.font.bold, cell.data_type) for cell in sheet[1]] == [
        ("办件编号", True, "s"),
        ("问题", True, "s"),
    ]
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"
    assert [round(sheet.column_dimensions[letter].width) for letter in "AB"] == [49, 21]


def test_a_table_without_rows_has_its_header() -> None:
    assert rows_by_sheet(written()) == {"回执": [tuple(COLUMNS)]}


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbooks.ROWS == 1_048_576
    whole = rows_by_sheet(written(("1", ""), ("2", "")))
    assert list(whole) == ["回执"]
    monkeypatch.setattr(workbooks, "ROWS", 3)
    found = rows_by_sheet(written(*((str(number), "x") for number in range(5))))
    assert all(rows[0] == tuple(COLUMNS) for rows in found.values())
    assert [[row[0] for row in rows[1:]] for rows in found.values()] == [["0", "1"], ["2", "3"], ["4"]]
    assert list(found) == ["回执", "回执 2", "回执 3"]


def test_rows_are_not_held(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with (tmp_path / "a.xlsx").open("wb") as file:
            workbooks.write(file, "回执", COLUMNS, ((f"{number}" * 500, "x") for number in range(10_000)))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000  # of some 20 MB
    finally:
        tracemalloc.stop()


def rows_by_sheet(file: io.BytesIO) -> dict[str, list[Any]]:
    """The rows of every sheet."""
    book = openpyxl.load_workbook(file)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}

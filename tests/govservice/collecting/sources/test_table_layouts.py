"""A table as stations really fill it in: titles above, totals below, headers in other spellings."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

import corpus
from drops import HEADER, row, table, workbook
from govservice import contract
from govservice.collecting.delivery import Fetched, Unparsable
from tables import replaced

TITLE = ["西咸新区便民服务站办件登记表"]


def headed(**spellings: str) -> tuple[str, ...]:
    """The header with some columns spelt otherwise."""
    assert spellings.keys() <= set(HEADER)
    return tuple(spellings.get(name, name) for name in HEADER)


def book(*rows: Any) -> bytes:
    """A workbook with these rows in sheet 办件."""
    return workbook({"办件": list(rows)})


def merged() -> bytes:
    """A workbook with a title over all columns, a line of details and an empty row above the header."""
    import io

    import openpyxl

    made = openpyxl.load_workbook(
        io.BytesIO(book(TITLE, ["填报单位：底张", None, datetime(2021, 9, 10)], [], HEADER, row()))
    )
    made["办件"].merge_cells("A1:V1")
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def totals(*labels: str) -> bytes:
    """A sheet with a row for each of these labels."""
    return table(row(), row("N2"), *[[label, "2", *[""] * 20] for label in labels]).encode()


FILES: dict[str, corpus.Case] = {
    # above the header
    "a title": (lambda: book(TITLE, HEADER, row()), 1, (["TITLE_ROW"], 1)),
    "merged title and empty rows": (merged, 1, (["TITLE_ROW"] * 2, 1)),
    "a title in csv": (lambda: (TITLE[0] + "\r\n" + table(row())).encode(), 1, (["TITLE_ROW"], 1)),
    "empty rows": (lambda: book([], [], HEADER, row()), 1, ([], 1)),
    "ten titles": (lambda: book(*[TITLE] * 10, HEADER, row()), 1, (["TITLE_ROW"] * 10, 1)),
    "eleven titles": (lambda: book(*[TITLE] * 11, HEADER, row()), 1, "HEADER"),
    "records above the header": (lambda: book(row(), HEADER, row("N2")), 1, "HEADER"),
    "only a title": (lambda: book(TITLE), 0, "HEADER"),
    # totals
    "total": (lambda: totals("合计"), 2, (["TOTAL_ROW"], 2)),
    "totals of every name": (
        lambda: totals("总计", "小 计", "共计：", "本页小计", "本周合计", "合计（件）", "合计 2 件", "总计：2"),
        2,
        (["TOTAL_ROW"] * 8, 2),
    ),
    "total in a later cell": (lambda: table(row(), ["", "", "合计", "1", *[""] * 18]).encode(), 1, (["TOTAL_ROW"], 1)),
    "total of two cells": (lambda: table(row(), ["合计", "1"]).encode(), 1, (["TOTAL_ROW"], 1)),
    "total as a number": (lambda: book(HEADER, row(), ["合计", 1]), 1, (["TOTAL_ROW"], 1)),
    "subtotal between records": (
        lambda: book(HEADER, row(), ["小计", "1"], row("N2"), ["合计", "2"]),
        2,
        (["TOTAL_ROW"] * 2, 2),
    ),
    "total that the manifest counts": (lambda: totals("合计"), 3, "MANIFEST"),
    "a record that is called like a total": (lambda: table(row("合计")).encode(), 1, ([], 1)),
    "total-like number": (
        lambda: table(["合计1号院", *[""] * 21]).encode(),
        1,
        ([], 1),
    ),
    # headers
    "other names": (
        lambda: table(row(), header=headed(办件编号="办件流水号", 申请时间="申请日期")).encode(),
        1,
        ([], 1),
    ),
    "blanks and line breaks": (lambda: book(headed(办件编号=" 办件\n编号　", 申请时间="申请 时间"), row()), 1, ([], 1)),
    "marks": (
        lambda: book(headed(办件编号="*办件编号", 申请时间="申请时间（必填）", 受理人="受理人："), row()),
        1,
        ([], 1),
    ),
    "invisible characters": (
        lambda: table(row(), header=headed(办件编号="\ufeff办件\u200b编号")).encode("utf-8-sig"),
        1,
        (["BOM"], 1),
    ),
    "another order": (lambda: table(row()[::-1], header=HEADER[::-1]).encode(), 1, ([], 1)),
    "an unused column at the end": (lambda: book([*HEADER, None, None], [*row(), None, None]), 1, ([], 1)),
    "a value under no header": (lambda: book([*HEADER, None], [*row(), "x"], row("N2")), 2, (["COLUMNS"], 1)),
    "two names for one column": (lambda: table([*row(), "x"], header=(*HEADER, "申请日期")).encode(), 1, "HEADER"),
    "two columns without a name": (
        lambda: table([*row(), "", "", "x"], header=(*HEADER, "", "", "y")).encode(),
        1,
        "HEADER",
    ),
    "a required column left out": (
        lambda: table(row()[:10] + row()[11:], header=HEADER[:10] + HEADER[11:]).encode(),
        1,
        "HEADER",
    ),
    "a column that is not required left out": (lambda: table(row()[:-1], header=HEADER[:-1]).encode(), 1, ([], 1)),
    "the header again with other names": (
        lambda: table(row(), list(headed(办件编号="办件号")), row("N2")).encode(),
        3,
        (["HEADER_AGAIN"], 2),
    ),
    "the name of a column in a record": (lambda: table(row(办理意见="办件编号")).encode(), 1, ([], 1)),
    "a header of another sheet": (
        lambda: table([*row(), "x"], header=(*HEADER, "特别程序办理意见")).encode(),
        1,
        ([], 1),
    ),
    "two tables below each other": (lambda: table(row(), list(HEADER[::-1]), row()[::-1]).encode(), 3, "HEADER"),
    "two tables beside each other": (lambda: table(row() * 2, header=HEADER * 2).encode(), 1, "HEADER"),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetched]:
    """Everything taken by one fetch."""
    with corpus.taken(FILES, tmp_path_factory.mktemp("layouts")) as found:
        yield found


@pytest.mark.parametrize("label", FILES)
def test_a_table_is_read_as_it_is_filled_in_or_refused(fetched: Fetched, label: str) -> None:
    assert corpus.outcome(fetched, label) == FILES[label][2]


READ = [label for label, (_, _, outcome) in FILES.items() if not isinstance(outcome, str) and outcome[1]]


@pytest.mark.parametrize(
    "label",
    sorted(
        set(READ)
        - {"the name of a column in a record", "total-like number", "a column that is not required left out"}
        - {"a header of another sheet"}
    ),
)
def test_a_record_is_the_same_however_its_table_looks(fetched: Fetched, label: str) -> None:
    assert first_record(fetched, label) == first_record(fetched, "a title")


def test_a_row_is_named_as_a_spreadsheet_counts_it(fetched: Fetched) -> None:
    (batch,) = [
        one for one in fetched.batches if one.landed.label == "merged title and empty rows" and one.feed == "accept"
    ]
    assert [note.place for note in batch.landed.notes] == ["办件.xlsx 办件 第 1 行", "办件.xlsx 办件 第 2 行"]
    (batch,) = [
        one for one in fetched.batches if one.landed.label == "a value under no header" and one.feed == "accept"
    ]
    assert [one.place for one in batch.read() if isinstance(one, Unparsable)] == ["办件.xlsx 办件 第 2 行"]


@pytest.mark.parametrize("sheet", contract.sheets())
def test_every_spelling_of_a_header_stands_for_one_column(sheet: str) -> None:
    headers = contract.sheets()[sheet].headers
    assert set(contract.sheets()[sheet].required) <= set(headers.values())
    assert all(headers[contract.header_spelling(header)] == header for header in headers.values())


def test_the_header_of_another_sheet_is_a_column_of_its_own(fetched: Fetched) -> None:
    results = {
        label: next(iter(batch.read()))
        for label in ("a title", "a header of another sheet")
        for batch in fetched.batches
        if (batch.landed.label, batch.feed) == (label, "result")
    }
    opinion_at = contract.feeds()["result"].columns.index("result_explain")
    opinions = {str(found.line.decode().split("\t")[opinion_at]) for found in results.values()}  # type: ignore[union-attr]
    assert opinions == {"准予办理"}
    assert '"特别程序办理意见":"x"' in "\t".join(first_record(fetched, "a header of another sheet"))


def first_record(fetched: Fetched, label: str) -> list[str]:
    """The columns of the first readable record of a drop, without its keys and the name of the drop."""
    (batch,) = [batch for batch in fetched.batches if batch.landed.label == label and batch.feed == "accept"]
    record = next(one for one in batch.read() if not isinstance(one, Unparsable))
    return replaced(record.line.decode(), label, "").split("\t")[2:]

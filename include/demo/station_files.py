"""The files of one drop: a CSV file per sheet, a zip of them, a workbook, or a ledger with titles and totals."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.csv

from govservice.contract import CASE_SHEET


@dataclass(frozen=True)
class Contents:
    """What a drop contains: its sheet of cases, its other sheets, and how many malformed rows come after the cases."""

    cases: pa.Table
    others: dict[str, pa.Table]
    malformed: int
    uploaded_at: np.datetime64

    @property
    def rows(self) -> dict[str, int]:
        """Rows by sheet."""
        others = {sheet: table.num_rows for sheet, table in self.others.items()}
        return {CASE_SHEET: self.cases.num_rows + self.malformed, **others}


def files(form: str, contents: Contents, encoding: str) -> dict[str, tuple[bytes, dict[str, int]]]:
    """Content and rows by sheet of each file, by name.

    Args:
        form: csv, zip, workbook or ledger.
        contents: what they contain.
        encoding: of CSV files.
    """
    if form in ("workbook", "ledger"):
        return {f"{CASE_SHEET}.xlsx": (_workbook(contents, is_ledger=form == "ledger"), contents.rows)}
    others = {sheet: (table, 0) for sheet, table in contents.others.items()}
    tables = {CASE_SHEET: (contents.cases, contents.malformed), **others}
    written = {f"{sheet}.csv": _csv(table, encoding, malformed) for sheet, (table, malformed) in tables.items()}
    if form == "zip":
        return {f"{CASE_SHEET}.zip": (_zip(written, contents.uploaded_at), contents.rows)}
    return {name: (content, {name[:-4]: contents.rows[name[:-4]]}) for name, content in written.items()}


def _csv(table: pa.Table, encoding: str, malformed: int) -> bytes:
    buffer = io.BytesIO()
    pa.csv.write_csv(table, buffer)
    text = buffer.getvalue().decode()
    for number in range(malformed):
        cells = table.slice(number % table.num_rows, 1).to_pylist()[0].values()
        written = [f'"{cell or ""}"' for cell in cells]
        text += ",".join(written[:-3] if number % 2 else [*written, '""']) + "\n"
    return text.encode(encoding)


def _zip(written: dict[str, bytes], uploaded_at: np.datetime64) -> bytes:
    buffer = io.BytesIO()
    moment = datetime.fromisoformat(str(uploaded_at)).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in written.items():
            archive.writestr(zipfile.ZipInfo(name, moment), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _workbook(contents: Contents, is_ledger: bool) -> bytes:
    """A sheet per table; a ledger has a page of notes, its cases on two sheets, titles above and totals below."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = contents.uploaded_at.item()
    half = contents.cases.num_rows // 2
    pages = {CASE_SHEET: contents.cases}
    if is_ledger:
        book.create_sheet("填报说明").append(["请逐件登记，证件号码和时间按文本填写。"])
        pages = {CASE_SHEET: contents.cases.slice(0, half), f"{CASE_SHEET}（2）": contents.cases.slice(half)}
    for title, table in {**pages, **contents.others}.items():
        sheet = book.create_sheet(title)
        for row in _page(table) if is_ledger else _rows(table):
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _rows(table: pa.Table) -> Iterator[Any]:
    yield table.column_names
    yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def _page(table: pa.Table) -> Iterator[Any]:
    """A page of a ledger."""
    yield ["便民服务站登记簿"]
    yield []
    yield from _rows(table)
    yield ["合计", table.num_rows]

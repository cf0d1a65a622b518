"""Workbooks for people: every cell is text, so that no long number loses its digits and nothing runs as a formula."""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import IO
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

ROWS = 1_048_576  # of a sheet, its header included; a spreadsheet opens no more
BYTES = (
    1 << 30
)  # of a sheet before it is packed; beyond 2 GB a zip needs an extension that spreadsheets take for damage
CHARACTERS = 32_767  # of a cell
TEXT = "@"  # the number format of text: a cell stays text when somebody edits it
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(file: IO[bytes], title: str, columns: Mapping[str, int], lines: Iterable[Sequence[str]]) -> None:
    """Write a table as it comes, without holding it; what one sheet cannot hold goes on in the next.

    openpyxl makes the workbook with its headers. The rows are put into it here, in the same form: openpyxl takes twelve times as long.

    Args:
        file: an empty file that can be written at any place.
        title: what the sheet is called; further ones are numbered.
        columns: header and width in characters of each column.
        lines: the cells of each row.
    """
    rows = iter(lines)
    row = next(rows, None)
    sheet = _sheet(1)
    head, end, tail = _frame(title, columns, 1).read(sheet).partition(b"</sheetData>")
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        count = 0
        while not count or row is not None:
            count += 1
            with book.open(_sheet(count), "w") as part:
                part.write(head)
                number, size = 1, 0
                while row is not None and number < ROWS and size < BYTES:
                    number += 1
                    size += part.write(_row(number, letters, row))
                    row = next(rows, None)
                part.write(end + tail)
        frame = _frame(title, columns, count)
        for name in sorted({*frame.namelist()} - {*book.namelist()}):
            book.writestr(name, frame.read(name))


def _sheet(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _frame(title: str, columns: Mapping[str, int], count: int) -> zipfile.ZipFile:
    """A workbook with so many sheets that have nothing but their header."""
    book = openpyxl.Workbook(write_only=True)
    for number in range(1, count + 1):
        sheet = book.create_sheet(title if number == 1 else f"{title} {number}")
        sheet.freeze_panes = "A2"
        header = []
        for position, (name, width) in enumerate(columns.items(), 1):
            column = sheet.column_dimensions[get_column_letter(position)]
            column.width, column.number_format = width, TEXT  # the first style of the workbook, number 1
            cell = WriteOnlyCell(sheet, name)
            cell.font, cell.number_format = Font(name="Calibri", size=11, bold=True), TEXT
            header.append(cell)
        sheet.append(header)
    content = BytesIO()
    book.save(content)
    return zipfile.ZipFile(content)


def _row(number: int, letters: Sequence[str], cells: Sequence[str]) -> bytes:
    written = "".join(
        f'<c r="{letter}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
        if cell
        else f'<c r="{letter}{number}" s="1"/>'
        for letter, cell in zip(letters, cells, strict=True)
    )
    return f'<row r="{number}">{written}</row>'.encode()


def _text(cell: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", cell[:CHARACTERS]))

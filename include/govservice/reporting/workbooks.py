"""Workbooks for people: every cell is text, so that no long number loses its digits and nothing runs as a formula."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_576  # of a sheet, its header included; a spreadsheet opens no more
CHARACTERS = 32_767  # of a cell
TEXT = "@"  # the number format of text: a cell stays text when somebody edits it
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(file: IO[bytes], title: str, columns: Mapping[str, int], lines: Iterable[Sequence[str]]) -> None:
    """Write a table as it comes, without holding it; what one sheet cannot hold goes on in the next.

    Args:
        file: an empty file that can be written at any place.
        title: what the sheet is called; further ones are numbered.
        columns: header and width in characters of each column.
        lines: the cells of each row.
    """
    with Workbook(file, {"constant_memory": True}) as book:
        text, bold = book.add_format({"num_format": TEXT}), book.add_format({"num_format": TEXT, "bold": True})

        def next_sheet() -> Worksheet:
            sheet = book.add_worksheet(f"{title} {len(book.worksheets()) + 1}" if book.worksheets() else title)
            sheet.freeze_panes(1, 0)
            for position, (name, width) in enumerate(columns.items()):
                sheet.set_column(position, position, width, text)
                sheet.write_string(0, position, name, bold)
            return sheet

        sheet, number = next_sheet(), 1
        for row in lines:
            if number == ROWS:
                sheet, number = next_sheet(), 1
            for position, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, position, _NOT_XML.sub("\ufffd", cell[:CHARACTERS]), text)
                else:
                    sheet.write_blank(number, position, None, text)
            number += 1

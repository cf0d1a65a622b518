"""XLSX workbooks: the sheets that carry records, by their titles; every other sheet is named and left alone."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from govservice.collecting.sources.reader import archive
from govservice.collecting.sources.reader.package import Package
from govservice.collecting.sources.reader.refusal import Refused
from govservice.collecting.sources.reader.table import Table, Write
from govservice.contract import sheets, templates

# 办件, 办件2, 办件 (2), 办件_续, 环节（第三周）: what a spreadsheet or a station calls the rest of a sheet.
CONTINUED = re.compile(
    r"\s*[-_—]?\s*[(（]?(第?[\d一二三四五六七八九十]{1,3}[周月页]?|续[\d一二三四五六七八九十]?)?[)）]?\s*"
)


def tables(
    content: bytes, name: str, declared: dict[str, int | None], budget: archive.Budget, write: Write
) -> Iterator[Table]:
    """The tables of a workbook, in its order.

    Raises:
        Refused: ZIP, BOMB, DOCTYPE, ACTIVE, SHAPE.
    """
    known = {sheet: template for sheet, template in templates().items() if sheet in sheets() or sheet in declared}
    read: list[tuple[str, str]] = []
    with archive.opened(content, name) as opened:
        package = Package(opened, name, budget)
        for number, found in enumerate(package.sheets, 1):
            sheet = next((one for one in known if _is_called(found.title, one)), None)
            # any other title may hold a person's name
            place = f"{name} {found.title}" if sheet else f"{name} 第 {number} 张工作表"
            if sheet and found.is_visible:
                read.append((found.title, sheet))
            else:
                write({"place": place, "note": "OTHER_SHEET" if found.is_visible else "HIDDEN_SHEET"})
        titles = dict(read)
        unvalued_of = package.unvalued_cells([found for found in package.sheets if found.title in titles])
        content = package.standard(content)
    from python_calamine import CalamineWorkbook  # only workbooks need it

    workbook = _opened(CalamineWorkbook.from_filelike, io.BytesIO(content), name)
    for title, sheet in read:
        rows = _opened(workbook.get_sheet_by_name, title, f"{name} {title}")
        if rows.end is None and sheet not in declared:  # an unused page of the template
            write({"place": f"{name} {title}", "note": "OTHER_SHEET"})
            continue
        before = rows.start[1] if rows.start else 0  # columns that are empty from top to bottom are left out
        unvalued = {
            row: [column - before - 1 for column in columns] for row, columns in unvalued_of.get(title, {}).items()
        }
        yield Table(f"{name} {title}", known[sheet], enumerate(rows.iter_rows(), 1), unvalued, before)


def _is_called(title: str, sheet: str) -> bool:
    return title.strip().startswith(sheet) and bool(CONTINUED.fullmatch(title.strip()[len(sheet) :]))


def _opened(opener: Callable[[Any], Any], what: Any, name: str) -> Any:
    """What the workbook library makes of a file or a sheet."""
    try:
        return opener(what)
    except Exception as error:  # the library's own exceptions share no base class
        raise Refused("ZIP", f"{name} 不是完好的 .xlsx 文件（{type(error).__name__}）") from None

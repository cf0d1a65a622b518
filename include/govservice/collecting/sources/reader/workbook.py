"""XLSX workbooks: the sheets that carry records, by their titles; every other sheet is named and left alone."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from govservice.collecting.sources.reader import archive
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
        Refused: ZIP, BOMB, DOCTYPE, ACTIVE, SHAPE, FORMULA, EMPTY.
    """
    archive.check_workbook(content, name, budget)
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # only workbooks need it

    workbook = _opened(CalamineWorkbook.from_filelike, io.BytesIO(content), name)
    known = {sheet: template for sheet, template in templates().items() if sheet in sheets() or sheet in declared}
    for number, found in enumerate(workbook.sheets_metadata, 1):
        title, is_visible = found.name, found.visible == SheetVisibleEnum.Visible
        sheet = next((one for one in known if _is_called(title, one)), None)
        place = (
            f"{name} {title}" if sheet else f"{name} 第 {number} 张工作表"
        )  # any other title may hold a person's name
        if sheet is None or not is_visible:
            write({"place": place, "note": "OTHER_SHEET" if is_visible else "HIDDEN_SHEET"})
            continue
        rows = _opened(workbook.get_sheet_by_name, title, name)
        if rows.end is None and sheet not in declared:  # an unused page of the template
            write({"place": place, "note": "OTHER_SHEET"})
            continue
        yield Table(place, known[sheet], enumerate(rows.iter_rows(), 1))


def _is_called(title: str, sheet: str) -> bool:
    return title.strip().startswith(sheet) and bool(CONTINUED.fullmatch(title.strip()[len(sheet) :]))


def _opened(opener: Callable[[Any], Any], what: Any, name: str) -> Any:
    """What the workbook library makes of a file or a sheet."""
    try:
        return opener(what)
    except Exception as error:  # the library's own exceptions share no base class
        raise Refused("ZIP", f"{name} 不是完好的 .xlsx 文件（{type(error).__name__}）") from None

"""A table as stations fill it in: titles above the header, its columns in any order and spelling, totals below."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.refusal import Refused
from govservice.contract import CASE_NO, INVISIBLE, Sheet, header_spelling

Row = tuple[int, list[Any] | str]  # its number, and its cells or the code why it cannot be read
Write = Callable[[dict[str, Any]], None]
TOTAL = re.compile(r"(本[页周月季年期次]|以上|全部)?(合计|总计|小计|共计|总数)[\d件条行个:：,，.。()（）]*", re.ASCII)
SCIENTIFIC = re.compile(r"\s*\d(\.\d+)?[Ee]\+\d{1,3}\s*", re.ASCII)


@dataclass(frozen=True)
class Table:
    """One table of a file: where it is, what it should look like, and its rows.

    `unvalued`: cells whose formula is an error or was never calculated, by row, positions from 0; `before`: empty columns left of
    position 0.
    """

    place: str
    sheet: Sheet
    rows: Iterator[Row]
    unvalued: Mapping[int, list[int]] = field(default_factory=dict)
    before: int = 0


def copy(table: Table, write: Write) -> int:
    """Write the header and the rows of a table; returns the number of rows that are records, readable or not.

    Raises:
        Refused: EMPTY, HEADER, SHAPE, TYPE_LOSS, FORMULA.
    """
    rows = _filled(table, write)
    header, width = _header(table, rows, write)
    write({"sheet": table.sheet.name, "header": header})
    known = set(table.sheet.headers.values())
    found = unread = longer = 0
    for number, cells in rows:
        place = f"{table.place} 第 {number} 行"
        unvalued = [position for position in table.unvalued.get(number, ()) if 0 <= position < len(header)]
        # Formulas are often copied below the last record. A row that holds nothing else is no record.
        if number in table.unvalued and _is_blank(cells):
            _refuse_unvalued(table, header, number, unvalued, {CASE_NO})
            continue
        if _is_total(cells, width):
            write({"place": place, "note": "TOTAL_ROW"})
            continue
        _refuse_unvalued(table, header, number, unvalued, known)
        unread += len(unvalued)
        found += 1
        code = _fault(table, header, width, cells, place)
        if len(cells) > width and not code:
            longer += 1
        write({"place": place, "error": code} if code else {"place": place, "cells": cells[: len(header)]})
    if unread:
        write({"place": f"{table.place} 规定以外的列，{unread} 格", "note": "FORMULA_UNREAD"})
    if longer:
        write({"place": f"{table.place}，{longer} 行", "note": "LONGER_ROW"})
    return found


def _filled(table: Table, write: Write) -> Iterator[Row]:
    """The rows that hold anything; those of nothing but characters that nobody sees are named."""
    unseen = 0
    for row in table.rows:
        number, cells = row
        if not _is_blank(cells) or number in table.unvalued:
            yield row
        else:
            unseen += any(isinstance(cell, str) and cell.strip() for cell in cells)
    if unseen:
        write({"place": f"{table.place}，{unseen} 行", "note": "UNSEEN_ROW"})


def _refuse_unvalued(table: Table, header: list[str], number: int, unvalued: list[int], columns: set[str]) -> None:
    """Refuse the file if one of these columns is unvalued in a row."""
    for position in unvalued:
        if header[position] in columns:
            cell = f"{_letters(position + table.before)}{number}"
            what = f"列 “{header[position]}”（{cell}）是公式错误或没有算出结果的公式"
            raise Refused("FORMULA", f"{table.place} 第 {number} 行，{what}")


def _letters(position: int) -> str:
    """What a spreadsheet calls a column, counted from 0."""
    letters = ""
    while position >= 0:
        position, letter = position // 26 - 1, chr(65 + position % 26)
        letters = letter + letters
    return letters


def _header(table: Table, rows: Iterator[Row], write: Write) -> tuple[list[str], int]:
    """The header in the contract's spelling, unknown columns as they are, and its cells' number; what stands above is named."""
    above: list[tuple[int, int]] = []
    for number, cells in rows:
        if _is_blank(cells):
            continue
        names = [] if isinstance(cells, str) else _names(table.sheet, cells)
        if CASE_NO in names:
            break
        above.append((number, sum(not _is_empty(cell) for cell in cells)))
        if isinstance(cells, str) or len(above) > limits.TITLE_ROWS:
            raise Refused("HEADER", f"{table.place} 前 {number} 行里没有规定的表头")
    else:
        raise Refused("HEADER" if above else "EMPTY", f"{table.place} 没有表头")
    _check_header(table, names, cells, f"{table.place} 第 {number} 行")
    for title, filled in above:
        if filled * 2 > len(names):
            raise Refused("HEADER", f"{table.place} 第 {title} 行在表头上方，却不像标题")
        write({"place": f"{table.place} 第 {title} 行", "note": "TITLE_ROW"})
    return names, len(cells)


def _names(sheet: Sheet, cells: list[Any]) -> list[str]:
    """What the cells of a row are as headers; blank ones at the end are none."""
    texts = ["" if _is_empty(cell) else str(cell).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return [sheet.headers.get(header_spelling(text), text) for text in texts]


def _check_header(table: Table, names: list[str], cells: list[Any] | str, place: str) -> None:
    if len(names) > limits.COLUMNS:
        raise Refused("SHAPE", f"{place} 有 {len(names)} 列")
    _refuse_numbers(cells, names, place, is_header=True)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        known = [name or "（空）" for name in twice if name in (*table.sheet.headers.values(), "")]
        raise Refused("HEADER", f"{place}，列名重复：{'、'.join(known) or f'{len(twice)} 个规定以外的列名'}")
    missing = [name for name in table.sheet.required if name not in names]
    if missing:
        raise Refused("HEADER", f"{place}，缺少列 {'、'.join(missing)}")


def _fault(table: Table, header: list[str], width: int, cells: list[Any] | str, place: str) -> str | None:
    """Why a row is no record, as a code."""
    if isinstance(cells, str):
        return cells
    names = _header_names(table.sheet, header, cells)
    if names:
        if names != header:
            raise Refused("HEADER", f"{place} 起是另一张表")
        return "HEADER_AGAIN"
    _refuse_numbers(cells, header, place)
    if len(cells) < width or any(cell != "" for cell in cells[len(header) :]):
        return "COLUMNS"
    return None


def _header_names(sheet: Sheet, header: list[str], cells: list[Any]) -> list[str]:
    """The names in a row that is a header, else none: it says 办件编号, and most of its cells are names of columns."""
    at = header.index(CASE_NO)
    # In other words it is looked for only where it belongs; a real number is ASCII.
    if CASE_NO not in cells and "".join(map(str, cells[at : at + 1])).isascii():
        return []
    names = _names(sheet, cells)
    known = set(header) | set(sheet.headers.values())
    return names if CASE_NO in names and sum(name in known for name in names) * 2 > len(names) else []


def _refuse_numbers(cells: list[Any] | str, header: list[str], place: str, is_header: bool = False) -> None:
    """A number or date has lost digits or zeros before it came here, so the file is refused."""
    if _is_text(cells):
        return
    for position, cell in enumerate(cells):
        if isinstance(cell, str) and not ("+" in cell and SCIENTIFIC.fullmatch(cell)):
            continue
        # A column of the header itself is named by position: where the header is missing, it holds a person's data.
        is_named = not is_header and position < len(header)
        column = f"“{header[position]}”" if is_named else str(position + 1)
        raise Refused("TYPE_LOSS", f"{place}，列 {column} 不是文本")


def _is_text(cells: list[Any] | str) -> bool:
    """Whether all cells are text without a plus, which most rows are."""
    try:
        return "+" not in "".join(cells)
    except TypeError:
        return False


def _is_total(cells: list[Any] | str, width: int) -> bool:
    """A row whose first filled cell says so and that is otherwise mostly empty."""
    if isinstance(cells, str):
        return False
    first = str(next(cell for cell in cells if not _is_empty(cell)))
    if first.isascii() or not TOTAL.fullmatch("".join(first.split())):  # most numbers of cases are ASCII, no total is
        return False
    return sum(not _is_empty(cell) for cell in cells) * 2 <= width


def _is_blank(cells: list[Any] | str) -> bool:
    if isinstance(cells, str):
        return False
    return all(map(_is_empty, cells))


def _is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing that can be seen; characters of private use can."""
    if not isinstance(cell, str):
        return cell is None
    return not cell.strip() or (not cell.isprintable() and all(map(_is_unseen, cell)))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in INVISIBLE

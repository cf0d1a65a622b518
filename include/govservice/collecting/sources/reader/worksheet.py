"""What a worksheet says before the workbook library reads it: how far it reaches, and cells without a value, which the library reads as empty.

Every piece is searched for marks of trouble; only a sheet that has any is parsed.
"""

import re
from collections.abc import Iterable
from xml.parsers import expat

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.refusal import Refused

Unvalued = dict[int, list[int]]  # columns by row, both from 1
# References beyond column Z, and those of rows, or of cells of column A, from 10,000 on: most sheets have none.
FAR = re.compile(rb"""\sr\s*=\s*["'](?:([A-Z]{2,})\d+|A?(\d{5,}))["']""")
NEAR_ROWS, NEAR_COLUMNS = 9_999, 26
FAR_AWAY = 1 << 40
REFERENCE = re.compile(r"([A-Z]{1,9})([0-9]{1,12})", re.ASCII)
ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
# A formula that no text follows as its value; whether one stands further on shows in the next piece.
AHEAD = 64
UNCALCULATED = re.compile(
    rb"""(?:</(?:\w+:)?f\s*>|<(?:\w+:)?f(?:\s[^>]*)?/>)(?!\s*<(?:\w+:)?v(?:\s[^>/]*)?>[^<\s])(?=[\s\S]{%d})""" % AHEAD
)
FORMULA_MARKS = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")


class Look:
    """Goes through a worksheet piece by piece, each with the end of the one before it."""

    def __init__(self) -> None:
        self._is_suspect = False
        self._rows, self._columns = NEAR_ROWS, NEAR_COLUMNS

    def at(self, piece: bytes) -> None:
        """One piece."""
        if self._is_suspect:
            return
        is_error = (b'"e"' in piece or b"'e'" in piece) and ERROR.search(piece)
        has_formula = any(mark in piece for mark in FORMULA_MARKS)
        self._is_suspect = bool(is_error or (has_formula and UNCALCULATED.search(piece)))
        for column, row in FAR.findall(piece):
            self._columns = max(self._columns, _position(column))
            self._rows = max(self._rows, int(row[:12] or 0))

    def is_suspect(self, end: bytes) -> bool:
        """Whether the sheet is to be parsed, once its last bytes are known."""
        self.at(end + b" " * AHEAD)
        return self._is_suspect or _is_too_far(self._rows, self._columns)


def unvalued_cells(pieces: Iterable[bytes], place: str) -> Unvalued:
    """The cells of a sheet that are errors, or formulas without a stored value: the library reads them as empty.

    Text that a formula found empty is written as an empty value of type str, and is empty.

    Raises:
        Refused: SHAPE or ZIP.
    """
    cells = _Cells()
    try:
        for piece in pieces:
            cells.parser.Parse(piece, False)
        cells.parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused("ZIP", f"{place} 不是完好的工作表") from None
    if _is_too_far(cells.last_row, cells.last_column):
        raise Refused("SHAPE", f"{place} 远达 {cells.last_row} 行、{cells.last_column} 列")
    return cells.unvalued


class _Cells:
    """Handlers of the elements row, c, f, v and t; a cell counts if it holds something."""

    def __init__(self) -> None:
        self.unvalued: Unvalued = {}
        self.last_row = self.last_column = 0
        self._row = self._column = 0
        self._kind: str | None = None
        self._has_formula = self._has_value = self._has_text = self._is_in_text = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row = int(attributes["r"][:12]) if attributes.get("r", "").isdecimal() else self._row + 1
            self._column = 0
        elif tag == "c":
            self._kind = attributes.get("t")
            self._has_formula = self._has_value = self._has_text = False
            self._column += 1
            if found := REFERENCE.fullmatch(attributes.get("r", "")):
                self._row, self._column = int(found[2]), _position(found[1].encode())
            elif "r" in attributes:
                self._row = FAR_AWAY
        elif tag == "f":
            self._has_formula, self._has_value, self._has_text = True, False, False  # a value before it is not read
        elif tag == "v":
            self._has_value = self._is_in_text = True
        elif tag == "t":
            self._is_in_text = True

    def _text(self, text: str) -> None:
        self._has_text = self._has_text or (self._is_in_text and bool(text))

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag in ("v", "t"):
            self._is_in_text = False
        elif tag == "c":
            has_result = self._has_value and (self._has_text or self._kind == "str")
            is_unvalued = self._kind == "e" or (self._has_formula and not has_result)
            if is_unvalued:
                self.unvalued.setdefault(self._row, []).append(self._column)
            if is_unvalued or self._has_text:
                self.last_row, self.last_column = max(self.last_row, self._row), max(self.last_column, self._column)


def _is_too_far(rows: int, columns: int) -> bool:
    return columns > limits.COLUMNS or rows * max(columns, NEAR_COLUMNS) > limits.WORKBOOK_CELLS


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters[:9]:
        position = position * 26 + letter - 64
    return position

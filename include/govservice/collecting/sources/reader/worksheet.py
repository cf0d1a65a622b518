"""What a worksheet's bytes say before the workbook library reads them: how far it reaches, and formulas without a value."""

import re

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.refusal import Refused

# References beyond column Z, and those of rows, or of cells of column A, from 10,000 on: most sheets have none.
FAR = re.compile(rb"""\sr\s*=\s*["'](?:([A-Z]{2,4})\d{1,9}|A?(\d{5,9}))["']""")
NEAR_ROWS, NEAR_COLUMNS = 9_999, 26
# The library reads both as an empty cell. Text that a formula found empty is written with t="str" and is empty.
ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
UNCALCULATED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt\s*=\s*["']str["'])[^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")


class Look:
    """Goes through a worksheet piece by piece."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows, self._columns = NEAR_ROWS, NEAR_COLUMNS

    def at(self, piece: bytes) -> None:
        """One piece, with the end of the one before it.

        Raises:
            Refused: SHAPE or FORMULA.
        """
        is_error = (b'"e"' in piece or b"'e'" in piece) and ERROR.search(piece)
        has_formula = any(mark in piece for mark in FORMULA_MARKS)
        if is_error or (has_formula and UNCALCULATED.search(piece)):
            raise Refused("FORMULA", f"{self._name} 有公式错误或没有算出结果的公式")
        for column, row in FAR.findall(piece):
            self._columns = max(self._columns, _position(column))
            self._rows = max(self._rows, int(row or 0))
        if self._columns > limits.COLUMNS or self._rows * self._columns > limits.WORKBOOK_CELLS:
            raise Refused("SHAPE", f"{self._name} 有一张表远达 {self._rows} 行、{self._columns} 列")


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position

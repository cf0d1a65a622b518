"""What a worksheet's bytes say before the workbook library reads them: how far it reaches, and formulas without a value."""

import re

from govservice.sources.reader import limits
from govservice.sources.reader.refusal import Refused

REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,4})(\d{1,9})["']""")
# The library reads both as an empty cell. Text that a formula found empty is written with t="str" and is empty.
ERROR = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt\s*=\s*["']e["']""")
UNCALCULATED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt\s*=\s*["']str["'])[^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)


class Look:
    """Goes through a worksheet piece by piece."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = self._columns = 0

    def at(self, piece: bytes) -> None:
        """One piece, with the end of the one before it.

        Raises:
            Refused: SHAPE or FORMULA.
        """
        if ERROR.search(piece) or UNCALCULATED.search(piece):
            raise Refused("FORMULA", f"{self._name} 有公式错误或没有算出结果的公式")
        letters, numbers = set(), set()
        for column, row in REFERENCE.findall(piece):
            letters.add(column)
            numbers.add(row)
        self._columns = max([self._columns, *map(_position, letters)])
        self._rows = max([self._rows, *map(int, numbers)])
        if self._columns > limits.COLUMNS or self._rows * self._columns > limits.WORKBOOK_CELLS:
            raise Refused("SHAPE", f"{self._name} 有一张表达到 {self._rows} 行 {self._columns} 列")


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position

"""One delivery as the child reads it: files, what is packed in them, and the row counts of the manifest."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from govservice.collecting.sources.reader import archive, delimited, limits, workbook
from govservice.collecting.sources.reader.archive import Budget
from govservice.collecting.sources.reader.refusal import Refused
from govservice.collecting.sources.reader.table import Table, Write, copy
from govservice.contract import sheets, templates


@dataclass(frozen=True)
class Part:
    """A file, or a file packed in it; `content` is None for what is no table, `csv_sheets` are what a CSV of its name may be."""

    name: str
    content: bytes | None
    csv_sheets: list[str]


class Delivery:
    """Writes the lines of a delivery and remembers which contents it has met: the same rows twice would count twice."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines = lines
        self._met: set[bytes] = set()

    def write(self, line: dict[str, Any]) -> None:
        """One line of the output."""
        self._lines.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")

    def read_file(self, path: Path, name: str, declared: dict[str, int | None]) -> None:
        """Write the rows of one file of the manifest.

        Raises:
            Refused: the file as a whole, or its row counts differ from the manifest's.
        """
        if path.stat().st_size > limits.FILE_BYTES:
            raise Refused("BOMB", f"{name} 超过 {limits.FILE_BYTES // limits.MEGABYTE} MB")
        budget = Budget(limits.INFLATED_BYTES)
        found: Counter[str] = Counter()
        for part in _parts(path.read_bytes(), name, list(declared), budget):
            if part.content is None:
                self.write({"place": part.name, "note": "OTHER_FILE"})
                continue
            self._meet(part.name, part.content)
            for table in _tables(part.name, part.content, part.csv_sheets, declared, budget, self.write):
                found[table.sheet.name] += copy(table, self.write)
        _compare(found, declared, name)

    def _meet(self, name: str, content: bytes) -> None:
        digest = hashlib.sha256(content).digest()
        if content and digest in self._met:
            raise Refused("MANIFEST", f"{name} 的内容在这个批次里已经出现过")
        self._met.add(digest)


def _parts(content: bytes, name: str, declared: list[str], budget: Budget) -> Iterator[Part]:
    """The file itself, or the files packed in it; a CSV file is the sheet that its name says, or the only one declared."""
    if not archive.is_packed(content, name):
        yield Part(name, content, declared)
        return
    for member in archive.members(content, name, budget):
        stem = PurePosixPath(member.name).stem
        yield Part(f"{name} 中的 {member.name}", member.content, [one for one in sheets() if one in stem] or declared)


def _tables(
    name: str, content: bytes, csv_sheets: list[str], declared: dict[str, int | None], budget: Budget, write: Write
) -> Iterator[Table]:
    if content[:2] == b"PK":
        yield from workbook.tables(content, name, declared, budget, write)
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused("ACTIVE", f"{name} 是加密或旧版 Excel")
    elif len(csv_sheets) != 1:
        raise Refused("MANIFEST", f"{name}：看不出这个 CSV 文件是哪张表（{'、'.join(sheets())}）")
    else:
        place = f"{name} {csv_sheets[0]}"
        yield Table(place, templates()[csv_sheets[0]], delimited.rows(content, name, write))


def _compare(found: Counter[str], declared: dict[str, int | None], name: str) -> None:
    """Hold the rows found against the manifest, a sheet that it does not list included."""
    missing = [sheet for sheet in declared if sheet not in found]
    if missing:
        raise Refused("SHEET", f"{name} 缺少表 {'、'.join(missing)}")
    for sheet, count in found.items():
        if declared.get(sheet, 0) not in (None, count):
            stated = f"清单写 {declared[sheet]} 行" if sheet in declared else "清单没有写它的行数"
            raise Refused("MANIFEST", f"{name} 的表 {sheet} 有 {count} 行（合计行不计），{stated}")

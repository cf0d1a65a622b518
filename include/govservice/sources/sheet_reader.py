"""The child process that reads station files: bytes from outside meet a parser only here, under resource limits.

    python -m govservice.sources.sheet_reader < jobs.json

Jobs: [{"output": path, "files": [{"path", "name", "rows": {sheet: n}}]}], n null where no manifest states it. Each output is
written beside and renamed when its delivery has been read, so that a parent whose child died knows which delivery killed it.
Lines of an output:
{"sheet", "header"} · {"place", "cells"} or {"place", "error"} · last {"refused": {"code", "reason"} or null}.
"""

import csv
import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import IO, Any

MEGABYTE = 1 << 20
LIMITS = {
    resource.RLIMIT_AS: 1024 * MEGABYTE,
    resource.RLIMIT_CPU: 300,
    resource.RLIMIT_FSIZE: 1024 * MEGABYTE,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
FILE_BYTES = 256 * MEGABYTE
INFLATED_BYTES = 256 * MEGABYTE
ENTRIES = 500
CELL_CHARACTERS = 10 * MEGABYTE
SHEETS = ("办件", "环节")


class Refused(ValueError):
    """A file cannot be taken as a whole: code and a sentence for the station, without values."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def main() -> None:
    """Read every job from standard input."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    csv.field_size_limit(CELL_CHARACTERS)
    for job in json.load(sys.stdin):
        output = Path(job["output"])
        beside = output.with_suffix(".part")
        with beside.open("w", encoding="utf-8") as lines:
            try:
                for file in job["files"]:
                    read_file(Path(file["path"]), file["name"], file["rows"], lines)
                refused = None
            except Refused as error:
                refused = {"code": error.code, "reason": str(error)}
            except MemoryError:
                refused = {"code": "BOMB", "reason": "文件展开后过大；请拆分后重报"}
            write(lines, {"refused": refused})
        beside.rename(output)


def write(lines: IO[str], line: dict[str, Any]) -> None:
    """One line of an output."""
    lines.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")


def read_file(path: Path, name: str, declared: dict[str, int | None], lines: IO[str]) -> None:
    """Write the rows of one file.

    Raises:
        Refused: the file as a whole, or its row counts differ from the manifest's.
    """
    if path.stat().st_size > FILE_BYTES:
        raise Refused("BOMB", f"{name} 超过 {FILE_BYTES // MEGABYTE} MB；请拆分后重报")
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":
        sheets = workbook_sheets(path, name, list(declared))
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused("ACTIVE", f"{name} 是加密或旧版 Excel；请另存为不加密的 .xlsx 后重报")
    else:
        if len(declared) != 1:
            raise Refused("MANIFEST", f"{name}：清单应为每个 CSV 文件写明一张表的行数")
        sheets = iter([(next(iter(declared)), csv_rows(content, name))])
    for sheet, rows in sheets:
        found = write_sheet(sheet, rows, name, lines)
        if declared[sheet] not in (None, found):
            raise Refused("MANIFEST", f"{name} 的表 {sheet} 有 {found} 行，清单写 {declared[sheet]} 行；请核对后重报")


def write_sheet(sheet: str, rows: Iterable[list[str] | str], name: str, lines: IO[str]) -> int:
    """Write header and rows of one sheet; return the number of rows below the header."""
    numbered = enumerate(rows, 1)
    _, header = next(numbered, (0, None))
    if header is None or isinstance(header, str):
        raise Refused("EMPTY", f"{name} 的表 {sheet} 没有表头；请用规定的模板")
    header = [cell.strip() for cell in header]
    if "办件编号" not in header or len(set(header)) != len(header):
        raise Refused("HEADER", f"{name} 的表 {sheet} 第 1 行不是规定的表头（缺办件编号或列名重复）；请用规定的模板")
    write(lines, {"sheet": sheet, "header": header})
    found = 0
    for number, row in numbered:
        found += 1
        place = f"{name} {sheet} 第 {number} 行"
        if isinstance(row, str):
            write(lines, {"place": place, "error": row})
        elif len(row) != len(header):
            write(lines, {"place": place, "error": "COLUMNS"})
        elif row == header:
            write(lines, {"place": place, "error": "HEADER_AGAIN"})
        else:
            write(lines, {"place": place, "cells": row})
    return found


def csv_rows(content: bytes, name: str) -> Iterator[list[str] | str]:
    """The rows of a CSV file, or a reason code where a row cannot be read."""
    reader = csv.reader(StringIO(decode(content, name), newline=""), strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            yield "QUOTES"
            continue
        if row is None:
            return
        if row:
            yield row


def decode(content: bytes, name: str) -> str:
    """The text of a whole file: UTF-8 if it is valid UTF-8, else GB18030. The other way round mojibake would pass silently."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("ENCODING", f"{name} 是 UTF-16 编码；请另存为 UTF-8 的 CSV 后重报")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("ENCODING", f"{name} 既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8 的 CSV 后重报")


def workbook_sheets(path: Path, name: str, wanted: list[str]) -> Iterator[tuple[str, Iterator[list[str] | str]]]:
    """The wanted sheets of an .xlsx workbook with their rows.

    Raises:
        Refused: ZIP, BOMB, DOCTYPE, ACTIVE, SHEET.
    """
    check_archive(path, name)
    from python_calamine import CalamineWorkbook  # only workbooks need it

    workbook = _opened(CalamineWorkbook.from_path, str(path), name)
    missing = [sheet for sheet in wanted if sheet not in workbook.sheet_names]
    if missing:
        raise Refused("SHEET", f"{name} 缺少表 {'、'.join(missing)}；请用规定的模板")
    for sheet in wanted:
        yield sheet, workbook_rows(_opened(workbook.get_sheet_by_name, sheet, name).iter_rows(), name, sheet)


def _opened(opener: Callable[[str], Any], what: str, name: str) -> Any:
    """What the workbook library makes of a file or a sheet."""
    try:
        return opener(what)
    except Exception as error:  # the library's own exceptions share no base class
        raise Refused("ZIP", f"{name} 不是完好的 .xlsx 文件（{type(error).__name__}）；请重新导出后重报") from None


def workbook_rows(rows: Iterable[list[Any]], name: str, sheet: str) -> Iterator[list[str] | str]:
    """The rows of a sheet as texts; a number or date has lost digits or zeros before it came here, so the file is refused."""
    header: list[Any] = []
    for row in rows:
        header = header or row
        if not any(cell != "" for cell in row):
            continue
        for position, cell in enumerate(row):
            if not isinstance(cell, str):
                # The first row is named by position: where the header is missing, it holds a person's data.
                column = f"“{header[position]}”" if row is not header and position < len(header) else position + 1
                raise Refused("TYPE_LOSS", f"{name} 的表 {sheet}，列 {column} 不是文本单元格；请把整列设为文本后重填")
        yield row


def check_archive(path: Path, name: str) -> None:
    """Look at the zip directory and at what the parts really inflate to before a parser sees them.

    Raises:
        Refused: ZIP, BOMB, DOCTYPE or ACTIVE.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > ENTRIES or len(set(names)) != len(names):
                raise Refused("ZIP", f"{name} 的压缩目录不正常；请重新导出后重报")
            if any(
                part in entry.lower()
                for entry in names
                for part in ("vbaproject", "externallink", "embeddings", "activex")
            ):
                raise Refused("ACTIVE", f"{name} 含宏、外部链接或嵌入对象；请另存为普通 .xlsx 后重报")
            inflated = 0
            for entry in entries:
                inflated += check_part(archive, entry, name, INFLATED_BYTES - inflated)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Refused("ZIP", f"{name} 不是完好的 .xlsx 文件；请重新导出后重报") from None


def check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: int) -> int:
    """Inflate one part, counting real bytes and refusing document type declarations."""
    size, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(MEGABYTE):
            size += len(chunk)
            if size > budget:
                raise Refused("BOMB", f"{name} 展开后超过 {INFLATED_BYTES // MEGABYTE} MB；请拆分后重报")
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                raise Refused("DOCTYPE", f"{name} 含文档类型声明，不予解析；请重新导出后重报")
            tail = chunk[-16:]
    return size


if __name__ == "__main__":
    main()

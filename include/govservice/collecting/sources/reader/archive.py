"""Zip files and the zip inside a workbook: looked through before a parser sees them, inflated under a budget."""

import copy
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.names import is_plain
from govservice.collecting.sources.reader.refusal import Refused

CONTENT_TYPES = "[Content_Types].xml"
TABLES = (".csv", ".xlsx", ".xlsm", ".xls")
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz")
ACTIVE = re.compile("vbaproject|externallink|embeddings|activex|xl/connections|querytable|ddelink")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    UnicodeError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


@dataclass
class Budget:
    """How many bytes may still be inflated."""

    left: int

    def spend(self, size: int, name: str) -> None:
        """Take `size` bytes.

        Raises:
            Refused: BOMB, there are not that many left.
        """
        self.left -= size
        if self.left < 0:
            raise Refused("BOMB", f"{name} 展开后超过 {limits.INFLATED_BYTES // limits.MEGABYTE} MB")


@dataclass(frozen=True)
class Member:
    """A file packed in a zip; what is no table has no content and only its place for a name: its own may be a person's."""

    name: str
    content: bytes | None


def is_packed(content: bytes, name: str) -> bool:
    """Whether the content is a zip of files; a workbook is a zip too, but one with a list of content types.

    Raises:
        Refused: ZIP, EMPTY.
    """
    if content[:4] == b"PK\x05\x06":
        raise Refused("EMPTY", f"{name} 是空的压缩包")
    if content[:2] != b"PK":
        return False
    with opened(content, name) as archive:
        return CONTENT_TYPES.lower() not in map(str.lower, archive.namelist())


def members(content: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The files packed in a zip, one after the other.

    Raises:
        Refused: ZIP, BOMB, NAME, ACTIVE.
    """
    with opened(content, name) as archive:
        for number, (entry, inside) in enumerate(_entries(archive, name), 1):
            suffix = PurePosixPath(inside).suffix.lower()
            if suffix in ARCHIVES:
                raise Refused("ZIP", f"{name} 里还有压缩包")
            is_hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in PurePosixPath(inside).parts)
            if suffix not in TABLES or is_hidden:
                yield Member(f"第 {number} 个文件", None)
                continue
            # A zip under a table's name is no workbook, and is refused as a broken one.
            yield Member(inside, b"".join(inflated(archive, entry, name, budget)))


def _entries(archive: zipfile.ZipFile, name: str) -> list[tuple[zipfile.ZipInfo, str]]:
    """The files of a zip with their names; all of them are looked at before the first is read."""
    found = []
    for entry in archive.infolist():
        inside = _name(entry, name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        parts = inside.removesuffix("/").split("/")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or not all(map(is_plain, parts)):
            raise Refused("NAME", f"{name} 里有一个文件的名字不是普通文件名，或它是链接")
        if not entry.is_dir():
            found.append((entry, inside))
    names = [inside for _, inside in found]
    if len(set(names)) != len(names):
        raise Refused("ZIP", f"{name} 里有同名的文件")
    return found


def _name(entry: zipfile.ZipInfo, name: str) -> str:
    """An entry's name: UTF-8 where its flag says so, else UTF-8 or GB18030 as a Chinese Windows writes it."""
    if entry.flag_bits & 0x800:
        return entry.orig_filename
    written = entry.orig_filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("NAME", f"{name} 里有一个文件名的编码认不出")


@contextmanager
def opened(content: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """The zip in the content; whatever is wrong with it while it is open refuses the file.

    Raises:
        Refused: ZIP, ACTIVE.
    """
    # Counted before the directory is read: a million entries would be a million objects.
    count = content.count(b"PK\x01\x02")
    if count > limits.ENTRIES:
        raise Refused("ZIP", f"{name} 里有 {count} 个文件，最多 {limits.ENTRIES} 个")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise Refused("ACTIVE", f"{name} 有密码")
            yield archive
    except BROKEN:
        raise Refused("ZIP", f"{name} 不是完好的压缩包或 .xlsx 文件") from None


def inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> Iterator[bytes]:
    """The content of an entry piece by piece, its real bytes counted.

    Raises:
        Refused: BOMB, ZIP.
    """
    size = 0
    # The module stops at the size that the directory states; another reader goes on to the end of the stream, and so do we.
    unbounded = copy.copy(entry)
    unbounded.file_size = limits.INFLATED_BYTES + 1
    with archive.open(unbounded) as part:
        while piece := part.read(limits.MEGABYTE):
            size += len(piece)
            budget.spend(len(piece), name)
            if size > max(limits.RATIO_FREE, limits.RATIO * entry.compress_size):
                raise Refused("BOMB", f"{name} 的压缩比异常（{limits.RATIO} 倍以上）")
            yield piece
    if size != entry.file_size:
        raise Refused("ZIP", f"{name} 的压缩目录与内容不符")

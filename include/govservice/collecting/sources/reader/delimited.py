"""CSV files: their encoding is decided for the whole file, their rows are read one by one."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.refusal import Refused
from govservice.collecting.sources.reader.table import Row, Write
from govservice.contract import CASE_NO, header_spelling, sheets

OTHER_DELIMITERS = re.compile("[;\t|，；]")
HAN = re.compile("[\u4e00-\u9fff]")


def rows(content: bytes, name: str, write: Write) -> Iterator[Row]:
    """The rows of a CSV file with their numbers, or a code where one cannot be read.

    Raises:
        Refused: ENCODING, DELIMITER.
    """
    encoding = _encoding(content, name)
    if encoding == "gb18030":
        write({"place": name, "note": "GB18030"})
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(text, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield number, "CELL_TOO_LONG" if "limit" in str(error) else "QUOTES"
            continue
        if row is None:
            return
        if len(row) == 1 and _is_header_otherwise(row[0]):
            raise Refused("DELIMITER", f"{name} 第 {number} 行不是用英文逗号分隔")
        yield number, row


def _is_header_otherwise(line: str) -> bool:
    """Whether a line is a header whose columns are parted by something else than commas."""
    cells = [header_spelling(cell) for cell in OTHER_DELIMITERS.split(line)]
    return len(cells) > 1 and any(sheet.headers.get(cell) == CASE_NO for sheet in sheets().values() for cell in cells)


def _encoding(content: bytes, name: str) -> str:
    """UTF-8 if the whole file is valid UTF-8, else GB18030; the other way round mojibake would pass silently."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("ENCODING", f"{name} 是 UTF-16 编码")
    if _decodes(content, "utf-8-sig"):
        return "utf-8-sig"
    if not _decodes(content, "gb18030"):
        raise Refused("ENCODING", f"{name} 既不是 UTF-8 也不是 GB18030 编码")
    # Chinese in UTF-8 often decodes as GB18030 too: one line that reads as UTF-8 means that the file is a mixture.
    for number, line in enumerate(io.BytesIO(content), 1):
        if not line.isascii() and _is_chinese_utf8(line):
            raise Refused("ENCODING", f"{name} 第 {number} 行是 UTF-8，其他行不是")
    return "gb18030"


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether the whole content is text in the encoding, looked at piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), limits.MEGABYTE):
            decoder.decode(content[start : start + limits.MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        return bool(HAN.search(line.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return False

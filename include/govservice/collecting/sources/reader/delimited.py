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
LINE_END = re.compile("\r\n?|\n")
HAN = re.compile("[\u4e00-\u9fff]")
BOMS = {"utf-8": b"\xef\xbb\xbf", "gb18030": b"\x841\x953"}
# What stands between ASCII characters and reads as UTF-8, beginning with one of its Chinese characters. What it begins with is
# looked for first, and only then what stands before: so the search passes over most bytes.
UTF8_WORD = re.compile(
    rb"[\xe4-\xe9][\x80-\xbf]{2}(?<![\x80-\xff][\s\S]{3})"
    rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})*(?![\x80-\xff])"
)
EURO = "cp936 euro"


def _euro(error: UnicodeError) -> tuple[str, int]:
    """CP936 has the euro sign as the one byte 0x80, which GB18030 has not."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error(EURO, _euro)


def rows(content: bytes, name: str, write: Write) -> Iterator[Row]:
    """The rows of a CSV file with their numbers, or a code where one cannot be read.

    Raises:
        Refused: ENCODING, DELIMITER.
    """
    content = _without_end_mark(content)
    content, is_marked = _without_first_marks(content)
    encoding, errors = _encoding(content, name)
    if encoding == "gb18030":
        write({"place": name, "note": "GB18030" if errors == "strict" else "CP936"})
    inner = content.replace(b"\n" + BOMS[encoding], b"\n").replace(b"\r" + BOMS[encoding], b"\r")
    if is_marked or len(inner) < len(content):
        write({"place": name, "note": "BOM"})
    text = io.TextIOWrapper(io.BytesIO(inner), encoding, errors, newline="")
    reader = csv.reader(text, strict=True)
    number = over = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            over = reader.line_num - number
            yield number, "CELL_TOO_LONG" if "limit" in str(error) else "QUOTES"
            continue
        if row is None:
            return
        if len(row) == 1 and _is_header_otherwise(row[0]):
            raise Refused("DELIMITER", f"{name} 第 {number} 行不是用英文逗号分隔")
        if reader.line_num - number > over:  # a cell of more than one line
            over = reader.line_num - number
            if _holds_rows(row):
                yield number, "QUOTES"
                continue
        yield number, row


def _without_end_mark(content: bytes) -> bytes:
    """The content without the end-of-file character of DOS."""
    tail = content[-16:]
    kept = tail.rstrip(b"\x1a\r\n ")
    return content[: len(content) - len(tail) + len(kept)] if b"\x1a" in tail[len(kept) :] else content


def _without_first_marks(content: bytes) -> tuple[bytes, bool]:
    """The content without the byte order marks that it begins with, and whether there were others than one in UTF-8."""
    count = start = 0
    while mark := next((mark for mark in BOMS.values() if content.startswith(mark, start)), None):
        count, start = count + 1, start + len(mark)
    return content[start:] if start else content, start not in (0, len(BOMS["utf-8"]))


def _holds_rows(row: list[str]) -> bool:
    """Whether a cell has swallowed the rows between its two quotes: it ends as many cells into a row as it began in one."""
    for position, cell in enumerate(row):
        first, *others = [line.count(",") for line in LINE_END.split(cell)]
        swallowed = [*[len(row) - 1] * (len(others) - 1), position]
        if others and first == len(row) - 1 - position and others == swallowed:
            return True
    return False


def _is_header_otherwise(line: str) -> bool:
    """Whether a line is a header whose columns are parted by something else than commas."""
    cells = [header_spelling(cell) for cell in OTHER_DELIMITERS.split(line)]
    return len(cells) > 1 and any(sheet.headers.get(cell) == CASE_NO for sheet in sheets().values() for cell in cells)


def _encoding(content: bytes, name: str) -> tuple[str, str]:
    """UTF-8 if the whole file is valid UTF-8, else GB18030, and how errors are taken; the other way round mojibake would pass silently."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("ENCODING", f"{name} 是 UTF-16 编码")
    if _decodes(content, "utf-8", "strict"):
        return "utf-8", "strict"
    errors = next((errors for errors in ("strict", EURO) if _decodes(content, "gb18030", errors)), None)
    # Chinese in UTF-8 often decodes as GB18030 too: one word that reads as UTF-8 means that the file is a mixture.
    for word in UTF8_WORD.finditer(content):
        if _is_chinese_utf8(word[0], content[word.end() : word.end() + 1]):
            line = content.count(b"\n", 0, word.start()) + 1
            raise Refused("ENCODING", f"{name} 第 {line} 行有 UTF-8 的文字，其他地方不是")
    if errors is None:
        raise Refused("ENCODING", f"{name} 既不是 UTF-8 也不是 GB18030 编码")
    return "gb18030", errors


def _decodes(content: bytes, encoding: str, errors: str) -> bool:
    """Whether the whole content is text in the encoding, looked at piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        for start in range(0, len(content), limits.MEGABYTE):
            decoder.decode(content[start : start + limits.MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese_utf8(word: bytes, following: bytes) -> bool:
    """Whether a word of a file that is not UTF-8 is Chinese in UTF-8: read so it is common, read as GB18030 it is not.

    Three bytes and a letter may be two characters of GB18030, and are taken as such.
    """
    characters = "".join(HAN.findall(word.decode("utf-8", "replace")))
    if not characters or not _is_common(characters):
        return False
    try:
        return not _is_common(word.decode("gb18030"))
    except UnicodeDecodeError:
        return not _decodes(word + following, "gb18030", "strict")


def _is_common(text: str) -> bool:
    """Whether it has no other characters than the 6,763 of everyday Chinese, and marks."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

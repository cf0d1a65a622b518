"""Every class of file that a station may send is read or refused with its code; one bad file never stops another.

All of them lie in one drop folder and one fetch takes them all, so that a test sees whether a file that kills the reader harms
the others.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest

import corpus
import drops
from drops import HEADER, row, table, workbook
from govservice.collecting.delivery import Fetched
from tables import replaced

SHEET = "xl/worksheets/sheet1.xml"
BOOK = workbook({"办件": [HEADER, row()]})
SECRET = "110105194912310055"  # in cells that are refused; no reason may show it


def with_numbers(**changes: Any) -> bytes:
    """A workbook with other cells than text."""
    return workbook({"办件": [HEADER, row(**changes)]})


def far_cell() -> bytes:
    """A workbook of 5 KB with one cell in its last row and column."""
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return drops.repacked(BOOK, {SHEET: replaced(sheet_text(), "</sheetData>", far).encode()})


def far_row() -> bytes:
    """A workbook whose last cell in the first columns stands in the last row."""
    far = '<row r="1048576"><c r="V1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return drops.repacked(BOOK, {SHEET: replaced(sheet_text(), "</sheetData>", far).encode()})


def killer() -> bytes:
    """A workbook with a cell that says to stand far below its row: the parser asks for more memory than it may use."""
    far = '<row r="3"><c r="Z9999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return drops.repacked(BOOK, {SHEET: replaced(sheet_text(), "</sheetData>", far).encode()})


def calculated(value: str) -> bytes:
    """A workbook with a formula for 事项名称, as a spreadsheet writes it together with its text."""
    formula = f'<c r="D2" t="str"><f>VLOOKUP(B2,X1:Y9,2,0)</f>{value}</c>'
    plain = '<c r="D2" t="inlineStr"><is><t>食品经营许可证核发</t></is></c>'
    return drops.repacked(BOOK, {SHEET: replaced(sheet_text(), plain, formula).encode()})


def sheet_text() -> str:
    """The sheet of the good workbook."""
    return zipfile.ZipFile(io.BytesIO(BOOK)).read(SHEET).decode()


def with_doctype(part: str, encoding: str = "utf-8", system: str = "") -> bytes:
    """A workbook with a document type declaration in one of its parts."""
    text = zipfile.ZipFile(io.BytesIO(BOOK)).read(part).decode()
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding != "utf-8" else ""
    kind = f'SYSTEM "{system}"' if system else '[<!ENTITY a "aaaaaaaaaa">]'
    declared = head + f"<!DOCTYPE x {kind}>" + text.split("?>", 1)[-1]
    return drops.repacked(BOOK, {part: declared.encode(encoding)})


def many_entries() -> bytes:
    """A workbook with more parts than any workbook has."""
    return drops.repacked(BOOK, {}, tuple((f"xl/x{number}.xml", b"") for number in range(600)))


def cut_zip() -> bytes:
    """A workbook that was not sent to its end."""
    return BOOK[: len(BOOK) // 2]


def corrupt_zip() -> bytes:
    """A workbook one of whose parts does not fit its check sum."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        entry = archive.getinfo(SHEET)
    at = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return BOOK[:at] + bytes([BOOK[at] ^ 0xFF]) + BOOK[at + 1 :]


def bomb() -> bytes:
    """A workbook of 300 KB that inflates to 300 MB."""
    return drops.repacked(BOOK, {}, (("xl/media/image1.bin", b"0" * (300 << 20)),))


def big_cell() -> bytes:
    """A workbook of a few hundred KB with 300 MB in one cell."""
    plain = "食品经营许可证核发</t>"
    return drops.repacked(BOOK, {SHEET: replaced(sheet_text(), plain, "x" * (300 << 20) + "</t>").encode()})


def understated(book: bytes, is_check_sum_right: bool = False) -> bytes:
    """A workbook whose directory gives its sheet a size of 16 bytes, with the check sum of these or of all of it."""
    made = bytearray(drops.repacked(book, {}))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        entry, start = archive.getinfo(SHEET), archive.start_dir
        check_sum = entry.CRC if is_check_sum_right else zlib.crc32(archive.read(SHEET)[:16])
    at = made.index(SHEET.encode(), start) - 46
    for crc_at, size_at in ((entry.header_offset + 14, entry.header_offset + 22), (at + 16, at + 24)):
        made[crc_at : crc_at + 4], made[size_at : size_at + 4] = struct.pack("<I", check_sum), struct.pack("<I", 16)
    return bytes(made)


# The UTF-8 bytes of this row are valid GB18030 too: only the rule on mixed encodings refuses it.
SHORT = table(["N2", *["x"] * 3, "张三", *["x"] * 17], header=None)


def mixed(word: str, encoding: str = "gb18030", other: str = "utf-8") -> bytes:
    """A file in one encoding with a single word in another."""
    text = table(row(), row("N2", 申请人名称="@")).encode(encoding)
    return replaced(text, b",@,", b"," + word.encode(other) + b",")


def euro(count: int) -> bytes:
    """A file in GB18030 with the euro sign as CP936 has it."""
    return replaced(table(row(办理意见="收费" + "@" * count)).encode("gb18030"), b"@" * count, b"\x80" * count)


def quoted(*rows: Iterable[str]) -> bytes:
    """Rows as CSV in UTF-8, every cell between quotes."""
    return "".join(",".join(f'"{cell}"' for cell in cells) + "\r\n" for cells in rows).encode()


def swallowed(rows: int, position: int) -> bytes:
    """A file with a quote before a cell of its first row that is closed behind the same cell some rows later, and a good row."""
    lines = [row(f"N{number}") for number in range(rows + 1)]
    lines[0][position] = f'"{lines[0][position]}'
    lines[-1][position] = f'{lines[-1][position]}"'
    return (table() + "".join(",".join(cells) + "\r\n" for cells in lines) + table(row("Z"), header=None)).encode()


FILES: dict[str, corpus.Case] = {
    # encodings
    "utf-8": (lambda: table(row()).encode(), 1, ([], 1)),
    "utf-8 with bom": (lambda: table(row()).encode("utf-8-sig"), 1, ([], 1)),
    "gb18030": (lambda: table(row()).encode("gb18030"), 1, (["GB18030"], 1)),
    "gb18030 with four-byte characters": (
        lambda: table(row(申请人名称="王𠮷")).encode("gb18030"),
        1,
        (["GB18030"], 1),
    ),
    "utf-16 little endian": (lambda: table(row()).encode("utf-16"), 1, "ENCODING"),
    "utf-16 big endian": (lambda: b"\xfe\xff" + table(row()).encode("utf-16-be"), 1, "ENCODING"),
    "utf-16 without bom": (lambda: table(row()).encode("utf-16-le"), 1, "ENCODING"),
    "utf-16 big endian without bom": (lambda: table(row()).encode("utf-16-be"), 1, "ENCODING"),
    "a surrogate in utf-8": (lambda: table(row(申请人名称="王\ud842")).encode(errors="surrogatepass"), 1, "ENCODING"),
    "an overlong character": (lambda: replaced(table(row()).encode(), b"N1", b"N\xc0\xb1"), 1, "ENCODING"),
    "big5": (lambda: "辦件編號,事項名稱\r\nN1,登記\r\n".encode("big5"), 1, "HEADER"),
    "latin-1": (lambda: b"\xe9\xe8\xff\xff\xff\r\n", 1, "ENCODING"),
    "one row in another encoding": (
        lambda: table(row()).encode() + table(row("N2"), header=None).encode("gb18030"),
        2,
        "ENCODING",
    ),
    "one row of a gb18030 file in utf-8": (
        lambda: table(row()).encode("gb18030") + table(row("N2"), header=None).encode(),
        2,
        "ENCODING",
    ),
    "one short row of a gb18030 file in utf-8": (
        lambda: table(row()).encode("gb18030") + SHORT.encode(),
        2,
        "ENCODING",
    ),
    "one word in utf-8 in a gb18030 row": (lambda: mixed("王芳"), 2, "ENCODING"),
    "one word in utf-8 of an odd number of bytes": (lambda: mixed("一"), 2, "ENCODING"),
    "one name in utf-8 of three characters": (lambda: mixed("欧阳娜"), 2, "ENCODING"),
    "one word of utf-8 with a middle dot": (lambda: mixed("阿不都·热合曼"), 2, "ENCODING"),
    "one word in gb18030 in a utf-8 row": (lambda: mixed("王芳", "utf-8", "gb18030"), 2, "ENCODING"),
    # In GB18030 a common name, in UTF-8 signs that nobody uses.
    "a name that is valid utf-8 too": (lambda: table(row(申请人名称="濮鸿海")).encode("gb18030"), 1, (["GB18030"], 1)),
    "a euro sign of cp936": (lambda: euro(1), 1, (["CP936"], 1)),
    "a lone byte that is no euro sign": (lambda: euro(1).replace(b"\x80", b"\xff"), 1, "ENCODING"),
    "the end-of-file character of DOS": (lambda: table(row()).encode() + b"\x1a", 1, ([], 1)),
    "a file of less than a line and the end-of-file character": (lambda: b"a\x1a", 1, "HEADER"),
    "the end-of-file character and a line end": (lambda: table(row()).encode() + b"\x1a\r\n", 1, ([], 1)),
    "the end-of-file character in gb18030": (lambda: table(row()).encode("gb18030") + b"\x1a", 1, (["GB18030"], 1)),
    "the character of DOS inside a file": (lambda: table(row(申请人名称="王\x1a芳")).encode(), 1, ([], 1)),
    "two byte order marks": (lambda: b"\xef\xbb\xbf" + table(row()).encode("utf-8-sig"), 1, (["BOM"], 1)),
    "two byte order marks and quotes": (lambda: b"\xef\xbb\xbf" * 2 + quoted(HEADER, row()), 1, (["BOM"], 1)),
    "a byte order mark inside the first quotes": (
        lambda: b"\xef\xbb\xbf" + quoted(("\ufeff" + HEADER[0], *HEADER[1:]), row()),
        1,
        ([], 1),
    ),
    "files put together": (
        lambda: table(row()).encode("utf-8-sig") + table(row("N2")).encode("utf-8-sig"),
        3,
        (["HEADER_AGAIN", "BOM"], 2),
    ),
    "files put together, without a second header": (
        lambda: table(row()).encode("utf-8-sig") + table(row("N2"), header=None).encode("utf-8-sig"),
        2,
        (["BOM"], 2),
    ),
    "files put together, with quotes": (
        lambda: quoted(HEADER, row()) + b"\xef\xbb\xbf" + quoted(row("N2")),
        2,
        (["BOM"], 2),
    ),
    "files in gb18030 put together": (
        lambda: (
            table(row()).encode("gb18030")
            + "\ufeff".encode("gb18030")
            + table(row("N2"), header=None).encode("gb18030")
        ),
        2,
        (["GB18030", "BOM"], 2),
    ),
    "a byte order mark of utf-8 before gb18030": (
        lambda: b"\xef\xbb\xbf" + table(row()).encode("gb18030"),
        1,
        (["GB18030"], 1),
    ),
    "a private-use character": (lambda: table(row(申请人名称="王\ue81e")).encode(), 1, ([], 1)),
    # shape
    "empty": (lambda: b"", 0, "EMPTY"),
    "only a bom": (lambda: b"\xef\xbb\xbf", 0, "EMPTY"),
    "only a header": (lambda: table().encode(), 0, ([], 0)),
    "no header": (lambda: table(row(), header=None).encode(), 0, "HEADER"),
    "a case twice, alike": (lambda: table(row(), row()).encode(), 2, ([], 2)),
    "a case twice, otherwise": (lambda: table(row(), row(申请人名称="李明")).encode(), 2, (["NUMBER_TWICE"], 1)),
    "header twice": (lambda: table(list(HEADER), row()).encode(), 2, (["HEADER_AGAIN"], 1)),
    "a column twice": (lambda: table(row() + ["x"], header=(*HEADER, "事项名称")).encode(), 1, "HEADER"),
    "semicolons": (lambda: table(row(), delimiter=";").encode(), 1, "DELIMITER"),
    "tabs": (lambda: table(row(), delimiter="\t").encode(), 1, "DELIMITER"),
    "bars": (lambda: table(row(), delimiter="|").encode(), 1, "DELIMITER"),
    "full-width commas": (lambda: table(row(), delimiter="，").encode(), 1, "DELIMITER"),
    "a cell too many and one too few": (
        lambda: table(row() + [SECRET], row()[:-1], row()).encode(),
        3,
        (["COLUMNS"] * 2, 1),
    ),
    "a comma too many at the end of every row": (
        lambda: table([*row(), ""], [*row("N2"), "", ""]).encode(),
        2,
        (["LONGER_ROW"], 2),
    ),
    "a comma too many, and a value behind it": (lambda: table([*row(), "", "x"]).encode(), 1, (["COLUMNS"], 0)),
    "a row of nothing that can be seen": (
        lambda: table(row(), ["\u200b", *["\u00a0"] * 20, "\ufeff"], ["", "\u2060", *[""] * 20]).encode(),
        1,
        (["UNSEEN_ROW"], 1),
    ),
    "400 unknown columns": (
        lambda: table(row() + ["x"] * 400, header=(*HEADER, *map(str, range(400)))).encode(),
        1,
        ([], 1),
    ),
    "1,000 unknown columns": (lambda: table(header=(*HEADER, *map(str, range(1000)))).encode(), 0, "SHAPE"),
    "lines of nothing but commas": (lambda: (table(row()) + "," * 21 + "\r\n").encode(), 1, ([], 1)),
    "blank lines": (lambda: table(row(), line_end="\r\n\r\n").encode(), 1, ([], 1)),
    "unbalanced quote": (lambda: replaced(table(row(), row("N2")), "N1", '"N1').encode(), 2, "MANIFEST"),
    "rows between two quotes": (lambda: swallowed(3, 3), 2, (["QUOTES"], 1)),
    "rows between two quotes, the second line at once": (lambda: swallowed(1, 20), 2, (["QUOTES"], 1)),
    "rows between quotes in the first cell": (lambda: swallowed(3, 0), 2, (["QUOTES"], 1)),
    "rows between quotes in the last cell": (lambda: swallowed(3, 21), 2, (["QUOTES"], 1)),
    "a text of several lines": (lambda: table(row(办理意见="一,\n二,\r\n三,")).encode(), 1, ([], 1)),
    "quote inside a cell": (lambda: replaced(table(row(), row("N2")), "N1", '"N1"x').encode(), 2, (["QUOTES"], 1)),
    "last line cut off": (lambda: table(row(), row("N2")).encode()[:-60], 2, (["COLUMNS"], 1)),
    "last line missing": (lambda: table(row()).encode(), 2, "MANIFEST"),
    "a row more than stated": (lambda: table(row(), row("N2")).encode(), 1, "MANIFEST"),
    "old mac line ends": (lambda: table(row(), row("N2"), line_end="\r").encode(), 2, ([], 2)),
    # cells
    "nul": (lambda: table(row(申请人名称="王\x00芳")).encode(), 1, ([], 1)),
    "131,073 characters": (lambda: table(row(办理意见="好" * 131_073)).encode(), 1, ([], 1)),
    "11 million characters": (lambda: table(row(办理意见="x" * 11_000_000), row()).encode(), 2, (["CELL_TOO_LONG"], 1)),
    "text of a JSON escape in an unknown column": (
        lambda: table([*row(), "\\u0000"], header=(*HEADER, "备注")).encode(),
        1,
        ([], 1),
    ),
    "a number of 251 characters": (lambda: table(row("N" * 251), row()).encode(), 2, (["KEY_TOO_LONG"], 1)),
    "scientific notation": (lambda: table(row(证件号码="1.10105E+17")).encode(), 1, "TYPE_LOSS"),
    "a plus and an e in a text": (lambda: table(row(办理意见="A+E+1")).encode(), 1, ([], 1)),
    "a serial as text": (lambda: table(row(申请时间="44445")).encode(), 1, ([], 1)),
    "a formula as text": (lambda: table(row(申请人名称="=cmd|'/c calc'!A0")).encode(), 1, ([], 1)),
    # workbooks
    "workbook": (lambda: BOOK, 1, ([], 1)),
    "workbook with other sheets": (
        lambda: workbook({"说明": [["x"]], "办件": [HEADER, row()]}),
        1,
        (["OTHER_SHEET"], 1),
    ),
    "workbook with blank rows": (lambda: workbook({"办件": [HEADER, [], row(), ["" for _ in HEADER]]}), 1, ([], 1)),
    "sheet under another name": (lambda: workbook({"Sheet1": [HEADER, row()]}), 1, "SHEET"),
    "workbook without a header": (lambda: workbook({"办件": [row()]}), 0, "HEADER"),
    "identity number as a number": (lambda: with_numbers(证件号码=float(SECRET)), 1, "TYPE_LOSS"),
    "phone as a number": (lambda: with_numbers(联系电话=13800000001), 1, "TYPE_LOSS"),
    "date as a serial": (lambda: with_numbers(申请时间=datetime(2021, 9, 6)), 1, "TYPE_LOSS"),
    "truth value": (lambda: with_numbers(申请方式=True), 1, "TYPE_LOSS"),
    "number in the first row": (lambda: workbook({"办件": [[float(SECRET), *HEADER]]}), 0, "TYPE_LOSS"),
    "number in scientific notation as text": (lambda: with_numbers(联系电话="1.38E+10"), 1, "TYPE_LOSS"),
    "formula that was never calculated": (lambda: with_numbers(事项名称='="食品"&"经营"'), 1, "FORMULA"),
    "formula that failed": (lambda: with_numbers(事项名称="#N/A"), 1, "FORMULA"),
    "formula with its text": (lambda: calculated("<v>食品经营许可证核发</v>"), 1, ([], 1)),
    "formula that found nothing": (lambda: calculated("<v></v>"), 1, ([], 1)),
    "far cell": (far_cell, 1, "SHAPE"),
    "rows without end": (far_row, 1, "SHAPE"),
    "a structure that kills the parser": (killer, 1, "PARSER_DIED"),
    "zip bomb": (bomb, 1, "BOMB"),
    "a cell of 300 MB": (big_cell, 1, "BOMB"),
    "a part that inflates 1,000 times": (lambda: drops.repacked(BOOK, {}, (("a", b"0" * (20 << 20)),)), 1, "BOMB"),
    "document type in the workbook part": (lambda: with_doctype("xl/workbook.xml"), 1, "DOCTYPE"),
    "document type in the sheet": (lambda: with_doctype(SHEET), 1, "DOCTYPE"),
    "document type in the relations": (lambda: with_doctype("_rels/.rels"), 1, "DOCTYPE"),
    "document type in the content types": (lambda: with_doctype("[Content_Types].xml"), 1, "DOCTYPE"),
    "document type in utf-16": (lambda: with_doctype(SHEET, "utf-16"), 1, "ZIP"),
    "external entity": (lambda: with_doctype(SHEET, system="http://127.0.0.1:9/x.dtd"), 1, "DOCTYPE"),
    "a part larger than its directory says": (lambda: understated(BOOK), 1, "ZIP"),
    "a part larger than its directory says, check sum right": (lambda: understated(BOOK, True), 1, "ZIP"),
    "a bomb that its directory hides": (lambda: understated(big_cell()), 1, "BOMB"),
    "600 parts": (many_entries, 1, "ZIP"),
    "a part twice": (lambda: drops.repacked(BOOK, {}, ((SHEET, b"<x/>"),)), 1, "ZIP"),
    "cut workbook": (cut_zip, 1, "ZIP"),
    "corrupt workbook": (corrupt_zip, 1, "ZIP"),
    "zip of something else": (lambda: drops.repacked(BOOK, {"xl/workbook.xml": None}), 1, "SHEET"),
    "macro": (lambda: drops.repacked(BOOK, {}, (("xl/vbaProject.bin", b"x"),)), 1, "ACTIVE"),
    "external link": (
        lambda: drops.repacked(BOOK, {}, (("xl/externalLinks/externalLink1.xml", b"<x/>"),)),
        1,
        "ACTIVE",
    ),
    "embedded object": (lambda: drops.repacked(BOOK, {}, (("xl/embeddings/oleObject1.bin", b"x"),)), 1, "ACTIVE"),
    "data connection": (lambda: drops.repacked(BOOK, {}, (("xl/connections.xml", b"<x/>"),)), 1, "ACTIVE"),
    "old or encrypted workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, 1, "ACTIVE"),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetched]:
    """Everything taken by one fetch."""
    with corpus.taken(FILES, tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.mark.parametrize("label", FILES)
def test_a_file_is_read_or_refused(fetched: Fetched, label: str) -> None:
    assert corpus.outcome(fetched, label) == FILES[label][2]


def test_no_reason_shows_a_value(fetched: Fetched) -> None:
    reasons = " ".join(str(landed.reason) for landed in fetched.refused)
    assert not [value for value in (SECRET, SECRET[:9], "1.1010519", "王芳", "13800000001", "1.38") if value in reasons]
    assert all("；请" in str(landed.reason) for landed in fetched.refused)


def test_a_refused_drop_is_kept_as_it_came(fetched: Fetched) -> None:
    (bad,) = [landed for landed in fetched.refused if landed.label == "cut workbook"]
    assert (bad.folder / "0.bin").read_bytes() == cut_zip()

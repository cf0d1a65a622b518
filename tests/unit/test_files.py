"""Every class of file that a station may send is read or refused with its code; one bad file never stops another.

All of them lie in one drop folder and are taken by one fetch, so that what kills the reader is seen to spare the rest.
"""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

import drops
from drops import HEADER, row, table, workbook
from govservice import register, settings
from govservice.load import Unparsable
from govservice.sources import files
from govservice.sources.endpoint import Endpoint, Window
from govservice.sources.files import Fetched

SOURCE = register.load(settings.CONTRACT / "sources.yml")["dizhang_station"]
WINDOW = Window({}, "2021-09-11 00:00:00")
BOOK = workbook({"办件": [HEADER, row()]})
SECRET = "110105194912310055"  # stands in cells that are refused; it must not be in any reason


def with_numbers(**changes: Any) -> bytes:
    """A workbook with other cells than text."""
    cells = [changes.get(header, cell) for header, cell in zip(HEADER, row(), strict=True)]
    return workbook({"办件": [HEADER, cells]})


def far_cell() -> bytes:
    """A workbook of 5 KB with one cell in its last row and column."""
    sheet = zipfile.ZipFile(io.BytesIO(BOOK)).read("xl/worksheets/sheet1.xml").decode()
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return drops.repacked(BOOK, {"xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", far).encode()})


def with_doctype(part: str, encoding: str = "utf-8") -> bytes:
    """A workbook with a document type declaration in one of its parts."""
    text = zipfile.ZipFile(io.BytesIO(BOOK)).read(part).decode()
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding != "utf-8" else ""
    declared = head + '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + text.split("?>", 1)[-1]
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
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    at = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return BOOK[:at] + bytes([BOOK[at] ^ 0xFF]) + BOOK[at + 1 :]


def bomb() -> bytes:
    """A workbook of 300 KB that inflates to 300 MB."""
    return drops.repacked(BOOK, {}, (("xl/media/image1.bin", b"0" * (300 << 20)),))


# Contents of 办件.csv or 办件.xlsx, the number of rows that the manifest states, and what becomes of them:
# a code, where the whole drop is refused, else the codes of the rows that cannot be read and the number of those that can.
Outcome = str | tuple[list[str], int]
FILES: dict[str, tuple[Callable[[], bytes], int, Outcome]] = {
    # encodings
    "utf-8": (lambda: table(row()).encode(), 1, ([], 1)),
    "utf-8 with bom": (lambda: table(row()).encode("utf-8-sig"), 1, ([], 1)),
    "gb18030": (lambda: table(row()).encode("gb18030"), 1, ([], 1)),
    "gb18030 with four-byte characters": (lambda: table(row(申请人名称="王𠮷")).encode("gb18030"), 1, ([], 1)),
    "utf-16 little endian": (lambda: table(row()).encode("utf-16"), 1, "ENCODING"),
    "utf-16 big endian": (lambda: b"\xfe\xff" + table(row()).encode("utf-16-be"), 1, "ENCODING"),
    "utf-16 without bom": (lambda: table(row()).encode("utf-16-le"), 1, "ENCODING"),
    "big5": (lambda: "辦件編號,事項名稱\r\nN1,登記\r\n".encode("big5"), 1, "HEADER"),
    "latin-1": (lambda: b"\xe9\xe8\xff\xff\xff\r\n", 1, "ENCODING"),
    "one row in another encoding": (
        lambda: table(row()).encode() + table(row("N2"), header=None).encode("gb18030"),
        2,
        "ENCODING",
    ),
    # shape
    "empty": (lambda: b"", 0, "EMPTY"),
    "only a bom": (lambda: b"\xef\xbb\xbf", 0, "EMPTY"),
    "only a header": (lambda: table().encode(), 0, ([], 0)),
    "no header": (lambda: table(row(), header=None).encode(), 0, "HEADER"),
    "header twice": (lambda: table(list(HEADER), row()).encode(), 2, (["HEADER_AGAIN"], 1)),
    "a column twice": (lambda: table(row() + ["x"], header=(*HEADER, "事项名称")).encode(), 1, "HEADER"),
    "semicolons": (lambda: table(row(), delimiter=";").encode(), 1, "HEADER"),
    "tabs": (lambda: table(row(), delimiter="\t").encode(), 1, "HEADER"),
    "a cell too many and one too few": (
        lambda: table(row() + [SECRET], row()[:-1], row()).encode(),
        3,
        (["COLUMNS"] * 2, 1),
    ),
    "blank lines": (lambda: table(row()).replace("\r\n", "\r\n\r\n").encode(), 1, ([], 1)),
    "unbalanced quote": (lambda: table(row(), row("N2")).replace("N1", '"N1').encode(), 2, "MANIFEST"),
    "quote inside a cell": (lambda: table(row(), row("N2")).replace("N1", '"N1"x').encode(), 2, (["QUOTES"], 1)),
    "last line cut off": (lambda: table(row(), row("N2")).encode()[:-60], 2, (["COLUMNS"], 1)),
    "last line missing": (lambda: table(row()).encode(), 2, "MANIFEST"),
    "a row more than stated": (lambda: table(row(), row("N2")).encode(), 1, "MANIFEST"),
    "old mac line ends": (lambda: table(row(), row("N2")).replace("\r\n", "\r").encode(), 2, ([], 2)),
    # cells
    "nul": (lambda: table(row(申请人名称="王\x00芳")).encode(), 1, ([], 1)),
    "131,073 characters": (lambda: table(row(办理意见="好" * 131_073)).encode(), 1, ([], 1)),
    "11 million characters": (lambda: table(row(办理意见="x" * 11_000_000), row()).encode(), 2, (["QUOTES"], 1)),
    "text of a JSON escape in an unknown column": (
        lambda: table([*row(), "\\u0000"], header=(*HEADER, "备注")).encode(),
        1,
        ([], 1),
    ),
    # workbooks
    "workbook": (lambda: BOOK, 1, ([], 1)),
    "workbook with other sheets": (lambda: workbook({"说明": [["x"]], "办件": [HEADER, row()]}), 1, ([], 1)),
    "workbook with blank rows": (lambda: workbook({"办件": [HEADER, [], row(), ["" for _ in HEADER]]}), 1, ([], 1)),
    "sheet under another name": (lambda: workbook({"Sheet1": [HEADER, row()]}), 1, "SHEET"),
    "workbook without a header": (lambda: workbook({"办件": [row()]}), 0, "HEADER"),
    "identity number as a number": (lambda: with_numbers(证件号码=float(SECRET)), 1, "TYPE_LOSS"),
    "phone as a number": (lambda: with_numbers(联系电话=13800000001), 1, "TYPE_LOSS"),
    "date as a serial": (lambda: with_numbers(申请时间=datetime(2021, 9, 6)), 1, "TYPE_LOSS"),
    "truth value": (lambda: with_numbers(申请方式=True), 1, "TYPE_LOSS"),
    "number in the first row": (lambda: workbook({"办件": [[float(SECRET), *HEADER]]}), 0, "TYPE_LOSS"),
    "far cell": (far_cell, 1, "PARSER_DIED"),
    "zip bomb": (bomb, 1, "BOMB"),
    "document type in the workbook part": (lambda: with_doctype("xl/workbook.xml"), 1, "DOCTYPE"),
    "document type in the sheet": (lambda: with_doctype("xl/worksheets/sheet1.xml"), 1, "DOCTYPE"),
    "document type in the relations": (lambda: with_doctype("_rels/.rels"), 1, "DOCTYPE"),
    "document type in the content types": (lambda: with_doctype("[Content_Types].xml"), 1, "DOCTYPE"),
    "document type in utf-16": (lambda: with_doctype("xl/worksheets/sheet1.xml", "utf-16"), 1, "ZIP"),
    "600 parts": (many_entries, 1, "ZIP"),
    "a part twice": (lambda: drops.repacked(BOOK, {}, (("xl/worksheets/sheet1.xml", b"<x/>"),)), 1, "ZIP"),
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
    "old or encrypted workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, 1, "ACTIVE"),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Everything taken by one fetch: what is refused, and what can be read by drop."""
    root, workspace = tmp_path_factory.mktemp("drops"), tmp_path_factory.mktemp("workspace")
    for label, (build, count, _) in FILES.items():
        content = build()
        name = "办件.xlsx" if content[:2] in (b"PK", b"\xd0\xcf") else "办件.csv"
        drops.drop(root, label, {name: content}, {name: {"办件": count}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("var")))
        yield files.fetch(SOURCE, Endpoint("fs", extra={"path": str(root)}), WINDOW, {}, workspace)


@pytest.mark.parametrize("label", FILES)
def test_a_file_is_read_or_refused(fetched: Fetched, label: str) -> None:
    assert outcome(fetched, label) == FILES[label][2]


def test_no_reason_shows_a_value(fetched: Fetched) -> None:
    reasons = " ".join(str(landed.reason) for landed in fetched.refused)
    assert not [value for value in (SECRET, SECRET[:9], "1.1010519", "王芳", "13800000001", "1.38") if value in reasons]
    assert all("；请" in str(landed.reason) for landed in fetched.refused)


def test_a_refused_drop_is_kept_as_it_came(fetched: Fetched) -> None:
    (bad,) = [landed for landed in fetched.refused if landed.label == "cut workbook"]
    assert (bad.folder / "0.bin").read_bytes() == cut_zip()


def outcome(fetched: Fetched, label: str) -> Outcome:
    """What became of a drop."""
    refused = [landed for landed in fetched.refused if landed.label == label]
    if refused:
        return str(refused[0].reason_code)
    (batch,) = [batch for batch in fetched.batches if batch.landed.label == label and batch.feed == "accept"]
    records = list(batch.read())
    codes = [record.code for record in records if isinstance(record, Unparsable)]
    return codes, len(records) - len(codes)

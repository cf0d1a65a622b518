"""Where the parts of a workbook stand, and what is wrong with them: only what is read can be a reason to refuse it."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import corpus
import drops
from drops import HEADER, row, workbook
from govservice.collecting.delivery import Fetched
from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.archive import Budget
from govservice.collecting.sources.reader.refusal import Refused
from govservice.collecting.sources.reader.table import Table
from govservice.collecting.sources.reader.workbook import tables as read_workbook
from tables import replaced

SHEET, RELATIONS, STRINGS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
BOOK = workbook({"办件": [HEADER, row()]})
NAME = '<c r="D2" t="inlineStr"><is><t>食品经营许可证核发</t></is></c>'  # 事项名称
ERROR = '<c r="D2" t="e"><f>VLOOKUP(B2,X1:Y9,2,0)</f><v>#N/A</v></c>'


def part(name: str, book: bytes = BOOK) -> str:
    """A part of a workbook as text."""
    return zipfile.ZipFile(io.BytesIO(book)).read(name).decode()


def with_name(cell: str, book: bytes = BOOK, sheet: str = SHEET) -> bytes:
    """A workbook with another cell for 事项名称."""
    return drops.repacked(book, {sheet: replaced(part(sheet, book), NAME, cell).encode()})


def with_end(rows: str) -> bytes:
    """A workbook with more rows, as XML."""
    return drops.repacked(BOOK, {SHEET: replaced(part(SHEET), "</sheetData>", f"{rows}</sheetData>").encode()})


def moved(name: Callable[[str], str], *changes: tuple[str, str, str], book: bytes = BOOK) -> bytes:
    """A workbook whose parts have other names, with changes to the text of parts (part, old, new)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w") as new:
        texts = {each: old.read(each).decode() for each in old.namelist()}
        for changed, was, now in changes:
            texts[changed] = replaced(texts[changed], was, now)
        for each, text in texts.items():
            entry = zipfile.ZipInfo()
            entry.filename = name(each)  # the constructor would turn backslashes
            new.writestr(entry, text)
    return made.getvalue()


def elsewhere(book: bytes = BOOK) -> bytes:
    """The workbook part under another name, its sheet outside of xl."""
    names = {"xl/workbook.xml": "xl/book.xml", RELATIONS: "xl/_rels/book.xml.rels", SHEET: "other/表 1.xml"}
    return moved(
        lambda each: names.get(each, each),
        ("_rels/.rels", "xl/workbook.xml", "/xl/book.xml"),
        (RELATIONS, "/xl/worksheets/sheet1.xml", "../other/%E8%A1%A8%201.xml"),
        book=book,
    )


def by_content_types() -> bytes:
    """A workbook whose relations do not name it: its content types do."""
    made = moved(
        lambda each: each.replace("xl/workbook", "xl/book").replace("_rels/workbook", "_rels/book"),
        ("[Content_Types].xml", "/xl/workbook.xml", "/xl/book.xml"),
    )
    return drops.repacked(made, {"_rels/.rels": None})


def shared() -> bytes:
    """A workbook with its 事项名称 in a table of shared strings, as spreadsheets write texts."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Type="{kind}" Target="sharedStrings.xml" Id="rId9"/></Relationships>'
    return drops.repacked(
        with_name('<c r="D2" t="s"><v>0</v></c>'),
        {RELATIONS: replaced(part(RELATIONS), "</Relationships>", relation).encode()},
        ((STRINGS, f'<sst xmlns="{space}"><si><t>食品经营许可证核发</t></si></sst>'.encode()),),
    )


def beside(title: str, cells: list[list[Any]], state: str = "visible") -> bytes:
    """A workbook with another sheet beside 办件."""
    made = workbook({"办件": [HEADER, row()], title: cells})
    text = part("xl/workbook.xml", made)
    changed = re.sub(f'(name="{title}"[^>]*state=")visible', rf"\g<1>{state}", text)
    return drops.repacked(made, {"xl/workbook.xml": changed.encode()})


def drawn_down() -> bytes:
    """A workbook whose formula for 事项名称 is drawn down below the last record."""
    return with_end("".join(f'<row r="{n}"><c r="D{n}" t="e"><f>X</f><v>#N/A</v></c></row>' for n in range(3, 30)))


def unknown_column(cell: str) -> bytes:
    """A workbook with a formula in a column that the contract does not know."""
    made = workbook({"办件": [[*HEADER, "序号说明"], [*row(), "x"]]})
    return drops.repacked(
        made, {SHEET: replaced(part(SHEET, made), '<c r="W2" t="inlineStr"><is><t>x</t></is></c>', cell).encode()}
    )


def doctype(text: str) -> bytes:
    """A text with a document type declaration before its root."""
    return (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + text.encode()).replace(b"?><?", b"?><?", 1)


FORMULAS = {
    "without a value": '<c r="D2"><f>A1</f></c>',
    "of type str without a value": '<c r="D2" t="str"><f>A1</f></c>',
    "with an empty value": '<c r="D2"><f>A1</f><v></v></c>',
    "with an empty value in one tag": '<c r="D2"><f>A1</f><v/></c>',
    "of type n": '<c r="D2" t="n"><f>A1</f><v /></c>',
    "with its value before it": '<c r="D2" t="str"><v>食品经营许可证核发</v><f>A1</f></c>',
    "with an empty value before it": '<c r="D2" t="str"><v></v><f>A1</f></c>',
    "shared": '<c r="D2"><f t="shared" si="0"/></c>',
    "shared, of type str": '<c t="str" r="D2"><f t="shared" si="0" /></c>',
    "with a comment behind it": '<c r="D2"><f>A1</f><!-- not calculated --></c>',
    "over lines": '<c\n  r="D2"\n  t = "str"\n>\n<f>A1</f>\n</c>',
    "that is an error": ERROR,
    "that is an error in other quotes": ERROR.replace('"e"', "'e'"),
    "that is an error without a formula": '<c r="D2" t="e"><v>#REF!</v></c>',
}
CALCULATED = {
    "a text": '<c r="D2" t="str"><f>A1</f><v>食品经营许可证核发</v></c>',
    "a blank": '<c r="D2" t="str"><f>A1</f><v xml:space="preserve"> </v></c>',
    "nothing": '<c r="D2" t="str"><f>A1</f><v></v></c>',
    "nothing in one tag": '<c r="D2" t="str"><f>A1</f><v/></c>',
    "a text behind a comment": '<c r="D2" t="str"><f>A1</f><!-- x --><v>食品</v></c>',
    "a text of a shared formula": '<c r="D2" t="str"><f t="shared" si="0"/><v>食品</v></c>',
}

FILES: dict[str, corpus.Case] = {
    **{f"a formula {how}": ((lambda cell=cell: with_name(cell)), 1, "FORMULA") for how, cell in FORMULAS.items()},
    **{
        f"a formula that gave {what}": ((lambda cell=cell: with_name(cell)), 1, ([], 1))
        for what, cell in CALCULATED.items()
    },
    "a formula with a prefix": (
        lambda: drops.repacked(
            BOOK,
            {
                SHEET: re.sub(r"<(/?)(?=\w)", r"<\1x:", replaced(part(SHEET), NAME, '<c r="D2"><f>A1</f></c>'))
                .replace("xmlns=", "xmlns:x=", 1)
                .encode()
            },
        ),
        1,
        "FORMULA",
    ),
    # what is not read
    "an error in a sheet of another name": (
        lambda: with_name(ERROR, beside("统计", [["x"] * 3, row()]), "xl/worksheets/sheet2.xml"),
        1,
        (["OTHER_SHEET"], 1),
    ),
    "an error in a hidden sheet": (
        lambda: with_name(ERROR, beside("办件2", [HEADER, row()], "hidden"), "xl/worksheets/sheet2.xml"),
        1,
        (["HIDDEN_SHEET"], 1),
    ),
    "an error in the second of two sheets that are read": (
        lambda: with_name(ERROR, beside("办件2", [HEADER, row("N2")]), "xl/worksheets/sheet2.xml"),
        2,
        "FORMULA",
    ),
    "a formula in a total": (
        lambda: with_end(
            '<row r="3"><c r="A3" t="inlineStr"><is><t>合计</t></is></c><c r="B3"><f>COUNTA(A2:A2)</f></c></row>'
        ),
        1,
        (["TOTAL_ROW"], 1),
    ),
    "formulas drawn down below the last record": (drawn_down, 1, ([], 1)),
    "a number that is an error": (
        lambda: with_end('<row r="3"><c r="A3" t="e"><f>X</f><v>#REF!</v></c></row>'),
        2,
        "FORMULA",
    ),
    "an error in a column that is not the contract's": (
        lambda: unknown_column('<c r="W2" t="e"><v>#N/A</v></c>'),
        1,
        (["FORMULA_UNREAD"], 1),
    ),
    "a formula in a column that is not the contract's": (
        lambda: unknown_column('<c r="W2"><f>ROW()</f></c>'),
        1,
        (["FORMULA_UNREAD"], 1),
    ),
    "an empty row far below": (lambda: with_end('<row r="1048576" hidden="1"/>'), 1, ([], 1)),
    "rows hidden to the end": (
        lambda: with_end('<row r="1048575" hidden="1"></row><row r="1048576" hidden="1" ht="0"/>'),
        1,
        ([], 1),
    ),
    "formats to the end": (
        lambda: with_end('<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"></c></row>'),
        1,
        ([], 1),
    ),
    "a far cell in a sheet of another name": (
        lambda: drops.repacked(
            beside("统计", [["x"]]),
            {
                "xl/worksheets/sheet2.xml": replaced(
                    part("xl/worksheets/sheet2.xml", beside("统计", [["x"]])),
                    "</sheetData>",
                    '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
                ).encode()
            },
        ),
        1,
        (["OTHER_SHEET"], 1),
    ),
    "a far cell of no column": (
        lambda: with_end('<row r="3"><c r="ZZZZZZZ3" t="inlineStr"><is><t>x</t></is></c></row>'),
        1,
        "SHAPE",
    ),
    "document type in a picture": (
        lambda: drops.repacked(BOOK, {}, (("xl/media/image1.svg", doctype("<svg/>")),)),
        1,
        ([], 1),
    ),
    "document type in the theme": (
        lambda: drops.repacked(BOOK, {"xl/theme/theme1.xml": doctype("<theme/>")}),
        1,
        ([], 1),
    ),
    "document type in a sheet of another name": (
        lambda: drops.repacked(beside("统计", [["x"]]), {"xl/worksheets/sheet2.xml": doctype("<worksheet/>")}),
        1,
        (["OTHER_SHEET"], 1),
    ),
    "document type in the styles": (
        lambda: drops.repacked(BOOK, {"xl/styles.xml": doctype(part("xl/styles.xml"))}),
        1,
        "DOCTYPE",
    ),
    "document type in the shared strings": (
        lambda: drops.repacked(shared(), {STRINGS: doctype(part(STRINGS, shared()))}),
        1,
        "DOCTYPE",
    ),
    "document type in the workbook part in utf-16": (
        lambda: drops.repacked(
            BOOK,
            {
                "xl/workbook.xml": (
                    '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "a">]>' + part("xl/workbook.xml")
                ).encode("utf-16")
            },
        ),
        1,
        "DOCTYPE",
    ),
    # where the parts stand
    "shared strings": (lambda: shared(), 1, ([], 1)),
    "backslashes": (lambda: moved(lambda each: each.replace("/", "\\")), 1, ([], 1)),
    "backslashes, an error": (lambda: moved(lambda each: each.replace("/", "\\"), book=with_name(ERROR)), 1, "FORMULA"),
    "upper case": (lambda: moved(lambda each: each.replace("sheet1", "Sheet1")), 1, ([], 1)),
    "upper case, an error": (
        lambda: moved(lambda each: each.replace("xl/w", "XL/W"), book=with_name(ERROR)),
        1,
        "FORMULA",
    ),
    "parts elsewhere": (elsewhere, 1, ([], 1)),
    "parts elsewhere, shared strings": (
        lambda: moved(
            lambda each: each.replace("xl/", "内容/"),
            ("_rels/.rels", "xl/workbook.xml", "内容/workbook.xml"),
            (RELATIONS, "/xl/worksheets", "/内容/worksheets"),
            (RELATIONS, '"sharedStrings.xml"', '"../内容/sharedStrings.xml"'),
            book=shared(),
        ),
        1,
        ([], 1),
    ),
    "parts elsewhere, an error": (lambda: elsewhere(with_name(ERROR)), 1, "FORMULA"),
    "a workbook that only its content type names": (by_content_types, 1, ([], 1)),
    "a part twice, in two spellings": (
        lambda: drops.repacked(BOOK, {}, ((SHEET.upper(), b"<x/>"),)),
        1,
        "ZIP",
    ),
    "a broken list of relations": (lambda: drops.repacked(BOOK, {RELATIONS: b"<Relationships><"}), 1, "ZIP"),
    "a shared string that is not there": (lambda: with_name('<c r="D2" t="s"><v>99</v></c>'), 1, "ZIP"),
    # texts
    "rich text": (
        lambda: with_name(
            '<c r="D2" t="inlineStr"><is><r><t>食品经营</t></r><r><rPr><b/></rPr><t>许可证核发</t></r></is></c>'
        ),
        1,
        ([], 1),
    ),
    "a number of 18 digits": (lambda: with_name('<c r="D2"><v>610526198001011234</v></c>'), 1, "TYPE_LOSS"),
    "a date": (lambda: with_name('<c r="D2" t="d"><v>2021-09-06T00:00:00</v></c>'), 1, "TYPE_LOSS"),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetched]:
    """Everything taken by one fetch."""
    with corpus.taken(FILES, tmp_path_factory.mktemp("parts")) as found:
        yield found


@pytest.mark.parametrize("label", FILES)
def test_a_workbook_is_read_or_refused_for_what_is_read(fetched: Fetched, label: str) -> None:
    assert corpus.outcome(fetched, label) == FILES[label][2]


@pytest.mark.parametrize(
    "label", ["parts elsewhere", "backslashes", "shared strings", "a workbook that only its content type names"]
)
def test_a_record_is_the_same_wherever_its_parts_stand(fetched: Fetched, label: str) -> None:
    assert record(fetched, label) == record(fetched, "an empty row far below")


def record(fetched: Fetched, label: str) -> list[str]:
    """The columns of the only record of a drop, without the name of the drop."""
    (batch,) = [batch for batch in fetched.batches if batch.landed.label == label and batch.feed == "accept"]
    (found,) = batch.read()
    return found.line.decode().replace(label, "").split("\t")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("label", "where"),
    [
        ("a formula without a value", "办件.xlsx 办件 第 2 行，列 “事项名称”（D2）"),
        ("an error in the second of two sheets that are read", "办件.xlsx 办件2 第 2 行，列 “事项名称”（D2）"),
        ("a number that is an error", "办件.xlsx 办件 第 3 行，列 “办件编号”（A3）"),
        ("a far cell of no column", "办件.xlsx 办件 远达"),
        ("document type in the styles", "办件.xlsx 的 xl/styles.xml"),
    ],
)
def test_a_refusal_says_where(fetched: Fetched, label: str, where: str) -> None:
    (reason,) = [landed.reason for landed in fetched.refused if landed.label == label]
    assert where in str(reason)


def tables_of(book: bytes, inflated: int) -> list[Table]:
    """What the reader finds in a workbook of which so many bytes may be inflated."""
    return [*read_workbook(book, "办件.xlsx", {"办件": 1}, Budget(inflated), lambda _: None)]


def test_of_several_bad_parts_the_first_of_the_file_is_named() -> None:
    book = workbook({f"办件{number}": [HEADER, row()] for number in range(1, 13)})
    bad = {name: doctype(part(name, book)) for name in zipfile.ZipFile(io.BytesIO(book)).namelist() if "/sheet" in name}
    with pytest.raises(Refused, match="sheet1.xml 含文档类型声明"):
        tables_of(drops.repacked(book, bad), 1 << 28)


def test_a_workbook_of_an_unusual_layout_may_be_as_large_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    book = elsewhere()
    size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(book)).infolist())
    monkeypatch.setattr(limits, "INFLATED_BYTES", size)
    assert len(tables_of(book, size)) == 1

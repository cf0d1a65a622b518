"""A zip of station files, a workbook of several sheets: every record of them is read, everything else is named or refused."""

import io
import random
import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

import pytest

import corpus
from drops import HEADER, STEP_HEADER, packed, row, step, table, workbook
from govservice.collecting.delivery import Fetched
from tables import replaced

CASES, STEPS = table(row()).encode(), table(step(), header=STEP_HEADER).encode()
BOOK = workbook({"办件": [HEADER, row()], "环节": [STEP_HEADER, step()]})
BOTH = {"办件": 1, "环节": 1}


def named(name: bytes, content: bytes = CASES) -> bytes:
    """A zip whose one name is these very bytes, without a flag that says how they are written."""
    stand_in = "x" * len(name)
    start, between, end = packed((stand_in, content)).split(stand_in.encode())  # the name stands in both directories
    return name.join((start, between, end))


def flagged(flag: int) -> bytes:
    """A zip with a flag set in both directories."""
    made = bytearray(packed(("办件.csv", CASES)))
    made[6] |= flag
    made[made.index(b"PK\x01\x02") + 8] |= flag
    return bytes(made)


def link() -> bytes:
    """A zip with a symbolic link."""
    entry = zipfile.ZipInfo("办件.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed((entry, b"/etc/passwd"))


def overlapping() -> bytes:
    """A zip whose two entries are the same bytes of the file, under one name each."""
    made = packed(("a办件.csv", CASES), ("b办件.csv", CASES))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        second = archive.infolist()[1].header_offset
    return replaced(made, second.to_bytes(4, "little"), bytes(4))


def hidden(state: str) -> Callable[[], bytes]:
    """A workbook whose sheet 办件 is not shown: the sender may not have seen it."""
    import openpyxl

    def build() -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(workbook({"环节": [STEP_HEADER, step()], "办件": [HEADER, row()]})))
        book["办件"].sheet_state = state
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    return build


def filtered() -> bytes:
    """A workbook with a hidden row and a hidden column, as a filter leaves them: they are records all the same."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook({"办件": [HEADER, row(), row("N2")]})))
    book["办件"].row_dimensions[3].hidden = True
    book["办件"].column_dimensions["B"].hidden = True
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


FILES: dict[str, corpus.Case] = {
    # what a zip may hold
    "two csv files": (lambda: packed(("办件.csv", CASES), ("环节.csv", STEPS)), BOTH, ([], 1)),
    "a workbook": (lambda: packed(("九月.xlsx", BOOK)), BOTH, ([], 1)),
    "a csv file of the only sheet declared": (lambda: packed(("九月.csv", CASES)), 1, ([], 1)),
    "a folder of files": (lambda: packed(("九月/", b""), ("九月/办件.csv", CASES)), 1, ([], 1)),
    "several files of a sheet": (
        lambda: packed(("办件1.csv", CASES), ("办件2.csv", table(row("N2")).encode())),
        2,
        ([], 2),
    ),
    "a name in gb18030": (lambda: named("九月办件.csv".encode("gb18030")), 1, ([], 1)),
    "a name in utf-8 without its flag": (lambda: named("九月办件.csv".encode()), 1, ([], 1)),
    "a letter and a picture": (
        lambda: packed(("办件.csv", CASES), ("说明.docx", b"x"), ("章.png", b"x")),
        1,
        (["OTHER_FILE"] * 2, 1),
    ),
    "files that an operating system adds": (
        lambda: packed(("办件.csv", CASES), ("__MACOSX/._办件.csv", b"x"), ("~$办件.xlsx", b"x"), (".办件.csv", b"x")),
        1,
        (["OTHER_FILE"] * 3, 1),
    ),
    "a total row in a packed file": (
        lambda: packed(("办件.csv", CASES + b"\xe5\x90\x88\xe8\xae\xa1,1\r\n")),
        1,
        (["TOTAL_ROW"], 1),
    ),
    # what it may not
    "empty zip": (lambda: packed(), 0, "EMPTY"),
    "no table in it": (lambda: packed(("说明.docx", b"x")), 0, "SHEET"),
    "an empty file in it": (lambda: packed(("办件.csv", b"")), 0, "EMPTY"),
    "a csv file of no sheet": (lambda: packed(("x.csv", CASES), ("环节.csv", STEPS)), BOTH, "MANIFEST"),
    "a sheet that the manifest does not list": (
        lambda: packed(("办件.csv", CASES), ("环节.csv", STEPS)),
        1,
        "MANIFEST",
    ),
    "another number of rows": (
        lambda: packed(("办件.csv", CASES), ("环节.csv", STEPS)),
        {"办件": 2, "环节": 1},
        "MANIFEST",
    ),
    "the same file twice under two names": (lambda: packed(("办件1.csv", CASES), ("办件2.csv", CASES)), 2, "MANIFEST"),
    "a zip in a zip": (lambda: packed(("内.zip", packed(("办件.csv", CASES)))), 1, "ZIP"),
    "a zip in a zip under another name": (lambda: packed(("办件.csv", packed(("办件.csv", CASES)))), 1, "ZIP"),
    "an archive of another kind": (lambda: packed(("办件.csv", CASES), ("材料.rar", b"x")), 1, "ZIP"),
    "a name twice": (lambda: packed(("办件.csv", CASES), ("办件.csv", table(row("N2")).encode())), 2, "ZIP"),
    "600 files": (lambda: packed(("办件.csv", CASES), *[(f"{n}.txt", b"") for n in range(600)]), 1, "ZIP"),
    "a million entries": (lambda: b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000, 1, "ZIP"),
    "overlapping entries": (overlapping, 1, "ZIP"),
    "cut zip": (lambda: packed(("办件.csv", CASES))[:-40], 1, "ZIP"),
    "300 MB": (
        lambda: packed(*[(f"办件{n}.csv", random.Random(n).randbytes(1000) * 60_000) for n in range(5)]),
        1,
        "BOMB",
    ),
    "20 MB of nothing": (lambda: packed(("办件.csv", b"\n" * (20 << 20))), 0, "BOMB"),
    "a bomb in a workbook": (
        lambda: packed(("办件.xlsx", BOOK), ("环节.xlsx", packed(("[Content_Types].xml", b"0" * (20 << 20))))),
        BOTH,
        "BOMB",
    ),
    "password": (lambda: flagged(0x1), 1, "ACTIVE"),
    "old workbook in a zip": (lambda: packed(("办件.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 512)), 1, "ACTIVE"),
    "macro workbook in a zip": (
        lambda: packed(("办件.xlsm", packed(("[Content_Types].xml", b"<x/>"), ("xl/vbaProject.bin", b"x")))),
        1,
        "ACTIVE",
    ),
    "link": (link, 1, "NAME"),
    **{
        f"name with {what}": (partial(named, name), 1, "NAME")
        for what, name in {
            "a way up": b"../x.csv",
            "an absolute path": b"/etc/x.csv",
            "a way up inside": b"a/../../x.csv",
            "a drive": b"C:/x.csv",
            "a backslash": b"a\\x.csv",
            "an empty folder": b"a//x.csv",
            "a line break": b"x\n.csv",
            "an escaped nul": b"x%00.csv",
            "a nul": b"x\x00.csv",
            "a reserved word": b"CON.csv",
            "no known encoding": b"\xff\xff.csv",
            "a bidi mark": "\u202egpj.csv".encode(),
            "300 characters": b"x" * 300,
        }.items()
    },
    # sheets of a workbook
    "both sheets": (lambda: BOOK, BOTH, ([], 1)),
    "a sheet that goes on": (
        lambda: workbook({"办件": [HEADER, row()], "办件 (2)": [HEADER, row("N2")], "办件续": [HEADER, row("N3")]}),
        3,
        ([], 3),
    ),
    "sheets by week": (
        lambda: workbook({"办件（第一周）": [HEADER, row()], "办件_第2周": [HEADER, row("N2")]}),
        2,
        ([], 2),
    ),
    "sheets about cases": (
        lambda: workbook({"办件": [HEADER, row()], "办件说明": [["x"]], "办件环节": [["x"]]}),
        1,
        (["OTHER_SHEET"] * 2, 1),
    ),
    "an unused page": (lambda: workbook({"办件": [HEADER, row()], "环节": []}), 1, (["OTHER_SHEET"], 1)),
    "an unused page with its header": (lambda: workbook({"办件": [HEADER, row()], "环节": [STEP_HEADER]}), 1, ([], 1)),
    "a page that the manifest does not list": (lambda: BOOK, 1, "MANIFEST"),
    "an empty sheet that the manifest lists": (lambda: workbook({"办件": []}), 0, "EMPTY"),
    "hidden sheet": (hidden("hidden"), BOTH, "SHEET"),
    "very hidden sheet": (hidden("veryHidden"), BOTH, "SHEET"),
    "hidden sheet that the manifest does not list": (hidden("hidden"), {"环节": 1}, (["HIDDEN_SHEET"], 0)),
    "hidden row and column": (filtered, 2, ([], 2)),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetched]:
    """Everything taken by one fetch."""
    with corpus.taken(FILES, tmp_path_factory.mktemp("packed")) as found:
        yield found


@pytest.mark.parametrize("label", FILES)
def test_what_is_packed_is_read_or_refused(fetched: Fetched, label: str) -> None:
    assert corpus.outcome(fetched, label) == FILES[label][2]

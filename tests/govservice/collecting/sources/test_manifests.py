"""What a manifest may contain, and which names and kinds of files a drop may have."""

import os
from pathlib import Path
from typing import Any

import pytest

from drops import HEADER, case_drop, drop, row, table
from fetching import SOURCE, UNTIL, fetch, known_after, listed, outcome
from govservice.collecting.delivery import Record, Unparsable
from govservice.collecting.protocol import Endpoint, Request, SourceUnreadable, Window
from govservice.collecting.sources import files
from govservice.contract import feeds


def test_a_drop_is_one_delivery_of_all_the_feeds_in_it(root: Path) -> None:
    case_drop(root, "2021-36", "N1", "N2")
    fetched = fetch(root)
    assert {batch.feed: len(list(batch.read())) for batch in fetched.batches} == {
        "accept": 2,
        "process": 2,
        "result": 2,
        "rating": 0,
    }
    assert {batch.landed.label for batch in fetched.batches} == {"2021-36"}
    assert fetched.batches[0].landed.declared == {"accept": 2, "process": 2, "result": 2, "rating": 0}


def test_a_row_without_result_columns_has_no_result(root: Path) -> None:
    open_case = row("N2", 办结时间="", 办结结果="", 证照名称="", 证照编号="")
    drop(root, "2021-36", {"a.csv": table(row("N1"), open_case).encode()}, {"a.csv": {"办件": 2}})
    assert {batch.landed.declared["result"] for batch in fetch(root).batches} == {1}


def test_a_row_with_a_rating_column_filled_has_a_rating(root: Path) -> None:
    header = (*HEADER, "评价渠道", "满意度", "评价详情", "文字评价", "评价时间")
    rated, unrated = [*row("N2"), "4", "5", "510,517", "", "2021-09-09"], [*row("N1"), "", "", " ", "", ""]
    drop(root, "2021-36", {"a.csv": table(rated, unrated, header=header).encode()}, {"a.csv": {"办件": 2}})
    (batch,) = [batch for batch in fetch(root).batches if batch.feed == "rating"]
    (record,) = batch.read()
    assert isinstance(record, Record) and batch.landed.declared["rating"] == 1
    values = dict(zip(feeds()["rating"].columns, record.line.decode().split("\t"), strict=False))
    assert (values["project_no"], values["assess_number"], values["satisfaction"]) == ("N2", "1", "5")
    assert values["area_code"] == "617020000000"  # of 空港, where the station is


def test_what_a_sheet_has_no_column_for_is_filled_in(root: Path) -> None:
    case_drop(root, "2021-36", "N1", "N1")
    records: dict[str, list[Record | Unparsable]] = {batch.feed: list(batch.read()) for batch in fetch(root).batches}
    accept, process = records["accept"], records["process"]
    assert isinstance(accept[0], Record) and isinstance(process[0], Record) and isinstance(process[1], Record)
    assert accept[0].synced_at == "2021-09-10 09:00:00"
    assert accept[0] == accept[1]
    assert process[0].row_key != process[1].row_key  # the order of the steps distinguishes them


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[
            (name, "NAME")
            for name in ("../x.csv", "/etc/passwd", "a/b.csv", "", ".", "..", "x\x00.csv", "x\n.csv", "办件.csv/")
        ],
        *[(name, "NAME") for name in ("\u202egpj.csv", "\ud800.csv", "\udc80.csv", "办件%00.csv", "a\\b.csv")],
        *[(name, "NAME") for name in ("x" * 300, "办" * 100 + ".csv", "CON", "nul.csv")],
        *[(name, "MANIFEST") for name in ("none.csv", ".git", "..csv", "2020-01.csv")],
    ],
)
def test_a_name_is_a_plain_file_name_and_the_file_is_there(root: Path, name: str, code: str) -> None:
    case_drop(root, "good", "N1")
    case_drop(root, "bad", "N2", listing=listed(name=name))
    assert outcome(fetch(root)) == {"good": "loaded", "bad": code}


@pytest.mark.parametrize("name", ["..csv", "2020-01.csv", "办件 (1).csv", "x.pdf", "办" * 80 + ".csv"])
def test_the_name_of_a_file_does_not_decide_its_kind(root: Path, name: str) -> None:
    drop(root, "1999-01", {name: table(row()).encode()}, {name: {"办件": 1}})
    assert outcome(fetch(root)) == {"1999-01": "loaded"}


def test_nothing_is_written_or_read_outside_the_folders(root: Path) -> None:
    (root.parent / "secret.csv").write_bytes(table(row("N1")).encode())
    case_drop(root, "bad", "N2", listing=listed(name="../secret.csv"))
    before = sorted(path for path in root.parent.iterdir())
    assert outcome(fetch(root)) == {"bad": "NAME"}
    assert sorted(path for path in root.parent.iterdir() if path.name != "var") == [
        p for p in before if p.name != "var"
    ]


@pytest.mark.parametrize("kind", ["link to a file", "link to a folder", "folder", "pipe"])
def test_what_is_not_a_file_is_refused(root: Path, kind: str) -> None:
    folder = case_drop(root, "bad", "N1")
    path = folder / "办件.csv"
    path.rename(root.parent / "办件.csv")
    if kind == "link to a file":
        path.symlink_to(root.parent / "办件.csv")
    elif kind == "link to a folder":
        path.symlink_to(root.parent)
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"sha256": None},
        {"rows": {}},
        {"rows": None},
        {"rows": {"办件": -1}},
        {"rows": {"办件": "1"}},
        {"rows": {"办件": 1.5}},
        {"rows": {"材料": 1}},
        {"rows": {"办件": 2}},
        {"rows": {"办件": 1, "环节": 1}},
    ],
    ids=str,
)
def test_a_file_that_does_not_match_its_manifest_is_refused(root: Path, change: dict[str, Any]) -> None:
    case_drop(root, "good", "N1")
    content = table(row("N2")).encode()
    drop(root, "bad", {"a.csv": content}, {"a.csv": {"办件": 1}}, listing=listed(**change))
    assert outcome(fetch(root)) == {"good": "loaded", "bad": "MANIFEST"}


def test_a_check_sum_may_be_written_in_capitals_and_is_the_same(root: Path) -> None:
    def capitals(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**file, "sha256": f" {file['sha256'].upper()}\n"} for file in found]

    case_drop(root, "2021-36", "N1", listing=capitals)
    first = fetch(root)
    assert outcome(first) == {"2021-36": "loaded"}
    case_drop(root, "2021-36 copy", "N1")
    assert outcome(fetch(root, known_after(first))) == {"2021-36 copy": "replayed"}


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b'{"files": []}', b'{"uploaded_at": "2021-09-10 09:00:00"}'),
        b'{"uploaded_at": "yesterday", "files": []}',
        b'{"uploaded_at": 1631235600, "files": []}',
        b'{"uploaded_at": "2021-09-10 09:00:00", "files": {}}',
        b'{"uploaded_at": "2021-09-10 09:00:00", "files": [], "sequence": "2"}',
        b"[" * 100_000,
    ],
    ids=lambda content: content[:60].decode(errors="replace"),
)
def test_a_manifest_that_cannot_be_read_is_refused(root: Path, content: bytes) -> None:
    case_drop(root, "good", "N1")
    (case_drop(root, "bad", "N2") / "manifest.json").write_bytes(content)
    fetched = fetch(root)
    assert outcome(fetched) == {"good": "loaded", "bad": "MANIFEST"}


def test_a_drop_of_the_future_is_named_and_does_not_wait_for_its_day(root: Path) -> None:
    case_drop(root, "bad", "N1", uploaded_at="2999-01-01 09:00:00")
    case_drop(root, "later", "N2", uploaded_at="2021-09-30 09:00:00")  # after the data date
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


def test_a_drop_without_files_is_refused(root: Path) -> None:
    case_drop(root, "bad", "N1", listing=lambda _: [])
    assert outcome(fetch(root)) == {"bad": "EMPTY"}


@pytest.mark.parametrize("code", ["KG0200", "", 1, [], {}, ["KG0100"]], ids=str)
def test_a_drop_of_another_station_is_refused(root: Path, code: Any) -> None:
    case_drop(root, "good", "N1")
    case_drop(root, "bad", "N2", station_code=code)
    assert outcome(fetch(root)) == {"good": "loaded", "bad": "MANIFEST"}


@pytest.mark.parametrize("files_listed", [[None], ["办件.csv"], [["x"]], [{}]], ids=str)
def test_a_list_of_something_else_than_files_is_refused(root: Path, files_listed: list[Any]) -> None:
    case_drop(root, "bad", "N1", listing=lambda _: files_listed)
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


def test_a_manifest_of_more_than_four_megabytes_is_refused(root: Path) -> None:
    case_drop(root, "good", "N1")
    case_drop(root, "bad", "N2", remark="x" * (4 << 20))
    assert outcome(fetch(root)) == {"good": "loaded", "bad": "MANIFEST"}


def test_a_drop_of_more_than_200_files_is_refused(root: Path) -> None:
    files_of = {f"{number}.csv": table(row(f"N{number}")).encode() for number in range(201)}
    drop(root, "bad", files_of, {name: {"办件": 1} for name in files_of})
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


def test_a_file_of_five_gigabytes_is_refused_unread(root: Path) -> None:
    os.truncate(case_drop(root, "bad", "N1") / "办件.csv", 5 << 30)
    assert outcome(fetch(root)) == {"bad": "BOMB"}


def test_the_same_content_twice_in_a_drop_is_refused(root: Path) -> None:
    files_of = {name: table(row()).encode() for name in ("a.csv", "b.csv")}
    drop(root, "bad", files_of, {name: {"办件": 1} for name in files_of})
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


def test_what_the_manifest_does_not_list_is_named_and_not_read(root: Path) -> None:
    (case_drop(root, "2021-36", "N1") / "办件2.csv").write_bytes(table(row("N2")).encode())
    (batch, *_) = fetch(root).batches
    assert [note.code for note in batch.landed.notes] == ["OTHER_FILE"]
    assert len(list(batch.read())) == 1


def test_a_folder_name_that_is_not_utf_8_is_accepted(root: Path) -> None:
    case_drop(root, "x", "N1").rename(os.fsdecode(os.fsencode(root) + b"/\xb0\xec"))
    assert list(outcome(fetch(root)).values()) == ["loaded"]


@pytest.mark.parametrize(
    ("content", "change", "code"),
    [(table(row()).encode(), {"sha256": "0" * 64}, "MANIFEST"), (b"\xff\xfe", {}, "ENCODING")],
    ids=["before it is read", "by the reader"],
)
def test_a_person_in_the_name_of_a_file_is_masked_wherever_the_reason_is_shown(
    root: Path, content: bytes, change: dict[str, Any], code: str
) -> None:
    name = "李13800000001.csv"
    drop(root, "2021-36", {name: content}, {name: {"办件": 1}}, listing=listed(**change))
    (refused,) = fetch(root).refused
    assert (refused.reason_code, "李138****01.csv" in str(refused.reason)) == (code, True)
    with pytest.raises(SourceUnreadable, match=r"李138\*{4}01.csv"):
        files.probe(Request(SOURCE, Endpoint("fs", extra={"path": str(root)}), Window({}, UNTIL)), 1)

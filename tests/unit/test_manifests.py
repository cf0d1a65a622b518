"""What a drop's manifest may say, and when a drop is the same, another, or not complete yet."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drops import case_drop, drop, row, table
from govservice import register, settings
from govservice.load import Unparsable
from govservice.records import Record
from govservice.sources import files
from govservice.sources.endpoint import Endpoint, SourceUnreadable, Window
from govservice.sources.files import Fetched
from govservice.sources.reader import child

SOURCE = register.load(settings.CONTRACT / "sources.yml")["dizhang_station"]
UNTIL = "2021-09-11 00:00:00"


@pytest.fixture
def root(tmp_path: Path, var: Path) -> Path:
    """The station's drop folder."""
    (tmp_path / "drops").mkdir()
    (tmp_path / "workspace").mkdir()
    return tmp_path / "drops"


def fetch(root: Path, known: dict[tuple[str, str], str] | None = None, until: str = UNTIL) -> Fetched:
    """Take what is there."""
    endpoint = Endpoint("fs", extra={"path": str(root)})
    return files.fetch(SOURCE, endpoint, Window({}, until), known or {}, root.parent / "workspace")


def known_after(fetched: Fetched) -> dict[tuple[str, str], str]:
    """What the warehouse knows once it has booked these deliveries."""
    states = {
        "loaded": [batch.landed for batch in fetched.batches],
        "replayed": fetched.replayed,
        "refused": fetched.refused,
    }
    return {(landed.label, landed.digest): state for state, found in states.items() for landed in found}


def outcome(fetched: Fetched) -> dict[str, str]:
    """State or reason code by label."""
    refused = {landed.label: str(landed.reason_code) for landed in fetched.refused}
    return {label: refused.get(label, state) for (label, _), state in known_after(fetched).items()}


def listed(**changes: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """A change to the entry of every file in a manifest."""
    return lambda found: [{**file, **changes} for file in found]


def test_a_drop_is_one_delivery_of_three_feeds(root: Path) -> None:
    case_drop(root, "2021-36", "N1", "N2")
    fetched = fetch(root)
    assert {batch.feed: len(list(batch.read())) for batch in fetched.batches} == {
        "accept": 2,
        "process": 2,
        "result": 2,
    }
    assert {batch.landed.label for batch in fetched.batches} == {"2021-36"}
    assert fetched.batches[0].landed.declared == {"accept": 2, "process": 2, "result": 2}


def test_a_row_without_result_columns_has_no_result(root: Path) -> None:
    open_case = row("N2", 办结时间="", 办结结果="", 证照名称="", 证照编号="")
    drop(root, "2021-36", {"a.csv": table(row("N1"), open_case).encode()}, {"a.csv": {"办件": 2}})
    assert [batch.landed.declared["result"] for batch in fetch(root).batches] == [1, 1, 1]


def test_what_a_sheet_cannot_carry_is_filled_in(root: Path) -> None:
    case_drop(root, "2021-36", "N1", "N1")
    records: dict[str, list[Record | Unparsable]] = {batch.feed: list(batch.read()) for batch in fetch(root).batches}
    accept, process = records["accept"], records["process"]
    assert isinstance(accept[0], Record) and isinstance(process[0], Record) and isinstance(process[1], Record)
    assert accept[0].synced_at == "2021-09-10 09:00:00"
    assert accept[0] == accept[1]
    assert process[0].row_key != process[1].row_key  # the steps of a case are told apart by their order


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
def test_a_name_says_nothing_of_what_is_in_the_file(root: Path, name: str) -> None:
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
def test_what_a_manifest_says_of_a_file_is_held_against_it(root: Path, change: dict[str, Any]) -> None:
    case_drop(root, "good", "N1")
    content = table(row("N2")).encode()
    drop(root, "bad", {"a.csv": content}, {"a.csv": {"办件": 1}}, listing=listed(**change))
    assert outcome(fetch(root)) == {"good": "loaded", "bad": "MANIFEST"}


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
def test_a_manifest_that_is_none_is_refused(root: Path, content: bytes) -> None:
    case_drop(root, "good", "N1")
    (case_drop(root, "bad", "N2") / "manifest.json").write_bytes(content)
    fetched = fetch(root)
    assert outcome(fetched) == {"good": "loaded", "bad": "MANIFEST"}


@pytest.mark.parametrize("files_listed", [[None], ["办件.csv"], [["x"]], [{}]], ids=str)
def test_a_list_of_something_else_than_files_is_refused(root: Path, files_listed: list[Any]) -> None:
    case_drop(root, "bad", "N1", listing=lambda _: files_listed)
    assert outcome(fetch(root)) == {"bad": "MANIFEST"}


def test_a_drop_without_a_manifest_is_not_complete_yet(root: Path) -> None:
    (case_drop(root, "2021-36", "N1") / "manifest.json").unlink()
    assert outcome(fetch(root)) == {}


def test_a_drop_that_is_a_link_is_not_taken(root: Path) -> None:
    case_drop(root.parent, "elsewhere", "N1")
    (root / "2021-36").symlink_to(root.parent / "elsewhere")
    assert outcome(fetch(root)) == {}


def test_a_manifest_that_is_still_being_written_is_taken_once_it_is_whole(root: Path) -> None:
    path = case_drop(root, "2021-36", "N1") / "manifest.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    first = fetch(root)
    path.write_bytes(whole)
    assert outcome(first) == {"2021-36": "MANIFEST"}
    assert outcome(fetch(root, known_after(first))) == {"2021-36": "loaded"}


def test_a_file_that_is_still_being_written_is_taken_once_it_is_whole(root: Path) -> None:
    path = case_drop(root, "2021-36", "N1") / "办件.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    first = fetch(root)
    path.write_bytes(whole)
    assert outcome(first) == {"2021-36": "MANIFEST"}
    assert outcome(fetch(root, known_after(first))) == {"2021-36": "loaded"}


def test_a_manifest_of_more_than_four_megabytes_is_none(root: Path) -> None:
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


def test_a_sequence_number_orders_and_identifies_nothing(root: Path) -> None:
    case_drop(root, "2021-36", "N1", sequence=7)
    known = known_after(fetch(root))
    case_drop(root, "2021-37", "N2", sequence=7)
    assert outcome(fetch(root, known)) == {"2021-37": "loaded"}


def test_what_the_manifest_does_not_list_is_named_and_not_read(root: Path) -> None:
    (case_drop(root, "2021-36", "N1") / "办件2.csv").write_bytes(table(row("N2")).encode())
    (batch, *_) = fetch(root).batches
    assert [note.code for note in batch.landed.notes] == ["OTHER_FILE"]
    assert len(list(batch.read())) == 1


def test_a_file_that_kills_the_reader_late_does_not_condemn_those_before_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_drop(root, "a", "N1")
    case_drop(root, "b", "N2")
    runs: list[list[dict[str, Any]]] = []

    def tired(jobs: list[dict[str, Any]]) -> None:
        """A child that has the strength for one delivery only."""
        runs.append(jobs)
        run(jobs[:1])

    run = child._run
    monkeypatch.setattr(child, "_run", tired)
    assert outcome(fetch(root)) == {"a": "loaded", "b": "loaded"}
    assert [len(jobs) for jobs in runs] == [2, 1]


def test_a_drop_of_a_later_window_waits(root: Path) -> None:
    case_drop(root, "2021-36", "N1", uploaded_at="2021-09-11 00:00:00")
    assert outcome(fetch(root)) == {}
    assert outcome(fetch(root, until="2021-09-12 00:00:00")) == {"2021-36": "loaded"}


def test_drops_are_read_in_the_order_in_which_they_were_uploaded(root: Path) -> None:
    case_drop(root, "b", "N1", uploaded_at="2021-09-09 09:00:00")
    case_drop(root, "a", "N1", uploaded_at="2021-09-10 09:00:00", sequence=3)
    case_drop(root, "c", "N2", uploaded_at="2021-09-10 09:00:00", sequence=2)
    assert list(dict.fromkeys(batch.landed.label for batch in fetch(root).batches)) == ["b", "c", "a"]


def test_a_drop_that_is_known_is_not_taken_again(root: Path) -> None:
    case_drop(root, "2021-36", "N1")
    assert outcome(fetch(root, known_after(fetch(root)))) == {}


def test_the_same_files_under_another_name_are_a_replay(root: Path) -> None:
    case_drop(root, "2021-36", "N1")
    known = known_after(fetch(root))
    case_drop(root, "2021-36 (2)", "N1", uploaded_at="2021-09-10 10:00:00", uploader="副站长")
    assert outcome(fetch(root, known)) == {"2021-36 (2)": "replayed"}


def test_other_files_under_the_same_name_are_another_delivery(root: Path) -> None:
    folder = case_drop(root, "2021-36", "N1")
    known = known_after(fetch(root))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    case_drop(root, "2021-36", "N1", "N2")
    assert outcome(fetch(root, known)) == {"2021-36": "loaded"}


def test_a_refused_drop_is_refused_once(root: Path) -> None:
    case_drop(root, "2021-36", "N1", listing=listed(sha256="0" * 64))
    known = known_after(fetch(root))
    assert outcome(fetch(root, known)) == {}


def test_a_drop_refused_for_a_missing_file_is_taken_once_the_file_is_there(root: Path) -> None:
    folder = case_drop(root, "2021-36", "N1")
    (folder / "办件.csv").rename(root.parent / "办件.csv")
    first = fetch(root)
    (root.parent / "办件.csv").rename(folder / "办件.csv")
    assert outcome(first) == {"2021-36": "MANIFEST"}
    assert outcome(fetch(root, known_after(first))) == {"2021-36": "loaded"}


def test_a_drop_refused_for_a_wrong_count_is_taken_once_the_count_is_right(root: Path) -> None:
    folder = drop(root, "2021-36", {"a.csv": table(row()).encode()}, {"a.csv": {"办件": 2}})
    first = fetch(root)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"][0]["rows"] = {"办件": 1}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert outcome(first) == {"2021-36": "MANIFEST"}
    assert outcome(fetch(root, known_after(first))) == {"2021-36": "loaded"}


def test_the_files_of_a_refused_drop_are_no_replay_under_another_name(root: Path) -> None:
    drop(root, "a", {"a.csv": b""}, {"a.csv": {"办件": 0}})
    known = known_after(fetch(root))
    drop(root, "b", {"a.csv": b""}, {"a.csv": {"办件": 0}})
    assert outcome(fetch(root, known)) == {"b": "EMPTY"}


def test_a_folder_name_that_is_no_text_is_a_name_all_the_same(root: Path) -> None:
    case_drop(root, "x", "N1").rename(os.fsdecode(os.fsencode(root) + b"/\xb0\xec"))
    assert list(outcome(fetch(root)).values()) == ["loaded"]


@pytest.mark.parametrize("path", [None, "", "/nonexistent"])
def test_a_drop_folder_that_is_not_there_makes_the_source_unreadable(root: Path, path: str | None) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        files.fetch(
            SOURCE, Endpoint("fs", extra={"path": path} if path is not None else {}), Window({}, UNTIL), {}, root
        )
    assert caught.value.code == "FOLDER"

"""When a drop is the same, another, or not complete yet, and in which order drops are read."""

import json
from pathlib import Path
from typing import Any

import pytest

from drops import case_drop, drop, row, table
from fetching import SOURCE, UNTIL, fetch, known_after, listed, outcome
from govservice.collecting.protocol import Endpoint, Known, Request, SourceUnreadable, Window
from govservice.collecting.sources import files
from govservice.collecting.sources.reader import child


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


def test_a_sequence_number_does_not_identify_a_drop(root: Path) -> None:
    case_drop(root, "2021-36", "N1", sequence=7)
    known = known_after(fetch(root))
    case_drop(root, "2021-37", "N2", sequence=7)
    assert outcome(fetch(root, known)) == {"2021-37": "loaded"}


def test_drops_read_before_the_reader_died_are_not_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_drop(root, "a", "N1")
    case_drop(root, "b", "N2")
    runs: list[list[dict[str, Any]]] = []

    def short_lived(jobs: list[dict[str, Any]]) -> None:
        """A reader that reads one delivery and then dies."""
        runs.append(jobs)
        run(jobs[:1])

    run = child.run
    monkeypatch.setattr(child, "run", short_lived)
    assert outcome(fetch(root)) == {"a": "loaded", "b": "loaded"}
    assert [len(jobs) for jobs in runs] == [2, 1]


def test_a_drop_of_a_later_window_waits(root: Path) -> None:
    case_drop(root, "2021-36", "N1", uploaded_at="2021-09-11 00:00:00")
    assert outcome(fetch(root)) == {}
    assert outcome(fetch(root, until="2021-09-12 00:00:00")) == {"2021-36": "loaded"}


@pytest.mark.parametrize(
    "names",
    [("610111202111180001", "610111202111190001"), ("王110105194912310021", "王110105194812310021")],
    ids=["region, day and serial", "persons"],
)
@pytest.mark.parametrize("is_at_once", [True, False])
def test_drops_whose_names_look_alike_are_each_taken_once_with_their_own_rows(
    root: Path, names: tuple[str, str], is_at_once: bool
) -> None:
    known: tuple[Known, ...] = ()
    taken = []
    for case_no, name in enumerate(names, 1):
        case_drop(root, name, f"N{case_no}")
        if is_at_once and case_no < len(names):
            continue
        fetched = fetch(root, known)
        known += known_after(fetched)
        taken += [record.case_key for batch in fetched.batches if batch.feed == "accept" for record in batch.read()]
    assert sorted(taken) == ["N1", "N2"]
    assert outcome(fetch(root, known)) == {}


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
    case_drop(root, "2021-36 (2)", "N1", uploader="副站长")
    assert outcome(fetch(root, known)) == {"2021-36 (2)": "replayed"}


def test_the_same_files_uploaded_later_are_read_again(root: Path) -> None:
    case_drop(root, "2021-36", "N1", uploaded_at="2021-09-08 09:00:00")
    known = known_after(fetch(root))
    case_drop(root, "2021-36 (2)", "N1", uploaded_at="2021-09-09 09:00:00")
    assert outcome(fetch(root, known)) == {"2021-36 (2)": "loaded"}


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


@pytest.mark.parametrize("path", [None, "", "/nonexistent"])
def test_a_drop_folder_that_is_not_there_makes_the_source_unreadable(root: Path, path: str | None) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        endpoint = Endpoint("fs", extra={"path": path} if path is not None else {})
        files.fetch(Request(SOURCE, endpoint, Window({}, UNTIL)), root)
    assert caught.value.code == "FOLDER"

"""What happens to a drop, or to the machine, while drops are read: the others go on, and what was no fault of the drop is tried again."""

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from drops import case_drop, drop
from fetching import SOURCE, fetch, known_after, listed, outcome
from govservice.collecting.delivery import Landed
from govservice.collecting.protocol import Known, SourceUnreadable
from govservice.collecting.sources import drops, files
from govservice.collecting.sources.reader import child
from govservice.contract.register import Source

NOBODY = 65534
START = subprocess.run


def killed(jobs: list[dict[str, Any]]) -> int:
    """A reader that is killed before it has read anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "run", lambda argv, **_: START([argv[0], "-c", "import os; os.kill(os.getpid(), 9)"]))
        return READ(jobs)


READ = child.run


def runs(root: Path, *readers: Callable[[list[dict[str, Any]]], int]) -> Iterator[dict[str, str]]:
    """The outcome of one run after the other, each with its reader."""
    known: tuple[Known, ...] = ()
    for reader in readers:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(child, "run", reader)
            fetched = fetch(root, known)
        known += known_after(fetched)
        yield outcome(fetched)


def test_a_drop_whose_reader_was_killed_is_read_at_the_next_run(root: Path) -> None:
    case_drop(root, "2021-36", "N1")
    assert list(runs(root, killed, READ, READ)) == [{"2021-36": "PARSER_DIED"}, {"2021-36": "loaded"}, {}]


def test_a_drop_that_kills_its_reader_three_times_is_not_read_again(root: Path) -> None:
    case_drop(root, "2021-36", "N1")
    assert list(runs(root, *[killed] * 3, READ)) == [*[{"2021-36": "PARSER_DIED"}] * 3, {}]


def test_a_drop_that_was_copied_again_is_read_again_however_often_it_killed_its_reader(root: Path) -> None:
    folder = case_drop(root, "2021-36", "N1")
    known: tuple[Known, ...] = ()
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(child, "run", killed)
            known += known_after(fetch(root, known))
    shutil.copytree(folder, root.parent / "copy")
    shutil.rmtree(folder)
    shutil.copytree(root.parent / "copy", folder)
    assert outcome(fetch(root, known)) == {"2021-36": "loaded"}


def test_a_reader_without_room_condemns_nothing(root: Path) -> None:
    def full(jobs: list[dict[str, Any]]) -> int:
        """A reader that may write no more than 10 bytes a file, as on a full disk."""
        with pytest.MonkeyPatch.context() as patch:
            limit = "import resource, errno, sys; sys.argv = ['x']; from govservice.collecting.sources.reader import limits, __main__ as m;"
            limit += "limits.PROCESS[resource.RLIMIT_FSIZE] = 10; m.main()"
            patch.setattr(subprocess, "run", lambda argv, **rest: START([argv[0], "-c", limit], **rest))
            return READ(jobs)

    case_drop(root, "a", "N1")
    case_drop(root, "b", "N2")
    refused = {"a": "NOT_READ", "b": "NOT_READ"}
    # named once, tried at every run
    assert list(runs(root, full, full, full, full, READ)) == [refused, {}, {}, {}, {"a": "loaded", "b": "loaded"}]


def test_a_reader_that_cannot_be_started_condemns_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_drop(root, "a", "N1")
    monkeypatch.setattr(sys, "executable", str(root / "none"))
    first = fetch(root)
    monkeypatch.undo()
    assert outcome(first) == {"a": "NOT_READ"}


def test_our_own_copy_that_has_gone_is_taken_again(root: Path) -> None:
    def bereft(jobs: list[dict[str, Any]]) -> int:
        """A reader that finds the copy of the first drop gone."""
        Path(jobs[0]["files"][0]["path"]).unlink()
        return READ(jobs)

    case_drop(root, "a", "N1")
    case_drop(root, "b", "N2")
    assert list(runs(root, bereft, READ)) == [{"a": "NOT_READ", "b": "loaded"}, {"a": "loaded"}]


def as_nobody(root: Path, act: Callable[[], None]) -> None:
    """Do something as a user who may not read what root may."""
    for folder in takewhile(lambda folder: folder != Path(tempfile.gettempdir()), root.parents):
        folder.chmod(0o711)
    if (process := os.fork()) == 0:
        status = 1
        try:
            os.setuid(NOBODY)
            act()
            status = 0
        except BaseException as error:  # noqa: BLE001 - the parent is to see it
            sys.stderr.write(f"{error!r}\n")
        finally:
            os._exit(status)
    assert os.waitpid(process, 0)[1] == 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_what_may_not_be_read_is_named_and_the_others_go_on(root: Path, var: Path) -> None:
    for name in ("folder", "manifest", "file", "good"):
        case_drop(root, name, name)
    (root / "folder").chmod(0)
    (root / "manifest" / "manifest.json").chmod(0)
    (root / "file" / "办件.csv").chmod(0)
    var.mkdir(exist_ok=True)
    for folder in (var, root.parent / "workspace"):
        os.chown(folder, NOBODY, NOBODY)

    def look() -> None:
        child.run = lambda jobs: os.EX_IOERR  # in a process of its own: what has been copied is enough here
        expected = {"folder": "UNREADABLE", "manifest": "UNREADABLE", "file": "UNREADABLE", "good": "NOT_READ"}
        first = fetch(root)
        assert outcome(first) == expected, outcome(first)
        assert outcome(fetch(root, known_after(first))) == {}  # said once

    as_nobody(root, look)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_drop_folder_that_may_not_be_read_makes_the_source_unreadable(root: Path) -> None:
    root.chmod(0)

    def look() -> None:
        with pytest.raises(SourceUnreadable) as caught:
            fetch(root)
        assert caught.value.code == "FOLDER"

    as_nobody(root, look)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda folder: shutil.rmtree(folder), "MANIFEST"),
        (lambda folder: (folder / "环节.csv").unlink(), "MANIFEST"),
        (lambda folder: (folder / "环节.csv").write_bytes(b"other"), "MANIFEST"),
        (lambda folder: os.truncate(folder / "环节.csv", 10), "MANIFEST"),
        (lambda folder: (folder / "manifest.json").unlink(), None),
    ],
    ids=["folder gone", "file gone", "file replaced", "file truncated", "manifest gone"],
)
def test_a_drop_that_changes_while_it_is_read_is_named_and_the_others_go_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None], code: str | None
) -> None:
    def land(drop: drops.Drop, received_at: str) -> Landed:
        """Land a drop that its station changes at this moment."""
        if drop.label == "bad":
            act(drop.folder)
        return original(drop, received_at)

    original = files._land
    monkeypatch.setattr(files, "_land", land)
    case_drop(root, "bad", "N1")
    case_drop(root, "good", "N2")
    first = fetch(root)
    assert outcome(first) == {"bad": code or "loaded", "good": "loaded"}
    monkeypatch.undo()
    monkeypatch.setenv("GOVSERVICE_VAR", str(root.parent / "var"))
    if code:
        shutil.rmtree(root / "bad", ignore_errors=True)
        case_drop(root, "bad", "N1")
        assert outcome(fetch(root, known_after(first))) == {"bad": "loaded"}


def test_a_folder_that_vanishes_while_the_drops_are_listed_is_no_drop(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanishing(source: Source, folder: Path) -> drops.Drop | None:
        """Look for the drop in a folder, one of which goes at this moment."""
        if folder.name == "bad":
            shutil.rmtree(folder)
        return original(source, folder)

    original = drops._drop
    case_drop(root, "bad", "N1")
    case_drop(root, "good", "N2")
    monkeypatch.setattr(drops, "_drop", vanishing)
    assert outcome(fetch(root)) == {"good": "loaded"}


def test_what_is_no_drop_is_one_line_with_its_number_and_the_oldest(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case_drop(root, "good", "N1")
    (root / "no manifest").mkdir()
    (root / "a file").write_bytes(b"x")
    (root / "a link").symlink_to(root / "good")
    os.mkfifo(root / "a pipe")
    (case_drop(root, "manifest is a link", "N2") / "manifest.json").rename(root / "elsewhere")
    (root / "manifest is a link" / "manifest.json").symlink_to(root / "elsewhere")
    for number in range(1_000):
        (root / f"{number}.txt").touch()
    os.utime(root / "a file", (0, 0))
    assert outcome(fetch(root)) == {"good": "loaded"}
    (line,) = [record.getMessage() for record in caplog.records]
    assert "1006 项" in line and "最早的是 'a file'" in line


def test_stray_files_in_a_drop_are_one_note(root: Path) -> None:
    folder = case_drop(root, "2021-36", "N1")
    for number in range(1_000):
        (folder / f"张三{number}.txt").touch()
    (batch, *_) = fetch(root).batches
    assert [(note.place, note.code) for note in batch.landed.notes] == [("清单以外的 1000 个文件", "OTHER_FILE")]


def test_refused_drops_are_not_landed_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        case_drop(root, f"sum {number}", f"N{number}", listing=listed(sha256="0" * 64))
        (case_drop(root, f"manifest {number}", f"M{number}") / "manifest.json").write_bytes(b"{")
        drop(root, f"header {number}", {"a.csv": b"x%d" % number}, {"a.csv": {"办件": 0}})
    first = fetch(root)
    assert len(first.refused) == 15
    monkeypatch.setattr(files, "_land", None)
    assert outcome(fetch(root, known_after(first))) == {}


def test_a_refused_drop_is_read_again_once_its_source_is_registered_otherwise(root: Path) -> None:
    case_drop(root, "2021-36", "N1", station_code="KG0199")
    first = fetch(root)
    station = dataclasses.replace(SOURCE.stations[0], code="KG0199")
    registered = dataclasses.replace(SOURCE, stations=(*SOURCE.stations, station))
    assert outcome(first) == {"2021-36": "MANIFEST"}
    assert outcome(fetch(root, known_after(first), source=registered)) == {"2021-36": "loaded"}

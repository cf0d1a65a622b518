"""A corpus of station files: each is a drop of its own and one fetch takes them all, so that a test sees whether a file that
kills the reader harms the others."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

import drops
from govservice import settings
from govservice.collecting.delivery import Fetched, Unparsable
from govservice.collecting.protocol import Endpoint, Request, Window
from govservice.collecting.sources import files
from govservice.contract import register

SOURCE = register.load(settings.CONTRACT / "sources.yml")["dizhang_station"]
WINDOW = Window({}, "2021-09-11 00:00:00")

# The code, where the whole drop is refused; else the codes of unreadable rows and of notes, and the number of records of sheet 办件.
Outcome = str | tuple[list[str], int]
# The content of a file, the rows that the manifest states (a number: of sheet 办件), and its outcome.
Case = tuple[Callable[[], bytes], int | dict[str, int], Outcome]


@contextmanager
def taken(cases: Mapping[str, Case], folder: Path) -> Iterator[Fetched]:
    """Deliver every case and fetch them all."""
    root, workspace = folder / "drops", folder / "workspace"
    root.mkdir()
    workspace.mkdir()
    for label, (build, count, _) in cases.items():
        content = build()
        name = "办件" + suffix(content)
        drops.drop(root, label, {name: content}, {name: count if isinstance(count, dict) else {"办件": count}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(folder / "var"))
        yield files.fetch(Request(SOURCE, Endpoint("fs", extra={"path": str(root)}), WINDOW), workspace)


def suffix(content: bytes) -> str:
    """The end of a file name that fits the content."""
    if content[:2] == b"PK":
        return ".xlsx" if b"[Content_Types].xml" in content else ".zip"
    return ".xlsx" if content[:2] == b"\xd0\xcf" else ".csv"


def outcome(fetched: Fetched, label: str) -> Outcome:
    """The outcome of a drop."""
    refused = [landed for landed in fetched.refused if landed.label == label]
    if refused:
        return str(refused[0].reason_code)
    (batch,) = [batch for batch in fetched.batches if batch.landed.label == label and batch.feed == "accept"]
    records = list(batch.read())
    codes = [record.code for record in records if isinstance(record, Unparsable)]
    return codes + [note.code for note in batch.landed.notes], len(records) - len(codes)

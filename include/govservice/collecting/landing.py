"""The landing folder: what a source sent, kept as received, below var/landing/<source>/<delivery>/.

A delivery is written beside its final place, synced to disk and renamed, so that a folder that exists is complete. Every name ends in
the process and a number of its own: attempts that overlap share nothing.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from govservice import settings
from govservice.collecting.delivery import Landed

_OF_PROCESS = re.compile(r"\.(\d+)-[0-9a-f]{8}$")


class Draft:
    """A delivery that is being written; files go through write() so that they are digested and synced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digest = hashlib.sha256()

    def write(self, name: str, content: bytes) -> Path:
        """Write one file of the delivery and return its path."""
        path = self.folder / name
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._digest.update(content)
        return path

    @property
    def digest(self) -> str:
        """SHA-256 of all files so far, in the order they were written."""
        return self._digest.hexdigest()

    def seal(self, landed: Landed) -> Landed:
        """Write the manifest and move the delivery to its place, whose path is that of `landed` with this draft's ending."""
        landed = replace(landed, path=landed.path + self.folder.suffix)
        self.write("landing.json", json.dumps(asdict(landed), ensure_ascii=False, indent=1).encode())
        self.folder.rename(landed.folder)
        descriptor = os.open(landed.folder.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return landed


@contextmanager
def draft(source_id: str, name: str) -> Iterator[Draft]:
    """A new delivery of a source; whatever is not sealed is removed, also what a killed process has left."""
    folder = settings.landing() / source_id / f".{name}.{os.getpid()}-{secrets.token_hex(4)}"
    for other in folder.parent.glob(".*"):
        if _is_abandoned(other):
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield Draft(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(source_id: str, booked: set[str]) -> None:
    """Remove the deliveries that processes which have ended have landed and not booked; `booked` are the paths to keep."""
    for folder in (settings.landing() / source_id).glob("[!.]*"):
        if f"{source_id}/{folder.name}" not in booked and _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    """Whether the process that made it is no more."""
    made = _OF_PROCESS.search(folder.name)
    return made is not None and not Path("/proc", made[1]).exists()

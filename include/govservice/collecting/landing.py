"""The landing folder: what a source sent, kept as received, below var/landing/<source>/<delivery>/.

A delivery is written beside its final place, synced to disk and renamed, so that a folder that exists is complete.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from govservice import settings
from govservice.collecting.delivery import Landed


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
        """Write the manifest and move the delivery to its place, replacing an unloaded one of the same name."""
        self.write("landing.json", json.dumps(asdict(landed), ensure_ascii=False, indent=1).encode())
        if landed.folder.exists():
            shutil.rmtree(landed.folder)
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
    folder = settings.landing() / source_id / f".{name}.{os.getpid()}"
    for abandoned in folder.parent.glob(".*"):
        if not Path("/proc", abandoned.suffix[1:]).exists():  # its process was killed
            shutil.rmtree(abandoned, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield Draft(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

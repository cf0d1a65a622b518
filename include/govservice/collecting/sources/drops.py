"""The drops of a station's folder: what each of them is by its manifest, and what is booked of it already."""

import errno
import hashlib
import json
import logging
import os
import stat
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from govservice import settings
from govservice.collecting.delivery import Landed
from govservice.collecting.protocol import Known, SourceUnreadable
from govservice.collecting.records import is_time
from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.names import is_plain
from govservice.collecting.sources.reader.refusal import Refused
from govservice.contract.personal_numbers import masked, masked_name
from govservice.contract.register import Source

LOG = logging.getLogger(__name__)
# How often a drop that was refused by this code is read before it is left alone; by any other code, once.
ATTEMPTS = {"PARSER_DIED": 3}
# What may be otherwise at the next look without any change to the drop.
RETRIED = ("UNREADABLE", "NOT_READ")
# There is nothing of that name, or it is no file.
NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENXIO)


@dataclass(frozen=True)
class Drop:
    """One folder of a station's drop, as its manifest describes it; `fault` says why the manifest cannot be used."""

    source: Source
    folder: Path
    label: str
    digest: str
    content: bytes
    manifest: dict[str, Any]
    fault: Refused | None = None

    @property
    def uploaded_at(self) -> str:
        """When the manifest says that it was uploaded, later ones of one second parted by their sequence."""
        moment = datetime.fromisoformat(self.manifest.get("uploaded_at", "1970-01-02 00:00:00"))
        sequence = self.manifest.get("sequence", 0)
        return str(moment + timedelta(microseconds=min(max(sequence - 1, 0), 999_998)))

    @cached_property
    def state(self) -> str:
        """What a refusal of the drop depends on: the manifest, its files as the folder lists them, what the source may deliver."""
        listed = [file.get("name") for file in self.manifest.get("files", ()) if isinstance(file, dict)][: limits.FILES]
        found = [_entry(self.folder / name) for name in listed if isinstance(name, str) and is_plain(name)]
        registered = [[station.code for station in self.source.stations], self.source.feeds]
        return hashlib.sha256(self.content + json.dumps([found, registered]).encode()).hexdigest()


class Booked:
    """What is booked of the drops of a source, by the folders that they came in."""

    def __init__(self, known: Iterable[Known]) -> None:
        """Args: the deliveries in the order in which they were booked."""
        self._last: dict[str, Known] = {}
        self._taken: dict[str, Known] = {}
        self._uploaded_at: dict[str, str] = {}
        self._refusals: Counter[tuple[str, str, str | None]] = Counter()
        for one in known:
            self._last[one.label] = one
            if one.state == "refused":
                self._refusals[one.label, one.digest, one.reason_code] += 1
            else:
                self._taken[one.label] = one
                self._uploaded_at[one.digest] = max(one.received_at, self._uploaded_at.get(one.digest, ""))

    def holds(self, drop: Drop) -> bool:
        """Whether the folder says what it said when it was booked last, and another look would find nothing else."""
        last = self._last.get(drop.label)
        if last is None:
            return False
        if last.state != "refused":
            return last.digest == drop.digest and last.received_at >= drop.uploaded_at
        if last.digest != drop.state or last.reason_code in RETRIED:
            return False
        refusals = self._refusals[last.label, last.digest, last.reason_code]
        return refusals >= ATTEMPTS.get(str(last.reason_code), 1)

    def has_refusal(self, landed: Landed) -> bool:
        """Whether it was refused at the look before for the same reason, and nothing has changed since."""
        last = self._last.get(landed.label)
        return (
            last is not None
            and last.reason_code in RETRIED
            and (last.digest, last.reason_code) == (landed.digest, landed.reason_code)
        )

    def received_at(self, drop: Drop) -> str:
        """When it was uploaded; but what a folder says now is later than what it said before, whatever its manifest says."""
        before = self._taken.get(drop.label)
        if before is None or before.digest == drop.digest or before.received_at < drop.uploaded_at:
            return drop.uploaded_at
        return str(datetime.fromisoformat(before.received_at) + timedelta(seconds=1))

    def is_replay(self, landed: Landed) -> bool:
        """Whether the bytes are known from then or later; uploaded later, another file may have come in between."""
        return landed.received_at <= self._uploaded_at.get(landed.digest, "")


def find(source: Source, root: Path, until: str) -> list[Drop]:
    """Complete drops uploaded before `until`, oldest first; what else lies in the folder is logged in one line.

    Raises:
        SourceUnreadable: FOLDER.
    """
    found: list[Drop] = []
    others: list[tuple[float, str]] = []
    try:
        with os.scandir(root) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        raise SourceUnreadable("FOLDER", f"投递目录打不开（{error.strerror}）") from None
    for name in names:
        drop = _drop(source, root / name)
        if drop is None:
            others.append((_changed_at(root / name), name))
        elif not drop.manifest or drop.manifest["uploaded_at"] < until:
            found.append(drop)
    if others:
        LOG.warning(
            "来源 %s 的投递目录里有 %d 项不是完整的批次（没有清单、是链接，或不是文件夹），没有读取，最早的是 %s；请站点补上清单，或移走",
            *(source.id, len(others), masked(ascii(min(others)[1]))),
        )
    return sorted(found, key=lambda drop: drop.uploaded_at if drop.manifest else "")


def _drop(source: Source, folder: Path) -> Drop | None:
    """The drop in a folder, or None where no complete one is."""
    content, fault, manifest = b"", None, {}
    try:
        if folder.is_symlink():
            return None
        content = read(folder / "manifest.json", limits.MANIFEST_BYTES)  # what is cut off is no JSON
        manifest = _manifest(content)
    except OSError as error:
        if error.errno in NO_FILE:
            return None
        fault = Refused("UNREADABLE", f"批次的文件夹或清单打不开（{error.strerror}）")
    except (ValueError, KeyError, TypeError, RecursionError):
        fault = Refused(
            "MANIFEST", "清单 manifest.json 读不懂（格式、uploaded_at 或 files 不对，或 uploaded_at 在将来）"
        )
    digest = _digest(manifest["files"]) if manifest else hashlib.sha256(content).hexdigest()
    label = masked_name(folder.name.encode(errors="backslashreplace").decode())
    return Drop(source, folder, label, digest, content, manifest, fault)


def _manifest(content: bytes) -> dict[str, Any]:
    """What a manifest says.

    Raises:
        ValueError, KeyError, TypeError, RecursionError: it does not say it as agreed.
    """
    manifest: dict[str, Any] = json.loads(content)
    # a drop of the future would wait for its day unseen
    tomorrow = f"{datetime.now(settings.SHANGHAI).date() + timedelta(days=1)} 23:59:59"
    if not is_time(manifest["uploaded_at"]) or manifest["uploaded_at"] >= tomorrow:
        raise ValueError("uploaded_at")
    if not isinstance(manifest["files"], list) or not isinstance(manifest.get("sequence", 0), int):
        raise TypeError("files, sequence")
    return manifest


def read(path: Path, size: int) -> bytes:
    """At most so many bytes of a file; links are not followed, and a pipe does not hold us up.

    Raises:
        OSError: there is no file of that name (errno in NO_FILE), or it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENXIO, "not a file")
        return file.read(size)


def _entry(path: Path) -> list[int] | None:
    """What a folder says of a file without its being read; None where it says nothing."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return [found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _changed_at(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:  # it has gone since
        return time.time()


def _digest(files: list[Any]) -> str:
    """Identity of a drop: what its files contain and how many rows they should have, whatever they and the folder are called."""
    contents = sorted(
        json.dumps([stated_checksum(file), file.get("rows")], sort_keys=True) if isinstance(file, dict) else "?"
        for file in files
    )
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def stated_checksum(file: dict[str, Any]) -> Any:
    """The check sum that the manifest states for a file, spelt as we spell it."""
    stated = file.get("sha256")
    return stated.strip().lower() if isinstance(stated, str) else stated

"""File drops: one folder per period with a manifest, as CSV, XLSX or a zip of them; the manifest is written last.

manifest.json: station_code, uploader, period, sequence, uploaded_at, files [{name, rows {sheet: n}, sha256}]; rows count the
records of a sheet in the whole file, headers, titles and totals left out.
"""

import errno
import hashlib
import json
import logging
import os
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

from govservice import contract, settings
from govservice.collecting import landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Note
from govservice.collecting.protocol import Known, Request, Seen, SourceUnreadable
from govservice.collecting.records import is_time
from govservice.collecting.sources import sheets
from govservice.collecting.sources.reader import child, limits
from govservice.collecting.sources.reader.child import Reading
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


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land every drop that is complete, not known yet and uploaded before the end of the window.

    Raises:
        SourceUnreadable: FOLDER, the drop folder does not exist or cannot be looked into.
    """
    root = Path(request.endpoint.extra.get("path") or "")
    if not request.endpoint.extra.get("path") or not root.is_dir():
        raise SourceUnreadable("FOLDER", "投递目录不存在")
    source, booked = request.source, Booked(request.known)
    landed: list[Landed] = []
    replayed: list[Landed] = []
    refused: list[Landed] = []
    state_of: dict[str, str] = {}
    for drop in _drops(source, root, request.window.until):
        if booked.holds(drop):
            continue
        delivery = _land(drop, booked.received_at(drop))
        if delivery.reason_code:
            refused.append(delivery)
        elif booked.is_replay(delivery):
            replayed.append(delivery)
        else:
            landed.append(delivery)
            state_of[delivery.label] = drop.state
    batches: list[Batch] = []
    for reading in child.read_all(landed, workspace):
        if reading.reason_code is None:
            batches += _taken(source, reading)
        else:
            digest = state_of[reading.delivery.label]
            refused.append(
                replace(reading.delivery, digest=digest, reason_code=reading.reason_code, reason=reading.reason)
            )
    return Fetched(batches, replayed, [delivery for delivery in refused if not booked.has_refusal(delivery)])


def probe(request: Request, size: int) -> list[Seen]:
    """Look at the first records of every feed in the drop folder; the drops are landed, as by fetch().

    Raises:
        SourceUnreadable: FOLDER, or NOTHING_DELIVERED where no complete drop can be read.
    """
    with tempfile.TemporaryDirectory() as workspace:
        fetched = fetch(request, Path(workspace))
        if not fetched.batches:
            refused = "；".join(landed.reason or "" for landed in fetched.refused)
            raise SourceUnreadable("NOTHING_DELIVERED", refused or "投递目录里还没有完整的批次")
        first = {batch.feed: batch for batch in reversed(fetched.batches)}
        return [Seen(feed, one.landed.declared[feed], [*islice(one.read(), size)]) for feed, one in first.items()]


def _drops(source: Source, root: Path, until: str) -> list[Drop]:
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
        content = _read(folder / "manifest.json", limits.MANIFEST_BYTES)  # what is cut off is no JSON
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


def _read(path: Path, size: int) -> bytes:
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
        json.dumps([_sha256(file), file.get("rows")], sort_keys=True) if isinstance(file, dict) else "?"
        for file in files
    )
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def _sha256(file: dict[str, Any]) -> Any:
    """The check sum that the manifest states for a file, spelt as we spell it."""
    stated = file.get("sha256")
    return stated.strip().lower() if isinstance(stated, str) else stated


def _land(drop: Drop, received_at: str) -> Landed:
    """Copy the drop's files into landing under names of our own, checked against the manifest."""
    name = f"drop-{hashlib.sha256(f'{drop.label} {received_at}'.encode()).hexdigest()[:12]}-{drop.digest[:16]}"
    landed = Landed(
        source_id=drop.source.id,
        protocol="files",
        label=drop.label,
        received_at=received_at,
        digest=drop.digest,
        path=f"{drop.source.id}/{name}",
    )
    state = drop.state  # of before: what changes while we read is another state
    with landing.draft(drop.source.id, name) as draft:
        draft.write("manifest.json", drop.content)
        try:
            for number, content in enumerate(_checked_contents(drop)):
                draft.write(f"{number}.bin", content)
            landed = replace(landed, notes=tuple(_unlisted(drop)))
        except Refused as error:
            # A refusal is known by what came: the same manifest with the right files is another delivery.
            path = f"{landed.path}-{state[:8]}"
            reason = masked(f"{drop.label}：{error}")
            landed = replace(landed, digest=state, path=path, reason_code=error.code, reason=reason)
        return draft.seal(landed)


def _checked_contents(drop: Drop) -> Iterator[bytes]:
    """The bytes of the files of the manifest, one after the other.

    Raises:
        Refused: UNREADABLE, MANIFEST, EMPTY, NAME, BOMB.
    """
    if drop.fault:
        raise drop.fault
    station = drop.manifest.get("station_code")
    if station is not None and station not in [one.code for one in drop.source.stations]:
        raise Refused("MANIFEST", "清单的站点编码不是本来源登记的站点（可能投错了目录）")
    if not drop.manifest["files"]:
        raise Refused("EMPTY", "清单没有列出文件")
    if len(drop.manifest["files"]) > limits.FILES:
        raise Refused("MANIFEST", f"清单列了 {len(drop.manifest['files'])} 个文件，最多 {limits.FILES} 个")
    for number, file in enumerate(drop.manifest["files"], 1):
        yield _checked_content(drop, f"清单的第 {number} 个文件", file)


def _checked_content(drop: Drop, place: str, file: Any) -> bytes:
    """The bytes of one file of the manifest; the name is only a name inside the folder, links are not followed.

    A sheet of which the source has no feed would be read by nobody: it is refused.
    """
    known = dict.fromkeys(str(contract.feeds()[feed].sheet) for feed in drop.source.feeds)
    rows = file.get("rows") if isinstance(file, dict) else None
    if (
        not isinstance(rows, dict)
        or not rows
        or not all(sheet in known and isinstance(count, int) and count >= 0 for sheet, count in rows.items())
    ):
        raise Refused("MANIFEST", f"{place}：清单没有写明每张表（本来源报送{'、'.join(known)}）的行数")
    name = str(file.get("name"))
    if not is_plain(name):
        raise Refused("NAME", f"{place}：清单里的文件名不是普通文件名")
    try:
        content = _read(drop.folder / name, limits.FILE_BYTES + 1)
    except OSError as error:
        if error.errno in NO_FILE:
            raise Refused("MANIFEST", f"{place}（{name}）不在目录里，或不是文件") from None
        raise Refused("UNREADABLE", f"{place}（{name}）打不开或没有读完（{error.strerror}）") from None
    if len(content) > limits.FILE_BYTES:
        raise Refused("BOMB", f"{place}（{name}）超过 {limits.FILE_BYTES // limits.MEGABYTE} MB")
    if hashlib.sha256(content).hexdigest() != _sha256(file):
        raise Refused("MANIFEST", f"{place}（{name}）的内容与清单的校验值不符（可能没有传完）")
    return content


def _unlisted(drop: Drop) -> Iterator[Note]:
    """How much lies in the folder beside the files of the manifest; without names, for they may be a person's."""
    listed = {"manifest.json", *(file["name"] for file in drop.manifest["files"])}
    try:
        with os.scandir(drop.folder) as entries:
            others = sum(entry.name not in listed for entry in entries)
    except OSError:  # the folder has gone since, or may be entered but not listed: its files have been read
        return
    if others:
        yield Note(f"清单以外的 {others} 个文件", "OTHER_FILE")


def _taken(source: Source, reading: Reading) -> list[Batch]:
    """The batches of a delivery that was read, with what the reader has named and what the manifest declares."""
    notes = sheets.notes(reading.rows)
    delivery = replace(
        reading.delivery, notes=(*reading.delivery.notes, *notes), declared=sheets.declared(source, reading)
    )
    return [Batch(delivery, feed, partial(sheets.read, source, delivery, feed, reading.rows)) for feed in source.feeds]

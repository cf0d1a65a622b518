"""File drops: one folder per period with a manifest, as CSV, XLSX or a zip of them; the manifest is written last.

manifest.json: station_code, uploader, period, sequence, uploaded_at, files [{name, rows {sheet: n}, sha256}]; rows count the
records of a sheet in the whole file, headers, titles and totals left out.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from govservice import contract, settings
from govservice.collecting import landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Note
from govservice.collecting.protocol import Request, Seen, SourceUnreadable
from govservice.collecting.records import is_time
from govservice.collecting.sources import sheets
from govservice.collecting.sources.reader import child, limits
from govservice.collecting.sources.reader.child import Reading
from govservice.collecting.sources.reader.names import is_plain
from govservice.collecting.sources.reader.refusal import Refused
from govservice.contract.personal_numbers import masked
from govservice.contract.register import Source


@dataclass(frozen=True)
class Drop:
    """One folder of a station's drop, as its manifest describes it."""

    folder: Path
    label: str
    digest: str
    content: bytes
    manifest: dict[str, Any]


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land every drop that is complete, not known yet and uploaded before the end of the window.

    Raises:
        SourceUnreadable: FOLDER, the drop folder does not exist.
    """
    root = Path(request.endpoint.extra.get("path", ""))
    if not request.endpoint.extra.get("path") or not root.is_dir():
        raise SourceUnreadable("FOLDER", "投递目录不存在")
    source, known = request.source, {(one.label, one.digest) for one in request.known}
    uploaded_at_of: dict[str, str] = {}
    for one in request.known:
        if one.state != "refused":
            uploaded_at_of[one.digest] = max(one.received_at, uploaded_at_of.get(one.digest, ""))
    landed: list[Landed] = []
    replayed: list[Landed] = []
    for drop in _drops(root, request.window.until):
        if (drop.label, drop.digest) in known:
            continue
        delivery = _land(source, drop)
        if (delivery.label, delivery.digest) in known:  # refused before, and nothing has changed since
            continue
        # the same bytes uploaded later are read: another file may have come in between
        is_replay = delivery.reason_code is None and delivery.received_at <= uploaded_at_of.get(drop.digest, "")
        (replayed if is_replay else landed).append(delivery)
    refused = [delivery for delivery in landed if delivery.reason_code]
    batches: list[Batch] = []
    for reading in child.read_all([delivery for delivery in landed if delivery.reason_code is None], workspace):
        if reading.reason_code is None:
            batches += _taken(source, reading)
        else:
            refused.append(replace(reading.delivery, reason_code=reading.reason_code, reason=reading.reason))
    return Fetched(batches, replayed, refused)


def probe(request: Request, size: int) -> list[Seen]:
    """Look at the first records of every feed in the drop folder; as fetch(), it lands them.

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


def _drops(root: Path, until: str) -> Iterator[Drop]:
    """Complete drops uploaded before `until`, oldest first; one whose manifest cannot be read comes with an empty manifest."""
    found = []
    tomorrow = f"{datetime.now(settings.SHANGHAI).date() + timedelta(days=1)} 23:59:59"
    for folder in sorted(root.iterdir()):
        path = folder / "manifest.json"
        if folder.is_symlink() or not path.is_file() or path.is_symlink():
            continue
        with path.open("rb") as file:
            content = file.read(limits.MANIFEST_BYTES)  # what is cut off is no JSON
        try:
            manifest = json.loads(content)
            # a drop of the future would wait for its day unseen
            usable = is_time(manifest["uploaded_at"]) and manifest["uploaded_at"] < tomorrow
            usable = usable and isinstance(manifest["files"], list)
            usable = usable and isinstance(manifest.get("sequence", 0), int)
        except (ValueError, KeyError, TypeError, RecursionError):
            usable = False
        if usable and manifest["uploaded_at"] >= until:
            continue
        digest = _digest(manifest["files"]) if usable else hashlib.sha256(content).hexdigest()
        label = masked(folder.name.encode(errors="backslashreplace").decode())
        found.append(Drop(folder, label, digest, content, manifest if usable else {}))
    return iter(
        sorted(found, key=lambda drop: (drop.manifest.get("uploaded_at", ""), drop.manifest.get("sequence", 0)))
    )


def _digest(files: list[Any]) -> str:
    """Identity of a drop: what its files contain and how many rows they should have, whatever they and the folder are called."""
    contents = sorted(
        json.dumps([file.get("sha256"), file.get("rows")], sort_keys=True) if isinstance(file, dict) else "?"
        for file in files
    )
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def _land(source: Source, drop: Drop) -> Landed:
    """Copy the drop's files into landing under names of our own, checked against the manifest."""
    name = f"drop-{hashlib.sha256(drop.label.encode()).hexdigest()[:12]}-{drop.digest[:16]}"
    landed = Landed(
        source_id=source.id,
        protocol="files",
        label=drop.label,
        received_at=drop.manifest.get("uploaded_at", "1970-01-02 00:00:00"),
        digest=drop.digest,
        path=f"{source.id}/{name}",
        notes=tuple(_unlisted(drop)),
    )
    with landing.draft(source.id, name) as draft:
        draft.write("manifest.json", drop.content)
        try:
            for number, content in enumerate(_checked_contents(source, drop)):
                draft.write(f"{number}.bin", content)
        except Refused as error:
            # A refusal is known by what came: the same manifest with the right files is another delivery.
            path = f"{landed.path}-{draft.digest[:8]}"
            reason = f"{drop.label}：{error}"
            landed = replace(landed, digest=draft.digest, path=path, reason_code=error.code, reason=reason)
        return draft.seal(landed)


def _checked_contents(source: Source, drop: Drop) -> Iterator[bytes]:
    """The bytes of the files of the manifest, one after the other.

    Raises:
        Refused: MANIFEST, EMPTY, NAME, BOMB.
    """
    if not drop.manifest:
        raise Refused("MANIFEST", "清单 manifest.json 读不懂（格式、uploaded_at 或 files 不对，或 uploaded_at 在将来）")
    station = drop.manifest.get("station_code")
    if station is not None and station not in [one.code for one in source.stations]:
        raise Refused("MANIFEST", "清单的站点编码不是本来源登记的站点（可能投错了目录）")
    if not drop.manifest["files"]:
        raise Refused("EMPTY", "清单没有列出文件")
    if len(drop.manifest["files"]) > limits.FILES:
        raise Refused("MANIFEST", f"清单列了 {len(drop.manifest['files'])} 个文件，最多 {limits.FILES} 个")
    for file in drop.manifest["files"]:
        yield _checked_content(source, drop.folder, file)


def _checked_content(source: Source, folder: Path, file: Any) -> bytes:
    """The bytes of one file of the manifest; the name is only a name inside the folder, links are not followed.

    A sheet of which the source has no feed would be read by nobody: it is refused.
    """
    known = dict.fromkeys(str(contract.feeds()[feed].sheet) for feed in source.feeds)
    rows = file.get("rows") if isinstance(file, dict) else None
    if (
        not isinstance(rows, dict)
        or not rows
        or not all(sheet in known and isinstance(count, int) and count >= 0 for sheet, count in rows.items())
    ):
        raise Refused("MANIFEST", f"清单没有写明每张表（本来源报送{'、'.join(known)}）的行数")
    name = str(file.get("name"))
    if not is_plain(name):
        raise Refused("NAME", "清单里的文件名不是普通文件名")
    try:
        # Links are not followed, and a pipe does not hold us up.
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as handle:
            if os.fstat(descriptor).st_size > limits.FILE_BYTES:
                raise Refused("BOMB", f"一个文件超过 {limits.FILE_BYTES // limits.MEGABYTE} MB")
            content = handle.read(limits.FILE_BYTES)
    except OSError:
        raise Refused("MANIFEST", "清单里的一个文件不在目录里") from None
    if hashlib.sha256(content).hexdigest() != file.get("sha256"):
        raise Refused("MANIFEST", "一个文件的内容与清单的校验值不符（可能没有传完）")
    return content


def _unlisted(drop: Drop) -> Iterator[Note]:
    """What lies in the folder beside the files of the manifest; by number, for a name may be a person's."""
    files = drop.manifest.get("files", [])
    listed = {"manifest.json", *(str(file.get("name")) for file in files if isinstance(file, dict))}
    others = [path.name for path in drop.folder.iterdir() if path.name not in listed] if drop.manifest else []
    for number in range(1, len(others) + 1):
        yield Note(f"清单以外的第 {number} 个文件", "OTHER_FILE")


def _taken(source: Source, reading: Reading) -> list[Batch]:
    """The batches of a delivery that was read, with what the reader has named and what the manifest declares."""
    notes = sheets.notes(reading.rows)
    delivery = replace(
        reading.delivery, notes=(*reading.delivery.notes, *notes), declared=sheets.declared(source, reading)
    )
    return [Batch(delivery, feed, partial(sheets.read, source, delivery, feed, reading.rows)) for feed in source.feeds]

"""File drops: one folder per period with a manifest, as CSV, XLSX or a zip of them; the manifest is written last.

manifest.json: station_code, uploader, period, sequence, uploaded_at, files [{name, rows {sheet: n}, sha256}]; rows count the
records of a sheet in the whole file, headers, titles and totals left out.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from govservice import contract
from govservice.collecting import landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Note
from govservice.collecting.protocol import Request, Seen, SourceUnreadable
from govservice.collecting.sources import drops, sheets
from govservice.collecting.sources.reader import child, limits
from govservice.collecting.sources.reader.child import Reading
from govservice.collecting.sources.reader.names import is_plain
from govservice.collecting.sources.reader.refusal import Refused
from govservice.contract.personal_numbers import masked
from govservice.contract.register import Source


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land every drop that is complete, not known yet and uploaded before the end of the window.

    Raises:
        SourceUnreadable: FOLDER, the drop folder does not exist or cannot be looked into.
    """
    root = Path(request.endpoint.extra.get("path") or "")
    if not request.endpoint.extra.get("path") or not root.is_dir():
        raise SourceUnreadable("FOLDER", "投递目录不存在")
    source, booked = request.source, drops.Booked(request.known)
    landed: list[Landed] = []
    replayed: list[Landed] = []
    refused: list[Landed] = []
    state_of: dict[str, str] = {}
    for drop in drops.find(source, root, request.window.until):
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


def _land(drop: drops.Drop, received_at: str) -> Landed:
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


def _checked_contents(drop: drops.Drop) -> Iterator[bytes]:
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


def _checked_content(drop: drops.Drop, place: str, file: Any) -> bytes:
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
        content = drops.read(drop.folder / name, limits.FILE_BYTES + 1)
    except OSError as error:
        if error.errno in drops.NO_FILE:
            raise Refused("MANIFEST", f"{place}（{name}）不在目录里，或不是文件") from None
        raise Refused("UNREADABLE", f"{place}（{name}）打不开或没有读完（{error.strerror}）") from None
    if len(content) > limits.FILE_BYTES:
        raise Refused("BOMB", f"{place}（{name}）超过 {limits.FILE_BYTES // limits.MEGABYTE} MB")
    if hashlib.sha256(content).hexdigest() != drops.stated_checksum(file):
        raise Refused("MANIFEST", f"{place}（{name}）的内容与清单的校验值不符（可能没有传完）")
    return content


def _unlisted(drop: drops.Drop) -> Iterator[Note]:
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

"""Collect one source: fetch what its window holds, land it, load it, and say whether its books balance."""

import errno
import json
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from govservice import step_log, warehouse
from govservice.collecting import landing, load
from govservice.collecting.delivery import Batch, Fetched, Landed, Record, Unparsable
from govservice.collecting.load import Counts, Loaded
from govservice.collecting.protocol import Endpoint, Known, Request, SourceUnreadable, Window
from govservice.collecting.protocols import protocol_of
from govservice.contract import feeds, reason_codes
from govservice.contract.register import Source
from govservice.warehouse import Cursor, WarehouseError

LOG = logging.getLogger("govservice.collecting")
BEGINNING, END = "1900-01-01 00:00:00", "9999-12-31 00:00:00"


@dataclass(frozen=True)
class Collected:
    """What one attempt did, in counts only: it crosses task borders."""

    source_id: str
    received: int
    versions: int
    replayed: int
    unparsable: int
    refused_deliveries: int
    missing: int
    state: str
    reason: str | None


def end_of(data_date: date) -> str:
    """Exclusive end of a data date: the following midnight in Shanghai."""
    return f"{data_date + timedelta(days=1)} 00:00:00"


class CollectingFailed(RuntimeError):
    """Something failed that is not the source's fault: a full disk, too little memory, a bug. Names kind and place, never a value."""


def collect(
    url: str, source: Source, endpoint: Endpoint | None, data_date: date, run_id: str, full: bool = False
) -> Collected:
    """Bring a source up to date until the end of the data date.

    Args:
        url: warehouse, role pipeline.
        source: its entry in the register.
        endpoint: where it connects to; None where nobody has said so.
        data_date: nothing synchronised after this day is taken.
        run_id: the run on whose behalf.
        full: pull everything again instead of from the watermark: what is known counts as replayed, what has come late or was
            edited in silence becomes a version, and what the source no longer holds is listed in quality.missing_record.

    Raises:
        SourceUnreadable: the source could not be read; it is recorded as unverified.
        CollectingFailed, WarehouseError: it is not the source's fault; recorded as unverified as far as the warehouse can be written.
        load.Fenced: a newer attempt has taken over; what that one finds is recorded.
    """
    token = load.take_fence(url, source.id)
    try:
        if endpoint is None:
            raise SourceUnreadable("CONNECTION", f"没有连接 {source.connection}")
        return _collect(url, source, endpoint, data_date, run_id, full and source.is_pulled, token)
    except load.Fenced:
        raise
    except Exception as error:
        failure = (
            error if isinstance(error, (SourceUnreadable, WarehouseError)) else CollectingFailed(_described(error))
        )
    _record_failure(url, source.id, run_id, token, failure)
    raise failure


def _collect(
    url: str, source: Source, endpoint: Endpoint, data_date: date, run_id: str, is_whole: bool, token: int
) -> Collected:
    _remove_leftovers(url, source.id)
    with landing.draft(source.id, "workspace") as workspace:
        request = _request(url, source, endpoint, data_date, is_whole, token)
        with of_the_source():
            fetched = protocol_of(source).fetch(request, workspace.folder)
        batches = [replace(batch, read=partial(_read, batch)) for batch in fetched.batches]
        emptied = _emptied(url, request, fetched)
        with warehouse.transaction(url, load.application(source.id)) as cursor:
            load.hold_fence(cursor, source.id, token)
            loaded = load.load(cursor, source, batches, run_id, request.window.until if is_whole else None)
            done = _book(cursor, source, fetched, loaded, emptied, run_id)
        _log(request, fetched, loaded)
        return done


def _read(batch: Batch) -> Iterator[Record | Unparsable]:
    with of_the_source():
        yield from batch.read()


@contextmanager
def of_the_source() -> Iterator[None]:
    """Report an unexpected error in here as the source's. OSError, MemoryError and errors of the warehouse are the machine's and pass.

    Raises:
        SourceUnreadable: UNFORESEEN, for whatever has no name yet.
    """
    try:
        yield
    except (SourceUnreadable, load.Fenced, WarehouseError, OSError, MemoryError):
        raise
    except Exception as error:
        raise SourceUnreadable("UNFORESEEN", f"读来源时出错：{_described(error)}") from None


def _described(error: Exception) -> str:
    """Kind and place of an error, without its text, which may hold a value; its traceback goes to the log."""
    LOG.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    frames = traceback.extract_tb(error.__traceback__)
    place = next((one for one in reversed(frames) if "govservice" in Path(one.filename).parts), frames[-1])
    number = f" {errno.errorcode.get(error.errno or 0, '')}" if isinstance(error, OSError) else ""
    return f"{type(error).__name__}{number}（{Path(place.filename).name} 第 {place.lineno} 行）"


def _record_failure(url: str, source_id: str, run_id: str, token: int, failure: Exception) -> None:
    """Record why an attempt has failed; where the warehouse cannot be written, the source is unverified since the run began."""
    code, reason = "FAULT", f"{failure}；{reason_codes()['FAULT'].remedy}"
    if isinstance(failure, SourceUnreadable):
        code, reason = failure.code, str(failure)
    try:
        with warehouse.transaction(url) as cursor:
            load.hold_fence(cursor, source_id, token)  # what a newer attempt has found is not overwritten
            _record_state(cursor, source_id, run_id, code, reason)
    except WarehouseError as error:
        LOG.error("来源状态 %s 没有写进数据仓库：%s", code, error)


def _remove_leftovers(url: str, source_id: str) -> None:
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT DISTINCT landing_path FROM ops.delivery WHERE source_id = %s", (source_id,))
        landing.remove_leftovers(source_id, {path for (path,) in cursor.fetchall()})


def _request(url: str, source: Source, endpoint: Endpoint, data_date: date, is_whole: bool, token: int) -> Request:
    """What to ask the source: from each feed's watermark on, or everything; a whole pull is read in any case, to see what is missing."""
    since = dict.fromkeys(source.feeds, BEGINNING)
    known: tuple[Known, ...] = ()
    if not is_whole:
        with warehouse.transaction(url) as cursor:
            cursor.execute("SELECT feed, synced_until FROM ops.watermark WHERE source_id = %s", (source.id,))
            for feed, synced_until in cursor.fetchall():
                since[feed] = str(synced_until - timedelta(minutes=source.overlap_minutes))
            cursor.execute(warehouse.statement("ops/read/known_deliveries.sql"), {"source_id": source.id})
            known = tuple(_known(*row) for row in cursor.fetchall())
    require_newest = partial(load.require_fence, url, source.id, token)
    return Request(source, endpoint, Window(since, end_of(data_date)), known, require_newest)


def _known(label: str, digest: str, state: str, received_at: str, *rest: str | None) -> Known:
    """A delivery that is booked; its time as Python writes it, for the database leaves out zeros at the end of a fraction."""
    return Known(label, digest, state, str(datetime.fromisoformat(received_at)), *rest)


def _emptied(url: str, request: Request, fetched: Fetched) -> list[str]:
    """The feeds of which the source holds nothing at all any more, though what it has delivered was never withdrawn.

    Nothing in the window alone says little: what was new there may have been written again since.
    """
    source = request.source
    silent = [batch.feed for batch in fetched.batches if batch.landed.declared.get(batch.feed) == 0]
    if not source.is_pulled or not silent:
        return []
    with warehouse.transaction(url) as cursor:
        kept = [feed for feed in silent if _holds_live(cursor, source.id, feed)]
    if not kept:
        return []
    everything = Window(dict.fromkeys(kept, BEGINNING), END)
    whole = replace(request, source=replace(source, feeds=tuple(kept)), window=everything)
    with of_the_source():
        return [seen.feed for seen in protocol_of(source).probe(whole, 1) if not seen.records]


def _holds_live(cursor: Cursor, source_id: str, feed: str) -> bool:
    cursor.execute(warehouse.template("ods/read/holds_live.sql.j2", feed), {"source_id": source_id})
    return cursor.fetchone() == (True,)


def _book(
    cursor: Cursor, source: Source, fetched: Fetched, loaded: Loaded, emptied: list[str], run_id: str
) -> Collected:
    """Book what was not loaded, move the watermarks on, and say whether the source can be vouched for."""
    replayed = sum(record_replay(cursor, landed, run_id) for landed in fetched.replayed)
    for landed in fetched.refused:
        load.register_delivery(cursor, landed, "refused", run_id)
    if "item" in source.feeds:  # even where nothing new has come: another release may read the catalogue in another way
        cursor.execute(warehouse.statement("dim/write/service_item_version__refresh.sql"), {"run_id": run_id})
    behind = _behind(cursor, source.id, fetched)
    if source.is_pulled:
        _advance(cursor, source.id, loaded)
    code, reason = _doubt(cursor, source.id, loaded, emptied, behind)
    _record_state(cursor, source.id, run_id, code, reason)
    return Collected(
        source_id=source.id,
        received=loaded.total("received") + replayed,
        versions=loaded.total("versions"),
        replayed=loaded.total("replayed") + replayed,
        unparsable=loaded.total("unparsable"),
        refused_deliveries=len(fetched.refused),
        missing=loaded.missing,
        state="unverified" if code else "balanced",
        reason=reason,
    )


def _behind(cursor: Cursor, source_id: str, fetched: Fetched) -> list[str]:
    """The feeds of which the source's newest record is older than one that it has delivered: a standby, or an old backup restored."""
    cursor.execute("SELECT feed, synced_until::text FROM ops.watermark WHERE source_id = %s", (source_id,))
    seen = dict(cursor.fetchall())
    pulls = [*(batch.landed for batch in fetched.batches), *fetched.replayed]
    return [
        feed
        for landed in pulls
        for feed, newest in landed.newest.items()
        if newest < seen.get(feed, "") < landed.received_at
    ]


def _log(request: Request, fetched: Fetched, loaded: Loaded) -> None:
    """Say what every feed has brought. A delivery is not named: a person may stand in the name of a folder."""
    source, window = request.source, request.window
    for feed in source.feeds:
        ours = [
            (batch.landed, loaded.counts[batch.landed.label, feed]) for batch in fetched.batches if batch.feed == feed
        ]
        again = [(landed, landed.declared[feed]) for landed in fetched.replayed if feed in landed.declared]
        ours += [(landed, Counts(number, received=number, replayed=number)) for landed, number in again]
        if not ours:
            continue
        files = sum(len(os.listdir(landed.folder)) - 1 for landed, _ in ours)  # without landing.json
        what: dict[str, int | str | None] = {"deliveries": len(ours), "files": files}
        if source.is_pulled:
            what = {"window": f"{window.since[feed]} — {window.until}", "pages": files}
        declared = [counts.declared for _, counts in ours if counts.declared is not None]
        what["declared"] = sum(declared) if len(declared) == len(ours) else None
        for name in ("received", "versions", "replayed", "overlap", "unparsable"):
            what[name] = sum(getattr(counts, name) for _, counts in ours)
        step_log.log(f"{source.name} {feeds()[feed].zh}", what)


def record_replay(cursor: Cursor, landed: Landed, run_id: str) -> int:
    """Book a delivery whose bytes are known; return the number of its records."""
    delivery_id = load.register_delivery(cursor, landed, "replayed", run_id)
    parameters = {"delivery_id": delivery_id, "source_id": landed.source_id, "digest": landed.digest}
    parameters["later"] = json.dumps(landed.later)
    cursor.execute(warehouse.statement("ops/write/ledger__replay.sql"), parameters)
    cursor.execute("SELECT coalesce(sum(replayed), 0) FROM ops.ledger WHERE delivery_id = %s", (delivery_id,))
    return int(cursor.fetchone()[0])  # type: ignore[index]


def _advance(cursor: Cursor, source_id: str, loaded: Loaded) -> None:
    """Move the watermark of every feed whose delivery balanced to the newest record seen that says when it was written."""
    for (_, feed), counts in loaded.counts.items():
        newest = loaded.newest.get(feed)
        if newest and counts.is_balanced:
            parameters = {"source_id": source_id, "feed": feed, "newest": newest}
            cursor.execute(warehouse.statement("ops/write/watermark__advance.sql"), parameters)


def _doubt(
    cursor: Cursor, source_id: str, loaded: Loaded, emptied: list[str], behind: list[str]
) -> tuple[str | None, str | None]:
    """Why the source's figures cannot be vouched for, as a code and a sentence; or nothing."""
    codes = reason_codes()
    for (label, _), counts in loaded.counts.items():
        if counts.declared is None:
            return "UNDECLARED", f"{label}：{codes['UNDECLARED'].meaning}"
        if counts.residual:
            return (
                "UNBALANCED",
                f"{label}：声明 {counts.declared} 条，实收 {counts.received} 条，差 {counts.residual} 条",
            )
        if counts.is_unreadable:
            return "NOTHING_READABLE", f"{label}：{counts.received} 条，{codes['NOTHING_READABLE'].meaning}"
    for code, concerned in (("EMPTY_PULL", emptied), ("BEHIND", behind)):
        if concerned:
            names = "、".join(feeds()[feed].zh for feed in concerned)
            return code, f"{names}：{codes[code].meaning}；{codes[code].remedy}"
    refusals = warehouse.rows(cursor, warehouse.statement("ops/read/open_refusals.sql"), {"source_id": source_id})
    if refusals:
        first = refusals[0]
        return first["reason_code"], f"{len(refusals)} 个批次被拒收或读不出，待重报，第一个：{first['reason']}"
    cursor.execute("SELECT EXISTS (SELECT 1 FROM ops.delivery WHERE source_id = %s)", (source_id,))
    if cursor.fetchone() == (False,):
        return "NOTHING_DELIVERED", codes["NOTHING_DELIVERED"].meaning
    return None, None


def _record_state(cursor: Cursor, source_id: str, run_id: str, code: str | None, reason: str | None) -> None:
    parameters = {
        "source_id": source_id,
        "state": "unverified" if code else "balanced",
        "reason_code": code,
        "reason": reason,
        "run_id": run_id,
    }
    cursor.execute(warehouse.statement("ops/write/source_state__record.sql"), parameters)

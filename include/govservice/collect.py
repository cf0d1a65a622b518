"""Collect one source: fetch what its window holds, land it, load it, and say whether its books balance."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from govservice import landing, load, warehouse
from govservice.contract import feeds
from govservice.landing import Landed
from govservice.load import Batch, Loaded
from govservice.register import Source
from govservice.sources import database, files, http
from govservice.sources.endpoint import Endpoint, SourceUnreadable, Window
from govservice.warehouse import Cursor

BEGINNING, END = "1900-01-01 00:00:00", "9999-12-31 00:00:00"
PULLS = {"http": http, "database": database}


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


def collect(
    url: str, source: Source, endpoint: Endpoint, data_date: date, run_id: str, full: bool = False
) -> Collected:
    """Bring a source up to date until the end of the data date.

    Args:
        url: warehouse, role pipeline.
        source: its entry in the register.
        endpoint: where it connects to.
        data_date: nothing synchronised after this day is taken.
        run_id: the run on whose behalf.
        full: pull everything again instead of from the watermark: what is known counts as replayed, what has come late or was
            edited in silence becomes a version, and what the source no longer holds is listed in quality.missing_record.

    Raises:
        SourceUnreadable: the source could not be read; it is recorded as unverified.
        load.Fenced: a newer attempt has taken over.
    """
    token = load.take_fence(url, source.id)
    try:
        with landing.draft(source.id, "workspace") as workspace:
            window = _window(url, source, data_date, full)
            is_whole = full and source.protocol in PULLS
            fetched = _fetch(url, source, endpoint, window, workspace.folder, is_whole)
            emptied = _emptied(url, source, endpoint, fetched)
            with warehouse.transaction(url, f"collect {source.id}") as cursor:
                load.hold_fence(cursor, source.id, token)
                return _load(cursor, source, fetched, window, run_id, is_whole, emptied)
    except SourceUnreadable as error:
        with warehouse.transaction(url) as cursor:
            load.hold_fence(cursor, source.id, token)  # what a newer attempt has found is not overwritten
            _record_state(cursor, source, run_id, error.code, str(error))
        raise


def _window(url: str, source: Source, data_date: date, full: bool) -> Window:
    since = dict.fromkeys(source.feeds, BEGINNING)
    if not full:
        with warehouse.transaction(url) as cursor:
            cursor.execute("SELECT feed, synced_until FROM ops.watermark WHERE source_id = %s", (source.id,))
            for feed, synced_until in cursor.fetchall():
                since[feed] = str(synced_until - timedelta(minutes=source.overlap_minutes))
    return Window(since, end_of(data_date))


def _fetch(
    url: str, source: Source, endpoint: Endpoint, window: Window, workspace: Path, is_whole: bool
) -> files.Fetched:
    if source.protocol in PULLS:
        batches = PULLS[source.protocol].fetch(source, endpoint, window)
        # a whole pull is read in any case, to see what is missing
        return files.Fetched(batches, [], []) if is_whole else _without_known(url, source, batches)
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT label, digest, state, received_at FROM ops.delivery WHERE source_id = %s", (source.id,))
        known = {(label, digest): (state, str(received_at)) for label, digest, state, received_at in cursor.fetchall()}
    return files.fetch(source, endpoint, window, known, workspace)


def _emptied(url: str, source: Source, endpoint: Endpoint, fetched: files.Fetched) -> list[str]:
    """The feeds of which the source holds nothing at all any more, though what it has delivered was never withdrawn.

    Nothing in the window alone says little: what was new there may have been written again since.
    """
    silent = [batch.feed for batch in fetched.batches if batch.landed.declared.get(batch.feed) == 0]
    if source.protocol not in PULLS or not silent:
        return []
    with warehouse.transaction(url) as cursor:
        held = [feed for feed in silent if _holds_live(cursor, source, feed)]
    everything = Window(dict.fromkeys(held, BEGINNING), END)
    seen = PULLS[source.protocol].probe(replace(source, feeds=tuple(held)), endpoint, everything, 1) if held else []
    return [feed for feed, _, records in seen if not records]


def _holds_live(cursor: Cursor, source: Source, feed: str) -> bool:
    cursor.execute(warehouse.template("ods/holds_live.sql.j2", feed), {"source_id": source.id})
    return cursor.fetchone() == (True,)


def _without_known(url: str, source: Source, batches: list[Batch]) -> files.Fetched:
    """Tell pulls that bring the very bytes of one that is loaded: they are booked as replays and not read again."""
    with warehouse.transaction(url) as cursor:
        cursor.execute(warehouse.statement("ops/balanced_pulls.sql"), {"source_id": source.id})
        known = set(cursor.fetchall())
    replayed = [batch.landed for batch in batches if (batch.feed, batch.landed.digest) in known]
    return files.Fetched([batch for batch in batches if batch.landed not in replayed], replayed, [])


def _load(
    cursor: Cursor,
    source: Source,
    fetched: files.Fetched,
    window: Window,
    run_id: str,
    is_whole: bool,
    emptied: list[str],
) -> Collected:
    loaded = load.load(cursor, source, fetched.batches, run_id, window.until if is_whole else None)
    replayed = sum(record_replay(cursor, landed, run_id) for landed in fetched.replayed)
    for landed in fetched.refused:
        load.register_delivery(cursor, landed, "refused", run_id)
    if "item" in source.feeds and loaded.total("versions"):
        cursor.execute(warehouse.statement("dim/refresh_service_item_version.sql"), {"run_id": run_id})
    _advance(cursor, source, loaded)
    code, reason = _doubt(cursor, source, loaded, emptied)
    _record_state(cursor, source, run_id, code, reason)
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


def record_replay(cursor: Cursor, landed: Landed, run_id: str) -> int:
    """Book a delivery whose bytes are known; return the number of its records."""
    delivery_id = load.register_delivery(cursor, landed, "replayed", run_id)
    parameters = {"delivery_id": delivery_id, "source_id": landed.source_id, "digest": landed.digest}
    cursor.execute(warehouse.statement("ops/replay_ledger.sql"), parameters)
    cursor.execute("SELECT coalesce(sum(replayed), 0) FROM ops.ledger WHERE delivery_id = %s", (delivery_id,))
    return int(cursor.fetchone()[0])  # type: ignore[index]


def _advance(cursor: Cursor, source: Source, loaded: Loaded) -> None:
    """Move the watermark of every pulled feed whose delivery balanced to the newest record seen that says when it was written."""
    if source.protocol not in PULLS:
        return
    for (_, feed), counts in loaded.counts.items():
        newest = loaded.newest.get(feed)
        if newest and counts.is_balanced:
            parameters = {"source_id": source.id, "feed": feed, "newest": newest}
            cursor.execute(warehouse.statement("ops/advance_watermark.sql"), parameters)


def _doubt(cursor: Cursor, source: Source, loaded: Loaded, emptied: list[str]) -> tuple[str | None, str | None]:
    """Why the source's figures cannot be vouched for, as a code and a sentence; or nothing."""
    for (label, _), counts in loaded.counts.items():
        if counts.declared is None:
            return "UNDECLARED", f"{label}：来源没有声明条数，或翻页途中条数变少，无法核对"
        if counts.residual:
            return (
                "UNBALANCED",
                f"{label}：声明 {counts.declared} 条，实收 {counts.received} 条，差 {counts.residual} 条",
            )
    if emptied:
        names = "、".join(feeds()[feed].zh for feed in emptied)
        return "EMPTY_PULL", f"{names}：来源现在一条记录也没有，而交付过的没有撤回；请来源检查数据是否还在"
    refusals = warehouse.rows(cursor, warehouse.statement("ops/open_refusals.sql"), {"source_id": source.id})
    if refusals:
        return refusals[0]["reason_code"], f"{len(refusals)} 个批次被拒收待重报，第一个：{refusals[0]['reason']}"
    cursor.execute("SELECT EXISTS (SELECT 1 FROM ops.delivery WHERE source_id = %s)", (source.id,))
    if cursor.fetchone() == (False,):
        return "NOTHING_DELIVERED", "还没有收到任何批次"
    return None, None


def _record_state(cursor: Cursor, source: Source, run_id: str, code: str | None, reason: str | None) -> None:
    parameters = {
        "source_id": source.id,
        "state": "unverified" if code else "balanced",
        "reason_code": code,
        "reason": reason,
        "run_id": run_id,
    }
    cursor.execute(warehouse.statement("ops/record_source_state.sql"), parameters)

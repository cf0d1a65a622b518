"""Load landed deliveries into ods: each record once, as a version if it says something new, with the books in the same transaction.

Keys go first: a narrow table of what has arrived lets the database decide which records are new before any of them is
written, so that a replay costs a third of a copy and every new record is written exactly once.
"""

import io
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import psycopg2

from govservice import settings, silence, warehouse
from govservice.collecting.delivery import Batch, Landed, Unparsable
from govservice.contract import feeds, personal_numbers
from govservice.contract.register import Source
from govservice.warehouse import Cursor

CHUNK = 1 << 20


class Fenced(RuntimeError):
    """A newer attempt has taken over this source; what this one did is not committed."""


@dataclass
class Counts:
    """What became of the records of one delivery and feed (equations at ops.ledger)."""

    declared: int | None
    received: int = 0
    overlap: int = 0
    unparsable: int = 0
    replayed: int = 0
    versions: int = 0
    later: int = 0

    @property
    def residual(self) -> int:
        """Received beyond or short of what was declared, page overlap taken out; 0 where nothing was declared."""
        return 0 if self.declared is None else self.received - self.overlap - self.declared

    @property
    def is_unreadable(self) -> bool:
        """Whether something came, and nothing of it could be read."""
        return self.received == self.unparsable > 0

    @property
    def is_balanced(self) -> bool:
        """Whether the source declared exactly what came, and something of that could be read."""
        return self.declared is not None and self.residual == 0 and not self.is_unreadable


@dataclass
class Loaded:
    """The result of one load: counts by (delivery label, feed), live records that are missing, the newest synced_at by feed."""

    counts: dict[tuple[str, str], Counts] = field(default_factory=dict)
    missing: int = 0
    newest: dict[str, str] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """Sum of one count over all deliveries and feeds."""
        return sum(getattr(counts, name) for counts in self.counts.values())


def take_fence(url: str, resource: str) -> int:
    """Begin an attempt: the next token of the resource, which every earlier attempt then lacks.

    An earlier one that is loading is waited for; one whose connection has fallen silent is ended.
    """
    called = application(resource)
    with warehouse.transaction(url) as cursor:
        still = _still(cursor, called)
        if not still:
            return _take(cursor, resource)
    time.sleep(settings.silence_seconds())
    with warehouse.transaction(url) as cursor:
        for pid, _ in still & _still(cursor, called):
            cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
        return _take(cursor, resource)


def _take(cursor: Cursor, resource: str) -> int:
    cursor.execute(warehouse.statement("ops/write/fence__take.sql"), {"resource": resource})
    return cursor.fetchone()[0]  # type: ignore[index]


def _still(cursor: Cursor, called: str) -> set[tuple[int, str]]:
    """The connections called so that wait for us: the process of each and how far it has come. In a COPY that goes on, it moves."""
    ours = "application_name = %s AND usename = current_user AND datname = current_database()"
    found = set()
    cursor.execute(f"SELECT pid FROM pg_stat_activity WHERE {ours}", (called,))
    for (pid,) in cursor.fetchall():
        cursor.execute(warehouse.statement("ops/read/backend_activity.sql"), {"pid": pid})
        found |= {(pid, mark) for (mark,) in cursor.fetchall() if mark != silence.WORKING}
    return found


def require_fence(url: str, resource: str, token: int) -> None:
    """See that this attempt is the newest one.

    Raises:
        Fenced: a newer attempt has begun.
    """
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT token FROM ops.fence WHERE resource = %s", (resource,))
        _require_token(cursor, resource, token)


def application(resource: str) -> str:
    """What the connections are called that load a resource."""
    return f"collect {resource}"


def hold_fence(cursor: Cursor, resource: str, token: int) -> None:
    """Lock the resource for this transaction.

    Raises:
        Fenced: a newer attempt has begun.
    """
    cursor.execute("SELECT token FROM ops.fence WHERE resource = %s FOR UPDATE", (resource,))
    _require_token(cursor, resource, token)


def _require_token(cursor: Cursor, resource: str, token: int) -> None:
    if cursor.fetchone() != (token,):
        raise Fenced(f"来源 {resource} 已由更新的一次尝试接手，本次尝试（令牌 {token}）的数据不入库")


def load(cursor: Cursor, source: Source, batches: list[Batch], run_id: str, whole_until: str | None = None) -> Loaded:
    """Load batches of one source inside the caller's transaction: ods, ledger, unparsable list and inspection queue.

    Args:
        cursor: of a transaction that holds the source's fence.
        source: the registered source.
        batches: deliveries by feed; deliveries of one feed in the order in which they were made.
        run_id: the run that takes them.
        whole_until: set if the batches are everything that the source holds before this moment; records that are live here
            and not among them are then listed as missing.

    Returns:
        Counts by delivery and feed.
    """
    deliveries = _register_deliveries(cursor, batches, run_id)
    loaded = Loaded()
    cursor.execute(warehouse.statement("quality/write/queued_case.sql"))
    for feed in dict.fromkeys(batch.feed for batch in batches):
        ours = [batch for batch in batches if batch.feed == feed]
        _load_feed(cursor, source, feed, ours, deliveries, loaded, whole_until is not None)
        if whole_until and all(loaded.counts[batch.landed.label, feed].is_balanced for batch in ours):
            loaded.missing += _list_missing(cursor, source, feed, whole_until, run_id)
    return loaded


def _list_missing(cursor: Cursor, source: Source, feed: str, until: str, run_id: str) -> int:
    parameters = {"source_id": source.id, "until": until, "run_id": run_id}
    cursor.execute(warehouse.template("quality/write/missing_record__list.sql.j2", feed), parameters)
    return cursor.rowcount


def _register_deliveries(cursor: Cursor, batches: list[Batch], run_id: str) -> dict[str, int]:
    identities = {}
    for landed in {batch.landed.label: batch.landed for batch in batches}.values():
        identities[landed.label] = register_delivery(cursor, landed, "loaded", run_id)
    return identities


def register_delivery(cursor: Cursor, landed: Landed, state: str, run_id: str) -> int:
    """Write one row of ops.delivery with its notes and return its id."""
    parameters = {**vars(landed), "state": state, "run_id": run_id}
    cursor.execute(warehouse.statement("ops/write/delivery__register.sql"), parameters)
    delivery_id: int = cursor.fetchone()[0]  # type: ignore[index]
    places = ((personal_numbers.masked(note.place), note.code) for note in landed.notes)
    notes = [(delivery_id, *note) for note in dict.fromkeys(places)]
    cursor.executemany("INSERT INTO ops.file_note (delivery_id, place, note_code) VALUES (%s, %s, %s)", notes)
    return delivery_id


def _load_feed(
    cursor: Cursor,
    source: Source,
    feed: str,
    batches: list[Batch],
    deliveries: dict[str, int],
    loaded: Loaded,
    is_whole: bool,
) -> None:
    unparsable: list[tuple[int, str, str, str]] = []
    with tempfile.TemporaryFile(dir=settings.var(), buffering=CHUNK) as spool:
        cursor.execute(warehouse.statement("ods/write/incoming_record.sql"))
        keys = _Stream(_key_lines(feed, batches, deliveries, source.id, spool, unparsable))
        _copy(
            cursor,
            "COPY incoming_record (record_key, synced_at, operation, digest, delivery_id, seq, project_no) FROM STDIN WITH (NULL '')",
            keys,
        )
        # The columns by which records are decided on; the others would double what this costs.
        cursor.execute("ANALYZE incoming_record (record_key, seq, is_clash)")
        parameters = {"source_id": source.id, "is_whole": is_whole}
        cursor.execute(warehouse.template("ods/write/feed__decide.sql.j2", feed), parameters)
        _copy_versions(cursor, feed, spool)
    if feeds()[feed].group == "catalogue":
        cursor.execute(warehouse.statement("quality/write/pending_case__of_items.sql"))
    elif feeds()[feed].is_inspected:
        cursor.execute(warehouse.statement("quality/write/pending_case__of_records.sql"))
    cursor.executemany(
        "INSERT INTO ops.unparsable (delivery_id, feed, place, reason_code) VALUES (%s, %s, %s, %s)", unparsable
    )
    _write_ledger(cursor, feed, batches, deliveries, Counter(row[0] for row in unparsable), loaded)


def _key_lines(
    feed: str,
    batches: list[Batch],
    deliveries: dict[str, int],
    source_id: str,
    spool: IO[bytes],
    unparsable: list[tuple[int, str, str, str]],
) -> Iterator[bytes]:
    """Key lines for the table incoming_record; the records go to the spool as lines for ods, each as a first and current version."""
    offset = 0
    for batch in batches:
        delivery_id = deliveries[batch.landed.label]
        for ordinal, record in enumerate(batch.read(), 1):
            if isinstance(record, Unparsable):
                unparsable.append((delivery_id, feed, personal_numbers.masked(record.place), record.code))
                continue
            row_key, named, synced_at, operation, digest, is_odd, content = record
            if len(named) in personal_numbers.LENGTHS:  # others are none
                named = personal_numbers.stand_in(named)
            case_key = named or f"#{row_key}"
            key = f"{row_key}\t{synced_at}\t{operation}\t{digest}\t{delivery_id}\t"
            head = f"{source_id}\t1\tt\t{case_key}\t{key}{ordinal}\t{'t' if is_odd else 'f'}\t"
            line = head.encode() + content + b"\n"
            spool.write(line)
            yield f"{key}{offset}\t{named}\n".encode()
            offset += len(line)


def _copy_versions(cursor: Cursor, feed: str, spool: IO[bytes]) -> None:
    """Copy the spool into ods: lines as they are, but for the records that were decided on."""
    columns = "source_id, version_no, is_current, case_key, record_key, synced_at, operation, digest, delivery_id, ordinal, is_odd"
    contract = ", ".join(feeds()[feed].columns)
    with tempfile.TemporaryFile(dir=settings.var()) as decisions:
        cursor.copy_expert(warehouse.statement("ods/read/decided_versions.sql"), decisions)
        decisions.seek(0)
        versions = _Stream(_version_chunks(spool, decisions))
        _copy(cursor, f"COPY ods.{feed} ({columns}, {contract}, extra) FROM STDIN WITH (NULL '')", versions)


def _version_chunks(spool: IO[bytes], decisions: IO[bytes]) -> Iterator[bytes]:
    position = 0
    spool.seek(0)
    for decision in decisions:
        seq, is_version, is_current, version_no, record_key, withdrawn_from, redated = decision.rstrip(b"\n").split(
            b"\t"
        )
        while position < int(seq):
            chunk = spool.read(min(CHUNK, int(seq) - position))
            position += len(chunk)
            yield chunk
        line = spool.readline()
        position += len(line)
        if is_version == b"t":
            source_id, _, _, case_key, _, synced_at, rest = line.split(b"\t", 6)
            case_key, synced_at = withdrawn_from or case_key, redated or synced_at
            yield b"\t".join((source_id, version_no, is_current, case_key, record_key, synced_at, rest))
    while chunk := spool.read(CHUNK):
        yield chunk


def _write_ledger(
    cursor: Cursor,
    feed: str,
    batches: list[Batch],
    deliveries: dict[str, int],
    unparsable: Counter[int],
    loaded: Loaded,
) -> None:
    tallied: dict[int, dict[str, Any]] = {
        row["delivery_id"]: row for row in warehouse.rows(cursor, warehouse.statement("ods/read/load_counts.sql"))
    }
    for batch in batches:
        delivery_id = deliveries[batch.landed.label]
        found = tallied.get(delivery_id, {"received": 0, "versions": 0, "repeated": 0, "newest": None})
        counts = Counts(batch.landed.declared.get(feed), found["received"] + unparsable[delivery_id])
        counts.unparsable, counts.versions = unparsable[delivery_id], found["versions"]
        # A paged source declares distinct records, so what pages repeat is overlap; a file declares its rows.
        counts.overlap = found["repeated"] if batch.landed.protocol == "http" else 0
        counts.replayed = found["received"] - counts.versions - counts.overlap
        counts.later = batch.landed.later.get(feed, 0)
        loaded.counts[batch.landed.label, feed] = counts
        if found["newest"]:
            loaded.newest[feed] = max(loaded.newest.get(feed, ""), str(found["newest"]))
        parameters = {"delivery_id": delivery_id, "feed": feed, **vars(counts)}
        cursor.execute(warehouse.statement("ops/write/ledger__record.sql"), parameters)


def _copy(cursor: Cursor, statement: str, stream: "_Stream") -> None:
    try:
        cursor.copy_expert(statement, stream, CHUNK)  # type: ignore[arg-type]
    except psycopg2.Error:
        if stream.failure:
            raise stream.failure from None
        raise


class _Stream(io.RawIOBase):
    """An iterator of bytes as the file that COPY reads from.

    What goes wrong in reading it is kept in `failure`: the client sends the text of an error to the server, which would log it.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._rest], len(self._rest)
        try:
            while length < size and (chunk := next(self._chunks, None)) is not None:
                parts.append(chunk)
                length += len(chunk)
        except Exception as error:
            self.failure = error
            raise RuntimeError("the records cannot be read") from None
        content = b"".join(parts)
        self._rest = content[size:]
        return content[:size]

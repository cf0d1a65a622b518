"""Ratios 1 and 2: a feed loaded into ods, and replayed, against a bare COPY of the same bytes."""

import collections
import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg2

from bench import measure
from bench.measure import Experiment, Ratio
from bench.workshop import RUN, Workshop
from govservice import warehouse
from govservice.collecting import load
from govservice.collecting.collect import BEGINNING, end_of, record_replay
from govservice.collecting.delivery import Batch
from govservice.collecting.protocol import Endpoint, Request, Window
from govservice.collecting.protocols import protocol_of
from govservice.contract.register import Source

BARE, INDEXED, FIRST = "裸 COPY", "裸 COPY，带同样的索引", "首次入库"
READING = "　其中读出记录（不写库）"
AGAIN, EACH_AGAIN = "重放（同样的字节）", "重放（逐条辨认）"


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Load the accept feed of every exchange centre from its landed bytes."""
    url = workshop.new_warehouse("load", data_date)
    workshop.execute("load", "CREATE TABLE bare (LIKE ods.accept)",
                     "CREATE TABLE bare_indexed (LIKE ods.accept INCLUDING INDEXES)")  # fmt: skip
    centres = [
        (replace(source, feeds=("accept",)), workshop.endpoints[source.id])
        for source in workshop.sources.values()
        if source.is_pulled and "accept" in source.feeds
    ]
    timed = measure.in_child(_compare, url, workshop.owner("load"), centres, data_date, workshop.folder / "accept.copy")
    seconds, records, size = timed.result
    return Experiment(
        title="入库（受理信息，接口与前置库的四个中心）",
        volume=f"{records:,} 条，{size / 1e6:,.0f} MB",
        seconds=seconds,
        ratios=[
            Ratio("load", f"{FIRST} / {BARE}", measure.ratio_of(seconds, FIRST, BARE), 3),
            Ratio("replay", f"{AGAIN} / {BARE}", measure.ratio_of(seconds, AGAIN, BARE), 1),
        ],
        peak_mb={"入库": timed.peak_mb},
    )


def _compare(
    url: str, owner: str, centres: list[tuple[Source, Endpoint]], data_date: date, copied: Path
) -> tuple[dict[str, list[float]], int, int]:
    window = Window({"accept": BEGINNING}, end_of(data_date))
    landed = [
        (source, protocol_of(source).fetch(Request(source, endpoint, window), copied.parent).batches)
        for source, endpoint in centres
    ]
    with closing(psycopg2.connect(owner)) as link:
        link.autocommit = True
        work = link.cursor()

        def timed(function: Callable[[], object], *before: str) -> Callable[[], float]:
            def way() -> float:
                for statement in (*before, "CHECKPOINT"):
                    work.execute(statement)
                return measure.seconds_of(function)

            return way

        _load(url, landed)
        with copied.open("wb") as file:
            work.copy_expert("COPY ods.accept TO STDOUT WITH (NULL '')", file)
        ways = {
            BARE: timed(lambda: _copy(owner, "bare", copied), "TRUNCATE bare"),
            INDEXED: timed(lambda: _copy(owner, "bare_indexed", copied), "TRUNCATE bare_indexed"),
            FIRST: timed(lambda: _load(url, landed), "TRUNCATE ods.accept, quality.pending_case"),
            READING: lambda: measure.seconds_of(_read, landed),
            EACH_AGAIN: timed(lambda: _load(url, landed), "VACUUM (ANALYZE) ods.accept"),
            AGAIN: timed(lambda: _replay(url, landed)),
        }
        seconds = measure.interleaved(ways)
        work.execute("SELECT count(*) FROM ods.accept")
        return seconds, work.fetchone()[0], copied.stat().st_size  # type: ignore[index]


def _load(url: str, landed: list[tuple[Source, list[Batch]]]) -> None:
    """Parse and load what was landed of every source, as collect() does once it has fetched."""
    for source, batches in landed:
        token = load.take_fence(url, source.id)
        with warehouse.transaction(url) as cursor:
            load.hold_fence(cursor, source.id, token)
            load.load(cursor, source, batches, RUN)


def _read(landed: list[tuple[Source, list[Batch]]]) -> None:
    """Make records of what was landed, and nothing of them: what loading costs before the database has seen a byte."""
    for _, batches in landed:
        for batch in batches:
            collections.deque(batch.read(), maxlen=0)


def _replay(url: str, landed: list[tuple[Source, list[Batch]]]) -> None:
    """Digest what was landed and book it as a replay, as collect() does with bytes that it knows."""
    for source, batches in landed:
        token = load.take_fence(url, source.id)
        with warehouse.transaction(url) as cursor:
            load.hold_fence(cursor, source.id, token)
            for batch in batches:
                digest = hashlib.sha256()
                for page in sorted(batch.landed.folder.glob("0*")):
                    digest.update(page.read_bytes())
                assert digest.hexdigest() == batch.landed.digest
                record_replay(cursor, batch.landed, RUN)


def _copy(owner: str, table: str, copied: Path) -> None:
    """COPY and commit; the table is older than the transaction, so the log is written as for ods."""
    with warehouse.transaction(owner) as cursor, copied.open("rb") as file:
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (NULL '')", file, load.CHUNK)  # type: ignore[arg-type]

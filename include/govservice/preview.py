"""Try one source without loading anything: its first records go through load and inspection in a transaction that is undone."""

import tempfile
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from govservice import expectations, inspection, load, suites, warehouse
from govservice.collect import BEGINNING, PULLS, end_of
from govservice.contract import INSPECTED_FEEDS
from govservice.landing import Landed
from govservice.load import Batch, Unparsable
from govservice.records import Record
from govservice.register import Source
from govservice.sources import files
from govservice.sources.endpoint import Endpoint, SourceUnreadable, Window

FIRST = 200


def preview(url: str, source: Source, endpoint: Endpoint, data_date: date) -> dict[str, dict[str, Any]]:
    """Connect to a source, look at the first records of each feed and judge them as if they were loaded.

    Returns:
        By feed: declared (number in the window, None if the source does not say), seen, unparsable, and findings: failing
        records by "rule column sentence".

    Raises:
        SourceUnreadable: the source cannot be read.
    """
    window = Window(dict.fromkeys(source.feeds, BEGINNING), end_of(data_date))
    with tempfile.TemporaryDirectory() as workspace:
        seen = _look(source, endpoint, window, Path(workspace))
    report: dict[str, dict[str, Any]] = {
        feed: {
            "declared": declared,
            "seen": len(records),
            "unparsable": sum(isinstance(record, Unparsable) for record in records),
            "findings": Counter(),
        }
        for feed, declared, records in seen
    }
    for rule, count in _judge(url, source, window, seen):
        report[rule.feed]["findings"][f"{rule.rule_id} {rule.column} {rule.description}"] = count
    return report


def _look(
    source: Source, endpoint: Endpoint, window: Window, workspace: Path
) -> list[tuple[str, int | None, list[Record | Unparsable]]]:
    if source.protocol in PULLS:
        return PULLS[source.protocol].probe(source, endpoint, window, FIRST)
    fetched = files.fetch(source, endpoint, window, {}, workspace)
    if not fetched.batches:
        refused = "；".join(landed.reason or "" for landed in fetched.refused)
        raise SourceUnreadable("NOTHING_DELIVERED", refused or "投递目录里还没有完整的批次；请等站点投递")
    first = {batch.feed: batch for batch in reversed(fetched.batches)}
    return [(feed, batch.landed.declared[feed], list(islice(batch.read(), FIRST))) for feed, batch in first.items()]


def _judge(
    url: str, source: Source, window: Window, seen: list[tuple[str, int | None, list[Record | Unparsable]]]
) -> list[tuple[suites.Rule, int]]:
    """Load the records, take them as due, and count the rules they break; then undo everything."""
    batches = [
        Batch(
            Landed(source.id, "preview", f"{feed} preview", window.until, "preview", "preview"), feed, records.__iter__
        )
        for feed, _, records in seen
    ]
    rules = suites.load()
    warehouse_source = expectations.source_of(inspection.sqlalchemy_url(url))
    conditions = {
        feed: expectations.failing_conditions(warehouse_source, f"{feed}_live", rules[feed])
        for feed in INSPECTED_FEEDS
        if feed in source.feeds
    }
    counted: list[tuple[suites.Rule, int]] = []
    with inspection.exclusive(url):
        connection = warehouse.connect(url, "preview")
        try:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM quality.pending_case")
                load.load(cursor, source, batches, "preview")
                inspection.take_due(cursor)
                inspection.gather_part(cursor)
                for feed in conditions:
                    cursor.execute(warehouse.template("quality/refresh_live.sql.j2", feed))
                    text = warehouse.template(
                        "quality/find.sql.j2", feed, rules=rules[feed], conditions=conditions[feed]
                    )
                    cursor.execute(text, {"run_id": "preview"})
                    cursor.execute("SELECT rule_no, count(*) FROM found GROUP BY rule_no ORDER BY rule_no")
                    counted.extend((rules[feed][number], count) for number, count in cursor.fetchall())
                    cursor.execute("DROP TABLE found, numbered_rule")
        finally:
            connection.rollback()
            connection.close()
    return counted

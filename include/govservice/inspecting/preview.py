"""Try one source without loading anything: its first records go through load and inspection in a transaction that is undone."""

from collections import Counter
from datetime import date
from typing import Any

from govservice import warehouse
from govservice.collecting import load
from govservice.collecting.collect import BEGINNING, end_of, of_the_source
from govservice.collecting.delivery import Batch, Landed, Unparsable
from govservice.collecting.protocol import Endpoint, Request, Seen, Window
from govservice.collecting.protocols import protocol_of
from govservice.contract.register import Source
from govservice.inspecting import inspection, live_views, suites, two_readings

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
    with of_the_source():
        seen = protocol_of(source).probe(Request(source, endpoint, window), FIRST)
    report: dict[str, dict[str, Any]] = {
        one.feed: {
            "declared": one.declared,
            "seen": len(one.records),
            "unparsable": sum(isinstance(record, Unparsable) for record in one.records),
            "findings": Counter(),
        }
        for one in seen
    }
    for rule, count in _judge(url, source, window, seen):
        report[rule.feed]["findings"][f"{rule.rule_id} {rule.column} {rule.description}"] = count
    return report


def _judge(url: str, source: Source, window: Window, seen: list[Seen]) -> list[tuple[suites.Rule, int]]:
    """Load the records, take them as due, and count the rules they break; then undo everything."""
    batches = [
        Batch(
            Landed(source.id, "preview", f"{one.feed} preview", window.until, "preview", "preview"),
            one.feed,
            one.records.__iter__,
        )
        for one in seen
    ]
    rules = suites.load()
    warehouse_source = two_readings.source_of(inspection.sqlalchemy_url(url))
    conditions = {
        feed: two_readings.failing_conditions(warehouse_source, f"{feed}_live", rules[feed])
        for feed in live_views.reading_order()
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
                    live_views.refresh(cursor, feed)
                    text = warehouse.template(
                        "quality/write/finding__find.sql.j2", feed, rules=rules[feed], conditions=conditions[feed]
                    )
                    cursor.execute(text, {"run_id": "preview"})
                    cursor.execute("SELECT rule_no, count(*) FROM failing_row GROUP BY rule_no ORDER BY rule_no")
                    counted.extend((rules[feed][number], count) for number, count in cursor.fetchall())
        finally:
            connection.rollback()
            connection.close()
    return counted

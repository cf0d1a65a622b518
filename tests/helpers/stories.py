"""Stories: tables of what sources deliver about cases, one record a row, built from the clean case.

    source          | feed   | case | at         | op | change
    konggang_centre | accept | N1   | 9-06 18:00 | I  | ApplyerPageCode=1; Legal=

`op` defaults to I, `row` to the clean case's RowGuid; a change without a value empties the field.
"""

from typing import Any

import cases
import tables
from deliveries import deliver, judge, unexplained
from govservice import contract


def record(event: tables.Row) -> dict[str, Any]:
    """The record that an event delivers.

    Raises:
        ValueError: the feed has no field of the name of a change.
    """
    pairs = [pair.partition("=") for pair in (event.get("change") or "").split("; ") if pair]
    changes: dict[str, Any] = {name.strip(): value.strip() or None for name, _, value in pairs}
    known = {field.national for field in contract.feeds()[event["feed"] or ""].fields}
    if unknown := changes.keys() - known:
        raise ValueError(f"no fields of {event['feed']}: {unknown}")
    if event.get("row"):
        changes["RowGuid"] = event["row"]
    changes["CD_operation"] = event.get("op") or "I"
    changes["CD_time"] = moment(event["at"] or "")
    return cases.CLEAN[event["feed"] or ""](event["case"] or "", **changes)


def moment(written: str) -> str:
    """A time of the story in full: "9-06 18:00" is 2021-09-06 18:00:00."""
    day, _, hour = written.partition(" ")
    month, _, number = day.partition("-")
    return f"2021-{int(month):02}-{number} {hour}:00"


def deliver_together(url: str, events: list[tables.Row]) -> None:
    """Deliver events, those of one source as one delivery."""
    for source in dict.fromkeys(event["source"] or "" for event in events):
        found: dict[str, list[dict[str, Any]]] = {}
        for event in events:
            if event["source"] == source:
                found.setdefault(event["feed"] or "", []).append(record(event))
        deliver(url, source, found)


def deliver_and_judge(url: str, story: str) -> None:
    """Deliver the events of a story one after the other, judge once, and check that the books balance."""
    for event in tables.rows(story):
        deliver_together(url, [event])
    judge(url)
    assert unexplained(url) == 0

"""Rows of station sheets, as the reader child gives them back, become records: a row of sheet 办件 is an accept record and, where
it says something of them, a result and a rating; steps stand in 环节."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from govservice.contract import DATA_SOURCE, Feed, codes, feeds, sheet_key
from govservice.landing import Landed
from govservice.load import Unparsable
from govservice.records import Record, UnreadableRecord, extra_json, make_record
from govservice.register import Source

SHEET_OF = {"accept": "办件", "result": "办件", "rating": "办件", "process": "环节"}


def read(source: Source, delivery: Landed, feed: str, rows: Path) -> Iterator[Record | Unparsable]:
    """The records of one feed in a delivery that the child has read. An unparsable row is counted in the sheet's own feed."""
    steps: dict[str, int] = {}
    fill = Filler(source, feeds()[feed], delivery)
    marks = _marks(feed)
    for raw, place in _sheet_rows(rows, SHEET_OF[feed]):
        if raw is None:
            if not marks:
                yield place  # type: ignore[misc]
            continue
        if not _says(raw, marks):
            continue
        case_no = raw.get("办件编号", "")
        business_key = case_no
        if feed == "process":
            steps[case_no] = steps.get(case_no, 0) + 1
            business_key = f"{case_no}#{steps[case_no]}"
        try:
            yield fill.record(raw, business_key if case_no.strip() else "")
        except UnreadableRecord as error:
            yield Unparsable(str(place), error.code)


class Filler:
    """Makes records of one feed from sheet rows and fills the columns that a sheet cannot carry (`filled` in fields.yml)."""

    def __init__(self, source: Source, feed: Feed, delivery: Landed) -> None:
        self.source, self.feed, self.delivery = source, feed, delivery
        known = {field.sheet for other in feeds().values() for field in other.fields if field.sheet}
        self._known = known if feed.name == "accept" else None
        self._headers = [field.sheet for field in feed.fields]
        constants = {
            "data_source": DATA_SOURCE,
            "is_delivery_results": "0",
            "assess_number": "1",
            "area_code": _area_code(source),
            "cd_operation": "I",
            "cd_time": delivery.received_at,
            "cd_batch": delivery.label,
        }
        self._constants = [
            (feed.columns.index(name), value) for name, value in constants.items() if name in feed.columns
        ]

    def record(self, raw: dict[str, str], business_key: str) -> Record:
        """One record; without a business key its content stands for it."""
        values: list[Any] = [raw.get(header) if header else None for header in self._headers]
        for position, value in self._constants:
            values[position] = value
        if business_key:
            values[0] = sheet_key(self.source.id, self.feed.name, business_key)
        if self.feed.name == "accept":
            values[self.feed.columns.index("catalog_code")] = (raw.get("实施编码") or "")[19:31] or None
        unknown = {
            name: value for name, value in raw.items() if self._known is not None and name not in self._known and value
        }
        return make_record(values, extra_json(unknown), self.delivery.received_at)


def _sheet_rows(rows: Path, sheet: str) -> Iterator[tuple[dict[str, str] | None, Unparsable | str]]:
    """Rows of one sheet by header with their place, or None with the reason why a row is unparsable."""
    header: list[str] = []
    current = ""
    for line in _lines(rows):
        if "header" in line:
            current, header = line["sheet"], line["header"]
        elif current == sheet and "cells" in line:
            yield dict(zip(header, line["cells"], strict=True)), line["place"]
        elif current == sheet and "error" in line:
            yield None, Unparsable(line["place"], line["error"])


def count(rows: Path, feed: str) -> int:
    """How many rows of its sheet carry a record of a feed that shares the sheet with another one."""
    marks = _marks(feed)
    return sum(1 for raw, _ in _sheet_rows(rows, SHEET_OF[feed]) if raw and _says(raw, marks))


@cache
def _marks(feed: str) -> frozenset[str]:
    """Headers by which a row shows that it carries a record of this feed; none where every row of the sheet does."""
    if feed in ("accept", "process"):
        return frozenset()
    others = {field.sheet for other in feeds().values() if other.name != feed for field in other.fields}
    return frozenset(field.sheet for field in feeds()[feed].fields if field.sheet and field.sheet not in others)


def _says(raw: dict[str, str], marks: frozenset[str]) -> bool:
    return not marks or any(raw.get(mark, "").strip() for mark in marks)


def _area_code(source: Source) -> str | None:
    """The area code of the source's new city."""
    return next((code.code for code in codes() if code.list == "area_code" and code.canonical == source.new_city), None)


def _lines(rows: Path) -> Iterator[dict[str, Any]]:
    with rows.open("rb") as file:
        yield from map(orjson.loads, file)

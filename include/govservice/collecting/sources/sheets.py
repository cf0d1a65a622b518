"""Rows of station sheets, as the reader child gives them back, become records of the feeds that stand in the sheet."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govservice.collecting.delivery import Landed, Note, Record, Unparsable
from govservice.collecting.records import UnreadableRecord, extra_json, make_record
from govservice.collecting.sources.reader import child
from govservice.collecting.sources.reader.child import Reading
from govservice.contract import CASE_NO, CASE_SHEET, DATA_SOURCE, Feed, codes, feeds, has_many_of_a_case, sheet_key
from govservice.contract.register import Source


def read(source: Source, delivery: Landed, feed: str, rows: Path) -> Iterator[Record | Unparsable]:
    """The records of one feed in a delivery that the child has read. An unparsable row is counted in the sheet's own feed."""
    count_of: Counter[str] = Counter()
    this = feeds()[feed]
    fill = Filler(source, this, delivery)
    for raw, place in _sheet_rows(rows, str(this.sheet)):
        if raw is None:
            if not this.marks:
                yield place  # type: ignore[misc]
            continue
        if not this.is_in(raw):
            continue
        case_no = business_key = raw[CASE_NO]
        if has_many_of_a_case(this):
            count_of[case_no] += 1
            business_key = f"{case_no}#{count_of[case_no]}"
        try:
            yield fill.record(raw, business_key if case_no.strip() else "")
        except UnreadableRecord as error:
            yield Unparsable(str(place), error.code)


class Filler:
    """Makes records of one feed from sheet rows and fills the columns that a sheet cannot carry (`filled` in fields.yml)."""

    def __init__(self, source: Source, feed: Feed, delivery: Landed) -> None:
        self.source, self.feed, self.delivery = source, feed, delivery
        # An unknown column is kept once, with the sheet's own feed.
        known = {field.sheet for other in feeds().values() for field in other.fields if other.sheet == feed.sheet}
        self._known = None if feed.marks else known
        self._headers = [field.sheet for field in feed.fields]
        constants = {
            "data_source": DATA_SOURCE,
            "is_delivery_results": "0",
            "assess_number": "1",
            "area_code": _area_code(source),
            "cd_operation": "I",
            "cd_time": delivery.received_at[:19],  # without what parts two drops of one second
            "cd_batch": delivery.label,
        }
        self._constants = [
            (feed.columns.index(name), value) for name, value in constants.items() if name in feed.columns
        ]
        # 基本编码 is a part of the 实施编码
        self._catalog_code_at = next(
            (at for at, field in enumerate(feed.fields) if field.filled == "catalog_code"), None
        )

    def record(self, raw: dict[str, str], business_key: str) -> Record:
        """One record; without a business key its content stands for it."""
        values: list[Any] = [raw.get(header) if header else None for header in self._headers]
        for position, value in self._constants:
            values[position] = value
        if business_key:
            values[0] = sheet_key(self.source.id, self.feed.name, business_key)
        if self._catalog_code_at is not None:
            values[self._catalog_code_at] = (raw.get("实施编码") or "")[19:31] or None
        unknown = {
            name: value for name, value in raw.items() if self._known is not None and name not in self._known and value
        }
        record = make_record(self.feed, values, extra_json(unknown), self.delivery.received_at)
        return record._replace(synced_at=self.delivery.received_at)  # with what parts two drops of one second


def _sheet_rows(rows: Path, sheet: str) -> Iterator[tuple[dict[str, str] | None, Unparsable | str]]:
    """Rows of one sheet by header with their place, or None with the reason why a row is unparsable.

    A sheet of cases has one row for each: a second one that says something else is somebody else's under a wrong number, or a correction
    that cannot be dated. It is named instead of being taken for a correction.
    """
    first_row_of: dict[str, int] = {}
    header: list[str] = []
    for line in child.lines_of(rows, sheet):
        if "header" in line:
            header = line["header"]
        elif "cells" in line:
            raw = dict(zip(header, line["cells"], strict=True))
            content = hash(tuple(raw.values()))
            if (
                sheet == CASE_SHEET
                and raw[CASE_NO].strip()
                and first_row_of.setdefault(raw[CASE_NO], content) != content
            ):
                yield None, Unparsable(line["place"], "NUMBER_TWICE")
            else:
                yield raw, line["place"]
        elif "error" in line:
            yield None, Unparsable(line["place"], line["error"])


def notes(rows: Path) -> list[Note]:
    """What the child has named that is no record."""
    return [Note(line["place"], line["note"]) for line in child.notes_in(rows)]


def declared(source: Source, reading: Reading) -> dict[str, int]:
    """Records by feed as the manifest states them; a feed that shares another one's rows has those that carry its marks."""
    manifest = json.loads((reading.delivery.folder / "manifest.json").read_bytes())
    totals: Counter[str] = Counter()
    for file in manifest["files"]:
        totals.update(file["rows"])
    return {
        name: sum(
            1 for raw, _ in _sheet_rows(reading.rows, str(feeds()[name].sheet)) if raw and feeds()[name].is_in(raw)
        )
        if feeds()[name].marks
        else totals[str(feeds()[name].sheet)]
        for name in source.feeds
    }


def _area_code(source: Source) -> str | None:
    """The area code of the source's new city."""
    return next((code.code for code in codes() if code.list == "area_code" and code.canonical == source.new_city), None)

"""Rows of station sheets, as the reader child gives them back, become records: accept and result share sheet 办件, steps stand in 环节."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from govservice.contract import DATA_SOURCE, Feed, feeds, sheet_key
from govservice.landing import Landed
from govservice.load import Unparsable
from govservice.records import Record, UnreadableRecord, extra_json, make_record
from govservice.register import Source

SHEET_OF = {"accept": "办件", "result": "办件", "process": "环节"}
RESULT_MARKS = ("办结时间", "办结结果", "证照名称", "证照编号")


def read(source: Source, delivery: Landed, feed: str, rows: Path) -> Iterator[Record | Unparsable]:
    """The records of one feed in a delivery that the child has read. An unparsable row is counted in the sheet's own feed."""
    steps: dict[str, int] = {}
    fill = Filler(source, feeds()[feed], delivery)
    for raw, place in _sheet_rows(rows, SHEET_OF[feed]):
        if raw is None:
            if feed != "result":
                yield place  # type: ignore[misc]
            continue
        if feed == "result" and not _has_result(raw):
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


def count_results(rows: Path) -> int:
    """How many rows of sheet 办件 carry a result."""
    return sum(1 for raw, _ in _sheet_rows(rows, "办件") if raw and _has_result(raw))


def _has_result(raw: dict[str, str]) -> bool:
    return any(raw.get(mark, "").strip() for mark in RESULT_MARKS)


def _lines(rows: Path) -> Iterator[dict[str, Any]]:
    with rows.open("rb") as file:
        yield from map(orjson.loads, file)

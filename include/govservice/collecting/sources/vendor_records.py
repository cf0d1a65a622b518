"""Rows of a vendor's tables become records of a feed, as the dialect's mapping says."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from govservice.collecting.delivery import Record
from govservice.collecting.records import Picker, UnreadableRecord, extra_json, make_record, normalise
from govservice.contract import Feed, sheet_key
from govservice.contract.dialects import FeedMapping


@dataclass(frozen=True)
class Layout:
    """Positions in a row: of the columns in the contract's order, of the vendor's key, of what is kept beside, of the 实施编码."""

    picker: Picker
    key: list[int]
    kept: dict[str, int]
    item_code: int
    constants: tuple[str, ...]
    version: int | None


class DialectMapper:
    """Turns rows of a vendor table into Record and fills what the dialect cannot carry.

    The row key is derived from the vendor's key, CD_batch from the window, 基本编码 from the 实施编码 that contains it.
    """

    def __init__(self, source_id: str, feed: Feed, mapping: FeedMapping) -> None:
        self.source_id, self.feed, self.mapping = source_id, feed, mapping
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def record(self, names: tuple[str, ...], given: Iterable[Any], received_at: str) -> Record:
        """Map one row, given by the names that the database has for its columns.

        Raises:
            UnreadableRecord: VALUE_TYPE, ENCODING or KEY_TOO_LONG.
        """
        layout = self._layouts.get(names) or self._layout(names)
        values = [*given, None]
        key = [_text(values[at]) for at in layout.key]
        has_key = any(map(str.strip, key))
        try:
            row_guid = record_key(self.source_id, self.feed.name, key) if has_key else None
        except UnicodeEncodeError:
            raise UnreadableRecord("ENCODING") from None
        values += (
            row_guid,
            batch_of(received_at),
            _text(values[layout.item_code])[19:31] or None,
            *layout.constants,
        )
        kept = {name: _text(values[at]) for name, at in layout.kept.items() if values[at] not in (None, "")}
        record = make_record(self.feed, layout.picker(values), extra_json(kept), received_at)
        if layout.version is None:
            return record
        # Two versions of one second come in the order of their numbers.
        number = _text(values[layout.version])
        microseconds = min(int(number), 999_999) if number.isdecimal() else 0
        return record._replace(synced_at=f"{record.synced_at}.{microseconds:06}")

    def _layout(self, names: tuple[str, ...]) -> Layout:
        """Where in a row every column is found: what is derived and constant stands behind the vendor's values and a None."""
        given = {normalise(name): position for position, name in enumerate(names)}
        absent = len(names)

        def of(name: str) -> int:
            return given.get(normalise(name), absent)

        constants = {"cd_operation": "I", **self.mapping.constants}
        behind = ("row_guid", "cd_batch", "catalog_code", *constants)
        found = {column: absent + 1 + number for number, column in enumerate(behind)}
        found |= {column: of(name) for column, name in self.mapping.columns.items()}
        found["cd_time"] = names.index("cd_time")
        self._layouts[names] = Layout(
            picker=itemgetter(*(found.get(column, absent) for column in self.feed.columns)),
            key=[of(name) for name in self.mapping.key],
            kept={name: of(name) for name in self.mapping.kept},
            item_code=of(self.mapping.columns.get("task_code", "")),
            constants=tuple(constants.values()),
            version=of(self.mapping.version) if self.mapping.version else None,
        )
        return self._layouts[names]


def record_key(source_id: str, feed: str, key: Iterable[Any]) -> str:
    """RowGuid of a record of a vendor table, which has none, from the vendor's key."""
    return sheet_key(source_id, feed, "|".join(map(_text, key)))


@lru_cache(maxsize=16)
def batch_of(received_at: str) -> str:
    """CD_batch of what a pull received: the end of its window in digits."""
    return "".join(filter(str.isdigit, received_at))


def _text(value: Any) -> str:
    return "" if value is None else str(value)

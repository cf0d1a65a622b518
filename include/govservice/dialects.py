"""Vendor dialects of front databases: the mapping files of include/contract/dialects (inspur.yml explains their keys)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

import yaml

from govservice import settings
from govservice.contract import ContractError, Feed, codes, feeds, sheet_key
from govservice.records import Picker, Record, extra_json, make_record, normalise


@dataclass(frozen=True)
class Mark:
    """The column of a vendor table that takes the inspection mark, and what it says of a record that failed."""

    column: str
    failed: str


@dataclass(frozen=True)
class FeedMapping:
    """How a vendor tells one of our feeds."""

    table: str
    key: list[str]
    cursor: str
    columns: dict[str, str]
    query: str | None = None
    joined: dict[str, list[str]] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    only_with: str | None = None
    version: str | None = None
    constants: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    mark: Mark | None = None

    @property
    def read(self) -> list[str]:
        """The vendor columns that a record is made of."""
        named = [*self.columns.values(), *self.key, *self.kept, self.cursor]
        return list(dict.fromkeys(named + ([self.version] if self.version else [])))

    @property
    def told(self) -> set[str]:
        """Our columns that the vendor tells; when a row was written is told where no later version writes over it."""
        return {*self.columns, *(["cd_time"] if self.version else [])}

    @property
    def tables(self) -> dict[str, list[str]]:
        """The vendor tables and the columns that each of them must have."""
        elsewhere = {name for table, columns in self.joined.items() if table != self.table for name in columns}
        elsewhere = elsewhere - {*self.key, self.cursor, self.version} | {*self.computed}
        own = [*self.read, *([self.only_with] if self.only_with else []), *self.joined.get(self.table, [])]
        return {**self.joined, self.table: [name for name in dict.fromkeys(own) if name not in elsewhere]}


@dataclass(frozen=True)
class Dialect:
    """What a vendor's front database speaks."""

    name: str
    zh: str
    code_lists: dict[str, str]
    feeds: dict[str, FeedMapping]


@cache
def load() -> dict[str, Dialect]:
    """Every vendor dialect by name.

    Raises:
        ContractError: a mapping file says something that is not understood.
    """
    return {path.stem: _dialect(path.stem, path.read_text("utf-8")) for path in sorted(_folder().glob("*.yml"))}


def _folder() -> Any:
    return settings.CONTRACT / "dialects"


def _dialect(name: str, text: str) -> Dialect:
    where = f"dialects/{name}.yml"
    try:
        raw: dict[str, Any] = yaml.safe_load(text)
        mappings = {feed: _mapping(body) for feed, body in raw["feeds"].items()}
        dialect = Dialect(name, raw["zh"], raw.get("code_lists", {}), mappings)
    except (yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
        raise ContractError(f"{where}: {type(error).__name__} {str(error).splitlines()[0]}") from None
    lists = {code.list for code in codes()}
    for column, used in dialect.code_lists.items():
        if used not in lists:
            raise ContractError(f"{where}: code list {used!r} of {column} is not in code_lists.csv")
    for feed, mapping in mappings.items():
        if feed not in feeds():
            raise ContractError(f"{where}: feed {feed} is not in fields.yml")
        unknown = {*mapping.columns, *mapping.constants} - {*feeds()[feed].columns}
        if unknown:
            raise ContractError(f"{where}, feed {feed}: {', '.join(sorted(unknown))} is not in fields.yml")
    return dialect


def _mapping(body: dict[str, Any]) -> FeedMapping:
    mark = body.get("mark")
    return FeedMapping(**{**body, "mark": Mark(**mark) if mark else None})


@dataclass(frozen=True)
class Layout:
    """Positions in a row: of the columns in the contract's order, of the vendor's key, of what is kept beside, of the 实施编码."""

    picker: Picker
    key: list[int]
    kept: dict[str, int]
    item_code: int
    constants: tuple[str, ...]


class DialectMapper:
    """Turns rows of a vendor table into Record and fills what the dialect cannot carry.

    The row key is derived from the vendor's key, CD_batch from the window, 基本编码 from the 实施编码 that contains it.
    """

    def __init__(self, source_id: str, feed: Feed, mapping: FeedMapping) -> None:
        self.source_id, self.feed, self.mapping = source_id, feed, mapping
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def record(self, names: tuple[str, ...], told: Iterable[Any], received_at: str) -> Record:
        """Map one row, given by the names that the database has for its columns.

        Raises:
            UnreadableRecord: VALUE_TYPE, ENCODING or KEY_TOO_LONG.
        """
        layout = self._layouts.get(names) or self._layout(names)
        values = [*told, None]
        key = [_text(values[at]) for at in layout.key]
        has_key = any(map(str.strip, key))
        values += (
            record_key(self.source_id, self.feed.name, key) if has_key else None,
            batch_of(received_at),
            _text(values[layout.item_code])[19:31] or None,
            *layout.constants,
        )
        kept = {name: _text(values[at]) for name, at in layout.kept.items() if values[at] not in (None, "")}
        return make_record(layout.picker(values), extra_json(kept), received_at)

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
        )
        return self._layouts[names]


def record_key(source_id: str, feed: str, key: Iterable[Any]) -> str:
    """RowGuid of a record that a vendor table tells without one, from the vendor's key."""
    return sheet_key(source_id, feed, "|".join(map(_text, key)))


@lru_cache(maxsize=16)
def batch_of(received_at: str) -> str:
    """CD_batch of what a pull received: the end of its window in digits."""
    return "".join(filter(str.isdigit, received_at))


def _text(value: Any) -> str:
    return "" if value is None else str(value)

"""Vendor dialects of front databases: the mapping files of include/contract/dialects (README.md beside them explains their keys)."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from govservice import settings
from govservice.contract import ContractError, codes, feeds


@dataclass(frozen=True)
class Mark:
    """The column of a vendor table that takes the inspection mark, and what it says of a record that failed."""

    column: str
    failed: str


@dataclass(frozen=True)
class FeedMapping:
    """Where a vendor keeps one of our feeds."""

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
    extra_columns: dict[str, str] = field(default_factory=dict)
    mark: Mark | None = None

    @property
    def read(self) -> list[str]:
        """The vendor columns that a record is made of."""
        named = [*self.columns.values(), *self.key, *self.kept, self.cursor]
        return list(dict.fromkeys(named + ([self.version] if self.version else [])))

    @property
    def delivered(self) -> set[str]:
        """Our columns that the vendor has; the time of writing counts where no later version writes over it."""
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
        if not_kept := {*mapping.extra_columns.values()} - {*mapping.kept}:
            raise ContractError(f"{where}, feed {feed}: {', '.join(sorted(not_kept))} of extra_columns is not kept")
    return dialect


def _mapping(body: dict[str, Any]) -> FeedMapping:
    mark = body.get("mark")
    return FeedMapping(**{**body, "mark": Mark(**mark) if mark else None})

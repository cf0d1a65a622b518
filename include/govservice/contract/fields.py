"""Feeds and their fields, as fields.yml has them: that file is the one home of what a feed is."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import yaml

from govservice import settings
from govservice.contract.code_lists import codes
from govservice.contract.errors import ContractError

GROUPS = ("case", "rating", "catalogue")
RECORD_KEY = "row_guid"
DELIVERY_FIELDS = ("cd_operation", "cd_time", "cd_batch")
"""The columns with which every feed ends: they describe the delivery, everything before them is the record's content."""


@dataclass(frozen=True)
class Field:
    """One column of a feed; the keys are explained at the head of fields.yml."""

    name: str
    national: str
    zh: str
    max: int | None = None
    has_form: bool = False
    required: bool = False
    kind: str = "text"
    parsed: str | None = None
    codes: str | None = None
    crosswalk: str | None = None
    sheet_crosswalk: str | None = None
    own_list: bool = False
    multiline: bool = False
    sheet: str | None = None
    aliases: tuple[str, ...] = ()
    filled: str | None = None
    personal: str | None = None

    @property
    def is_key(self) -> bool:
        """Whether it identifies records or cases."""
        return self.name in (RECORD_KEY, "project_no")

    @property
    def is_wording(self) -> bool:
        """Whether it holds a name or free text, which a conversion can garble."""
        return (self.max or 0) >= 100 and self.personal != "number" and not self.codes

    @property
    def raw(self) -> str:
        """The column of an inspection view that holds the cell as the source wrote it."""
        return f"{self.name}_raw" if self.own_list else self.name


@dataclass(frozen=True)
class Feed:
    """One kind of delivered record, stored in ods.<name>."""

    name: str
    zh: str
    table: str
    group: str
    case_key: str
    fields: tuple[Field, ...]
    is_inspected: bool = True
    extra_columns: dict[str, str] = dataclasses.field(default_factory=dict)
    sheet: str | None = None
    marks: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> list[str]:
        """Column names in contract order."""
        return [field.name for field in self.fields]

    @cached_property
    def case_key_at(self) -> int:
        """Position of the column case_key among the columns."""
        return self.columns.index(self.case_key)

    @property
    def is_case(self) -> bool:
        """Whether its records make up cases."""
        return self.group == "case"

    @property
    def is_in_sheets(self) -> bool:
        """Whether a station sheet carries it."""
        return self.sheet is not None

    def is_in(self, row: Mapping[str, str]) -> bool:
        """Whether a row of its sheet carries a record of it: always, or where one of its marks is filled."""
        return not self.marks or any(row.get(mark, "").strip() for mark in self.marks)

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the feed has no such field.
        """
        return next(field for field in self.fields if field.name == name)


@cache
def feeds() -> dict[str, Feed]:
    """Every feed of fields.yml by name, in file order.

    Raises:
        ContractError: a feed says something that is not understood.
    """
    raw: dict[str, Any] = yaml.safe_load((settings.CONTRACT / "fields.yml").read_text(encoding="utf-8"))
    found = {name: _feed(name, body) for name, body in raw.items()}
    lists = {code.list for code in codes()}
    for feed in found.values():
        for field in feed.fields:
            for used in (field.codes, field.crosswalk, field.sheet_crosswalk):
                if used and used not in lists:
                    raise ContractError(
                        f"fields.yml, {feed.name}.{field.name}: code list {used!r} is not in code_lists.csv"
                    )
    return found


def _feed(name: str, body: dict[str, Any]) -> Feed:
    where = f"fields.yml, feed {name}"
    try:
        fields = tuple(Field(**{**entry, "aliases": tuple(entry.get("aliases", ()))}) for entry in body["fields"])
        feed = Feed(**{**body, "name": name, "fields": fields, "marks": tuple(body.get("marks", ()))})
    except (TypeError, KeyError) as error:
        raise ContractError(f"{where}: {error}") from None
    if tuple(feed.columns[-3:]) != DELIVERY_FIELDS or feed.columns[0] != RECORD_KEY:
        raise ContractError(f"{where}: must begin with {RECORD_KEY} and end with {', '.join(DELIVERY_FIELDS)}")
    if feed.group not in GROUPS:
        raise ContractError(f"{where}: group must be one of {', '.join(GROUPS)}")
    if feed.case_key not in feed.columns:
        raise ContractError(f"{where}: case_key {feed.case_key} is not one of its fields")
    return feed


def feeds_in(*groups: str) -> tuple[str, ...]:
    """The names of the feeds of some groups, in file order."""
    return tuple(feed.name for feed in feeds().values() if feed.group in groups)


def inspected_feeds() -> tuple[str, ...]:
    """The names of the feeds whose records are inspected: those of cases and their ratings, case by case, and the items of the catalogue."""
    return tuple(feed.name for feed in feeds().values() if feed.is_inspected)

"""The data contract as Python objects: feeds and their fields, code lists, calendar, record keys."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from govservice.settings import CONTRACT


class ContractError(ValueError):
    """A contract file says something the software does not understand: names the file, the place and the mend."""


@dataclass(frozen=True)
class Field:
    """One column of a feed; the keys are explained at the head of fields.yml."""

    name: str
    national: str
    zh: str
    max: int | None = None
    required: bool = False
    kind: str = "text"
    parsed: str | None = None
    codes: str | None = None
    crosswalk: str | None = None
    own_list: bool = False
    multiline: bool = False
    sheet: str | None = None
    filled: str | None = None
    personal: str | None = None

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
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        """Column names in contract order."""
        return [field.name for field in self.fields]

    @property
    def is_case(self) -> bool:
        """Whether its records belong to cases."""
        return self.name in CASE_FEEDS

    @property
    def is_in_sheets(self) -> bool:
        """Whether a station sheet carries it."""
        return any(field.sheet for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the feed has no such field.
        """
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Code:
    """One code of a named list; `canonical` is this warehouse's name for it where the list is a source's own."""

    list: str
    code: str
    name: str
    canonical: str | None
    standard: str
    edition: str


CASE_FEEDS = ("accept", "process", "result", "special", "material")
DATA_SOURCE = "161"  # '1' + province code of Shaanxi, as other provinces do; the province has not confirmed it
DELIVERY_FIELDS = ("cd_operation", "cd_time", "cd_batch")


@cache
def feeds() -> dict[str, Feed]:
    """Every feed of fields.yml by name, in file order."""
    raw: dict[str, Any] = yaml.safe_load((CONTRACT / "fields.yml").read_text(encoding="utf-8"))
    result = {}
    for name, body in raw.items():
        try:
            fields = tuple(Field(**entry) for entry in body["fields"])
        except TypeError as error:
            raise ContractError(f"fields.yml, feed {name}: {error}") from None
        if tuple(field.name for field in fields[-3:]) != DELIVERY_FIELDS or fields[0].name != "row_guid":
            raise ContractError(
                f"fields.yml, feed {name}: must begin with row_guid and end with {', '.join(DELIVERY_FIELDS)}"
            )
        result[name] = Feed(name, body["zh"], body["table"], fields)
    lists = {code.list for code in codes()}
    for feed in result.values():
        for field in feed.fields:
            for used in (field.codes, field.crosswalk):
                if used and used not in lists:
                    raise ContractError(
                        f"fields.yml, {feed.name}.{field.name}: code list {used!r} is not in code_lists.csv"
                    )
    return result


@cache
def codes() -> tuple[Code, ...]:
    """Every code of code_lists.csv."""
    with (CONTRACT / "code_lists.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = [{**row, "canonical": row["canonical"] or None} for row in csv.DictReader(file)]
    return tuple(Code(**row) for row in rows)


def code_list(name: str) -> list[str]:
    """The codes of one list, in file order.

    Raises:
        ContractError: no such list.
    """
    found = [code.code for code in codes() if code.list == name]
    if not found:
        raise ContractError(f"code_lists.csv has no list {name!r}")
    return found


def sheet_key(source_id: str, feed: str, business_key: str) -> str:
    """RowGuid of a record that a station sheet delivers without one: 32 hex digits.

    Args:
        source_id: id of the source in the register.
        feed: accept, process or result.
        business_key: the 办件编号; for a step, "办件编号#n", n counting the case's steps from 1 in file order.
    """
    return hashlib.md5(f"{source_id}|{feed}|{business_key}".encode(), usedforsecurity=False).hexdigest()

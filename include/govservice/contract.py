"""The data contract as Python objects: feeds and their fields, code lists, calendar, record keys."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Mapping
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
    sheet_crosswalk: str | None = None
    own_list: bool = False
    multiline: bool = False
    sheet: str | None = None
    aliases: tuple[str, ...] = ()
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
    sheet: str | None = None
    marks: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Column names in contract order."""
        return [field.name for field in self.fields]

    @property
    def is_case(self) -> bool:
        """Whether its records make up cases."""
        return self.name in CASE_FEEDS

    @property
    def is_inspected(self) -> bool:
        """Whether its records are inspected: those of cases and their ratings, case by case, and the items of the catalogue."""
        return self.name in INSPECTED_FEEDS

    @property
    def is_in_sheets(self) -> bool:
        """Whether a station sheet carries it."""
        return self.sheet is not None

    @property
    def has_many_of_a_case(self) -> bool:
        """Whether its station sheet has a row for each of several records of a case; the sheet 办件 has one row for each case."""
        return self.sheet != CASE_SHEET

    def is_in(self, row: Mapping[str, str]) -> bool:
        """Whether a row of its sheet carries a record of it: always, or where one of its marks is filled."""
        return not self.marks or any(row.get(mark, "").strip() for mark in self.marks)

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
RATING_FEEDS = ("service", "rating")
CATALOGUE_FEEDS = ("item", "item_material")
INSPECTED_FEEDS = (*CASE_FEEDS, *RATING_FEEDS, "item")
DATA_SOURCE = "161"  # '1' + province code of Shaanxi, as other provinces do; the province has not confirmed it
CASE_SHEET = "办件"
CASE_NO = "办件编号"  # the header of a station sheet that tells whose row it is
_HEADER_MARK = re.compile(r"\*|\((?:必填|选填|非必填)\)")
DELIVERY_FIELDS = ("cd_operation", "cd_time", "cd_batch")


@cache
def feeds() -> dict[str, Feed]:
    """Every feed of fields.yml by name, in file order."""
    raw: dict[str, Any] = yaml.safe_load((CONTRACT / "fields.yml").read_text(encoding="utf-8"))
    result = {}
    for name, body in raw.items():
        try:
            fields = tuple(Field(**{**entry, "aliases": tuple(entry.get("aliases", ()))}) for entry in body["fields"])
        except TypeError as error:
            raise ContractError(f"fields.yml, feed {name}: {error}") from None
        if tuple(field.name for field in fields[-3:]) != DELIVERY_FIELDS or fields[0].name != "row_guid":
            raise ContractError(
                f"fields.yml, feed {name}: must begin with row_guid and end with {', '.join(DELIVERY_FIELDS)}"
            )
        marks = tuple(body.get("marks", ()))
        result[name] = Feed(name, body["zh"], body["table"], fields, body.get("sheet"), marks)
    lists = {code.list for code in codes()}
    for feed in result.values():
        for field in feed.fields:
            for used in (field.codes, field.crosswalk, field.sheet_crosswalk):
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


@dataclass(frozen=True)
class Sheet:
    """What a station sheet may look like.

    `headers` gives the contract's header by every spelling of it; without those in `required` a file is refused.
    """

    name: str
    headers: dict[str, str]
    required: tuple[str, ...]


@cache
def sheets() -> dict[str, Sheet]:
    """Every station sheet by name, put together from the feeds that stand in it."""
    result = {}
    columns = [(feed, field, field.sheet) for feed in feeds().values() for field in feed.fields if field.sheet]
    for name in dict.fromkeys(feed.sheet for feed, _, _ in columns if feed.sheet):
        here = {header for feed, _, header in columns if feed.sheet == name}
        headers: dict[str, str] = {}
        for _, field, header in columns:
            for spelling in (header, *field.aliases) if header in here else ():
                if headers.setdefault(header_spelling(spelling), header) != header:
                    raise ContractError(f"fields.yml, sheet {name}: {spelling!r} stands for two headers")
        required = [
            header for feed, field, header in columns if feed.sheet == name and not feed.marks and field.required
        ]
        result[name] = Sheet(name, headers, tuple(required))
    return result


FOLLOW_UP_COLUMNS = (CASE_NO, "评价次数", "步骤", "结果", "经办人", "时间", "说明")
FOLLOW_UP_SHEET = Sheet("差评处置", {column: column for column in FOLLOW_UP_COLUMNS}, FOLLOW_UP_COLUMNS[:-1])


@cache
def templates() -> dict[str, Sheet]:
    """Every sheet that people fill in, by name: those of stations, and what was done about bad ratings."""
    return {**sheets(), FOLLOW_UP_SHEET.name: FOLLOW_UP_SHEET}


def header_spelling(text: str) -> str:
    """A column header without what stations add to it: blanks, line breaks, full-width letters, * and （必填）."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(character for character in plain if character.isprintable() and not character.isspace())
    return _HEADER_MARK.sub("", plain).rstrip(":")


@dataclass(frozen=True)
class FileCode:
    """Why a station's file, a row of it or a part of it was not taken as a record, and what the station does about it."""

    code: str
    scope: str
    meaning: str
    action: str


@cache
def file_codes() -> dict[str, FileCode]:
    """Every code of file_codes.csv by code."""
    with (CONTRACT / "file_codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: FileCode(**row) for row in csv.DictReader(file)}


def sheet_key(source_id: str, feed: str, business_key: str) -> str:
    """RowGuid of a record that a station sheet delivers without one: 32 hex digits.

    Args:
        source_id: id of the source in the register.
        feed: one that stands in a station sheet.
        business_key: the 办件编号; for one of several records of a case, a step for example, "办件编号#n", n counting those of
            the case from 1 in file order.
    """
    return hashlib.md5(f"{source_id}|{feed}|{business_key}".encode(), usedforsecurity=False).hexdigest()

"""Code lists (code_lists.csv), and why a source (reason_codes.csv) or a station's file (file_codes.csv) was not taken."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Any

from govservice import settings
from govservice.contract.errors import ContractError

DATA_SOURCE = "161"  # '1' + province code of Shaanxi, as other provinces do; the province has not confirmed it
CD_SOURCE = "p61"  # 'p' + the same, where a newer version of the tables has Cd_source


@dataclass(frozen=True)
class Code:
    """One code of a named list; `canonical` is this warehouse's name for it where the list is a source's own."""

    list: str
    code: str
    name: str
    canonical: str | None
    standard: str
    edition: str


@cache
def codes() -> tuple[Code, ...]:
    """Every code of code_lists.csv."""
    with (settings.CONTRACT / "code_lists.csv").open(encoding="utf-8", newline="") as file:
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
class FileCode:
    """Why a station's file, a row of it or a part of it was not taken as a record, and what the station does about it."""

    code: str
    scope: str
    meaning: str
    action: str


@cache
def file_codes() -> dict[str, FileCode]:
    """Every code of file_codes.csv by code."""
    with (settings.CONTRACT / "file_codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: FileCode(**row) for row in csv.DictReader(file)}


@dataclass(frozen=True)
class ReasonCode:
    """Why a source cannot be vouched for, or a record of it not be read, and what is to be done; trying again cannot help a final one."""

    code: str
    scope: str
    meaning: str
    remedy: str
    is_final: bool


@cache
def reason_codes() -> dict[str, ReasonCode]:
    """Every code of reason_codes.csv by code."""
    with (settings.CONTRACT / "reason_codes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: ReasonCode(
                row["code"], row["scope"], row["meaning"], row["remedy"], is_final=row["is_final"] == "true"
            )
            for row in csv.DictReader(file)
        }

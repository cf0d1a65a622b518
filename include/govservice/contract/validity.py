"""Registers whose entries hold for a time: areas (areas.csv) and organisations (organisations.csv beside the register of sources).

A day is written yyyy-MM-dd; an empty valid_from means always before, an empty valid_to still today; both days belong to the period.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from govservice import settings
from govservice.contract.errors import RegisterError

NEW_CITIES = ("空港", "沣东", "秦汉", "沣西", "泾河")
ORGANISATION_COLUMNS = ("code", "name", "new_city", "valid_from", "valid_to", "is_synthetic")
AREA_COLUMNS = (
    *("area_id", "name", "level", "parent_id", "code_system", "code", "valid_from", "valid_to", "confidence", "note"),
)


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both included."""

    first: date = date.min
    last: date = date.max

    def within(self, other: "Period") -> "Period | None":
        """The days of both."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None


def period(valid_from: Any, valid_to: Any, where: str) -> Period:
    """The period between two days as a register writes them."""
    found = Period(_day(valid_from, date.min, where), _day(valid_to, date.max, where))
    if found.first > found.last:
        raise RegisterError(f"{where}：valid_from 晚于 valid_to")
    return found


def _day(value: Any, default: date, where: str) -> date:
    if value is None or value == "":
        return default
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RegisterError(f"{where}：valid_from 和 valid_to 应写成 yyyy-MM-dd") from None


def refuse_overlaps(entries: Iterable[tuple[Any, Period]], where: str) -> None:
    """Raise RegisterError where one key has two entries on the same day."""
    for key, group in groupby(sorted(entries), key=lambda entry: entry[0]):
        for (_, earlier), (_, later) in pairwise(group):
            if later.first <= earlier.last:
                raise RegisterError(f"{where}：{key} 有两条有效期重叠的登记")


@dataclass(frozen=True)
class Area:
    """The new area, a new city, or a street with its new city, under one code of one code system."""

    area_id: str
    name: str
    level: str
    parent_id: str | None
    code_system: str
    code: str
    valid: Period
    confidence: str
    note: str | None


def areas(path: Path | None = None) -> list[Area]:
    """Read and check the areas.

    Raises:
        RegisterError: a column or a day is wrong, periods of a code overlap, or a street is without a new city at some time.
    """
    path = path or settings.CONTRACT / "areas.csv"
    found = []
    for row, valid, where in _rows(path, AREA_COLUMNS):
        if not all(row[name] for name in ("area_id", "name", "level", "code_system", "code")):
            raise RegisterError(f"{where}：area_id、name、level、code_system、code 必须填写")
        named = {name: row[name] for name in ("area_id", "name", "level", "code_system", "code", "confidence")}
        found.append(Area(**named, parent_id=row["parent_id"] or None, valid=valid, note=row["note"] or None))
    refuse_overlaps(((f"{one.area_id} 的{one.code_system}编码", one.valid) for one in found), str(path))
    names = {one.area_id: one.name for one in found}
    unknown = sorted({one.parent_id for one in found if one.parent_id} - names.keys())
    if unknown:
        raise RegisterError(f"{path}：parent_id {'、'.join(unknown)} 不是登记的 area_id")
    for street, periods in _streets(found).items():
        _check_whole(street, [valid for _, valid in periods], path)
    return found


@cache
def streets() -> dict[str, list[tuple[str, Period]]]:
    """Which new city each street belongs to, by name, in the order of time."""
    return _streets(areas())


def _streets(found: list[Area]) -> dict[str, list[tuple[str, Period]]]:
    names = {one.area_id: one.name for one in found}
    belongs: dict[str, set[tuple[Period, str]]] = {}
    for one in found:
        if one.level == "街镇" and one.parent_id:
            belongs.setdefault(one.name, set()).add((one.valid, names[one.parent_id]))
    return {name: [(city, valid) for valid, city in sorted(periods)] for name, periods in belongs.items()}


def _check_whole(street: str, periods: list[Period], path: Path) -> None:
    """A case of any day must find its new city."""
    follows = all((later.first - earlier.last).days == 1 for earlier, later in pairwise(periods))
    if not follows or (periods[0].first, periods[-1].last) != (date.min, date.max):
        raise RegisterError(
            f"{path}：街镇 {street} 的各段有效期应首尾相接，最早一段不填 valid_from，最后一段不填 valid_to"
        )


@dataclass(frozen=True)
class Organisation:
    """A department or other body that may accept cases, by its unified social credit code."""

    code: str
    name: str
    new_city: str
    valid: Period
    is_synthetic: bool


def organisations(path: Path | None = None) -> list[Organisation]:
    """Read and check the register of organisations.

    Raises:
        RegisterError: the file is missing, a column, a day or a new city is wrong, or periods of a code overlap.
    """
    path = path or settings.organisations_path()
    found = []
    for row, valid, where in _rows(path, ORGANISATION_COLUMNS):
        if len(row["code"]) != 18 or not row["name"]:
            raise RegisterError(f"{where}：code 应为 18 位统一社会信用代码，name 必须填写")
        if row["new_city"] not in ("新区", *NEW_CITIES):
            raise RegisterError(f"{where}：new_city 应为 新区、{'、'.join(NEW_CITIES)} 之一")
        if row["is_synthetic"] not in ("true", "false"):
            raise RegisterError(f"{where}：is_synthetic 应为 true、false 之一")
        found.append(Organisation(row["code"], row["name"], row["new_city"], valid, row["is_synthetic"] == "true"))
    refuse_overlaps(((one.code, one.valid) for one in found), str(path))
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterable[tuple[dict[str, str], Period, str]]:
    """Rows of a register with their periods, and where they stand."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RegisterError(f"登记表 {path} 读不到：{error.strerror}") from None
    except UnicodeDecodeError:
        raise RegisterError(f"登记表 {path} 不是 UTF-8 文本") from None
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != columns:
        raise RegisterError(f"登记表 {path} 的列应为 {','.join(columns)}")
    for row in reader:
        where = f"{path} 第 {reader.line_num} 行"
        if None in row or None in row.values():
            raise RegisterError(f"{where}：应有 {len(columns)} 列")
        yield row, period(row["valid_from"], row["valid_to"], where), where

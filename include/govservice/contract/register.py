"""The register of sources: who delivers, by which protocol, and in whose name (head of sources.yml explains the keys)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from govservice import contract, settings
from govservice.contract import dialects, validity
from govservice.contract.validity import NEW_CITIES, Period, RegisterError

KINDS = ("新城中心", "街镇站", "村社区室", "便利店", "业务系统", "事项库")
STATION_KINDS = tuple(kind for kind in KINDS if kind != "事项库")
PROTOCOLS = ("http", "database", "files")
# How many characters a text may have. An id names folders and files, and with “collect ” before it the connections to the warehouse, of
# whose names PostgreSQL keeps 63. A name is part of a receipt's file name when it is downloaded: 255 bytes. A connection is as long as
# Airflow allows it, a station code as a record may carry it (fields.yml).
LONGEST = {"id": 55, "name": 70, "connection": 250, "contact": 200, "street": 70, "code": 20}
# From and to: what the warehouse's integer holds; a year, beyond which a window would begin before there were sources.
NUMBERS = {"priority": (-(2**31), 2**31 - 1), "overlap_minutes": (0, 366 * 24 * 60)}


@dataclass(frozen=True)
class Station:
    """A delivery point by 站点编码, in the time for which it is registered."""

    code: str
    name: str
    kind: str
    valid: Period = Period()


STATION_KEYS = {"code": True, "name": True, "kind": True, "valid_from": False, "valid_to": False}
"""The keys of a station, and whether an entry must have them."""


@dataclass(frozen=True)
class Source:
    """One registered source."""

    id: str
    name: str
    kind: str
    protocol: str
    connection: str
    dialect: str
    feeds: tuple[str, ...]
    priority: int
    contact: str
    new_city: str | None = None
    street: str | None = None
    enabled: bool = True
    overlap_minutes: int = 60
    code_lists: dict[str, str] = field(default_factory=dict)
    stations: tuple[Station, ...] = ()
    own_stations_only: bool = False

    @property
    def is_pulled(self) -> bool:
        """Whether it is asked for windows of what it holds; a file source delivers of its own accord."""
        return self.protocol != "files"


SOURCE_KEYS = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(Source)}
"""The keys of a source, and whether an entry must have them."""


def load(path: Path | None = None) -> dict[str, Source]:
    """Read and check the register.

    Args:
        path: the register file; default the setting GOVSERVICE_SOURCES.

    Returns:
        Sources by id, in file order, disabled ones included.

    Raises:
        RegisterError: the file is missing, is not YAML, or an entry is wrong; one line that names the place.
    """
    path = path or settings.sources_path()
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegisterError(f"来源登记表 {path} 读不到：{error.strerror}") from None
    except UnicodeDecodeError:
        raise RegisterError(f"来源登记表 {path} 不是 UTF-8 文本") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RegisterError(f"来源登记表 {path} 第 {mark.line + 1 if mark else '?'} 行不是合法的 YAML") from None
    except ValueError as error:  # such as a 31st of September
        raise RegisterError(f"来源登记表 {path} 里有不存在的日期或过长的数字（{error}），请改正") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("sources"), list):
        raise RegisterError(f"来源登记表 {path} 应有一个 sources 列表")
    sources: dict[str, Source] = {}
    for number, entry in enumerate(raw["sources"], 1):
        source = _source(entry, f"{path} 第 {number} 个来源")
        if source.id.lower() in map(str.lower, sources):
            raise RegisterError(f"{path} 第 {number} 个来源：id {source.id} 重复（不分大小写）")
        sources[source.id] = source
    registered = ((station.code.upper(), station.valid) for source in sources.values() for station in source.stations)
    validity.refuse_overlaps(((f"站点编码 {code}", valid) for code, valid in registered), str(path))
    return sources


def _source(entry: Any, where: str) -> Source:
    if not isinstance(entry, dict):
        raise RegisterError(f"{where}：应是键值块")
    where = f"{where}（{_shown(entry.get('id', '无 id'))}）"
    _check_keys(entry, SOURCE_KEYS, where)
    _check_values(entry, where)
    stations = enumerate(entry.get("stations") or [], 1)
    source = Source(
        **{
            **entry,
            "feeds": tuple(entry["feeds"]),
            "code_lists": {**_lists_of(entry["dialect"]), **entry.get("code_lists", {})},
            "stations": tuple(_station(station, f"{where}第 {number} 个站点") for number, station in stations),
        }
    )
    _check(source, where)
    return source


def _station(entry: dict[str, Any], where: str) -> Station:
    _check_keys(entry, STATION_KEYS, where)
    for key in ("code", "name"):
        _check_text(entry, key, where)
    if entry["kind"] not in STATION_KINDS:
        raise RegisterError(f"{where}：kind 应为 {'、'.join(STATION_KINDS)} 之一")
    valid = validity.period(entry.get("valid_from"), entry.get("valid_to"), where)
    return Station(entry["code"], entry["name"], entry["kind"], valid)


def _check_keys(entry: dict[Any, Any], keys: Mapping[str, bool], where: str) -> None:
    if unknown := [_shown(key) for key in entry if key not in keys]:
        raise RegisterError(f"{where}：不认识的键 {'、'.join(unknown)}，应取自 {'、'.join(keys)}")
    if missing := [key for key, is_needed in keys.items() if is_needed and key not in entry]:
        raise RegisterError(f"{where}：缺少 {'、'.join(missing)}")


def _check_values(entry: dict[str, Any], where: str) -> None:
    """Raise RegisterError unless every value of a source is of the kind that its key asks for."""
    for key in ("id", "name", "connection", "contact"):
        _check_text(entry, key, where)
    if entry.get("street") is not None:
        _check_text(entry, "street", where)
    for key in ("enabled", "own_stations_only"):
        if not isinstance(entry.get(key, True), bool):
            raise RegisterError(f"{where}：{key} 应为 true 或 false")
    for key, (first, last) in NUMBERS.items():
        value = entry.get(key, 0)
        if type(value) is not int or not first <= value <= last:
            raise RegisterError(f"{where}：{key} 应为 {first} 到 {last} 的整数，不加引号")
    known, feeds = list(contract.feeds()), entry["feeds"]
    if not isinstance(feeds, list) or not feeds or not all(one in known and feeds.count(one) == 1 for one in feeds):
        raise RegisterError(f"{where}：feeds 应取自 {'、'.join(known)}，各写一次")
    if not isinstance(entry.get("code_lists", {}), dict):
        raise RegisterError(f"{where}：code_lists 应是键值块")
    stations = entry.get("stations") or []
    if not isinstance(stations, list) or not all(isinstance(station, dict) for station in stations):
        raise RegisterError(f"{where}：stations 应是键值块的列表")


def _check_text(entry: dict[str, Any], key: str, where: str) -> None:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise RegisterError(f"{where}：{key} 应填文本，现在读成 {_shown(value)}；数字、日期、yes、no 要加引号")
    if value != value.strip() or any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in value):
        raise RegisterError(f"{where}：{key} 前后不能有空格，也不能有换行等控制字符，请去掉")
    if len(value) > LONGEST[key]:
        raise RegisterError(f"{where}：{key} 有 {len(value)} 个字符，最多 {LONGEST[key]} 个，请改短")


def _shown(value: Any) -> str:
    """A value as one line can show it."""
    text = value if isinstance(value, str) and value.isprintable() and value else repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _lists_of(dialect: Any) -> dict[str, str]:
    """The code lists that come with a vendor's dialect; the entry may name others."""
    known = dialects.load().get(dialect) if isinstance(dialect, str) else None
    return known.code_lists if known else {}


def _check(source: Source, where: str) -> None:
    """Raise RegisterError unless every value is one that is understood."""
    allowed = (("kind", KINDS), ("protocol", PROTOCOLS), ("dialect", ("national", "station_sheet", *dialects.load())))
    for key, values in allowed:
        if getattr(source, key) not in values:
            raise RegisterError(f"{where}：{key} 应为 {'、'.join(values)} 之一")
    if not re.fullmatch("[A-Za-z0-9_]+", source.id):
        raise RegisterError(f"{where}：id 只能用 ASCII 字母、数字和下划线")
    if not re.fullmatch(r"[\w#!()\-.:/\\]+", source.connection):  # what Airflow allows
        raise RegisterError(f"{where}：connection 只能用字母、数字、下划线和 # ! ( ) - . : / \\，不能有空格")
    if source.new_city not in NEW_CITIES and (source.new_city is not None or source.kind != "事项库"):
        raise RegisterError(f"{where}：new_city 应为 {'、'.join(NEW_CITIES)} 之一")
    _check_dialect(source, where)
    _check_code_lists(source, where)
    _check_places(source, where)


def _check_places(source: Source, where: str) -> None:
    """Every case must find a place: its source's own station is registered at all times, its street in areas.csv."""
    if source.kind == "事项库":
        return
    if not source.stations:
        raise RegisterError(f"{where}：stations 至少登记一个站点")
    if source.stations[0].valid != Period():
        raise RegisterError(f"{where}：第一个站点是来源本站，不写 valid_from、valid_to")
    if source.street:
        cities = [city for city, _ in validity.streets().get(source.street, [])]
        if source.new_city not in cities:
            raise RegisterError(f"{where}：areas.csv 里没有属于{source.new_city}新城的街镇 {source.street}")


def _check_dialect(source: Source, where: str) -> None:
    if (source.protocol == "files") != (source.dialect == "station_sheet"):
        raise RegisterError(f"{where}：protocol files 只支持 dialect station_sheet，其他 protocol 不支持它")
    not_in_sheets = [feed for feed in source.feeds if not contract.feeds()[feed].is_in_sheets]
    if source.dialect == "station_sheet" and not_in_sheets:
        raise RegisterError(f"{where}：站点表格没有 {'、'.join(not_in_sheets)}，feeds 里请去掉")
    vendor = dialects.load().get(source.dialect)
    if vendor and (source.protocol != "database" or not set(source.feeds) <= set(vendor.feeds)):
        raise RegisterError(
            f"{where}：dialect {vendor.name} 只用于 protocol database，feeds 取自 {'、'.join(vendor.feeds)}"
        )


def _check_code_lists(source: Source, where: str) -> None:
    lists = {code.list for code in contract.codes()}
    translated = {
        one.name for feed in contract.feeds().values() for one in feed.fields if one.crosswalk or one.own_list
    }
    for column, name in source.code_lists.items():
        if column not in translated:
            raise RegisterError(f"{where}：code_lists 的列 {_shown(column)} 应为 {'、'.join(sorted(translated))} 之一")
        if not isinstance(name, str) or name not in lists:
            raise RegisterError(f"{where}：code_lists.{column} 的代码表 {_shown(name)} 不存在")

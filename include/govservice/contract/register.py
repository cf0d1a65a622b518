"""The register of sources: who delivers, by which protocol, and in whose name (head of sources.yml explains the keys)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from govservice import contract, settings
from govservice.contract import dialects, validity
from govservice.contract.validity import NEW_CITIES, Period, RegisterError

KINDS = ("新城中心", "街镇站", "村社区室", "便利店", "业务系统", "事项库")
PROTOCOLS = ("http", "database", "files")


@dataclass(frozen=True)
class Station:
    """A delivery point by 站点编码, in the time for which it is registered."""

    code: str
    name: str
    kind: str
    valid: Period = Period()


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
    if not isinstance(raw, dict) or not isinstance(raw.get("sources"), list):
        raise RegisterError(f"来源登记表 {path} 应有一个 sources 列表")
    sources: dict[str, Source] = {}
    for number, entry in enumerate(raw["sources"], 1):
        source = _source(entry, f"{path} 第 {number} 个来源")
        if source.id in sources:
            raise RegisterError(f"{path} 第 {number} 个来源：id {source.id} 重复")
        sources[source.id] = source
    registered = ((station.code, station.valid) for source in sources.values() for station in source.stations)
    validity.refuse_overlaps(((f"站点编码 {code}", valid) for code, valid in registered), str(path))
    return sources


def _source(entry: Any, where: str) -> Source:
    if not isinstance(entry, dict):
        raise RegisterError(f"{where}：应是键值块")
    where = f"{where}（{entry.get('id', '无 id')}）"
    stations = entry.get("stations") or []
    if not isinstance(stations, list) or not all(isinstance(station, dict) for station in stations):
        raise RegisterError(f"{where}：stations 应是键值块的列表")
    if not isinstance(entry.get("code_lists", {}), dict):
        raise RegisterError(f"{where}：code_lists 应是键值块")
    try:
        source = Source(
            **{
                **entry,
                "feeds": tuple(entry.get("feeds") or ()),
                "code_lists": {**_lists_of(entry.get("dialect")), **entry.get("code_lists", {})},
                "stations": tuple(_station(station, where) for station in stations),
            }
        )
    except TypeError as error:
        raise RegisterError(f"{where}：{error}") from None
    _check(source, where)
    return source


def _station(entry: dict[str, Any], where: str) -> Station:
    given = {key: value for key, value in entry.items() if key not in ("valid_from", "valid_to")}
    return Station(**given, valid=validity.period(entry.get("valid_from"), entry.get("valid_to"), where))


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
    if not str(source.id).replace("_", "a").isalnum() or not str(source.id).isascii():
        raise RegisterError(f"{where}：id 只能用 ASCII 字母、数字和下划线")
    if source.kind != "事项库" and source.new_city not in NEW_CITIES:
        raise RegisterError(f"{where}：new_city 应为 {'、'.join(NEW_CITIES)} 之一")
    unknown = set(source.feeds) - set(contract.feeds())
    if unknown or not source.feeds:
        raise RegisterError(f"{where}：feeds 应取自 {'、'.join(contract.feeds())}")
    _check_dialect(source, where)
    if not isinstance(source.own_stations_only, bool):
        raise RegisterError(f"{where}：own_stations_only 应为 true 或 false")
    if not isinstance(source.priority, int) or not isinstance(source.overlap_minutes, int):
        raise RegisterError(f"{where}：priority 和 overlap_minutes 应为整数")
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
            raise RegisterError(f"{where}：code_lists 的列 {column} 应为 {'、'.join(sorted(translated))} 之一")
        if name not in lists:
            raise RegisterError(f"{where}：code_lists.{column} 的代码表 {name} 不存在")

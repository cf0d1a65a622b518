"""The simulated new area: its calendar, its sources with their volumes and delivery points, and its service items."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from demo import people
from govservice import contract
from govservice.contract import dialects
from govservice.contract.register import NEW_CITIES
from govservice.settings import CONTRACT

START = np.datetime64("2021-07-01", "D")
END = np.datetime64("2021-11-20", "D")  # exclusive: the campaign's last arrival is before midnight
CITY_CODES = {"空港": "KG", "沣东": "FD", "秦汉": "QH", "沣西": "FX", "泾河": "JH"}
CENTRE_CASES = {"空港": 110_200, "沣东": 92_500, "秦汉": 74_100, "沣西": 72_100, "泾河": 40_000}
STATION_CASES = 48_000
SYSTEM_CASES = 1_200
WAYS = {"inspur": "vendor", "icity": "index"}
COPIED_CASES = 3_000
LEAST_PEOPLE = 40  # however few cases a source has, so many persons may be behind them
SHOPS_PER_CITY = 4
# How a station packs its drop; the others send two CSV files.
FILE_FORMS = {
    **dict.fromkeys(("sanqiao_station", "mawang_station"), "zip"),
    **dict.fromkeys(("taiping_station", "diaotai_station"), "workbook"),
    "yaodian_station": "ledger",
}
DAY_ONLY_STATIONS = ("jianzhanglu_station", "gaoqiao_station")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
STREET_OFFICE = "街镇便民服务中心"
ENTRUSTED = (
    "城乡居民最低生活保障审批",
    "高龄老人生活保健补贴申领",
)  # items that the street office handles for its department
MATERIALS_LISTED = (4, 4, 3, 4, 5, 4, 3, 4, 0, 6)
REQUIRED_MATERIALS = (1, 2, 1, 3, 0, 1, 2)
VERSION_TWO_FROM = np.datetime64("2021-10-01", "D")


def stamp() -> str:
    """Version of the generator: changes with every line of it and of the contract it follows."""
    digest = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.glob("*.*"), *CONTRACT.rglob("*")]):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Source:
    """What the generator needs to know of a registered source."""

    id: str
    protocol: str
    dialect: str
    feeds: tuple[str, ...]
    new_city: str
    street: str
    is_centre: bool
    station_codes: tuple[str, ...]
    cases: int
    first_person: int  # its applicants are numbered from here on among those of the area
    copies: int
    code_lists: dict[str, str]
    encoding: str
    file_form: str
    day_only: bool
    ordinal: int

    @property
    def result_list(self) -> str:
        """The list of its result codes."""
        return self.code_lists.get("result_type", "result_inspur")

    @property
    def is_sheet(self) -> bool:
        """Whether its records travel in station sheets, which cannot carry every column."""
        return self.protocol == "files"

    @property
    def is_workbook(self) -> bool:
        """Whether its sheets are those of a workbook."""
        return self.file_form in ("workbook", "ledger")

    def carries(self, feed: str, name: str) -> bool:
        """Whether its dialect has a place for this column of a feed."""
        if self.is_sheet:
            return contract.feeds()[feed].field(name).sheet is not None
        vendor = dialects.load().get(self.dialect)
        return vendor is None or name in vendor.feeds[feed].columns

    @property
    def way(self) -> str:
        """How its records travel: by protocol, in a vendor's versioned tables, or in an index with a row per case."""
        return WAYS.get(self.dialect, self.protocol)


def register_entries(chosen: list[str] | None = None) -> list[dict[str, Any]]:
    """The entries of the register in use: the contract's, with synthetic villages and shops; all or the chosen ones."""
    entries: list[dict[str, Any]] = yaml.safe_load((CONTRACT / "sources.yml").read_text(encoding="utf-8"))["sources"]
    for city in NEW_CITIES:
        streets = [entry for entry in entries if entry["kind"] == "街镇站" and entry["new_city"] == city]
        for entry in streets:
            _add_villages(entry)
        for number in range(SHOPS_PER_CITY):
            _add_shop(streets[number % len(streets)], number)
    unknown = set(chosen or ()) - {entry["id"] for entry in entries}
    if unknown:
        raise SystemExit(f"登记表里没有这些来源：{'、'.join(sorted(unknown))}")
    return [entry for entry in entries if not chosen or entry["id"] in chosen or entry["kind"] == "事项库"]


def write_register(path: Path, chosen: list[str] | None = None) -> list[dict[str, Any]]:
    """Write the register in use and return its entries."""
    entries = register_entries(chosen)
    path.write_text(yaml.safe_dump({"sources": entries}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return entries


def _add_villages(entry: dict[str, Any]) -> None:
    head = entry["stations"][0]["code"][:4]
    for number in range(1, 4 + int(head[2:]) % 3):
        name = f"{entry['street']}第{'一二三四五六'[number - 1]}村便民服务室（示例）"
        entry["stations"].append({"code": f"{head}{number:02d}", "name": name, "kind": "村社区室"})


def _add_shop(entry: dict[str, Any], number: int) -> None:
    head = entry["stations"][0]["code"][:4]
    name = f"{entry['new_city']}新城政务服务便利店{number + 1}号（示例）"
    entry["stations"].append({"code": f"{head}{81 + number}", "name": name, "kind": "便利店"})


def sources(scale: float, seed: int) -> dict[str, Source]:
    """Every delivering source of the area with its volume at this scale, by id."""
    entries = [entry for entry in register_entries() if entry["kind"] != "事项库"]
    stations = [entry["id"] for entry in entries if entry["kind"] == "街镇站"]
    shares = 0.6 + 0.8 * np.random.default_rng([seed, 1]).random(len(stations))
    cases = dict(zip(stations, apportion(STATION_CASES * scale, shares), strict=True))
    copies = dict(zip(stations, apportion(COPIED_CASES * scale, shares), strict=True))
    sheets = [entry["id"] for entry in entries if entry["protocol"] == "files"]
    vendors = dialects.load()
    found: dict[str, Source] = {}
    for entry in entries:
        vendor = vendors.get(entry["dialect"])
        is_centre = entry["kind"] == "新城中心"
        volume = round((CENTRE_CASES[entry["new_city"]] if is_centre else SYSTEM_CASES) * scale)
        found[entry["id"]] = Source(
            id=entry["id"],
            protocol=entry["protocol"],
            dialect=entry["dialect"],
            feeds=tuple(entry["feeds"]),
            new_city=entry["new_city"],
            street=entry.get("street", ""),
            is_centre=is_centre,
            station_codes=tuple(station["code"] for station in entry["stations"]),
            cases=cases.get(entry["id"], volume),
            first_person=sum(max(LEAST_PEOPLE, one.cases) for one in found.values()),
            copies=copies.get(entry["id"], 0),
            code_lists={**(vendor.code_lists if vendor else {}), **entry.get("code_lists", {})},
            encoding=ENCODINGS[sheets.index(entry["id"]) % 3] if entry["id"] in sheets else "utf-8",
            file_form=FILE_FORMS.get(entry["id"], "csv"),
            day_only=entry["id"] in DAY_ONLY_STATIONS,
            ordinal=int(entry["stations"][0]["code"][2:4]),
        )
    return found


def apportion(total: float, weights: np.ndarray) -> list[int]:
    """Whole shares in proportion to the weights that add up to the rounded total (largest remainders)."""
    exact = round(total) * weights / weights.sum()
    shares = np.floor(exact).astype(int)
    largest = np.argsort(shares - exact, kind="stable")[: round(total) - shares.sum()]
    shares[largest] += 1
    return shares.tolist()


@dataclass(frozen=True)
class Catalogue:
    """The service items of the area, one array element per item; an item with two versions changed on 2021-10-01."""

    level: np.ndarray
    city: np.ndarray
    task_code: np.ndarray
    catalog_code: np.ndarray
    handle_item: np.ndarray
    name: np.ndarray
    department: np.ndarray
    department_code: np.ndarray
    entrusted_to: np.ndarray  # the department that handles it on behalf of its own; null as a rule
    handler_code: np.ndarray
    task_type: np.ndarray
    project_type: np.ndarray
    promise_day: np.ndarray
    result_name: np.ndarray
    gives_certificate: np.ndarray
    server_type: np.ndarray
    has_two_versions: np.ndarray
    materials: np.ndarray  # how many it lists
    required_materials: np.ndarray  # how many of them, from the first, are required
    is_retired: np.ndarray  # went out of force before the campaign

    def of(self, source: Source) -> np.ndarray:
        """Positions of the items that a source handles, the most frequent first."""
        level = "5" if source.is_sheet and not source.is_centre else "4"
        return np.flatnonzero((self.level == level) & (self.city == source.new_city) & ~self.is_retired)


def catalogue(seed: int) -> Catalogue:
    """The item catalogue. Each new city has 100 items of the centre and 20 of the streets, one of each retired."""
    rng = np.random.default_rng([seed, 2])
    with (Path(__file__).parent / "items.csv").open(encoding="utf-8", newline="") as file:
        kinds = list(csv.DictReader(file))
    departments = sorted({(city, kind["department"]) for city in NEW_CITIES for kind in kinds})
    codes = people.credit_codes(rng, np.full(len(departments), b"11"))
    code_of = {pair: code.decode() for pair, code in zip(departments, codes, strict=True)}
    heads = ["00" if number % 3 == 0 else "61" for number in range(len(kinds))]
    catalog_codes = [f"{head}{number:06d}{1000 + number * 7:04d}" for number, head in enumerate(heads)]
    rows = [(city, number, kind) for city in NEW_CITIES for number, kind in enumerate(kinds)]

    def array(values: Any) -> np.ndarray:
        return np.array(list(values), object)

    task_codes = [code_of[city, kind["department"]] + kind["level"] + catalog_codes[at] for city, at, kind in rows]
    return Catalogue(
        level=array(kind["level"] for _, _, kind in rows),
        city=array(city for city, _, _ in rows),
        task_code=array(task_codes),
        catalog_code=array(catalog_codes[at] for _, at, _ in rows),
        handle_item=array(
            code + "01" if at % 3 == 1 else None for code, (_, at, _) in zip(task_codes, rows, strict=True)
        ),
        name=array(kind["name"] for _, _, kind in rows),
        department=array(f"{city}新城{kind['department']}" for city, _, kind in rows),
        department_code=array(code_of[city, kind["department"]] for city, _, kind in rows),
        entrusted_to=array(
            f"{city}新城{STREET_OFFICE}" if kind["name"] in ENTRUSTED else None for city, _, kind in rows
        ),
        handler_code=array(
            code_of[city, STREET_OFFICE if kind["name"] in ENTRUSTED else kind["department"]] for city, _, kind in rows
        ),
        task_type=array(kind["task_type"] for _, _, kind in rows),
        project_type=array(kind["project_type"] for _, _, kind in rows),
        promise_day=np.array([int(kind["promise_day"]) for _, _, kind in rows]),
        result_name=array(kind["result_name"] or None for _, _, kind in rows),
        gives_certificate=np.array([kind["result_name"] != "" for _, _, kind in rows]),
        server_type=array(kind["server_type"] for _, _, kind in rows),
        has_two_versions=np.array([kind["versions"] == "2" for _, _, kind in rows]),
        materials=(materials := np.array([MATERIALS_LISTED[at % len(MATERIALS_LISTED)] for _, at, _ in rows])),
        required_materials=np.minimum(
            materials, [REQUIRED_MATERIALS[at % len(REQUIRED_MATERIALS)] for _, at, _ in rows]
        ),
        is_retired=np.array([kind["versions"] == "0" for _, _, kind in rows]),
    )

"""The simulated new area: the same seed gives the same content, its identifiers are valid, its books balance."""

import csv
import hashlib
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet
import pytest

from demo import area, generate, people
from govservice import settings
from govservice.contract import register
from small_area import SCALE, SEED, SOURCES


def contents(root: Path) -> dict[str, str]:
    """Digest of every file; a workbook, whose file carries the time it was written, by its cells."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.suffix == ".xlsx":
            sheets = openpyxl.load_workbook(path, read_only=True)
            found[str(path.relative_to(root))] = repr([list(sheet.values) for sheet in sheets])
        elif path.is_file() and not (path.parent / "办件.xlsx").exists():
            found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_the_same_seed_gives_the_same_content(demo: Path, tmp_path: Path) -> None:
    generate.generate(SCALE, SEED, tmp_path / "again", SOURCES)
    assert contents(tmp_path / "again") == contents(demo)


def test_another_seed_gives_other_content(demo: Path, tmp_path: Path) -> None:
    generate.generate(SCALE, SEED + 1, tmp_path / "other", ["beidu_station"])
    one, other = contents(demo), contents(tmp_path / "other")
    sheets = [name for name in one.keys() & other.keys() if name.endswith("/办件.csv")]
    assert sheets
    assert [name for name in sheets if one[name] == other[name]] == []


def test_a_finished_folder_is_kept(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--scale", str(SCALE), "--seed", str(SEED), "--out", str(demo), "--sources", ",".join(SOURCES)]
    monkeypatch.setattr("sys.argv", ["demo.generate", *given])
    before, began = (demo / "truth.json").stat().st_ino, time.monotonic()
    generate.main()
    assert (demo / "truth.json").stat().st_ino == before
    assert time.monotonic() - began < 1
    assert "不再重做" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["91350100M000100Y43", "11310000MB2F30661Y", "12441500196720244T"])
def test_credit_codes_end_in_their_check_character(code: str) -> None:
    assert people.with_credit_check(np.array([code[:17].encode()]))[0].decode() == code


def test_no_two_persons_have_one_number() -> None:
    rng = np.random.default_rng(1)
    numbers = np.concatenate([people.identity_numbers(rng, 300_000, first) for first in (0, 300_000, 20_000_000)])
    assert len(np.unique(numbers)) == len(numbers)
    assert {number[14:17] for number in numbers.astype(str)} <= {f"{serial:03}" for serial in range(1, 999)}


def test_sources_have_persons_of_their_own() -> None:
    ends = 0
    for source in area.sources(0.02, 1).values():
        assert source.first_person == ends
        ends += max(area.LEAST_PEOPLE, source.cases)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_identity_numbers_end_in_their_check_digit(number: str) -> None:
    assert people.with_identity_check(np.array([number[:17].encode()]))[0].decode() == number


def test_the_register_in_use_is_valid_and_has_four_shops_in_every_new_city(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    area.write_register(path)
    sources = register.load(path)
    shops = [source.new_city for source in sources.values() for station in source.stations if station.kind == "便利店"]
    assert {city: shops.count(city) for city in register.NEW_CITIES} == dict.fromkeys(register.NEW_CITIES, 4)
    assert set(sources) == set(register.load(settings.CONTRACT / "sources.yml"))


def sheet_rows(folder: Path) -> dict[str, int]:
    """Rows of every sheet of a drop without the header; of a workbook also without titles, totals and notes."""
    if (folder / "办件.xlsx").exists():
        book = openpyxl.load_workbook(folder / "办件.xlsx", read_only=True)
        counts = dict.fromkeys(("办件", "环节"), 0)
        for sheet in book:
            numbers = [row[0] if row else None for row in sheet.values]
            if "办件编号" in numbers:
                below = numbers[numbers.index("办件编号") + 1 :]
                counts[sheet.title[:2]] += len(below) - below.count("合计")
        return counts
    if (folder / "办件.zip").exists():
        with zipfile.ZipFile(folder / "办件.zip") as archive:
            return {name[:2]: csv_rows(archive.read(name)) for name in archive.namelist()}
    return {path.stem: csv_rows(path.read_bytes()) for path in folder.glob("*.csv")}


def csv_rows(content: bytes) -> int:
    """Rows of a CSV file below its header."""
    encoding = "utf-8-sig" if b"\xe5\x8a\x9e\xe4\xbb\xb6" in content else "gb18030"
    return len(list(csv.reader(content.decode(encoding).splitlines(keepends=True)))) - 1


def test_the_books_of_every_drop_are_those_of_its_files(demo: Path) -> None:
    written = json.loads((demo / "truth.json").read_text(encoding="utf-8"))["by_source"]["jinghe_centre"]["written"]
    assert written["malformed"], "a malformed row belongs to the books too"
    for station in (demo / "drops").iterdir():
        manifests = [
            (json.loads(path.read_text(encoding="utf-8")), path.parent) for path in station.glob("*/manifest.json")
        ]
        manifests.sort(key=lambda one: one[0]["sequence"])
        assert [manifest["sequence"] for manifest, _ in manifests] == list(range(1, len(manifests) + 1))
        times = [manifest["uploaded_at"] for manifest, _ in manifests]
        assert times == sorted(times) and times[-1] < "2021-11-20"
        for manifest, folder in manifests:
            declared = {sheet: count for file in manifest["files"] for sheet, count in file["rows"].items()}
            assert declared == sheet_rows(folder)
            for file in manifest["files"]:
                assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_the_truth_names_delivered_records_once_per_rule(demo: Path) -> None:
    truth = pyarrow.parquet.read_table(demo / "truth.parquet")
    rows = truth.to_pylist()
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    delivered = {
        json.loads(line)["RowGuid"]
        for path in (demo / "api" / "konggang_centre").glob("*.jsonl")
        for line in path.open(encoding="utf-8")
    }
    keys = {row["record_key"].split("~")[0] for row in rows if row["source_id"] == "konggang_centre"}
    assert keys and keys <= delivered


def test_the_case_counts_of_the_truth_add_up(demo: Path) -> None:
    cases = json.loads((demo / "truth.json").read_text(encoding="utf-8"))["cases"]
    parts = ("qualified", "quarantined", "not_countable", "duplicates")
    assert cases["live"] == sum(cases[part] for part in parts)
    assert all(cases[part] for part in parts)


def delivered(demo: Path, feed: str) -> list[dict[str, Any]]:
    """What the biggest centre delivers of a feed."""
    path = demo / "api" / "konggang_centre" / f"{feed}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_few_of_a_hundred_cases_are_suspended_within_their_course(demo: Path) -> None:
    broken = {row["record_key"] for row in pyarrow.parquet.read_table(demo / "truth.parquet").to_pylist()}
    accepted = {
        row["ProjectNo"]: row["AcceptDate"] for row in delivered(demo, "accept") if row["RowGuid"] not in broken
    }
    finished = {
        row["ProjectNo"]: row["ResultDate"] for row in delivered(demo, "result") if row["RowGuid"] not in broken
    }
    special = delivered(demo, "special")
    assert 0.02 < len({row["ProjectNo"] for row in special}) / len(accepted) < 0.06
    for row in (row for row in special if row["RowGuid"] not in broken):
        end = finished.get(row["ProjectNo"], "9999")
        assert accepted.get(row["ProjectNo"], "") <= row["SpecialTime"] < row["EndTime"] <= end


def test_cases_hand_in_what_their_items_require(demo: Path) -> None:
    path = demo / "api" / "item_catalogue"
    items = {json.loads(line)["RowGuid"]: json.loads(line)["TaskCode"] for line in (path / "item.jsonl").open()}
    listed = [json.loads(line) for line in (path / "item_material.jsonl").open(encoding="utf-8")]
    required = {(items[row["TaskGuid"]], row["MaterialName"]) for row in listed if row["IsNeed"] == "1"}
    truth = pyarrow.parquet.read_table(demo / "truth.parquet").to_pylist()
    broken = {row["record_key"] for row in truth if row["rule_id"] != "R03"}
    handed_in = {(row["ProjectNo"][:31], row["ProjectNo"], row["MaterialName"]) for row in delivered(demo, "material")}
    clean = [row for row in delivered(demo, "accept") if row["RowGuid"] not in broken and row["ProjectNo"]]
    asked = {
        (code, row["ProjectNo"], name) for row in clean for code, name in required if code == row["ProjectNo"][:31]
    }
    assert len(asked) > len(clean) / 2
    spoilt = sum(row["feed"] == "material" for row in truth)
    assert len(asked - handed_in) <= spoilt
    assert 2.5 < len(handed_in) / len(clean) < 4.5


def test_centres_offer_special_procedures_and_materials_in_every_protocol_and_stations_do_not(demo: Path) -> None:
    sources = register.load(demo / "sources.yml")
    offering = {source.id: source for source in sources.values() if {"special", "material"} & set(source.feeds)}
    assert set(offering) == {
        "konggang_centre",
        "fengdong_centre",
        "qinhan_centre",
        "jinghe_centre",
    }  # of those generated here
    assert {source.protocol for source in offering.values()} == set(register.PROTOCOLS)
    assert {source.id for source in sources.values() if "rating" in source.feeds} == {*SOURCES}
    for sheet in ("特别程序", "材料"):
        assert {path.parts[-3] for path in demo.glob(f"drops/*/*/{sheet}.csv")} == {"jinghe_centre"}
    assert {path.parent.name for path in (demo / "api").glob("*/special.jsonl")} == {
        "konggang_centre",
        "fengdong_centre",
    }

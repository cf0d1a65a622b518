"""The services and ratings of the simulated new area: valid, in order, and broken exactly as in its truth."""

import csv
import io
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet
import pytest

from demo import amends, area, generate, people
from demo.workdays import Calendar
from govservice import contract
from stack import install, run

SCALE = 0.02
EXCHANGES = ("konggang_centre", "fengdong_centre")  # those whose deliveries are JSON lines
BROKEN = {
    "service": "C14 C15 R05 T05 U01 U06 V01 V02 V06 V07 V08 V09 V12 V13 V14 V16",
    "rating": "A01 A02 C16 C17 K09 K13 R05 R08 T05 T13 U01 U05 V01 V02 V07 V08 V09 V11 V12 V13 V14 V15 V16",
}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The area of the one-minute tour."""
    out = tmp_path_factory.mktemp("area") / "demo"
    generate.generate(SCALE, run.SEED, out)
    return out


@pytest.fixture(scope="module")
def truth(tour: Path) -> dict[str, Any]:
    """The truth about it."""
    found: dict[str, Any] = json.loads((tour / "truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def broken(tour: Path) -> dict[tuple[str, str], set[str]]:
    """Rules that a record breaks, by feed and record key."""
    found = defaultdict(set)
    for row in pyarrow.parquet.read_table(tour / "truth.parquet").to_pylist():
        found[row["feed"], row["record_key"]].add(row["rule_id"])
    return found


def deliveries(tour: Path, source: str, feed: str) -> list[Row]:
    """Everything an exchange sends of a feed."""
    path = tour / "api" / source / f"{feed}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def last(tour: Path, source: str, feed: str) -> list[Row]:
    """The records of a feed as they stand in the end."""
    number = contract.feeds()[feed].field("project_no").national
    rows = {(row["RowGuid"], row[number]): row for row in deliveries(tour, source, feed)}
    return [row for row in rows.values() if row["CD_operation"] != "D"]


def clean(tour: Path, broken: dict[tuple[str, str], set[str]], source: str, feed: str) -> list[Row]:
    """The records of a feed, as they stand in the end, that break no rule."""
    return [row for row in last(tour, source, feed) if (feed, row["RowGuid"]) not in broken]


def levels(source: str) -> dict[str, str]:
    """The level behind a source's satisfaction."""
    name = "satisfaction_gb" if source == "fengdong_centre" else "satisfaction"
    return {code.code: str(code.canonical) for code in contract.codes() if code.list == name}


def test_the_one_minute_tour_passes_both_targets(truth: dict[str, Any]) -> None:
    assert truth["cases"]["qualified"] > round(install.TARGET * SCALE)
    assert truth["ratings"]["qualified"] > round(install.TARGET * SCALE)


@pytest.mark.parametrize("feed", sorted(BROKEN))
def test_every_rule_is_broken_somewhere(truth: dict[str, Any], feed: str) -> None:
    assert set(truth["feeds"][feed]["rules"]) == set(BROKEN[feed].split())


def test_the_counts_of_ratings_add_up(truth: dict[str, Any]) -> None:
    counts, rules = truth["ratings"], truth["feeds"]["rating"]["rules"]
    assert counts["delivered"] == truth["feeds"]["rating"]["live"]
    assert counts["total"] == counts["delivered"] - rules["A01"] - rules["U05"]
    assert counts["qualified"] < counts["total"]
    by_source = [one["ratings"] for one in truth["by_source"].values()]
    assert counts == {name: sum(one[name] for one in by_source) for name in counts}


def test_nearly_every_case_is_rated_once_and_nearly_all_are_content(tour: Path) -> None:
    cases = {row["ProjectNo"] for row in last(tour, "konggang_centre", "accept")}
    ratings = [row for row in last(tour, "konggang_centre", "rating") if row["projectNo"] in cases]
    first = {row["projectNo"] for row in ratings if row["assessNumber"] == "1"}
    assert 0.965 < len(first) / len(cases) < 0.985
    level = Counter(row["satisfaction"] for row in ratings)
    assert 0.95 < (level["5"] + level["4"]) / len(ratings) < 0.985
    assert 0.004 < (level["2"] + level["1"]) / len(ratings) < 0.014
    assert {row["pf"] for row in ratings} >= set("1234567")
    anonymous = [
        row for row in ratings if not (row["userName"] or row["certKey"] or row["certKeyGOV"] or row["mobile"])
    ]
    assert 0.02 < len(anonymous) / len(ratings) < 0.04
    assert any("\n" in (row["writingEvaluation"] or "") for row in ratings)


@pytest.mark.parametrize("source", EXCHANGES)
def test_clean_ratings_come_after_the_service_that_they_rate(
    tour: Path, broken: dict[tuple[str, str], set[str]], source: str
) -> None:
    services = {(row["projectNo"], row["serviceNumber"]): row for row in clean(tour, broken, source, "service")}
    ratings = clean(tour, broken, source, "rating")
    number = {row["projectNo"]: row["serviceNumber"] or "1" for row in ratings if row["assessNumber"] == "1"}
    rated = 0
    for row in ratings:
        service = services.get((row["projectNo"], number.get(row["projectNo"])))
        if service:
            rated += 1
            assert service["acceptDate"] <= service["serviceTime"] <= row["assessTime"] <= row["CD_time"]
            assert service["serviceTime"] <= service["CD_time"]
            assert (service["taskCode"], service["deptCode"]) == (row["taskCode"], row["deptCode"])
    assert rated > 0.98 * len(ratings)


@pytest.mark.parametrize("source", EXCHANGES)
def test_clean_ratings_give_reasons_of_their_level(
    tour: Path, broken: dict[tuple[str, str], set[str]], source: str
) -> None:
    known = {code.code for code in contract.codes() if code.list == "rating_detail" and code.canonical != "RETIRED"}
    of_raw = levels(source)
    for row in clean(tour, broken, source, "rating"):
        details = (row["evalDetail"] or "").split(",") if row["evalDetail"] else []
        assert len(details) <= 3 and set(details) <= known
        assert {detail[0] for detail in details} <= {of_raw[row["satisfaction"]]}


@pytest.mark.parametrize("source", EXCHANGES)
def test_a_result_and_the_first_rating_differ_only_where_the_truth_has_k12(
    tour: Path, broken: dict[tuple[str, str], set[str]], source: str
) -> None:
    results = {row["ProjectNo"]: row for row in last(tour, source, "result")}
    of_raw, compared, blamed = levels(source), 0, set()
    for row in last(tour, source, "rating"):
        result = results.get(row["projectNo"])
        satisfaction = result["Satisfaction"] if result else None
        if result and row["assessNumber"] == "1" and satisfaction in set("12345") and row["satisfaction"] in of_raw:
            compared += 1
            if 6 - int(satisfaction) != int(of_raw[row["satisfaction"]]):
                assert broken[("result", result["RowGuid"])] == {"K12"}
                blamed.add(result["RowGuid"])
    assert compared > 300
    assert blamed == {key for (feed, key), rules in broken.items() if feed == "result" and "K12" in rules} & {
        row["RowGuid"] for row in results.values()
    }


def test_a_case_called_on_time_was_late_only_where_the_truth_has_k13(
    tour: Path, broken: dict[tuple[str, str], set[str]]
) -> None:
    in_time = []
    for source in EXCHANGES:
        promised = {row["ProjectNo"]: row["PromiseDate"] for row in last(tour, source, "accept")}
        finished = {row["ProjectNo"]: row["ResultDate"] for row in last(tour, source, "result")}
        for row in last(tour, source, "rating"):
            if row["evalDetail"] == "309":
                was_in_time = finished[row["projectNo"]][:10] <= promised[row["projectNo"]][:10]
                assert was_in_time != ("K13" in broken.get(("rating", row["RowGuid"]), set()))
                in_time.append(was_in_time)
    assert True in in_time


def test_raters_with_an_identity_card_have_a_valid_number(tour: Path) -> None:
    services = last(tour, "konggang_centre", "service")
    numbers = [
        row["certKeyGOV"].upper()
        for row in services
        if row["userPageType"] == "111" and row["certKeyGOV"] and len(row["certKeyGOV"]) == 18
    ]
    heads = np.array([number[:17].encode() for number in numbers])
    assert [number.decode() for number in people.with_identity_check(heads)] == numbers
    assert len(numbers) > 1000


def test_automatic_ratings_come_a_week_after_the_result_without_a_text(
    tour: Path, broken: dict[tuple[str, str], set[str]]
) -> None:
    finished = {row["ProjectNo"]: row["ResultDate"] for row in last(tour, "konggang_centre", "result")}
    ways = Counter()
    for row in last(tour, "konggang_centre", "rating"):
        if broken.get(("rating", row["RowGuid"]), set()) & {"A01", "A02"}:
            days = np.datetime64(row["assessTime"]) - np.datetime64(finished[row["projectNo"]])
            assert np.timedelta64(7, "D") < days < np.timedelta64(8, "D")
            assert (row["writingEvaluation"], row["clientIp"]) == (None, None)
            ways[row["isdefault"], row["isprotion"], row["creatorId"]] += 1
    ordinary = ("0", "0", None)
    assert set(ways) == {("1", "0", None), ("0", "1", None), ("0", "0", "AutoEvaluation"), ordinary}


def test_some_ratings_are_early_some_withdrawn_some_of_no_case(
    tour: Path, broken: dict[tuple[str, str], set[str]]
) -> None:
    accepted: dict[str, str] = {}
    early = orphans = withdrawn_negative = 0
    for source in EXCHANGES:
        for row in deliveries(tour, source, "accept"):
            accepted.setdefault(row["ProjectNo"], row["CD_time"])
        for row in deliveries(tour, source, "rating"):
            early += row["CD_operation"] == "I" and row["CD_time"] < accepted.get(row["projectNo"], "")
            withdrawn_negative += row["CD_operation"] == "D" and levels(source)[row["satisfaction"]] in "12"
        for row in last(tour, source, "rating"):
            if (row["projectNo"] or "").strip() and row["projectNo"] not in accepted:
                assert broken["rating", row["RowGuid"]] == {"R05"}
                orphans += 1
    assert min(early, orphans, withdrawn_negative) > 0


def test_a_sheet_carries_the_rating_beside_the_case(tour: Path) -> None:
    has_rating: dict[str, bool] = {}
    for path in sorted((tour / "drops" / "jinghe_centre").glob("*/办件.csv")):
        for row in csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")):
            cells = [row[name] for name in ("评价渠道", "满意度", "评价时间")]
            has_rating[row["办件编号"]] = has_rating.get(row["办件编号"], False) or all(cells)
    assert 0.95 < sum(has_rating.values()) / len(has_rating) < 1


def test_praise_that_looks_arranged_is_at_the_named_places(tour: Path, truth: dict[str, Any]) -> None:
    patterns = {one["rule_id"]: one for one in truth["rating_patterns"]}
    assert set(patterns) == {"A03", "A06", "A07", "A10"}
    seconds = Counter(row["assessTime"] for row in last(tour, patterns["A03"]["source_id"], "rating"))
    assert seconds.most_common(1)[0] == (f"{patterns['A03']['day']} 17:30:00", patterns["A03"]["ratings"])
    phones = defaultdict(set)
    for row in last(tour, patterns["A06"]["source_id"], "rating"):
        phones[row["mobile"]].add(row["certKey"] or row["certKeyGOV"])
    del phones[None]
    assert max(map(len, phones.values())) == patterns["A06"]["ratings"]


def outcomes(tour: Path, new_city: str) -> list[Row]:
    """The rows of the sheet in which a new city reports what it has done about its bad ratings."""
    sheet = openpyxl.load_workbook(tour / "follow_up" / f"{new_city}.xlsx")[contract.FOLLOW_UP_SHEET.name]
    header, *rows = sheet.values
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_a_new_city_reports_on_its_clean_bad_ratings(tour: Path, broken: dict[tuple[str, str], set[str]]) -> None:
    level = levels("konggang_centre")
    bad = [row for row in last(tour, "konggang_centre", "rating") if level.get(row["satisfaction"], "") in ("1", "2")]
    given = {(row["projectNo"], row["assessNumber"]): row["assessTime"][:10] for row in bad}
    clean_ones = {(row["projectNo"], row["assessNumber"]) for row in bad if ("rating", row["RowGuid"]) not in broken}
    answered = {(row["办件编号"], row["评价次数"]): row["时间"] for row in reversed(outcomes(tour, "空港"))}
    assert answered.keys() & given.keys() <= clean_ones < given.keys()
    assert len(answered.keys() & clean_ones) > 0.8 * len(clean_ones)
    assert all(answered[key] >= given[key] for key in answered.keys() & clean_ones)


def test_outcomes_are_of_working_days_of_the_campaign(tour: Path) -> None:
    days = {row["时间"].replace(".", "-") for city in area.CITY_CODES for row in outcomes(tour, city)}
    assert days <= {str(day) for day in Calendar().workdays}
    assert max(days) <= "2021-11-19"


def test_the_truth_counts_the_rows_of_every_sheet(tour: Path, truth: dict[str, Any]) -> None:
    rows = sum(len(outcomes(tour, new_city)) for new_city in area.CITY_CODES)
    assert sum(truth["follow_up"].values()) == rows
    assert 0 < truth["follow_up"]["refused"] < 0.1 * rows


def test_a_sheet_is_handed_in_whole_until_it_has_its_answer(tour: Path, tmp_path: Path) -> None:
    assert amends.hand_in(tour, tmp_path)
    names = {f"{new_city}.xlsx" for new_city in area.CITY_CODES}
    assert {path.name for path in tmp_path.iterdir()} == names
    for name in names - {"空港.xlsx"}:
        (tmp_path / f"{name}.答复.xlsx").touch()
        (tmp_path / name).unlink()
    (tmp_path / "空港.xlsx").write_bytes(b"half")
    assert amends.hand_in(tour, tmp_path)
    assert [path.name for path in tmp_path.glob("??.xlsx")] == ["空港.xlsx"]
    assert (tmp_path / "空港.xlsx").read_bytes() == (tour / "follow_up" / "空港.xlsx").read_bytes()
    (tmp_path / "空港.xlsx.答复.csv").touch()  # as earlier releases answered
    assert not amends.hand_in(tour, tmp_path)

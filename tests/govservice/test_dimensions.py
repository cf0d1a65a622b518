"""Registers with validity: a case is judged by their entries of its accept day, whatever day it arrives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cases
from deliveries import SOURCES, judge
from govservice import dimensions
from govservice.contract import validity
from govservice.contract.register import Station
from govservice.contract.validity import Period, period
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"


@pytest.fixture
def dated_registers(warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    """A village room that closes on 2021-09-06, whose code a shop elsewhere takes over, and a department that ends that day."""
    last, first = period(None, "2021-09-06", ""), period("2021-09-07", None, "")
    room, shop = Station("KG0101", "室", "村社区室", last), Station("KG0101", "店", "便利店", first)
    sources = {
        **SOURCES,
        "dizhang_station": replace(SOURCES["dizhang_station"], stations=(*SOURCES["dizhang_station"].stations, room)),
        "sanqiao_station": replace(SOURCES["sanqiao_station"], stations=(*SOURCES["sanqiao_station"].stations, shop)),
    }
    organisations = ",".join(validity.ORGANISATION_COLUMNS) + f"\n{cases.DEPARTMENT},局,空港,,2021-09-06,true\n"
    (tmp_path / "organisations.csv").write_text(organisations, encoding="utf-8")
    monkeypatch.setenv("GOVSERVICE_SOURCES", str(tmp_path / "sources.yml"))
    dimensions.write(warehouse.url, sources)
    yield warehouse
    monkeypatch.delenv("GOVSERVICE_SOURCES")
    dimensions.write(warehouse.url, SOURCES)


def on(day: str) -> str:
    """Changes that let a case be accepted on a day."""
    return f"ApplyDate=2021-{day} 09:00:00; AcceptDate=2021-{day} 10:00:00; PromiseDate="


def test_a_case_belongs_to_the_new_city_of_its_street_on_its_accept_day(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        f"""
        source            | feed   | case | at          | change
        gaozhuang_station | accept | N1   | 10-11 09:00 | {on("09-30")}
        gaozhuang_station | accept | N2   | 10-11 09:00 | {on("10-01")}
        gaozhuang_station | accept | N3   | 10-11 09:00 | AcceptDate=
        gaozhuang_station | accept | N4   | 9-20 09:00  | {on("10-01")}
        gaozhuang_station | accept | N5   | 10-11 09:00 | {on("09-30")}; StationCode=QH0700
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | new_city | street | station_code
        N1      | 秦汉      | 高庄    | QH0700
        N2      | 泾河      | 高庄    | QH0700
        N3      | 泾河      | 高庄    | QH0700
        N4      | 秦汉      | 高庄    | QH0700
        N5      | 秦汉      | 高庄    | QH0700
        """,
    )
    expect(
        warehouse.url,
        "SELECT new_city, delivered_count FROM ads.tally_by_station WHERE station_code = 'QH0700'",
        """
        new_city | delivered_count
        秦汉      | 3
        泾河      | 2
        """,
    )


def test_a_rating_belongs_with_its_case_and_without_one_to_its_own_day(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        f"""
        source            | feed   | case | at          | change
        gaozhuang_station | accept | N1   | 10-11 09:00 | {on("09-30")}
        gaozhuang_station | rating | N1   | 10-11 09:00 | assessTime=2021-10-08 10:00:00
        gaozhuang_station | rating | N2   | 10-11 09:00 | assessTime=2021-10-08 10:00:00
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM dwd.rating",
        """
        case_no | new_city | street | station_code
        N1      | 秦汉      | 高庄    | QH0700
        N2      | 泾河      | 高庄    | QH0700
        """,
    )


def test_registers_are_read_as_of_the_accept_day(dated_registers: Warehouse) -> None:
    deliver_and_judge(
        dated_registers.url,
        f"""
        source          | feed   | case | at         | change
        dizhang_station | accept | N1   | 9-08 18:00 | {on("09-06")}; StationCode=KG0101
        sanqiao_station | accept | N2   | 9-08 18:00 | {on("09-07")}; StationCode=KG0101
        konggang_centre | accept | N3   | 9-08 18:00 | {on("09-07")}; OrgCode=11310000MB2F30661X
        sanqiao_station | accept | N4   | 9-08 18:00 | {on("09-06")}; StationCode=KG0101
        """,
    )
    expect(
        dated_registers.url,
        "SELECT case_key AS case_no, rule_id, column_name FROM quality.finding WHERE rule_id IN ('R06', 'R09', 'V04')",
        """
        case_no | rule_id | column_name
        N2      | R06     | org_code
        N3      | V04     | org_code
        N4      | R09     | station_code
        """,
    )
    expect(
        dated_registers.url,
        CASES,
        """
        case_no | new_city | street | station_code
        N1      | 空港      | 底张    | KG0101
        N2      | 沣东      | 三桥    | KG0101
        N3      | 空港      |        | KG0000
        N4      | 沣东      | 三桥    | FD0100
        """,
    )
    expect(
        dated_registers.url,
        "SELECT case_no, station FROM ads.case_masked",
        """
        case_no | station
        N1      | 店
        N2      | 店
        N3      | 空港新城政务服务中心
        N4      | 三桥街道便民服务站
        """,
    )


def test_the_own_station_of_a_source_is_valid_on_every_day(warehouse: Warehouse) -> None:
    expect(
        warehouse.url,
        "SELECT source_id, sum(valid_to - valid_from + 1) AS days FROM dim.station WHERE is_own GROUP BY source_id"
        f" HAVING sum(valid_to - valid_from + 1) <> date '{Period().last}' - date '0001-01-01' + 1",
        "source_id | days",
    )


def test_a_changed_register_of_organisations_has_the_cases_judged_again(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at
        konggang_centre | accept | N1   | 9-06 18:00
        """,
    )
    expect(warehouse.url, CASES, "case_no | verdict | warned_rules\nN1 | accepted | {}")
    (tmp_path / "organisations.csv").write_text(",".join(validity.ORGANISATION_COLUMNS) + "\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv("GOVSERVICE_SOURCES", str(tmp_path / "sources.yml"))
        dimensions.write(warehouse.url, SOURCES)
        judge(warehouse.url, "again")
    expect(warehouse.url, CASES, "case_no | verdict | warned_rules\nN1 | accepted | {R06}")
    expect(warehouse.url, "SELECT * FROM quality.rejudgement", "reason | feed | case_count\norganisation_changed | | 1")
    dimensions.write(warehouse.url, SOURCES)

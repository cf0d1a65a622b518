"""Areas and organisations: their periods follow each other without gap or overlap, or one line says where the mistake is and what is allowed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from govservice import dimensions, settings
from govservice.contract import register, validity
from govservice.contract.validity import AREA_COLUMNS, ORGANISATION_COLUMNS, Period, RegisterError

CODE = "11310000MB2F30661Y"


def written(path: Path, columns: tuple[str, ...], *rows: str) -> Path:
    """A register of these rows."""
    path.write_text("\n".join([",".join(columns), *rows]), encoding="utf-8")
    return path


def test_the_registers_in_use_are_right() -> None:
    assert {one.name for one in validity.areas() if one.level == "新城"} == set(register.NEW_CITIES)
    assert all(one.is_synthetic for one in validity.organisations())
    last, first = date(2021, 9, 30), date(2021, 10, 1)
    assert validity.streets()["高庄"] == [("秦汉", Period(last=last)), ("泾河", Period(first=first))]


def test_every_street_of_the_register_of_sources_is_an_area() -> None:
    sources = register.load(settings.CONTRACT / "sources.yml").values()
    assert {source.street for source in sources if source.street} == set(validity.streets())


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([f"{CODE},局,空港,,2021-09-30,true", f"{CODE},局,沣东,2021-09-30,,true"], f"{CODE} 有两条有效期重叠的登记"),
        ([f"{CODE},局,空港,,,true", f"{CODE},局,空港,,,true"], f"{CODE} 有两条有效期重叠的登记"),
        ([f"{CODE},局,空港,2021/9/1,,true"], "第 2 行：valid_from 和 valid_to 应写成 yyyy-MM-dd"),
        ([f"{CODE},局,空港,2021-09-02,2021-09-01,true"], "第 2 行：valid_from 晚于 valid_to"),
        ([f"{CODE},局,雄安,,,true"], "第 2 行：new_city 应为 新区、空港"),
        ([f"{CODE},局,空港,,,是"], "第 2 行：is_synthetic 应为"),
        ([f"{CODE}X,局,空港,,,true"], "第 2 行：code 应为 18 位"),
        ([f"{CODE},局,空港,,"], "第 2 行：应有 6 列"),
        ([f"{CODE},局,空港,,,true,x"], "第 2 行：应有 6 列"),
    ],
)
def test_a_wrong_organisation_is_named_in_one_line(tmp_path: Path, rows: list[str], named: str) -> None:
    with pytest.raises(RegisterError, match=named) as caught:
        validity.organisations(written(tmp_path / "organisations.csv", ORGANISATION_COLUMNS, *rows))
    assert "organisations.csv" in str(caught.value) and "\n" not in str(caught.value)


def test_an_organisation_may_move_the_day_after(tmp_path: Path) -> None:
    rows = [f"{CODE},局,空港,,2021-09-30,true", f"{CODE},局,沣东,2021-10-01,,true"]
    found = validity.organisations(written(tmp_path / "organisations.csv", ORGANISATION_COLUMNS, *rows))
    assert [(one.new_city, one.valid.last) for one in found] == [("空港", date(2021, 9, 30)), ("沣东", date.max)]


@pytest.mark.parametrize(
    ("write", "named"),
    [
        (lambda path: path.write_bytes(b"\xff\xfe"), "不是 UTF-8 文本"),
        (lambda path: path.write_text("code,name\n"), "的列应为 code,name,new_city"),
        (lambda path: path.write_text(""), "的列应为 code,name,new_city"),
        (lambda path: None, "读不到"),
    ],
)
def test_a_file_that_is_no_register_is_named(tmp_path: Path, write: Callable[[Path], object], named: str) -> None:
    write(tmp_path / "organisations.csv")
    with pytest.raises(RegisterError, match=named):
        validity.organisations(tmp_path / "organisations.csv")


CITIES = ("QH,秦汉,新城,,医保,1,,,S,", "JH,泾河,新城,,医保,2,,,S,")


@pytest.mark.parametrize(
    ("periods", "named"),
    [
        ([("QH", "", "2021-09-30"), ("JH", "2021-10-02", "")], "街镇 高庄 的各段有效期应首尾相接"),
        ([("QH", "2021-01-01", "")], "街镇 高庄 的各段有效期应首尾相接"),
        ([("QH", "", "2021-09-30")], "街镇 高庄 的各段有效期应首尾相接"),
        ([("QH", "", "2021-10-01"), ("JH", "2021-10-01", "")], "g 的统计用区划编码 有两条有效期重叠的登记"),
        ([("XX", "", "")], "parent_id XX 不是登记的 area_id"),
    ],
)
def test_a_street_is_in_one_new_city_at_any_time(
    tmp_path: Path, periods: list[tuple[str, str, str]], named: str
) -> None:
    rows = [f"g,高庄,街镇,{parent},统计用区划,610423108,{first},{last},I," for parent, first, last in periods]
    with pytest.raises(RegisterError, match=named):
        validity.areas(written(tmp_path / "areas.csv", AREA_COLUMNS, *CITIES, *rows))


def test_two_codes_of_one_street_must_agree_on_its_new_city(tmp_path: Path) -> None:
    rows = ["g,高庄,街镇,QH,统计用区划,610423108,,,I,", "g,高庄,街镇,JH,平台,61701001,,,I,"]
    with pytest.raises(RegisterError, match="街镇 高庄 的各段有效期应首尾相接"):
        validity.areas(written(tmp_path / "areas.csv", AREA_COLUMNS, *CITIES, *rows))


def test_a_station_has_a_row_for_each_new_city_in_its_own_time() -> None:
    stations = [
        {"code": "QH0700", "name": "站", "kind": "街镇站"},
        {"code": "QH0701", "name": "室", "kind": "村社区室", "valid_from": "2021-09-01", "valid_to": "2021-10-31"},
        {"code": "QH0702", "name": "室", "kind": "村社区室", "valid_from": "2021-10-01"},
    ]
    source = register.load(settings.CONTRACT / "sources.yml")["gaozhuang_station"]
    registered = [register._station(station, "") for station in stations]
    rows = dimensions._stations(replace(source, stations=tuple(registered)))
    assert [(row[0], row[5], str(row[7]), str(row[8])) for row in rows] == [
        ("QH0700", "秦汉", "0001-01-01", "2021-09-30"),
        ("QH0700", "泾河", "2021-10-01", "9999-12-31"),
        ("QH0701", "秦汉", "2021-09-01", "2021-09-30"),
        ("QH0701", "泾河", "2021-10-01", "2021-10-31"),
        ("QH0702", "泾河", "2021-10-01", "9999-12-31"),
    ]

"""A wrong entry of the register or the contract fails at once, in one line that says where and what is allowed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from govservice import contract, settings
from govservice.collecting.load import application
from govservice.contract import RegisterError, register
from tables import replaced

CENTRE: dict[str, Any] = {
    **{"id": "centre", "name": "空港新城政务服务中心", "kind": "新城中心", "new_city": "空港", "protocol": "http"},
    **{"connection": "centre", "dialect": "national", "feeds": ["accept"], "priority": 10, "contact": "联络员"},
    "stations": [{"code": "KG0000", "name": "空港新城政务服务中心", "kind": "新城中心"}],
}


def load(tmp_path: Path, *entries: Any) -> dict[str, register.Source]:
    """The register of these entries."""
    path = tmp_path / "sources.yml"
    path.write_text(yaml.safe_dump({"sources": list(entries)}, allow_unicode=True), encoding="utf-8")
    return register.load(path)


def test_the_register_in_use_is_right() -> None:
    sources = register.load(settings.CONTRACT / "sources.yml")
    assert len(sources) >= 29
    assert {source.protocol for source in sources.values()} == set(register.PROTOCOLS)
    assert {source.new_city for source in sources.values() if source.new_city} == set(register.NEW_CITIES)


def test_an_entry_becomes_a_source(tmp_path: Path) -> None:
    source = load(tmp_path, CENTRE)["centre"]
    assert (source.feeds, source.enabled, source.overlap_minutes) == (("accept",), True, 60)
    assert source.stations[0].code == "KG0000"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "新城中心中心"}, "kind 应为 新城中心、街镇站"),
        ({"protocol": "ftp"}, "protocol 应为 http、database、files"),
        ({"dialect": "nonesuch"}, "dialect 应为"),
        ({"dialect": "inspur"}, "dialect inspur 只用于 protocol database"),
        ({"dialect": "inspur", "protocol": "database", "feeds": ["item"]}, "feeds 取自 accept、process、result"),
        ({"code_lists": {"task_name": "result_icity"}}, "code_lists 的列 task_name 应为"),
        ({"new_city": "雄安"}, "new_city 应为 空港"),
        ({"new_city": None}, "new_city 应为"),
        ({"feeds": ["accept", "evaluation"]}, "feeds 应取自 accept"),
        ({"feeds": []}, "feeds 应取自"),
        ({"id": "空港"}, "id 只能用 ASCII"),
        ({"id": "kong-gang"}, "id 只能用 ASCII"),
        ({"id": "../x"}, "id 只能用 ASCII"),
        ({"priority": "high"}, "priority 应为 -2147483648 到 2147483647 的整数"),
        ({"priority": True}, "priority 应为"),
        ({"priority": 2**31}, "priority 应为"),
        ({"priority": 1.5}, "priority 应为"),
        ({"overlap_minutes": None}, "overlap_minutes 应为 0 到 527040 的整数"),
        ({"overlap_minutes": -1}, "overlap_minutes 应为"),
        ({"overlap_minutes": 527_041}, "overlap_minutes 应为"),
        ({"own_stations_only": "yes"}, "own_stations_only 应为 true 或 false"),
        ({"enabled": "no"}, "enabled 应为 true 或 false"),
        ({"enabled": None}, "enabled 应为 true 或 false"),
        ({"code_lists": {"result_type": "result_ctity"}}, "代码表 result_ctity 不存在"),
        ({"stations": []}, "stations 至少登记一个站点"),
        ({"stations": [{**CENTRE["stations"][0], "valid_to": "2021-09-30"}]}, "第一个站点是来源本站，不写 valid_from"),
        ({"street": "高庄"}, "areas.csv 里没有属于空港新城的街镇 高庄"),
        ({"stations": [{"code": "KG0000"}]}, "第 1 个站点：缺少 name、kind"),
        ({"priorty": 10}, "不认识的键 priorty，应取自 id、name"),
        ({5: 10}, "不认识的键 5"),
        ({"stations": [{**CENTRE["stations"][0], "valid": None}]}, "第 1 个站点：不认识的键 valid"),
        ({"protocol": "files"}, "protocol files 只支持 dialect station_sheet"),
        ({"dialect": "station_sheet"}, "其他 protocol 不支持它"),
        ({"protocol": "files", "dialect": "station_sheet", "feeds": ["accept", "service"]}, "站点表格没有 service"),
        ({"feeds": "accept"}, "feeds 应取自"),
        ({"stations": ["KG0000"]}, "stations"),
        ({"code_lists": ["result_icity"]}, "code_lists"),
        ({"code_lists": {"result_type": ["result_icity"]}}, "代码表 ['result_icity'] 不存在"),
        ({"code_lists": {"a\nb": "result_icity"}}, "code_lists 的列 'a\\nb' 应为"),
        ({"feeds": 5}, "feeds 应取自 accept"),
        ({"feeds": {"accept": 1}}, "feeds 应取自 accept"),
        ({"feeds": [["accept"]]}, "feeds 应取自 accept"),
        ({"feeds": ["accept", "accept"]}, "各写一次"),
        ({"kind": "事项库", "new_city": ["空港"]}, "new_city 应为 空港"),
        ({"kind": ["新城中心"]}, "kind 应为 新城中心"),
        ({"stations": [{**CENTRE["stations"][0], "kind": "事项库"}]}, "第 1 个站点：kind 应为 新城中心"),
        ({"stations": [{**CENTRE["stations"][0], "kind": None}]}, "第 1 个站点：kind 应为 新城中心"),
        ({"connection": "空港 中心"}, "connection 只能用字母、数字、下划线和 # ! ( ) - . : / \\，不能有空格"),
    ],
    ids=lambda value: next(iter(value.items())).__repr__()[:40] if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_named_in_one_line(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    with pytest.raises(RegisterError) as caught:
        load(tmp_path, {**CENTRE, **change})
    message = str(caught.value)
    assert named in message
    assert "sources.yml" in message and "第 1 个来源" in message and "\n" not in message


TEXTS = [("id",), ("name",), ("connection",), ("contact",), ("street",), ("stations", "code"), ("stations", "name")]


def load_with(tmp_path: Path, place: tuple[str, ...], value: Any) -> register.Source:
    """The centre with another value under a key of its own or of its station."""
    *of_station, key = place
    change = {"stations": [{**CENTRE["stations"][0], key: value}]} if of_station else {key: value}
    return next(iter(load(tmp_path, {**CENTRE, **change}).values()))


@pytest.mark.parametrize("place", TEXTS, ids=".".join)
@pytest.mark.parametrize(
    "value", [5, True, 1.5, date(2021, 9, 6), ["a"], {"a": "b"}, "", " ", None], ids=lambda value: repr(value)
)
def test_what_yaml_does_not_read_as_text_is_refused(tmp_path: Path, place: tuple[str, ...], value: Any) -> None:
    if place == ("street",) and value is None:
        assert load_with(tmp_path, place, value).street is None
        return
    with pytest.raises(RegisterError) as caught:
        load_with(tmp_path, place, value)
    message = str(caught.value)
    assert f"{place[-1]} 应填文本" in message and "要加引号" in message
    assert "第 1 个来源" in message and ("第 1 个站点" in message) == (len(place) == 2) and "\n" not in message


@pytest.mark.parametrize("place", TEXTS, ids=".".join)
@pytest.mark.parametrize("value", ["a\nb", "a\x00", "\u2028a", "a\ud800", " a", "a\t"], ids=ascii)
def test_a_text_that_does_not_fit_in_one_line_or_in_the_warehouse_is_refused(
    tmp_path: Path, place: tuple[str, ...], value: str
) -> None:
    with pytest.raises(RegisterError) as caught:
        load_with(tmp_path, place, value)
    assert f"{place[-1]} 前后不能有空格，也不能有换行等控制字符" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", [place for place in TEXTS if place != ("street",)], ids=".".join)
def test_a_text_may_be_so_long_and_no_longer(tmp_path: Path, place: tuple[str, ...]) -> None:
    longest = register.LONGEST[place[-1]]
    load_with(tmp_path, place, "a" * longest)
    with pytest.raises(RegisterError, match=f"{place[-1]} 有 {longest + 1} 个字符，最多 {longest} 个，请改短$"):
        load_with(tmp_path, place, "a" * (longest + 1))
    with pytest.raises(RegisterError, match=f"{place[-1]} 有 300 个字符") as caught:
        load_with(tmp_path, place, "a" * 300)
    assert len(str(caught.value)) < 300


def test_the_longest_texts_fit_where_they_go(tmp_path: Path) -> None:
    of_connection = (
        63  # PostgreSQL's NAMEDATALEN - 1: a longer application_name is cut, and no attempt is found by it again
    )
    assert len(application("a" * register.LONGEST["id"])) == of_connection
    (tmp_path / f"{'a' * register.LONGEST['id']}.xlsx").touch()
    (tmp_path / f"质检回执_{'站' * register.LONGEST['name']}_2021-11-18.xlsx").touch()
    (code,) = [one for one in contract.feeds()["accept"].fields if one.name == "station_code"]
    assert register.LONGEST["code"] == code.max


def test_a_value_as_yaml_reads_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    text = yaml.safe_dump({"sources": [CENTRE]}, allow_unicode=True)
    path.write_text(replaced(text, "code: KG0000", "code: 0100"), encoding="utf-8")
    with pytest.raises(RegisterError, match="第 1 个站点：code 应填文本，现在读成 64；"):
        register.load(path)
    path.write_text(f"{text}    valid_to: 2021-09-31\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="有不存在的日期") as caught:
        register.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["id", "name", "kind", "protocol", "connection", "dialect", "priority", "contact"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    with pytest.raises(RegisterError, match=key):
        load(tmp_path, {name: value for name, value in CENTRE.items() if name != key})


@pytest.mark.parametrize("other", ["centre", "Centre"])
def test_an_id_is_used_once(tmp_path: Path, other: str) -> None:
    with pytest.raises(RegisterError, match=f"第 2 个来源：id {other} 重复"):
        load(tmp_path, CENTRE, {**CENTRE, "id": other})


@pytest.mark.parametrize("code", ["KG0000", "kg0000"])
def test_a_station_code_is_registered_once_at_a_time(tmp_path: Path, code: str) -> None:
    with pytest.raises(RegisterError, match="站点编码 KG0000 有两条有效期重叠的登记"):
        load(tmp_path, CENTRE, {**CENTRE, "id": "other", "stations": [{**CENTRE["stations"][0], "code": code}]})


ROOM = {"code": "KG0001", "name": "第一村便民服务室（示例）", "kind": "村社区室"}


@pytest.mark.parametrize(("later_from", "refused"), [("2021-09-30", True), ("2021-10-01", False)])
def test_a_station_code_may_come_again_when_its_time_is_over(tmp_path: Path, later_from: str, refused: bool) -> None:
    rooms = [{**ROOM, "valid_to": "2021-09-30"}, {**ROOM, "valid_from": later_from}]
    entry = {**CENTRE, "stations": [*CENTRE["stations"], *rooms]}
    if refused:
        with pytest.raises(RegisterError, match="站点编码 KG0001 有两条有效期重叠的登记"):
            load(tmp_path, entry)
    else:
        assert [station.code for station in load(tmp_path, entry)["centre"].stations] == ["KG0000", "KG0001", "KG0001"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"valid_from": "1.10.2021"}, "valid_from 和 valid_to 应写成 yyyy-MM-dd"),
        ({"valid_from": "2021-10-01", "valid_to": "2021-09-30"}, "valid_from 晚于 valid_to"),
    ],
)
def test_a_time_that_is_none_is_named(tmp_path: Path, change: dict[str, str], named: str) -> None:
    with pytest.raises(RegisterError, match=named):
        load(tmp_path, {**CENTRE, "stations": [*CENTRE["stations"], {**ROOM, **change}]})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sources: [", "不是合法的 YAML"),
        ("sources: 3", "应有一个 sources 列表"),
        ("", "应有一个 sources 列表"),
        ("sources: [x]", "应是键值块"),
        ("sources: !!python/object/apply:os.system ['true']", "不是合法的 YAML"),
        ("\t", "不是合法的 YAML"),
    ],
)
def test_a_file_that_is_no_register_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError, match=named) as caught:
        register.load(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_bytes(b"sources: \xff\xfe")
    with pytest.raises(RegisterError, match="sources.yml"):
        register.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="none.yml 读不到"):
        register.load(tmp_path / "none.yml")


def test_the_setting_names_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, CENTRE)
    monkeypatch.setenv("GOVSERVICE_SOURCES", str(tmp_path / "sources.yml"))
    assert list(register.load()) == ["centre"]


@pytest.fixture
def own_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A contract in a folder of its own whose fields.yml can be written over."""
    for name in ("fields.yml", "code_lists.csv"):
        (tmp_path / name).write_bytes((settings.CONTRACT / name).read_bytes())
    monkeypatch.setattr(settings, "CONTRACT", tmp_path)
    contract.feeds.cache_clear()
    contract.codes.cache_clear()
    yield tmp_path / "fields.yml"
    contract.feeds.cache_clear()
    contract.codes.cache_clear()


@pytest.mark.parametrize(
    ("feed", "field", "change", "named"),
    [
        ("result", "is_delivery_results", {"codes": "yes_nope"}, "result.is_delivery_results.*yes_nope"),
        ("accept", "row_guid", {"maximum": 50}, "feed accept.*maximum"),
        ("accept", "row_guid", {"name": "guid"}, "feed accept.*row_guid"),
        ("accept", "cd_batch", {"name": "batch"}, "feed accept.*cd_batch"),
    ],
)
def test_a_mistake_in_the_contract_is_named(
    own_contract: Path, feed: str, field: str, change: dict[str, Any], named: str
) -> None:
    feeds = yaml.safe_load(own_contract.read_text(encoding="utf-8"))
    (entry,) = [entry for entry in feeds[feed]["fields"] if entry["name"] == field]
    entry |= change
    own_contract.write_text(yaml.safe_dump(feeds, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(contract.ContractError, match=named) as caught:
        contract.feeds()
    assert "fields.yml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_code_list_that_does_not_exist_is_named() -> None:
    with pytest.raises(contract.ContractError, match="nonesuch"):
        contract.code_list("nonesuch")

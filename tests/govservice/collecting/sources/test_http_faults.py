"""An HTTP source that fails: it waits for passing faults; every other fault has a code, and nothing is kept."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.retry

import station
from deliveries import SOURCES
from fetching import batches_of
from govservice.collecting.delivery import Unparsable
from govservice.collecting.protocol import Request, SourceUnreadable, Window
from govservice.collecting.sources import http
from station import Answer, Station, body, bomb, changed, status, with_data

SOURCE = replace(SOURCES["item_catalogue"], feeds=("item",))
WINDOW = Window({"item": "2021-07-01 00:00:00"}, "2021-09-11 00:00:00")
RECORDS = [{"RowGuid": f"g{number}", "TaskCode": "x", "CD_time": "2021-09-01 00:00:00"} for number in range(25)]


@pytest.fixture
def served(var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A source of 25 records in pages of ten, and a client that does not pause between attempts."""
    monkeypatch.setattr(http, "RETRY", http.RETRY.new(backoff_factor=0, backoff_jitter=0))
    monkeypatch.setattr(http, "PAGE_SIZE", 10)
    with station.serving({"item": RECORDS}) as running:
        yield running


def keys(served: Station) -> list[str]:
    """The row keys that a fetch brings, in order."""
    (batch,) = batches_of(http, SOURCE, served.endpoint(), WINDOW)
    return [record.code if isinstance(record, Unparsable) else record.row_key for record in batch.read()]


def refusal(served: Station, var: Path) -> str:
    """The code with which a fetch gives up, nothing being kept in landing."""
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(http, SOURCE, served.endpoint(), WINDOW)
    assert [path for path in var.rglob("*") if path.is_file()] == []
    assert "\n" not in str(caught.value) and "请" in str(caught.value)
    return caught.value.code


ALL = [record["RowGuid"] for record in RECORDS]


def test_every_page_is_taken_once(served: Station) -> None:
    assert keys(served) == ALL
    assert served.history == [("item", 1), ("item", 2), ("item", 3)]


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("times", [1, 5])
def test_a_burst_of_errors_is_waited_out(served: Station, code: int, times: int) -> None:
    served.spoil("item", 2, *[status(code)] * times)
    assert keys(served) == ALL
    assert served.history == [("item", 1), *[("item", 2)] * (times + 1), ("item", 3)]


def test_errors_without_end_are_named(served: Station, var: Path) -> None:
    served.spoil("item", 2, *[status(503)] * 6)
    assert refusal(served, var) == "HTTP_STATUS"


def test_a_pause_that_the_server_asks_for_is_kept_up_to_a_minute(
    served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(urllib3.util.retry.time, "sleep", pauses.append)
    served.spoil("item", 2, status(429, Retry_After="7"), status(429, Retry_After="1000000000"))
    assert keys(served) == ALL
    assert [pause for pause in pauses if pause >= 1] == [7, 60]


def test_a_token_that_expires_midway_is_renewed_at_the_same_page(served: Station) -> None:
    served.pages_per_token = 2
    assert keys(served) == ALL
    assert served.history == [("item", 1), ("item", 2), ("item", 3), ("item", 3)]
    assert served.logins == 2


@pytest.mark.parametrize("code", [401, "401"])
@pytest.mark.parametrize("page", [1, 2])
def test_an_answer_that_asks_for_a_login_gets_one(served: Station, page: int, code: Any) -> None:
    served.spoil("item", page, body(json.dumps({"code": code, "msg": "token expired"}).encode()))
    assert keys(served) == ALL
    assert served.logins == 2
    assert served.history.count(("item", page)) == 2


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ([status(401)] * 2, "UNAUTHORISED"),
        ([body(b'{"code": 401}')] * 2, "UNAUTHORISED"),
        ([status(401), changed(code=401)], "UNAUTHORISED"),
        ([status(403)], "UNAUTHORISED"),
        ([status(404)], "HTTP_STATUS"),
        ([status(302, Location="http://127.0.0.1:1/")], "REDIRECT"),
        ([status(307, Location="/item?page=1")], "REDIRECT"),
        ([status(204)], "REDIRECT"),
        ([station.cut], "UNREACHABLE"),
        ([station.cut_chunks], "UNREACHABLE"),
        ([station.reset], "UNREACHABLE"),
        ([station.cut_without_length], "BODY"),
        ([station.cut_gzip], "BODY"),
        ([body(b"not gzip", Content_Encoding="gzip")], "UNREACHABLE"),
        *[([body(text)], "BODY") for text in (b"", b"null", b"[]", b"{}", b'"error"', b"<html>", b"\xff", b"{'a': 1}")],
        ([body(b'{"code": 200, "count": 1, "data": ' + b"[" * 100_000)], "BODY"),
        ([body(b'{"code": 200, "count": ' + b"9" * 5000 + b', "data": []}')], "SHORT_PAGE"),
        ([body(b'{"code": 200, "count": true, "data": [{}]}')], "SHORT_PAGE"),
        ([body(b'{"code": 200, "total": 10, "count": 0, "data": [], "data": []}')], "BODY"),
        ([body(b'{"code": 500, "count": 0, "data": [], "code": 200}')], "BODY"),
        ([body(b'{"code": 200, "count": 1, "count" : 0, "data": [{"a": NaN}]}')], "BODY"),
        ([body(b'{"code": 500, "msg": "no"}')], "APP_ERROR"),
        ([changed(code=500)], "APP_ERROR"),
        ([changed(code=...)], "APP_ERROR"),
        ([changed(code="200")], "APP_ERROR"),
        ([changed(data=...)], "BODY"),
        ([changed(data={"0": {}})], "BODY"),
        ([changed(count=9)], "SHORT_PAGE"),
        ([changed(count=...)], "SHORT_PAGE"),
        ([changed(count="10")], "SHORT_PAGE"),
        ([with_data(lambda data: data[:-1])], "SHORT_PAGE"),
        ([with_data(lambda data: [])], "SHORT_PAGE"),
    ],
)
@pytest.mark.parametrize("page", [1, 2])
def test_a_wrong_page_is_named(served: Station, var: Path, page: int, spoilt: list[Answer], code: str) -> None:
    served.spoil("item", page, *spoilt)
    assert refusal(served, var) == code


@pytest.mark.parametrize("count", ["王芳 110105194912310020", ["王芳"], None])
def test_what_stands_where_a_count_should_is_not_repeated(served: Station, count: Any) -> None:
    served.spoil("item", 1, changed(count=count))
    with pytest.raises(SourceUnreadable) as caught:
        keys(served)
    assert "王芳" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ([status(401)], "UNAUTHORISED"),
        ([body(b"{}")], "BODY"),
        ([body(b"[]")], "BODY"),
        ([body(b"<html>")], "BODY"),
        *[
            ([body(json.dumps({"access_token": token}).encode())], "BODY")
            for token in (None, 1, "", " ", "a\r\nX: y", "令牌", ["t"])
        ],
        ([body(b'{"code": 401, "msg": "no"}')], "BODY"),
        ([status(503)] * 6, "HTTP_STATUS"),
        ([status(302, Location="/token")], "UNAUTHORISED"),
        ([station.cut], "UNREACHABLE"),
    ],
)
def test_a_login_that_fails_is_named(served: Station, var: Path, spoilt: list[Answer], code: str) -> None:
    served.spoil("token", 0, *spoilt)
    assert refusal(served, var) == code
    assert served.history == []


def test_a_wrong_secret_is_named_and_not_repeated(served: Station) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(http, SOURCE, served.endpoint("wrong-secret"), WINDOW)
    assert caught.value.code == "UNAUTHORISED"
    assert "wrong-secret" not in str(caught.value) + repr(served.endpoint("wrong-secret"))


def test_a_source_that_nobody_serves_is_named(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RETRY", http.RETRY.new(backoff_factor=0, backoff_jitter=0))
    with station.serving({}) as gone:
        endpoint = gone.endpoint()
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(http, SOURCE, endpoint, WINDOW)
    assert caught.value.code == "UNREACHABLE"


@pytest.mark.parametrize("size", [1, 7, 10])
def test_pages_smaller_than_asked_for_are_pages(served: Station, size: int) -> None:
    served.page_size = size
    assert keys(served) == ALL


@pytest.mark.parametrize("number", [0, 9, 10, 11, 20])
def test_any_number_of_records_is_read_to_its_end(served: Station, number: int) -> None:
    served.feeds["item"] = RECORDS[:number]
    assert keys(served) == ALL[:number]


def test_pages_that_overlap_bring_the_last_record_too(served: Station) -> None:
    def overlapping(handler: station.Handler, page: dict[str, Any]) -> None:
        data = RECORDS[7:10] + page["data"]
        handler.send_json({**page, "data": data, "count": len(data)})

    served.spoil("item", 2, overlapping)
    assert keys(served) == ALL[:10] + ALL[7:]


def test_pages_without_end_are_given_up(served: Station, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAGES_PER_FEED", 5)
    for page in range(1, 9):
        data = [{**record, "RowGuid": f"{page} {record['RowGuid']}"} for record in RECORDS[:10]]
        served.spoil("item", page, changed(data=data, count=10))
    assert refusal(served, var) == "ENDLESS"
    assert len(served.history) == 5


@pytest.mark.parametrize(
    ("kinds", "requests"), [(1, 2), (2, 3), (4, 5)], ids=["the same", "alternating", "in a circle"]
)
@pytest.mark.parametrize(("total", "says"), [(100, "声明 100 条，只收到 {received} 条"), (None, "没有可用的声明条数")])
def test_a_server_that_ignores_the_page_is_given_up_as_soon_as_a_page_comes_again(
    served: Station, kinds: int, requests: int, total: int | None, says: str
) -> None:
    for page in range(1, 9):
        start = (page - 1) % kinds
        data = RECORDS[start : start + 10]
        served.spoil("item", page, changed(data=data, count=10, total=total, time=page, page=page))
    with pytest.raises(SourceUnreadable, match=says.format(received=10 * kinds)) as caught:
        batches_of(http, SOURCE, served.endpoint(), WINDOW)
    assert caught.value.code == "ENDLESS"
    assert len(served.history) == requests


def test_a_server_that_gives_its_last_page_again_has_given_everything(served: Station) -> None:
    served.feeds["item"] = RECORDS[:20]
    served.spoil("item", 3, changed(data=RECORDS[10:20], count=10))
    (batch,) = batches_of(http, SOURCE, served.endpoint(), WINDOW)
    assert [record.row_key for record in batch.read()] == ALL[:20]  # type: ignore[union-attr]
    assert (len(served.history), batch.landed.declared) == (3, {"item": 20})


@pytest.mark.parametrize(
    "total", [..., None, -1, "25", "1,000", 2.5, 25.0, True, [25], 2**63, 2**64, 10**30, float("nan"), float("inf")]
)
def test_a_total_that_is_no_number_declares_nothing(served: Station, total: Any) -> None:
    served.spoil("item", 3, changed(total=total))
    (batch,) = batches_of(http, SOURCE, served.endpoint(), WINDOW)
    assert batch.landed.declared == {}


def test_the_last_total_is_the_one_that_counts(served: Station) -> None:
    served.spoil("item", 1, changed(total=24))
    (batch,) = batches_of(http, SOURCE, served.endpoint(), WINDOW)
    assert batch.landed.declared == {"item": 25}


def test_a_record_that_cannot_be_read_does_not_stop_the_others(served: Station) -> None:
    broken: list[Any] = [
        *(None, "x", 3, []),
        *({"RowGuid": "g4", "rowguid": "g5"}, {"RowGuid": True}, {"RowGuid": {"a": 1}}, {"RowGuid": float("nan")}),
        *({"RowGuid": "\ud800"}, {"RowGuid": "x" * 251}),
    ]
    served.feeds["item"] = [*RECORDS[:2], *broken]
    codes = ["NOT_AN_OBJECT"] * 4 + ["COLUMN_TWICE", *["VALUE_TYPE"] * 3, "ENCODING", "KEY_TOO_LONG"]
    assert keys(served) == ["g0", "g1", *codes]


@pytest.mark.parametrize("part", station.DRIPS)
def test_an_answer_that_never_ends_is_given_up_at_its_deadline(
    served: Station, var: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setenv("GOVSERVICE_PAGE_SECONDS", "0.5")
    served.spoil("item", 2, station.DRIPS[part])
    began = time.monotonic()
    assert refusal(served, var) == "DEADLINE"
    assert time.monotonic() - began < 5
    assert served.history == [("item", 1), ("item", 2)]


def test_a_login_that_never_ends_is_given_up_at_its_deadline(
    served: Station, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_PAGE_SECONDS", "0.5")
    served.spoil("token", 0, station.DRIPS["headers"])
    assert refusal(served, var) == "DEADLINE"


def test_a_page_that_takes_its_time_is_taken_and_every_page_has_its_own(
    served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(handler: station.Handler, page: dict[str, Any]) -> None:
        time.sleep(1)
        handler.send_json(page)

    monkeypatch.setenv("GOVSERVICE_PAGE_SECONDS", "2.5")
    for page in (1, 2, 3):
        served.spoil("item", page, slow)
    assert keys(served) == ALL


@pytest.mark.parametrize("answer", [bomb(8), body(b" " * (2 << 20))], ids=["compressed", "plain"])
def test_a_page_over_the_cap_is_given_up(
    served: Station, var: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(http, "PAGE_BYTES", 1 << 20)
    served.spoil("item", 2, answer)
    assert refusal(served, var) == "BOMB"


def test_what_was_received_is_landed_as_received(served: Station, var: Path) -> None:
    (batch,) = batches_of(http, SOURCE, served.endpoint(), WINDOW)
    first = (batch.landed.folder / "000001.json").read_bytes()
    assert first == json.dumps({"code": 200, "total": 25, "count": 10, "data": RECORDS[:10]}).encode()
    assert json.loads((batch.landed.folder / "landing.json").read_bytes())["digest"] == batch.landed.digest
    assert [path.stat().st_mode & 0o077 for path in (var, var / "landing", batch.landed.folder)] == [0, 0, 0]


def test_a_proxy_of_the_environment_is_not_used(served: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert keys(served) == ALL


def test_a_look_at_the_first_page_names_what_it_cannot_read(served: Station, var: Path) -> None:
    odd = ["text", {"RowGuid": "g9", "TaskName": True}]
    served.spoil("item", 1, with_data(lambda data: [*data[:8], *odd]))
    ((feed, _, records),) = http.probe(Request(SOURCE, served.endpoint(), WINDOW), 10)
    found = [record.code if isinstance(record, Unparsable) else record.row_key for record in records]
    assert (feed, found) == ("item", [*ALL[:8], "NOT_AN_OBJECT", "VALUE_TYPE"])
    assert [path for path in var.rglob("*") if path.is_file()] == []

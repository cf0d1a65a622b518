"""Collecting a source shows whether its figures are complete; a source that fails is named and does not affect the others."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import station
from deliveries import SOURCES, judge, unexplained
from drops import case_drop
from fetching import take
from govservice.collecting import load
from govservice.collecting.collect import Collected, collect
from govservice.collecting.protocol import SourceUnreadable
from govservice.collecting.sources import http
from station import Station, changed, status
from tables import expect
from warehouses import Warehouse

HTTP = SOURCES["konggang_centre"]
STATES = "SELECT * FROM ops.source_state"


def pull(warehouse: Warehouse, served: Station, full: bool = False) -> Collected:
    """Collect the HTTP source."""
    return collect(warehouse.url, HTTP, served.endpoint(), date(2021, 9, 10), "run", full)


def test_a_source_whose_books_balance_is_balanced(warehouse: Warehouse, served: Station) -> None:
    collected = pull(warehouse, served)
    assert collected == Collected("konggang_centre", 9, 9, 0, 0, 0, 0, "balanced", None)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    expect(warehouse.url, STATES, "source_id | state | reason_code\nkonggang_centre | balanced |")


def test_a_source_that_fails_is_unverified_and_nothing_of_it_is_loaded(
    warehouse: Warehouse, served: Station, drops: Path
) -> None:
    case_drop(drops, "2021-36", "S1")
    served.spoil("result", 1, status(500), *[status(500)] * 5)
    with pytest.raises(SourceUnreadable):
        pull(warehouse, served)
    take(warehouse, drops)
    expect(
        warehouse.url,
        STATES,
        """
        source_id       | state      | reason_code
        konggang_centre | unverified | HTTP_STATUS
        dizhang_station | balanced   |
        """,
    )
    expect(warehouse.url, "SELECT DISTINCT source_id FROM ods.accept", "source_id\ndizhang_station")
    expect(warehouse.url, "SELECT * FROM ops.watermark", "source_id")
    assert pull(warehouse, served).state == "balanced"


def test_what_a_source_that_fails_had_delivered_stays(warehouse: Warehouse, served: Station) -> None:
    pull(warehouse, served)
    served.spoil("accept", 1, status(404))
    with pytest.raises(SourceUnreadable):
        pull(warehouse, served)
    expect(warehouse.url, "SELECT count(*) FROM ods.accept WHERE is_current", "count\n3")
    judge(warehouse.url)
    expect(warehouse.url, "SELECT * FROM ads.target_line WHERE line = 'case'", "total_count | is_lower_bound\n3 | true")


def test_an_older_attempt_that_fails_does_not_overwrite_what_a_newer_one_found(
    warehouse: Warehouse, served: Station
) -> None:
    def overtake(handler: station.Handler, page: dict[str, Any]) -> None:
        pull(warehouse, served)
        status(404)(handler, page)

    served.spoil("accept", 1, overtake)
    with pytest.raises(load.Fenced):
        pull(warehouse, served)
    expect(warehouse.url, STATES, "source_id | state\nkonggang_centre | balanced")


def test_an_older_attempt_that_continues_late_loads_nothing(warehouse: Warehouse, served: Station) -> None:
    def overtake(handler: station.Handler, page: dict[str, Any]) -> None:
        pull(warehouse, served)
        handler.send_json({"access_token": f"token {served.logins}"})

    served.spoil("token", 0, overtake)
    with pytest.raises(load.Fenced):
        pull(warehouse, served)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    expect(warehouse.url, "SELECT sum(received) AS received FROM ops.ledger WHERE feed NOT LIKE 'item%'", "received\n9")


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (changed(total=...), "UNDECLARED"),
        (changed(total=4), "UNBALANCED"),
        (changed(total=2), "UNDECLARED"),
    ],
    ids=["no total", "one missing", "one too many, a total that shrinks"],
)
def test_a_total_that_does_not_fit_makes_the_source_unverified(
    warehouse: Warehouse, served: Station, spoilt: station.Answer, code: str
) -> None:
    served.page_size = 2
    served.spoil("accept", 2, spoilt)
    collected = pull(warehouse, served)
    assert (collected.versions, collected.state) == (9, "unverified")
    expect(warehouse.url, STATES, f"source_id | state | reason_code\nkonggang_centre | unverified | {code}")


def test_more_than_the_total_makes_the_source_unverified(warehouse: Warehouse, served: Station) -> None:
    served.page_size = 1
    for page in (1, 2, 3, 4):
        served.spoil("accept", page, changed(total=2))
    assert pull(warehouse, served).state == "unverified"
    expect(warehouse.url, STATES, "source_id | state | reason_code\nkonggang_centre | unverified | UNBALANCED")


def test_a_record_that_moves_to_a_page_already_read_leaves_the_source_unverified(
    warehouse: Warehouse, served: Station
) -> None:
    """A record of the first page leaves the window while the second is asked for; those behind it move up."""
    served.page_size = 2
    moved = served.feeds["accept"][2:]

    def one_less(handler: station.Handler, page: dict[str, Any]) -> None:
        handler.send_json({"code": 200, "total": 2, "count": len(moved[1:]), "data": moved[1:]})

    served.spoil("accept", 2, one_less)
    collected = pull(warehouse, served)
    assert (collected.versions, collected.state) == (8, "unverified")
    expect(warehouse.url, STATES, "source_id | state | reason_code\nkonggang_centre | unverified | UNDECLARED")
    again = pull(warehouse, served)
    assert (again.versions, again.state) == (1, "balanced")


def test_an_unbalanced_window_is_pulled_again_from_its_beginning(warehouse: Warehouse, served: Station) -> None:
    served.spoil("accept", 1, changed(total=4))
    served.spoil("accept", 2, changed(total=4))
    pull(warehouse, served)
    expect(warehouse.url, "SELECT * FROM ops.watermark", "feed\nprocess\nresult")
    again = pull(warehouse, served)
    assert (again.state, again.versions, again.replayed) == ("balanced", 0, 9)


def test_the_same_bytes_again_are_booked_as_replays_without_being_read(
    warehouse: Warehouse, served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(warehouse, served)
    read = http.read
    with monkeypatch.context() as patch:
        # an empty pull does not show its feed and is read in any case
        patch.setattr(
            http,
            "read",
            lambda landed, feed, pages: [pytest.fail(feed)] if served.feeds[feed] else read(landed, feed, pages),
        )
        again = pull(warehouse, served)
    assert (again.received, again.versions, again.replayed, again.state) == (9, 0, 9, "balanced")
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0


def test_the_same_bytes_of_an_unbalanced_pull_are_read_again_and_stay_unverified(
    warehouse: Warehouse, served: Station
) -> None:
    for _ in range(2):
        for page in (1, 2):
            served.spoil("accept", page, changed(total=4))
        assert pull(warehouse, served).state == "unverified"


def test_an_empty_pull_of_one_feed_is_no_replay_of_another_empty_one(warehouse: Warehouse, served: Station) -> None:
    served.feeds["process"], served.feeds["result"] = [], []
    for _ in range(2):
        pull(warehouse, served)
    expect(
        warehouse.url,
        "SELECT * FROM ops.ledger WHERE feed IN ('accept', 'process', 'result')",
        """
        feed    | received | replayed
        accept  | 3        | 0
        process | 0        | 0
        result  | 0        | 0
        accept  | 3        | 3
        process | 0        | 0
        result  | 0        | 0
        """,
    )


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_source_that_has_been_emptied_is_unverified(warehouse: Warehouse, served: Station, full: bool) -> None:
    pull(warehouse, served)
    served.feeds["result"] = []
    emptied = pull(warehouse, served, full)
    assert emptied.state == "unverified"
    assert emptied.reason and emptied.reason.startswith("办结信息：来源现在一条记录也没有")
    expect(warehouse.url, STATES, "source_id | state | reason_code\nkonggang_centre | unverified | EMPTY_PULL")


def test_a_source_whose_records_are_withdrawn_is_not_emptied(warehouse: Warehouse, served: Station) -> None:
    pull(warehouse, served)
    served.feeds["result"] = [{**raw, "CD_operation": "D"} for raw in served.feeds["result"]]
    assert pull(warehouse, served).state == "balanced"
    served.feeds["result"] = []
    assert pull(warehouse, served).state == "balanced"


def test_a_source_whose_records_were_all_written_again_after_the_window_is_not_emptied(
    warehouse: Warehouse, served: Station
) -> None:
    pull(warehouse, served)
    served.feeds["result"] = [{**raw, "CD_time": "2021-09-11 09:00:00"} for raw in served.feeds["result"]]
    assert pull(warehouse, served).state == "balanced"


def test_pages_that_overlap_balance_by_what_they_repeat(warehouse: Warehouse, served: Station) -> None:
    def overlapping(handler: station.Handler, page: dict[str, Any]) -> None:
        data = served.feeds["accept"][1:2] + page["data"]
        handler.send_json({**page, "data": data, "count": len(data)})

    served.page_size = 2
    served.spoil("accept", 2, overlapping)
    assert pull(warehouse, served).state == "balanced"
    expect(
        warehouse.url,
        "SELECT * FROM ops.ledger WHERE feed = 'accept'",
        """
        declared | received | overlap | versions | residual
        3        | 4        | 1       | 3        | 0
        """,
    )


def test_a_record_that_cannot_be_read_is_counted_and_named_by_place(warehouse: Warehouse, served: Station) -> None:
    served.feeds["accept"][1] = {**served.feeds["accept"][1], "ApplyerName": ["王芳"]}
    collected = pull(warehouse, served)
    assert (collected.received, collected.versions, collected.unparsable, collected.state) == (9, 8, 1, "balanced")
    expect(
        warehouse.url,
        "SELECT * FROM ops.unparsable",
        "feed | place | reason_code\naccept | 第 1 页第 2 条 | VALUE_TYPE",
    )


def test_a_delivery_of_which_nothing_can_be_read_is_not_balanced_however_often_it_comes(
    warehouse: Warehouse, served: Station
) -> None:
    good = served.feeds["accept"]
    served.feeds["accept"] = [{**raw, "ApplyerName": ["王芳"]} for raw in good]
    for _ in range(2):
        collected = pull(warehouse, served)
        assert (collected.unparsable, collected.state) == (3, "unverified")
        assert collected.reason and collected.reason.endswith("：3 条，一条也读不出")
        expect(
            warehouse.url, STATES, "source_id | state | reason_code\nkonggang_centre | unverified | NOTHING_READABLE"
        )
        expect(warehouse.url, "SELECT feed FROM ops.watermark", "feed\nprocess\nresult")
    served.feeds["accept"] = good
    assert pull(warehouse, served).state == "balanced"


def test_a_whole_pull_of_which_nothing_can_be_read_says_nothing_of_what_is_missing(
    warehouse: Warehouse, served: Station
) -> None:
    pull(warehouse, served)
    served.feeds["accept"] = [{**raw, "ApplyerName": ["王芳"]} for raw in served.feeds["accept"]]
    collected = pull(warehouse, served, full=True)
    assert (collected.missing, collected.state) == (0, "unverified")

"""Several attempts at one source at once, as a scheduler that has lost sight of a task makes them: the newest one counts, the others say that they have lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import station
from deliveries import SOURCES, judge, unexplained
from govservice.collecting import load
from govservice.collecting.collect import Collected, collect
from govservice.warehouse import transaction
from station import Station
from tables import expect
from warehouses import Warehouse

HTTP = SOURCES["konggang_centre"]


def attempt(warehouse: Warehouse, served: Station, full: bool = False) -> Collected | load.Fenced:
    """Collect the source, or lose."""
    try:
        return collect(warehouse.url, HTTP, served.endpoint(), date(2021, 9, 10), "run", full)
    except load.Fenced as lost:
        return lost


def landed(var: Path) -> set[str]:
    """The folders of what the source has sent."""
    return {f"{HTTP.id}/{path.name}" for path in (var / "landing" / HTTP.id).iterdir()}


def booked(warehouse: Warehouse) -> set[str]:
    """Those of the booked deliveries."""
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT landing_path FROM ops.delivery WHERE source_id = %s", (HTTP.id,))
        return {path for (path,) in cursor.fetchall()}


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
@pytest.mark.parametrize("number", range(3))
def test_of_attempts_at_once_the_newest_counts_and_the_others_say_that_they_lost(
    warehouse: Warehouse, served: Station, var: Path, full: bool, number: int
) -> None:
    with ThreadPoolExecutor(4) as pool:
        ended = [one.result(60) for one in [pool.submit(attempt, warehouse, served, full) for _ in range(4)]]
    collected = [one for one in ended if isinstance(one, Collected)]
    assert len(collected) >= 1, ended
    assert sum(one.versions for one in collected) == 9
    expect(warehouse.url, "SELECT * FROM ops.source_state", "source_id | state\nkonggang_centre | balanced")
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    assert booked(warehouse) <= landed(var)


@pytest.mark.parametrize("feed", HTTP.feeds)
def test_an_attempt_that_is_overtaken_on_the_way_neither_shares_nor_takes_what_the_newer_one_landed(
    warehouse: Warehouse, served: Station, var: Path, feed: str
) -> None:
    def overtake(handler: station.Handler, page: dict[str, object]) -> None:
        assert isinstance(attempt(warehouse, served), Collected)
        handler.send_json(page)

    served.spoil(feed, 1, overtake)
    assert isinstance(attempt(warehouse, served), load.Fenced)
    assert booked(warehouse) <= landed(var)
    again = attempt(warehouse, served)
    assert isinstance(again, Collected)
    assert (again.state, again.versions, again.replayed) == ("balanced", 0, 9)


def test_an_attempt_that_is_overtaken_does_not_log_in_again(warehouse: Warehouse, served: Station) -> None:
    def overtake(handler: station.Handler, page: dict[str, object]) -> None:
        assert isinstance(attempt(warehouse, served), Collected)
        station.status(401)(handler, page)

    served.spoil("process", 1, overtake)
    assert isinstance(attempt(warehouse, served), load.Fenced)
    assert served.logins == 2

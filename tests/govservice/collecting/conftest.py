"""What the tests of collecting share."""

from collections.abc import Iterator

import pytest

import cases
import station
from deliveries import SOURCES
from govservice.collecting.sources import http
from station import DELIVERY, Station


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """An HTTP source of three cases with a step and a result each; it knows one login at a time."""
    monkeypatch.setattr(http, "RETRY", http.RETRY.new(backoff_factor=0, backoff_jitter=0))
    whole = [cases.case(f"N{number}") for number in (1, 2, 3)]
    feeds = {
        feed: [{**raw, **DELIVERY} for one in whole for raw in one.get(feed, [])]
        for feed in SOURCES["konggang_centre"].feeds
    }
    with station.serving(feeds) as running:
        yield running

"""The HTTP interface of the simulated sources: logins, tokens that end, pages, windows, and what it refuses."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from demo.api import TOKEN_PAGES, UNAVAILABLE_EVERY, application

WINDOW = {"since": "2021-07-01 00:00:00", "until": "2021-11-20 00:00:00"}


class Client(requests.Session):
    """A client of the HTTP interface."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.base = f"http://127.0.0.1:{port}"

    def login(self, source: str, secret: str = "right") -> int:
        """Log in, keep the token, return the status."""
        known = {"client_id": "collector", "client_secret": secret}
        answer = self.post(f"{self.base}/{source}/token", json=known, timeout=10)
        self.headers["Authorization"] = f"Bearer {answer.json().get('access_token')}"
        return answer.status_code

    def page(self, source: str, feed: str, **query: str | int) -> requests.Response:
        """One page of the campaign, or of the window given."""
        return self.get(f"{self.base}/{source}/{feed}", params={**WINDOW, **query}, timeout=10)


@pytest.fixture
def client(demo: Path) -> Iterator[Client]:
    """A client, not logged in, of a freshly started server."""
    config = uvicorn.Config(application(demo / "api", {"collector": "right"}), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with Client(server.servers[0].sockets[0].getsockname()[1]) as session:
        yield session
    server.should_exit = True
    thread.join()


def test_a_wrong_secret_and_a_missing_token_are_refused(client: Client) -> None:
    assert client.login("konggang_centre", "wrong") == 401
    answer = client.page("konggang_centre", "accept")
    assert (answer.status_code, answer.json()["code"]) == (401, 401)


def test_a_token_is_good_for_its_own_source_only(client: Client) -> None:
    client.login("konggang_centre")
    assert client.page("fengdong_centre", "accept").status_code == 401


def test_a_token_ends_after_its_pages(client: Client) -> None:
    client.login("konggang_centre")
    answers = [client.page("konggang_centre", "accept", size=1) for _ in range(TOKEN_PAGES + 1)]
    assert [answer.status_code for answer in answers] == [200] * TOKEN_PAGES + [401]
    client.login("konggang_centre")
    assert client.page("konggang_centre", "accept").status_code == 200


def test_one_page_in_many_is_unavailable_once(client: Client) -> None:
    statuses = []
    for at in range(UNAVAILABLE_EVERY + 1):
        if at % TOKEN_PAGES == 0:
            client.login("konggang_centre")
        statuses.append(client.page("konggang_centre", "accept", size=1).status_code)
    assert statuses == [200] * (UNAVAILABLE_EVERY - 1) + [503, 200]


@pytest.mark.parametrize("query", [{"page": 0}, {"size": 0}, {"size": "all"}, {"since": "yesterday"}])
def test_a_senseless_query_is_refused(client: Client, query: dict[str, str | int]) -> None:
    client.login("konggang_centre")
    assert client.page("konggang_centre", "accept", **query).status_code == 400


@pytest.mark.parametrize(("source", "overlap"), [("konggang_centre", 0), ("fengdong_centre", 3)])
def test_pages_hold_the_declared_total_and_the_known_overlap(client: Client, source: str, overlap: int) -> None:
    client.login(source)
    pages: list[dict[str, Any]] = []
    while not pages or pages[-1]["count"]:
        pages.append(client.page(source, "process", page=len(pages) + 1, size=200).json())
        assert pages[-1]["count"] == len(pages[-1]["data"])
    rows = [json.dumps(row) for page in pages for row in page["data"]]
    assert len(pages) > 3
    assert len(set(rows)) == pages[0]["total"]
    assert len(rows) - len(set(rows)) == overlap * (len(pages) - 2)  # the first has none before it, the last is empty


def test_windows_are_half_open(client: Client, demo: Path) -> None:
    lines = (demo / "api" / "konggang_centre" / "accept.jsonl").read_text(encoding="utf-8").splitlines()
    moment = json.loads(lines[100])["CD_time"]
    client.login("konggang_centre")
    before = client.page("konggang_centre", "accept", until=moment).json()
    after = client.page("konggang_centre", "accept", since=moment).json()
    assert before["total"] + after["total"] == len(lines)
    assert all(row["CD_time"] < moment for row in before["data"])
    assert after["data"][0]["CD_time"] == moment

"""A real API server over a real warehouse, and a real browser that can reach nothing else."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Route, sync_playwright

from govservice import settings
from govservice import warehouse as govservice_warehouse
from govservice.inspecting import rejudging
from govservice.reporting import receipts, workbooks
from stack.airflow import Client, migrate
from stack.installation import METADATA, Installation, write_private
from stack.services import Service, stop_all
from warehouses import PASSWORDS

FACTS = Path(__file__).parent / "facts.sql"
DAG = """
from airflow.sdk import dag

@dag(schedule=None)
def nothing():
    pass

nothing()
"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass
class Portal:
    """The running portal, as one of Airflow's users with role viewer sees it."""

    base: str
    token: str
    engineer: str
    password: str
    run_id: str
    superuser: str
    environment: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, token: str | None = None, html: bool = False, method: str = "GET") -> requests.Response:
        """One request without following redirects; by default as viewer, `token` "" as nobody."""
        bearer = self.token if token is None else token
        headers = {
            "Accept": "text/html" if html else "*/*",
            **({"Authorization": f"Bearer {bearer}"} if bearer else {}),
        }
        return self.session.request(method, f"{self.base}{path}", headers=headers, allow_redirects=False, timeout=60)

    def change(self, *statements: str) -> None:
        """Change the warehouse."""
        with govservice_warehouse.transaction(self.superuser) as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="session")
def portal(
    tmp_path_factory: pytest.TempPathFactory, cluster: Any, new_warehouse: Callable[[], AbstractContextManager[Any]]
) -> Iterator[Portal]:
    """The portal over facts.sql, in an Airflow that knows one run."""
    var = tmp_path_factory.mktemp("portal")
    with new_warehouse() as filled:
        installation = _installation(var, cluster, filled)
        servers = {name: installation.airflow_services[name] for name in ("api-server", "dag-processor")}
        try:
            client = installation.airflow_client()
            _start(servers, client)
            client.wait_for_dag("nothing", seconds=60)
            run_id = client.trigger("nothing", {}, "测试")
            _fill(filled.superuser, run_id, var)
            yield Portal(
                installation.base_url,
                _token(installation, "analyst"),
                _token(installation, "engineer"),
                installation.airflow_passwords()["analyst"],
                run_id,
                filled.superuser,
                dict(installation.environment),
            )
        finally:
            stop_all(servers.values())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("没有安装 Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A browser window and what must not happen in it."""

    context: BrowserContext
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pytest.fixture
def window(chromium: Browser, portal: Portal) -> Iterator[Watched]:
    """An English browser of the logged-in viewer; a request that would leave the server is stopped and noted."""
    context = chromium.new_context(
        base_url=portal.base, locale="en-US", timezone_id="America/New_York", viewport={"width": 1280, "height": 900}
    )
    context.add_cookies([{"name": "_token", "value": portal.token, "url": portal.base}])
    watched = Watched(context)

    def gate(route: Route) -> None:
        if route.request.url.startswith(f"{portal.base}/"):
            route.continue_()
        else:
            watched.outside.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    context.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
    context.on(
        "console", lambda message: watched.refused.append(message.text) if "Content Security" in message.text else None
    )
    yield watched
    context.close()
    assert (watched.outside, watched.dialogs, watched.refused) == ([], [], [])


@pytest.fixture(scope="session")
def routes(portal: Portal) -> list[str]:
    """Every route of the portal's application, mounted folders included."""
    program = "import json; from portal.app import create_app; print(json.dumps([r.path for r in create_app().routes]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=portal.environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=os.path.sep,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _token(installation: Installation, user: str) -> str:
    login = {"username": user, "password": installation.airflow_passwords()[user]}
    return requests.post(f"{installation.base_url}/auth/token", json=login, timeout=30).json()["access_token"]


def _installation(var: Path, cluster: Any, filled: Any) -> Installation:
    installation = Installation(var)
    installation.cluster = cluster
    cluster.ensure_database(METADATA)
    (var / "dags").mkdir()
    (var / "dags" / "nothing.py").write_text(DAG)
    installation.environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(var / "dags")
    installation.environment["GOVSERVICE_SOURCES"] = str(settings.CONTRACT / "sources.yml")
    installation.airflow_passwords()
    installation.write_connections({})
    path = var / "secrets" / "connections.json"
    connections = json.loads(path.read_text())
    for name, role in (("portal", "portal_reader"), ("warehouse", "pipeline")):
        connections[name] |= {"schema": filled.database, "password": PASSWORDS[role]}
    write_private(path, json.dumps(connections))
    migrate(cluster, METADATA, installation.environment)
    return installation


def _start(servers: dict[str, Service], client: Client) -> None:
    for each in servers.values():
        each.start()
    server, deadline = servers["api-server"], time.monotonic() + 90
    while client.health().get("metadatabase") != "healthy":
        assert server.is_alive() and time.monotonic() < deadline, server.log.read_text()[-2000:]
        time.sleep(0.2)


def _fill(superuser: str, run_id: str, var: Path) -> None:
    with govservice_warehouse.transaction(superuser) as cursor:
        rejudging.write_register(cursor)
        cursor.execute(FACTS.read_text(encoding="utf-8"), {"run_id": run_id})
    folder = var / "receipts" / "2021-11-18"
    folder.mkdir(parents=True)
    line = ("=HYPERLINK(0)", "R1", "办结", "result_date", "T08", "提示", "办结日期不晚于承诺办结日期", "2021-11-18")
    with (folder / "konggang_centre.xlsx").open("wb") as file:
        workbooks.write(file, receipts.TITLE, receipts.COLUMNS, [line])

"""A throw-away PostgreSQL with the simulated sources behind it, in a folder that is removed at the end."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg2

from demo import front
from govservice import runs, schema, settings, warehouse
from govservice.collecting.protocol import Endpoint
from govservice.contract import feeds_in, register
from govservice.contract.register import Source
from stack.port import remembered_port
from stack.postgres import Cluster
from stack.services import Service

SEED = 20211120
FRONT, FRONT_READER = "front", "front_reader"
RUN = "bench"


class AlreadyRunning(RuntimeError):
    """Another bench is at work in the same folder."""


@dataclass(frozen=True)
class Workshop:
    """Everything that an experiment needs: a server, sources to collect from, and room for files."""

    folder: Path
    demo: Path
    cluster: Cluster
    sources: dict[str, Source]
    endpoints: dict[str, Endpoint]
    password: str

    def new_warehouse(self, name: str, data_date: date) -> str:
        """A warehouse in which a run has begun and nothing is collected; its URL for the pipeline."""
        self.cluster.ensure_database(name)
        schema.install(self.owner(name), dict.fromkeys(warehouse.ROLES, self.password))
        runs.begin(self.pipeline(name), RUN, data_date, self.sources, None)
        return self.pipeline(name)

    def copy(self, template: str, name: str) -> str:
        """A copy of a warehouse that nobody is connected to, replacing a former one; its URL for the pipeline."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.pipeline(name)

    def execute(self, database: str, *statements: str) -> None:
        """Statements as the superuser, each in a transaction of its own or in none."""
        with closing(psycopg2.connect(self.owner(database))) as link:
            link.autocommit = True
            for statement in statements:
                link.cursor().execute(statement)

    def owner(self, database: str) -> str:
        """libpq URL of the superuser."""
        return self.cluster.url(database, driver="postgresql")

    def pipeline(self, database: str) -> str:
        """libpq URL of the role that runs pipelines."""
        return self.cluster.url(database, "pipeline", self.password, "postgresql")


@contextmanager
def opened(home: Path, scale: float) -> Iterator[Workshop]:
    """Bring up server and sources, and take both down again; what a killed bench has left is cleared first.

    Args:
        home: the bench's folder, where generated deliveries stay for the next time.
        scale: of the deliveries; 1.0 is about 436,000 cases.

    Raises:
        AlreadyRunning: another bench works in the folder.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder, demo = home / "work", home / f"demo-{scale:g}"
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"{home} 里已有一次 make bench 在运行；等它结束") from None
        _clear(folder)
        try:
            folder.mkdir(mode=0o700)
            os.environ["GOVSERVICE_VAR"] = str(folder)  # landing and spools of every process we start
            os.environ["GOVSERVICE_SOURCES"] = str(demo / "sources.yml")
            os.environ["GOVSERVICE_ALLOWED_HOSTS"] = "127.0.0.1"
            yield _set_up(folder, demo, scale)
        finally:
            _clear(folder)


def _clear(folder: Path) -> None:
    if folder.exists():
        Service("demo-api", [], {}, folder).stop()
        Cluster(folder / "postgres").stop()
        shutil.rmtree(folder)


def _set_up(folder: Path, demo: Path, scale: float) -> Workshop:
    command = ["demo.generate", "--scale", f"{scale:g}", "--seed", str(SEED), "--out", str(demo)]
    subprocess.run([sys.executable, "-m", *command], check=True)
    password, port = secrets.token_hex(16), remembered_port(folder / "demo-api.port")
    cluster = Cluster(folder / "postgres").start()
    cluster.ensure_database(FRONT)
    with closing(psycopg2.connect(cluster.url(FRONT, driver="postgresql"))) as link:
        front.build(link, demo / "front", FRONT_READER, password)
    sources = {name: _without_ratings(source) for name, source in register.load(demo / "sources.yml").items()}
    _serve(folder, demo, port, dict.fromkeys(sources, password))
    endpoints = {
        source.id: _endpoint(source, demo, port if source.protocol == "http" else cluster.port, password)
        for source in sources.values()
    }
    return Workshop(folder, demo, cluster, sources, endpoints, password)


def _without_ratings(source: Source) -> Source:
    """The source with the feeds that every way of doing the job takes, the peer's script too."""
    return replace(source, feeds=tuple(feed for feed in source.feeds if feed not in feeds_in("rating")))


def _serve(folder: Path, demo: Path, port: int, clients: dict[str, str]) -> None:
    """Start the HTTP sources and wait until they listen."""
    credentials = folder / "clients.json"
    credentials.write_text(json.dumps(clients))
    arguments = ["--root", str(demo / "api"), "--port", str(port), "--credentials", str(credentials)]
    environment = {**os.environ, "PYTHONPATH": str(settings.ROOT / "include")}  # it works in another folder
    service = Service("demo-api", [sys.executable, "-m", "demo.api", *arguments], environment, folder)
    service.start()
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not service.is_alive():
            raise RuntimeError(f"模拟接口没有启动，原因见 {service.log.read_text()[-500:]}")
        time.sleep(0.05)


def _endpoint(source: Source, demo: Path, port: int, password: str) -> Endpoint:
    if source.protocol == "files":
        return Endpoint("fs", extra={"path": str(demo / "drops" / source.id)})
    if source.protocol == "database":
        return Endpoint("postgres", "127.0.0.1", port, FRONT, FRONT_READER, password, extra={"schema": source.id})
    return Endpoint("http", "127.0.0.1", port, login=source.id, password=password, scheme="http",
                    extra={"base_path": f"/{source.id}"})  # fmt: skip

"""Fixtures that every kind of test may use."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg2
import pytest
from stack.postgres import Cluster

pytest.register_assert_rewrite("tables", "deliveries", "stories")

import cases  # noqa: E402
import deliveries  # noqa: E402
from govservice import dimensions  # noqa: E402
from govservice import warehouse as govservice_warehouse  # noqa: E402

# Emptying takes milliseconds, a copy of the database some hundreds.
EMPTY = """
DELETE FROM ods.accept;
DELETE FROM ods.process;
DELETE FROM ods.result;
DELETE FROM quality.pending_case;
DELETE FROM quality.due_case;
DELETE FROM quality.finding;
DELETE FROM quality.rule;
DELETE FROM quality.run_check;
DELETE FROM dwd.case_record;
DELETE FROM ops.unparsable;
DELETE FROM ops.ledger WHERE feed <> 'item';
DELETE FROM ops.delivery WHERE source_id <> 'item_catalogue';
DELETE FROM ops.watermark;
DELETE FROM ops.fence;
DELETE FROM ops.source_state;
DELETE FROM ops.run;
"""
PASSWORDS = dict.fromkeys(govservice_warehouse.ROLES, "only-for-these-tests")


@dataclass(frozen=True)
class Warehouse:
    """A warehouse of a test's own: libpq URLs of its roles."""

    cluster: Cluster
    database: str

    @property
    def url(self) -> str:
        """As role pipeline."""
        return self.as_role("pipeline")

    @property
    def superuser(self) -> str:
        """As the owner of everything."""
        return self.cluster.url(self.database, driver="postgresql")

    def as_role(self, role: str) -> str:
        """As one of the roles of the installation."""
        return self.cluster.url(self.database, role, PASSWORDS[role], "postgresql")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A throw-away PostgreSQL server on a free port, stopped at the end of the session."""
    server = Cluster(tmp_path_factory.mktemp("postgres"), shared_buffers="256MB")
    server.settings["fsync"] = "off"  # nobody cuts this machine's power to prove a point; tests/stack kills its own server
    yield server.start()
    server.stop()


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is written at run time, of this test alone."""
    monkeypatch.setenv("GOVSERVICE_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture(scope="session")
def new_warehouse(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Warehouse]]:
    """Makes warehouses: copies of one that is installed, knows the register and has collected the catalogue of cases.py."""
    template = Warehouse(cluster, "warehouse_template")
    cluster.ensure_database(template.database)
    govservice_warehouse.install(template.superuser, PASSWORDS)
    dimensions.write(template.url, deliveries.SOURCES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("template")))
        deliveries.deliver(template.url, "item_catalogue", {"item": cases.items()}, "2021-07-01 00:00:00")
    numbers = count(1)

    @contextmanager
    def make() -> Iterator[Warehouse]:
        copy = Warehouse(cluster, f"warehouse_{next(numbers)}")
        # FILE_COPY takes a fifth of the default's time for a database that nobody writes to.
        _administer(cluster, f"CREATE DATABASE {copy.database} TEMPLATE {template.database} STRATEGY FILE_COPY")
        yield copy
        _administer(cluster, f"DROP DATABASE {copy.database} WITH (FORCE)")

    return make


@pytest.fixture(scope="session")
def shared_warehouse(new_warehouse: Callable[[], AbstractContextManager[Warehouse]]) -> Iterator[Warehouse]:
    """The warehouse that tests use one after the other."""
    with new_warehouse() as shared:
        yield shared


@pytest.fixture
def warehouse(shared_warehouse: Warehouse, var: Path) -> Iterator[Warehouse]:
    """A warehouse in which nothing has been delivered but the catalogue; what a test adds is taken away after it."""
    yield shared_warehouse
    with govservice_warehouse.transaction(shared_warehouse.superuser) as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(EMPTY)


def _administer(cluster: Cluster, statement: str) -> None:
    link = psycopg2.connect(cluster.url("postgres", driver="postgresql"))
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()

"""What the tests of the package share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import cases
import mariadb
from front import DELIVERY, Front, accept
from stack.postgres import Cluster


@pytest.fixture
def drops(tmp_path: Path) -> Path:
    """The drop folder of a street station."""
    (tmp_path / "drops").mkdir()
    return tmp_path / "drops"


@pytest.fixture
def root(tmp_path: Path, var: Path) -> Path:
    """The drop folder of a station."""
    (tmp_path / "drops").mkdir()
    (tmp_path / "workspace").mkdir()
    return tmp_path / "drops"


@pytest.fixture
def front(cluster: Cluster, var: Path) -> Iterator[Front]:
    """A front database with three accept rows, a process row and a result row."""
    made = Front(cluster, "front_of_tests")
    made.write("accept", [accept(f"N{number}", f"2021-09-0{number} 18:00:00") for number in (1, 2, 3)])
    made.write("process", [{**cases.process("N1"), **DELIVERY, "CD_time": "2021-09-08 18:00:00"}])
    made.write("result", [{**cases.result("N1"), **DELIVERY, "CD_time": "2021-09-08 18:00:00"}])
    yield made
    made.link.close()


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mariadb.Server]:
    """A throw-away MariaDB server, stopped at the end of the session."""
    if not mariadb.is_installed():
        pytest.skip("MariaDB 没有安装（make mariadb）")
    server = mariadb.Server(tmp_path_factory.mktemp("mariadb"))
    yield server
    server.stop()


@pytest.fixture
def maria_front(mariadb_server: mariadb.Server, var: Path) -> Iterator[mariadb.MariaFront]:
    """A front database on MariaDB with the rows of `front`."""
    made = mariadb.MariaFront(mariadb_server)
    made.write("accept", [accept(f"N{number}", f"2021-09-0{number} 18:00:00") for number in (1, 2, 3)])
    made.write("process", [{**cases.process("N1"), **DELIVERY, "CD_time": "2021-09-08 18:00:00"}])
    made.write("result", [{**cases.result("N1"), **DELIVERY, "CD_time": "2021-09-08 18:00:00"}])
    yield made
    made.link.close()

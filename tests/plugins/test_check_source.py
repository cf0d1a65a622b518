"""Looking at one source: `make check-source` and Airflow's button find the same connection as the DAGs and say the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drops import case_drop
from govservice.contract import register
from warehouses import PASSWORDS, Warehouse

ROOT = Path(__file__).resolve().parents[2]
SOURCE = register.load(ROOT / "include" / "contract" / "sources.yml")["dizhang_station"]
CHECK = ["-m", "check_source", SOURCE.id]
IN_METADATA = """
import json, sys
from airflow.models import Connection
from airflow.utils.db import initdb
from airflow.utils.session import create_session
initdb()
with create_session() as session:
    session.add(Connection(**json.loads(sys.argv[1])))
"""
# As the API server does for the button: under a name of its own, in its own environment.
BUTTON = """
import json, os, sys
os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
from airflow.models import Connection
tested = Connection(**{**json.loads(sys.argv[1]), "conn_id": "x"})
os.environ["AIRFLOW_CONN_X"] = tested.get_uri()
print("ANSWER " + json.dumps(tested.test_connection()))
"""


class Desk:
    """An engineer's place: a warehouse, a drop folder with one period, an Airflow without connections to sources."""

    def __init__(self, own: Warehouse, folder: Path) -> None:
        self.drops = folder / "drops"
        self.drops.mkdir()
        case_drop(self.drops, "2021-36", "S1")
        login = {"login": "pipeline", "password": PASSWORDS["pipeline"], "schema": own.database}
        self.warehouse = {"conn_type": "postgres", "host": "127.0.0.1", "port": own.cluster.port, **login}
        self.file = folder / "connections.json"
        self.file.write_text("{}")
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
            "GOVSERVICE_VAR": str(folder / "var"),
            "AIRFLOW_CONN_WAREHOUSE": json.dumps(self.warehouse),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
            "AIRFLOW__SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
            "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps({"connections_file_path": str(self.file)}),
        }

    @property
    def connection(self) -> dict[str, Any]:
        """The connection of the source, as Airflow's form sends it: fields that were left empty are empty texts."""
        extra = {"path": str(self.drops), "schema": ""}
        return {"conn_id": SOURCE.connection, "conn_type": "fs", "host": "", "extra": json.dumps(extra)}

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python there."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=200, check=False, cwd=ROOT
        )

    def connect(self, where: str) -> None:
        """Make the connection in one of the places where the DAGs look."""
        if where == "metadata":
            done = self.python("-c", IN_METADATA, json.dumps(self.connection))
            assert done.returncode == 0, done.stderr[-2000:]
            return
        parts = {"conn_type": "fs", "extra": {"path": str(self.drops)}}
        if where == "file":
            self.file.write_text(json.dumps({SOURCE.connection: parts}))
        else:
            self.environment[f"AIRFLOW_CONN_{SOURCE.connection.upper()}"] = json.dumps(parts)

    def press(self, connection: dict[str, Any] | None = None) -> tuple[bool, str]:
        """Press the button for a connection, by default for that of the source."""
        done = self.python("-c", BUTTON, json.dumps(connection or self.connection))
        answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
        assert answers, done.stdout[-2000:] + done.stderr[-2000:]
        is_well, text = json.loads(answers[-1].removeprefix("ANSWER "))
        return is_well, text


@pytest.fixture
def desk(warehouse: Warehouse, tmp_path: Path) -> Desk:
    """An engineer's place."""
    return Desk(warehouse, tmp_path)


@pytest.mark.parametrize("where", ["metadata", "file", "environment"])
def test_a_connection_is_found_wherever_the_dags_find_it(desk: Desk, where: str) -> None:
    desk.connect(where)
    done = desk.python(*CHECK)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"来源 {SOURCE.name}：连接正常，没有入库任何数据")
    assert "accept：申报 1 条，看了前 1 条，无法解析 0 条" in done.stdout


def test_without_a_connection_one_sentence_says_so(desk: Desk) -> None:
    done = desk.python(*CHECK)
    expected = f"来源 {SOURCE.name}：Airflow 里没有连接 {SOURCE.connection}（界面、环境变量和连接文件都看过）\n"
    assert (done.returncode, done.stdout) == (2, expected)


def test_a_wrong_entry_of_the_register_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "sources.yml"
    wrong.write_text("sources: [{id: a, name: 甲, kind: 站}]", encoding="utf-8")
    desk.environment["GOVSERVICE_SOURCES"] = str(wrong)
    done = desk.python(*CHECK)
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 1)
    assert done.stdout.startswith(f"{wrong} 第 1 个来源（a）：")
    assert "Traceback" not in done.stdout + done.stderr


def test_a_warehouse_that_does_not_answer_is_one_sentence(desk: Desk) -> None:
    desk.connect("environment")
    desk.environment["AIRFLOW_CONN_WAREHOUSE"] = "postgresql://pipeline:x@127.0.0.1:1/none"
    done = desk.python(*CHECK)
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 1)
    assert done.stdout.startswith("连不上数据库：")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_button_says_what_make_check_source_says(desk: Desk) -> None:
    desk.connect("metadata")
    is_well, text = desk.press()
    assert is_well, text
    assert text == desk.python(*CHECK).stdout.strip()
    for file in desk.drops.rglob("manifest.json"):
        file.unlink()
    is_well, text = desk.press()
    assert not is_well
    assert text.startswith(f"来源 {SOURCE.name} 读不到（NOTHING_DELIVERED）：")


def test_what_goes_wrong_in_a_test_is_in_the_log_of_the_api_server(desk: Desk) -> None:
    desk.connect("metadata")
    desk.environment["GOVSERVICE_SILENCE_SECONDS"] = "no number"
    done = desk.python("-c", BUTTON, json.dumps(desk.connection))
    assert "原因见 API 服务的日志" in json.loads(done.stdout.split("ANSWER ")[1])[1]
    assert "no number" in done.stderr


def test_the_button_says_where_no_source_uses_the_connection_that_is_tested(desk: Desk) -> None:
    desk.connect("metadata")
    desk.file.write_text(json.dumps({SOURCE.connection: {"conn_type": "fs", "extra": {"path": "/elsewhere"}}}))
    is_well, text = desk.press()
    assert not is_well
    assert text.startswith("没有来源使用这个连接") and "连接文件" in text


def test_the_button_checks_a_front_database_as_a_source_and_another_database_as_airflow_does(desk: Desk) -> None:
    centre = register.load(ROOT / "include" / "contract" / "sources.yml")["qinhan_centre"]
    front = {**desk.warehouse, "schema": "gone"}
    desk.environment[f"AIRFLOW_CONN_{centre.connection.upper()}"] = json.dumps(front)
    is_well, text = desk.press(front)
    assert not is_well
    assert text.startswith(f"来源 {centre.name} 读不到（UNREACHABLE）：")
    assert desk.press(desk.warehouse) == (True, "Connection successfully tested")

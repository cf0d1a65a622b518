"""docker-compose.yml can't be run here: its commands and settings are those that `make run` and these tests do run."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from govservice.settings import ROOT
from stack import airflow
from stack.postgres import SETTINGS, Cluster
from tables import replaced

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
HOME = "/srv/govservice"
DIFFERENT = {
    "CORE__AUTH_MANAGER": "login by FAB instead of the simple one",
    "CORE__SIMPLE_AUTH_MANAGER_USERS": "belongs to the simple one",
    "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": "belongs to the simple one",
    "CORE__EXECUTION_API_SERVER_URL": "another host",
    "API__BASE_URL": "another host",
    "API__HOST": "the container's own",
    "API__PORT": "the container's own",
    "CORE__FERNET_KEY": "a secret file",
    "DATABASE__SQL_ALCHEMY_CONN": "a secret file",
    "API__SECRET_KEY": "a secret file",
    "API_AUTH__JWT_SECRET": "a secret file",
    "SECRETS__BACKEND_KWARGS": "another folder",
}


@pytest.fixture
def local() -> dict[str, str]:
    """Environment of the local Airflow."""
    return airflow.environment(ROOT / "var", "postgresql://", 18080)


def _settings(environment: dict[str, str]) -> dict[str, str]:
    names = [name for name in environment if name.startswith("AIRFLOW__") or "ANALYTICS" in name]
    return {name.removeprefix("AIRFLOW__").removesuffix("_CMD"): environment[name] for name in names}


def test_settings_agree_with_the_local_airflow(local: dict[str, str]) -> None:
    ours = {name: value.replace(str(ROOT), HOME) for name, value in _settings(local).items()}
    theirs = _settings(SERVICES["scheduler"]["environment"])
    assert theirs.keys() <= ours.keys()
    assert {name for name, value in ours.items() if theirs.get(name) != value} == set(DIFFERENT)


@pytest.mark.parametrize("component", airflow.COMPONENTS)
def test_commands_are_those_of_the_local_airflow(component: str, local: dict[str, str], tmp_path: Path) -> None:
    command = airflow.services(local, tmp_path)[component].command
    assert SERVICES[component]["command"] == ["airflow", *command[1:]]


def test_database_settings_agree_with_the_embedded_server() -> None:
    theirs = dict(part.split("=", 1) for part in SERVICES["postgres"]["command"].split() if "=" in part)
    ours = {name: value for name, value in SETTINGS.items() if name in theirs}
    expected = {
        name: value for name, value in theirs.items() if name not in ("shared_buffers", "work_mem", "wal_compression")
    }
    assert ours.items() >= expected.items()
    assert {name for name in SETTINGS if name.startswith("log_") and name != "log_timezone"} <= theirs.keys()


def test_the_init_service_installs_the_warehouse_as_make_run_does(own: Cluster, tmp_path: Path) -> None:
    script = SERVICES["init"]["command"][-1]
    line = next(line for line in script.splitlines() if "stack.install" in line)
    for role in ("pipeline", "portal_reader", "analyst", "airflow"):
        (tmp_path / role).write_text(f"{role}-password\n")
    (tmp_path / "postgres").write_text(f"{own.password}\n")
    for old, new in (
        ("$$(cat /run/secrets/postgres)", f"$(cat {tmp_path}/postgres)"),
        ("postgres@postgres ", f"postgres@127.0.0.1:{own.port} "),
        ("--passwords /run/secrets", f"--passwords {tmp_path}"),
    ):
        line = replaced(line, old, new)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    own.ensure_database("of_others")
    for _ in range(2):
        result = subprocess.run(["sh", "-euc", line], env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    link = psycopg2.connect(own.url("airflow", "airflow", "airflow-password", "postgresql"))
    with link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE made_by_airflow (a int)")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT datname FROM pg_database WHERE has_database_privilege('public', oid, 'CONNECT')")
        assert ("of_others",) in cursor.fetchall()
    link.close()


@pytest.mark.parametrize("component", airflow.COMPONENTS)
def test_a_component_gets_the_secrets_that_it_needs_and_no_others(component: str, local: dict[str, str]) -> None:
    commands = {name for name in SERVICES[component]["environment"] if name.endswith("_CMD")}
    ours = {name for name in airflow.needed_by(component, local) if name.endswith("_CMD")}
    assert commands == ours | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD"}
    read = {SERVICES[component]["environment"][name].rpartition("/")[2] for name in commands}
    assert read | {"connections.json"} == set(SERVICES[component]["secrets"])


def test_secrets_come_from_files_only() -> None:
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    assert all(secret["file"].startswith("secrets/") for secret in COMPOSE["secrets"].values())
    values = [value for service in SERVICES.values() for value in service["environment"].items()]
    assert [name for name, _ in values if name.endswith(("PASSWORD", "SECRET_KEY", "JWT_SECRET", "FERNET_KEY"))] == []


def test_only_the_ui_has_a_port_and_the_project_is_read_only() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["api-server"]
    mounts = {mount for name, service in SERVICES.items() if name != "postgres" for mount in service["volumes"]}
    written = {mount for mount in mounts if not mount.endswith(":ro")}
    assert written == {f"var:{HOME}/var", f"logs:{HOME}/airflow/logs"}


@pytest.mark.parametrize("component", airflow.COMPONENTS)
def test_health_is_asked_of_the_component_itself(component: str) -> None:
    assert SERVICES[component]["healthcheck"]["test"][-1] == component


def test_backend_arguments_are_json() -> None:
    assert json.loads(SERVICES["scheduler"]["environment"]["AIRFLOW__SECRETS__BACKEND_KWARGS"])


def test_the_head_of_the_file_makes_every_secret_but_the_connections(tmp_path: Path) -> None:
    head = (ROOT / "docker-compose.yml").read_text().partition("name: govservice")[0]
    lines = [line[4:] for line in head.splitlines() if line.startswith("#   ") and "connections.json" not in line]
    subprocess.run(["sh", "-euc", "\n".join(lines)], cwd=tmp_path, check=True)
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == COMPOSE["secrets"].keys() - {"connections.json"}


def test_the_upgrade_of_an_older_installation_makes_what_it_lacks(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n## 升级")[2].partition("\n## ")[0]
    (tmp_path / "metadata_url").write_text("postgresql+psycopg2://postgres:old@postgres/airflow\n")
    script = textwrap.dedent(page.partition("```sh\n")[2].partition("```")[0])
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, check=True)
    url, password = ((tmp_path / name).read_text().strip() for name in ("metadata_url", "airflow"))
    assert url == f"postgresql+psycopg2://airflow:{password}@postgres/airflow"

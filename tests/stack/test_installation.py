"""Secrets, connections and the psql line of an installation."""

import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from govservice import schema
from govservice.contract import register
from govservice.settings import CONTRACT, ROOT
from stack.installation import Installation
from stack.postgres import Cluster


@pytest.fixture
def installation(tmp_path: Path, own: Cluster) -> Iterator[Installation]:
    """An installation on a cluster of its own."""
    made = Installation(tmp_path)
    made.cluster = own
    yield made


def test_every_source_has_a_connection_of_its_protocol(installation: Installation) -> None:
    sources = register.load(CONTRACT / "sources.yml")
    installation.write_connections(sources)
    written = json.loads((installation.var / "secrets" / "connections.json").read_text())
    kinds = {source.connection: written[source.connection]["conn_type"] for source in sources.values()}
    expected = {"http": "http", "database": "postgres", "files": "fs"}
    assert kinds == {source.connection: expected[source.protocol] for source in sources.values()}
    assert written["qinhan_centre"]["extra"] == {"schema": "qinhan_centre"}
    assert written.keys() - kinds.keys() == {"warehouse", "portal"}


def test_the_demo_knows_the_passwords_that_the_connections_use(installation: Installation) -> None:
    installation.write_connections(register.load(CONTRACT / "sources.yml"))
    connections = json.loads((installation.var / "secrets" / "connections.json").read_text())
    clients = json.loads((installation.var / "secrets" / "demo_clients.json").read_text())
    assert clients == {name: connections[name]["password"] for name in clients}
    assert "konggang_centre" in clients


def test_secrets_stay_and_only_we_may_read_them(installation: Installation) -> None:
    first = installation.secret("pipeline")
    installation.write_connections(register.load(CONTRACT / "sources.yml"))
    installation.airflow_passwords()
    assert installation.secret("pipeline") == first
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (installation.var / "secrets").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((installation.var / "secrets").stat().st_mode) == 0o700


def test_no_secret_is_on_a_command_line(installation: Installation) -> None:
    secrets = {installation.secret(name) for name in ("fernet_key", "jwt_secret", "api_secret", "konggang_centre")}
    commands = [*installation.airflow_services.values(), installation.demo_service]
    arguments = " ".join(argument for service in commands for argument in service.command)
    assert not any(secret in arguments for secret in secrets)


def test_the_printed_psql_line_logs_in_as_analyst(installation: Installation) -> None:
    installation.cluster.ensure_database("warehouse")
    passwords = {path.name: path.read_text() for path in installation.warehouse_passwords().iterdir()}
    schema.install(installation.cluster.url("warehouse", driver="postgresql"), passwords)
    installation.write_connections({})
    line = f"{installation.psql_line()} -Atc 'SELECT current_user'"
    answer = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout == "analyst\n", answer.stderr

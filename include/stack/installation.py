"""One installation under var/: its secrets, its database cluster, its services, and how to reach each."""

import base64
import fcntl
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from govservice import warehouse
from govservice.contract.register import Source
from govservice.settings import ROOT
from stack import airflow
from stack.port import remembered_port
from stack.postgres import Cluster
from stack.services import Service

METADATA, WAREHOUSE, FRONT = "airflow", "warehouse", "demo_front"
FRONT_READER = "front_reader"
UI_PORT, DEMO_PORT = 18080, 18090


class Installation:
    """Everything that `make run` starts and `make stop` stops, in one folder."""

    def __init__(self, var: Path) -> None:
        """Args: the folder, mode 0700."""
        self.var = var
        self.demo = var / "demo"
        self.sources = self.demo / "sources.yml"
        self.run_folder = var / "run"
        for folder in (self.run_folder, var / "secrets", var / "bin", var / "airflow"):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.cluster = Cluster(var / "postgres")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold off other commands that start or stop things here; released by the kernel if we are killed."""
        with (self.var / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_hex(16)) -> str:
        """A secret of this installation, made at first use and kept in a 0600 file."""
        path = self.var / "secrets" / name
        if not path.exists():
            write_private(path, make())
        return path.read_text()

    @cached_property
    def environment(self) -> dict[str, str]:
        """Environment of Airflow's commands and of `make check-source`; each of Airflow's processes gets what it needs of it."""
        for file, _ in airflow.SECRETS.values():
            self.secret(file, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        passfile = self.var / "secrets" / "pgpass.airflow"
        self.secret(passfile.name, lambda: f"*:*:{METADATA}:{airflow.OWNER}:{secrets.token_hex(16)}\n")
        url = f"{self.cluster.url(METADATA, airflow.OWNER, password='')}?passfile={quote(str(passfile))}"
        return airflow.environment(self.var, url, self._port("api-server", UI_PORT))

    @cached_property
    def airflow_services(self) -> dict[str, Service]:
        """Airflow's processes by component."""
        return airflow.services(self.environment, self.run_folder)

    def start_airflow(self) -> airflow.Client:
        """Make sure that Airflow runs and is healthy: what does is left alone, what does not is started again.

        Returns:
            Its API, as administrator.

        Raises:
            AirflowError: it does not; names the component and its log.
        """
        airflow.migrate(self.cluster, METADATA, self.environment)
        try:
            airflow.wait_until_healthy(self.airflow_services, self.airflow_client())
        except airflow.AirflowError:
            # Another program may have taken the port while Airflow was starting: once more, with one that is free.
            self.environment.update(airflow.address(self._port("api-server", UI_PORT)))
            airflow.wait_until_healthy(self.airflow_services, self.airflow_client())
        client = self.airflow_client()
        client.set_pools(json.loads(airflow.POOLS.read_text()))
        return client

    @cached_property
    def demo_service(self) -> Service:
        """The HTTP server of the simulated sources."""
        command = [sys.executable, "-m", "demo.api", "--root", str(self.demo / "api"), "--port", str(self.demo_port),
                   "--credentials", str(self.var / "secrets" / "demo_clients.json")]  # fmt: skip
        return Service("demo-api", command, airflow.plain_environment(), self.run_folder)

    @cached_property
    def demo_port(self) -> int:
        """TCP port of the simulated sources."""
        return self._port("demo-api", DEMO_PORT)

    @property
    def base_url(self) -> str:
        """Address of Airflow's UI."""
        return self.environment["AIRFLOW__API__BASE_URL"]

    def airflow_client(self) -> airflow.Client:
        """Airflow's API as its administrator."""
        return airflow.Client(self.base_url, "admin", self.airflow_passwords()["admin"])

    def airflow_passwords(self) -> dict[str, str]:
        """Passwords of the people who log in, by user name."""
        made = self.secret(
            "airflow_passwords.json", lambda: json.dumps({u: secrets.token_hex(8) for u in airflow.USERS})
        )
        return json.loads(made)

    def warehouse_passwords(self) -> Path:
        """Folder with a file for each role of the warehouse that holds its password."""
        for role in warehouse.ROLES:
            self.secret(role)
        return self.var / "secrets"

    def write_connections(self, sources: dict[str, Source]) -> None:
        """Write the connections to the simulated sources and the warehouse for Airflow, for the demo and for psql."""
        clients = {source.id: self.secret(source.id) for source in sources.values() if source.protocol == "http"}
        write_private(self.var / "secrets" / "demo_clients.json", json.dumps(clients))
        connections = {source.connection: self._connection(source) for source in sources.values()}
        connections["warehouse"] = self._postgres(WAREHOUSE, "pipeline")
        connections["portal"] = self._postgres(WAREHOUSE, "portal_reader")
        text = json.dumps(connections, ensure_ascii=False, indent=1)
        write_private(self.var / "secrets" / "connections.json", text)
        entry = f"127.0.0.1:{self.cluster.port}:{WAREHOUSE}:analyst:{self.secret('analyst')}\n"
        write_private(self.var / "secrets" / "pgpass", entry)

    def psql_line(self) -> str:
        """The command that opens the warehouse as analyst."""
        link = self.var / "bin" / "psql"
        link.unlink(missing_ok=True)
        link.symlink_to(self.cluster.psql)
        place = f"host=127.0.0.1 port={self.cluster.port} dbname={WAREHOUSE} user=analyst"
        return f'PGPASSFILE={self._shown("secrets/pgpass")} {self._shown("bin/psql")} "{place}"'

    def _shown(self, name: str) -> str:
        return os.path.relpath(self.var / name, ROOT)

    def _connection(self, source: Source) -> dict:
        if source.protocol == "http":
            return {"conn_type": "http", "schema": "http", "host": "127.0.0.1", "port": self.demo_port,
                    "login": source.id, "password": self.secret(source.id),
                    "extra": {"base_path": f"/{source.id}"}}  # fmt: skip
        if source.protocol == "database":
            return {**self._postgres(FRONT, FRONT_READER), "extra": {"schema": source.id}}
        return {"conn_type": "fs", "extra": {"path": str(self.demo / "drops" / source.id)}}

    def _postgres(self, database: str, role: str) -> dict:
        return {"conn_type": "postgres", "host": "127.0.0.1", "port": self.cluster.port, "schema": database,
                "login": role, "password": self.secret(role)}  # fmt: skip

    def _port(self, service: str, preferred: int) -> int:
        """The service's port: as noted while it runs, else one that is free."""
        path = self.run_folder / f"{service}.port"
        alive = Service(service, [], {}, self.run_folder).is_alive()
        return int(path.read_text()) if alive else remembered_port(path, preferred)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file in one step: a reader sees the old text or the new, never a part."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)

"""The local Airflow: its environment, its four processes, and a client for its REST API."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import requests
from psycopg2 import sql
from sqlalchemy import make_url

from govservice import settings
from stack.postgres import Cluster, give_database
from stack.services import Service, stop_all

COMPONENTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
"""Airflow's commands by what they are called in the health report."""

USERS = {"admin": "admin", "engineer": "op", "qa": "user", "analyst": "viewer"}
"""Who may log in, with the role of each."""

PARALLELISM = 5

POOLS = settings.ROOT / "include" / "stack" / "pools.json"
"""Airflow's pools, as `airflow pools import` reads them."""


class AirflowError(RuntimeError):
    """Airflow does not start or refuses a request: says what, and which log has the reason."""


def address(port: int) -> dict[str, str]:
    """The part of the environment with the address of the UI and API: a TCP port on 127.0.0.1."""
    return {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
    }


SECRETS = {
    "CORE__FERNET_KEY_CMD": ("fernet_key", ("api-server", "scheduler", "dag-processor", "triggerer")),
    "API_AUTH__JWT_SECRET_CMD": ("jwt_secret", ("api-server", "scheduler")),
    "API__SECRET_KEY_CMD": ("api_secret", ("api-server",)),
}
"""Settings that are secrets: the file of each, and the components that need it. The scheduler signs what the API server lets in."""

OWNER = "airflow"
"""The role that owns the metadata database; it has no other rights on the server."""


def plain_environment() -> dict[str, str]:
    """What any Python program of this project needs to run, and nothing that is secret."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "PYTHONPATH": f"{settings.ROOT / 'include'}{os.pathsep}{settings.ROOT / 'plugins'}",
        "NO_PROXY": "127.0.0.1",
    }


def environment(var: Path, metadata_url: str, port: int) -> dict[str, str]:
    """The environment of an Airflow command on this machine: secrets are named by their files, none is in it.

    Args:
        var: folder of everything written at run time.
        metadata_url: SQLAlchemy URL of Airflow's own database, with a passfile instead of a password.
        port: where the UI and API are.
    """
    connections = {"connections_file_path": str(var / "secrets" / "connections.json")}
    airflow = {
        "CORE__DAGS_FOLDER": str(settings.ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(settings.ROOT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "CORE__EXECUTOR": "local_executor.RestartingLocalExecutor",
        "CORE__PARALLELISM": str(PARALLELISM),
        "CORE__TEST_CONNECTION": "Enabled",
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(var / "secrets" / "airflow_passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": metadata_url,
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "airflow_local_settings.CONNECT_ARGS",
        "API__INSTANCE_NAME": "西咸新区政务数据汇聚",
        **{name: f"cat {shlex.quote(str(var / 'secrets' / file))}" for name, (file, _) in SECRETS.items()},
        "SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
        "SECRETS__BACKEND_KWARGS": json.dumps(connections),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        # A killed scheduler's tasks are taken up by the next one after half a minute instead of five.
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        # What no worker takes is queued again, and then failed, after minutes instead of half an hour.
        "SCHEDULER__TASK_QUEUED_TIMEOUT": "180",
        "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "30",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        # The supervisor of a task looks at each heartbeat whether it has ended; by default up to 5 seconds late.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **plain_environment(),
        "AIRFLOW_HOME": str(var / "airflow"),
        **{f"AIRFLOW__{name}": value for name, value in airflow.items()},
        **address(port),
        **{name: value for name, value in os.environ.items() if name.startswith("GOVSERVICE_")},
        "GOVSERVICE_VAR": str(var),
        "GOVSERVICE_SOURCES": str(var / "demo" / "sources.yml"),
        # The simulated sources are on this machine.
        "GOVSERVICE_ALLOWED_HOSTS": ",".join(["127.0.0.1", *sorted(settings.allowed_hosts())]),
        "SCARF_ANALYTICS": "False",
        "GX_ANALYTICS_ENABLED": "false",
    }


def needed_by(component: str, env: dict[str, str]) -> dict[str, str]:
    """The part of the environment that one component needs: of the secrets its own only."""
    others = {f"AIRFLOW__{name}" for name, (_, components) in SECRETS.items() if component not in components}
    return {name: value for name, value in env.items() if name not in others}


def services(env: dict[str, str], folder: Path) -> dict[str, Service]:
    """Airflow's four processes by component, with their records and logs in `folder`."""
    airflow = str(Path(sys.executable).parent / "airflow")
    # Task logs are read from the shared folder: no log servers, which would listen on all interfaces.
    options = {"scheduler": ["--skip-serve-logs"], "triggerer": ["--skip-serve-logs"]}
    return {
        component: Service(
            component, [airflow, component, *options.get(component, [])], needed_by(component, env), folder
        )
        for component in COMPONENTS
    }


def migrate(cluster: Cluster, database: str, env: dict[str, str]) -> None:
    """Bring the metadata database, owned by the role of Airflow's URL, to the installed version; done already if its comment says so."""
    url = make_url(env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    password = Path(str(url.query["passfile"])).read_text().strip().rpartition(":")[2]
    give_database(cluster.url("", driver="postgresql").rstrip("/"), database, OWNER, password)
    stamp = f"airflow {version('apache-airflow')}"
    connection = psycopg2.connect(cluster.url(database, driver="postgresql"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
            )
            if cursor.fetchone() == (stamp,):
                return
        command = [str(Path(sys.executable).parent / "airflow"), "db", "migrate"]
        result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if result.returncode:
            raise AirflowError(f"airflow db migrate 失败：\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
        with connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(database)), (stamp,))
    finally:
        connection.close()


def wait_until_healthy(services: dict[str, Service], client: "Client") -> None:
    """Start what does not run and wait until all of it is healthy; what is not in time is stopped.

    Raises:
        AirflowError: a component died or stayed unhealthy; names its log.
    """
    started = [service.start() for service in services.values()]
    deadline = time.monotonic() + (120 if any(started) else 15)
    ill = list(COMPONENTS)
    while ill and time.monotonic() < deadline:
        dead = [component for component, service in services.items() if not service.is_alive()]
        health = client.health()
        ill = dead or [component for component, part in COMPONENTS.items() if health.get(part) != "healthy"]
        if not ill and not client.logs_in():
            ill = ["api-server"]  # it is another installation's that answers on this port
        if dead:
            break
        time.sleep(0.2)
    if ill:
        stop_all(services[component] for component in ill)
        logs = "、".join(str(services[component].log) for component in ill)
        raise AirflowError(f"Airflow 的 {'、'.join(ill)} 没有正常启动，日志见 {logs}")
    client.warm_up()


class Client:
    """Airflow's REST API as one of its users."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        """Args: address of the UI; who logs in, at the first request."""
        self.base_url = base_url
        self._login = {"username": user, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy setting must not catch 127.0.0.1

    def health(self) -> dict[str, str]:
        """Status of each component, `healthy` or not; empty while the API does not answer."""
        try:
            answer = self._session.get(f"{self.base_url}/api/v2/monitor/health", timeout=10)
            return {name: part.get("status") or "" for name, part in answer.json().items()}
        except (requests.RequestException, ValueError):
            return {}

    def logs_in(self) -> bool:
        """Whether the API accepts this user."""
        try:
            self._log_in()
        except requests.RequestException:
            return False
        return True

    def warm_up(self) -> None:
        """Build the API that tasks talk to, which otherwise costs the first task some seconds."""
        self._session.get(f"{self.base_url}/execution/health", timeout=60)

    def set_pools(self, pools: dict[str, dict[str, Any]]) -> None:
        """Create the pools, or bring them to these sizes: slots, description and include_deferred by name."""
        entities = [{"name": name, **pool} for name, pool in pools.items()]
        action = {"action": "create", "entities": entities, "action_on_existence": "overwrite"}
        self._request("PATCH", "pools", {"actions": [action]})

    def wait_for_dag(self, dag_id: str, seconds: float) -> None:
        """Wait until the DAG file is parsed, then switch the DAG on.

        Raises:
            AirflowError: it is not there after so many seconds; with the import errors of the DAG files.
        """
        deadline = time.monotonic() + seconds
        while self._request("GET", f"dags/{dag_id}", missing_ok=True) is None:
            if time.monotonic() > deadline:
                errors = self._request("GET", "importErrors")["import_errors"]
                details = "".join(f"\n{error['filename']}：{error['stack_trace']}" for error in errors)
                raise AirflowError(f"Airflow 在 {seconds:.0f} 秒内没有读到 DAG {dag_id}{details}")
            time.sleep(0.5)
        self._request("PATCH", f"dags/{dag_id}?update_mask=is_paused", {"is_paused": False})

    def unfinished_run(self, dag_id: str) -> str | None:
        """Id of the newest run that is queued or running."""
        runs = self._request("GET", f"dags/{dag_id}/dagRuns?state=queued&state=running&order_by=-run_after&limit=1")
        return runs["dag_runs"][0]["dag_run_id"] if runs["dag_runs"] else None

    def trigger(self, dag_id: str, conf: dict[str, Any], note: str) -> str:
        """Start a run; returns its id.

        What an earlier start of Airflow has parsed may be called stale until this one has parsed it, and is not found
        meanwhile: that is waited for.

        Raises:
            AirflowError: there is no such DAG to start after a minute.
        """
        body = {"logical_date": None, "conf": conf, "note": note}
        deadline = time.monotonic() + 60
        while (run := self._request("POST", f"dags/{dag_id}/dagRuns", body, missing_ok=True)) is None:
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow 里没有可以触发的 DAG {dag_id}，见 DAG 处理器的日志")
            time.sleep(0.5)
        return run["dag_run_id"]

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """End a run: what it still has to do is not done."""
        self._request("PATCH", f"dags/{dag_id}/dagRuns/{quote(run_id, safe='')}?update_mask=state", {"state": "failed"})

    def follow(self, dag_id: str, run_id: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """State of a run and its task instances, once a second until the run has ended."""
        run = f"dags/{dag_id}/dagRuns/{quote(run_id, safe='')}"
        while True:
            state = self._request("GET", run)["state"]
            yield state, self._request("GET", f"{run}/taskInstances?limit=500")["task_instances"]
            if state in ("success", "failed"):
                return
            time.sleep(1)

    def _log_in(self) -> None:
        if "Authorization" not in self._session.headers:
            answer = self._session.post(f"{self.base_url}/auth/token", json=self._login, timeout=30)
            answer.raise_for_status()
            self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _request(self, method: str, path: str, body: dict[str, Any] | None = None, *, missing_ok: bool = False) -> Any:
        try:
            self._log_in()
            answer = self._session.request(method, f"{self.base_url}/api/v2/{path}", json=body, timeout=30)
        except requests.RequestException as error:
            raise AirflowError(f"Airflow（{self.base_url}）没有应答 {method} {path}：{error}") from None
        if missing_ok and answer.status_code == 404:
            return None
        if not answer.ok:
            raise AirflowError(f"Airflow 拒绝了 {method} {path}（HTTP {answer.status_code}）：{answer.text[:500]}")
        return answer.json()

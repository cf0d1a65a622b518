"""The four processes of a real Airflow on real PostgreSQL: up, a run, one killed, up again, down."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
import pytest

from stack import progress, run
from stack.airflow import COMPONENTS, POOLS, AirflowError, Client
from stack.installation import METADATA, Installation
from stack.postgres import Cluster
from stack.process import start_ticks
from stack.services import Service, stop_all

DAG = """
from airflow.sdk import BaseHook, dag, task

@dag(schedule=None)
def greeting():
    @task
    def greet():
        assert BaseHook.get_connection("warehouse").login == "pipeline"
    greet()

greeting()
"""
# Its first attempt never ends by itself.
PATIENT = """
from datetime import timedelta
from airflow.sdk import dag, get_current_context, task

@dag(schedule=None)
def patient():
    @task(retries=1, retry_delay=timedelta(seconds=1))
    def wait():
        import time
        while get_current_context()["ti"].try_number == 1:
            time.sleep(1)
    wait()

patient()
"""
# Succeeds for whoever gives it a data date, as `make run` does.
DATED = """
import time
from airflow.sdk import dag, get_current_context, task

@dag(schedule=None)
def dated():
    @task
    def look():
        time.sleep(3)
        assert "data_date" in get_current_context()["dag_run"].conf
    look()

dated()
"""

# Under the name of the main job: its note is written by whoever starts a run, before any of its tasks.
MAIN = """
from airflow.sdk import dag

@dag(schedule=None, params={"data_date": "2021-11-19"})
def case_pipeline():
    pass

case_pipeline()
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, own: Cluster) -> Iterator[Installation]:
    """A running Airflow with one small DAG."""
    var = tmp_path_factory.mktemp("var")
    made = Installation(var)
    made.cluster = own
    own.start()
    own.ensure_database(METADATA)
    (var / "dags").mkdir()
    (var / "dags" / "greeting.py").write_text(DAG)
    (var / "dags" / "patient.py").write_text(PATIENT)
    (var / "dags" / "dated.py").write_text(DATED)
    (var / "dags" / "case_pipeline.py").write_text(MAIN)
    made.environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(var / "dags")
    made.write_connections({})
    made.start_airflow()
    yield made
    stop_all(made.airflow_services.values())


def _pids(installation: Installation) -> dict[str, int]:
    return {name: json.loads((installation.run_folder / f"{name}.json").read_text())["pid"] for name in COMPONENTS}


def _client(installation: Installation, user: str) -> Client:
    return Client(installation.base_url, user, installation.airflow_passwords()[user])


def test_a_run_finishes_and_reads_its_connection_from_the_secret_file(installation: Installation) -> None:
    client = _client(installation, "engineer")
    client.wait_for_dag("greeting", seconds=60)
    run_id = client.trigger("greeting", {}, "测试")
    assert client.unfinished_run("greeting") == run_id
    *_, (state, tasks) = client.follow("greeting", run_id)
    assert (state, [task["state"] for task in tasks]) == ("success", ["success"])
    assert client.unfinished_run("greeting") is None


def test_a_run_of_the_main_job_notes_its_day_as_it_starts(installation: Installation) -> None:
    client = _client(installation, "engineer")
    client.wait_for_dag("case_pipeline", seconds=60)
    run_id = client.trigger("case_pipeline", {"data_date": "2021-11-18"}, "手工写的备注")
    list(client.follow("case_pipeline", run_id))
    note = client._request("GET", f"dags/case_pipeline/dagRuns/{quote(run_id, safe='')}")["note"]
    assert note == "数据日期 2021-11-18\n手工写的备注"


def test_no_process_has_a_secret_in_its_environment(installation: Installation) -> None:
    secrets = {path.read_text().strip() for path in (installation.var / "secrets").iterdir() if path.suffix != ".json"}
    secrets |= {secret.rpartition(":")[2] for secret in secrets} | {installation.cluster.password}
    leaders = [psutil.Process(pid) for pid in _pids(installation).values()]
    processes = [*leaders, *(child for leader in leaders for child in leader.children(recursive=True))]
    assert len(secrets) > 4 and len(processes) > len(leaders)
    for process in processes:
        given = process.environ()
        assert [name for name, value in given.items() for secret in secrets if secret in value] == [], process.name()
    scheduler, processor = (
        psutil.Process(_pids(installation)[name]).environ() for name in ("scheduler", "dag-processor")
    )
    assert "AIRFLOW__API_AUTH__JWT_SECRET_CMD" in scheduler
    assert [name for name in processor if "JWT" in name or "SECRET_KEY" in name] == []
    assert [name for name in installation.demo_service.environment if name.startswith(("AIRFLOW", "GOVSERVICE"))] == []


def test_airflow_is_no_superuser_of_the_database_server(installation: Installation) -> None:
    """Also where an earlier release has made its tables as one."""
    link = psycopg2.connect(installation.cluster.url(METADATA, driver="postgresql"))
    with link, link.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall() == [("airflow",)]
        cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchall() == [("airflow",)]
        cursor.execute("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'airflow'")
        assert cursor.fetchone() == (False,)
    link.close()


def test_airflow_gives_up_a_metadata_database_that_answers_nothing(installation: Installation) -> None:
    code = "from airflow import settings; print('GIVEN', settings.engine.connect().connection.driver_connection.info.dsn_parameters)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=installation.environment, stdout=subprocess.PIPE, text=True, check=True)
    given = ast.literal_eval(done.stdout.rpartition("GIVEN ")[2])
    limits = ("connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [given.get(name) for name in limits] == ["10", "30", "10", "3", "60000"]


def test_an_analyst_may_not_start_runs(installation: Installation) -> None:
    _client(installation, "engineer").wait_for_dag("greeting", seconds=60)
    with pytest.raises(AirflowError, match="403"):
        _client(installation, "analyst").trigger("greeting", {}, "测试")


def test_pools_are_made_and_brought_to_size(installation: Installation) -> None:
    client = installation.airflow_client()
    pools = json.loads(POOLS.read_text())
    client.set_pools({"sources": {**pools["sources"], "slots": 1}})
    client.set_pools(pools)
    command = [*installation.airflow_services["scheduler"].command[:1], "pools", "list", "--output", "json"]
    listed = subprocess.run(command, env=installation.environment, capture_output=True, text=True, check=True)
    slots = {pool["pool"]: int(pool["slots"]) for pool in json.loads(listed.stdout[listed.stdout.index("[{") :])}
    assert slots.items() >= {name: pool["slots"] for name, pool in pools.items()}.items()


def test_a_missing_dag_is_reported_with_the_import_errors(installation: Installation) -> None:
    with pytest.raises(AirflowError, match="no_such_dag"):
        _client(installation, "engineer").wait_for_dag("no_such_dag", seconds=0.1)


def test_what_is_healthy_is_left_alone_and_quickly(installation: Installation) -> None:
    before, started = _pids(installation), time.monotonic()
    installation.start_airflow()
    assert _pids(installation) == before
    assert time.monotonic() - started < 5


def test_a_run_whose_workers_are_all_killed_is_taken_up_again_by_itself(installation: Installation) -> None:
    client = _client(installation, "engineer")
    client.wait_for_dag("patient", seconds=60)
    run_id = client.trigger("patient", {}, "测试")
    killed, deadline = False, time.monotonic() + 240
    for state, tasks in client.follow("patient", run_id):
        assert time.monotonic() < deadline, (state, tasks)
        if not killed and [task["state"] for task in tasks] == ["running"]:
            for worker in psutil.Process(_pids(installation)["scheduler"]).children():
                worker.kill()
            killed = True
    assert killed
    assert (state, [task["try_number"] for task in tasks]) == ("success", [2])


@pytest.fixture
def make_run(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """The pipeline part of `make run` for the DAG `dated`, where everything is verified."""
    monkeypatch.setattr(run, "DAG", "dated")
    monkeypatch.setattr(run, "_is_lower_bound", lambda _: False)
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    installation.demo_service = Service("demo-api", sleeper, {}, installation.run_folder)  # type: ignore[misc]
    installation.demo_service.start()
    yield lambda: run.run_pipeline(installation, date(2021, 11, 19), run.Steps())
    installation.demo_service.stop()


def _states(client: Client, *run_ids: str) -> list[str]:
    return [client._request("GET", f"dags/dated/dagRuns/{quote(run_id, safe='')}")["state"] for run_id in run_ids]


def test_make_run_runs_again_what_an_earlier_run_did_not_do(
    installation: Installation, make_run: Callable[[], str]
) -> None:
    client = _client(installation, "engineer")
    client.wait_for_dag("dated", seconds=60)
    first = client.trigger("dated", {}, "测试")
    assert make_run() == "success"
    assert _states(client, first) == ["failed"]


def test_make_run_ends_a_run_that_is_stuck_and_runs_again(
    installation: Installation, make_run: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "STUCK_SECONDS", 20)
    client = _client(installation, "engineer")
    client.wait_for_dag("dated", seconds=60)
    os.kill(_pids(installation)["scheduler"], signal.SIGSTOP)
    first = client.trigger("dated", {"data_date": "2021-11-19"}, "测试")
    assert make_run() == "success"
    assert _states(client, first) == ["failed"]


def test_a_component_that_stops_during_a_run_is_started_again(
    installation: Installation, make_run: Callable[[], str]
) -> None:
    before = _pids(installation)["dag-processor"]
    os.kill(before, signal.SIGKILL)
    assert make_run() == "success"
    assert _pids(installation)["dag-processor"] != before


def test_one_make_run_suffices_after_the_database_was_killed(
    installation: Installation, make_run: Callable[[], str]
) -> None:
    client = _client(installation, "engineer")
    client.wait_for_dag("dated", seconds=60)
    first = client.trigger("dated", {"data_date": "2021-11-19"}, "测试")
    for _, tasks in client.follow("dated", first):
        if [task["state"] for task in tasks] == ["running"]:
            break
    os.kill(int((installation.cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    time.sleep(2)
    installation.cluster.start()
    installation.start_airflow()
    assert make_run() == "success"


def test_only_a_killed_component_is_started_again(installation: Installation) -> None:
    before = _pids(installation)
    os.kill(before["dag-processor"], signal.SIGKILL)
    while start_ticks(before["dag-processor"]) is not None:
        time.sleep(0.02)
    installation.start_airflow()
    changed = {name for name, pid in _pids(installation).items() if pid != before[name]}
    assert changed == {"dag-processor"}


def test_nothing_is_left_after_stop(installation: Installation) -> None:
    stop_all(installation.airflow_services.values())
    working_here = [entry.name for entry in Path("/proc").iterdir() if _works_in(entry, installation.run_folder)]
    assert working_here == []


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return process.name.isdigit() and (process / "cwd").samefile(folder)
    except OSError:
        return False

"""Maintenance in a real Airflow: an expired waiver fails it by name, old landing files go and are named in its note."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from deliveries import deliver
from govservice import warehouse as govservice_warehouse
from warehouses import PASSWORDS, Warehouse

ROOT = Path(__file__).resolve().parents[2]


def maintain(own: Warehouse, folder: Path, until: date) -> dict[str, Any]:
    """One run of the DAG with one waiver; its state, note and the states of its tasks."""
    waiver = {"rule": "C06", "source": "konggang_centre", "reason": "升级", "basis": "函 45 号", "owner": "质检岗"}
    waiver |= {"since": date(2021, 11, 1), "until": until}
    (folder / "waivers.yml").write_text(yaml.safe_dump({"waivers": [waiver]}, allow_unicode=True), encoding="utf-8")
    login = {"login": "pipeline", "password": PASSWORDS["pipeline"], "schema": own.database}
    connection = {"conn_type": "postgres", "host": "127.0.0.1", "port": own.cluster.port, **login}
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
        "GOVSERVICE_VAR": str(folder / "var"),
        "GOVSERVICE_WAIVERS": str(folder / "waivers.yml"),
        "GOVSERVICE_LANDING_DAYS": "90",
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(connection),
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    command = [sys.executable, str(ROOT / "tests" / "helpers" / "run_dag.py"), "{}", "maintain"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=250)
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert results, done.stdout[-3000:] + done.stderr[-3000:]
    return {**json.loads(results[-1].removeprefix("RESULT ")), "log": done.stdout + done.stderr}


@pytest.fixture
def own(new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path, tmp_path: Path) -> Any:
    """A warehouse with an old delivery of a source and a new one, both with their landing folders."""
    with new_warehouse() as warehouse:
        for number in range(2):
            deliver(
                warehouse.url, "konggang_centre", {"accept": [{"RowGuid": f"g{number}", "ProjectNo": f"N{number}"}]}
            )
            (var / "landing" / "konggang_centre" / str(number)).mkdir(parents=True)
        with govservice_warehouse.transaction(warehouse.superuser) as cursor:
            cursor.execute(
                """
                UPDATE ops.delivery SET
                    landing_path = 'konggang_centre/' || rank.number,
                    recorded_at = recorded_at - (1 - rank.number) * interval '91 days'
                FROM (
                    SELECT delivery_id, row_number() OVER (ORDER BY delivery_id) - 1 AS number
                    FROM ops.delivery WHERE source_id = 'konggang_centre'
                ) AS rank
                WHERE rank.delivery_id = ops.delivery.delivery_id
                """
            )
        yield warehouse


def test_old_landing_files_go_and_an_expired_waiver_is_named(own: Warehouse, tmp_path: Path, var: Path) -> None:
    done = maintain(own, tmp_path, date(2021, 11, 30))
    assert done["state"] == "failed"
    assert {task["task"]: task["state"] for task in done["tasks"]} == {
        "check_waivers": "failed",
        "check_calendar": "success",
        "remove_landings": "success",
    }
    assert "1 条豁免已到期：规则 C06（konggang_centre）2021-11-30 到期，责任人 质检岗" in done["log"]
    assert done["note"] == "清理落地文件 1 个：konggang_centre/0"
    assert [folder.name for folder in (var / "landing" / "konggang_centre").iterdir()] == ["1"]


def test_with_waivers_that_run_it_succeeds(own: Warehouse, tmp_path: Path) -> None:
    done = maintain(own, tmp_path, date(2999, 12, 31))
    assert (done["state"], done["note"]) == ("success", "清理落地文件 1 个：konggang_centre/0")

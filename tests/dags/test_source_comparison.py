"""The comparison asks the main job for everything, for the day that its own form names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RENDER = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
dag = DagBag(sys.argv[1]).dags["source_comparison"]
task = dag.get_task("compare")
task.render_template_fields({"params": {**dag.params.dump(), **json.loads(sys.argv[2])}})
print("CONF " + json.dumps(task.conf))
"""


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ({}, {"data_date": None, "confirm_data_date": False}),
        ({"data_date": "2021-11-19"}, {"data_date": "2021-11-19", "confirm_data_date": False}),
        (
            {"data_date": "2021-12-31", "confirm_data_date": True},
            {"data_date": "2021-12-31", "confirm_data_date": True},
        ),
    ],
)
def test_the_day_and_its_confirmation_are_passed_on(tmp_path: Path, form: dict[str, object], asked: dict) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
    }
    command = [sys.executable, "-c", RENDER, str(ROOT / "dags" / "source_comparison.py"), json.dumps(form)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    confs = [line for line in done.stdout.splitlines() if line.startswith("CONF ")]
    assert confs, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads(confs[-1].removeprefix("CONF ")) == {"mode": "full", **asked}

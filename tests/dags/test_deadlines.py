"""No run and no task goes on for ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

from govservice.settings import ROOT

# Seconds by DAG and task; a task that waits for people has its own way to say how long.
LIMITS = """
import json
from airflow.dag_processing.dagbag import DagBag

bag = DagBag({folder!r})
assert not bag.import_errors, bag.import_errors
print("RESULT " + json.dumps({{
    dag.dag_id: {{
        "run": dag.dagrun_timeout and dag.dagrun_timeout.total_seconds(),
        "tasks": {{
            task.task_id: limit and limit.total_seconds()
            for task in dag.tasks
            for limit in [getattr(task, "partial_kwargs", {{}}).get("response_timeout") or task.execution_timeout]
        }},
    }}
    for dag in bag.dags.values()
}}))
"""


def test_every_run_and_every_task_has_a_deadline_and_tasks_end_before_their_run(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
        "GOVSERVICE_VAR": str(tmp_path / "var"),
    }
    code = LIMITS.format(folder=str(ROOT / "dags"))
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, done.stderr[-2000:]
    found = json.loads(lines[-1].removeprefix("RESULT "))
    assert found.keys() == {"case_pipeline", "maintain", "rating_follow_up", "source_comparison"}
    for name, dag in found.items():
        assert dag["run"], name
        assert dag["tasks"], name
        without = [task for task, seconds in dag["tasks"].items() if not seconds or seconds >= dag["run"]]
        assert without == [], name

"""Run a DAG once in this process, as a test starts it: python run_dag.py '<conf as JSON>' <dag id> [<task id>]. Prints state and task states.

With a task id, that task (the first one, if it is mapped) and what follows it are cleared after the run, and run again.
"""

import json
import sys
from pathlib import Path

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models import dagrun
from airflow.models.pool import Pool
from airflow.models.taskinstance import clear_task_instances
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState

ROOT = Path(__file__).resolve().parents[2]


def reopened(dag, session, **_):
    """Instead of a run of its own, which test() would make, the run that is there."""
    found = session.get(type(run), run.id)
    found.dag = dag
    return found


initdb()
bag = DagBag(ROOT / "dags")
if bag.import_errors:
    sys.exit(f"DAG does not load: {bag.import_errors}")
for dag in bag.dags.values():
    DagSerialization.to_dict(dag)
DagBundlesManager().sync_bundles_to_db()
sync_bag_to_db(bag, "dags-folder", None)
for pool in json.loads((ROOT / "include" / "stack" / "pools.json").read_text()):
    Pool.create_or_update_pool(pool, 4, "", include_deferred=False)
dag = bag.dags[sys.argv[2]]
run = dag.test(run_conf=json.loads(sys.argv[1]))
for task_id in sys.argv[3:]:
    following = dag.get_task(task_id).get_flat_relative_ids(upstream=False)
    with create_session() as session:
        tasks = session.get(type(run), run.id).get_task_instances(session=session)
        first = [task for task in tasks if task.task_id == task_id and task.map_index in (-1, 0)]
        cleared = first + [task for task in tasks if task.task_id in following]
        clear_task_instances(cleared, session, dag_run_state=DagRunState.RUNNING)
    dagrun.get_or_create_dagrun = reopened
    run = dag.test()
with create_session() as session:
    note = session.get(type(run), run.id).note
tasks = [
    {"task": task.task_id, "label": task.rendered_map_index, "state": str(task.state), "tries": task.try_number}
    for task in run.get_task_instances()
]
print("RESULT " + json.dumps({"state": str(run.state), "note": note, "tasks": tasks}))

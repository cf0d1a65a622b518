"""Run a DAG once in this process, as a test starts it: python run_dag.py '<conf as JSON>' <dag id>. Prints state and task states."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models.pool import Pool
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.db import initdb
from airflow.utils.session import create_session

ROOT = Path(__file__).resolve().parents[2]

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
run = bag.dags[sys.argv[2]].test(run_conf=json.loads(sys.argv[1]))
with create_session() as session:
    note = session.get(type(run), run.id).note
tasks = [
    {"task": task.task_id, "label": task.rendered_map_index, "state": str(task.state)}
    for task in run.get_task_instances()
]
print("RESULT " + json.dumps({"state": str(run.state), "note": note, "tasks": tasks}))

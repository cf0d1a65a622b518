"""Read by every Airflow process at its start (Airflow's own name for such a file).

The scheduler loads what tasks need, once: its workers are forked from it, so that a task starts in half a second less
and the inspection need not spend seven on importing Great Expectations.
"""

import sys
from importlib import import_module

PRELOADED = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "govservice.collecting.collect",
    "govservice.inspecting.two_readings",
)

if "scheduler" in sys.argv[1:2]:
    for name in PRELOADED:
        import_module(name)

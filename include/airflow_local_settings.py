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

CONNECT_ARGS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How long Airflow waits for a metadata database that answers nothing: libpq's parameters, seconds and milliseconds."""

if "scheduler" in sys.argv[1:2]:
    for name in PRELOADED:
        import_module(name)

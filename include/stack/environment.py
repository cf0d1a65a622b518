"""Run a command in the local Airflow's environment: `python -m stack.environment airflow dags list`."""

import os
import sys

from govservice import settings
from stack.installation import Installation


def main() -> None:
    """Become the command given as arguments, with Airflow's settings, connections and the register in use."""
    if not (settings.var() / "postgres" / "data").exists():
        sys.exit("这里还没有安装：先 make run")
    environment = Installation(settings.var()).environment
    os.execvpe(sys.argv[1], sys.argv[1:], environment)


if __name__ == "__main__":
    main()

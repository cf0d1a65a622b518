"""`make stop`: end what `make run` started in this folder, and nothing else."""

import sys

from govservice import settings
from stack.installation import Installation
from stack.services import Service, stop_all


def main() -> int:
    """Run the command; returns the exit code."""
    installation = Installation(settings.var())
    with installation.lock():
        records = sorted(installation.run_folder.glob("*.json"))
        running = [Service(record.stem, [], {}, installation.run_folder) for record in records]
        stop_all(running)
        installation.cluster.stop()
    print(f"已停止 {'、'.join(service.name for service in running)} 和数据库" if running else "没有在运行的服务")
    return 0


if __name__ == "__main__":
    sys.exit(main())

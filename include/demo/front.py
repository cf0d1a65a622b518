"""The simulated 前置库: one database schema per source with the national tables or a vendor's, loaded by COPY.

    FRONT_READER_PASSWORD=… python -m demo.front --root var/demo/front \
        --url postgresql+psycopg2://user:password@127.0.0.1:5432/front --reader front_reader
"""

import argparse
import json
import os
import time
from pathlib import Path

from psycopg2 import sql
from psycopg2.extensions import connection, cursor, encrypt_password
from sqlalchemy import create_engine

from govservice import contract
from govservice.contract import Feed, register


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="demo.front", description="建立模拟来源的前置库")
    parser.add_argument("--root", type=Path, default=Path("var/demo/front"), help="数据目录")
    parser.add_argument("--url", required=True, help="前置库所在数据库，postgresql+psycopg2://…")
    parser.add_argument("--reader", help="只读登录角色，口令取自环境变量 FRONT_READER_PASSWORD")
    given = parser.parse_args()
    if given.reader and not os.environ.get("FRONT_READER_PASSWORD"):
        raise SystemExit("请用环境变量 FRONT_READER_PASSWORD 给出只读角色的口令")
    engine = create_engine(given.url)
    link = engine.raw_connection()
    try:
        assert link.driver_connection is not None
        build(link.driver_connection, given.root, given.reader, os.environ.get("FRONT_READER_PASSWORD", ""))
    finally:
        link.close()
        engine.dispose()


def build(link: connection, root: Path, reader: str | None, password: str) -> None:
    """Load every source folder below `root` into a schema of its name, and let the reader read them.

    A schema that already holds the data of the same generator run is kept.

    Args:
        link: connection of a role that may create schemas and roles.
        root: holds `<source>/<table>.csv`; beside it, the register in use and the truth, which names the generator run.
        reader: login role to create or update; None leaves the grants alone.
        password: the reader's password.
    """
    truth = json.loads((root.parent / "truth.json").read_text(encoding="utf-8"))
    stamp = f"demo {truth['generator']} {truth['scale']} {truth['seed']}"
    sources = register.load(root.parent / "sources.yml")
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        began = time.monotonic()
        with link, link.cursor() as work:
            loaded = _load_source(work, folder, sources[folder.name].dialect, stamp)
        print(
            f"  前置库 {folder.name}：" + (f"已载入，{time.monotonic() - began:.1f} 秒" if loaded else "已是这一批数据")
        )
    if reader:
        with link, link.cursor() as work:
            _grant(work, link, reader, password, [folder.name for folder in root.iterdir() if folder.is_dir()])


def _load_source(work: cursor, folder: Path, dialect: str, stamp: str) -> bool:
    schema = sql.Identifier(folder.name)
    work.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [f'"{folder.name}"'])
    if work.fetchone() == (stamp,):
        return False
    work.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
    work.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    if dialect == "national":
        feed_of = {feed.table.lower(): feed for feed in contract.feeds().values()}
        for path in sorted(folder.glob("*.csv")):
            _create_table(work, sql.Identifier(folder.name, path.stem), feed_of[path.stem])
    else:
        work.execute(sql.SQL("SET LOCAL search_path TO {}").format(schema))
        work.execute(Path(__file__).with_name(f"{dialect}.sql").read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.csv")):
        _copy(work, sql.Identifier(folder.name, path.stem), path)
    work.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, sql.Literal(stamp)))
    return True


def _copy(work: cursor, table: sql.Identifier, path: Path) -> None:
    with path.open("rb") as file:
        header = file.readline().decode().strip().replace('"', "").split(",")
        names = sql.SQL(", ").join(map(sql.Identifier, header))
        work.copy_expert(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FREEZE)").format(table, names), file)
    work.execute(sql.SQL("ANALYZE {}").format(table))


def _create_table(work: cursor, table: sql.Identifier, feed: Feed) -> None:
    shape = [sql.SQL("{} {}").format(sql.Identifier(one.name), sql.SQL(_type(one))) for one in feed.fields]
    work.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(shape)))
    work.execute(sql.SQL("CREATE INDEX ON {} (cd_time)").format(table))
    work.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table, sql.Literal(feed.zh)))
    for one in feed.fields:
        column = sql.Identifier(*table.strings, one.name)
        work.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(column, sql.Literal(one.zh)))


def _type(one: contract.Field) -> str:
    if one.kind == "datetime":
        return "timestamp(0)"
    return "integer" if one.name == "task_version" else f"varchar({one.max})"


def _grant(work: cursor, link: connection, reader: str, password: str, schemas: list[str]) -> None:
    """Create the reader or renew its password (sent as a SCRAM verifier, never in clear); it may only read."""
    role = sql.Identifier(reader)
    verifier = sql.Literal(encrypt_password(password, reader, link, "scram-sha-256"))
    work.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [reader])
    verb = sql.SQL("ALTER" if work.fetchone() else "CREATE")
    work.execute(sql.SQL("{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(verb, role, verifier))
    database = sql.Identifier(link.info.dbname)
    work.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
    work.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))
    for name in schemas:
        schema = sql.Identifier(name)
        work.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
        work.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, role))


if __name__ == "__main__":
    main()

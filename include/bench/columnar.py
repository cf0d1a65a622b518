"""For reference: the conditions of the accept feed in a columnar engine in memory, near the limit of one machine."""

import time
from datetime import date
from pathlib import Path
from typing import Any

from bench import measure, whole_job
from bench.inspection import FEED
from bench.measure import Experiment
from bench.workshop import Workshop
from govservice import warehouse
from govservice.inspecting import inspection, suites

POSTGRES, DUCKDB = "PostgreSQL，只计数", "DuckDB，只计数"
COLUMNS = Path(__file__).with_name("columns.sql")
TYPES = {"timestamp without time zone": "TIMESTAMP", "text": "VARCHAR", "text[]": "VARCHAR[]"}


class CountsDiffer(RuntimeError):
    """The two engines count other failures: names the rules."""


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Count the failures of every rule that both engines understand, over the view that inspection has left filled."""
    found = measure.in_child(_compare, workshop.pipeline(whole_job.WAREHOUSE), workshop.folder / "live.csv").result
    seconds, rows, known, rules = found
    return Experiment(
        title="同样的条件，列存引擎作参照（受理信息）",
        volume=f"{rows:,} 条 × {known} 条规则",
        seconds=seconds,
        notes=[
            f"{rules} 条规则里 DuckDB 认得 {known} 条，计数逐条相同；其余用到校验位等函数，DuckDB 里没有",
            "两边都只数已算好的质检视图里不合规的行，不写问题记录",
        ],
    )


def _compare(url: str, path: Path) -> tuple[dict[str, list[float]], int, int, int]:
    """Seconds by way, rows of the view, rules that both engines know, and all rules."""
    import duckdb

    from govservice.inspecting import two_readings

    rules = suites.load()[FEED]
    source = two_readings.source_of(inspection.sqlalchemy_url(url))
    conditions = two_readings.failing_conditions(source, f"{FEED}_live", rules)
    with duckdb.connect() as engine, warehouse.transaction(url) as cursor:
        engine.execute("SET enable_progress_bar = false")
        began = time.perf_counter()
        rows = _load(cursor, engine, path)
        loading = time.perf_counter() - began
        known = [number for number, condition in enumerate(conditions) if _is_known(engine, condition)]
        counts = ", ".join(f"count(*) FILTER (WHERE {conditions[number]})" for number in known).replace("%%", "%")
        queries = {table: f"SELECT {counts} FROM {table}" for table in (f"quality.{FEED}_live", "live")}
        ours, theirs = queries.values()

        def in_postgres() -> Any:
            cursor.execute(ours)
            return cursor.fetchone()

        def in_duckdb() -> Any:
            return engine.execute(theirs).fetchone()

        pairs = zip(known, in_postgres(), in_duckdb(), strict=True)
        differing = [rules[number].rule_id for number, one, other in pairs if one != other]
        if differing:
            raise CountsDiffer(f"DuckDB 与 PostgreSQL 计数不同：{'、'.join(differing)}")
        ways = {
            POSTGRES: lambda: measure.seconds_of(in_postgres),
            DUCKDB: lambda: measure.seconds_of(in_duckdb),
        }
        seconds = measure.interleaved(ways)
    return {**seconds, "　此前取数并装入 DuckDB": [loading]}, rows, len(known), len(rules)


def _load(cursor: warehouse.Cursor, engine: Any, path: Path) -> int:
    """Bring the filled view over as CSV; returns its rows."""
    cursor.execute(COLUMNS.read_text(), {"view": f"quality.{FEED}_live"})
    columns = cursor.fetchall()
    expressions = ", ".join(f"to_json({name})::text" if kind == "text[]" else name for name, kind in columns)
    with path.open("wb") as file:
        cursor.copy_expert(f"COPY (SELECT {expressions} FROM quality.{FEED}_live) TO STDOUT (FORMAT csv)", file)
    shape = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in columns)
    engine.execute(f"CREATE TABLE live ({shape})")
    engine.execute("COPY live FROM ? (FORMAT csv, HEADER false)", [str(path)])
    path.unlink()
    return int(engine.execute("SELECT count(*) FROM live").fetchone()[0])


def _is_known(engine: Any, condition: str) -> bool:
    """Whether the engine has every function and operator of the condition."""
    import duckdb

    try:
        engine.execute(f"SELECT 1 FROM live WHERE {condition.replace('%%', '%')} LIMIT 0")
    except duckdb.Error:
        return False
    return True

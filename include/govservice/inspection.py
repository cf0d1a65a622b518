"""Inspect the cases and ratings that deliveries have touched, and judge them.

Two readings of one rule text: compiled, it writes every finding in one pass per view; validated by Great Expectations, it
confirms the counts. They are taken side by side, one on a connection of its own per processor.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from govservice import rejudging, suites, warehouse
from govservice.contract import CASE_FEEDS, INSPECTED_FEEDS
from govservice.suites import Rule

READERS = 2


class CountsDiffer(RuntimeError):
    """The two readings of a rule disagree: names the rules and both counts."""


@contextmanager
def exclusive(url: str) -> Iterator[None]:
    """Hold the inspection lock: of several runs at once, one inspects or judges, the others wait."""
    connection = warehouse.connect(url, "inspection lock")
    try:
        connection.autocommit = True
        connection.cursor().execute("SELECT pg_advisory_lock(hashtext('inspection'))")
        yield
    finally:
        connection.close()


def inspect(url: str, run_id: str) -> dict[str, int]:
    """Queue what changed rules touch, take the queue and write the findings of its cases.

    Args:
        url: warehouse, role pipeline, "postgresql://…".
        run_id: the run on whose behalf.

    Returns:
        Counts: due_cases, and findings by feed. With nothing due it costs a query.

    Raises:
        suites.SuiteError: a suite cannot be used.
        CountsDiffer: Great Expectations counts other failures than the compiled pass.
    """
    with exclusive(url):
        with warehouse.transaction(url, "rule changes") as cursor:
            rejudging.enqueue(cursor, run_id, partial(_compiled, url))
        with warehouse.transaction(url, "inspect") as cursor:
            due = take_due(cursor)
        if not due:
            return {"due_cases": 0, **dict.fromkeys(INSPECTED_FEEDS, 0)}
        return {"due_cases": due, **_both_readings(url, run_id)}


def _compiled(url: str, feed: str, rules: tuple[Rule, ...]) -> list[str]:
    from govservice import expectations

    return expectations.failing_conditions(expectations.source_of(sqlalchemy_url(url)), f"{feed}_live", rules)


def _both_readings(url: str, run_id: str) -> dict[str, int]:
    from govservice import expectations  # imports Great Expectations: seconds that a run without work does not pay

    with ThreadPoolExecutor(READERS) as pool:
        # a rating is compared with its service record and the result of its case: it comes when the others are there
        *others, last = INSPECTED_FEEDS
        list(pool.map(lambda feed: refresh(url, feed), reversed(others)))
    refresh(url, last)
    rules = suites.load()
    source = expectations.source_of(sqlalchemy_url(url))
    conditions = {
        feed: expectations.failing_conditions(source, f"{feed}_live", rules[feed]) for feed in INSPECTED_FEEDS
    }
    findings = {}
    with ThreadPoolExecutor(1) as pool:
        compiled = {
            feed: pool.submit(find, url, feed, rules[feed], conditions[feed], run_id) for feed in INSPECTED_FEEDS
        }
        for feed in reversed(INSPECTED_FEEDS):
            suite = expectations.expectation_suite(f"quality.{feed}_live", rules[feed])
            _, confirmed = expectations.failed_counts(expectations.whole_view(source, f"{feed}_live"), suite)
            found = compiled[feed].result()
            compare(rules[feed], found, confirmed)
            findings[feed] = sum(found)
    return findings


def take_due(cursor: warehouse.Cursor) -> int:
    """Move the queue into quality.due_case; return the number of cases that are due."""
    cursor.execute("SET LOCAL work_mem = '256MB'")
    cursor.execute(warehouse.template("quality/take_due.sql.j2"))
    cursor.execute("SELECT count(*) FROM quality.due_case")
    return int(cursor.fetchone()[0])  # type: ignore[index]


def refresh(url: str, feed: str) -> None:
    """Fill one inspection view with the rows of the cases that are due: computed once, read by both readings and the verdict."""
    with warehouse.transaction(url, f"refresh {feed}") as cursor:
        cursor.execute(warehouse.template("quality/refresh_live.sql.j2", feed))


def find(url: str, feed: str, rules: tuple[Rule, ...], conditions: list[str], run_id: str) -> list[int]:
    """Write the findings of one view in one pass; return the failures by rule, in the order of the rules."""
    parameters = {"run_id": run_id}
    with warehouse.transaction(url, f"inspect {feed}") as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(warehouse.template("quality/find.sql.j2", feed, rules=rules, conditions=conditions), parameters)
        cursor.execute(warehouse.template("quality/count_checks.sql.j2", feed), parameters)
        cursor.execute("SELECT rule_no, count(*) FROM found GROUP BY rule_no")
        counts = dict(cursor.fetchall())
    return [counts.get(number, 0) for number in range(len(rules))]


def compare(rules: tuple[Rule, ...], found: list[int], confirmed: list[int]) -> None:
    """Raise CountsDiffer unless both readings of every rule count the same failures."""
    differing = [
        f"{rule.rule_id} {rule.feed}.{rule.column}：{ours} / {theirs}"
        for rule, ours, theirs in zip(rules, found, confirmed, strict=True)
        if ours != theirs
    ]
    if differing:
        raise CountsDiffer(
            f"{len(differing)} 条规则的两种算法计数不同（编译 / Great Expectations）：{'；'.join(differing)}"
        )


def judge(url: str, run_id: str) -> int:
    """Write the verdict of every inspected case and of its ratings, and those that it replaces into the history.

    Returns:
        The number of cases judged.
    """
    with exclusive(url), warehouse.transaction(url, "judge") as cursor:
        cursor.execute("SELECT count(*) FROM quality.due_case")
        due = int(cursor.fetchone()[0])  # type: ignore[index]
        if due:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute(warehouse.statement("dwd/former_verdict.sql"))
            cursor.execute(
                warehouse.statement("dwd/judge_case.sql"), {"run_id": run_id, "case_feeds": list(CASE_FEEDS)}
            )
            cursor.execute(warehouse.statement("dwd/record_history.sql"), {"run_id": run_id})
            cursor.execute(warehouse.statement("dwd/judge_rating.sql"))
            cursor.execute("TRUNCATE quality.due_case")
            for feed in INSPECTED_FEEDS:
                cursor.execute(warehouse.template("quality/refresh_live.sql.j2", feed))  # emptied with the queue
    return due


def sqlalchemy_url(url: str) -> str:
    """The libpq URL as SQLAlchemy writes it for psycopg2."""
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)

"""Inspect the cases, ratings and items that deliveries have touched, and judge the cases and ratings.

Two readings of one rule text: compiled, it writes every finding in one pass per view; validated by Great Expectations, it
confirms the counts. They are taken side by side, one on a connection of its own per processor.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module

from govservice import warehouse
from govservice.contract import FinalError, feeds_in, inspected_feeds
from govservice.inspecting import live_views, rejudging, suites
from govservice.inspecting.suites import Rule

READERS = 2  # connections that inspection works on side by side


class CountsDiffer(FinalError):
    """The two readings of a rule disagree: names the rules and both counts."""


def exclusive(url: str) -> AbstractContextManager[None]:
    """Hold the inspection lock: of several runs at once, one inspects or judges, the others wait."""
    return warehouse.lock(url, "inspection")


def inspect(url: str, run_id: str) -> dict[str, int]:
    """Queue what changed rules touch, take the queue and write the findings of its cases.

    Args:
        url: warehouse, role pipeline, "postgresql://…".
        run_id: the run on whose behalf.

    Returns:
        Counts: due_cases (an item of the catalogue counts as one), and findings by feed. With nothing due it costs a query.

    Raises:
        suites.SuiteError: a suite cannot be used.
        CountsDiffer: Great Expectations counts other failures than the compiled pass.
    """
    with exclusive(url), ThreadPoolExecutor(READERS) as workers:
        with warehouse.transaction(url, "rule changes") as cursor:
            rejudging.enqueue(cursor, run_id, partial(_compiled, url))
            cursor.execute("SELECT EXISTS (TABLE quality.pending_case) OR EXISTS (TABLE quality.due_case)")
            if cursor.fetchone() == (True,):
                workers.submit(
                    import_module, "govservice.inspecting.two_readings"
                )  # seconds, while the database gathers facts
        with warehouse.transaction(url, "take due cases") as cursor:
            due = take_due(cursor)
        if not due:
            return {"due_cases": 0, **dict.fromkeys(inspected_feeds(), 0)}
        gather_facts(url)
        return {"due_cases": due, **_both_readings(url, run_id, workers)}


def _compiled(url: str, feed: str, rules: tuple[Rule, ...]) -> list[str]:
    from govservice.inspecting import two_readings

    return two_readings.failing_conditions(two_readings.source_of(sqlalchemy_url(url)), f"{feed}_live", rules)


def _both_readings(url: str, run_id: str, workers: ThreadPoolExecutor) -> dict[str, int]:
    """Fill the views; behind them both readings of each view go side by side."""
    order = live_views.reading_order()
    filled: dict[str, Future[bool]] = {}
    for feed, others in order.items():
        filled[feed] = workers.submit(_refresh_after, url, feed, [filled[other] for other in others])
    from govservice.inspecting import two_readings

    rules = suites.load()
    source = two_readings.source_of(sqlalchemy_url(url))
    found: dict[str, Future[list[int]]] = {}
    confirmed: dict[str, list[int]] = {}
    for feed in order:
        has_rows = filled[feed].result()
        conditions = two_readings.failing_conditions(source, f"{feed}_live", rules[feed])
        found[feed] = workers.submit(find, url, feed, rules[feed], conditions, run_id)
        suite = two_readings.expectation_suite(f"quality.{feed}_live", rules[feed])
        confirmed[feed] = [0] * len(rules[feed])
        if has_rows:  # without any, a suite would take Great Expectations as long, to count nothing
            _, confirmed[feed] = two_readings.failed_counts(two_readings.whole_view(source, f"{feed}_live"), suite)
    for feed in order:
        compare(rules[feed], found[feed].result(), confirmed[feed])
    return {feed: sum(confirmed[feed]) for feed in order}


def _refresh_after(url: str, feed: str, others: list[Future[bool]]) -> bool:
    for other in others:
        other.result()
    return refresh(url, feed)


def take_due(cursor: warehouse.Cursor) -> int:
    """Move the queue into quality.due_case; return the number of cases that are due."""
    cursor.execute(warehouse.statement("quality/write/due_case__take.sql"))
    cursor.execute("SELECT count(*) FROM quality.due_case")
    return int(cursor.fetchone()[0])  # type: ignore[index]


def gather_part(cursor: warehouse.Cursor, part: int = 0, parts: int = 1) -> None:
    """Write ods.case_fact of the cases that are due: of all of them, or of the one part that is asked for, counted from 0."""
    cursor.execute(warehouse.statement("ods/write/case_fact__gather.sql"), {"part": part, "parts": parts})


def gather_facts(url: str) -> None:
    """Write ods.case_fact of the cases that are due, a part of them on a connection of its own per processor."""

    def gather(part: int) -> None:
        with warehouse.transaction(url, f"gather facts {part + 1}/{READERS}") as cursor:
            gather_part(cursor, part, READERS)

    with ThreadPoolExecutor(READERS) as workers:
        list(workers.map(gather, range(READERS)))
    with warehouse.transaction(url, "analyze facts") as cursor:
        cursor.execute("ANALYZE ods.case_fact")


def refresh(url: str, feed: str) -> bool:
    """Fill one inspection view in a transaction of its own; return whether it has rows."""
    with warehouse.transaction(url, f"refresh {feed}") as cursor:
        return live_views.refresh(cursor, feed)


def find(url: str, feed: str, rules: tuple[Rule, ...], conditions: list[str], run_id: str) -> list[int]:
    """Write the findings of one view in one pass; return the failures by rule, in the order of the rules."""
    parameters = {"run_id": run_id}
    with warehouse.transaction(url, f"inspect {feed}") as cursor:
        cursor.execute(
            warehouse.template("quality/write/finding__find.sql.j2", feed, rules=rules, conditions=conditions),
            parameters,
        )
        cursor.execute(warehouse.template("quality/write/run_check__count.sql.j2", feed), parameters)
        cursor.execute("SELECT rule_no, count(*) FROM failing_row GROUP BY rule_no")
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
            parameters = {"run_id": run_id, "case_feeds": list(feeds_in("case"))}
            cursor.execute(warehouse.statement("dwd/write/former_verdict.sql"))
            cursor.execute(warehouse.statement("dwd/write/case_record__judge.sql"), parameters)
            cursor.execute(warehouse.statement("dwd/write/verdict_history__record.sql"), parameters)
            cursor.execute(warehouse.statement("dwd/write/rating__judge.sql"))
            # not TRUNCATE, which would wait for whoever reads a figure in an open transaction
            cursor.execute("DELETE FROM quality.due_case")
            for feed in inspected_feeds():
                live_views.refresh(cursor, feed)  # emptied with the queue
    return due


def sqlalchemy_url(url: str) -> str:
    """The libpq URL as SQLAlchemy writes it for psycopg2."""
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)

"""What verdicts follow from beside the delivered records, the rules and the catalogue: statements, calendar, registers, code lists, settings."""

import hashlib
import json
from functools import cache, lru_cache

from govservice import sql_objects, warehouse
from govservice.contract import inspected_feeds
from govservice.inspecting import suites
from govservice.warehouse import Cursor

REASONS = {
    "statement": "reading_changed",
    "calendar": "calendar_changed",
    "source": "source_changed",
    "source_codes": "codes_changed",
    "station": "station_changed",
    "organisation": "organisation_changed",
    "code_list": "codes_changed",
    "setting": "setting_changed",
}
"""The reason of a rejudgement by the part of quality.reading that has changed."""
JUDGEMENTS = {"accept": "dwd/write/case_record__judge.sql", "rating": "dwd/write/rating__judge.sql"}


def enqueue(cursor: Cursor, run_id: str) -> set[str]:
    """Queue the cases that changed readings can touch, list the acts, and note what is read from now on.

    Returns:
        The feeds all of whose cases are queued.
    """
    texts = {feed: "\n".join(statements(feed)) for feed in inspected_feeds()}
    digests = {feed: digest(text) for feed, text in texts.items()}
    cursor.execute(warehouse.statement("quality/write/changed_reading.sql"), {"statements": json.dumps(digests)})
    cursor.execute("SELECT part, key FROM changed_reading ORDER BY part, key")
    touched: dict[tuple[str, str], None] = {}
    for part, key in cursor.fetchall():
        for feed, text in texts.items():
            if reads(text, feed, part, key):
                touched[REASONS[part], feed] = None
    for reason, feed in touched:
        parameters = {"run_id": run_id, "reason": reason}
        cursor.execute(warehouse.template("quality/write/pending_case__of_feed.sql.j2", feed), parameters)
    cursor.execute(
        warehouse.template("quality/write/pending_case__of_registers.sql.j2"),
        {"run_id": run_id, "reasons": json.dumps(REASONS)},
    )
    cursor.execute(warehouse.statement("quality/write/reading__note.sql"))
    return {feed for _, feed in touched}


def reads(text: str, feed: str, part: str, key: str) -> bool:
    """Whether any row of a feed, whose statements these are, may depend on something that has changed."""
    return {
        "statement": key == feed,
        "calendar": "dim.calendar_day" in text,
        "code_list": f"'{key}'" in text,
        "setting": f"'{key}'" in text,
    }.get(part, False)


@lru_cache(maxsize=64)
def digest(text: str) -> str:
    """Identity of what statements mean: a comment or a line break in them changes nothing."""
    return hashlib.sha256(sql_objects.meaning(text).encode()).hexdigest()[:12]


@cache
def statements(feed: str) -> tuple[str, ...]:
    """What the findings of a feed and the verdicts on its rows are computed by: its view, the facts of cases, functions, the judgement."""
    texts = [warehouse.template(f"quality/{feed}_live.sql.j2")]
    if "quality.due_fact" in sql_objects.names(texts[0]):
        texts.append(warehouse.statement("ods/write/case_fact__gather.sql"))
    if feed in JUDGEMENTS:
        texts.append(warehouse.statement(JUDGEMENTS[feed]))
    functions = sql_objects.functions()
    conditions = [rule.kwargs.get("condition", "") for rule in suites.load()[feed]]
    named = set().union(*map(sql_objects.names, [*texts, *conditions])) & functions.keys()
    while more := set().union(*(sql_objects.names(functions[name]) for name in named)) & functions.keys() - named:
        named |= more
    return (*texts, *(functions[name] for name in sorted(named)))

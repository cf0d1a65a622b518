"""What a change of the rules touches: exactly the cases that are judged again because of it, each change a listed act.

The register quality.rule says by which rules the findings were made; it is compared with the suites at the start of every
inspection. A rule that is new or reads otherwise is looked for among all live rows, by itself; one that has gone or only
acts otherwise touches the cases that have its findings.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from govservice import warehouse
from govservice.inspecting import live_views, readings, rule_examples, suites, view_rules, waivers
from govservice.inspecting.suites import Registered, Rule

REASONS = {
    "rule_added": "新增规则",
    "rule_changed": "规则改动",
    "rule_removed": "停用规则",
    "action_changed": "处置改变",
    "reading_changed": "取数口径改变",
    "calendar_changed": "日历改变",
    "source_changed": "来源登记改变",
    "codes_changed": "代码表改变",
    "station_changed": "站点登记改变",
    "organisation_changed": "机构登记改变",
    "setting_changed": "参数改变",
    "waiver_began": "豁免生效",
    "waiver_ended": "豁免结束",
    "catalogue_changed": "事项库改变",
}
"""Why cases are judged again without a delivery of theirs, and what it is called on pages."""

Key = tuple[str, str, str]
Compiler = Callable[[str, tuple[Rule, ...]], list[str]]


@dataclass
class Change:
    """One rule of one feed, in the columns in which it differs; `news` are expectations that no case was judged by."""

    reason: str
    feed: str
    rule_id: str
    columns: list[str] = field(default_factory=list)
    news: list[Rule] = field(default_factory=list)


def fingerprint(cursor: warehouse.Cursor) -> str:
    """The rule set in use, in 12 hexadecimal digits: rules, their actions, waivers, and what verdicts follow from beside them."""
    rules = sorted(
        "|".join((*_key(rule), rule.action, condition_digest(rule))) for feed in suites.load().values() for rule in feed
    )
    cursor.execute("SELECT part, key, digest FROM quality.reading ORDER BY part, key")
    return _digest(*rules, *map(repr, cursor.fetchall()), *map(repr, waivers.load()))


def condition_digest(rule: Rule) -> str:
    """Identity of what a rule asks: its type and arguments, written out from the contract."""
    return _digest(rule.type, *(f"{name}={value}" for name, value in sorted(rule.kwargs.items())))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def _key(rule: Rule) -> Key:
    return rule.feed, rule.rule_id, rule.column


def enqueue(cursor: warehouse.Cursor, run_id: str, compiler: Compiler) -> None:
    """Queue the cases that changed rules and waivers touch, list the acts, and make the register say what the suites say.

    Args:
        cursor: of a transaction of its own, under the inspection lock.
        run_id: the run on whose behalf; its data date decides which waivers run.
        compiler: the failing conditions of rules of a feed, as expectations.failing_conditions gives them; asked only
            where a rule is new or reads otherwise.
    """
    changes = _changes(cursor)
    whole = readings.enqueue(cursor, run_id)
    if changes:
        _queue(cursor, run_id, changes, whole, compiler)
    write_register(cursor)
    waivers.write(cursor)
    cursor.execute(warehouse.template("quality/write/finding__waive.sql.j2"), {"run_id": run_id})
    cursor.execute("UPDATE ops.run SET rule_set = %s WHERE run_id = %s", (fingerprint(cursor), run_id))


def _changes(cursor: warehouse.Cursor) -> list[Change]:
    """Rules that differ from the register; none where nothing was judged yet."""
    cursor.execute(
        "SELECT feed, rule_id, column_name, severity, condition_digest FROM quality.rule WHERE condition_digest IS NOT NULL"
    )
    registered: dict[Key, set[tuple[str, str]]] = {}
    for feed, rule_id, column, action, condition in cursor.fetchall():
        registered.setdefault((feed, rule_id, column), set()).add((action, condition))
    written: dict[Key, dict[tuple[str, str], Rule]] = {}
    for rule in (rule for rules in suites.load().values() for rule in rules):
        written.setdefault(_key(rule), {})[rule.action, condition_digest(rule)] = rule
    found: dict[tuple[str, str, str], Change] = {}
    for key in sorted(registered.keys() | written.keys() if registered else ()):
        old, new = registered.get(key, set()), written.get(key, {})
        if old != new.keys():
            identity = (_reason(old, set(new)), *key[:2])
            change = found.setdefault(identity, Change(*identity))
            change.columns.append(key[2])
            change.news += [rule for (_, condition), rule in new.items() if condition not in {each[1] for each in old}]
    return [*found.values()]


def _reason(old: set[tuple[str, str]], new: set[tuple[str, str]]) -> str:
    if not old or not new:
        return "rule_removed" if old else "rule_added"
    conditions = [{condition for _, condition in every} for every in (old, new)]
    return "action_changed" if conditions[0] == conditions[1] else "rule_changed"


def _queue(cursor: warehouse.Cursor, run_id: str, changes: list[Change], whole: set[str], compiler: Compiler) -> None:
    """Queue the touched cases; all cases of the feeds in `whole` are queued already, there is no need to look there."""
    looked = {change.feed for change in changes if change.news} - whole
    if looked:
        live_views.show_every_case(cursor)
    for change in changes:
        conditions = compiler(change.feed, tuple(change.news)) if change.news and change.feed in looked else []
        text = warehouse.template("quality/write/pending_case__of_rule.sql.j2", change.feed, conditions=conditions)
        parameters = {"reason": change.reason, "rule_id": change.rule_id, "columns": change.columns, "run_id": run_id}
        cursor.execute(text, parameters)


def write_register(cursor: warehouse.Cursor) -> None:
    """Make quality.rule say what the suites and view_rules.yml say."""
    rows = [
        _row(
            rule,
            f"quality.{rule.feed}_live",
            *rule_examples.of(rule),
            condition_digest(rule),
        )
        for rules in suites.load().values()
        for rule in rules
    ]
    rows += [_row(each, each.view, each.bad, each.good, None) for each in view_rules.load()]
    cursor.execute("DELETE FROM quality.rule")
    cursor.executemany(f"INSERT INTO quality.rule VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)  # noqa: S608


def _row(rule: Registered, view: str, *rest: str | None) -> tuple[Any, ...]:
    """A row of quality.rule: what the register says of every rule, its view between, and what differs."""
    judged = (rule.feed, rule.rule_id, rule.column, view, rule.action, rule.dimension, rule.description)
    return (*judged, rule.basis, rule.confidence, rule.owner, rule.since, "\n".join(rule.history), *rest)

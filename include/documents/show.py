"""`make show SQL=quality/accept_live` prints a statement as it is run; `make show RULE=T07` a rule as written, as compiled, with examples."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from documents import lineage
from govservice import contract, schema, settings, warehouse
from govservice.inspecting import inspection, rule_examples, suites, view_rules
from stack.postgres import Cluster


def main() -> int:
    """Run the command.

    Returns:
        Exit code: 2 if there is no such statement or rule.
    """
    parser = argparse.ArgumentParser(prog="make show")
    parser.add_argument(
        "--sql", default="", help="文件名，sql/ 和扩展名可省：quality/accept_live、ods/write/feed__decide"
    )
    parser.add_argument("--rule", default="", help="规则编号：T07")
    options = parser.parse_args()
    text = "\n".join(statements(options.sql) if options.sql else rule(options.rule))
    if not text:
        print(
            f"sql/ 里没有 {options.sql}" if options.sql else f"没有规则 {options.rule or '（用 SQL=… 或 RULE=…）'}",
            file=sys.stderr,
        )
        return 2
    print(text)
    return 0


def statements(name: str) -> Iterator[str]:
    """Every statement of a file, written out: one where it stands for no feed, else one for each."""
    wanted = name.removeprefix("sql/").removesuffix(".j2").removesuffix(".sql")
    for flow in lineage.flows():
        if flow.path.removeprefix("sql/").removesuffix(".j2").removesuffix(".sql") == wanted:
            yield f"-- {flow.path}"
            yield flow.text


def rule(rule_id: str) -> Iterator[str]:
    """A rule: the blocks that say it, the conditions of the rows that break it, and its examples."""
    found = [one for rules in suites.load().values() for one in rules if one.rule_id == rule_id]
    if found:
        yield from _written(rule_id)
        yield from _compiled({one.feed for one in found}, rule_id)
        for one in found:
            bad, good = rule_examples.of(one)
            yield f"-- {one.feed}.{one.column}（{suites.ACTIONS[one.action]}）\n--   违反：{bad or '—'}\n--   不违反：{good or '—'}"
    for pattern in view_rules.load():
        if pattern.rule_id == rule_id:
            yield f"-- 由视图 {pattern.view} 列出：{pattern.description}\n--   违反：{pattern.bad}\n--   不违反：{pattern.good}"


def _written(rule_id: str) -> Iterator[str]:
    """The blocks of the suites that give the rule, as they are written, with their places."""
    for path in sorted((settings.EXPECTATIONS / "quality").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        suite: Any = yaml.compose(text)
        nodes = next(value.value for key, value in suite.value if key.value == "expectations")
        for node, block in zip(nodes, suites.read(path)["expectations"], strict=True):
            if block["meta"]["rule_id"] == rule_id:
                first, last = node.start_mark.line, node.end_mark.line
                body = "\n".join(text.splitlines()[first:last]).rstrip()
                yield f"# {path.relative_to(settings.ROOT)} 第 {first + 1} 行\n{body}\n"


def _compiled(feeds: set[str], rule_id: str) -> Iterator[str]:
    """The SQL conditions of the rows that break the rule, as Great Expectations compiles them over a fresh warehouse."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", shared_buffers="64MB").start()
        try:
            cluster.ensure_database("warehouse")
            url = cluster.url("warehouse", driver="postgresql")
            schema.install(url, dict.fromkeys(warehouse.ROLES, cluster.password))
            from govservice.inspecting import two_readings

            source = two_readings.source_of(inspection.sqlalchemy_url(url))
            for feed in (name for name in contract.inspected_feeds() if name in feeds):
                rules = tuple(one for one in suites.load()[feed] if one.rule_id == rule_id)
                conditions = two_readings.failing_conditions(source, f"{feed}_live", rules)
                for one, condition in zip(rules, conditions, strict=True):
                    yield f"-- quality.{feed}_live.{one.column}：不符合的行\n{condition}\n"
        finally:
            cluster.stop()


if __name__ == "__main__":
    os.environ.setdefault("GOVSERVICE_VAR", tempfile.gettempdir())
    sys.exit(main())

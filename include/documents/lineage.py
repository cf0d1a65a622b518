"""Which statement reads and writes which relation, taken from the statements themselves."""

import re
from dataclasses import dataclass
from functools import cache

from govservice import contract, settings, sql_objects, warehouse
from govservice.inspecting import suites

_WRITTEN = re.compile(
    r"\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|REFRESH MATERIALIZED VIEW|COPY) ([a-z]+\.[a-z_][a-z0-9_]*)"
)
_TEMPORARY = re.compile(r"\bCREATE TEMPORARY (?:TABLE|VIEW) ([a-z_][a-z0-9_]*)")


@dataclass(frozen=True)
class Flow:
    """One statement: the file that it stands in, the relations and functions that it reads and those that it makes or writes.

    `made` are the temporary tables and views that it makes.
    """

    path: str
    reads: frozenset[str]
    writes: frozenset[str]
    made: frozenset[str]
    text: str


@cache
def flows() -> tuple[Flow, ...]:
    """Every file of sql/ that makes, fills, reads or asks; one that stands for each feed is there once for each."""
    made = [
        Flow(f"sql/{one.path}", one.needs, frozenset({one.name}), frozenset(), one.text)
        for one in sql_objects.objects()
    ]
    folders = [f"{layer}/{kind}" for layer in sql_objects.LAYERS for kind in ("write", "read")] + ["questions"]
    paths = [path for folder in folders for path in sorted((settings.SQL / folder).glob("*.sql*"))]
    return (*made, *(_flow(str(path.relative_to(settings.SQL)), text) for path in paths for text in _written_out(path)))


def written_by_python() -> dict[str, list[str]]:
    """The modules that write a relation in a line of their own, by relation."""
    found: dict[str, set[str]] = {}
    for path in sorted((settings.ROOT / "include" / "govservice").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        names = {*_WRITTEN.findall(text), *re.findall(r'"(dim\.[a-z_]+)": \[?', text)}
        for name in names:
            found.setdefault(name, set()).add(str(path.relative_to(settings.ROOT)))
    return {name: sorted(paths) for name, paths in found.items()}


def edges() -> list[tuple[str, str]]:
    """Which relation flows into which, functions left out; the tables and inspection views of all feeds are one each."""
    functions = set(sql_objects.functions())
    found = set()
    for flow in flows():
        if flow.path.startswith("sql/questions/"):
            continue
        targets = {_generic(name) for name in flow.writes - functions}
        sources = {_generic(name) for name in flow.reads - functions}
        found |= {(source, target) for source in sources for target in targets if source != target}
    return sorted(found)


def _generic(name: str) -> str:
    layer, _, relation = name.partition(".")
    feed = relation.removesuffix("_live") if layer == "quality" else relation
    if feed not in contract.feeds() or layer not in ("ods", "quality") or (layer == "quality" and feed == relation):
        return name
    return f"{layer}.<feed>" if layer == "ods" else "quality.<feed>_live"


def _written_out(path: object) -> list[str]:
    name = str(path).removeprefix(f"{settings.SQL}/")
    if not name.endswith(".j2"):
        return [warehouse.statement(name)]
    if "{{ feed.name }}" not in warehouse.statement(name) or "{% for feed in" in warehouse.statement(name):
        return [warehouse.template(name, actions=suites.ACTIONS)]
    feeds = [feed for feed in contract.feeds().values() if feed.is_inspected or not name.startswith("quality/")]
    return [
        warehouse.template(name, feed.name, rules=suites.load().get(feed.name, ()), conditions=["true"])
        for feed in feeds
    ]


def _flow(path: str, text: str) -> Flow:
    code = sql_objects.code(text)
    writes = {name for name in _WRITTEN.findall(code) if name.split(".")[0] in sql_objects.LAYERS}
    reads = sql_objects.names(text) - writes
    return Flow(f"sql/{path}", frozenset(reads), frozenset(writes), frozenset(_TEMPORARY.findall(code)), text)

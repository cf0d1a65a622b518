"""What the generated pages of docs/ say."""

import re
import tempfile
from pathlib import Path
from typing import Any

import jinja2

from documents import lineage
from govservice import schema, sql_objects, warehouse
from govservice.collecting.sources.reader import limits
from govservice.contract import Sheet, feeds, file_codes, reason_codes, sheets
from govservice.inspecting import rule_examples, suites, view_rules
from govservice.settings import ROOT
from stack.postgres import Cluster

TEMPLATES = Path(__file__).parent / "templates"
Column = dict[str, Any]


class Undocumented(ValueError):
    """A relation or column of the warehouse has no comment, so that it would have no line in the dictionary: names each."""


def all_pages() -> dict[str, str]:
    """The generated pages by their name below docs/; operations.md is written by people but for its table of codes."""
    described = columns()
    return {
        "dictionary.md": dictionary(described),
        "glossary.md": glossary(described),
        "lineage.md": lineage_page(described),
        "rules.md": register(),
        "files.md": station_files(),
        "operations.md": operations((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")),
    }


def columns() -> list[Column]:
    """Every column of a freshly installed warehouse that people may query, with its relation's and its own comment.

    Raises:
        Undocumented: a comment is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", shared_buffers="64MB").start()
        try:
            cluster.ensure_database("warehouse")
            url = cluster.url("warehouse", driver="postgresql")
            schema.install(url, dict.fromkeys(warehouse.ROLES, cluster.password))
            with warehouse.transaction(url) as cursor:
                found = warehouse.ask(cursor, "dictionary")
        finally:
            cluster.stop()
    silent = sorted(
        f"{each['layer']}.{each['relation']}" + ("" if each["meaning"] is None else f".{each['column_name']}")
        for each in found
        if each["meaning"] is None or each["column_meaning"] is None
    )
    if silent:
        raise Undocumented(
            f"没有注释，数据字典里就没有它们：{'、'.join(dict.fromkeys(silent))}；在建它的文件里写 COMMENT ON"
        )
    return found


def dictionary(described: list[Column]) -> str:
    """The data dictionary, from the comments of the warehouse."""
    layers: dict[str, dict[str, tuple[str, list[Column]]]] = {}
    for column in described:
        relations = layers.setdefault(column["layer"], {})
        relations.setdefault(column["relation"], (column["meaning"], []))[1].append(column)
    return page(TEMPLATES / "dictionary.md.j2", layers=layers)


def glossary(described: list[Column]) -> str:
    """The terms of the warehouse's own columns, each with its identifiers; those of ods are the national tables' own."""
    terms: dict[str, dict[str, list[str]]] = {}
    for column in described:
        term = _term(column["column_meaning"])
        if column["layer"] != "ods" and term:
            where = terms.setdefault(term, {}).setdefault(column["column_name"], [])
            where.append(f"{column['layer']}.{column['relation']}")
    relations = {f"{each['layer']}.{each['relation']}": _term(each["meaning"]) for each in described}
    return page(TEMPLATES / "glossary.md.j2", terms=sorted(terms.items()), relations=relations, feeds=feeds())


def _term(comment: str) -> str:
    return comment.split("·")[0].strip()


def lineage_page(described: list[Column]) -> str:
    """What every relation is made from, filled by and read by, and a picture of it."""
    terms = {f"{each['layer']}.{each['relation']}": _term(each["meaning"]) for each in described}
    relations = {one.name: one for one in sql_objects.objects() if "/functions/" not in one.path}
    python = lineage.written_by_python()
    rows: dict[str, dict[str, list[str]]] = {}
    for name in relations:
        writers = {
            flow.path for flow in lineage.flows() if name in flow.writes and flow.path != f"sql/{relations[name].path}"
        }
        readers = {flow.path for flow in lineage.flows() if name in flow.reads}
        rows[name] = {
            "made": [f"sql/{relations[name].path}"],
            "writers": [*sorted(writers), *python.get(name, [])],
            "readers": sorted(readers),
        }
    layers = ("ods", "quality", "dim", "dwd", "dws", "ads", "ops")
    order = [name for layer in layers for name in sorted(relations) if name.startswith(f"{layer}.")]
    edges = lineage.edges()
    drawn = sorted({name for edge in edges for name in edge})
    nodes = {layer: [name for name in drawn if name.startswith(f"{layer}.")] for layer in layers}
    return page(
        TEMPLATES / "lineage.md.j2", rows={name: rows[name] for name in order}, terms=terms, edges=edges, nodes=nodes
    )


def operations(present: str) -> str:
    """The operations page with its table of reason codes as the register has it."""
    lines = [
        f"| {code.code} | {code.scope} | {code.meaning} | {code.remedy} | {'不自动重试' if code.is_final else ''} |"
        for code in reason_codes().values()
    ]
    table = "\n".join(["| 代码 | 说的是 | 含义 | 怎么办 | |", "|---|---|---|---|---|", *lines])
    replaced, count = re.subn(
        r"(<!-- reason_codes\.csv -->\n).*?(\n<!-- end -->)",
        lambda found: found[1] + table + found[2],
        present,
        flags=re.S,
    )
    if count != 1:
        raise Undocumented("docs/operations.md 里没有代码表的位置（<!-- reason_codes.csv --> … <!-- end -->）")
    return replaced


def register() -> str:
    """The rule register, one line per rule id, feed and sentence; its examples are those of its first column."""
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    rules = [rule for suite in suites.load().values() for rule in suite]
    for rule in rules:
        field = next((field for field in feeds()[rule.feed].fields if field.name == rule.column), None)
        zh = field.zh if field else rule.column
        sentence = rule.description.replace(zh, "该列", 1) if rule.description.startswith(zh) else rule.description
        key = (rule.rule_id, rule.feed, sentence, rule.action)
        bad, good = rule_examples.of(rule)
        line = lines.setdefault(key, {**vars(rule), "description": sentence, "columns": [], "bad": bad, "good": good})
        line |= {"zh": feeds()[rule.feed].zh, "action": suites.ACTIONS[rule.action]}
        line["columns"].append(zh)
    seen = [
        {
            **vars(rule),
            "zh": feeds()[rule.feed].zh,
            "column_zh": feeds()[rule.feed].field(rule.column).zh,
            "action": suites.ACTIONS[rule.action],
        }
        for rule in view_rules.load()
    ]
    values = {"clean": rule_examples.CLEAN, "confidences": suites.CONFIDENCES, "count": len(rules), "view_rules": seen}
    return page(TEMPLATES / "rules.md.j2", rules=[lines[key] for key in sorted(lines)], **values)


def station_files() -> str:
    """How stations deliver files and what each refusal code asks of them."""

    def spellings(sheet: Sheet) -> list[tuple[str, list[str]]]:
        headers = dict.fromkeys(sheet.headers.values())
        return [
            (name, [alias for alias, header in sheet.headers.items() if header == name != alias]) for name in headers
        ]

    return page(
        TEMPLATES / "files.md.j2",
        sheets=list(sheets().values()),
        spellings=spellings,
        kept={name: [feed.zh for feed in feeds().values() if feed.sheet == name] for name in sheets()},
        codes=list(file_codes().values()),
        scopes={"批次": "整批退回", "行": "读不了的行", "说明": "不是记录的内容"},
        limits=limits,
    )


def page(template: Path, **values: Any) -> str:
    """A Markdown page from a template; the filter `cell` makes a text fit for a cell of a table."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 - Markdown of our own texts
    )
    environment.filters["code"] = lambda text: f"`{text}`"
    environment.filters["cell"] = lambda text: " ".join(str(text).split()).replace("|", "\\|")
    return environment.get_template(template.name).render(**values).lstrip("\n").rstrip() + "\n"

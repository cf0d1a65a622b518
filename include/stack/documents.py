"""`make docs`: write the pages made from the warehouse, the suites and the contract; `--check` only compares."""

import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2

from govservice import schema, warehouse
from govservice.collecting.sources.reader import limits
from govservice.contract import Sheet, feeds, file_codes, sheets
from govservice.inspecting import rule_examples, suites, view_rules
from govservice.settings import ROOT
from stack.postgres import Cluster

HERE = Path(__file__).parent


def main() -> int:
    """Write docs/dictionary.md, docs/rules.md and docs/files.md, or with --check print which of them are out of date.

    Returns:
        Exit code: 1 if --check finds a page that differs.
    """
    texts = {"dictionary": dictionary(), "rules": register(), "files": station_files()}
    pages = {ROOT / "docs" / f"{name}.md": text for name, text in texts.items()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(pages[path], encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} 与它的来源不一致：运行 make docs 后一并提交")
    return int(bool(stale))


def dictionary() -> str:
    """The data dictionary, from the comments of a freshly installed warehouse."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", shared_buffers="64MB").start()
        try:
            cluster.ensure_database("warehouse")
            url = cluster.url("warehouse", driver="postgresql")
            schema.install(url, dict.fromkeys(warehouse.ROLES, cluster.password))
            with warehouse.transaction(url) as cursor:
                columns = warehouse.ask(cursor, "dictionary")
        finally:
            cluster.stop()
    layers: dict[str, dict[str, tuple[str, list[dict[str, Any]]]]] = {}
    for column in columns:
        relations = layers.setdefault(column["layer"], {})
        relations.setdefault(column["relation"], (column["meaning"], []))[1].append(column)
    return page(HERE / "dictionary.md.j2", layers=layers)


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
            **vars(pattern),
            "zh": feeds()[pattern.feed].zh,
            "column_zh": feeds()[pattern.feed].field(pattern.column).zh,
            "action": suites.ACTIONS[pattern.action],
        }
        for pattern in view_rules.load()
    ]
    values = {"clean": rule_examples.CLEAN, "confidences": suites.CONFIDENCES, "count": len(rules), "patterns": seen}
    return page(HERE / "rules.md.j2", rules=[lines[key] for key in sorted(lines)], **values)


def station_files() -> str:
    """How stations deliver files and what each refusal code asks of them."""
    fields = [field for feed in feeds().values() for field in feed.fields if field.sheet]

    def spellings(sheet: Sheet) -> list[tuple[str, list[str]]]:
        headers = dict.fromkeys(sheet.headers.values())
        return [
            (name, [alias for field in fields if field.sheet == name for alias in field.aliases]) for name in headers
        ]

    return page(
        HERE / "files.md.j2",
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
    environment.filters["cell"] = lambda text: " ".join(str(text).split()).replace("|", "\\|")
    return environment.get_template(template.name).render(**values).lstrip("\n").rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())

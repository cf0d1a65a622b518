r"""For every rule and column of the suites: a case that breaks it and only it, and where the border is near, one that does not.

A line of tests/examples/ changes the clean case of cases.py; the clean case itself is what holds where a line names nothing else.

    rule      the rule, and its action where that is not critical
    columns   one line may stand for several columns; {} is the national name of each, {over} one more than its length
    broken    changes that break it, by national field name of the rule's own feed (feed.Name of another one); Name= empties
    also      rules that such a defect cannot but break as well
    holds     changes that do not break it; `sheet:` before them delivers them as a station sheet

Besides fields, a line may say `rows=accept process` (only these feeds are delivered), `case=…` (the case number of every row),
`source=…`, `steps=2` (process rows, alike but for their RowGuid), of an item `peers=2` (others that implement it, as the clean one
does) and `versions=2021-05-01` (a second version from that day); `x*51` is 51 times x; \n, \x01 and \u3000 are escapes.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cases
from govservice import contract

Finding = tuple[str, str, str, str]  # feed, rule, action, column
TABLES = Path(__file__).parent / "examples"  # one table per feed

CONSTANTS = {
    **{"ENTERPRISE": cases.ENTERPRISE, "DEPARTMENT": cases.DEPARTMENT, "ITEM": cases.ITEM, "BARE": cases.BARE_ITEM},
    "TASK1": cases.INSTANT_ITEM,
    "LISTING": cases.LISTING_ITEM,
}


@dataclass(frozen=True)
class Example:
    """One delivered case: which rule it is about, what it delivers, and exactly which findings it must have."""

    number: int
    rule: Finding
    source: str
    records: dict[str, list[cases.Raw]]
    expected: frozenset[Finding] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        """For the name of a test."""
        return f"{self.number} {' '.join(self.rule)} {'is broken' if self.expected else 'holds'}"


def examples() -> list[Example]:
    """Every example of the tables."""
    found: list[Example] = []
    for feed in contract.INSPECTED_FEEDS:
        for line in (TABLES / f"{feed}.txt").read_text(encoding="utf-8").splitlines()[1:]:
            rule, columns, broken, also, holds = (cell.strip() for cell in line.split("|"))
            rule_id, _, action = rule.partition(" ")
            for column in columns.split():
                identity = (feed, rule_id, action or "critical", column)
                others = [_finding(feed, text.replace("{column}", column)) for text in also.split(", ") if text]
                found.append(_example(len(found), identity, broken, frozenset([identity, *others])))
                if holds:
                    found.append(_example(len(found), identity, holds, frozenset()))
    return found


def _finding(feed: str, text: str) -> Finding:
    *other, rule_id, action, column = text.split()
    return (other[0] if other else feed, rule_id, action, column)


def _example(number: int, rule: Finding, text: str, expected: frozenset[Finding]) -> Example:
    feed, _, _, column = rule
    is_sheet, _, changes = text.rpartition("sheet:")
    clean_rows = cases.CLEAN_ITEM if feed == "item" else cases.CLEAN
    said = {
        "source": "dizhang_station" if "sheet:" in text else "item_catalogue" if feed == "item" else "konggang_centre",
        **{"case": f"N{number}", "rows": "", "steps": "1", "peers": "0", "versions": ""},
    }
    changed: dict[str, dict[str, Any]] = {name: {"RowGuid": f"{name[0]}-{number}"} for name in cases.CLEAN}
    changed |= {"item": {"RowGuid": f"i-N{number}"}, "item_material": {}}
    changed["accept"]["CD_time"] = "2021-09-06 18:00:00"
    for pair in filter(None, map(str.strip, changes.split(";"))):
        name, _, value = pair.partition("=")
        target, _, name = name.rpartition(".")
        said_by = contract.feeds()[target or feed]
        name = name.replace("{}", said_by.field(column).national if not target else "")
        if name in said:
            said[name] = _value(value, rule) or ""
        else:
            changed[target or feed][name] = _value(value, rule)
    beside = {"service"} if feed == "rating" and "sheet:" not in text else set()
    usual = {*cases.CLEAN_ITEM} if feed == "item" else {*cases.case(), feed, *beside}
    delivered = said["rows"].split() or usual
    records = {name: [clean(said["case"], **changed[name])] for name, clean in clean_rows.items() if name in delivered}
    for step in range(2, int(said["steps"]) + 1):
        records["process"].append({**records["process"][0], "RowGuid": f"p-{number}-{step}"})
    if feed == "item":
        _add_items(records, said["case"], int(said["peers"]), said["versions"])
    return Example(number, rule, said["source"], records, expected)


def _add_items(records: dict[str, list[cases.Raw]], case_no: str, peers: int, effective: str) -> None:
    """Other implementers of the item, of levels 5, 6, …, and a second version from a day."""
    others = [(f"{case_no}-{level}", {"TaskCode": cases.item_code(case_no, level)}) for level in "567"[:peers]]
    if effective:
        others.append(
            (f"{case_no}-2", {"TaskCode": cases.item_code(case_no), "TaskVersion": "2", "PlanEffectiveDate": effective})
        )
    for other, changes in others:
        records["item"].append(cases.item(other, **changes, CatalogCode=cases.item_code(case_no)[19:]))
        records["item_material"].append(cases.item_material(other))


def _value(text: str, rule: Finding) -> str | None:
    """The value that a cell of the table writes."""
    longest = contract.feeds()[rule[0]].field(rule[3]).max or 0
    text = text.strip(" ").replace("{over}", str(longest + 1))
    for name, constant in CONSTANTS.items():
        text = re.sub(rf"^{name}(?![A-Z])", constant, text)
    text = re.sub(r"\\(?:x..|u....|[nrt])", lambda match: match[0].encode().decode("unicode_escape"), text)
    repeated = re.fullmatch(r"(.{1,2})\*(\d+)", text)
    return (repeated[1] * int(repeated[2]) if repeated else text) or None

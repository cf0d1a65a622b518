"""The examples of the rules as records to deliver: each is the clean case of cases.py with the changes that an example file lists."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import cases
from govservice import contract, warehouse
from govservice.inspecting import rule_examples as tables

Finding = tuple[str, str, str, str]  # feed, rule, action, column
CLEAN = -1
CODES = {
    **{"ENTERPRISE": cases.ENTERPRISE, "DEPARTMENT": cases.DEPARTMENT, "ITEM": cases.ITEM, "BARE": cases.BARE_ITEM},
    **{"INSTANT": cases.INSTANT_ITEM, "LISTING": cases.LISTING_ITEM, "DAILY": cases.DAILY_ITEM},
    "ENTRUSTED": cases.ENTRUSTED_ITEM,
}


@dataclass(frozen=True)
class Example:
    """One delivered case: the rule it is about, its records, and exactly the findings it must have."""

    number: int
    rule: Finding
    source: str
    records: dict[str, list[cases.Raw]]
    expected: frozenset[Finding] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        """For the name of a test."""
        return f"{self.number} {' '.join(self.rule)} {'is broken' if self.expected else 'holds'}"


@cache
def examples() -> list[Example]:
    """Every example of the tables."""
    found: list[Example] = []
    for line in tables.load():
        for column in line.columns:
            identity = (line.feed, line.rule_id, line.action, column)
            others = [_finding(line.feed, text.replace("{column}", column)) for text in line.also.split(", ") if text]
            found.append(_example(len(found), identity, line.broken, frozenset([identity, *others])))
            if line.holds:
                found.append(_example(len(found), identity, line.holds, frozenset()))
    return found


def _finding(feed: str, text: str) -> Finding:
    *other, rule_id, action, column = text.split()
    return (other[0] if other else feed, rule_id, action, column)


def _example(number: int, rule: Finding, text: str, expected: frozenset[Finding]) -> Example:
    feed, _, _, column = rule
    is_sheet, changes = tables.changes(text)
    clean_rows = cases.CLEAN_ITEM if feed == "item" else cases.CLEAN
    options = {
        "source": "dizhang_station" if is_sheet else "item_catalogue" if feed == "item" else "konggang_centre",
        **{"case": f"N{number}", "rows": "", "steps": "1", "peers": "0", "versions": ""},
    }
    changed: dict[str, dict[str, Any]] = {name: {"RowGuid": f"{name[0]}-{number}"} for name in cases.CLEAN}
    changed |= {"item": {"RowGuid": f"i-N{number}"}, "item_material": {}, "then": {}}
    changed["accept"]["CD_time"] = "2021-09-06 18:00:00"
    for target, name, value in changes:
        name = name.replace("{}", contract.feeds()[feed].field(column).national)
        if name in options:
            options[name] = _value(value, rule) or ""
        else:
            changed[target or feed][name] = _value(value, rule)
    beside = {"service"} if feed == "rating" and not is_sheet else set()
    usual = {*cases.CLEAN_ITEM} if feed == "item" else {*cases.case(), feed, *beside}
    delivered = options["rows"].split() or usual
    records = {
        name: [clean(options["case"], **changed[name])] for name, clean in clean_rows.items() if name in delivered
    }
    for step in range(2, int(options["steps"]) + 1):
        records["process"].append({**records["process"][0], **changed["then"], "RowGuid": f"p-{number}-{step}"})
    if feed == "item":
        _add_items(records, options["case"], int(options["peers"]), options["versions"])
    return Example(number, rule, options["source"], records, expected)


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
    for name, constant in CODES.items():
        text = re.sub(rf"^{name}(?![A-Z])", constant, text)
    text = re.sub(r"\\(?:x..|u....|U.{8}|[nrt])", lambda match: match[0].encode().decode("unicode_escape"), text)
    repeated = re.fullmatch(r"(.{1,2})\*(\d+)", text)
    return (repeated[1] * int(repeated[2]) if repeated else text) or None


def clean_case() -> dict[str, list[cases.Raw]]:
    """A whole case without a defect beside the examples, said a minute before them: of records that share a RowGuid the first is no clash."""
    clean = {**cases.whole_case("clean"), "special": [cases.special("clean", SN="1")]}
    for feed, rows in clean.items():
        day = "2021-09-06" if feed == "accept" else "2021-09-08"
        rows[0]["CD_time"] = f"{day} 17:59:00"
    return clean


def findings_by_example(url: str) -> dict[int, set[Finding]]:
    """Findings by number of the example to whose case or RowGuid they belong; those of the clean case under CLEAN."""
    found: dict[int, set[Finding]] = {example.number: set() for example in examples()} | {CLEAN: set()}
    by_case = {f"N{number}": number for number in found}
    by_case |= {cases.item_code(case_no): number for case_no, number in by_case.items()}
    by_key = {f"{feed[0]}-{example.number}": example.number for example in examples() for feed in example.records}
    by_key |= {f"i-N{number}": number for number in found}
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT case_key, record_key, feed, rule_id, severity, column_name FROM quality.finding")
        for case_key, record_key, *finding in cursor.fetchall():
            found[by_case.get(case_key, by_key.get(record_key, CLEAN))].add(tuple(finding))
    return found

r"""The examples of the rules, expectations/examples/: what is changed in a clean case so that a rule fires, and so that it does not.

A table for each feed, cells between `|`, after its header one line for a rule and the columns that it stands for:

    rule      the rule, and its action where that is not critical
    columns   one line may stand for several columns; {} is the national name of each, {over} one more than its length
    broken    changes that break it, by national field name of the rule's own feed (feed.Name of another one); Name= empties
    also      rules that such a defect cannot but break as well
    holds     changes near the border that do not break it, if any; `sheet:` before them delivers them as a station sheet

Besides fields, a line may say `rows=accept process` (only these feeds are delivered), `case=…` (the case number of every row),
`source=…`, `steps=2` (process rows, alike but for their RowGuid and what `then.Name=…` says of the later ones), of an item
`peers=2` (others that implement it, as the clean one does) and `versions=2021-05-01` (a second version from that day); `x*51` is
51 times x; \n, \x01 and \u3000 are escapes; a word of NAMED stands for a code. Tests deliver every example.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from govservice import contract, settings
from govservice.inspecting.suites import Rule

CLEAN = "样板件"
NAMED = {
    **{"ENTERPRISE": "一家企业的信用代码", "DEPARTMENT": "一个部门的信用代码", "ITEM": "样板件的事项"},
    **{
        "BARE": "没有结果证照的事项",
        "INSTANT": "即办事项",
        "DAILY": "承诺时限按自然日的事项",
        "LISTING": "有必要材料的事项",
        "ENTRUSTED": "委托办理的事项",
    },
}
"""Words at the beginning of a value that stand for the code of something."""
BESIDE = {
    **{"rows": "只报", "case": "办件编号", "source": "来源", "steps": "环节条数"},
    **{"peers": "另外实施此事项的部门数", "versions": "另有一版的生效日期"},
}
"""What a line may say besides fields."""


@dataclass(frozen=True)
class Line:
    """One line of the tables; `broken`, `also` and `holds` as it writes them."""

    feed: str
    rule_id: str
    action: str
    columns: tuple[str, ...]
    broken: str
    also: str
    holds: str


@cache
def load() -> tuple[Line, ...]:
    """Every line, feed by feed."""
    return tuple(line for feed in contract.inspected_feeds() for line in _lines(feed))


def _lines(feed: str) -> Iterator[Line]:
    path = settings.EXPECTATIONS / "examples" / f"{feed}.txt"
    text = path.read_text(encoding="utf-8") if path.exists() else ""  # a rule without an example fails its test
    for line in text.splitlines()[1:]:
        rule, columns, broken, also, holds = (cell.strip() for cell in line.split("|"))
        rule_id, _, action = rule.partition(" ")
        yield Line(feed, rule_id, action or "critical", tuple(columns.split()), broken, also, holds)


def changes(text: str) -> tuple[bool, list[tuple[str, str, str]]]:
    """What `broken` or `holds` says: whether a station sheet delivers it, and its changes as target ("" for the own feed), name, value."""
    _, sheet, pairs = text.rpartition("sheet:")
    split = [pair.strip().partition("=") for pair in pairs.split(";") if pair.strip()]
    return bool(sheet), [(*name.rpartition(".")[::2], value) for name, _, value in split]


def of(rule: Rule) -> tuple[str, str]:
    """How a rule is broken and how it just holds, in Chinese: what differs from the clean case; empty without an example."""
    lines = [
        line
        for line in load()
        if (line.feed, line.rule_id) == (rule.feed, rule.rule_id) and rule.column in line.columns
    ]
    lines = [line for line in lines if line.action == rule.action] or lines
    if not lines:
        return "", ""
    holding = next((line for line in lines if line.holds), lines[0])
    return _sentence(rule, lines[0].broken), _sentence(rule, holding.holds) or CLEAN


def _sentence(rule: Rule, text: str) -> str:
    is_sheet, made = changes(text)
    return "；".join([*(["站点表格"] if is_sheet else []), *(_change(rule, *change) for change in made)])


def _change(rule: Rule, target: str, name: str, value: str) -> str:
    feed = contract.feeds()[target if target in contract.feeds() else rule.feed]
    if name in BESIDE:
        zh = BESIDE[name]
    else:
        names = {field.national: field.zh for field in feed.fields}
        zh = contract.feeds()[rule.feed].field(rule.column).zh if name == "{}" else names.get(name, name)
        zh = f"{feed.zh}的{zh}" if feed.name == target else f"下一环节的{zh}" if target else zh
    if name == "rows":
        return zh + "、".join(contract.feeds()[each].zh for each in value.split())
    return f"{zh}为{_value(value)}"


def _value(text: str) -> str:
    if re.fullmatch(r"(\\(u3000|u00a0|u20..|ufeff|x85|t|n))+", text):
        return "空白字符"
    for word, meaning in NAMED.items():
        text = re.sub(rf"^{word}(?![A-Z])", meaning, text)
    return re.sub(r"\*(\d+)$", r"×\1", re.sub(r".\*\{over\}", "超过列长的文字", text)) or "空"

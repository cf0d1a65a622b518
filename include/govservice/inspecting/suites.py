"""The rules: suites in expectations/, written out for every field they speak of. Knows nothing of Great Expectations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from govservice import contract, settings
from govservice.contract import Feed, Field, FinalError, inspected_feeds


class SuiteError(FinalError):
    """A suite cannot be used as it is written: names the file, the expectation and the mend."""


SEVERITIES = {"critical", "warning", "info"}
ACTIONS = {"critical": "须改正", "warning": "提示", "duplicate": "重复件", "suspicion": "疑点"}
"""What follows from a finding, and what it is called on pages and receipts."""
CONFIDENCES = {"confirmed": "几处来源一致", "single_source": "只见于一处来源", "inferred": "推断"}
"""How well the basis of a rule is attested; all but the first are for the province to confirm."""
CHANGED_ON = re.compile(r"\d{4}-\d\d-\d\d \S")
PLACEHOLDER = re.compile(r"\{(name|raw|zh|max|codes|multiline|parsed)\}")
KEYS = {"each", "type", "kwargs", "severity", "description", "meta"}
META_KEYS = {"rule_id", "dimension", "basis", "confidence", "action", "owner", "since", "history"}

CONSTANTS = {"{data_source}": contract.DATA_SOURCE, "{cd_source}": contract.CD_SOURCE}

# The fields that one `each` block is written out for; a block may also name them, as a list.
EACH = {
    "required": lambda field: field.required and not field.filled and not field.own_list,
    "required_in_own_list": lambda field: field.required and not field.filled and field.own_list,
    "required_unless_filled": lambda field: field.required and field.filled,
    "coded": lambda field: field.codes,
    "own_list": lambda field: field.own_list,
    "key": lambda field: field.is_key,
    "text": lambda field: field.max and not field.has_form and not field.is_key,
    "wording": lambda field: field.is_wording,
    "time": lambda field: field.parsed,
}


@dataclass(frozen=True)
class Registered:
    """What the register says of every rule.

    `action` is what follows: critical, warning, duplicate or suspicion. `history` has a sentence for each time the bound moved, beginning
    with the day.
    """

    feed: str
    rule_id: str
    column: str
    action: str
    description: str
    dimension: str
    basis: str
    confidence: str
    owner: str
    since: date
    history: tuple[str, ...]


@dataclass(frozen=True)
class Rule(Registered):
    """One expectation: a rule on one column of one inspection view; `severity` is Great Expectations' word."""

    type: str
    kwargs: dict[str, Any]
    severity: str


class _KeyTwice(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Refuses a key that is written twice, of which YAML keeps the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [str(key.value) for key, _ in node.value]
        if len(keys) > len(set(keys)):
            raise _KeyTwice(node.start_mark.line + 1)
        return super().construct_mapping(node, deep)


def read(path: Path) -> Any:
    """What a file of rules or waivers says; SuiteError unless it is YAML without a key that is written twice."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except _KeyTwice as error:
        raise SuiteError(f"规则文件 {path} 第 {error.line} 行：键写了两遍，前一条规则会丢失") from None
    except (OSError, yaml.YAMLError) as error:
        raise SuiteError(f"规则文件 {path} 读不了：{type(error).__name__}") from None


@cache
def load() -> dict[str, tuple[Rule, ...]]:
    """The rules of every inspected feed, in the order of its suite.

    Raises:
        SuiteError: a suite is missing, empty, or says something that is not understood.
    """
    return {feed: suite(settings.EXPECTATIONS / "quality" / f"{feed}_live.yml", feed) for feed in inspected_feeds()}


def suite(path: Path, feed: str) -> tuple[Rule, ...]:
    """The rules of one suite file."""
    raw = read(path)
    if not raw or not raw.get("expectations"):
        raise SuiteError(f"规则文件 {path} 没有任何规则；空的规则等于全部放行，不能使用")
    rules: list[Rule] = []
    for number, block in enumerate(raw["expectations"], 1):
        rules.extend(_rules(block, raw["meta"], contract.feeds()[feed], f"{path.name} 第 {number} 条"))
    identities = [(rule.rule_id, rule.column, rule.action) for rule in rules]
    twice = {identity for identity in identities if identities.count(identity) > 1}
    if twice:
        raise SuiteError(f"规则文件 {path.name}：{sorted(twice)} 写了两遍")
    return tuple(rules)


def _rules(block: dict[str, Any], defaults: dict[str, Any], feed: Feed, where: str) -> Iterator[Rule]:
    _check(block, where)
    each = block.get("each")
    fields = _fields(each, feed, where) if each else [None]
    if not fields:
        raise SuiteError(f"{where}：{feed.zh}没有 each {each} 所说的列，这条规则不会检查任何东西")
    meta = {**defaults, **block["meta"]}
    for field in fields:
        kwargs = {key: _written(value, field, where) for key, value in block["kwargs"].items()}
        yield Rule(
            feed=feed.name,
            rule_id=meta["rule_id"],
            column=kwargs["column"],
            type=block["type"],
            kwargs=kwargs,
            severity=block["severity"],
            action=meta.get("action", block["severity"]),
            description=_written(block["description"], field, where),
            dimension=meta["dimension"],
            basis=meta["basis"],
            confidence=meta["confidence"],
            owner=meta["owner"],
            since=meta["since"],
            history=tuple(meta.get("history", ())),
        )


def _fields(each: str | list[str], feed: Feed, where: str) -> list[Field]:
    if isinstance(each, str):
        return [field for field in feed.fields if EACH[each](field)]
    unknown = set(each) - set(feed.columns)
    if unknown:
        raise SuiteError(f"{where}：{feed.zh}没有列 {'、'.join(sorted(unknown))}")
    return [feed.field(name) for name in each]


def _check(block: dict[str, Any], where: str) -> None:
    """Raise SuiteError unless the block says everything that a rule needs and nothing that is not understood."""
    meta, kwargs = block.get("meta") or {}, block.get("kwargs") or {}
    unknown = (set(block) - KEYS) | (set(meta) - META_KEYS)
    if unknown:
        raise SuiteError(f"{where}：不认识的键 {'、'.join(sorted(unknown))}")
    needed = {key: block.get(key) for key in ("type", "description")}
    needed |= {"kwargs.column": kwargs.get("column")} | {
        f"meta.{key}": meta.get(key) for key in ("rule_id", "dimension", "basis")
    }
    missing = [key for key, value in needed.items() if not value]
    if missing:
        raise SuiteError(f"{where}：缺少 {'、'.join(missing)}")
    check_history(meta.get("history", ()), where)
    allowed = {"severity": {*SEVERITIES}, "action": {*ACTIONS}, "each": {*EACH}, "confidence": {*CONFIDENCES}}
    given = {
        "severity": block.get("severity"),
        "action": meta.get("action", "critical"),
        "confidence": meta.get("confidence"),
        "each": block["each"] if isinstance(block.get("each"), str) else "text",
    }
    for key, values in allowed.items():
        if given[key] not in values:
            raise SuiteError(f"{where}：{key} 应为 {'、'.join(sorted(values))} 之一")


def check_history(history: Iterable[Any], where: str) -> None:
    """Raise SuiteError unless every line begins with a day."""
    if not all(CHANGED_ON.match(str(line)) for line in history):
        raise SuiteError(f"{where}：history 每行写成“yyyy-MM-dd 改了什么”")


def _written(value: Any, field: Field | None, where: str) -> Any:
    """The value with a field's {name}, {raw}, {zh}, … put in; {codes} is a list, or a list in SQL where text is around it.

    {data_source} or {cd_source} alone is the province's code, with or without a field.
    """
    if not isinstance(value, str):
        return value
    if value in CONSTANTS:
        return [CONSTANTS[value]]
    if field is None:
        if PLACEHOLDER.search(value):
            raise SuiteError(f"{where}：没有 each，就不能写 {PLACEHOLDER.search(value)[0]}")  # type: ignore[index]
        return value
    if value == "{codes}":
        return contract.code_list(field.codes or "")
    try:
        codes = ", ".join(f"'{code}'" for code in contract.code_list(field.codes)) if field.codes else ""
        names = ("name", "raw", "zh", "max", "multiline", "parsed")
        return value.format(codes=codes, **{name: getattr(field, name) for name in names})
    except (ValueError, LookupError):
        raise SuiteError(
            f"{where}：花括号里只能写 name、raw、zh、max、codes、multiline、parsed；别的花括号要写两遍"
        ) from None

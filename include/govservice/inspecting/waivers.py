"""Waivers: findings of a rule that are reported but do not quarantine, within a scope and until a day."""

from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from govservice import settings, warehouse
from govservice.contract import FinalError, register
from govservice.inspecting import suites
from govservice.inspecting.suites import SuiteError

NEEDED = ("rule", "reason", "basis", "owner", "since", "until")
SCOPE = ("source", "cases")


class WaiverExpired(FinalError):
    """Waivers whose last day is over: names each, what it covers and who answers for it."""


@dataclass(frozen=True)
class Waiver:
    """One waiver, as a row of quality.waiver; `since` and `until` are data dates, both inclusive.

    `source` None: whatever the source; `cases` None: every case of the source. One of them is given.
    """

    rule: str
    source: str | None
    cases: list[str] | None
    reason: str
    basis: str
    owner: str
    since: date
    until: date


def load(path: Path | None = None) -> tuple[Waiver, ...]:
    """The waivers of a file.

    Args:
        path: default the setting GOVSERVICE_WAIVERS.

    Raises:
        SuiteError: a waiver is not understood, speaks of a rule or a source that does not exist, has no end, or ends before
            it begins; names the file and the waiver.
    """
    path = path or settings.waivers_path()
    raw = suites.read(path)
    entries = raw.get("waivers") if isinstance(raw, dict) else None
    if not isinstance(entries, list):
        raise SuiteError(f"{path} 应有一个 waivers 列表；没有豁免就写 waivers: []")
    return tuple(_waiver(entry, f"{path} 第 {number} 条豁免") for number, entry in enumerate(entries, 1))


def _waiver(entry: Any, where: str) -> Waiver:
    if not isinstance(entry, dict):
        raise SuiteError(f"{where}：应写成“键: 值”")
    where = f"{where}（规则 {entry.get('rule')}）"
    if unknown := set(entry) - {*NEEDED, *SCOPE}:
        raise SuiteError(f"{where}：不认识的键 {'、'.join(sorted(map(str, unknown)))}")
    if missing := [key for key in NEEDED if not entry.get(key)]:
        raise SuiteError(f"{where}：缺少 {'、'.join(missing)}")
    if not any(entry.get(key) for key in SCOPE):
        raise SuiteError(f"{where}：要写明 source 或 cases，不能豁免所有来源的所有办件")
    waiver = Waiver(*(entry.get(key) for key in ("rule", *SCOPE, *NEEDED[1:])))  # type: ignore[arg-type]
    _check(waiver, where)
    return waiver


def _check(waiver: Waiver, where: str) -> None:
    actions = {rule.action for rules in suites.load().values() for rule in rules if rule.rule_id == waiver.rule}
    if "critical" not in actions:
        raise SuiteError(f"{where}：{'这条规则不隔离办件，用不着豁免' if actions else '没有这条规则'}")
    if waiver.source and waiver.source not in register.load():
        raise SuiteError(f"{where}：来源 {waiver.source} 没有登记")
    cases = waiver.cases
    if cases is not None and not (isinstance(cases, list) and all(isinstance(case, str) and case for case in cases)):
        raise SuiteError(f"{where}：cases 应是办件编号的列表，全是数字的要加引号")
    for key, day in (("since", waiver.since), ("until", waiver.until)):
        if type(day) is not date:
            raise SuiteError(f"{where}：{key} 应写成日期，例如 2021-11-30")
    if waiver.until < waiver.since:
        raise SuiteError(f"{where}：until {waiver.until} 早于 since {waiver.since}")


def write(cursor: warehouse.Cursor) -> None:
    """Make quality.waiver say what the file says."""
    cursor.execute("DELETE FROM quality.waiver")
    cursor.executemany("INSERT INTO quality.waiver VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", map(astuple, load()))


def refuse_expired(day: date) -> int:
    """Look whether any waiver has ended before a day; return how many run on.

    Raises:
        WaiverExpired: names those that have.
    """
    every = load()
    expired = [waiver for waiver in every if waiver.until < day]
    if expired:
        named = "；".join(
            f"规则 {waiver.rule}（{waiver.source or '、'.join(waiver.cases or ())}）{waiver.until} 到期，责任人 {waiver.owner}"
            for waiver in expired
        )
        raise WaiverExpired(f"{len(expired)} 条豁免已到期：{named}；请在 {settings.waivers_path().name} 里删除或延期")
    return len(every)

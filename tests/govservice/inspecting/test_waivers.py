"""A waiver that does not say what, where, why, who and until when is refused by name; an expired one is named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from govservice import settings
from govservice.inspecting import waivers
from govservice.inspecting.suites import SuiteError
from govservice.inspecting.waivers import Waiver, WaiverExpired

GOOD: dict[str, Any] = {
    **{"rule": "V05", "source": "konggang_centre", "reason": "系统升级", "basis": "函〔2021〕45 号", "owner": "质检岗"},
    **{"since": date(2021, 11, 1), "until": date(2021, 11, 30)},
}


def write(tmp_path: Path, *entries: Any) -> Path:
    """A file of these waivers."""
    path = tmp_path / "waivers.yml"
    path.write_text(yaml.safe_dump({"waivers": list(entries)}, allow_unicode=True), encoding="utf-8")
    return path


def test_the_waivers_of_the_project_can_be_used() -> None:
    waivers.load(settings.EXPECTATIONS / "waivers.yml")


def test_the_example_of_the_file_can_be_used(tmp_path: Path) -> None:
    lines = (settings.EXPECTATIONS / "waivers.yml").read_text(encoding="utf-8").splitlines()
    example = [line.removeprefix("# ") for line in lines[lines.index("# waivers:") :] if line.startswith("#")]
    path = tmp_path / "waivers.yml"
    path.write_text("\n".join(example), encoding="utf-8")
    (waiver,) = waivers.load(path)
    assert (waiver.rule, waiver.source, len(waiver.cases or ())) == ("V05", "mawang_station", 2)


def test_a_waiver_keeps_what_it_says(tmp_path: Path) -> None:
    assert waivers.load(write(tmp_path, GOOD)) == (
        Waiver(
            *("V05", "konggang_centre", None, "系统升级", "函〔2021〕45 号", "质检岗"),
            date(2021, 11, 1),
            date(2021, 11, 30),
        ),
    )


@pytest.mark.parametrize(
    "change, message",
    [
        ({"until": None}, "缺少 until"),
        ({"until": None, "owner": ""}, "缺少 owner、until"),
        ({"until": date(2021, 10, 31)}, "until 2021-10-31 早于 since 2021-11-01"),
        ({"until": "下月底"}, "until 应写成日期"),
        ({"rule": "X99"}, "没有这条规则"),
        ({"rule": "T08"}, "不隔离办件，用不着豁免"),
        ({"source": "nowhere"}, "来源 nowhere 没有登记"),
        ({"source": None}, "要写明 source 或 cases"),
        ({"source": None, "cases": []}, "要写明 source 或 cases"),
        ({"cases": "N1"}, "cases 应是办件编号的列表"),
        ({"cases": [20211101]}, "全是数字的要加引号"),
        ({"till": date(2021, 11, 30)}, "不认识的键 till"),
    ],
)
def test_a_wrong_waiver_is_refused_by_name(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = write(tmp_path, GOOD, {**GOOD, **change})
    with pytest.raises(SuiteError) as refused:
        waivers.load(path)
    assert str(refused.value).startswith(f"{path} 第 2 条豁免（规则 {change.get('rule', 'V05')}）：")
    assert message in str(refused.value)


@pytest.mark.parametrize("text", ["", "waivers:", "[]", "waivers: {}", "waivers: [V05]"])
def test_a_file_without_a_list_of_waivers_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"应有一个 waivers 列表|应写成“键: 值”"):
        waivers.load(path)


@pytest.mark.parametrize("day, runs", [(date(2021, 11, 30), True), (date(2021, 12, 1), False)])
def test_a_waiver_is_over_after_its_last_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: date, runs: bool
) -> None:
    later = {**GOOD, "rule": "C06", "until": date(2022, 1, 31)}
    monkeypatch.setenv("GOVSERVICE_WAIVERS", str(write(tmp_path, GOOD, later)))
    if runs:
        assert waivers.refuse_expired(day) == 2
        return
    with pytest.raises(WaiverExpired) as expired:
        waivers.refuse_expired(day)
    assert "1 条豁免已到期：规则 V05（konggang_centre）2021-11-30 到期，责任人 质检岗" in str(expired.value)
    assert "C06" not in str(expired.value)

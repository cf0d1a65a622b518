"""差评回访整改: what is to be asked about bad ratings, and what people have done about them, as acts that are only added to."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from govservice import contract, settings, warehouse

POSTPONE = "暂不处理"
REFUSALS = {
    "UNKNOWN_RATING": "没有这件差评，或它已撤回、已改为好评；请核对办件编号和评价次数",
    "STEP": "步骤不是回访、认定、整改、答复、审核、追责之一",
    "OUTCOME": "结果不是该步骤的结果之一；可填的结果见待办表",
    "ACTOR": "经办人没有填、超过 50 字或含有长号码",
    "TIME": "时间读不懂（应为 2021-10-08 或 2021-10-08 15:30:00），或早于评价、早于上一步，或在将来",
    "NOTE": "说明超过 200 字、含有换行或含有电话、证件一类的长号码；请删去个人信息",
    "ORDER": "还没有轮到这一步",
    "OVERTAKEN": "这一步已有人办理",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&:/-])")


@dataclass(frozen=True)
class Act:
    """What somebody did about one bad rating.

    Args:
        source_id: with record_key the rating; both None where a sheet names one that is not there.
        step: code or name of list follow_up_step.
        outcome: code or name of list follow_up_outcome.
        acted_at: "yyyy-MM-dd" or "yyyy-MM-dd HH:mm:ss", Shanghai time.
        origin: where it was recorded: Airflow run, or file and row.
        asked_step: the step that was open when somebody was asked; an answer that comes too late is refused.
    """

    source_id: str | None
    record_key: str | None
    step: str
    outcome: str
    actor: str
    acted_at: str
    note: str
    origin: str
    asked_step: str | None = None


def record(cursor: warehouse.Cursor, acts: list[Act]) -> list[tuple[str, str]]:
    """Record the acts, in this order, that may follow on what has been done before.

    Returns:
        For each RECORDED, KNOWN (the same act again) or a key of REFUSALS, and a sentence about it.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('follow_up'))")
    answers = {}
    for places in _rounds(acts):
        numbered = [{"place": place, **asdict(acts[place])} for place in places]
        cursor.execute(warehouse.statement("ops/write/follow_up_act__record.sql"), {"acts": json.dumps(numbered)})
        answers.update({place: _answer(*answer) for place, *answer in cursor.fetchall()})
    return [answers[place] for place in range(len(acts))]


def _rounds(acts: list[Act]) -> Iterable[list[int]]:
    """Places of the acts, divided so that those about one rating come one after the other: each decides what the next may be."""
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    earlier: Counter[tuple[str, str]] = Counter()
    for place, act in enumerate(acts):
        if act.source_id is None or act.record_key is None:
            rounds[0].append(place)
            continue
        rating = (act.source_id, act.record_key)
        rounds[earlier[rating]].append(place)
        earlier[rating] += 1
    return rounds.values()


def _answer(code: str, open_step: str | None) -> tuple[str, str]:
    if code in REFUSALS:
        now = f"；现在应办：{open_step or '无（已销号）'}" if code in ("ORDER", "OVERTAKEN") else ""
        return code, REFUSALS[code] + now
    return code, "已登记" if code == "RECORDED" else "以前登记过"


def waiting(url: str, size: int | None = None) -> list[dict[str, Any]]:
    """Bad ratings that wait for somebody, longest due first (columns of sql/questions/follow_up_open.sql and `outcomes`)."""
    with warehouse.transaction(url) as cursor:
        found = warehouse.ask(cursor, "follow_up_open", size=size)
    return [{**row, "outcomes": outcomes(row["step"])} for row in found]


def outcomes(step: str) -> list[str]:
    """Names of the outcomes that a step can have, in the order of the contract."""
    return [code.name for code in contract.codes() if code.list == "follow_up_outcome" and code.canonical == step]


def questions(url: str, size: int) -> list[dict[str, Any]]:
    """What to ask people: subject, body (Markdown), options, and the rating with its open step, for each of the oldest."""
    return [
        {
            "subject": f"{row['due_mark'] and row['due_mark'] + '：'}差评{row['step_name']} · 办件 {row['case_no'] or '（无编号）'}",
            "body": _body(row),
            "options": [*row["outcomes"], POSTPONE],
            "rating": {name: row[name] for name in ("source_id", "record_key", "step")},
        }
        for row in waiting(url, size)
    ]


def answer(
    url: str, rating: dict[str, str], outcome: str, actor: str, answered_at: datetime, form: dict[str, Any], origin: str
) -> tuple[str, str]:
    """Record what somebody answered to a question.

    Args:
        rating: as in questions().
        answered_at: when, with its zone; the form's `acted_on` says that it was done on an earlier day.
        form: `acted_on` and `note`, None where left empty.

    Returns:
        As record() for one act.
    """
    moment = answered_at.astimezone(settings.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    act = Act(
        rating["source_id"],
        rating["record_key"],
        rating["step"],
        outcome,
        actor,
        str(form.get("acted_on") or moment),
        str(form.get("note") or ""),
        origin,
        rating["step"],
    )
    with warehouse.transaction(url, "follow_up") as cursor:
        return record(cursor, [act])[0]


def _body(row: dict[str, Any]) -> str:
    facts = {
        "责任单位": row["owner_name"],
        "事项": row["item_name"],
        "评价": f"{row['rating_level']} 级，第 {row['assess_number'] or '?'} 次，{row['rater']}",
        "评价详情": "；".join(row["details"]),
        "登记日期": row["opened_date"],
        "期限": f"{row['due_date']} {row['due_mark']}",
        "认定": row["decision"],
    }
    # What a source has delivered must not become a link, a picture or a table of its own.
    shown = {name: _MARKDOWN.sub(r"\\\1", " ".join(value.split())) for name, value in facts.items()}
    lines = [f"| {name} | {value} |" for name, value in shown.items()]
    return "\n".join(["| | |", "|---|---|", *lines])

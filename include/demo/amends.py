"""What each new city does about its bad ratings, and the sheet (处置表) that reports it at the end of the campaign."""

import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import openpyxl

from demo import columns, people, ratings
from demo.area import END
from demo.story import Story
from govservice.contract import FOLLOW_UP_COLUMNS, FOLLOW_UP_SHEET
from govservice.reporting.follow_up_sheets import ANSWER

CALL, DECIDE, RECTIFY, REPLY, REVIEW, ACCOUNT = "回访", "认定", "整改", "答复", "审核", "追责"
CONFIRMED, DENIED, UNREACHED = "已回访：反映属实", "已回访：反映不实或误评", "未联系上"
AT_ONCE, BY_TERM, EXPLAIN, APPEAL = "立行立改", "限期整改", "解释说明", "申诉复核：误评或恶意"
PASSED, FAULT, RETURNED = "审核通过", "审核通过，有失职须追责", "退回重新认定"
NEVER_SHARE, UNREACHED_SHARE, STUCK_SHARE, MISTAKEN_SHARE = 0.03, 0.08, 0.04, 0.05
CALLED = {CONFIRMED: 0.86, DENIED: 0.14}
DECIDED = {CONFIRMED: {AT_ONCE: 0.8, BY_TERM: 0.2}, DENIED: {EXPLAIN: 0.5, APPEAL: 0.5}}
REVIEWED = {PASSED: 0.96, FAULT: 0.03, RETURNED: 0.01}
ACCOUNTED = {"批评教育": 0.8, "通报批评": 0.2}
# Working days since the step before; the longest are past the limit.
CALLED_AFTER = {0: 0.5, 1: 0.4, 3: 0.07, 6: 0.03}
RECTIFIED_AFTER = {AT_ONCE: {0: 0.4, 1: 0.3, 2: 0.15, 3: 0.09, 7: 0.06}, BY_TERM: {3: 0.3, 6: 0.4, 10: 0.22, 17: 0.08}}
REPLIED_AFTER = {0: 0.7, 1: 0.3}
REVIEWED_AFTER = {1: 0.5, 2: 0.3, 4: 0.2}
NOTES = {CONFIRMED: "已致歉", UNREACHED: "两次拨打无人接听", APPEAL: "本人表示点错", "已整改": "已对窗口人员培训"}
ACTORS = 3

Cells = dict[str, str]
Drawn = TypeVar("Drawn")
# How people fill a row in wrongly: the wrong cells, by the code with which the row is refused.
MISTAKES: dict[str, Callable[[Cells], Cells]] = {
    "UNKNOWN_RATING": lambda cells: {"办件编号": cells["办件编号"][:-1]},
    "STEP": lambda cells: {"步骤": f"{cells['步骤']}工作"},
    "OUTCOME": lambda cells: {"结果": "已处理"},
    "ACTOR": lambda cells: {"经办人": ""},
    "TIME": lambda cells: {"时间": cells["时间"].replace("-", ".")},
    "NOTE": lambda cells: {"说明": "已电话告知 13900000000"},
    "ORDER": lambda cells: {"步骤": ACCOUNT, "结果": "批评教育"},
}


@dataclass
class Act:
    """One row of a sheet.

    Args:
        day: when it was done.
        cells: by column.
        refusal: the code with which it is refused; None where it is recorded.
    """

    day: np.datetime64
    cells: Cells
    refusal: str | None = None


def acts(story: Story, seed: int) -> list[Act]:
    """What is done about the bad ratings of a source until the end of the campaign; its story is complete.

    The draws have a generator of their own, so that the story stays as it is.
    """
    rng = np.random.default_rng([seed, zlib.crc32(f"amends {story.source.id}".encode())])
    facts, rating, is_sound = story.rating_facts, story.rows["rating"], _is_sound(story)
    rater = columns.strings(rating.table.column("user_name"))
    is_anonymous = np.zeros(len(facts), bool) if story.source.is_sheet else rater == None  # noqa: E711 - element-wise
    arrived_on = rating.arrived_at.astype("datetime64[D]")
    second = np.flatnonzero(is_sound & (facts.number == 2) & (facts.level > 2))
    rated_again_on = dict(zip(facts.case[second], arrived_on[second], strict=True))
    actors = people.person_names(rng, ACTORS).to_pylist()
    done: list[Act] = []
    for row in np.flatnonzero(is_sound & (facts.level <= 2)):
        about = {
            "办件编号": story.facts.number[facts.case[row]].decode(),
            "评价次数": str(facts.number[row]),
            "经办人": actors[rng.integers(ACTORS)],
        }
        # After a good second rating nothing more has to be done.
        until = rated_again_on.get(facts.case[row], END - 1)
        done += _course(story, rng, about, arrived_on[row], until, bool(is_anonymous[row]))
    return done


def _is_sound(story: Story) -> np.ndarray:
    """Ratings that are live and break no rule: the new cities have not begun with the others."""
    is_sound = ratings.is_live(story, "rating")
    for found in story.findings:
        if found.feed == "rating":
            is_sound[found.rows] = False
    return is_sound


def _course(
    story: Story, rng: np.random.Generator, about: Cells, arrived_on: Any, until: Any, is_anonymous: bool
) -> list[Act]:
    """The rows about one rating from its arrival to a last day; now and then the last of them is filled in wrongly."""
    steps = list(_steps(rng, is_anonymous))
    days = story.calendar.after(arrived_on, np.cumsum([wait for *_, wait in steps], dtype=int))
    done = [
        Act(day, {**about, "步骤": step, "结果": outcome, "时间": str(day), "说明": NOTES.get(outcome, "")})
        for (step, outcome, _), day in zip(steps, days, strict=True)
        if day <= until
    ]
    if done and done[-1].cells["步骤"] != ACCOUNT and rng.random() < MISTAKEN_SHARE:
        last = done[-1]
        last.refusal = list(MISTAKES)[rng.integers(len(MISTAKES))]
        last.cells |= MISTAKES[last.refusal](last.cells)
    return done


def _steps(rng: np.random.Generator, is_anonymous: bool) -> Iterator[tuple[str, str, int]]:
    """Step, outcome, and how many working days after the step before."""
    if rng.random() < NEVER_SHARE:
        return
    wait, called = _drawn(rng, CALLED_AFTER), CONFIRMED
    is_reached = not is_anonymous and rng.random() >= UNREACHED_SHARE
    if not is_anonymous:
        if not is_reached:
            yield CALL, UNREACHED, wait
        called = _drawn(rng, CALLED)
        yield CALL, called, wait if is_reached else 1
        wait = 0
    decided = _drawn(rng, DECIDED[called])
    yield DECIDE, decided, wait
    if rng.random() < STUCK_SHARE:
        return
    if decided in RECTIFIED_AFTER:
        yield RECTIFY, "已整改", _drawn(rng, RECTIFIED_AFTER[decided])
    if decided != APPEAL:
        yield REPLY, "无法联系本人，已公开答复" if is_anonymous else "已答复本人", _drawn(rng, REPLIED_AFTER)
    reviewed = _drawn(rng, REVIEWED)
    yield REVIEW, reviewed, _drawn(rng, REVIEWED_AFTER)
    if reviewed == FAULT:
        yield ACCOUNT, _drawn(rng, ACCOUNTED), 2


def _drawn(rng: np.random.Generator, shares: dict[Drawn, float]) -> Drawn:
    return list(shares)[rng.choice(len(shares), p=list(shares.values()))]


def counts(done: list[Act]) -> dict[str, int]:
    """Rows of a sheet that are recorded, and those that are refused."""
    refused = sum(act.refusal is not None for act in done)
    return {"recorded": len(done) - refused, "refused": refused}


def write(done: list[Act], path: Path) -> None:
    """Write a sheet, in the order in which things were done."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(FOLLOW_UP_SHEET.name)
    sheet.append(FOLLOW_UP_COLUMNS)
    for act in sorted(done, key=lambda act: act.day):
        sheet.append([act.cells[name] for name in FOLLOW_UP_COLUMNS])
    path.parent.mkdir(exist_ok=True)
    book.save(path)


def hand_in(demo: Path, drops: Path) -> bool:
    """Put the sheets of the generated area that have no answer yet into the drop folder; False if there is none."""
    sheets = [sheet for sheet in demo.glob("follow_up/*.xlsx") if not any(drops.glob(f"{sheet.name}{ANSWER}.*"))]
    for sheet in sheets:
        half = drops / f".{sheet.name}"
        shutil.copyfile(sheet, half)
        half.rename(drops / sheet.name)
    return bool(sheets)

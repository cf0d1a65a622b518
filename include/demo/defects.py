"""The defects, one per case: each breaks exactly the rule it is named after (definitions: the rule catalogue)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo import conditions, damage, deliveries
from demo.damage import DAY, HOUR, MINUTE, Condition, Damage, wrong_check
from demo.deliveries import EXCHANGES
from demo.story import EVERYWHERE, Extra, Story

NATIONAL = ("http", "database")
STANDARD_CODES = (*NATIONAL, "files")
VENDOR = ("vendor",)
CORRECTIONS = 5600


@dataclass(frozen=True)
class Defect:
    """A kind of defect: what it does, to which rows, how often in the whole area at scale 1."""

    rule: str
    feed: str
    rate: int
    damage: Damage
    where: Condition | None = None
    ways: tuple[str, ...] = EVERYWHERE
    is_correctable: bool = False
    is_critical: bool = True


def inject(story: Story) -> None:
    """Put in the defects that stay into the final state, and those that a later delivery corrects."""
    possible = [defect for defect in DEFECTS if defect.feed in story.rows]
    for defect in possible:
        put_in(story, defect)
    correctable = [defect for defect in DEFECTS if defect.is_correctable]
    for defect in (one for one in correctable if one in possible):
        correct_later(story, defect, story.quotas.share(CORRECTIONS / len(correctable), story.source, defect.ways))


def put_in(story: Story, defect: Defect) -> None:
    """Damage this source's share of rows for good."""
    rows = _draw(story, defect, story.quotas.share(defect.rate, story.source, defect.ways))
    defect.damage(story, rows)
    story.blame(defect.feed, rows, defect.rule, critical=defect.is_critical)


def _draw(story: Story, defect: Defect, count: int, only: np.ndarray | bool = True) -> np.ndarray:
    suitable = np.ones(len(story.rows[defect.feed].case), bool) if defect.where is None else defect.where(story)
    if defect.feed == "accept":
        suitable = suitable & ~story.facts.is_bare  # the accept row decides whether a certificate may be missing
    return story.draw(defect.feed, count, suitable & only)


def correct_later(story: Story, defect: Defect, count: int) -> None:
    """Damage the first delivery only; the clean row follows (an exchange's U, a station's restated row)."""
    rows = _draw(story, defect, count, story.of_case(defect.feed, story.is_simple))
    clean = story.rows[defect.feed].table.take(pa.array(rows))
    defect.damage(story, rows)
    arrived_at = deliveries.correction_times(story, story.rows[defect.feed].arrived_at[rows])
    story.extras.append(Extra(defect.feed, rows, clean, "U", arrived_at))


def _accept_again(story: Story, rows: np.ndarray) -> None:
    """A step in the middle or at the end has code 4 (受理), which only a first one can have."""
    story.rows["process"].put("event_name", rows, "4")


ACCEPT_CODES: dict[str, list[str | None]] = {
    "project_type": ["0", "7"],
    "applyer_type": ["0", "8"],
    "apply_type": ["0", "4"],
}
RESULT_CODES: dict[str, list[str | None]] = {"is_delivery_results": ["2", "9"], "satisfaction": ["0", "6"]}
ITEM_CODE_EDITS = (
    wrong_check,
    lambda code: code[:-1],
    lambda code: code[:18] + "9" + code[19:],
    lambda code: code[:30] + "-",
)
IDENTITY_EDITS = (
    wrong_check,
    lambda code: code[:6] + code[8:17],
    lambda code: code[:6] + "********" + code[14:],
    lambda code: code[:10] + "1332" + code[14:],
)

DEFECTS = [
    Defect("C01", "accept", 420, damage.blank("accept"), is_correctable=True),
    Defect("C05", "accept", 330, damage.blank("accept", "legal"), damage.needs_legal, is_correctable=True),
    Defect("C06", "accept", 320, damage.blank("accept", "promise_date"), damage.is_promise, EXCHANGES),
    Defect("K01", "accept", 320, damage.foreign_handle_item, is_correctable=True),
    Defect("K02", "accept", 320, damage.foreign_catalog_code, None, EXCHANGES),
    Defect("K04", "accept", 330, damage.wrong_applicant_type, conditions.is_typed_by_certificate, is_correctable=True),
    Defect("V01", "accept", 230, damage.replace("accept", ACCEPT_CODES), is_correctable=True),
    Defect(
        "V01",
        "accept",
        70,
        damage.replace("accept", {"contact_type": ["888"]}),
        conditions.has_contact_number,
        EXCHANGES,
    ),
    Defect("V06", "accept", 90, damage.replace("accept", {"applyer_page_type": ["000", "888"]})),
    Defect("V14", "accept", 60, damage.replace("accept", {"data_source": ["133", "999"]}), None, NATIONAL),
    Defect("V14", "accept", 30, damage.replace("accept", {"cd_source": ["p34", "D05"]}), None, NATIONAL),
    Defect("V16", "accept", 80, damage.rewrite("accept", "applyer_name", *damage.LOST_TEXTS), is_correctable=True),
    Defect("C07", "accept", 90, damage.blank("accept", "task_handle_item"), conditions.has_handle_item),
    Defect(
        "R02",
        "accept",
        90,
        damage.rewrite("accept", "task_handle_item", lambda code: code[:31] + "77"),
        conditions.has_handle_item,
    ),
    Defect(
        "V02",
        "accept",
        320,
        damage.bad_text("accept", "applyer_name", "task_name", "org_name", "contact_name", "project_name"),
        is_correctable=True,
    ),
    Defect("V03", "accept", 330, damage.rewrite("accept", "task_code", *ITEM_CODE_EDITS), is_correctable=True),
    Defect("V04", "accept", 340, damage.wrong_credit_code, is_correctable=True),
    Defect(
        "V05",
        "accept",
        380,
        damage.rewrite("accept", "applyer_page_code", *IDENTITY_EDITS),
        conditions.has_identity_card,
        is_correctable=True,
    ),
    Defect(
        "V08",
        "accept",
        320,
        damage.bad_date("accept", "apply_date", "accept_date", "promise_date"),
        is_correctable=True,
    ),
    Defect("R01", "accept", 340, damage.unknown_item),
    Defect("R03", "accept", 310, damage.replace("accept", {"task_version": ["8", "9"]}), None, EXCHANGES),
    Defect(
        "T01",
        "accept",
        330,
        damage.shift("accept", ["apply_date"], (MINUTE, 19 * MINUTE), conditions.accepted("accept")),
        conditions.was_sent_late_enough,
    ),
    Defect(
        "T05",
        "accept",
        320,
        damage.shift("accept", ["apply_date", "accept_date"], (10 * MINUTE, 3 * HOUR), conditions.arrived("accept")),
        conditions.has_time_left,
    ),
    Defect(
        "T06",
        "accept",
        330,
        damage.shift("accept", ["promise_date"], (-5 * DAY, -HOUR), conditions.accepted("accept")),
        damage.is_open_promise,
    ),
    Defect("C02", "process", 330, damage.blank("process"), is_correctable=True),
    Defect("V01", "process", 300, damage.replace("process", {"event_name": ["0", "4", "9"]}), None, STANDARD_CODES),
    Defect("V02", "process", 300, damage.bad_text("process", "process_name", "handle_user_name", "handle_explain")),
    Defect("V14", "process", 60, damage.replace("process", {"data_source": ["133", "999"]}), None, NATIONAL),
    Defect(
        "T03", "process", 90, damage.shift("process", ["event_end_time"], (-20 * MINUTE, -MINUTE), conditions.started)
    ),
    Defect("V08", "process", 300, damage.bad_date("process", "event_start_time", "event_end_time")),
    Defect(
        "T05",
        "process",
        300,
        damage.shift(
            "process", ["event_start_time", "event_end_time"], (10 * MINUTE, 6 * HOUR), conditions.arrived("process")
        ),
        conditions.delivered_once("process"),
    ),
    Defect("C03", "result", 330, damage.blank("result"), is_correctable=True),
    Defect(
        "C09",
        "result",
        330,
        damage.blank("result", "result_cetr_name", "result_cetr_no"),
        conditions.has_certificate,
        is_correctable=True,
    ),
    Defect("C10", "result", 320, damage.blank("result", "result_explain"), conditions.has_reason, is_correctable=True),
    Defect("V01", "result", 300, damage.replace("result", RESULT_CODES), None, EXCHANGES),
    Defect("V02", "result", 300, damage.bad_text("result", "result_explain")),
    Defect("V14", "result", 60, damage.replace("result", {"data_source": ["133", "999"]}), None, NATIONAL),
    Defect("V14", "result", 30, damage.replace("result", {"cd_source": ["p34", "D05"]}), None, NATIONAL),
    Defect("V08", "result", 300, damage.bad_date("result", "result_date")),
    Defect("R08", "result", 330, damage.replace("result", {"result_type": ["7", "8", "9"]})),
    Defect(
        "T02",
        "result",
        320,
        damage.shift("result", ["result_date"], (-3 * DAY, -10 * MINUTE), conditions.accepted("result")),
        conditions.is_timed_result,
    ),
    Defect(
        "T05",
        "result",
        310,
        damage.shift("result", ["result_date"], (10 * MINUTE, 6 * HOUR), conditions.arrived("result")),
        conditions.is_without_promise,
    ),
    Defect("R08", "accept", 60, damage.foreign_code("accept", "project_type", "apply_type"), None, VENDOR),
    Defect("R08", "process", 60, damage.foreign_code("process", "event_name"), None, VENDOR),
    Defect("K06", "process", 60, _accept_again, conditions.is_later_step, VENDOR),
    Defect("R08", "special", 20, damage.foreign_code("special", "special_type"), None, VENDOR),
    Defect("C04", "special", 60, damage.blank("special"), conditions.needs_no_excuse, NATIONAL),
    Defect("V01", "special", 40, damage.replace("special", {"special_type": ["0", "3"]}), None, NATIONAL),
    Defect("V02", "special", 40, damage.bad_text("special", "special_name", "special_reason"), None, NATIONAL),
    Defect(
        "V08",
        "special",
        40,
        damage.bad_date("special", "special_time", "end_time"),
        conditions.needs_no_excuse,
        NATIONAL,
    ),
    Defect(
        "T05",
        "special",
        30,
        damage.shift("special", ["special_time", "end_time"], (10 * MINUTE, 3 * HOUR), conditions.arrived("special")),
        conditions.is_open,
        NATIONAL,
    ),
    Defect(
        "T12",
        "special",
        40,
        damage.shift("special", ["end_time"], (-2 * DAY, -HOUR), conditions.began),
        conditions.needs_no_excuse,
        NATIONAL,
    ),
    Defect(
        "T12",
        "special",
        20,
        damage.shift("special", ["special_time"], (-3 * DAY, -HOUR), conditions.accepted("special")),
        None,
        NATIONAL,
    ),
    Defect("C04", "material", 120, damage.blank("material"), None, NATIONAL, is_correctable=True),
    Defect("V01", "material", 120, damage.replace("material", {"get_type": ["0", "5"]}), None, NATIONAL),
    Defect("V02", "material", 120, damage.bad_text("material", "material_name"), None, NATIONAL),
]

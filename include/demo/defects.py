"""The defects, one per case: each breaks exactly the rule it is named after (definitions: the rule catalogue)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo import damage, deliveries
from demo.damage import Condition, Damage, wrong_check
from demo.story import EVERYWHERE, Extra, Story

STANDARD_CODES = ("http", "database", "files")
NATIONAL = ("http", "database", "vendor")
VENDOR = ("vendor",)
CORRECTIONS = 5600
MINUTE, HOUR, DAY = 60, 3600, 86400


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


def inject(story: Story) -> None:
    """Put in the defects that stay into the final state, and those that a later delivery corrects."""
    for defect in DEFECTS:
        rows = _draw(story, defect, story.quotas.share(defect.rate, story.source, defect.ways))
        defect.damage(story, rows)
        story.blame(defect.feed, rows, defect.rule)
    correctable = [defect for defect in DEFECTS if defect.is_correctable]
    for defect in correctable:
        _correct_later(story, defect, story.quotas.share(CORRECTIONS / len(correctable), story.source, defect.ways))


def _draw(story: Story, defect: Defect, count: int, only: np.ndarray | bool = True) -> np.ndarray:
    suitable = np.ones(len(story.rows[defect.feed].case), bool) if defect.where is None else defect.where(story)
    if defect.feed == "accept":
        suitable = suitable & ~story.facts.is_bare  # what excuses a missing certificate hangs on the accept row
    return story.draw(defect.feed, count, suitable & only)


def _correct_later(story: Story, defect: Defect, count: int) -> None:
    """Damage the first delivery only; the clean row follows (an exchange's U, a station's restated row)."""
    rows = _draw(story, defect, count, story.of_case(defect.feed, story.is_simple))
    clean = story.rows[defect.feed].table.take(pa.array(rows))
    defect.damage(story, rows)
    arrived_at = deliveries.correction_times(story, story.rows[defect.feed].arrived_at[rows])
    story.extras.append(Extra(defect.feed, rows, clean, "U", arrived_at))


def _arrived(feed: str) -> Condition:
    return lambda story: story.rows[feed].arrived_at


def _accepted(feed: str) -> Condition:
    return lambda story: story.of_case(feed, story.facts.accepted_at)


def _delivered_once(feed: str) -> Condition:
    """Rows whose arrival cannot be taken for that of a restatement."""
    return lambda story: story.of_case(feed, story.is_simple | (not story.source.is_sheet))


def _was_sent_late_enough(story: Story) -> np.ndarray:
    gap = story.rows["accept"].arrived_at - story.facts.accepted_at
    return (gap > np.timedelta64(20, "m")) & damage.to_the_second(story)


def _has_time_left(story: Story) -> np.ndarray:
    """Open cases whose promise lies well after their delivery, of items with one version."""
    single = ~story.items.has_two_versions[story.facts.item]
    in_time = story.facts.promised_at > story.rows["accept"].arrived_at + 4 * HOUR
    return damage.is_open_promise(story) & single & in_time & _delivered_once("accept")(story)


def _is_without_promise(story: Story) -> np.ndarray:
    no_promise = story.of_case("result", np.isnat(story.facts.promised_at))
    return no_promise & damage.to_the_second(story) & _delivered_once("result")(story)


def _is_timed_result(story: Story) -> np.ndarray:
    return np.full(len(story.rows["result"].case), damage.to_the_second(story))


def _has_identity_card(story: Story) -> np.ndarray:
    return damage.text_is("accept", "applyer_page_type", "111")(story)


def _has_reason(story: Story) -> np.ndarray:
    return damage.result_is("REFUSED", "NOT_ACCEPTED", "RETURNED", "FORWARDED")(story)


def _has_certificate(story: Story) -> np.ndarray:
    return damage.result_is("GRANTED")(story) & ~story.of_case("result", story.facts.is_bare)


def _is_typed_by_certificate(story: Story) -> np.ndarray:
    return damage.text_is("accept", "applyer_type", "1", "2", "3", "4")(story)


ACCEPT_CODES: dict[str, list[str | None]] = {
    "project_type": ["0", "7"],
    "applyer_type": ["0", "8"],
    "apply_type": ["0", "4"],
    "contact_type": ["888", "000"],
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
    Defect("C06", "accept", 320, damage.blank("accept", "promise_date"), damage.is_promise, NATIONAL),
    Defect("K01", "accept", 320, damage.foreign_handle_item, is_correctable=True),
    Defect("K02", "accept", 320, damage.foreign_catalog_code, None, NATIONAL),
    Defect("K04", "accept", 330, damage.wrong_applicant_type, _is_typed_by_certificate, is_correctable=True),
    Defect("V01", "accept", 300, damage.replace("accept", ACCEPT_CODES), is_correctable=True),
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
        _has_identity_card,
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
    Defect("R03", "accept", 310, damage.replace("accept", {"task_version": ["8", "9"]}), None, NATIONAL),
    Defect(
        "T01",
        "accept",
        330,
        damage.shift("accept", ["apply_date"], (MINUTE, 19 * MINUTE), _accepted("accept")),
        _was_sent_late_enough,
    ),
    Defect(
        "T05",
        "accept",
        320,
        damage.shift("accept", ["apply_date", "accept_date"], (10 * MINUTE, 3 * HOUR), _arrived("accept")),
        _has_time_left,
    ),
    Defect(
        "T06",
        "accept",
        330,
        damage.shift("accept", ["promise_date"], (-5 * DAY, -HOUR), _accepted("accept")),
        damage.is_open_promise,
    ),
    Defect("C02", "process", 330, damage.blank("process"), is_correctable=True),
    Defect("V01", "process", 300, damage.replace("process", {"event_name": ["0", "4", "9"]}), None, STANDARD_CODES),
    Defect("V02", "process", 300, damage.bad_text("process", "process_name", "handle_user_name", "handle_explain")),
    Defect("V08", "process", 300, damage.bad_date("process", "event_start_time", "event_end_time")),
    Defect(
        "T05",
        "process",
        300,
        damage.shift("process", ["event_start_time", "event_end_time"], (10 * MINUTE, 6 * HOUR), _arrived("process")),
        _delivered_once("process"),
    ),
    Defect("C03", "result", 330, damage.blank("result"), is_correctable=True),
    Defect(
        "C09",
        "result",
        330,
        damage.blank("result", "result_cetr_name", "result_cetr_no"),
        _has_certificate,
        is_correctable=True,
    ),
    Defect("C10", "result", 320, damage.blank("result", "result_explain"), _has_reason, is_correctable=True),
    Defect("V01", "result", 300, damage.replace("result", RESULT_CODES), None, NATIONAL),
    Defect("V02", "result", 300, damage.bad_text("result", "result_explain")),
    Defect("V08", "result", 300, damage.bad_date("result", "result_date")),
    Defect("R08", "result", 330, damage.replace("result", {"result_type": ["7", "8", "9"]})),
    Defect(
        "T02",
        "result",
        320,
        damage.shift("result", ["result_date"], (-3 * DAY, -10 * MINUTE), _accepted("result")),
        _is_timed_result,
    ),
    Defect(
        "T05",
        "result",
        310,
        damage.shift("result", ["result_date"], (10 * MINUTE, 6 * HOUR), _arrived("result")),
        _is_without_promise,
    ),
    Defect("R08", "accept", 60, damage.foreign_code("accept", "project_type", "apply_type"), None, VENDOR),
    Defect("R08", "process", 60, damage.foreign_code("process", "event_name"), None, VENDOR),
]

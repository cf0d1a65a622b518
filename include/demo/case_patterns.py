"""Patterns over several cases at known places (K10, U07): each case by itself is clean."""

import numpy as np
import pyarrow as pa

from demo import columns, damage
from demo.damage import Condition
from demo.story import Story

PAIRS = 3
TAKEN = ("applyer_page_type", "applyer_page_code", "legal")
PLACES: dict[str, Condition] = {
    "konggang_centre": damage.text_is("accept", "applyer_page_type", "111"),
    "fengdong_centre": damage.has_credit_code,
}
ENTERED_TWICE = ("beidu_station", "sanqiao_station", "weicheng_station")
LAST_OF_A_STATION = 999  # of the thousand numbers that a station has for an item and a day


def inject(story: Story) -> None:
    """K10: a person's ID number, or a body's credit code, is written under another name on the same day."""
    if story.source.id not in PLACES:
        return
    accept = story.rows["accept"]
    suits = PLACES[story.source.id](story) & story.free & story.is_delivered() & ~story.facts.is_bare
    accepted_on = story.facts.accepted_at.astype("datetime64[D]")
    suits &= _comes_once(columns.strings(accept.table.column("applyer_page_code")), accepted_on)
    kind = accept.table.column("applyer_type").to_numpy(zero_copy_only=False).astype(str)
    rows = np.flatnonzero(suits)
    rows = rows[np.lexsort((accepted_on[rows], kind[rows]))]
    is_pair = (accepted_on[rows][:-1] == accepted_on[rows][1:]) & (kind[rows][:-1] == kind[rows][1:])
    first = np.flatnonzero(is_pair)[:: max(2, is_pair.sum() // PAIRS)][:PAIRS]
    for at in first:
        one, other = rows[at], rows[at + 1]
        for name in TAKEN:
            accept.put(name, np.array([other]), accept.table.column(name).take(pa.array([one])))
        story.free[[one, other]] = False
        _remember(story, "K10", min(story.facts.number[[one, other]]).decode(), story.source.id, accepted_on[one])


def enter_anew(story: Story) -> None:
    """U07: one of the centre's cases that the station enters again gets a number of the station's own; both count."""
    if story.source.id not in ENTERED_TWICE:
        return
    facts = story.facts
    has_identity_card = damage.text_is("accept", "applyer_page_type", "111")(story)
    suits = facts.is_copy & (has_identity_card | damage.has_credit_code(story))
    for case in np.flatnonzero(suits)[:1]:
        at_centre = facts.number[case].decode()
        damage.renumber(
            story, np.array([case]), [f"{at_centre[:-4]}{1000 * story.source.ordinal + LAST_OF_A_STATION:04d}"]
        )
        facts.is_copy[case] = False
        first_source = min(story.source.id, story.quotas.centre_of(story.source).id)
        _remember(story, "U07", at_centre, first_source, facts.accepted_at[case].astype("datetime64[D]"))


def _remember(story: Story, rule: str, first_number: str, first_source: str, day: np.datetime64) -> None:
    pattern = {"rule_id": rule, "source_id": first_source, "case_no": first_number, "day": str(day), "cases": 2}
    story.case_patterns.append(pattern)


def _comes_once(numbers: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Which cases are the only ones of their applicant on their day."""
    who = np.char.add(np.char.upper(numbers.astype(str)), days.astype(str))
    _, at, count = np.unique(who, return_inverse=True, return_counts=True)
    return np.asarray(count[at] == 1)

"""Praise that looks arranged: patterns over many ratings at known places (A03, A06, A07). Each rating is clean."""

import numpy as np

from demo import columns, people
from demo.damage import HOUR, MINUTE
from demo.rating_rows import PRAISE
from demo.story import Story

SAME_SECOND_AT, ONE_PHONE_AT, ALIKE_AT = "konggang_centre", "fengdong_centre", "jinghe_centre"
SAME_SECOND_RATINGS, ONE_PHONE_RATINGS, ALIKE_RATINGS = 40, 12, 40
CLOSING_TIME = 17 * HOUR + 30 * MINUTE


def inject(story: Story) -> None:
    """Put in the pattern that belongs to this source."""
    patterns = {SAME_SECOND_AT: _in_the_same_second, ONE_PHONE_AT: _by_one_phone, ALIKE_AT: _all_alike}
    if story.source.id in patterns:
        patterns[story.source.id](story)


def _in_the_same_second(story: Story) -> None:
    """A03: ratings of a day's cases are all written when the counters close."""
    facts, rating = story.rating_facts, story.rows["rating"]
    served_on = facts.served_at.astype("datetime64[D]")
    closing = served_on.astype("datetime64[s]") + CLOSING_TIME
    may = (facts.number == 1) & (facts.served_at < closing) & story.of_case("rating", story.free)
    rows = np.flatnonzero(may & (facts.automatic == None))  # noqa: E711 - element-wise
    days, sizes = np.unique(served_on[rows], return_counts=True)
    rows = rows[served_on[rows] == days[sizes.argmax()]][:SAME_SECOND_RATINGS]
    rating.put("assess_time", rows, columns.moments(closing[rows]))
    rating.arrived_at[rows] = closing[rows] + story.rng.integers(10 * MINUTE, 3 * HOUR, len(rows))
    _remember(story, "A03", rows, str(days[sizes.argmax()]))


def _by_one_phone(story: Story) -> None:
    """A06: one phone rates for many applicants."""
    facts, rating = story.rating_facts, story.rows["rating"]
    has_own = columns.strings(rating.table.column("mobile")) != None  # noqa: E711 - element-wise
    rows = story.draw("rating", ONE_PHONE_RATINGS, has_own & (np.bincount(facts.case)[facts.case] == 1))
    number = people.mobiles(story.rng, 1)[0].as_py()
    rating.put("mobile", rows, number)
    _remember(story, "A06", rows, None)


def _all_alike(story: Story) -> None:
    """A07: every rating of a quiet day gives five stars for the same reasons."""
    facts, rating = story.rating_facts, story.rows["rating"]
    rated_on = facts.rated_at.astype("datetime64[D]")
    days, sizes = np.unique(rated_on, return_counts=True)
    day = days[np.abs(sizes - ALIKE_RATINGS).argmin()]
    rows = np.flatnonzero((rated_on == day) & ~rating.withheld)
    facts.level[rows] = 5
    rating.put("satisfaction", rows, "5")
    rating.put("eval_detail", rows, PRAISE)
    _remember(story, "A07", rows, str(day))


def _remember(story: Story, rule: str, rows: np.ndarray, day: str | None) -> None:
    story.free[story.rows["rating"].case[rows]] = False
    story.patterns.append({"rule_id": rule, "source_id": story.source.id, "day": day, "ratings": len(rows)})

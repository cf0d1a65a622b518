"""Cases that are overdue when the campaign ends: by the values that their source has delivered."""

import numpy as np

from demo import columns
from demo.area import END
from demo.damage import BLANKS, MALFORMED, SENTINELS, TIMES_OF_POSTGRES
from demo.story import Story

RESERVE_DAYS = 5  # what ops.setting has
NO_DAYS = {*BLANKS, *SENTINELS, *MALFORMED, *TIMES_OF_POSTGRES}
NEVER = np.datetime64("NaT", "D")


def blame(story: Story) -> None:
    """T09: no result, and the promised day plus the working days of suspension is past by more than the reserve.

    From a promise before the acceptance (T06) nothing is due.
    """
    results = story.rows["result"]
    is_open = story.is_delivered() & ~story.facts.is_copy
    is_open[results.case[~results.withheld]] = False
    promised = _days(story, "accept", "promise_date")
    for found in story.findings:
        if (found.feed, found.rule) == ("accept", "T06"):
            promised[found.rows] = NEVER
    rows = np.flatnonzero(is_open & (promised < END))
    due = story.calendar.after(promised[rows], _suspended(story)[rows])
    rows = rows[due + RESERVE_DAYS < END - 1]
    story.blame("accept", rows, "T09", story.own_keys(rows), critical=False)


def _suspended(story: Story) -> np.ndarray:
    """Per case, the working days from the beginning to the end of its special procedure, where both can be read."""
    workdays = np.zeros(len(story.facts), np.int64)
    if "special" in story.rows:
        special, calendar = story.rows["special"], story.calendar
        began, ended = (_days(story, "special", name) for name in ("special_time", "end_time"))
        rows = np.flatnonzero(~special.withheld & (began < ended))
        until, since = (calendar.index[calendar.at(days[rows]) + 1] for days in (ended, began))
        workdays[special.case[rows]] = until - since
    return workdays


def _days(story: Story, feed: str, name: str) -> np.ndarray:
    """The day in this column, per row of a feed, as last delivered; NaT where it cannot be read."""
    texts = columns.strings(story.in_the_end(feed, [name])[name])
    is_day = np.array([text not in NO_DAYS for text in texts])
    days = np.full(len(texts), NEVER)
    days[is_day] = texts[is_day].astype("datetime64[s]").astype("datetime64[D]")
    return days

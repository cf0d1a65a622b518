"""When records arrive: exchanges send them within hours, stations once a week; and what is sent again later."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo import columns, people
from demo.area import END, START
from demo.campaign import CUTOFF
from demo.story import Extra, Story
from demo.workdays import Calendar

CORRECTABLE_UNTIL = np.datetime64("2021-11-10T00:00:00")  # what arrives before can be corrected before the end
FINAL_DAYS = np.datetime64("2021-11-15T09:00:00"), np.datetime64("2021-11-19T20:00:00")
HOUR, DAY = 3600, 86400
DELETED_CASES = 560
REVIVED_CASES = 40
RETURNING_CASES = 50
RENAMED_CASES = 20
REPLAYS = {"accept": 1200, "process": 1000, "result": 800, "special": 60, "material": 900}
UPDATES = {"accept": 6000, "result": 9000}
EXCHANGES = ("http", "database", "vendor")


def arrive_by_exchange(story: Story) -> None:
    """Let every row arrive some time after its event: mostly within hours, some days late."""
    for feed, moment in _happened(story).items():
        story.rows[feed].arrived_at = soon_after(moment, story.rng)
    _mostly_the_same_day(story)
    last = np.full(len(story.facts), np.datetime64("2021-01-01", "s"))
    for rows in story.rows.values():
        np.maximum.at(last, rows.case, rows.arrived_at)
    story.is_simple = last < CORRECTABLE_UNTIL


def _happened(story: Story) -> dict[str, np.ndarray]:
    """By feed, when the event of each row happened."""
    facts = story.facts
    moments = {"accept": facts.accepted_at, "result": facts.finished_at, "special": facts.suspended_until}
    moments["material"] = facts.accepted_at
    found = {feed: story.of_case(feed, moment) for feed, moment in moments.items() if feed in story.rows}
    return {**found, "process": story.steps.ended_at}


def arrive_in_an_index(story: Story) -> None:
    """Let all rows of a case arrive with the last of them: its entry is overwritten as the case goes on."""
    arrive_by_exchange(story)
    last = _case_end(story, np.arange(len(story.facts)))
    for rows in story.rows.values():
        rows.arrived_at = last[rows.case]


def _mostly_the_same_day(story: Story) -> None:
    """An accept row that is not days late arrives on the day of the acceptance."""
    accept, accepted_at = story.rows["accept"], story.facts.accepted_at
    last = (
        accepted_at.astype("datetime64[D]").astype("datetime64[s]")
        + DAY
        - story.rng.integers(1, 3000, len(accepted_at))
    )
    in_time = accept.arrived_at < accepted_at + DAY
    accept.arrived_at = np.where(in_time, np.minimum(accept.arrived_at, last), accept.arrived_at)


def soon_after(moment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When an exchange sends what happened then."""
    count = len(moment)
    kind = rng.choice(3, count, p=[0.76, 0.21, 0.03])
    lag = np.select(
        [kind == 0, kind == 1],
        [rng.integers(600, 3 * HOUR, count), rng.integers(3 * HOUR, 20 * HOUR, count)],
        rng.integers(DAY, 6 * DAY, count),
    )
    return np.minimum(moment + lag, CUTOFF - rng.integers(1, 4000, count))


def later(story: Story, moment: np.ndarray, earliest: int, latest: int) -> np.ndarray:
    """Moments that many seconds later."""
    return moment + story.rng.integers(earliest, latest, len(moment))


def correction_times(story: Story, arrived_at: np.ndarray) -> np.ndarray:
    """When an exchange sends the corrected row: four of five in the last days of the campaign."""
    count = len(arrived_at)
    first, last = FINAL_DAYS
    final = first + story.rng.integers(0, (last - first).astype(np.int64), count)
    return np.where(story.rng.random(count) < 0.8, final, later(story, arrived_at, 8 * HOUR, 5 * DAY))


def send_again(story: Story) -> None:
    """Everything an exchange sends about clean records after their first delivery."""
    _delete(story)
    _revive(story)
    _change_and_change_back(story)
    _change_the_applicant(story)
    for feed in (one for one in REPLAYS if one in story.rows):
        rows = some(story, feed, REPLAYS[feed])
        repeat(story, feed, rows, "I", later(story, story.rows[feed].arrived_at[rows], 2 * HOUR, 9 * DAY))
    update(story, "accept", UPDATES["accept"], "contact_mobile", None)
    update(story, "result", UPDATES["result"], "remark", "申请人已签收办理结果")


def some(story: Story, feed: str, rate: float, eligible: np.ndarray | bool = True) -> np.ndarray:
    """Rows of ordinary cases delivered long enough ago, for an event at the exchanges."""
    count = story.quotas.share(rate, story.source, EXCHANGES)
    return story.draw(feed, count, story.of_case(feed, story.is_simple) & eligible)


def repeat(story: Story, feed: str, rows: np.ndarray, operation: str, arrived_at: np.ndarray) -> None:
    """Deliver rows once more as they were."""
    table = story.rows[feed].table.take(pa.array(rows))
    story.extras.append(Extra(feed, rows, table, operation, arrived_at))


def _case_end(story: Story, cases: np.ndarray) -> np.ndarray:
    """When the last row of each case arrived."""
    last = story.rows["accept"].arrived_at.copy()
    for rows in story.rows.values():
        np.maximum.at(last, rows.case, rows.arrived_at)
    return last[cases]


def _delete(story: Story) -> None:
    cases = some(story, "accept", DELETED_CASES)
    story.is_deleted[cases] = True
    repeat(story, "accept", cases, "D", later(story, _case_end(story, cases), HOUR, 8 * DAY))


def _revive(story: Story) -> None:
    cases = some(story, "accept", REVIVED_CASES)
    gone_at = later(story, _case_end(story, cases), HOUR, 4 * DAY)
    repeat(story, "accept", cases, "D", gone_at)
    back_at = np.full(len(story.facts), np.datetime64("NaT", "s"))
    back_at[cases] = later(story, gone_at, HOUR, 4 * DAY)
    for feed, rows in story.rows.items():
        again = np.flatnonzero(~np.isnat(back_at[rows.case]) & ~rows.withheld)
        repeat(story, feed, again, "I", back_at[rows.case[again]])


def _change_and_change_back(story: Story) -> None:
    """Deliver a value, another one, and the first again: three versions."""
    rows = some(story, "accept", RETURNING_CASES)
    changed_at = later(story, story.rows["accept"].arrived_at[rows], 2 * HOUR, 4 * DAY)
    repeat(story, "accept", rows, "U", changed_at)
    changed = story.extras[-1]
    changed.table = columns.put(
        changed.table, "contact_mobile", np.arange(len(rows)), people.mobiles(story.rng, len(rows))
    )
    repeat(story, "accept", rows, "U", later(story, changed_at, 2 * HOUR, 4 * DAY))


def _change_the_applicant(story: Story) -> None:
    """A09: a record is sent again for another person, by name and number."""
    rows = some(
        story, "accept", RENAMED_CASES, columns.strings(story.rows["accept"].table.column("applyer_page_type")) == "111"
    )
    if not len(rows):
        return
    repeat(story, "accept", rows, "U", later(story, story.rows["accept"].arrived_at[rows], 2 * HOUR, 9 * DAY))
    nobody = people.BIRTHDAYS * people.SERIALS - 1000 * (1 + story.source.ordinal)  # numbers that no case has
    every, changed = np.arange(len(rows)), story.extras[-1]
    changed.table = columns.put(changed.table, "applyer_name", every, people.person_names(story.rng, len(rows)))
    numbers = people.identity_numbers(story.rng, len(rows), nobody)
    changed.table = columns.put(changed.table, "applyer_page_code", every, columns.text(numbers))
    for row in rows:
        day = str(story.facts.accepted_at[row].astype("datetime64[D]"))
        pattern = {"rule_id": "A09", "source_id": story.source.id, "case_no": story.facts.number[row].decode()}
        story.case_patterns.append(pattern | {"day": day, "cases": 1})


def update(story: Story, feed: str, rate: float, column: str, value: str | None, operation: str = "U") -> np.ndarray:
    """Deliver rows again with another value in a column, None for a new mobile number; returns the rows."""
    rows = some(story, feed, rate)
    repeat(story, feed, rows, operation, later(story, story.rows[feed].arrived_at[rows], 2 * HOUR, 9 * DAY))
    values = people.mobiles(story.rng, len(rows)) if value is None else value
    story.extras[-1].table = columns.put(story.extras[-1].table, column, np.arange(len(rows)), values)
    return rows


@dataclass
class Weeks:
    """The weekly uploads of a station, and in which of them each of its cases stands."""

    label: list[str]
    uploaded_at: np.ndarray
    first: np.ndarray  # week of the accept, per case
    second: np.ndarray  # week in which the case is restated with all it has; the same where nothing was missing


def upload_times(calendar: Calendar, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Mondays of the campaign's weeks, and each week's upload: the next working morning, for the last its Friday."""
    mondays = np.arange(START - 3, END, 7)
    count = len(mondays)
    morning = calendar.after(mondays + 7, np.zeros(count, np.int64)).astype("datetime64[s]") + 9 * HOUR
    uploaded_at = morning + 60 * rng.integers(5, 170, count)
    uploaded_at[-1] = (END - 1).astype("datetime64[s]") + 18 * HOUR + 60 * rng.integers(10, 55)
    return mondays, uploaded_at


def week_label(day: np.datetime64) -> str:
    """ISO week of a day, for example 2021-W31."""
    year, week, _ = day.astype("datetime64[D]").item().isocalendar()
    return f"{year}-W{week:02d}"


def arrive_by_week(story: Story) -> Weeks:
    """Let every row arrive with the upload of the week of its case's accept, or with the later one that restates it."""
    mondays, uploaded_at = upload_times(story.calendar, story.rng)
    happened = _happened(story)
    first = np.searchsorted(mondays, story.facts.accepted_at.astype("datetime64[D]"), side="right") - 1
    second = first.copy()
    for feed, moment in happened.items():
        np.maximum.at(second, story.rows[feed].case, np.searchsorted(uploaded_at, moment))
    for feed, moment in happened.items():
        rows = story.rows[feed]
        at_once = uploaded_at[first[rows.case]]
        rows.arrived_at = np.where(moment <= at_once, at_once, uploaded_at[second[rows.case]])
    story.is_simple = (first == second) & (uploaded_at[first] < CORRECTABLE_UNTIL)
    return Weeks([week_label(day) for day in mondays], uploaded_at, first, second)

"""What happens in the campaign at one source: which cases are accepted when, by which steps, and how they end."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from demo import columns
from demo.area import END, START, VERSION_TWO_FROM, Catalogue, Source
from demo.workdays import Calendar
from govservice import contract

CUTOFF = END.astype("datetime64[s]")
MINUTES_A_DAY = 420  # 09:00–12:00 and 13:00–17:00
STUCK_SHARE = {"1": 0.005, "2": 0.10}
LATE_SHARE = 0.02
SUSPENDED_SHARE = 0.10  # of the cases with a promise, by a special procedure
STALE_VERSION_SHARE = 0.25
COUNTER, ONLINE, POST = "1", "2", "3"
OUTCOMES = {
    "GRANTED": 0.925,
    "REFUSED": 0.03,
    "NOT_ACCEPTED": 0.012,
    "RETURNED": 0.022,
    "FORWARDED": 0.008,
    "VOID": 0.002,
    "DELETED": 0.001,
}
NOT_COUNTED = ("VOID", "DELETED")


@dataclass
class Facts:
    """The true course of every case of a source; one array element per case (times are datetime64[s])."""

    number: np.ndarray  # 办件编号
    item: np.ndarray  # position in the catalogue
    apply_type: np.ndarray
    applied_at: np.ndarray
    accepted_at: np.ndarray
    promised_at: np.ndarray  # NaT where nothing was promised
    planned_at: np.ndarray  # when the case ends, known or not
    finished_at: np.ndarray  # NaT while the case is open
    outcome: np.ndarray  # canonical result, None while the case is open
    is_promise: np.ndarray  # 承诺件
    is_bare: np.ndarray  # granted without a certificate, as the item allows
    is_late: np.ndarray  # finished after the due day: T08
    is_stale: np.ndarray  # names a version that is no longer in force: R03 as a warning
    steps: np.ndarray  # number of steps up to the end of the case
    suspended_from: np.ndarray  # NaT unless a special procedure suspends the case
    suspended_until: np.ndarray
    is_copy: np.ndarray  # entered a second time, at the station

    def __len__(self) -> int:
        return len(self.number)

    @property
    def is_suspended(self) -> np.ndarray:
        """Which cases a special procedure suspends."""
        return ~np.isnat(self.suspended_from)

    def take(self, cases: np.ndarray) -> Self:
        """The facts of these cases."""
        return type(self)(**{field.name: getattr(self, field.name)[cases] for field in fields(self)})

    def extended(self, more: Self) -> Self:
        """These cases, then those."""
        names = [field.name for field in fields(self)]
        return type(self)(**{name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names})


def course(source: Source, count: int, items: Catalogue, calendar: Calendar, rng: np.random.Generator) -> Facts:
    """Invent the course of `count` cases of a source."""
    own = items.of(source)
    weights = 1 / (np.arange(len(own)) + 4.0) ** 0.85
    item = own[rng.choice(len(own), count, p=weights / weights.sum())]
    accepted_at = _accepted(source, count, calendar, rng)
    apply_type, applied_at = _applied(accepted_at, calendar, rng)
    is_promise = items.project_type[item] == "2"
    outcome = _outcomes(source, count, rng)
    is_late = is_promise & (rng.random(count) < LATE_SHARE) & ~np.isin(outcome, NOT_COUNTED)
    promised_at = _promised(accepted_at, is_promise, items.promise_day[item], calendar, rng)
    is_suspended = is_promise & (rng.random(count) < SUSPENDED_SHARE) & ("special" in source.feeds)
    paused = np.where(is_suspended, rng.integers(1, 9, count), 0)
    planned_at = _planned(accepted_at, is_promise, is_late, items.promise_day[item], paused, calendar, rng)
    # an end exactly an hour before the promise is what A04 looks for
    planned_at = np.where(planned_at == promised_at - 3600, planned_at + 1, planned_at)
    suspended_from, suspended_until = _suspension(accepted_at, planned_at, paused, calendar, rng)
    stuck = rng.random(count) < np.where(is_promise, STUCK_SHARE["2"], STUCK_SHARE["1"])
    is_open = stuck | (planned_at >= CUTOFF)
    outcome[is_open] = None
    bare = (outcome == "GRANTED") & ~items.gives_certificate[item]
    if source.result_list == "result_icity":
        outcome[bare & (rng.random(count) < 0.5)] = "DONE_NO_CERT"
    in_version_two = items.has_two_versions[item] & (accepted_at >= VERSION_TWO_FROM)
    return Facts(
        number=_numbers(source, item, accepted_at, items),
        item=item,
        apply_type=apply_type,
        applied_at=applied_at,
        accepted_at=accepted_at,
        promised_at=promised_at,
        planned_at=planned_at,
        finished_at=np.where(is_open, np.datetime64("NaT", "s"), planned_at),
        outcome=outcome,
        is_promise=is_promise,
        is_bare=bare,
        is_late=is_late & ~is_open,
        is_stale=in_version_two & (rng.random(count) < STALE_VERSION_SHARE) & source.carries("accept", "task_version"),
        steps=_steps_of(source, is_promise, rng),
        suspended_from=suspended_from,
        suspended_until=suspended_until,
        is_copy=np.zeros(count, bool),
    )


def _steps_of(source: Source, is_promise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How many steps every case takes; one in an index with a row per case."""
    count = len(is_promise)
    if source.way == "index":
        return np.ones(count, np.int64)
    return rng.integers(2, 4, count) + np.where(is_promise, rng.integers(1, 3, count), 0)


def _accepted(source: Source, count: int, calendar: Calendar, rng: np.random.Generator) -> np.ndarray:
    days = np.arange(START, END)
    at = calendar.at(days)
    busy = np.array([1.05, 1.0, 0.95, 0.9, 0.8, 0.8, 1.2])[at % 7]  # Tuesday first: the calendar begins on one
    growth = 1 + 0.6 * np.arange(len(days)) / len(days)
    rest = np.where(calendar.is_holiday[at] | (not source.is_centre), 0.0, 0.03)
    weights = np.where(calendar.is_work[at], busy, rest) * growth * (0.85 + 0.3 * rng.random(len(days)))
    day = days[rng.choice(len(days), count, p=weights / weights.sum())]
    return _clock(day, _working_minutes(count, rng))


def _working_minutes(count: int, rng: np.random.Generator) -> np.ndarray:
    """Minutes of the working day, 0 to 420 exclusive, with a peak in each half."""
    morning = rng.random(count) < 0.54
    return np.where(morning, 180 * rng.beta(1.8, 1.6, count), 180 + 240 * rng.beta(1.5, 1.9, count))


def _clock(day: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """The moment at that minute of the working day, to the second."""
    seconds = (minutes * 60).astype(np.int64) + np.where(minutes < 180, 9 * 3600, 10 * 3600)
    return day.astype("datetime64[s]") + seconds


def _applied(accepted_at: np.ndarray, calendar: Calendar, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How and when it was applied for; counters are closed on rest days."""
    count = len(accepted_at)
    apply_type = np.array([COUNTER, ONLINE, POST], object)[rng.choice(3, count, p=[0.70, 0.27, 0.03])]
    apply_type[~calendar.is_work[calendar.at(accepted_at)] & (apply_type == COUNTER)] = ONLINE
    wait = np.select(
        [apply_type == COUNTER, apply_type == ONLINE],
        [rng.integers(120, 2700, count), rng.exponential(14 * 3600, count).astype(np.int64) + 300],
        rng.integers(86400, 3 * 86400, count),
    )
    return apply_type, accepted_at - wait


def _outcomes(source: Source, count: int, rng: np.random.Generator) -> np.ndarray:
    known = {code.canonical for code in contract.codes() if code.list == source.result_list}
    names = [name for name in OUTCOMES if name in known]
    weights = np.array([OUTCOMES[name] for name in names])
    return np.array(names, object)[rng.choice(len(names), count, p=weights / weights.sum())]


def _promised(
    accepted_at: np.ndarray,
    is_promise: np.ndarray,
    promise_day: np.ndarray,
    calendar: Calendar,
    rng: np.random.Generator,
) -> np.ndarray:
    day = accepted_at.astype("datetime64[D]")
    time_of_day = accepted_at - day.astype("datetime64[s]")
    due = calendar.after(day, np.where(is_promise, promise_day, 0)).astype("datetime64[s]") + time_of_day
    same_day = day.astype("datetime64[s]") + 86399
    at_once = np.where(rng.random(len(day)) < 0.3, same_day, np.datetime64("NaT", "s"))
    return np.where(is_promise, due, at_once)


def _planned(
    accepted_at: np.ndarray,
    is_promise: np.ndarray,
    is_late: np.ndarray,
    promise_day: np.ndarray,
    paused: np.ndarray,
    calendar: Calendar,
    rng: np.random.Generator,
) -> np.ndarray:
    count = len(accepted_at)
    day = accepted_at.astype("datetime64[D]")
    at_once = np.minimum(accepted_at + rng.integers(180, 5400, count), day.astype("datetime64[s]") + (18 * 3600 - 60))
    taken = np.maximum(1, np.rint(promise_day * rng.beta(2, 2.2, count))).astype(np.int64)
    taken = np.where(is_late, promise_day + rng.integers(1, 7, count), np.minimum(taken, promise_day))
    later = _clock(calendar.after(day, taken + paused), _working_minutes(count, rng))
    return np.where(is_promise, later, at_once)


def _suspension(
    accepted_at: np.ndarray, planned_at: np.ndarray, paused: np.ndarray, calendar: Calendar, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Begin and end of a special procedure of that many working days, before the last day of work on the case."""
    count = len(accepted_at)
    day = accepted_at.astype("datetime64[D]")
    worked = calendar.index[calendar.at(planned_at)] - calendar.index[calendar.at(day)] - paused
    first_day = calendar.after(day, (rng.random(count) * worked).astype(np.int64))
    begin = np.maximum(_clock(first_day, _working_minutes(count, rng)), accepted_at + 300)
    end = _clock(calendar.after(first_day, paused), _working_minutes(count, rng))
    never = np.datetime64("NaT", "s")
    return np.where(paused > 0, begin, never), np.where(paused > 0, end, never)


def _numbers(source: Source, item: np.ndarray, accepted_at: np.ndarray, items: Catalogue) -> np.ndarray:
    """43 characters: item code, accept day, sequence within both; each station has its own thousand."""
    day = accepted_at.astype("datetime64[D]")
    group = item * 1000 + (day - START).astype(np.int64)
    order = np.lexsort((accepted_at, group))
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    sequence = np.empty(len(item), np.int64)
    sequence[order] = np.arange(len(item)) - np.repeat(starts, np.diff(np.r_[starts, len(item)]))
    compact = np.char.replace(day.astype("S10"), b"-", b"")
    codes = items.task_code.astype("S31")[item]
    tail = columns.digits(sequence + 1 + 1000 * source.ordinal, 4)
    return np.char.add(np.char.add(codes, compact), tail)


@dataclass
class Steps:
    """The steps of all cases in order, as far as they were taken before the end; one array element per step."""

    case: np.ndarray
    number: np.ndarray  # 1, 2, … within the case
    total: np.ndarray  # steps of the whole case
    started_at: np.ndarray
    ended_at: np.ndarray

    def take(self, rows: np.ndarray, case: np.ndarray) -> Self:
        """These steps, which belong to those cases."""
        return type(self)(case, self.number[rows], self.total[rows], self.started_at[rows], self.ended_at[rows])

    def extended(self, more: Self, offset: int) -> Self:
        """These steps, then those, whose cases are counted from `offset`."""
        names = ("number", "total", "started_at", "ended_at")
        joined = {name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names}
        return type(self)(case=np.concatenate([self.case, more.case + offset]), **joined)


def steps(facts: Facts, calendar: Calendar, rng: np.random.Generator) -> Steps:
    """Divide the course of every case into its steps, in working time."""
    case = np.repeat(np.arange(len(facts)), facts.steps)
    first = np.cumsum(facts.steps) - facts.steps
    number = np.arange(len(case)) - first[case] + 1
    total = facts.steps[case]
    share = np.where(number == total, 1.0, (number - 0.5 + 0.4 * rng.random(len(case))) / total)
    ended_at = _between(facts.accepted_at[case], facts.planned_at[case], share, calendar)
    opening = facts.accepted_at[case] + np.minimum(
        rng.integers(60, 900, len(case)), (ended_at - facts.accepted_at[case]) // 2
    )
    ended_at = np.where(number == 1, opening, ended_at).astype("datetime64[s]")
    started_at = np.where(number == 1, facts.accepted_at[case], np.r_[ended_at[:1], ended_at[:-1]])
    is_open = np.isnat(facts.finished_at)[case]
    taken = (ended_at < CUTOFF) & ~(is_open & (number == total))
    return Steps(case[taken], number[taken], total[taken], started_at[taken], ended_at[taken])


def _between(start: np.ndarray, end: np.ndarray, share: np.ndarray, calendar: Calendar) -> np.ndarray:
    """The moment at that share of the working time between two moments (of the plain time within one day)."""
    start_day, end_day = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    plain = start + (share * (end - start).astype(np.int64)).astype(np.int64)
    low, high = (_position(moment, day, calendar) for moment, day in ((start, start_day), (end, end_day)))
    position = low + share * (high - low)
    whole = np.minimum(position.astype(np.int64) // MINUTES_A_DAY, len(calendar.workdays) - 1)
    spread = _clock(calendar.workdays[whole], position - whole * MINUTES_A_DAY)
    return np.where(share == 1.0, end, np.where(start_day == end_day, plain, np.maximum(spread, start)))


def _position(moment: np.ndarray, day: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Working minutes since the calendar's start; a rest day stands at the beginning of the next working day."""
    at = calendar.at(day)
    minutes = (moment - day.astype("datetime64[s]")).astype(np.int64) / 60
    within = np.where(minutes < 720, np.clip(minutes - 540, 0, 180), np.clip(minutes - 600, 180, MINUTES_A_DAY))
    return calendar.index[at] * MINUTES_A_DAY + np.where(calendar.is_work[at], within, 0)

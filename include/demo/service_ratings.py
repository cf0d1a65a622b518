"""The services of every case and their ratings: which are rated, when, by which channel, and how well."""

import numpy as np

from demo import columns, deliveries
from demo.campaign import COUNTER, CUTOFF, ONLINE
from demo.rating_facts import Ratings, Services
from demo.records import SATISFACTION_SHARES
from demo.story import Story
from govservice import contract

MINUTE, HOUR, DAY = 60, 3600, 86400
LAST_RATING = CUTOFF - 2 * HOUR  # later ones arrive after the campaign
TWO_SERVICES_SHARE = 0.2  # of the finished cases: acceptance and end are recorded apart
OPEN_SERVED_SHARE = 0.93
RATED_SHARE = 0.985  # of the served cases that are old enough
FOLLOWED_UP = {True: 0.85, False: 0.048}  # of the negative first ratings, and of the others
PC, MOBILE, QR, TABLET, TERMINAL, PHONE, SMS = "1234567"
AT_THE_COUNTER = {TABLET: 0.56, QR: 0.32, TERMINAL: 0.12}
ON_THE_NET = {MOBILE: 0.55, PC: 0.45}
DAYS_LATER = {SMS: 0.45, MOBILE: 0.35, PHONE: 0.20}
FLAG, PUSHED, CHANNEL, CREATOR, UNFLAGGED = "isdefault", "isprotion", "channel", "creator", "unflagged"
AUTOMATIC = {FLAG: 1500, PUSHED: 900, CHANNEL: 500, CREATOR: 900, UNFLAGGED: 500}


def services(story: Story) -> Services:
    """The acceptance or the end of every case; of a part of the finished ones, both."""
    facts, rng = story.facts, story.rng
    is_finished = ~np.isnat(facts.finished_at)
    count = np.where(is_finished, 1 + (rng.random(len(facts)) < TWO_SERVICES_SHARE), 1)
    is_kept = is_finished | (rng.random(len(facts)) < OPEN_SERVED_SHARE)
    count[~is_kept | ~can_be_rated(story)] = 0
    case = np.repeat(np.arange(len(facts)), count)
    number = np.arange(len(case)) - np.repeat(np.cumsum(count) - count, count) + 1
    is_end = is_finished[case] & (number == count[case])
    return Services(case, number, is_end, np.where(is_end, facts.finished_at[case], facts.accepted_at[case]))


def can_be_rated(story: Story) -> np.ndarray:
    """The source's own cases that have a number and were accepted before their delivery (else T05)."""
    numbers = columns.strings(story.rows["accept"].table.column("project_no"))
    can = ~story.facts.is_copy & (numbers != None)  # noqa: E711 - element-wise
    for found in story.findings:
        if (found.feed, found.rule) == ("accept", "T05"):
            can[found.rows] = False
    return can


def ratings(story: Story, served: Services | None) -> Ratings:
    """First ratings by people, automatic ones of cases that nobody rated, and follow-ups.

    Args:
        story: its accept and result rows have arrived.
        served: None where the source keeps no services: the case itself is rated.
    """
    level = _first_levels(story)
    service = np.full(len(story.facts), -1)
    can = can_be_rated(story)
    if served:
        service[served.case] = np.arange(len(served.case))  # the last one of each case
        can &= service >= 0
    if not story.source.carries("rating", "assess_number"):
        return _first(story, np.flatnonzero(can), service, level)
    automatic = _automatic(story, can, service, level)
    can[automatic.case] = False
    first = _first(story, np.flatnonzero(can), service, level)
    return first.extended(automatic).extended(_follow_ups(story, first))


def _first_levels(story: Story) -> np.ndarray:
    """Per case, the level of its first rating: the one in the result (1 best), else drawn."""
    level = _levels(story, len(story.facts))
    satisfaction = columns.strings(story.rows["result"].table.column("satisfaction"))
    for code in "12345":
        level[story.rows["result"].case[satisfaction == code]] = 6 - int(code)
    return level


def _levels(story: Story, count: int) -> np.ndarray:
    return story.rng.choice([5, 4, 3, 2, 1], count, p=SATISFACTION_SHARES)


def _event(story: Story, case: np.ndarray) -> np.ndarray:
    """When the service that is rated took place: the end of the case, or its acceptance while it is open."""
    finished_at = story.facts.finished_at[case]
    return np.where(np.isnat(finished_at), story.facts.accepted_at[case], finished_at)


def _first(story: Story, case: np.ndarray, service: np.ndarray, level: np.ndarray) -> Ratings:
    """First ratings by people, minutes to days after the service."""
    rng, count = story.rng, len(case)
    wait = rng.choice(3, count, p=[0.74, 0.20, 0.06])
    lag = np.select(
        [wait == 0, wait == 1],
        [rng.integers(MINUTE, 30 * MINUTE, count), rng.integers(30 * MINUTE, 10 * HOUR, count)],
        rng.integers(DAY, 6 * DAY, count),
    )
    served_at = _event(story, case)
    if story.source.is_sheet:  # the sheet with the service has its rating too
        room = (sheet_arrived_at(story)[case] - served_at).astype(np.int64)
        lag = np.minimum(lag, (room * rng.uniform(0.1, 0.9, count)).astype(np.int64))
    rated_at = served_at + lag
    old_enough = np.flatnonzero(rated_at < LAST_RATING)
    chosen = _share_of(story, old_enough, RATED_SHARE)
    at = case[chosen]
    channel = _channels(story, story.facts.apply_type[at], wait[chosen])
    people = np.full(len(at), None, object)
    return Ratings(
        at, np.ones(len(at), int), service[at], served_at[chosen], rated_at[chosen], level[at], channel, people
    )


def sheet_arrived_at(story: Story) -> np.ndarray:
    """Per case, when the sheet with its result arrived, or with its accept row while it is open."""
    arrived_at = story.rows["accept"].arrived_at.copy()
    arrived_at[story.rows["result"].case] = story.rows["result"].arrived_at
    return arrived_at


def _share_of(story: Story, of: np.ndarray, share: float) -> np.ndarray:
    """Exactly this share of them, at random; ascending."""
    return np.sort(story.rng.permutation(of)[: round(share * len(of))])


def _channels(story: Story, apply_type: np.ndarray, wait: np.ndarray) -> np.ndarray:
    count = len(wait)

    def drawn(shares: dict[str, float]) -> np.ndarray:
        return np.array(list(shares), object)[story.rng.choice(len(shares), count, p=list(shares.values()))]

    at_once = np.where(apply_type == ONLINE, drawn(ON_THE_NET), drawn(AT_THE_COUNTER))
    at_once = np.where((apply_type == COUNTER) | (apply_type == ONLINE), at_once, QR)
    return np.where(wait == 2, drawn(DAYS_LATER), at_once)


def _automatic(story: Story, can: np.ndarray, service: np.ndarray, level: np.ndarray) -> Ratings:
    """Five stars that a program writes a week after the end of a case that nobody has rated."""
    old_enough = story.facts.finished_at < LAST_RATING - 9 * DAY  # not of open cases: NaT compares false
    may = old_enough & can & (level == 5) & ~story.rows["accept"].withheld
    channels = story.source.code_lists.get("pf")
    has_channel = any((code.list, code.canonical) == (channels, "DEFAULT") for code in contract.codes())
    parts = []
    for kind, rate in AUTOMATIC.items():
        case = story.draw("accept", story.quotas.share(rate, story.source, deliveries.EXCHANGES), may)
        count = len(case)
        ended_at = story.facts.finished_at[case]
        rated_at = ended_at + story.rng.integers(7 * DAY + MINUTE, 8 * DAY - MINUTE, count)
        five, web, kinds = np.full(count, 5), np.full(count, PC, object), np.full(count, None, object)
        kinds[:] = kind if kind != CHANNEL or has_channel else FLAG
        parts.append(Ratings(case, np.ones(count, int), service[case], ended_at, rated_at, five, web, kinds))
    found = parts[0]
    for part in parts[1:]:
        found = found.extended(part)
    return found


def _follow_ups(story: Story, first: Ratings) -> Ratings:
    """Second ratings: of most negative first ones, better after a remedy, and of some others."""
    rng, is_negative = story.rng, first.level <= 2
    rated_at = first.rated_at + np.where(
        is_negative, rng.integers(2 * DAY, 12 * DAY, len(first)), rng.integers(DAY, 10 * DAY, len(first))
    )
    old_enough = rated_at < LAST_RATING
    chosen = [
        _share_of(story, np.flatnonzero(old_enough & (is_negative == kind)), FOLLOWED_UP[kind])
        for kind in (True, False)
    ]
    rows = np.sort(np.concatenate(chosen))
    second = first.take(rows)
    second.number = second.number + 1
    second.rated_at = rated_at[rows]
    made_good = rng.choice([4, 5], len(rows), p=[0.6, 0.4])
    second.level = np.where(is_negative[rows], made_good, _levels(story, len(rows)))
    second.channel = rng.choice(np.array([SMS, MOBILE, PC], object), len(rows), p=[0.5, 0.35, 0.15])
    return second

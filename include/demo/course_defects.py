"""Minor defects in the course of a case: steps and results that contradict each other or look made up afterwards."""

from collections.abc import Callable

import numpy as np

from demo import columns, conditions, damage
from demo.damage import DAY, HOUR, MINUTE, Condition, Damage
from demo.defects import NATIONAL, VENDOR, Defect
from demo.story import EVERYWHERE, Story

TIMES = ("event_start_time", "event_end_time")
Moments = Callable[[Story], np.ndarray]


def _finished(story: Story) -> np.ndarray:
    return story.of_case("result", story.facts.finished_at)


def _accepted(story: Story) -> np.ndarray:
    return story.of_case("result", story.facts.accepted_at)


def _arrived(story: Story) -> np.ndarray:
    return story.rows["result"].arrived_at


def _last_step(story: Story) -> np.ndarray:
    """By case, the row of its last step; -1 where it was not taken."""
    last = np.full(len(story.facts), -1)
    rows = np.flatnonzero(story.steps.number == story.steps.total)
    last[story.rows["process"].case[rows]] = rows
    return last


def _steps_of(story: Story, results: np.ndarray) -> np.ndarray:
    """The steps of the cases of these results."""
    chosen = np.zeros(len(story.facts), bool)
    chosen[story.rows["result"].case[results]] = True
    return np.flatnonzero(chosen[story.rows["process"].case])


def _end_late(story: Story, results: np.ndarray) -> None:
    """The last step ends minutes after the result."""
    steps, order = _last_steps(story, results)
    ends = _finished(story)[results][order] + story.rng.integers(MINUTE, 9 * MINUTE, len(results))
    story.rows["process"].put("event_end_time", steps, columns.moments(ends))


def _approve_late(story: Story, results: np.ndarray) -> None:
    """A step approves, minutes after the refusal."""
    steps, order = _last_steps(story, results)
    finished = _finished(story)[results][order]
    process = story.rows["process"]
    process.put("event_name", steps, "1")
    process.put("event_start_time", steps, columns.moments(finished + MINUTE))
    process.put(
        "event_end_time", steps, columns.moments(finished + story.rng.integers(2 * MINUTE, 9 * MINUTE, len(steps)))
    )


def _last_steps(story: Story, results: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the last steps of these results' cases, ascending, and the order that puts the results beside them."""
    steps = _last_step(story)[story.rows["result"].case[results]]
    order = np.argsort(steps)
    return steps[order], order


def _has_late_steps(story: Story) -> np.ndarray:
    """The last step was delivered long enough after the result to end minutes later."""
    last = story.of_case("result", _last_step(story))
    arrived = story.rows["process"].arrived_at[last]
    return damage.to_the_second(story) & (last >= 0) & (arrived > _finished(story) + 10 * MINUTE)


def _is_refused_with_late_steps(story: Story) -> np.ndarray:
    return damage.result_is("REFUSED", "NOT_ACCEPTED")(story) & _has_late_steps(story)


def _finish_next_day(story: Story, results: np.ndarray) -> None:
    day = _accepted(story)[results].astype("datetime64[D]").astype("datetime64[s]")
    finished = day + DAY + story.rng.integers(9 * HOUR, 11 * HOUR, len(results))
    story.rows["result"].put("result_date", results, columns.moments(finished))


def _may_finish_next_day(story: Story) -> np.ndarray:
    without_promise = story.of_case("result", ~story.facts.is_promise & np.isnat(story.facts.promised_at))
    noon = _accepted(story).astype("datetime64[D]").astype("datetime64[s]") + DAY + 12 * HOUR
    return damage.to_the_second(story) & without_promise & (_arrived(story) > noon)


def _an_hour_before_the_promise(story: Story) -> np.ndarray:
    return story.of_case("result", story.facts.promised_at) - HOUR


def _may_be_backdated(story: Story) -> np.ndarray:
    moment = _an_hour_before_the_promise(story)
    return damage.to_the_second(story) & (moment > _finished(story)) & (_arrived(story) > moment)


def _invent_steps(story: Story, results: np.ndarray) -> None:
    """All steps in the second of the result."""
    steps = _steps_of(story, results)
    for name in TIMES:
        finished = story.facts.finished_at[story.rows["process"].case[steps]]
        story.rows["process"].put(name, steps, columns.moments(finished))


def _was_delivered_whole(story: Story) -> np.ndarray:
    """Results whose steps, two or more, were all delivered after it."""
    process = story.rows["process"]
    first = np.full(len(story.facts), np.datetime64("2100-01-01", "s"))
    np.minimum.at(first, process.case, process.arrived_at)
    several = np.bincount(process.case, minlength=len(story.facts)) > 1
    return (
        damage.to_the_second(story)
        & story.of_case("result", several)
        & (story.of_case("result", first) > _finished(story))
    )


def _key_in_at_once(story: Story, results: np.ndarray) -> None:
    """Accepted, finished and delivered within one minute."""
    accepted, case = _accepted(story)[results], story.rows["result"].case[results]
    story.rows["result"].put("result_date", results, columns.moments(accepted + 5))
    for feed, rows in (("result", results), ("accept", case)):
        story.rows[feed].arrived_at[rows] = accepted + 7
    steps = _steps_of(story, results)
    for name in TIMES:
        moment = story.facts.accepted_at[story.rows["process"].case[steps]]
        story.rows["process"].put(name, steps, columns.moments(moment))


def _midnight_of_the_acceptance(story: Story) -> np.ndarray:
    return story.of_case("process", story.facts.accepted_at).astype("datetime64[D]").astype("datetime64[s]")


def _may_be_keyed_in_at_once(story: Story) -> np.ndarray:
    seconds = _accepted(story).astype("int64") % 60
    return damage.to_the_second(story) & story.of_case("result", ~story.facts.is_promise) & (seconds < 50)


def _of_result(rule: str, rate: int, how: Damage, where: Condition, ways: tuple[str, ...] = EVERYWHERE) -> Defect:
    return Defect(rule, "result", rate, how, where, ways, is_critical=False)


DEFECTS = [
    Defect(
        "T04",
        "process",
        150,
        damage.shift(
            "process",
            ["event_start_time"],
            (-3 * DAY, -DAY),
            lambda story: story.of_case("process", story.facts.accepted_at),
        ),
        lambda story: story.steps.number == 1,
        is_critical=False,
    ),
    Defect(
        "T04",
        "process",
        60,
        # before the steps that its number comes after
        damage.shift("process", TIMES, (0, HOUR), _midnight_of_the_acceptance),
        conditions.is_later_step,
        VENDOR,
        is_critical=False,
    ),
    _of_result("K08", 200, _approve_late, _is_refused_with_late_steps),
    _of_result("T04", 150, _end_late, _has_late_steps),
    _of_result("K11", 300, _finish_next_day, _may_finish_next_day),
    _of_result(
        "A04", 200, damage.shift("result", ["result_date"], (0, 1), _an_hour_before_the_promise), _may_be_backdated
    ),
    _of_result("A05", 300, _invent_steps, _was_delivered_whole),
    _of_result("A08", 200, _key_in_at_once, _may_be_keyed_in_at_once, NATIONAL),
]

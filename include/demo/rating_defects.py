"""The defects of services and ratings, one per case: each breaks exactly the rule it is named after."""

from collections.abc import Callable

import numpy as np

from demo import columns, damage, rating_rows
from demo.damage import DAY, HOUR, MINUTE, Condition, Damage
from demo.defects import EVERYWHERE, NATIONAL, Defect
from demo.story import Story
from govservice import contract

NOWHERE: list[str | None] = ["610000000000", "617060000000"]
UNKNOWN_DETAILS = (lambda _: "520", lambda text: f"{text},599", lambda text: "413" if text[0] == "5" else "510")


def is_lone(story: Story) -> np.ndarray:
    """The only rating of its case, by a person."""
    return story.rating_facts.is_lone & _by_people(story)


def _by_people(story: Story) -> np.ndarray:
    return story.rating_facts.automatic == None  # noqa: E711 - element-wise


def _is_first(story: Story) -> np.ndarray:
    return (story.rating_facts.number == 1) & _by_people(story)


def _is_unrated(story: Story) -> np.ndarray:
    """Services that no rating names."""
    unrated = np.ones(len(story.rows["service"].case), bool)
    unrated[story.rating_facts.service] = False
    return unrated


def _arrived_at(story: Story) -> np.ndarray:
    return story.rows["service"].arrived_at


def _is_end(story: Story) -> np.ndarray:
    assert story.services is not None
    return story.services.is_end


def _has(feed: str, name: str, by_people: bool = True) -> Condition:
    """Rows with something in that cell."""

    def condition(story: Story) -> np.ndarray:
        filled = columns.strings(story.rows[feed].table.column(name)) != None  # noqa: E711 - element-wise
        return filled & _by_people(story) if feed == "rating" else filled

    return condition


def _lacks(feed: str, name: str, *others: str) -> Condition:
    """Rows with nothing in that cell, but in the others."""

    def condition(story: Story) -> np.ndarray:
        cells = story.rows[feed].table
        empty = columns.strings(cells.column(name)) == None  # noqa: E711 - element-wise
        for other in others:
            empty &= columns.strings(cells.column(other)) != None  # noqa: E711 - element-wise
        return empty & _by_people(story) if feed == "rating" else empty

    return condition


def _served(story: Story) -> np.ndarray:
    """When the rated service took place, or where none is recorded, the acceptance: a rating must not come before."""
    return story.rating_facts.served_at if story.services else story.facts.accepted_at[story.rating_facts.case]


def _is_timed(story: Story) -> np.ndarray:
    return _by_people(story) & damage.to_the_second(story)


def _is_negative(story: Story) -> np.ndarray:
    return _by_people(story) & (story.rating_facts.level <= 2)


def _complains_of_a_case_in_time(story: Story) -> np.ndarray:
    facts = story.facts
    in_time = facts.is_promise & ~np.isnat(facts.finished_at) & ~facts.is_suspended
    return _is_negative(story) & story.of_case("rating", in_time)


def _give_no_reason(story: Story, rows: np.ndarray) -> None:
    for name in ("eval_detail", "writing_evaluation"):
        story.rows["rating"].put(name, rows, None)


def _use_a_retired_detail(story: Story, rows: np.ndarray) -> None:
    """A detail of the right level that the list of 2020 no longer has."""
    level = story.rating_facts.level[rows]
    retired = [code.code for code in contract.codes() if code.list == "rating_detail" and code.canonical == "RETIRED"]
    of_level = {each: next(code for code in retired if code[0] == str(each)) for each in range(1, 6)}
    story.rows["rating"].put("eval_detail", rows, [of_level[each] for each in level])


def _call_it_late(story: Story, rows: np.ndarray) -> None:
    codes = [rating_rows.LATE_CODES[level] for level in story.rating_facts.level[rows]]
    story.rows["rating"].put("eval_detail", rows, codes)


def _rate_another(name: str, pool: Callable[[Story], np.ndarray]) -> Damage:
    """The item or the department of another item of the new city."""

    def rate_another(story: Story, rows: np.ndarray) -> None:
        own = columns.strings(story.rows["rating"].table.column(name))[rows]
        others = np.unique(pool(story).astype(str))
        following = others[(np.searchsorted(others, own.astype(str)) + 1) % len(others)]
        story.rows["rating"].put(name, rows, list(following))

    return rate_another


def _codes_of_undivided_items(story: Story) -> np.ndarray:
    """Items that ask for no handling item."""
    return story.items.task_code[story.items.handle_item == None]  # noqa: E711 - element-wise


def _first_levels(story: Story) -> np.ndarray:
    """Per result, the level of the first rating by a person of its case; 0 where there is none."""
    level = np.zeros(len(story.facts), int)
    is_first = _is_first(story)
    level[story.rows["rating"].case[is_first]] = story.rating_facts.level[is_first]
    return story.of_case("result", level)


def _is_rated_result(story: Story) -> np.ndarray:
    return _first_levels(story) > 0


def _contradict_the_rating(story: Story, rows: np.ndarray) -> None:
    """The result has another satisfaction than the first rating, on the scale where 1 is best."""
    satisfaction = [str((6 - level) % 5 + 1) for level in _first_levels(story)[rows]]
    story.rows["result"].put("satisfaction", rows, satisfaction)


def _praises(story: Story) -> np.ndarray:
    return _by_people(story) & (story.rating_facts.level >= 4)


def _rate_badly(story: Story, rows: np.ndarray) -> None:
    """The lowest level, with a reason of it."""
    story.rows["rating"].put("satisfaction", rows, rating_rows.raw_codes(story, "satisfaction")["1"])
    story.rows["rating"].put("eval_detail", rows, "101")


EDITED = Defect("A10", "rating", 60, _rate_badly, _praises)
"""A bad rating that its source makes a good one: no defect in the end, but a pattern to look at."""

SERVICE_CODES: dict[str, list[str | None]] = {
    "task_type": ["02", "11"],
    "pro_status": ["0", "4"],
    "project_type": ["0", "7"],
    "promise_time": ["0", "3"],
    "pro_channel": ["0", "3"],
    "event_type": ["0", "3"],
    "user_prop": ["0", "7", "8"],
}
SERVICE_TEXTS = ("service_name", "task_name", "org_name", "user_name")
AGENT = ("handle_user_name", "handle_user_page_type", "handle_user_page_code")
RATING_CODES: dict[str, list[str | None]] = {
    **dict.fromkeys(("isdefault", "isprotion", "effectiv_evalua"), ["2", "9"]),
    **{"pro_status": ["0", "4"], "promise_time": ["0", "3"], "user_prop": ["0", "7", "8"]},
}
LEVELS_AND_CHANNELS: dict[str, list[str | None]] = {"satisfaction": ["0", "6", "9"], "pf": ["0", "8", "9"]}
MOBILE_EDITS = (lambda text: text[:10], lambda text: "02" + text[2:], lambda _: "1" * 11)


def _of_service(
    rule: str, rate: int, how: Damage, where: Condition | None = None, *, is_critical: bool = True
) -> Defect:
    return Defect(rule, "service", rate, how, where, NATIONAL, is_critical=is_critical)


def _of_exchange(
    rule: str, rate: int, how: Damage, where: Condition = _by_people, *, is_critical: bool = True
) -> Defect:
    return Defect(rule, "rating", rate, how, where, NATIONAL, is_critical=is_critical)


def _of_rating(
    rule: str, rate: int, how: Damage, where: Condition = _by_people, *, fixable: bool = False, is_critical: bool = True
) -> Defect:
    return Defect(rule, "rating", rate, how, where, EVERYWHERE, is_correctable=fixable, is_critical=is_critical)


NAMED_CELLS = ("area_code", "task_code", "task_name", "user_prop", "user_name")
DEFECTS = [
    _of_service(
        "C14", 70, damage.blank("service", *SERVICE_TEXTS, "area_code", "task_code", "pro_status", "user_prop")
    ),
    _of_service("C14", 20, damage.blank("service", "service_time", "accept_date")),
    _of_service("C14", 20, damage.blank("service", "dept_code"), _lacks("service", "org_code")),
    _of_service("C14", 20, damage.blank("service", "cert_key_gov"), _lacks("service", "cert_key")),
    _of_service("C14", 20, damage.blank("service", "result_date"), _is_end),
    _of_service("C14", 20, damage.blank("service", "task_handle_item"), _has("service", "task_handle_item")),
    _of_service("C14", 20, damage.blank("service", "service_number", "project_no"), _is_unrated),
    _of_service("C15", 60, damage.blank("service", *AGENT), _has("service", "handle_user_name")),
    _of_service("V01", 150, damage.replace("service", SERVICE_CODES)),
    _of_service("V02", 80, damage.bad_text("service", *SERVICE_TEXTS, "project_name")),
    _of_service("V06", 60, damage.replace("service", {"user_page_type": ["000", "888"]})),
    _of_service(
        "V06",
        20,
        damage.replace("service", {"handle_user_page_type": ["000", "888"]}),
        _has("service", "handle_user_name"),
    ),
    _of_service("V07", 80, damage.rewrite("service", "mobile", *MOBILE_EDITS), is_critical=False),
    _of_service("V08", 70, damage.bad_date("service", "service_time", "accept_date")),
    _of_service("V08", 20, damage.bad_date("service", "result_date"), _is_end),
    _of_service("V12", 40, damage.replace("service", {"service_number": ["0", "00", "1a"]}), _is_unrated),
    _of_service("V13", 60, damage.replace("service", {"area_code": NOWHERE})),
    _of_service(
        "T05",
        60,
        damage.shift("service", ["service_time"], (10 * MINUTE, 6 * HOUR), _arrived_at),
        _is_unrated,
    ),
    _of_service("T05", 30, damage.shift("service", ["accept_date"], (DAY, 365 * DAY), _arrived_at), _is_unrated),
    _of_service(
        "V09",
        60,
        damage.replace("service", dict.fromkeys((*SERVICE_TEXTS, "pro_manager"), damage.PLACEHOLDERS)),
        is_critical=False,
    ),
    _of_service(
        "V09",
        20,
        damage.replace("service", {"handle_user_name": damage.PLACEHOLDERS}),
        _has("service", "handle_user_name"),
        is_critical=False,
    ),
    _of_exchange(
        "V09",
        60,
        damage.replace("rating", dict.fromkeys(("task_name", "user_name", "pro_manager"), damage.PLACEHOLDERS)),
        _has("rating", "user_name"),
        is_critical=False,
    ),
    _of_rating(
        "V09",
        60,
        damage.replace("rating", {"writing_evaluation": damage.PLACEHOLDERS}),
        _has("rating", "writing_evaluation"),
        is_critical=False,
    ),
    _of_service("V16", 30, damage.rewrite("service", "user_name", *damage.LOST_TEXTS)),
    _of_rating(
        "V16",
        40,
        damage.rewrite("rating", "writing_evaluation", *damage.LOST_TEXTS),
        _has("rating", "writing_evaluation"),
    ),
    _of_rating("C16", 90, damage.blank("rating", "pf", "satisfaction", "assess_time"), fixable=True),
    _of_exchange("C16", 50, damage.blank("rating", *NAMED_CELLS), _has("rating", "user_name")),
    _of_exchange("C16", 30, damage.blank("rating", "pro_status", "accept_date", "promise_time")),
    _of_exchange("C16", 20, damage.blank("rating", "task_handle_item"), _has("rating", "task_handle_item")),
    _of_exchange("C16", 20, damage.blank("rating", "dept_code"), _lacks("rating", "org_code")),
    _of_exchange("C16", 20, damage.blank("rating", "cert_key_gov"), _lacks("rating", "cert_key", "user_name")),
    _of_exchange("C16", 20, damage.blank("rating", "assess_number", "project_no"), is_lone),
    _of_rating("C17", 60, _give_no_reason, _is_negative, is_critical=False),
    _of_exchange("V01", 120, damage.replace("rating", RATING_CODES), _has("rating", "user_name")),
    _of_exchange("V02", 50, damage.bad_text("rating", "user_name", "task_name"), _has("rating", "user_name")),
    _of_rating("V02", 60, damage.bad_text("rating", "writing_evaluation"), _has("rating", "writing_evaluation")),
    _of_exchange(
        "V07", 80, damage.rewrite("rating", "mobile", *MOBILE_EDITS), _has("rating", "mobile"), is_critical=False
    ),
    _of_rating("V08", 90, damage.bad_date("rating", "assess_time"), fixable=True),
    _of_exchange("V08", 20, damage.bad_date("rating", "accept_date")),
    _of_rating(
        "V11",
        120,
        damage.rewrite("rating", "eval_detail", *UNKNOWN_DETAILS),
        _has("rating", "eval_detail"),
        fixable=True,
    ),
    _of_rating("V12", 90, damage.replace("rating", LEVELS_AND_CHANNELS), fixable=True),
    _of_exchange("V12", 20, damage.replace("rating", {"assess_number": ["0", "3"]}), is_lone),
    _of_exchange("V12", 20, damage.replace("rating", {"service_number": ["0", "00"]}), is_lone),
    _of_exchange("V13", 60, damage.replace("rating", {"area_code": NOWHERE})),
    _of_rating("V15", 80, _use_a_retired_detail, is_critical=False),
    _of_exchange("R05", 40, damage.replace("rating", {"service_number": ["7", "12"]}), is_lone),
    _of_exchange("K09", 60, _rate_another("task_code", _codes_of_undivided_items)),
    _of_exchange("K09", 40, _rate_another("dept_code", lambda story: story.items.department_code)),
    Defect("K12", "result", 90, _contradict_the_rating, _is_rated_result, NATIONAL),
    _of_rating("K13", 50, _call_it_late, _complains_of_a_case_in_time, is_critical=False),
    _of_rating("T13", 90, damage.shift("rating", ["assess_time"], (-3 * DAY, -10 * MINUTE), _served), _is_timed),
    _of_rating(
        "T05",
        90,
        damage.shift("rating", ["assess_time"], (10 * MINUTE, 6 * HOUR), lambda story: story.rows["rating"].arrived_at),
    ),
]

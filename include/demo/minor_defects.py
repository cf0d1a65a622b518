"""Defects that are reported and do not keep a case from being 合格: warnings, and what looks made up."""

import numpy as np

from demo import columns, course_defects, damage
from demo.campaign import ONLINE
from demo.conditions import has_contact_number, is_last_step
from demo.damage import DAY
from demo.defects import NATIONAL, STANDARD_CODES, VENDOR, Defect, put_in
from demo.records import case_time
from demo.story import Story


def inject(story: Story) -> None:
    """Put in all minor defects except the late ones."""
    for defect in [*DEFECTS, *course_defects.DEFECTS]:
        put_in(story, defect)


def inject_late(story: Story) -> None:
    """Put in the late ones, after all other draws: those for the stations' copies and for later deliveries too."""
    for defect in (one for one in LATE_DEFECTS if one.feed in story.rows):
        put_in(story, defect)


def _dated_wrongly(story: Story, rows: np.ndarray) -> None:
    """The day in the 办件编号 is a year too early, or none."""
    numbers = story.facts.number[rows].astype("U43")
    years = ["2020" if at % 2 else "YEAR" for at in range(len(rows))]
    damage.renumber(
        story, rows, [number[:31] + year + number[35:] for number, year in zip(numbers, years, strict=True)]
    )


def _numbered_by_a_person(story: Story, rows: np.ndarray) -> None:
    """The 办件编号 is a mobile number."""
    damage.renumber(story, rows, [f"19{story.source.ordinal:03d}{at:06d}" for at in range(len(rows))])


def _named_wrongly(story: Story, rows: np.ndarray) -> None:
    """The name of another service item."""
    story.rows["accept"].put("task_name", rows, list(story.items.name[story.facts.item[rows] - 1]))


def _accepted_elsewhere(story: Story, rows: np.ndarray) -> None:
    """The code of another department."""
    own = story.items.department_code[story.facts.item[rows]]
    others = np.unique(story.items.department_code.astype(str))
    following = others[(np.searchsorted(others, own.astype(str)) + 1) % len(others)]
    story.rows["accept"].put("org_code", rows, list(following))


def _promised_too_late(story: Story, rows: np.ndarray) -> None:
    """Two weeks later than the item allows, or ten years."""
    promised = story.facts.promised_at[rows] + np.where(np.arange(len(rows)) % 2, 14, 3650) * DAY
    story.rows["accept"].put("promise_date", rows, case_time(story.source, promised))


def _under_a_retired_item(story: Story, rows: np.ndarray) -> None:
    """An item that went out of force before the campaign, with everything that is derived from it."""
    items = story.items
    level = "4" if story.source.is_centre else "5"
    at = np.flatnonzero(items.is_retired & (items.city == story.source.new_city) & (items.level == level))[0]
    numbers = story.facts.number[rows].astype("U43")
    first = 1000 * story.source.ordinal + 1
    renumbered = [items.task_code[at] + number[31:39] + f"{first + n:04d}" for n, number in enumerate(numbers)]
    damage.renumber(story, rows, renumbered)
    for name, value in (
        ("task_code", items.task_code[at]),
        ("catalog_code", items.catalog_code[at]),
        ("task_handle_item", items.handle_item[at]),
        ("task_name", items.name[at]),
        ("task_version", "1"),
        ("org_code", items.department_code[at]),
    ):
        story.rows["accept"].put(name, rows, value)


def _at_a_station_of_another(story: Story, rows: np.ndarray) -> None:
    """The code of a station that another source delivers for."""
    others = [one for one in story.quotas.chosen if one != story.source.id]
    codes = [code for one in others for code in story.quotas.sources[one].station_codes]
    chosen = columns.pick(codes, story.rng.integers(0, len(codes), len(rows)))
    story.rows["accept"].put("station_code", rows, chosen)


def _skip_a_number(story: Story, rows: np.ndarray) -> None:
    """The number of a step is one too high."""
    story.steps.number[rows] += 1


def _suits_the_retired_item(story: Story) -> np.ndarray:
    return damage.text_is("accept", "applyer_type", "1")(story) & ~story.facts.is_promise


def _on_a_rest_day(story: Story) -> np.ndarray:
    at = story.calendar.at(story.facts.accepted_at)
    return ~story.calendar.is_work[at] & (story.facts.apply_type == ONLINE)


def _is_not_entrusted(story: Story) -> np.ndarray:
    return story.items.entrusted_to[story.facts.item] == None  # noqa: E711 - element-wise


def _is_dealt_with_at_once(story: Story) -> np.ndarray:
    return ~story.facts.is_promise


def _is_for_persons_only(story: Story) -> np.ndarray:
    only_persons = np.array(["6" not in types.split(",") for types in story.items.server_type])
    return damage.text_is("accept", "applyer_type", "1")(story) & only_persons[story.facts.item]


DEFECTS = [
    Defect("C08", "accept", 300, damage.blank("accept", "contact_mobile"), is_critical=False),
    Defect(
        "C08", "accept", 150, damage.blank("accept", "contact_type"), has_contact_number, NATIONAL, is_critical=False
    ),
    Defect(
        "C08", "accept", 150, damage.blank("accept", "contact_code"), has_contact_number, NATIONAL, is_critical=False
    ),
    Defect(
        "V07",
        "accept",
        400,
        damage.rewrite(
            "accept", "contact_mobile", lambda text: text[:10], lambda text: "02" + text[2:], lambda _: "1" * 11
        ),
        is_critical=False,
    ),
    Defect(
        "V09",
        "accept",
        400,
        damage.replace("accept", dict.fromkeys(("applyer_name", "contact_name", "org_name"), damage.PLACEHOLDERS)),
        is_critical=False,
    ),
    Defect("V10", "accept", 300, _dated_wrongly, is_critical=False),
    Defect("V09", "accept", 40, _numbered_by_a_person, None, NATIONAL, is_critical=False),
    Defect("V16", "accept", 80, damage.replace("accept", {"applyer_name": damage.MISREAD_TEXTS}), is_critical=False),
    Defect("R07", "accept", 300, _named_wrongly, is_critical=False),
    Defect("K03", "accept", 300, _accepted_elsewhere, _is_not_entrusted, is_critical=False),
    Defect(
        "K05",
        "accept",
        150,
        damage.replace("accept", {"project_type": ["9"]}),
        _is_dealt_with_at_once,
        NATIONAL,
        is_critical=False,
    ),
    Defect(
        "K05", "accept", 150, damage.replace("accept", {"applyer_type": ["6"]}), _is_for_persons_only, is_critical=False
    ),
    Defect("T07", "accept", 300, _promised_too_late, damage.is_promise, is_critical=False),
    Defect("T14", "accept", 200, _under_a_retired_item, _suits_the_retired_item, is_critical=False),
    Defect(
        "V09",
        "process",
        300,
        damage.replace("process", dict.fromkeys(("handle_user_name", "handle_explain"), damage.PLACEHOLDERS)),
        is_critical=False,
    ),
    Defect("K07", "process", 60, _skip_a_number, is_last_step, VENDOR, is_critical=False),
    Defect(
        "V09",
        "result",
        200,
        damage.replace("result", {"result_cetr_no": damage.PLACEHOLDERS}),
        damage.result_is("GRANTED"),
        is_critical=False,
    ),
    Defect(
        "T15",
        "accept",
        300,
        damage.replace("accept", {"apply_type": ["1"]}),
        _on_a_rest_day,
        STANDARD_CODES,
        is_critical=False,
    ),
]

LATE_DEFECTS = [
    Defect("R09", "accept", 80, _at_a_station_of_another, None, STANDARD_CODES, is_critical=False),
    Defect(
        "R06",
        "accept",
        120,
        damage.replace("accept", {"station_code": ["KG9999", "XX0100"]}),
        None,
        STANDARD_CODES,
        is_critical=False,
    ),
    Defect(
        "C11",
        "result",
        60,
        damage.blank("result", "fee", "fee_standard", "fee_stand_accord", "pay_person_name"),
        damage.text_is("result", "is_fee", "1"),
        VENDOR,
        is_critical=False,
    ),
]

"""Defects that lie between records: rows without their case, cases without their rows, keys and results used twice."""

import numpy as np
import pyarrow as pa

from demo import columns, damage, deliveries, people
from demo.defects import HOUR, NATIONAL
from demo.story import EVERYWHERE, Extra, Finding, Story

MISSING_ACCEPTS = 130
SHARED_KEYS = {"accept": 300, "process": 300, "result": 300, "special": 40, "material": 120}
SECOND_RESULTS = 310
MISSING_STEPS = 330
MISSING_MATERIALS = 300
NUMBERLESS = 12
SECOND_DEFECTS = 40


def inject(story: Story) -> None:
    """Put in every defect of this module."""
    _blame_undamaged(story)
    _contradict(story)
    _lose_accepts(story)
    _lose_steps(story)
    _lose_materials(story)
    for feed, rate in SHARED_KEYS.items():
        share_keys(story, feed, story.quotas.share(rate, story.source, NATIONAL))
    _finish_twice(story)
    _lose_numbers(story)


def _blame_undamaged(story: Story) -> None:
    """Warnings and duplicates that follow from the course of the cases, without damage: T08, T11, R03, U02."""
    late = np.flatnonzero(story.of_case("result", story.facts.is_late & ~story.facts.is_copy))
    story.blame("result", late, "T08", critical=False)
    accepted_on = story.facts.accepted_at.astype("datetime64[D]")
    is_overdue = story.rows["accept"].arrived_at.astype("datetime64[D]") > accepted_on
    if story.source.way not in ("files", "index"):  # a sheet is delivered once a week, an index row is overwritten
        story.blame("accept", np.flatnonzero(is_overdue & ~story.facts.is_copy), "T11", critical=False)
        story.free &= ~is_overdue
    story.blame("accept", np.flatnonzero(story.facts.is_stale), "R03", critical=False)
    story.blame("accept", np.flatnonzero(story.facts.is_copy), "U02", critical=False)


def _contradict(story: Story) -> None:
    """U08: one copy in twenty names another applicant than the centre does, by name and number; a finding for both.

    One in twenty spells the name otherwise, which is no finding.
    """
    copies = np.flatnonzero(story.facts.is_copy & damage.text_is("accept", "applyer_page_type", "111")(story))
    if not len(copies):
        return
    drawn, share = story.rng.permutation(copies), -(-len(copies) // 20)
    rows, spelt = np.sort(drawn[:share]), np.sort(drawn[share : 2 * share])
    names = columns.strings(story.rows["accept"].table.column("applyer_name"))[spelt]
    story.rows["accept"].put("applyer_name", spelt, [f"{name[:1]} {name[1:]}" for name in names])
    story.rows["accept"].put("applyer_name", rows, people.person_names(story.rng, len(rows)))
    nobody = people.BIRTHDAYS * people.SERIALS - len(rows)  # the last of all persons: no case is theirs
    numbers = people.identity_numbers(story.rng, len(rows), nobody)
    story.rows["accept"].put("applyer_page_code", rows, columns.text(numbers))
    story.blame("accept", rows, "U08", critical=False)
    at_centre = story.copied[rows - (len(story.facts) - len(story.copied))]
    story.of_centre.append(Finding("accept", "U08", rows, at_centre, is_critical=False))


def _lose_accepts(story: Story) -> None:
    """R04: the accept row of a case never arrives (in a sheet, only its steps do)."""
    finished = ~np.isnat(story.facts.finished_at)
    cases = story.draw("accept", story.quotas.share(MISSING_ACCEPTS, story.source, EVERYWHERE), finished)
    story.withhold("accept", cases)
    if story.source.is_sheet:
        story.withhold("result", cases)
    for feed in [feed for feed in story.rows if feed != "accept"]:
        rows = np.flatnonzero(np.isin(story.rows[feed].case, cases) & ~story.rows[feed].withheld)
        story.blame(feed, rows, "R04")


def _lose_steps(story: Story) -> None:
    """C12: a finished case without a step; the result record is to blame."""
    rows = story.draw("result", story.quotas.share(MISSING_STEPS, story.source, EVERYWHERE))
    story.withhold("process", story.rows["result"].case[rows])
    story.blame("result", rows, "C12")


def _lose_materials(story: Story) -> None:
    """C13: the materials of a case whose item requires one never arrive; a warning on the accept record."""
    requires = story.items.required_materials[story.facts.item] > 0
    rows = story.draw("accept", story.quotas.share(MISSING_MATERIALS, story.source, NATIONAL), requires)
    if len(rows):
        story.withhold("material", rows)
        story.blame("accept", rows, "C13", critical=False)


def share_keys(story: Story, feed: str, count: int) -> None:
    """U01: the later of two rows of different cases carries the RowGuid of the earlier."""
    if not count:
        return
    drawn = story.draw(feed, 2 * count)
    rows = story.rows[feed]
    by_arrival = drawn[np.argsort(rows.arrived_at[drawn], kind="stable")]
    half = len(drawn) // 2
    earlier, later = by_arrival[:half], by_arrival[half : 2 * half]
    distinct = rows.arrived_at[earlier] < rows.arrived_at[later]
    order = np.argsort(later[distinct])
    earlier, later = earlier[distinct][order], later[distinct][order]
    rows.put("row_guid", later, rows.table.column("row_guid").take(pa.array(earlier)))
    numbers = story.facts.number[rows.case[later]].astype("U43")
    keys = [f"{guid}~{number}" for guid, number in zip(story.keys(feed, later), numbers, strict=True)]
    story.blame(feed, later, "U01", np.array(keys, object))


def _finish_twice(story: Story) -> None:
    """U03: a second live result of the same case, with a RowGuid of its own."""
    count = story.quotas.share(SECOND_RESULTS, story.source, deliveries.EXCHANGES)
    rows = story.draw("result", count, story.of_case("result", story.is_simple))
    second = story.rows["result"].table.take(pa.array(rows))
    guids = people.guids(story.rng, len(rows))
    second = columns.put(second, "row_guid", np.arange(len(rows)), guids)
    arrived_at = deliveries.later(story, story.rows["result"].arrived_at[rows], HOUR, 6 * 24 * HOUR)
    story.extras.append(Extra("result", rows, second, "I", arrived_at))
    story.blame("result", rows, "U03", story.keys_of("result", columns.strings(guids), rows))


def _lose_numbers(story: Story) -> None:
    """C01: an accept row without a 办件编号; nothing else can belong to it."""
    is_open = np.isnat(story.facts.finished_at)
    rows = story.draw("accept", story.quotas.share(NUMBERLESS, story.source, deliveries.EXCHANGES), is_open)
    story.rows["accept"].put("project_no", rows, None)
    for feed in [feed for feed in story.rows if feed != "accept"]:
        story.withhold(feed, rows)
    story.blame("accept", rows, "C01")


def add_second_defects(story: Story) -> None:
    """A few cases break two or three rules: a bad ID number, an unnamed body, a step without its handler."""
    accept, process = story.rows["accept"], story.rows["process"]
    count = story.quotas.share(SECOND_DEFECTS, story.source, EVERYWHERE)
    rows = next(found.rows for found in story.findings if (found.feed, found.rule) == ("accept", "V05"))[:count]
    accept.put("org_name", rows, None)
    story.blame("accept", rows, "C01")
    first = np.flatnonzero(np.isin(process.case, rows[::2]) & (story.steps.number == 1))
    process.put("handle_user_name", first, None)
    story.blame("process", first, "C02")

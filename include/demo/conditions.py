"""Which rows a kind of damage suits, and the moments that it is measured from."""

import numpy as np

from demo import columns, damage
from demo.damage import Condition
from demo.story import Story


def has_contact_number(story: Story) -> np.ndarray:
    """Accept rows that name the contact's certificate."""
    return columns.strings(story.rows["accept"].table.column("contact_code")) != None  # noqa: E711 - element-wise


def has_handle_item(story: Story) -> np.ndarray:
    """Accept rows of items that are divided into handling items."""
    return story.items.handle_item[story.facts.item] != None  # noqa: E711 - element-wise


def arrived(feed: str) -> Condition:
    """When the rows arrived."""
    return lambda story: story.rows[feed].arrived_at


def accepted(feed: str) -> Condition:
    """When the cases of the rows were accepted."""
    return lambda story: story.of_case(feed, story.facts.accepted_at)


def started(story: Story) -> np.ndarray:
    """When the steps began."""
    return story.steps.started_at


def is_later_step(story: Story) -> np.ndarray:
    """Steps that are not the first of their case."""
    return story.steps.number > 1


def is_last_step(story: Story) -> np.ndarray:
    """Steps that end a case of several."""
    return is_later_step(story) & (story.steps.number == story.steps.total)


def delivered_once(feed: str) -> Condition:
    """Rows whose arrival cannot be taken for that of a restatement."""
    return lambda story: story.of_case(feed, story.is_simple | (not story.source.is_sheet))


def was_sent_late_enough(story: Story) -> np.ndarray:
    """Accept rows timed to the second that arrived well after the acceptance."""
    gap = story.rows["accept"].arrived_at - story.facts.accepted_at
    return (gap > np.timedelta64(20, "m")) & damage.to_the_second(story)


def has_time_left(story: Story) -> np.ndarray:
    """Open cases whose promise lies well after their delivery, of items with one version."""
    single = ~story.items.has_two_versions[story.facts.item]
    in_time = story.facts.promised_at > story.rows["accept"].arrived_at + 4 * damage.HOUR
    undisturbed = single & in_time & ~story.facts.is_suspended
    return damage.is_open_promise(story) & undisturbed & delivered_once("accept")(story)


def is_without_promise(story: Story) -> np.ndarray:
    """Results timed to the second of cases without a promise."""
    no_promise = story.of_case("result", np.isnat(story.facts.promised_at))
    return no_promise & damage.to_the_second(story) & delivered_once("result")(story)


def is_timed_result(story: Story) -> np.ndarray:
    """Results timed to the second of cases without a suspension."""
    return story.of_case("result", ~story.facts.is_suspended) & damage.to_the_second(story)


def began(story: Story) -> np.ndarray:
    """When the suspensions began."""
    return story.of_case("special", story.facts.suspended_from)


def is_open(story: Story) -> np.ndarray:
    """Special procedures of cases without a result."""
    return story.of_case("special", np.isnat(story.facts.finished_at))


def needs_no_excuse(story: Story) -> np.ndarray:
    """Special procedures without which their case is not late either (T08)."""
    finished_on, promised_on = (story.facts.finished_at, story.facts.promised_at)
    in_time = finished_on.astype("datetime64[D]") <= promised_on.astype("datetime64[D]")
    return story.of_case("special", np.isnat(finished_on) | in_time)


def has_identity_card(story: Story) -> np.ndarray:
    """Accept rows with an identity card."""
    return damage.text_is("accept", "applyer_page_type", "111")(story)


def has_reason(story: Story) -> np.ndarray:
    """Results that need a reason."""
    return damage.result_is("REFUSED", "NOT_ACCEPTED", "RETURNED", "FORWARDED")(story)


def has_certificate(story: Story) -> np.ndarray:
    """Results that grant a certificate."""
    return damage.result_is("GRANTED")(story) & ~story.of_case("result", story.facts.is_bare)


def is_typed_by_certificate(story: Story) -> np.ndarray:
    """Accept rows whose applicant type follows from the certificate."""
    return damage.text_is("accept", "applyer_type", "1", "2", "3", "4")(story)

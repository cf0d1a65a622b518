"""The services and ratings of a source, their defects and later deliveries; its cases stay as they are."""

import numpy as np
import pyarrow as pa

from demo import columns, deliveries, people, praise, rating_defects, rating_rows, service_ratings
from demo.conflicts import share_keys
from demo.damage import BLANKS, DAY, HOUR
from demo.defects import EVERYWHERE, NATIONAL, correct_later, put_in
from demo.deliveries import CORRECTABLE_UNTIL
from demo.story import Story
from govservice.contract import feeds, feeds_in

CORRECTIONS = 1500
REPLAYS = {"service": 800, "rating": 1000}
UPDATES = 1200
UNKNOWN_OPERATIONS = 40
SHARED_KEYS = {"service": 60, "rating": 60}
REPEATED = {"service": 60, "rating": 160}
WITHDRAWN, WITHDRAWN_NEGATIVE = 260, 120
MISSING_SERVICES = 60
ORPHANS = 90


def add(story: Story) -> None:
    """Add the services and ratings of a source; its cases have arrived and have their defects."""
    _add_rows(story)
    praise.inject(story)
    _blame_undamaged(story)
    if story.source.is_sheet:
        _share_cells(story)
    for defect in rating_defects.DEFECTS:
        if defect.feed in story.rows:
            put_in(story, defect)
    correctable = [defect for defect in rating_defects.DEFECTS if defect.is_correctable]
    for defect in correctable:
        correct_later(story, defect, story.quotas.share(CORRECTIONS / len(correctable), story.source, EVERYWHERE))
    _edit_later(story)
    if not story.source.is_sheet:
        _add_conflicts(story)
        _send_again(story)


def _edit_later(story: Story) -> None:
    """A10: a bad rating comes first, the good one in its place later."""
    edited = rating_defects.EDITED
    correct_later(story, edited, story.quotas.share(edited.rate, story.source, edited.ways))
    rows = story.extras[-1].rows
    for number, moment in zip(
        story.facts.number[story.rows["rating"].case[rows]], story.rating_facts.rated_at[rows], strict=True
    ):
        pattern = {"rule_id": edited.rule, "source_id": story.source.id, "case_no": number.decode()}
        story.patterns.append(pattern | {"day": str(moment.astype("datetime64[D]")), "ratings": 1})


def _add_rows(story: Story) -> None:
    """Clean rows, and when they arrive."""
    subject = rating_rows.subjects(story)
    if "service" in story.source.feeds:
        story.services = service_ratings.services(story)
        story.rows["service"] = rating_rows.service_rows(story, story.services, subject)
        story.rows["service"].arrived_at = deliveries.soon_after(story.services.happened_at, story.rng)
    facts = story.ratings = service_ratings.ratings(story, story.services)
    rating = story.rows["rating"] = rating_rows.rating_rows(story, facts, subject)
    if story.source.is_sheet:
        rating.arrived_at = service_ratings.sheet_arrived_at(story)[facts.case]
        rating.withheld = story.rows["accept"].withheld[facts.case]
    else:
        rating.arrived_at = deliveries.soon_after(facts.rated_at, story.rng)
    for feed in _rating_feeds(story):
        story.is_simple[story.rows[feed].case[story.rows[feed].arrived_at >= CORRECTABLE_UNTIL]] = False


def _blame_undamaged(story: Story) -> None:
    """Findings that need no damage: A01, A02, K13, and R05 where the case never arrives."""
    facts = story.rating_facts
    is_unflagged = facts.automatic == service_ratings.UNFLAGGED
    is_flagged = (facts.automatic != None) & ~is_unflagged  # noqa: E711 - element-wise
    story.blame("rating", np.flatnonzero(is_flagged), "A01")
    story.blame("rating", np.flatnonzero(is_unflagged), "A02", critical=False)
    called_on_time = story.of_case("rating", story.facts.is_late) & (facts.level == 3)
    story.blame("rating", np.flatnonzero(called_on_time & ~story.rows["rating"].withheld), "K13", critical=False)
    for feed in _rating_feeds(story):
        without_case = story.of_case(feed, story.rows["accept"].withheld) & ~story.rows[feed].withheld
        story.blame(feed, np.flatnonzero(without_case), "R05")


def _share_cells(story: Story) -> None:
    """In a sheet some cells belong to the case and to the rating: what is wrong with them is wrong with both."""
    own = {one.sheet: one.name for one in feeds()["accept"].fields if one.sheet}
    shared = {own[one.sheet]: one.name for one in feeds()["rating"].fields if one.sheet in own}
    del shared["project_no"]
    count = story.clean_accept.num_rows
    final = {name: columns.strings(cells)[:count] for name, cells in story.in_the_end("accept", [*shared]).items()}
    changed = {name: final[name] != columns.strings(story.clean_accept.column(name)) for name in shared}
    empty = {name: np.isin(final[name].astype(str), [str(blank) for blank in BLANKS]) for name in shared}
    broken = {
        ("C01", "C16"): np.any([changed[name] & empty[name] for name in shared], axis=0),
        ("V02", "V02"): np.any([changed[name] for name in shared], axis=0),
        ("V01", "R08"): changed["applyer_type"],
    }
    rated = story.rows["rating"]
    for (own_rule, rule), is_broken in broken.items():
        blamed = np.zeros(len(story.facts), bool)
        for found in story.findings:
            if (found.feed, found.rule) == ("accept", own_rule):
                blamed[found.rows] = True
        blamed[:count] &= is_broken
        story.blame("rating", np.flatnonzero(blamed[rated.case] & ~rated.withheld), rule)


def _add_conflicts(story: Story) -> None:
    """Defects between records: keys used twice, services and ratings repeated, services or cases missing."""
    for feed in _rating_feeds(story):
        share_keys(story, feed, story.quotas.share(SHARED_KEYS[feed], story.source, NATIONAL))
    for feed in _rating_feeds(story):
        _repeat_under_another_key(story, feed, REPEATED[feed])
    if story.services:
        _lose_services(story)
        _lose_cases(story)


def _rating_feeds(story: Story) -> list[str]:
    """The feeds of ratings that the source has."""
    return [feed for feed in feeds_in("rating") if feed in story.rows]


def _repeat_under_another_key(story: Story, feed: str, rate: int) -> None:
    """U05, U06: the same once more in a later row; the later one is to blame."""
    rows = story.rows[feed]
    drawn = deliveries.some(story, feed, rate)
    again = rating_rows.rows_of(rows.table.take(pa.array(drawn)), rows.case[drawn])
    again.put("row_guid", np.arange(len(drawn)), people.guids(story.rng, len(drawn)))
    again.arrived_at = deliveries.later(story, rows.arrived_at[drawn], HOUR, 6 * DAY)
    story.rows[feed] = rows.extended(again, 0)
    if feed == "rating":
        story.ratings = story.rating_facts.extended(story.rating_facts.take(drawn))
    story.blame(feed, np.arange(len(rows.case), len(rows.case) + len(drawn)), {"rating": "U05", "service": "U06"}[feed])


def _lose_services(story: Story) -> None:
    """R05: the service that is rated never arrives."""
    may = rating_defects.is_lone(story)
    rows = story.draw("rating", story.quotas.share(MISSING_SERVICES, story.source, NATIONAL), may)
    story.rows["service"].withheld[story.rating_facts.service[rows]] = True
    story.blame("rating", rows, "R05")


def _lose_cases(story: Story) -> None:
    """R05: the service and the rating of a case that never arrives at all."""
    rows = story.draw("rating", story.quotas.share(ORPHANS, story.source, NATIONAL), rating_defects.is_lone(story))
    services = np.sort(story.rating_facts.service[rows])
    for feed, orphans in (("rating", rows), ("service", services)):
        numbers = story.facts.number[story.rows[feed].case[orphans]].astype("U43")
        story.rows[feed].put("project_no", orphans, [number[:39] + "9" + number[40:] for number in numbers])
        story.blame(feed, orphans, "R05")


def _send_again(story: Story) -> None:
    """What an exchange sends about clean services and ratings after their first delivery."""
    for feed in _rating_feeds(story):
        rows = deliveries.some(story, feed, REPLAYS[feed])
        arrived_at = deliveries.later(story, story.rows[feed].arrived_at[rows], 2 * HOUR, 9 * DAY)
        deliveries.repeat(story, feed, rows, "I", arrived_at)
        deliveries.update(story, feed, UPDATES, "pro_manager", "赵敏")
        rows = deliveries.update(story, feed, UNKNOWN_OPERATIONS, "pro_manager", "孙磊", operation="X")
        story.blame(feed, rows, "V14")
    is_lone = rating_defects.is_lone(story)
    for rate, may in ((WITHDRAWN, is_lone), (WITHDRAWN_NEGATIVE, is_lone & (story.rating_facts.level <= 2))):
        rows = deliveries.some(story, "rating", rate, may)
        deliveries.repeat(
            story, "rating", rows, "D", deliveries.later(story, story.rows["rating"].arrived_at[rows], HOUR, 8 * DAY)
        )


def is_live(story: Story, feed: str) -> np.ndarray:
    """Rows of a feed that are delivered in the end and have not been withdrawn, nor their cases."""
    rows = story.rows[feed]
    live = ~rows.withheld & ~story.of_case(feed, story.is_deleted)
    for extra in story.extras:
        if extra.operation == "D" and extra.feed == feed and feed in feeds_in("rating"):
            live[extra.rows] = False
    return live


def counts(story: Story) -> dict[str, int]:
    """Ratings of the source: live ones, those that count (neither automatic nor repeated), and those that qualify."""
    facts, live = story.rating_facts, is_live(story, "rating")
    case_qualifies = story.is_counted() & ~story.facts.is_copy & ~story.is_faulty
    is_service_broken = np.zeros(len(story.rows["service"].case) + 1 if "service" in story.rows else 1, bool)
    is_broken, is_counted = np.zeros(len(facts), bool), live.copy()
    for found in story.findings:
        if found.feed == "rating" and found.is_critical:
            is_broken[found.rows] = True
            if found.rule in ("A01", "U05"):
                is_counted[found.rows] = False
        elif found.feed == "service" and found.is_critical:
            is_service_broken[found.rows] = True
    qualifies = live & ~is_broken & ~is_service_broken[facts.service] & case_qualifies[facts.case]
    return {
        "delivered": int(live.sum()),
        "total": int(is_counted.sum()),
        "qualified": int(qualifies.sum()),
    }

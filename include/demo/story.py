"""One source's campaign as it is generated: its rows, what is done to them, and the truth about the result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import columns, parts, records
from demo.area import Catalogue, Source, apportion
from demo.campaign import NOT_COUNTED, Facts, Steps, course
from demo.rating_facts import Ratings, Services
from demo.records import Rows
from demo.workdays import Calendar
from govservice.collecting.sources.vendor_records import record_key
from govservice.contract import feeds, feeds_in, has_many_of_a_case, sheet_key

EVERYWHERE = ("http", "database", "vendor", "files")


@dataclass
class Quotas:
    """How many records of an event each source gets: rates of the whole area at scale 1, shared by volume.

    Of the sources of the area only the chosen ones are generated and registered.
    """

    sources: dict[str, Source]
    scale: float
    chosen: list[str]

    def share(self, rate: float, source: Source, ways: tuple[str, ...] = EVERYWHERE) -> int:
        """This source's part of an event at sources whose records travel in these ways; at least 1 in the area."""
        eligible = [one for one in self.sources.values() if one.way in ways]
        if source not in eligible:
            return 0
        total = max(1, round(rate * self.scale))
        return apportion(total, np.array([one.cases for one in eligible]))[eligible.index(source)]

    def centre_of(self, source: Source) -> Source:
        """The centre of the source's new city."""
        return next(one for one in self.sources.values() if one.is_centre and one.new_city == source.new_city)


@dataclass
class Extra:
    """A further delivery of rows after their first: the cells it carries and the rows of the feed it restates."""

    feed: str
    rows: np.ndarray
    table: pa.Table
    operation: str
    arrived_at: np.ndarray


@dataclass
class Finding:
    """Rows of a feed that break a rule in the final state, and their record keys."""

    feed: str
    rule: str
    rows: np.ndarray
    keys: np.ndarray
    is_critical: bool


@dataclass
class Story:
    """A source's campaign.

    Each case is used for one purpose at most: `free` says which ones are still ordinary.
    """

    source: Source
    facts: Facts
    items: Catalogue
    calendar: Calendar
    quotas: Quotas
    rng: np.random.Generator
    rows: dict[str, Rows]
    clean_accept: pa.Table  # of the source's own cases, before anything was changed
    free: np.ndarray
    is_deleted: np.ndarray
    is_faulty: np.ndarray
    is_simple: np.ndarray  # delivered once, complete, and long enough ago that a later delivery can correct it
    extras: list[Extra] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    patterns: list[dict[str, Any]] = field(default_factory=list)  # over many ratings, each of them clean
    case_patterns: list[dict[str, Any]] = field(default_factory=list)  # over several cases, each of them clean
    copied: np.ndarray = field(default_factory=lambda: np.array([], object))  # keys of what its copies are copies of
    of_centre: list[Finding] = field(default_factory=list)  # what the copies show of the centre's rows
    services: Services | None = None
    ratings: Ratings | None = None

    @property
    def steps(self) -> Steps:
        """The steps behind the process rows."""
        steps = self.rows["process"].steps
        assert steps is not None
        return steps

    @property
    def rating_facts(self) -> Ratings:
        """The ratings behind the rating rows."""
        assert self.ratings is not None
        return self.ratings

    def of_case(self, feed: str, values: np.ndarray) -> np.ndarray:
        """Values per case, as values per row of a feed."""
        return values[self.rows[feed].case]

    def draw(self, feed: str, count: int, eligible: np.ndarray | None = None) -> np.ndarray:
        """Take rows of ordinary cases at random, one per case; ascending; fewer if there are not so many."""
        rows = self.rows[feed]
        usable = self.of_case(feed, self.free) & ~rows.withheld
        candidates = np.flatnonzero(usable if eligible is None else usable & eligible)
        shuffled = self.rng.permutation(candidates)
        _, first = np.unique(rows.case[shuffled[: 2 * count]], return_index=True)  # as a rule that is enough
        if len(first) < count:
            _, first = np.unique(rows.case[shuffled], return_index=True)
        drawn = np.sort(shuffled[np.sort(first)[:count]])
        self.free[rows.case[drawn]] = False
        return drawn

    def keys(self, feed: str, rows: np.ndarray) -> np.ndarray:
        """Record keys of these rows, as the warehouse derives them."""
        table = self.rows[feed].table
        if not self.source.is_sheet:
            guids = columns.strings(table.column("row_guid").take(pa.array(rows)))
            return self.keys_of(feed, guids, rows)
        case = self.rows[feed].case
        numbers = self.facts.number[case[rows]].astype("U43")
        if has_many_of_a_case(feeds()[feed]):
            at = columns.ordinals(case)[rows]
            numbers = np.char.add(np.char.add(numbers, "#"), at.astype(str))
        return np.array([sheet_key(self.source.id, feed, key) for key in numbers], object)

    def keys_of(self, feed: str, guids: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Record keys of deliveries under these RowGuids that restate rows of an exchange."""
        if self.source.way not in ("vendor", "index"):
            return guids
        table = self.rows[feed].table.take(pa.array(rows))
        numbers = columns.strings(pc.fill_null(table.column("project_no"), ""))
        if self.source.way == "index":
            parts = [numbers, step_kinds(table)] if feed == "process" else [guids] if feed == "rating" else [numbers]
        else:
            parts = [guids] if feed == "material" else [guids, numbers]
            if feed in ("process", "special"):  # a case has one special procedure
                parts.append(self.steps.number[rows].astype(str) if feed == "process" else np.full(len(rows), "1"))
        return np.array([record_key(self.source.id, feed, list(key)) for key in zip(*parts, strict=True)], object)

    def own_keys(self, rows: np.ndarray) -> np.ndarray:
        """Record keys of these accept rows in the end; a row with an already used RowGuid (U01) has its own key."""
        keys = self.keys("accept", rows)
        for found in self.findings:
            if (found.feed, found.rule) == ("accept", "U01"):
                own = dict(zip(found.rows, found.keys, strict=True))
                keys = np.array([own.get(row, key) for row, key in zip(rows, keys, strict=True)], object)
        return keys

    def blame(
        self, feed: str, rows: np.ndarray, rule: str, keys: np.ndarray | None = None, critical: bool = True
    ) -> None:
        """Write down that these rows break the rule in the final state."""
        self.findings.append(Finding(feed, rule, rows, self.keys(feed, rows) if keys is None else keys, critical))
        if critical and feed in feeds_in("case"):
            self.is_faulty[self.rows[feed].case[rows]] = True

    def in_the_end(self, feed: str, names: Sequence[str]) -> dict[str, pa.Array]:
        """These columns of a feed, with the values of the last deliveries."""
        found = self.rows[feed].table.select(names)
        for extra in self.extras:
            if extra.feed == feed:
                for name in names:
                    found = columns.put(found, name, extra.rows, extra.table.column(name))
        return {name: found.column(name).combine_chunks() for name in names}

    def withhold(self, feed: str, cases: np.ndarray) -> None:
        """Never deliver the rows of these cases."""
        chosen = np.zeros(len(self.facts), bool)
        chosen[cases] = True
        self.rows[feed].withheld |= self.of_case(feed, chosen)

    def is_counted(self) -> np.ndarray:
        """Per case: has a live accept row and was neither voided nor deleted at its end."""
        return self.is_delivered() & ~np.isin(self.facts.outcome, NOT_COUNTED)

    def is_delivered(self) -> np.ndarray:
        """Per case: has a live accept row."""
        return ~self.rows["accept"].withheld & ~self.is_deleted


def step_kinds(process: pa.Table) -> np.ndarray:
    """SPHJDM of steps in an index: 3 批准 where the step agrees, else 2 审核."""
    return np.where(columns.strings(process.column("event_name")) == "1", "3", "2")


def begin(
    source: Source, count: int, items: Catalogue, calendar: Calendar, quotas: Quotas, rng: np.random.Generator
) -> Story:
    """Invent the clean campaign of a source: `count` cases and their rows."""
    facts = course(source, count, items, calendar, rng)
    accept = records.accept_rows(source, facts, items, rng)
    process = records.process_rows(facts, calendar, rng)
    result = records.result_rows(source, facts, items, accept, rng)
    rows = {"accept": accept, "process": process, "result": result}
    if "special" in source.feeds:
        rows["special"] = parts.special_rows(facts, rng)
    if "material" in source.feeds:
        rows["material"] = parts.material_rows(facts, items, rng)
    nothing = np.zeros(count, bool)
    return Story(
        source,
        facts,
        items,
        calendar,
        quotas,
        rng,
        rows,
        accept.table,
        ordinary(facts),
        nothing.copy(),
        nothing.copy(),
        nothing.copy(),
    )


def ordinary(facts: Facts) -> np.ndarray:
    """Per case: nothing special about it, so that it can be used for an event."""
    return ~(facts.is_late | facts.is_stale | facts.is_copy | np.isin(facts.outcome, NOT_COUNTED))


@dataclass
class Copies:
    """Cases of a centre that a station enters again: keys of their accept rows, facts and rows, numbered from 0."""

    keys: np.ndarray
    facts: Facts
    rows: dict[str, Rows]


def copy_some(story: Story, count: int) -> Copies:
    """Choose clean cases, granted or open, for a station to enter again."""
    chosen = story.draw("accept", count, (story.facts.outcome == "GRANTED") | np.isnat(story.facts.finished_at))
    position = np.full(len(story.facts), -1)
    position[chosen] = np.arange(len(chosen))
    copied = {}
    for feed, rows in story.rows.items():
        at = position[rows.case]
        keep = np.flatnonzero(at >= 0)
        keep = keep[np.argsort(at[keep], kind="stable")]
        taken = None if rows.steps is None else rows.steps.take(keep, at[keep])
        copied[feed] = records.rows_of(rows.table.take(pa.array(keep)), at[keep], taken)
    return Copies(story.keys("accept", chosen), story.facts.take(chosen), copied)


def add_copies(story: Story, copied: Copies) -> None:
    """Enter cases of the centre a second time, at this station."""
    offset = len(story.facts)
    facts = copied.facts
    rows = {feed: copied.rows[feed] for feed in story.rows}
    count = len(facts)
    facts.is_copy[:] = True
    story.copied = copied.keys
    codes = story.source.station_codes
    station = columns.pick(codes, story.rng.integers(0, len(codes), count))
    rows["accept"].put("station_code", np.arange(count), station)
    if story.source.day_only:
        for feed, name in (
            ("accept", "apply_date"),
            ("accept", "accept_date"),
            ("accept", "promise_date"),
            ("result", "result_date"),
        ):
            part = rows[feed]
            part.put(name, np.arange(len(part.case)), columns.first_characters(part.table.column(name), 10))
    for feed, part in rows.items():
        story.rows[feed] = story.rows[feed].extended(part, offset)
    story.facts = story.facts.extended(facts)
    for name, value in (("free", False), ("is_deleted", False), ("is_faulty", False), ("is_simple", False)):
        setattr(story, name, np.concatenate([getattr(story, name), np.full(count, value)]))

"""Small histories of cases for hypothesis: what sources deliver about two or three cases in any order, good and damaged, and how it ends."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

import cases
from deliveries import deliver
from govservice import warehouse

SOURCES = ["konggang_centre", "fengdong_centre", "dizhang_station"]
CASES = ["A", "B", None]
TIMES = [f"2021-09-{day:02} {hour:02}:00:00" for day in (8, 9, 10) for hour in (9, 18)]
LATER = "2021-09-20 18:00:00"

# What a correction may say of a record, by feed: nothing, something harmless, and damage of each family of rules.
CHANGES: dict[str, list[dict[str, Any]]] = {
    "accept": [
        {},
        {"Address": "秦皇大道"},
        {"ApplyerName": None},
        {"ApplyerPageCode": "1"},
        {"AcceptDate": "2021-9-6"},
        {"OrgName": "无"},
        {"TaskCode": "no item"},
        {"PromiseDate": "2021-08-01 10:00:00"},
    ],
    "process": [{}, {"HandleExplain": None}, {"EventName": "99"}, {"EventEndTime": "2021-09-01 10:00:00"}],
    "result": [{}, {"ResultType": "99"}, {"ResultCetrNo": None}, {"ResultDate": "2021-09-30 10:00:00"}],
    "special": [{}, {"EndTime": None}],
    "material": [{}, {"GetType": "99"}],
    "service": [{}, {"serviceNumber": "100"}, {"userProp": None}],
    "rating": [{}, {"satisfaction": "1", "evalDetail": "110"}, {"evalDetail": "999"}, {"assessNumber": "2"}],
}


class Event(NamedTuple):
    """One record that a source delivers, by national names."""

    source: str
    feed: str
    record: dict[str, Any]


@st.composite
def _events(draw: st.DrawFn) -> Event:
    feed = draw(st.sampled_from(["accept", "accept", *CHANGES]))
    case = draw(st.sampled_from(CASES))
    record = cases.CLEAN[feed](case or "A", **draw(st.sampled_from(CHANGES[feed])))
    # few RowGuids, so that cases share them and corrections meet
    record["RowGuid"] = draw(st.sampled_from(["g", f"{feed}-{case}"]))
    record["CD_operation"] = draw(st.sampled_from(["I", "U", "U", "D"]))
    record["CD_time"] = draw(st.sampled_from(TIMES))
    if case is None:
        record["ProjectNo" if "ProjectNo" in record else "projectNo"] = None
    return Event(draw(st.sampled_from(SOURCES)), feed, record)


def histories() -> st.SearchStrategy[list[Event]]:
    """Up to ten events about a few cases."""
    return st.lists(_events(), min_size=1, max_size=10)


def deliver_events(url: str, events: list[Event], cuts: frozenset[int] = frozenset()) -> int:
    """Deliver events in their order, a delivery ending before each cut, where the source changes, and before what it has already said (a paged
    source declares what it says twice once); return the number of new versions.
    """
    parts: list[list[Event]] = []
    for number, event in enumerate(events):
        if (
            not parts
            or number in cuts
            or parts[-1][0].source != event.source
            or any(_same(event) == _same(one) for one in parts[-1])
        ):
            parts.append([])
        parts[-1].append(event)
    versions = 0
    for part in parts:
        by_feed: dict[str, list[dict[str, Any]]] = {}
        for event in part:
            by_feed.setdefault(event.feed, []).append(event.record)
        versions += deliver(url, part[0].source, by_feed, LATER).total("versions")
    return versions


def _same(event: Event) -> tuple[str, bool, dict[str, Any]]:
    record = event.record
    return (
        event.feed,
        record.get("CD_operation") == "D",
        {name: record[name] for name in record if name != "CD_operation"},
    )


# Verdicts and findings as people read them, without the keys and days that depend on which delivery happened to bring a version.
ENDS = (
    "SELECT 'case', source_id, case_key, verdict, is_qualified::text, failed_rules::text, warned_rules::text FROM dwd.case_record",
    "SELECT 'rating', source_id, case_key, assess_number, verdict, is_qualified::text, failed_rules::text FROM dwd.rating",
    "SELECT 'finding', feed, source_id, case_key, rule_id, column_name, severity FROM quality.finding",
    "SELECT 'target', line, total_count::text, qualified_count::text, '', '', '' FROM ads.target_line",
)


def ends(url: str) -> list[tuple[str, ...]]:
    """How the delivered cases stand: verdicts, findings and totals."""
    found = []
    with warehouse.transaction(url) as cursor:
        for query in ENDS:
            cursor.execute(query)
            found += cursor.fetchall()
    return sorted(found, key=repr)


def findings_of(url: str, case: str) -> list[tuple[str, ...]]:
    """The findings and verdicts that name a case."""
    return [end for end in ends(url) if case in end]


def withdrawals(events: list[Event], case: str) -> list[Event]:
    """A withdrawal, after everything else, of every accept record of a case."""
    named = {
        (event.source, event.record["RowGuid"])
        for event in events
        if event.feed == "accept" and event.record["ProjectNo"] == case
    }
    return [
        Event(source, "accept", cases.accept(case, RowGuid=row, CD_operation="D", CD_time=LATER))
        for source, row in sorted(named)
    ]


def corrected(events: list[Event], changes: dict[str, Any]) -> tuple[list[Event], list[Event]]:
    """Two more versions of the last word on every accept record: with changes, and as it was before."""
    last: dict[tuple[str, str, Any], Event] = {}
    for event in sorted(events, key=lambda event: event.record["CD_time"]):
        if event.feed == "accept" and event.record["ProjectNo"]:
            last[event.source, event.record["RowGuid"], event.record["ProjectNo"]] = event
    there = [Event(one.source, one.feed, {**one.record, **changes, "CD_time": LATER}) for one in last.values()]
    back = [Event(one.source, one.feed, {**one.record, "CD_time": "2021-09-21 18:00:00"}) for one in last.values()]
    return there, back

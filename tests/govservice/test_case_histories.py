"""Laws that hold of every history of cases. Hypothesis makes the histories, shrinks one that breaks a law and prints how to repeat it
(`make test ARGS="… --hypothesis-seed=…"`)."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cases
from case_histories import Event, corrected, deliver_events, ends, findings_of, histories, withdrawals
from deliveries import judge, unexplained
from govservice import warehouse as govservice_warehouse
from rule_examples import Example, clean_case, examples, findings_by_example
from warehouses import Warehouse

law = settings(
    max_examples=20,
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def judged(warehouse: Warehouse, events: list[Event], cuts: frozenset[int] = frozenset()) -> list[tuple[str, ...]]:
    """Deliver events to an empty warehouse and judge; the books must explain every record received."""
    warehouse.empty()
    deliver_events(warehouse.url, events, cuts)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    with govservice_warehouse.transaction(warehouse.url) as cursor:
        cursor.execute("SELECT coalesce(sum(received), 0) FROM ops.ledger WHERE feed NOT LIKE 'item%'")
        assert cursor.fetchone() == (len(events),)
    return ends(warehouse.url)


@law
@given(history=histories(), data=st.data())
def test_no_order_and_no_batching_changes_a_verdict(
    warehouse: Warehouse, history: list[Event], data: st.DataObject
) -> None:
    expected = judged(warehouse, history)
    order = data.draw(st.permutations(history))
    cuts = data.draw(st.frozensets(st.integers(1, len(history))))
    assert judged(warehouse, order, cuts) == expected


@law
@given(history=histories(), data=st.data())
def test_judging_in_between_changes_nothing(warehouse: Warehouse, history: list[Event], data: st.DataObject) -> None:
    expected = judged(warehouse, history)
    at = data.draw(st.integers(1, len(history)))
    warehouse.empty()
    for part in (history[:at], history[at:]):
        deliver_events(warehouse.url, part)
        judge(warehouse.url)
    assert ends(warehouse.url) == expected


@law
@given(history=histories())
def test_a_replay_changes_nothing(warehouse: Warehouse, history: list[Event]) -> None:
    expected = judged(warehouse, history)
    assert deliver_events(warehouse.url, history) == 0
    judge(warehouse.url)
    assert ends(warehouse.url) == expected
    assert unexplained(warehouse.url) == 0


@law
@given(history=histories(), changes=st.sampled_from([{"ApplyerName": None}, {"OrgCode": "1"}, {"Remark": "x"}]))
def test_a_correction_that_is_taken_back_changes_nothing(
    warehouse: Warehouse, history: list[Event], changes: dict[str, Any]
) -> None:
    _, settled = corrected(history, {})
    expected = judged(warehouse, [*history, *settled])
    there, back = corrected(history, changes)
    deliver_events(warehouse.url, there)
    judge(warehouse.url)
    deliver_events(warehouse.url, [Event(*one[:2], {**one.record, "CD_time": "2021-09-22 18:00:00"}) for one in back])
    judge(warehouse.url)
    assert ends(warehouse.url) == expected
    assert unexplained(warehouse.url) == 0


@law
@given(history=histories(), case=st.sampled_from(["A", "B"]))
def test_a_withdrawn_case_leaves_nothing_behind(warehouse: Warehouse, history: list[Event], case: str) -> None:
    gone = withdrawals(history, case)
    judged(warehouse, [*history, *gone])
    if gone:
        assert findings_of(warehouse.url, case) == []


# Those that the catalogue of the tests' warehouse is enough for.
APART = [
    example for example in examples() if "item" not in example.records and cases.DAILY_ITEM not in str(example.records)
]


@law
@given(
    chosen=st.lists(st.sampled_from(APART), min_size=2, max_size=8, unique_by=lambda example: example.number),
    data=st.data(),
)
def test_a_defect_gives_exactly_its_rule_whatever_comes_before_and_after_it(
    warehouse: Warehouse, chosen: list[Example], data: st.DataObject
) -> None:
    events = [
        Event(source, feed, raw)
        for source, records in [("konggang_centre", clean_case()), *((one.source, one.records) for one in chosen)]
        for feed, raws in records.items()
        for raw in raws
    ]
    judged(warehouse, data.draw(st.permutations(events)), data.draw(st.frozensets(st.integers(1, len(events)))))
    found = findings_by_example(warehouse.url)
    assert {one.title: found[one.number] for one in chosen} == {one.title: one.expected for one in chosen}

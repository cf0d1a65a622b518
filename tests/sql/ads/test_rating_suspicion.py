"""Patterns over many ratings, and over the versions of one (A07, A10): shown, and nothing is blocked by them."""

import pytest

import cases
from deliveries import deliver, judge
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

SEEN = "SELECT rule_id, size, rating_count, example_case_nos FROM ads.rating_suspicion WHERE rule_id <> 'A06'"
HEADER = "rule_id | size | rating_count | example_case_nos"
CASE = """
source          | feed    | case | at         | change
konggang_centre | accept  | N1   | 9-06 18:00 |
konggang_centre | process | N1   | 9-06 18:00 |
konggang_centre | result  | N1   | 9-08 18:00 |
konggang_centre | service | N1   | 9-08 18:00 |
"""


@pytest.mark.parametrize(
    ("details", "seen"),
    [
        (["510,517"], True),
        (["510,517", "517,510"], True),
        (["510,517", "510,510,517", "517，510"], True),
        (["510,517", "510"], False),
        (["510,517", None], False),
    ],
)
def test_a_day_of_praise_for_the_same_reasons_is_seen_in_whatever_order_they_stand(
    warehouse: Warehouse, details: list[str | None], seen: bool
) -> None:
    numbers = [f"N{number:02}" for number in range(30)]
    ratings = [
        cases.rating(case_no, evalDetail=details[at % len(details)], assessTime=f"2021-09-08 16:00:{at:02}")
        for at, case_no in enumerate(numbers)
    ]
    accepted = [cases.accept(case_no, CD_time="2021-09-06 18:00:00") for case_no in numbers]
    deliver(warehouse.url, "konggang_centre", {"accept": accepted, "rating": ratings})
    judge(warehouse.url)
    first = "{" + ",".join(numbers[:10]) + "}"
    expect(warehouse.url, SEEN, HEADER + (f"\nA07 | 30 | 30 | {first}" if seen else ""))


@pytest.mark.parametrize(
    ("before", "after", "seen", "state"),
    [
        ("satisfaction=1; evalDetail=115", "", True, "callback"),
        ("satisfaction=2; evalDetail=214", "satisfaction=4; evalDetail=406", True, "callback"),
        ("satisfaction=1; evalDetail=115", "satisfaction=3; evalDetail=314", False, "callback"),
        ("satisfaction=1; evalDetail=115", "satisfaction=2; evalDetail=214", False, "callback"),
        ("satisfaction=3; evalDetail=314", "", False, None),
        ("writingEvaluation=好", "", False, None),
    ],
)
def test_a_bad_rating_that_its_source_makes_a_good_one_is_seen_and_its_follow_up_stays_open(
    warehouse: Warehouse, before: str, after: str, seen: bool, state: str | None
) -> None:
    deliver_and_judge(warehouse.url, f"{CASE}konggang_centre | rating | N1 | 9-08 18:00 | {before}")
    deliver_and_judge(
        warehouse.url,
        f"source | feed | case | at | change\nkonggang_centre | rating | N1 | 9-10 18:00 | {after}",
    )
    expect(warehouse.url, SEEN, HEADER + ("\nA10 | 1 | 1 | {N1}" if seen else ""))
    expect(warehouse.url, "SELECT state FROM dwd.follow_up", "state" + (f"\n{state}" if state else ""))


@pytest.mark.parametrize(
    ("withdrawn", "change", "seen"),
    [
        ("D", "", True),
        ("D", "satisfaction=3; evalDetail=314", False),
        ("D", "assessNumber=2", False),
        ("U", "", False),
    ],
)
def test_a_bad_rating_that_its_source_withdraws_for_a_good_one_is_seen(
    warehouse: Warehouse, withdrawn: str, change: str, seen: bool
) -> None:
    bad = "satisfaction=1; evalDetail=115"
    deliver_and_judge(
        warehouse.url,
        f"""{CASE}konggang_centre | rating | N1 | 9-08 18:00 | assessNumber=1; {bad}
        """,
    )
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed   | case | row | at         | op          | change
        konggang_centre | rating | N1   |     | 9-09 18:00 | {withdrawn} | assessNumber=1; {bad}
        konggang_centre | rating | N1   | r2  | 9-10 18:00 | I           | {change}
        """,
    )
    expect(warehouse.url, SEEN, HEADER + ("\nA10 | 1 | 1 | {N1}" if seen else ""))


def test_an_edited_rating_counts_as_it_stands_and_among_the_bad_ones_to_be_followed_up(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url, f"{CASE}konggang_centre | rating | N1 | 9-08 18:00 | satisfaction=1; evalDetail=115"
    )
    deliver_and_judge(warehouse.url, "source | feed | case | at\nkonggang_centre | rating | N1 | 9-10 18:00")
    expect(
        warehouse.url,
        "SELECT verdict, rating_level, is_negative, was_negative FROM dwd.rating",
        "verdict | rating_level | is_negative | was_negative\naccepted | 5 | false | true",
    )
    expect(
        warehouse.url,
        "SELECT negative_count, closed_count FROM ads.follow_up_measure WHERE new_city = '合计'",
        "negative_count | closed_count\n1 | 0",
    )

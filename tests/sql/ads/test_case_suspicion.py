"""Patterns over several cases (K10, U07, A08): found in the current state, in whatever order the cases arrived; without a name or number."""

from datetime import date, timedelta
from itertools import permutations

import pytest

import cases
from deliveries import deliver, judge
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

SEEN = "SELECT rule_id, case_count, source_ids, example_case_nos FROM ads.case_suspicion"
NOTHING = "rule_id | case_count"
BODY = f"ApplyerType=2; ApplyerPageType=01; ApplyerPageCode={cases.ENTERPRISE}; Legal=王芳; ContactName=王芳"


def pair(second: str, first: str = "", source: str = "fengdong_centre") -> str:
    """Two cases of the same applicant on one day, at two sources and in two minutes, with changes."""
    return f"""
    source          | feed   | case | at         | change
    konggang_centre | accept | N1   | 9-07 18:00 | {first}
    {source} | accept | N2 | 9-07 18:00 | AcceptDate=2021-09-06 11:00:00; {second}
    """


@pytest.mark.parametrize(
    ("first", "second", "seen"),
    [
        ("", "", False),
        ("", "ApplyerName=李娜", True),
        ("", "ApplyerName=李娜; ApplyerPageCode=11010519491231002x", True),
        ("", "ApplyerName=李娜; ApplyDate=2021-09-07 09:00:00; AcceptDate=2021-09-07 11:00:00", False),
        ("", "ApplyerName=李娜; ApplyerPageType=414; ApplyerPageCode=E12345678", False),
        ("ApplyerName=阿依古丽·买买提", "ApplyerName=阿依古丽．买买提", False),
        ("ApplyerName=阿依古丽·买买提", "ApplyerName=阿依古丽·买提", True),
        ("", "ApplyerName=王　芳", False),
        ("", "ApplyerName=无", False),
        ("", "ApplyerName=", False),
        ("ApplyerPageCode=110105194912310021", "ApplyerName=李娜; ApplyerPageCode=110105194912310021", False),
        (f"{BODY}; ApplyerName=甲公司", f"{BODY}; ApplyerName=乙公司", True),
        (f"{BODY}; ApplyerName=甲公司", f"{BODY}; ApplyerName=甲公司", False),
        (f"{BODY}; ApplyerName=甲(一)公司", f"{BODY}; ApplyerName=甲（一）公司", False),
        (f"{BODY}; ApplyerName=甲(一)公司", f"{BODY}; ApplyerName=甲（二）公司", True),
    ],
)
def test_one_number_has_one_name_within_an_accept_day(
    warehouse: Warehouse, first: str, second: str, seen: bool
) -> None:
    deliver_and_judge(warehouse.url, pair(second, first))
    row = "\nK10 | 2 | {fengdong_centre,konggang_centre} | {N1,N2}" if seen else ""
    expect(warehouse.url, SEEN, f"rule_id | case_count | source_ids | example_case_nos{row}")


@pytest.mark.parametrize(
    ("source", "second", "seen"),
    [
        ("fengdong_centre", "AcceptDate=2021-09-06 10:00:59", True),
        ("fengdong_centre", "AcceptDate=2021-09-06 10:01:00", False),
        ("konggang_centre", "AcceptDate=2021-09-06 10:00:59", False),
        ("fengdong_centre", f"AcceptDate=2021-09-06 10:00:59; TaskCode={cases.BARE_ITEM}", False),
        ("fengdong_centre", "AcceptDate=2021-09-06 10:00:59; ApplyerPageCode=440524188001010014", False),
    ],
)
def test_one_case_entered_at_two_sources_under_two_numbers(
    warehouse: Warehouse, source: str, second: str, seen: bool
) -> None:
    deliver_and_judge(warehouse.url, pair(second, source=source))
    row = "\nU07 | 2 | {fengdong_centre,konggang_centre} | {N1,N2}" if seen else ""
    expect(warehouse.url, SEEN, f"rule_id | case_count | source_ids | example_case_nos{row}")


def test_days_without_a_time_are_not_in_the_same_minute(warehouse: Warehouse) -> None:
    day = "ApplyDate=2021-09-06; AcceptDate=2021-09-06; PromiseDate=2021-09-13"
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed   | case | at         | change
        dizhang_station | accept | N1   | 9-07 18:00 | {day}
        beidu_station   | accept | N2   | 9-07 18:00 | {day}
        """,
    )
    expect(warehouse.url, SEEN, NOTHING)


def test_a_copy_that_names_another_applicant_under_one_number_is_seen(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-07 18:00 |
        dizhang_station | accept | N1   | 9-07 18:00 | ApplyerName=李娜
        """,
    )
    expect(
        warehouse.url,
        SEEN,
        "rule_id | case_count | source_ids | example_case_nos\nK10 | 1 | {dizhang_station,konggang_centre} | {N1}",
    )


@pytest.mark.parametrize(
    ("later", "seen"),
    [
        ("ApplyerName=李娜; ApplyerPageCode=610102199003072011", True),
        ("ApplyerName=李娜", False),
        ("ApplyerPageCode=610102199003072011", False),
        ("ApplyerName=王 芳; ApplyerPageCode=610102199003072011", False),
        ("ApplyerName=; ApplyerPageCode=610102199003072011", False),
        ("HandleUserName=李明", False),
    ],
)
def test_a_record_that_comes_again_for_another_applicant_is_seen_and_both_versions_stay(
    warehouse: Warehouse, later: str, seen: bool
) -> None:
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 |
        konggang_centre | accept | N1   | 9-07 18:00 | {later}
        """,
    )
    row = "\nA09 | 1 | {konggang_centre} | {N1}" if seen else ""
    expect(warehouse.url, SEEN, f"rule_id | case_count | source_ids | example_case_nos{row}")
    expect(warehouse.url, "SELECT count(*) FROM ods.accept", "count\n2")


def test_a_record_that_names_another_applicant_for_a_while_is_seen(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 |
        konggang_centre | accept | N1   | 9-07 18:00 | ApplyerName=李娜; ApplyerPageCode=610102199003072011
        konggang_centre | accept | N1   | 9-08 18:00 |
        """,
    )
    expect(warehouse.url, SEEN, "rule_id | case_count | example_case_nos\nA09 | 1 | {N1}")


def test_the_order_of_arrival_does_not_matter_and_a_correction_ends_it(warehouse: Warehouse) -> None:
    rows = {
        "N1": ("konggang_centre", cases.accept("N1")),
        "N2": ("fengdong_centre", cases.accept("N2", ApplyerName="李娜")),
        "N3": ("qinhan_centre", cases.accept("N3", AcceptDate="2021-09-06 10:00:30")),
    }
    found = set()
    for number, order in enumerate(permutations(rows)):
        for name in order:
            source, raw = rows[name]
            again = {**raw, "RowGuid": f"{raw['RowGuid']}-{number}", "ProjectNo": f"{name}-{number}"}
            again |= {key: f"2021-09-{10 + number} {raw[key][11:]}" for key in ("ApplyDate", "AcceptDate")}
            deliver(warehouse.url, source, {"accept": [{**again, "PromiseDate": None}]}, "2021-09-20 18:00:00")
            judge(warehouse.url)
        with transaction(warehouse.superuser) as cursor:
            cursor.execute(
                "SELECT rule_id, case_count, source_ids::text FROM ads.case_suspicion"
                " WHERE accepted_date = %s ORDER BY 1",
                (f"2021-09-{10 + number}",),
            )
            found.add(tuple(cursor.fetchall()))
    centres = "{fengdong_centre,konggang_centre,qinhan_centre}"
    assert found == {(("K10", 3, centres), ("U07", 3, centres))}
    gone = {"accept": [{**rows["N2"][1], "RowGuid": "a-N2-0", "ProjectNo": "N2-0", "CD_operation": "D"}]}
    deliver(warehouse.url, "fengdong_centre", gone, "2021-09-21 18:00:00")
    judge(warehouse.url)
    expect(
        warehouse.url,
        f"{SEEN} WHERE accepted_date = '2021-09-10'",
        "rule_id | case_count | source_ids\nU07 | 2 | {konggang_centre,qinhan_centre}",
    )


def test_no_name_or_number_is_shown(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, pair("ApplyerName=李娜; AcceptDate=2021-09-06 10:00:10"))
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("SELECT string_agg(seen::text, '') FROM ads.case_suspicion AS seen")
        (shown,) = cursor.fetchone()  # type: ignore[misc]
    assert "N1" in shown
    assert not [value for value in ("王芳", "李娜", cases.PERSON) if value in shown]


@pytest.mark.parametrize(
    ("before", "lately", "seen"),
    # In the 27 days before the last seven, 27 cases are 7 a week, and 40 are more than a third of 30.
    [(27, 30, True), (27, 29, False), (40, 30, False), (0, 60, False)],
)
def test_a_station_that_suddenly_has_many_cases_is_seen(
    warehouse: Warehouse, before: int, lately: int, seen: bool
) -> None:
    days = [*(date(2021, 9, 1) + timedelta(days=n % 27) for n in range(before)), *[date(2021, 9, 30)] * lately]
    accepted = [
        cases.accept(f"N{n:02}", ApplyDate=f"{day} 08:00:00", AcceptDate=f"{day} 10:00:00", CD_time=f"{day} 18:00:00")
        for n, day in enumerate(days)
    ]
    deliver(warehouse.url, "konggang_centre", {"accept": accepted})
    judge(warehouse.url, data_date="2021-10-04")
    row = f"\nA08 | {lately} | {{konggang_centre}} | {{N{before}}}" if seen else ""
    expect(warehouse.url, f"{SEEN} WHERE rule_id = 'A08'", f"rule_id | case_count | source_ids | example_case_nos{row}")


def test_a_case_of_long_ago_does_not_make_a_steady_station_a_rush(warehouse: Warehouse) -> None:
    days = [date(2021, 1, 4), *(date(2021, 8, 3) + timedelta(days=n % 63) for n in range(63 * 5))]
    accepted = [
        cases.accept(f"N{n}", ApplyDate=f"{day} 08:00:00", AcceptDate=f"{day} 10:00:00", CD_time=f"{day} 18:00:00")
        for n, day in enumerate(days)
    ]
    deliver(warehouse.url, "konggang_centre", {"accept": accepted})
    judge(warehouse.url, data_date="2021-10-04")
    expect(warehouse.url, f"{SEEN} WHERE rule_id = 'A08'", NOTHING)


def test_a_rush_names_its_station_and_the_usual_number_of_cases(warehouse: Warehouse) -> None:
    days = [*(date(2021, 9, 1) + timedelta(days=n) for n in range(28)), *[date(2021, 9, 30)] * 30]
    accepted = [
        cases.accept(f"N{n}", ApplyDate=f"{day} 08:00:00", AcceptDate=f"{day} 10:00:00", CD_time=f"{day} 18:00:00")
        for n, day in enumerate(days)
    ]
    deliver(warehouse.url, "konggang_centre", {"accept": accepted})
    judge(warehouse.url, data_date="2021-10-05")
    described = "站点 KG0000 最近 7 天受理 30 件，此前平均每周 7.0 件（临近期限成批补录的特征）"
    expect(
        warehouse.url,
        "SELECT description, accepted_date FROM ads.case_suspicion WHERE rule_id = 'A08'",
        f"description | accepted_date\n{described} | 2021-10-05",
    )

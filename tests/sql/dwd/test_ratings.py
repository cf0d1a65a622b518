"""Ratings: which count and why, how they wait for their case, and how the code lists of different sources are read."""

import pytest

import cases
from deliveries import deliver, judge, unexplained
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

RATINGS = "SELECT * FROM dwd.rating"
HEADER = "source | feed | case | at | row | change"


def case(case_no: str = "N1", accept: str = "", service: str = "") -> str:
    """The lines of a finished case in a story, with changes of its accept row and of its service record."""
    return f"""
        konggang_centre | accept  | {case_no} | 9-06 18:00 |     | {accept}
        konggang_centre | process | {case_no} | 9-08 18:00 |     |
        konggang_centre | result  | {case_no} | 9-08 18:00 |     |
        konggang_centre | service | {case_no} | 9-08 18:00 |     | {service}
        """


def first_rating(change: str = "") -> str:
    """The line of the first rating of case N1 in a story."""
    return f"konggang_centre | rating | N1 | 9-09 18:00 | r1 | {change}\n"


CASE, FIRST = HEADER + case(), first_rating()


def test_a_rating_of_a_qualified_case_is_qualified(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE + FIRST)
    expect(
        warehouse.url,
        RATINGS,
        """
        case_no | verdict  | is_qualified | is_countable | rating_level | service_number | new_city | completed_date
        N1      | accepted | true         | true         | 5            | 1              | 空港     | 2021-09-09
        """,
    )
    expect(warehouse.url, "SELECT * FROM ads.target_line", "line | qualified_count\ncase | 1\nrating | 1")


def test_an_early_rating_waits_for_its_case(warehouse: Warehouse) -> None:
    early = (
        "        source | feed | case | at | row | change\n        konggang_centre | rating | N1 | 9-08 17:00 | r1 |\n"
    )
    deliver_and_judge(warehouse.url, early)
    expect(
        warehouse.url,
        RATINGS,
        "verdict | failed_rules | is_countable | item_code\norphan | {R05} | true | " + cases.ITEM,
    )
    deliver_and_judge(warehouse.url, CASE)
    expect(warehouse.url, RATINGS, "verdict | failed_rules | completed_date\naccepted | {} | 2021-09-08")
    expect(warehouse.url, "SELECT * FROM quality.finding WHERE rule_id = 'R05'", "rule_id")


def test_a_rating_waits_while_its_case_is_quarantined(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, HEADER + case(accept="ApplyerPageCode=1") + FIRST)
    expect(warehouse.url, RATINGS, "verdict | is_qualified | failed_rules\nwaiting | false | {}")
    deliver(warehouse.url, "konggang_centre", {"accept": [cases.accept("N1")]}, "2021-09-20 18:00:00")
    judge(warehouse.url)
    expect(warehouse.url, RATINGS, "verdict | is_qualified | completed_date\naccepted | true | 2021-09-20")


def test_findings_of_ratings_are_no_findings_of_the_case(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE + first_rating("pf=8"))
    expect(warehouse.url, "SELECT * FROM dwd.case_record", "verdict | failed_rules\naccepted | {}")
    expect(warehouse.url, RATINGS, "verdict | failed_rules\nquarantined | {V12}")


def test_a_broken_service_record_quarantines_the_ratings_of_it(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, HEADER + case(service="orgName=") + FIRST)
    expect(warehouse.url, RATINGS, "verdict | failed_rules\nquarantined | {C14}")


def test_ratings_of_a_withdrawn_case_are_withdrawn_with_it(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE + FIRST)
    withdrawn = [cases.accept("N1", CD_operation="D")]
    deliver(warehouse.url, "konggang_centre", {"accept": withdrawn}, "2021-09-20 18:00:00")
    judge(warehouse.url)
    expect(warehouse.url, RATINGS, "verdict")
    expect(warehouse.url, "SELECT * FROM ops.book WHERE feed = 'rating'", "live | tombstoned\n0 | 1")
    assert unexplained(warehouse.url) == 0


def test_a_withdrawn_rating_no_longer_counts(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE + FIRST)
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | op | row
        konggang_centre | rating | N1   | 9-10 18:00 | D  | r1
        """,
    )
    expect(warehouse.url, RATINGS, "verdict")


def test_a_second_round_counts_and_inherits_the_service_record_of_the_first(warehouse: Warehouse) -> None:
    service = "        konggang_centre | service | N1   | 9-08 18:00 | s2  | serviceNumber=2; serviceTime=2021-09-08 15:30:00\n"
    first = first_rating("serviceNumber=2; satisfaction=2; evalDetail=207")
    second = (
        "        konggang_centre | rating | N1 | 9-20 18:00 | r2 | assessNumber=2; assessTime=2021-09-18 10:00:00\n"
    )
    deliver_and_judge(warehouse.url, CASE + service + first + second)
    expect(
        warehouse.url,
        RATINGS,
        """
        assess_number | verdict  | service_number | rating_level | is_negative
        1             | accepted | 2              | 2            | true
        2             | accepted | 2              | 5            | false
        """,
    )


def test_the_same_round_twice_counts_once_whatever_its_source(warehouse: Warehouse) -> None:
    again = "        konggang_centre | rating | N1 | 9-10 18:00 | r2 |\n        dizhang_station | rating | N1 | 9-09 12:00 | r3 |\n"
    deliver_and_judge(warehouse.url, CASE + FIRST + again)
    expect(
        warehouse.url,
        RATINGS,
        """
        source_id       | record_key | verdict   | is_countable | failed_rules
        konggang_centre | r1         | accepted  | true         | {}
        konggang_centre | r2         | duplicate | false        | {U05}
        dizhang_station | r3         | duplicate | false        | {U05}
        """,
    )


def test_a_first_service_record_that_is_delivered_again_stays_the_first(warehouse: Warehouse) -> None:
    second = "        konggang_centre | service | N1 | 9-08 19:00 | s2 | orgName=\n"
    again = "        source | feed | case | at | row | change\n        konggang_centre | service | N1 | 9-10 18:00 | | mobile=13800000002\n"
    deliver_and_judge(warehouse.url, CASE + FIRST + second)
    for story in ("", again):
        if story:
            deliver_and_judge(warehouse.url, story)
        expect(warehouse.url, RATINGS, "verdict | failed_rules\naccepted | {}")
        expect(
            warehouse.url,
            "SELECT record_key FROM quality.finding WHERE rule_id = 'U06'",
            "record_key\ns2",
        )


def test_a_new_city_that_nobody_rates_has_a_rating_rate_of_zero(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE)
    expect(
        warehouse.url,
        "SELECT new_city, delivered_count, finished_case_count, rated_case_count, round(rating_rate, 2) AS rate"
        " FROM ads.rating_by_new_city",
        "new_city | delivered_count | finished_case_count | rated_case_count | rate\n空港 | 0 | 1 | 0 | 0.00",
    )


def test_default_ratings_are_kept_and_counted_apart(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, CASE + first_rating("isdefault=1; evalDetail=510,517"))
    expect(warehouse.url, RATINGS, "verdict | is_countable | is_qualified\ndefault | false | false")
    expect(
        warehouse.url,
        "SELECT * FROM ads.rating_by_new_city",
        """
        new_city | delivered_count | rating_count | default_count | rated_case_count | actively_rated_case_count | rating_rate
        空港     | 1               | 0            | 1             | 1                | 0                         | 1.00000000000000000000
        """,
    )


@pytest.mark.parametrize("default", ["isdefault=1", "isprotion=1", "creatorId=AutoEvaluation"])
def test_a_default_rating_takes_no_round_from_a_person_who_rates_later(warehouse: Warehouse, default: str) -> None:
    person = "        konggang_centre | rating | N1 | 9-20 18:00 | r2 | satisfaction=1; evalDetail=115\n"
    deliver_and_judge(warehouse.url, CASE + first_rating(default) + person)
    expect(
        warehouse.url,
        RATINGS,
        """
        record_key | verdict  | is_countable | rating_level | failed_rules
        r1         | default  | false        | 5            | {A01,U05}
        r2         | accepted | true         | 1            | {}
        """,
    )


def test_a_rating_of_a_source_without_service_records_needs_only_its_case(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed    | case | at         | row | change
        dizhang_station | accept  | N1   | 9-06 18:00 |     |
        dizhang_station | process | N1   | 9-08 18:00 |     |
        dizhang_station | result  | N1   | 9-08 18:00 |     |
        dizhang_station | rating  | N1   | 9-09 18:00 |     | assessTime=2021-09-08; userProp=6
        """,
    )
    expect(warehouse.url, RATINGS, "verdict | service_number | street\naccepted |  | 底张")


def test_every_source_is_read_by_its_own_lists(warehouse: Warehouse) -> None:
    """One source writes 1 for the best level, another 7 for what its system filled in by itself."""
    own_lists = {
        "fengdong_centre": ("satisfaction", "satisfaction_gb"),
        "qinhan_centre": ("pf", "rating_channel_sms6"),
    }
    with transaction(warehouse.superuser) as cursor:
        for source_id, (column, name) in own_lists.items():
            cursor.execute("DELETE FROM dim.source_code WHERE source_id = %s AND column_name = %s", (source_id, column))
            cursor.execute(
                "INSERT INTO dim.source_code SELECT %s, %s, code, canonical FROM dim.code"
                " WHERE list = %s AND canonical IS NOT NULL",
                (source_id, column, name),
            )
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        fengdong_centre | rating | N1   | 9-09 18:00 | satisfaction=1
        fengdong_centre | rating | N2   | 9-09 18:00 | satisfaction=5; evalDetail=108
        qinhan_centre   | rating | N3   | 9-09 18:00 | pf=6
        qinhan_centre   | rating | N4   | 9-09 18:00 | pf=7
        """,
    )
    expect(
        warehouse.url,
        RATINGS,
        """
        case_no | rating_level | is_negative | channel_code | verdict
        N1      | 5            | false       | 4            | orphan
        N2      | 1            | true        | 4            | orphan
        N3      | 5            | false       | 7            | orphan
        N4      | 5            | false       | DEFAULT      | default
        """,
    )


def test_coverage_lists_what_nobody_has_rated(warehouse: Warehouse) -> None:
    other = case("N2", accept=f"TaskCode={cases.BARE_ITEM}; CatalogCode={cases.BARE_CATALOG}")
    deliver_and_judge(warehouse.url, CASE + other + FIRST)
    expect(
        warehouse.url,
        "SELECT * FROM ads.rating_coverage",
        """
        kind       | covered_count | object_count
        item       | 1             | 2
        department | 1             | 1
        centre     | 1             | 1
        channel    | 1             | 7
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ads.rating_object WHERE NOT is_covered AND kind <> 'channel'",
        f"kind | code | name | case_count\nitem | {cases.BARE_ITEM} | 失业登记 | 1",
    )


def test_patterns_over_many_ratings_are_shown_and_block_nothing(warehouse: Warehouse) -> None:
    numbers = [f"N{number}" for number in range(5)]
    records = {
        "accept": [cases.accept(case_no, CD_time="2021-09-06 18:00:00") for case_no in numbers],
        "process": [cases.process(case_no) for case_no in numbers],
        "result": [cases.result(case_no) for case_no in numbers],
        "service": [cases.service(case_no) for case_no in numbers],
        "rating": [cases.rating(case_no, userName=f"人{case_no}", certKeyGOV=case_no) for case_no in numbers],
    }
    deliver(warehouse.url, "konggang_centre", records)
    judge(warehouse.url)
    expect(warehouse.url, "SELECT count(*) FROM dwd.rating WHERE is_qualified", "count\n5")
    expect(
        warehouse.url,
        "SELECT * FROM ads.rating_suspicion",
        """
        rule_id | station_code | size | rating_count | example_case_nos
        A06     | KG0000       | 5    | 5            | {N0,N1,N2,N3,N4}
        """,
    )

"""How cases and ratings grew, what they were as of a run, and which rules keep how many from being 合格."""

from govservice import runs
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

# N1 and its rating are 合格; N2 breaks two rules, N3 one of them; N1 is complete when its result has come.
STORY = """
    source          | feed    | case | at         | change
    konggang_centre | accept  | N1   | 9-06 18:00 |
    konggang_centre | process | N1   | 9-06 18:00 |
    konggang_centre | result  | N1   | 9-08 18:00 |
    konggang_centre | service | N1   | 9-08 18:00 |
    konggang_centre | rating  | N1   | 9-09 18:00 |
    konggang_centre | accept  | N2   | 9-06 18:00 | OrgName=; ApplyerPageCode=1
    konggang_centre | accept  | N3   | 9-07 18:00 | OrgName=
    konggang_centre | service | N3   | 9-09 18:00 |
    konggang_centre | rating  | N3   | 9-09 18:00 | satisfaction=9
    """


def test_a_day_has_what_arrived_first_and_what_became_complete_on_it(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, STORY)
    expect(
        warehouse.url,
        "SELECT * FROM ads.progress",
        """
        line   | day        | arrived_count | qualified_count | arrived_total | qualified_total | target_count
        case   | 2021-09-06 | 2             | 0               | 2             | 0               | 420000
        case   | 2021-09-07 | 1             | 0               | 3             | 0               | 420000
        case   | 2021-09-08 | 0             | 1               | 3             | 1               | 420000
        rating | 2021-09-09 | 2             | 1               | 2             | 1               | 420000
        """,
    )


def test_a_rule_keeps_cases_from_being_qualified_alone_or_with_others(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, STORY)
    expect(
        warehouse.url,
        "SELECT * FROM ads.quarantine_reason",
        """
        rule_id | case_count | sole_case_count
        C01     | 2          | 1
        V05     | 1          | 0
        """,
    )
    expect(warehouse.url, "SELECT * FROM ads.rating_reason", "rule_id | rating_count | sole_rating_count\nV12 | 1 | 1")


def test_ratings_are_tallied_by_day_and_level(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, STORY)
    expect(
        warehouse.url,
        "SELECT * FROM dws.tally_rating_daily",
        """
        rated_date | new_city | rating_level | delivered_count | rating_count | qualified_count | quarantined_count
        2021-09-08 | 空港     | 5            | 1               | 1            | 1               | 0
        2021-09-08 | 空港     |              | 1               | 1            | 0               | 1
        """,
    )


def test_figures_are_as_of_a_run_that_has_closed(warehouse: Warehouse) -> None:
    deliver_and_judge(warehouse.url, STORY)
    runs.tally(warehouse.url, "run")
    expect(warehouse.url, "SELECT * FROM ads.as_of", "run_id")
    runs.close(warehouse.url, "run")
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT count(*) FROM dim.source WHERE is_enabled")
        (sources,) = cursor.fetchone() or (0,)
    expect(
        warehouse.url,
        "SELECT *, cardinality(unverified_sources) AS unverified FROM ads.as_of",
        f"""
        run_id | data_date  | total_count | qualified_count | rating_total_count | rating_qualified_count | is_lower_bound | unverified
        run    | 2021-09-09 | 3           | 1               | 2                  | 1                      | true           | {sources}
        """,
    )

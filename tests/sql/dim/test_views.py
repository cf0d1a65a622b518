"""Views over the registers: the day a limit ends, the last registration of a station, codes of areas, versions of items."""

import psycopg2

import cases
from tables import expect
from warehouses import Warehouse


def test_a_limit_ends_its_number_of_working_days_after_the_day_it_began(warehouse: Warehouse) -> None:
    # Thursday 30 September 2021: the next working day is Friday 8 October, after the seven days of the holiday
    expect(
        warehouse.url,
        "SELECT due.began_date, due.due_date, given.workdays FROM dim.due_day AS due"
        " INNER JOIN dim.time_limit AS given ON due.name = given.name"
        " WHERE due.name = 'verify_start_days' AND due.began_date = '2021-09-30'",
        "began_date | due_date | workdays\n2021-09-30 | 2021-10-08 | 1",
    )


def test_a_station_has_the_name_and_city_of_its_last_registration(warehouse: Warehouse) -> None:
    with psycopg2.connect(warehouse.superuser) as owner, owner.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dim.station VALUES"
            " ('S1', '旧名', '村社区室', 'x', false, '空港', NULL, '0001-01-01', '2021-06-30'),"
            " ('S1', '新名', '村社区室', 'x', false, '沣东', NULL, '2021-07-01', '9999-12-31')"
        )
    expect(warehouse.url, "SELECT * FROM dim.station_latest WHERE station_code = 'S1'", "name | new_city\n新名 | 沣东")
    with psycopg2.connect(warehouse.superuser) as owner, owner.cursor() as cursor:
        cursor.execute("DELETE FROM dim.station WHERE station_code = 'S1'")


def test_every_new_city_has_its_codes(warehouse: Warehouse) -> None:
    expect(
        warehouse.url,
        "SELECT DISTINCT name FROM dim.area WHERE level = '新城'",
        "name\n空港\n沣东\n秦汉\n沣西\n泾河",
    )


def test_a_version_of_an_item_is_in_force_until_the_next_one(warehouse: Warehouse) -> None:
    expect(
        warehouse.url,
        f"SELECT item_version, valid_from::date AS first, valid_until::date AS until FROM dim.service_item_version WHERE item_code = '{cases.ITEM}'",
        "item_version | first | until\n1 | 2021-01-01 | 2021-09-01\n2 | 2021-09-01 | 9999-12-31",
    )
    expect(
        warehouse.superuser,
        f"SELECT item_version FROM ads.item_in_force WHERE item_code = '{cases.ITEM}'",
        "item_version",
    )

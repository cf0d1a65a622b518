"""When the steps of a follow-up are due and what was done in time: limits in working days, marks, measures, owners, questions."""

import pytest

from follow_ups import TO_REPLY, act, as_of, rate
from govservice.reporting import follow_up
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse


# 2021-10-01 to 07 is the National Day holiday, Saturday 09 a working day, 10 a Sunday.
@pytest.mark.parametrize(
    ("arrived", "acts", "verify", "rectify"),
    [
        ("2021-09-30", "", "2021-10-08", "2021-10-13"),
        ("2021-10-03", "", "2021-10-08", "2021-10-13"),
        ("2021-10-08", "", "2021-10-09", "2021-10-14"),
        ("2021-09-30", "callback confirmed 2021-10-08, decide by_term 2021-10-08", "2021-10-08", "2021-10-27"),
        ("2021-09-30", "callback confirmed 2021-10-08, decide explain 2021-10-08", "2021-10-08", "2021-10-13"),
    ],
)
def test_limits_count_working_days_over_the_holiday(
    warehouse: Warehouse, arrived: str, acts: str, verify: str, rectify: str
) -> None:
    rate(warehouse, "N1", first_arrived_date=arrived)
    if acts:
        act(warehouse, "N1", acts)
    query = "SELECT verify_due_date, rectify_due_date FROM dwd.follow_up"
    expect(warehouse.url, query, f"verify_due_date | rectify_due_date\n{verify} | {rectify}")


@pytest.mark.parametrize(
    ("acts", "data_date", "due", "mark"),
    [
        ("", "2021-09-29", "2021-10-08", ""),
        ("", "2021-09-30", "2021-10-08", "due_soon"),
        ("", "2021-10-08", "2021-10-08", "due_soon"),
        ("", "2021-10-09", "2021-10-08", "overdue"),
        ("callback unreached 2021-10-08", "2021-10-09", "2021-10-13", ""),
        ("callback confirmed 2021-10-08", "2021-10-12", "2021-10-13", "due_soon"),
        ("callback confirmed 2021-10-08", "2021-10-14", "2021-10-13", "overdue"),
        ("callback confirmed 2021-10-08, decide by_term 2021-10-08", "2021-10-14", "2021-10-27", ""),
        (f"{TO_REPLY}, reply replied 2021-10-11", "2021-12-01", "", ""),
    ],
)
def test_the_open_step_is_marked_as_of_the_data_date(
    warehouse: Warehouse, acts: str, data_date: str, due: str, mark: str
) -> None:
    rate(warehouse, "N1")
    if acts:
        act(warehouse, "N1", acts)
    as_of(warehouse, data_date)
    query = "SELECT case_no, due_date, due_mark FROM dwd.follow_up"
    expect(warehouse.url, query, f"case_no | due_date | due_mark\nN1 | {due} | {mark}")


def test_a_limit_applies_from_its_first_day_on(warehouse: Warehouse) -> None:
    with transaction(warehouse.url) as cursor:
        cursor.execute("INSERT INTO dim.time_limit VALUES ('verify_start_days', '2021-10-08', 3, '…', '…', '…')")
    rate(warehouse, "N1")
    rate(warehouse, "N2", first_arrived_date="2021-10-08")
    try:
        expect(
            warehouse.url,
            "SELECT case_no, verify_due_date FROM dwd.follow_up",
            "case_no | verify_due_date\nN1 | 2021-10-08\nN2 | 2021-10-12",
        )
    finally:
        with transaction(warehouse.url) as cursor:
            cursor.execute("DELETE FROM dim.time_limit WHERE effective_from = '2021-10-08'")


def test_the_measures_count_by_new_city_and_all_together(warehouse: Warehouse) -> None:
    for case_no in ("N1", "N2", "N3", "N4"):
        rate(warehouse, case_no)
    rate(warehouse, "N5", is_anonymous=True, new_city="沣东")
    act(warehouse, "N1", f"{TO_REPLY}, reply replied 2021-10-11, review fault 2021-10-12, account educated 2021-10-12")
    act(warehouse, "N2", "callback confirmed 2021-10-08, decide at_once 2021-10-08, rectify rectified 2021-10-14")
    act(warehouse, "N3", "callback denied 2021-10-08, decide appeal 2021-10-08")
    as_of(warehouse, "2021-10-14")
    expect(
        warehouse.url,
        "SELECT *, round(callback_rate, 2) AS callbacks, round(rectify_on_time_rate, 2) AS on_time FROM ads.follow_up_measure",
        """
        new_city | negative_count | real_name_count | called_back_count | callbacks | problem_count | rectified_count | rectify_due_count | rectified_on_time_count | on_time | fault_count | accounted_count | closed_count | overdue_count
        空港     | 4              | 4               | 3                 | 0.75      | 3             | 2               | 3                 | 1                       | 0.33    | 1           | 1               | 1            | 2
        沣东     | 1              | 0               | 0                 |           | 1             | 0               | 1                 | 0                       | 0.00    | 0           | 0               | 0            | 1
        合计     | 5              | 4               | 3                 | 0.75      | 4             | 2               | 4                 | 1                       | 0.25    | 1           | 1               | 1            | 3
        """,
    )


def test_owners_are_listed_with_what_is_overdue(warehouse: Warehouse) -> None:
    rate(warehouse, "N2")
    rate(warehouse, "N1", first_arrived_date="2021-09-28")
    rate(warehouse, "N3", department_name=None)
    rate(warehouse, "N4", first_arrived_date="2021-10-13")
    as_of(warehouse, "2021-10-14")
    expect(
        warehouse.url,
        "SELECT * FROM ads.follow_up_overdue",
        """
        owner_name             | contact                    | overdue_count | case_nos
        空港新城市场监督管理局 | 空港新城政务服务中心联络员 | 2             | {N1,N2}
        空港新城政务服务中心   | 空港新城政务服务中心联络员 | 1             | {N3}
        """,
    )


@pytest.mark.parametrize("role", ["analyst", "portal_reader"])
@pytest.mark.parametrize("view", ["follow_up_measure", "follow_up_overdue"])
def test_readers_read_the_measures(warehouse: Warehouse, role: str, view: str) -> None:
    with transaction(warehouse.as_role(role)) as cursor:
        cursor.execute(f"SELECT * FROM ads.{view}")


def test_questions_are_put_for_the_oldest_and_name_the_outcomes_of_the_open_step(warehouse: Warehouse) -> None:
    rate(warehouse, "N1", first_arrived_date="2021-10-08", item_name="[x](http://a) {{ 7 * 7 }} | ![y](//b)")
    rate(warehouse, "N2")
    rate(warehouse, "N3", first_arrived_date="2021-10-09")
    act(warehouse, "N2", "callback confirmed 2021-10-08")
    as_of(warehouse, "2021-10-09")
    assert [asked["rating"]["record_key"] for asked in follow_up.questions(warehouse.url, 2)] == ["r-N1", "r-N3"]
    first, _, last = follow_up.questions(warehouse.url, 10)
    assert first["subject"] == "即将超期：差评回访 · 办件 N1"
    assert first["options"] == ["已回访：反映属实", "已回访：反映不实或误评", "未联系上", "暂不处理"]
    assert "\\[x\\]\\(http\\:\\/\\/a\\)" in first["body"]
    assert "\\{\\{ 7 \\* 7 \\}\\} \\| \\!\\[y\\]" in first["body"]
    assert last["subject"] == "差评认定 · 办件 N2"
    assert last["rating"] == {"source_id": "konggang_centre", "record_key": "r-N2", "step": "decide"}

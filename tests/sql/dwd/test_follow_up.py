"""The follow-up of a bad rating: it opens by itself, moves on with every act, and ends by an act or by a change of the rating."""

import psycopg2
import pytest

import cases
from deliveries import deliver, judge
from follow_ups import TO_REPLY, act, as_of, rate
from govservice.reporting import follow_up
from govservice.reporting.follow_up import Act
from govservice.warehouse import WarehouseError, transaction
from tables import expect
from warehouses import Warehouse

STATE = "SELECT case_no, state FROM dwd.follow_up"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "callback"),
        ({"rating_level": 2}, "callback"),
        ({"is_anonymous": True}, "decide"),
        ({"verdict": "quarantined"}, "callback"),
        ({"verdict": "waiting"}, "callback"),
        ({"verdict": "orphan"}, "callback"),
        ({"verdict": "default"}, None),
        ({"verdict": "duplicate"}, None),
        ({"rating_level": 3, "is_negative": False}, None),
    ],
)
def test_a_live_bad_rating_opens_a_follow_up(warehouse: Warehouse, changes: dict, state: str | None) -> None:
    rate(warehouse, "N1", **changes)
    expect(warehouse.url, STATE, "case_no | state\n" + (f"N1 | {state}" if state else ""))


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ("回访 未联系上 2021-10-08", "callback"),
        ("回访 已回访：反映属实 2021-10-08", "decide"),
        ("callback denied 2021-10-08, decide appeal 2021-10-08", "review"),
        ("callback denied 2021-10-08, decide appeal 2021-10-08, review passed 2021-10-09", "closed"),
        ("callback confirmed 2021-10-08, decide explain 2021-10-08", "reply"),
        ("callback confirmed 2021-10-08, decide by_term 2021-10-08", "rectify"),
        (TO_REPLY, "reply"),
        (f"{TO_REPLY}, 答复 已答复本人 2021-10-11", "review"),
        (f"{TO_REPLY}, reply published 2021-10-11, review passed 2021-10-12", "closed"),
        (f"{TO_REPLY}, reply replied 2021-10-11, review returned 2021-10-12", "decide"),
        (f"{TO_REPLY}, reply replied 2021-10-11, review returned 2021-10-12, decide explain 2021-10-12", "reply"),
        (f"{TO_REPLY}, reply replied 2021-10-11, review fault 2021-10-12", "account"),
        (f"{TO_REPLY}, reply replied 2021-10-11, review fault 2021-10-12, account educated 2021-10-12", "closed"),
        # When a step is corrected, the steps after it must be done again.
        (f"{TO_REPLY}, 认定 限期整改 2021-10-12", "rectify"),
        (f"{TO_REPLY}, 认定 解释说明 2021-10-12", "reply"),
        (f"{TO_REPLY}, reply replied 2021-10-11, reply published 2021-10-11", "review"),
    ],
)
def test_acts_move_a_follow_up_on(warehouse: Warehouse, acts: str, state: str) -> None:
    rate(warehouse, "N1")
    assert set(act(warehouse, "N1", acts)) == {"RECORDED"}
    expect(warehouse.url, STATE, f"case_no | state\nN1 | {state}")


@pytest.mark.parametrize(
    ("before", "tried", "code"),
    [
        ("", "decide at_once 2021-10-08", "ORDER"),
        ("callback unreached 2021-10-08", "decide at_once 2021-10-08", "ORDER"),
        ("callback confirmed 2021-10-08", "rectify rectified 2021-10-08", "ORDER"),
        (TO_REPLY, "review passed 2021-10-12", "ORDER"),
        ("callback confirmed 2021-10-08, decide explain 2021-10-08", "rectify rectified 2021-10-09", "ORDER"),
        (f"{TO_REPLY}, reply replied 2021-10-11, review passed 2021-10-12", "account educated 2021-10-12", "ORDER"),
        (TO_REPLY, "reply replied 2021-10-09", "TIME"),
        ("", "callback confirmed 2021-09-29", "TIME"),
        ("", "callback confirmed 2999-01-01", "TIME"),
        ("", "callback confirmed 2021-10-8", "TIME"),
        ("", "callback confirmed today", "TIME"),
        ("", "callback replied 2021-10-08", "OUTCOME"),
        ("", "电话 confirmed 2021-10-08", "STEP"),
        ("callback confirmed 2021-10-08", "callback confirmed 2021-10-08", "KNOWN"),
    ],
)
def test_an_act_out_of_order_or_time_is_refused_and_changes_nothing(
    warehouse: Warehouse, before: str, tried: str, code: str
) -> None:
    rate(warehouse, "N1")
    if before:
        act(warehouse, "N1", before)
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT count(*) FROM ops.follow_up_act")
        count = cursor.fetchone()
        assert act(warehouse, "N1", tried) == [code]
        cursor.execute("SELECT count(*) FROM ops.follow_up_act")
        assert cursor.fetchone() == count


def test_a_callback_may_be_recorded_for_an_anonymous_rating(warehouse: Warehouse) -> None:
    rate(warehouse, "N1", is_anonymous=True)
    assert act(warehouse, "N1", "callback confirmed 2021-10-08, decide explain 2021-10-08") == ["RECORDED"] * 2


def test_an_answer_is_refused_when_somebody_else_has_already_done_the_step(warehouse: Warehouse) -> None:
    rate(warehouse, "N1")
    act(warehouse, "N1", "callback confirmed 2021-10-08")
    late = Act("konggang_centre", "r-N1", "callback", "denied", "李工", "2021-10-09", "", "测试", "callback")
    with transaction(warehouse.url) as cursor:
        assert follow_up.record(cursor, [late]) == [("OVERTAKEN", "这一步已有人办理；现在应办：认定")]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("已当面致歉，2021-10-08 15:30 完成", "RECORDED"),
        ("电话 138 0000 0001", "NOTE"),
        ("电话 138-0000-0001", "NOTE"),
        ("电话 １３８００００００１１", "NOTE"),
        ("证件 11010519491231002X", "NOTE"),
        ("座机 029-89181234", "NOTE"),
        ("第一行\n第二行", "NOTE"),
        ("长" * 200, "RECORDED"),
        ("长" * 201, "NOTE"),
    ],
)
def test_a_note_must_not_contain_a_number_of_a_person(warehouse: Warehouse, note: str, code: str) -> None:
    rate(warehouse, "N1")
    noted = Act("konggang_centre", "r-N1", "callback", "confirmed", "张工", "2021-10-08", note, "测试")
    with transaction(warehouse.url) as cursor:
        assert follow_up.record(cursor, [noted])[0][0] == code


def test_the_table_itself_refuses_a_number_of_a_person_and_an_unknown_step(warehouse: Warehouse) -> None:
    insert = (
        "INSERT INTO ops.follow_up_act (source_id, record_key, step, outcome_code, actor, acted_at, note, origin)"
        " VALUES ('s', 'r', %s, 'confirmed', 'a', '2021-10-08', %s, 'o')"
    )
    for step, note in (("callback", "138 0000 0001"), ("nonesuch", "")):
        with pytest.raises(WarehouseError), transaction(warehouse.url) as cursor:
            cursor.execute(insert, (step, note))


@pytest.mark.parametrize("statement", ["UPDATE ops.follow_up_act SET note = ''", "DELETE FROM ops.follow_up_act"])
def test_acts_are_only_added_to(warehouse: Warehouse, statement: str) -> None:
    link = psycopg2.connect(warehouse.url)
    try:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "closed"),
        ({"rating_level": 3}, "closed"),
        ({"rating_level": 2, "is_negative": True}, "callback"),
        ({"verdict": "duplicate"}, "callback"),
        ({"verdict": "default"}, "callback"),
        ({"assess_number": "1"}, "callback"),
        ({"case_key": "N2"}, "callback"),
    ],
)
def test_a_good_second_rating_closes(warehouse: Warehouse, changes: dict, state: str) -> None:
    rate(warehouse, "N1")
    again = {
        "record_key": "r-again",
        "assess_number": "2",
        "rating_level": 5,
        "is_negative": False,
        "first_arrived_date": "2021-10-09",
    }
    rate(warehouse, "N1", **{**again, **changes})
    closed = "2021-10-09" if state == "closed" else ""
    query = "SELECT state, closed_date FROM dwd.follow_up WHERE record_key = 'r-N1'"
    expect(warehouse.url, query, f"state | closed_date\n{state} | {closed}")


def test_acts_from_before_a_good_second_rating_may_be_recorded_after_it(warehouse: Warehouse) -> None:
    rate(warehouse, "N1")
    again = {"assess_number": "2", "rating_level": 5, "is_negative": False, "first_arrived_date": "2021-10-12"}
    rate(warehouse, "N1", record_key="r-again", **again)
    assert act(warehouse, "N1", "decide at_once 2021-10-08") == ["ORDER"]
    assert set(act(warehouse, "N1", TO_REPLY)) == {"RECORDED"}
    query = "SELECT state, callback_date, rectified_date, closed_date FROM dwd.follow_up"
    header = "state | callback_date | rectified_date | closed_date"
    expect(warehouse.url, query, f"{header}\nclosed | 2021-10-08 | 2021-10-11 | 2021-10-12")
    act(warehouse, "N1", "reply replied 2021-10-11, review fault 2021-10-13")
    expect(warehouse.url, query, f"{header}\naccount | 2021-10-08 | 2021-10-11 |")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("DELETE FROM dwd.rating", "withdrawn"),
        ("UPDATE dwd.rating SET verdict = 'duplicate'", "withdrawn"),
        ("UPDATE dwd.rating SET rating_level = 4, is_negative = false", "corrected"),
    ],
)
def test_a_rating_that_is_no_longer_bad_keeps_its_acts_and_takes_no_others(
    warehouse: Warehouse, change: str, state: str
) -> None:
    rate(warehouse, "N1")
    act(warehouse, "N1", "callback confirmed 2021-10-08")
    with transaction(warehouse.url) as cursor:
        cursor.execute(change)
    as_of(warehouse, "2021-12-01")
    query = "SELECT case_no, state, callback_date, due_mark FROM dwd.follow_up"
    expect(warehouse.url, query, f"case_no | state | callback_date | due_mark\nN1 | {state} | 2021-10-08 |")
    assert act(warehouse, "N1", "decide explain 2021-10-09") == ["UNKNOWN_RATING"]
    expect(warehouse.url, "SELECT negative_count FROM ads.follow_up_measure", "negative_count\n0")


def test_a_delivered_bad_rating_opens_and_its_withdrawal_ends_it_but_not_an_edit_at_its_source(
    warehouse: Warehouse,
) -> None:
    bad = {"satisfaction": "1", "evalDetail": "115", "writingEvaluation": "态度差"}
    case = {**cases.case("N1"), "service": [cases.service("N1")]}
    deliver(warehouse.url, "konggang_centre", {**case, "rating": [cases.rating("N1", **bad)]})
    judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT case_no, state, opened_date FROM dwd.follow_up",
        "case_no | state | opened_date\nN1 | callback | 2021-09-08",
    )
    assert act(warehouse, "N1", "callback denied 2021-09-09") == ["RECORDED"]
    changes = {"decide": cases.rating("N1"), "withdrawn": cases.rating("N1", CD_operation="D")}
    for day, (state, rating) in enumerate(changes.items(), 20):
        deliver(warehouse.url, "konggang_centre", {"rating": [rating]}, f"2021-09-{day} 18:00:00")
        judge(warehouse.url)
        expect(warehouse.url, STATE, f"case_no | state\nN1 | {state}")
    expect(warehouse.url, "SELECT callback_date FROM dwd.follow_up", "callback_date\n2021-09-09")


def test_a_step_done_again_undoes_the_steps_after_it(warehouse: Warehouse) -> None:
    rate(warehouse, "N1")
    act(warehouse, "N1", f"{TO_REPLY}, callback denied 2021-10-12")
    expect(
        warehouse.url,
        "SELECT case_no, state, callback_date, decided_date, rectified_date FROM dwd.follow_up_progress",
        "case_no | state | callback_date | decided_date | rectified_date\nN1 | decide | 2021-10-12 | | ",
    )


def test_people_close_a_rating_that_its_source_has_edited(warehouse: Warehouse) -> None:
    rate(warehouse, "N1", rating_level=5, is_negative=False, was_negative=True)
    expect(warehouse.url, STATE, "case_no | state\nN1 | callback")
    acts = "callback denied 2021-10-08, decide appeal 2021-10-08, review passed 2021-10-09"
    assert set(act(warehouse, "N1", acts)) == {"RECORDED"}
    expect(warehouse.url, STATE, "case_no | state\nN1 | closed")

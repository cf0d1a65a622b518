"""What a pull of a 前置库 takes: the rows of its window and rows without a time; late commits, and edits and deletes without a new time."""

import pytest

from fetching import batches_of
from front import SOURCE, Front, accept, pull
from govservice import contract
from govservice.collecting.delivery import Record
from govservice.collecting.protocol import Window
from govservice.collecting.sources import database
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
ADDRESS = contract.feeds()["accept"].columns.index("address")
CASE_NOS = "SELECT string_agg(project_no, ' ' ORDER BY project_no) AS case_nos FROM ods.accept WHERE is_current"


@pytest.mark.parametrize(
    ("column_type", "written"), [("timestamp(0)", None), ("text", None), ("text", ""), ("text", "2021/9/4 18:00")]
)
def test_a_row_without_a_readable_time_is_taken_and_does_not_move_the_watermark(
    warehouse: Warehouse, front: Front, column_type: str, written: str | None
) -> None:
    front.execute(f"ALTER TABLE up_pro_accept ALTER cd_time TYPE {column_type}")
    front.write("accept", [{**accept("N4", ""), "CD_time": written}])
    first = pull(warehouse, front)
    assert (first.state, first.versions) == ("balanced", 6)
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3 N4")
    watermark = "SELECT synced_until FROM ops.watermark WHERE feed = 'accept'"
    expect(warehouse.url, watermark, "synced_until\n2021-09-03 18:00:00")
    again = pull(warehouse, front, day=11)
    assert (again.state, again.versions, again.replayed) == ("balanced", 0, again.received)


def test_times_are_in_shanghai_time_whatever_the_time_zone_of_the_server(warehouse: Warehouse, front: Front) -> None:
    front.execute("ALTER TABLE up_pro_accept ALTER cd_time TYPE timestamptz USING cd_time AT TIME ZONE 'Asia/Shanghai'")
    front.execute(f"ALTER DATABASE {front.database} SET timezone = 'UTC'")
    pull(warehouse, front)
    expect(
        warehouse.url,
        "SELECT synced_at FROM ods.accept WHERE project_no = 'N1'",
        "synced_at\n2021-09-01 18:00:00",
    )


def test_nothing_after_the_data_date_is_taken(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front, day=2)
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2")
    pull(warehouse, front, day=3)
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3")


def test_a_second_pull_reaches_back_and_finds_only_replays(warehouse: Warehouse, front: Front) -> None:
    assert (pull(warehouse, front).versions, pull(warehouse, front).versions) == (5, 0)
    again = pull(warehouse, front, full=True)
    assert (again.received, again.versions, again.replayed) == (5, 0, 5)


def test_a_commit_later_than_its_time_is_caught_by_the_overlap(warehouse: Warehouse, front: Front) -> None:
    slow = front.connect()
    front.write("accept", [accept("N4", "2021-09-09 17:30:00")], slow)
    front.write("accept", [accept("N5", "2021-09-09 18:00:00")])
    pull(warehouse, front)
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3 N5")
    slow.commit()
    slow.close()
    pull(warehouse, front)
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3 N4 N5")


def test_a_commit_later_than_the_overlap_is_caught_by_a_full_pull(warehouse: Warehouse, front: Front) -> None:
    front.write("accept", [accept("N5", "2021-09-09 18:00:00")])
    pull(warehouse, front)
    front.write("accept", [accept("N4", "2021-09-09 16:30:00")])
    assert pull(warehouse, front).versions == 0
    assert pull(warehouse, front, full=True).versions == 1


def test_an_edit_that_leaves_its_time_alone_is_caught_by_a_full_pull(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front)
    front.execute("UPDATE up_pro_accept SET address = '秦皇大道' WHERE project_no = 'N1'")
    assert pull(warehouse, front).versions == 0
    assert pull(warehouse, front, full=True).versions == 1
    expect(warehouse.url, "SELECT address FROM ods.accept WHERE is_current AND project_no = 'N1'", "address\n秦皇大道")


def test_an_edit_that_leaves_its_time_alone_stays_until_the_next_one(warehouse: Warehouse, front: Front) -> None:
    shown = "SELECT address FROM ods.accept WHERE is_current AND project_no = 'N1'"
    pull(warehouse, front)
    for address in ("秦皇大道", "沣泾大道", "秦皇大道"):
        front.execute(f"UPDATE up_pro_accept SET address = '{address}' WHERE project_no = 'N1'")
        assert pull(warehouse, front, full=True).versions == 1
        assert pull(warehouse, front, full=True).versions == 0
        assert pull(warehouse, front).versions == 0
        expect(warehouse.url, shown, f"address\n{address}")


def test_two_rows_of_one_key_and_moment_do_not_take_turns(warehouse: Warehouse, front: Front) -> None:
    front.write(
        "accept", [accept("N5", "2021-09-08 12:00:00"), {**accept("N5", "2021-09-08 12:00:00"), "Address": "x"}]
    )
    pull(warehouse, front)

    def winner() -> object:
        with transaction(warehouse.url) as cursor:
            cursor.execute("SELECT address FROM ods.accept WHERE is_current AND project_no = 'N5'")
            return cursor.fetchone()

    first = winner()
    for _ in range(2):
        assert pull(warehouse, front, full=True).versions == 0
        assert winner() == first


def test_a_table_that_suddenly_is_empty_takes_nothing_away(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front)
    front.execute("TRUNCATE up_pro_accept, up_pro_process, up_pro_result")
    assert pull(warehouse, front, full=True).versions == 0
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3")


MISSING = "SELECT feed, record_key, case_key FROM quality.missing_record ORDER BY record_key"


def test_a_record_deleted_without_notice_is_listed_until_it_is_back(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front)
    front.execute("DELETE FROM up_pro_accept WHERE project_no = 'N2'; DELETE FROM up_pro_process")
    assert pull(warehouse, front).missing == 0
    assert pull(warehouse, front, full=True).missing == 2
    expect(
        warehouse.url,
        MISSING,
        """
        feed    | record_key | case_key
        accept  | a-N2       | N2
        process | p-N1       | N1
        """,
    )
    expect(warehouse.url, CASE_NOS, "case_nos\nN1 N2 N3")
    front.write("accept", [accept("N2", "2021-09-02 18:00:00")])
    assert pull(warehouse, front, full=True).missing == 1
    expect(warehouse.url, MISSING, "feed | record_key | case_key\nprocess | p-N1 | N1")


def test_what_was_withdrawn_or_lies_after_the_data_date_is_not_missing(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front)
    withdrawn = {**accept("N1", "2021-09-04 18:00:00"), "CD_operation": "D"}
    front.execute("DELETE FROM up_pro_accept WHERE project_no IN ('N1', 'N3')")
    front.write("accept", [withdrawn])
    pull(warehouse, front)
    front.execute("DELETE FROM up_pro_accept WHERE project_no = 'N1'")
    assert pull(warehouse, front, day=2, full=True).missing == 0
    assert pull(warehouse, front, full=True).missing == 1


STATE = "SELECT state, reason_code FROM ops.source_state WHERE source_id = 'qinhan_centre'"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("lost", ["project_no = 'N3'", "project_no IN ('N2', 'N3')"])
def test_a_source_that_is_behind_what_it_delivered_says_so_until_it_has_caught_up(
    warehouse: Warehouse, front: Front, lost: str, full: bool
) -> None:
    pull(warehouse, front)
    front.execute(f"CREATE TABLE ahead AS SELECT * FROM up_pro_accept WHERE {lost}")
    front.execute(f"DELETE FROM up_pro_accept WHERE {lost}")
    for _ in range(2):
        behind = pull(warehouse, front, full=full)
        assert behind.state == "unverified" and str(behind.reason).startswith("受理信息：来源里最新的记录早于")
        expect(warehouse.url, STATE, "state | reason_code\nunverified | BEHIND")
    front.execute("INSERT INTO up_pro_accept SELECT * FROM ahead")
    assert pull(warehouse, front).state == "balanced"
    expect(warehouse.url, "SELECT count(*) AS n FROM ods.accept", "n\n3")


def test_an_earlier_day_is_not_behind(warehouse: Warehouse, front: Front) -> None:
    pull(warehouse, front)
    assert pull(warehouse, front, day=2).state == "balanced"


@pytest.mark.parametrize("seed", [0.1, 0.9])
def test_the_same_rows_come_in_the_same_order_however_they_lie(front: Front, seed: float) -> None:
    twins = [accept("N4", "2021-09-04 18:00:00", Address=address) for address in ("a", "b", "B", None, "")]
    front.execute("ALTER TABLE up_pro_accept ADD shape point, ADD note json")
    front.write("accept", twins)
    front.execute(
        f"SELECT setseed({seed}); CREATE TABLE shuffled AS SELECT * FROM up_pro_accept ORDER BY random();"
        "TRUNCATE up_pro_accept; INSERT INTO up_pro_accept SELECT * FROM shuffled"
    )
    batch, *_ = batches_of(database, SOURCE, front.endpoint(), WINDOW)
    lines = [record.line for record in batch.read() if isinstance(record, Record)]
    of_twins = [line.split(b"\t")[ADDRESS].decode() for line in lines if line.startswith(b"a-N4\t")]
    assert of_twins == ["", "B", "a", "b", ""]  # bytes in order, then what is not there

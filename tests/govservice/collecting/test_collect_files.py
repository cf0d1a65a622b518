"""Collecting a station's drops: each is loaded once, a bad one is named and stops no other, the books balance."""

import shutil
from pathlib import Path

import pytest

from deliveries import judge, unexplained
from drops import HEADER, STEP_HEADER, case_drop, drop, packed, row, step, table, workbook
from fetching import take
from govservice.collecting.sources.reader import child
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

STATES = "SELECT * FROM ops.source_state"


def test_a_station_that_has_delivered_nothing_is_unverified(warehouse: Warehouse, drops: Path) -> None:
    take(warehouse, drops)
    expect(warehouse.url, STATES, "source_id | reason_code\ndizhang_station | NOTHING_DELIVERED")


def test_file_drops_are_loaded_once_and_their_copies_are_replays(warehouse: Warehouse, drops: Path) -> None:
    case_drop(drops, "2021-36", "S1", "S2")
    assert take(warehouse, drops).versions == 6
    assert take(warehouse, drops).received == 0
    case_drop(drops, "2021-36 (copy)", "S1", "S2")
    again = take(warehouse, drops)
    assert (again.received, again.versions, again.replayed, again.state) == (6, 0, 6, "balanced")
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0


@pytest.mark.parametrize("sequence", [1, 2, 11, 101])
def test_a_drop_is_taken_once_whatever_its_sequence_number(warehouse: Warehouse, drops: Path, sequence: int) -> None:
    case_drop(drops, "2021-36", "S1", sequence=sequence)
    assert take(warehouse, drops).versions == 3
    assert take(warehouse, drops).received == 0


def test_a_station_case_is_clean_from_sheet_to_verdict(warehouse: Warehouse, drops: Path) -> None:
    case_drop(drops, "2021-36", "S1")
    take(warehouse, drops)
    judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT * FROM dwd.case_record",
        """
        case_no | verdict  | is_qualified | failed_rules | warned_rules | item_version | case_type_code | result_code
        S1      | accepted | true         | {}           | {}           | 2            | 2              | GRANTED
        """,
    )


def test_a_cumulative_sheet_changes_only_what_is_new(warehouse: Warehouse, drops: Path) -> None:
    case_drop(drops, "2021-36", "S1", uploaded_at="2021-09-09 09:00:00")
    take(warehouse, drops)
    case_drop(drops, "2021-37", "S1", "S2", uploaded_at="2021-09-10 09:00:00")
    again = take(warehouse, drops)
    assert (again.received, again.versions, again.replayed) == (6, 3, 3)


@pytest.mark.parametrize("order", ["123", "132", "213", "231", "312", "321"])
def test_a_sheet_that_is_sent_once_more_undoes_the_change_in_between(
    warehouse: Warehouse, drops: Path, order: str
) -> None:
    opinions = {"1": "准予办理", "2": "材料不全", "3": "准予办理"}
    for number in order:
        content = table(row("S1", 办理意见=opinions[number])).encode()
        drop(drops, number, {"a.csv": content}, {"a.csv": {"办件": 1}}, uploaded_at=f"2021-09-0{number} 09:00:00")
        take(warehouse, drops)
    expect(warehouse.url, "SELECT * FROM ods.result WHERE is_current", "result_explain\n准予办理")


@pytest.mark.parametrize(
    "days",
    [("07", "08", "09"), ("07", "08", "07"), ("07", "07", "07"), ("09", "08", "07")],
    ids=lambda days: "-".join(days),
)
def test_a_period_says_what_its_folder_holds_now_whatever_its_manifest_says_of_the_time(
    warehouse: Warehouse, drops: Path, days: tuple[str, ...]
) -> None:
    for day, opinion in zip(days, ("准予办理", "材料不全", "准予办理"), strict=True):
        shutil.rmtree(drops / "2021-36", ignore_errors=True)
        content = table(row("S1", 办理意见=opinion)).encode()
        rows = {"a.csv": {"办件": 1}}
        drop(drops, "2021-36", {"a.csv": content}, rows, uploaded_at=f"2021-09-{day} 09:00:00")
        take(warehouse, drops)
        assert take(warehouse, drops).received == 0  # nothing has changed
        expect(warehouse.url, "SELECT * FROM ods.result WHERE is_current", f"result_explain\n{opinion}")
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0


def test_a_period_that_was_refused_and_put_back_is_settled(warehouse: Warehouse, drops: Path) -> None:
    folder = case_drop(drops, "2021-36", "S1")
    take(warehouse, drops)
    good = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(b"{")
    assert take(warehouse, drops).state == "unverified"
    (folder / "manifest.json").write_bytes(good)
    again = take(warehouse, drops)
    assert (again.received, again.replayed, again.state) == (3, 3, "balanced")
    assert take(warehouse, drops).received == 0
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0


@pytest.mark.parametrize("order", ["12", "21"])
def test_of_two_drops_of_one_second_the_greater_sequence_counts(warehouse: Warehouse, drops: Path, order: str) -> None:
    for number in order:
        content = table(row("S1", 办理意见=number)).encode()
        drop(drops, f"2021-36 {number}", {"a.csv": content}, {"a.csv": {"办件": 1}}, sequence=int(number))
        take(warehouse, drops)
    expect(
        warehouse.url,
        "SELECT * FROM ods.result WHERE is_current",
        "result_explain | cd_time\n2 | 2021-09-10 09:00:00",
    )


def test_a_drop_that_is_refused_again_counts_once_and_is_settled_once_it_is_read(
    warehouse: Warehouse, drops: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_drop(drops, "2021-36", "S1")
    with monkeypatch.context() as patch:
        patch.setattr(child, "run", lambda jobs: -9)
        assert [take(warehouse, drops).state for _ in range(2)] == ["unverified"] * 2
    expect(
        warehouse.url,
        "SELECT left(reason, 20) AS reason FROM ops.source_state",
        "reason\n1 个批次被拒收或读不出，待重报，第一个",
    )
    assert take(warehouse, drops).state == "balanced"


def test_an_older_drop_that_comes_late_does_not_undo_a_newer_one(warehouse: Warehouse, drops: Path) -> None:
    for period, day, opinion in (("2021-37", "10", "准予办理"), ("2021-36", "09", "材料不全")):
        content = table(row("S1", 办理意见=opinion, 事项名称=opinion)).encode()
        rows = {"a.csv": {"办件": 1}}
        drop(drops, period, {"a.csv": content}, rows, uploaded_at=f"2021-09-{day} 09:00:00")
        take(warehouse, drops)
    expect(
        warehouse.url,
        "SELECT * FROM ods.accept",
        """
        cd_batch | task_name | is_current
        2021-37  | 准予办理  | true
        2021-36  | 材料不全  | false
        """,
    )


def test_a_refused_drop_keeps_the_station_unverified_until_it_is_delivered_well(
    warehouse: Warehouse, drops: Path
) -> None:
    folder = case_drop(drops, "2021-36", "S1")
    (folder / "办件.csv").rename(drops.parent / "办件.csv")
    refused = take(warehouse, drops)
    assert (refused.refused_deliveries, refused.state) == (1, "unverified")
    assert take(warehouse, drops).refused_deliveries == 0
    expect(warehouse.url, STATES, "source_id | state | reason_code\ndizhang_station | unverified | MANIFEST")
    (drops.parent / "办件.csv").rename(folder / "办件.csv")
    mended = take(warehouse, drops)
    assert (mended.versions, mended.state) == (3, "balanced")


def test_a_refused_drop_does_not_stop_the_others_of_its_station(warehouse: Warehouse, drops: Path) -> None:
    case_drop(drops, "2021-35", "S1", listing=lambda files: [{**file, "sha256": "0" * 64} for file in files])
    case_drop(drops, "2021-36", "S2")
    collected = take(warehouse, drops)
    assert (collected.versions, collected.refused_deliveries, collected.state) == (3, 1, "unverified")


def test_what_is_no_record_is_named_and_in_no_count(warehouse: Warehouse, drops: Path) -> None:
    ledger = {
        "说明": [["逐件登记"]],
        "办件": [["登记簿"], [], HEADER, row("S1"), ["合计", 1]],
        "办件（2）": [HEADER, row("S2"), list(HEADER), ["小计", 1]],
        "环节": [STEP_HEADER, step("S1")],
    }
    drop(drops, "2021-36", {"a.xlsx": workbook(ledger)}, {"a.xlsx": {"办件": 3, "环节": 1}})
    cases = table(row("S2"), row("S3"), ["合计", "2"]).encode("gb18030")
    drop(drops, "2021-37", {"a.zip": packed(("办件.csv", cases), ("章.png", b"x"))}, {"a.zip": {"办件": 2}}, sequence=2)
    (drops / "2021-37" / "readme.txt").write_bytes(b"x")
    collected = take(warehouse, drops)
    assert (collected.received, collected.versions, collected.replayed, collected.unparsable) == (10, 7, 2, 1)
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    expect(
        warehouse.url,
        "SELECT * FROM ops.file_note INNER JOIN ops.delivery USING (delivery_id)",
        """
        label   | note_code   | place
        2021-36 | OTHER_SHEET | a.xlsx 第 1 张工作表
        2021-36 | TITLE_ROW   | a.xlsx 办件 第 1 行
        2021-36 | TOTAL_ROW   | a.xlsx 办件 第 5 行
        2021-36 | TOTAL_ROW   | a.xlsx 办件（2） 第 4 行
        2021-37 | OTHER_FILE  | 清单以外的 1 个文件
        2021-37 | OTHER_FILE  | a.zip 中的 第 2 个文件
        2021-37 | GB18030     | a.zip 中的 办件.csv
        2021-37 | TOTAL_ROW   | a.zip 中的 办件.csv 办件 第 4 行
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ops.unparsable",
        "feed | place | reason_code\naccept | a.xlsx 办件（2） 第 3 行 | HEADER_AGAIN",
    )


def test_two_rows_under_one_number_are_named_instead_of_one_taking_the_others_place(
    warehouse: Warehouse, drops: Path
) -> None:
    cases = table(row("S1"), row("S1", 申请人名称="李明"), row("S1")).encode()
    drop(drops, "2021-36", {"a.csv": cases}, {"a.csv": {"办件": 3}})
    collected = take(warehouse, drops)
    assert (collected.received, collected.unparsable, collected.state) == (5, 1, "balanced")
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    expect(warehouse.url, "SELECT applyer_name FROM ods.accept", "applyer_name\n王芳")
    expect(
        warehouse.url,
        "SELECT * FROM ops.unparsable",
        "feed | place | reason_code\naccept | a.csv 办件 第 3 行 | NUMBER_TWICE",
    )


@pytest.mark.parametrize("text", ["\\u0000", "\x00", '"', "\\", "\t"])
def test_whatever_stands_in_an_unknown_column_is_stored(warehouse: Warehouse, drops: Path, text: str) -> None:
    sheet = table([*row("S1"), text], header=(*HEADER, "自定"))
    drop(drops, "2021-36", {"a.csv": sheet.encode()}, {"a.csv": {"办件": 1}})
    assert take(warehouse, drops).state == "balanced"
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT extra ->> '自定' FROM ods.accept")
        assert cursor.fetchone() == (text.replace("\x00", "␀"),)


def test_a_drop_of_which_nothing_can_be_read_leaves_its_source_unverified_until_it_is_replaced(
    warehouse: Warehouse, drops: Path
) -> None:
    drop(drops, "2021-36", {"a.csv": table(row("N" * 251)).encode()}, {"a.csv": {"办件": 1}})
    for _ in range(2):
        assert take(warehouse, drops).state == "unverified"
        expect(warehouse.url, STATES, "source_id | reason_code\ndizhang_station | NOTHING_READABLE")
    shutil.rmtree(drops / "2021-36")
    case_drop(drops, "2021-36", "S1", uploaded_at="2021-09-10 09:00:00")
    assert take(warehouse, drops).state == "balanced"

"""Sheets of outcomes: each row recorded or refused with its place, the same sheet once only, nothing crashes."""

import os
from pathlib import Path

import openpyxl
import pytest

import drops
from follow_ups import as_of, rate
from govservice.reporting import follow_up_sheets
from govservice.reporting.follow_up_sheets import COLUMNS
from tables import expect
from warehouses import Warehouse

ACTS = "SELECT step, outcome_code, actor, acted_at, note FROM ops.follow_up_act"
CALLED = ["N1", "1", "回访", "已回访：反映属实", "张工", "2021-10-08 09:30:00", "已致歉"]
DECIDED = ["N1", "1", "认定", "立行立改", "张工", "2021-10-08", ""]


@pytest.fixture
def folder(var: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which sheets are dropped."""
    monkeypatch.setenv("GOVSERVICE_FOLLOW_UP_DROPS", str(var / "drops"))
    (var / "drops").mkdir(parents=True)
    return var / "drops"


def drop(folder: Path, name: str, *rows: list[str]) -> None:
    """Drop a CSV sheet with these rows."""
    (folder / name).write_text(drops.table(*rows, header=COLUMNS), encoding="utf-8-sig")


def answer(folder: Path, name: str) -> list[list[str]]:
    """The answer beside a sheet, without its header and its line about the whole."""
    _, _, *lines = openpyxl.load_workbook(folder / f"{name}.答复.xlsx").active.iter_rows()
    assert {cell.data_type for line in lines for cell in line if cell.value is not None} <= {"s"}
    return [[cell.value or "" for cell in line] for line in lines]


def test_each_row_is_recorded_or_refused_with_its_place(warehouse: Warehouse, folder: Path) -> None:
    rate(warehouse, "N1")
    rows = [
        CALLED,
        ["N1", "1", "审核", "审核通过", "李工", "2021-10-09", ""],
        DECIDED,
        ["N9", "1", "回访", "未联系上", "张工", "2021-10-08", ""],
        ["N1", "2", "回访", "未联系上", "张工", "2021-10-08", ""],
        ["N1", "1", "整改", "", "", "", ""],
        ["N1", "1", "整改", "已整改", "张工", "2021-10-11", "电话 13800000001"],
        ["N1", "1", "整改"],
        ["", "", "回访", "未联系上", "张工", "2021-10-08", ""],
        ["N1", "1", "整改", "已整改", "", "2021-10-11", ""],
    ]
    drop(folder, "a.csv", *rows)
    taken = follow_up_sheets.take(warehouse.url, "run")
    assert taken == {"sheets": 1, "recorded": 2, "known": 0, "blank": 1, "refused": 7}
    assert [(line[0], line[1], line[2]) for line in answer(folder, "a.csv")] == [
        ("a.csv 差评处置 第 3 行", "N1", "ORDER"),
        ("a.csv 差评处置 第 5 行", "N9", "UNKNOWN_RATING"),
        ("a.csv 差评处置 第 6 行", "N1", "UNKNOWN_RATING"),
        ("a.csv 差评处置 第 8 行", "N1", "NOTE"),
        ("a.csv 差评处置 第 9 行", "", "COLUMNS"),
        ("a.csv 差评处置 第 10 行", "", "UNKNOWN_RATING"),
        ("a.csv 差评处置 第 11 行", "N1", "ACTOR"),
    ]
    assert answer(folder, "a.csv")[0][3] == "还没有轮到这一步；现在应办：认定"
    assert "13800000001" not in str(answer(folder, "a.csv"))
    expect(
        warehouse.url,
        ACTS,
        """
        step     | outcome_code | actor | acted_at            | note
        callback | confirmed    | 张工  | 2021-10-08 09:30:00 | 已致歉
        decide   | at_once      | 张工  | 2021-10-08 00:00:00 | ''
        """,
    )


def test_a_character_that_the_warehouse_cannot_store_is_refused_and_stops_nothing(
    warehouse: Warehouse, folder: Path
) -> None:
    rate(warehouse, "N1")
    drop(folder, "a.csv", [*CALLED[:-1], "已\x00致歉"], ["N\x00", *CALLED[1:]], CALLED)
    assert follow_up_sheets.take(warehouse.url, "run")["recorded"] == 1
    assert [line[2] for line in answer(folder, "a.csv")] == ["NOTE", "UNKNOWN_RATING"]


def test_the_same_sheet_again_changes_nothing_even_under_another_name(warehouse: Warehouse, folder: Path) -> None:
    rate(warehouse, "N1")
    refused = ["N1", "1", "答复", "已答复本人", "李工", "2021-10-11", ""]
    drop(folder, "a.csv", CALLED, refused, DECIDED)
    first = follow_up_sheets.take(warehouse.url, "run")
    assert (first["recorded"], first["refused"]) == (2, 1)
    drop(folder, "b.csv", ["N1", "1", "整改", "已整改", "张工", "2021-10-11", ""])
    drop(folder, "c.csv", CALLED, refused, DECIDED)
    # By now the reply would be in order, but a refused row has to be sent again in a sheet with other content.
    assert follow_up_sheets.take(warehouse.url, "run")["recorded"] == 1
    assert follow_up_sheets.take(warehouse.url, "run") == {
        "sheets": 0,
        "recorded": 0,
        "known": 0,
        "blank": 0,
        "refused": 0,
    }
    expect(warehouse.url, "SELECT state FROM dwd.follow_up", "state\nreply")


def test_a_row_that_was_reported_before_is_known_and_undoes_nothing(warehouse: Warehouse, folder: Path) -> None:
    rate(warehouse, "N1")
    drop(folder, "a.csv", CALLED, DECIDED)
    follow_up_sheets.take(warehouse.url, "run")
    drop(folder, "b.csv", CALLED, DECIDED, ["N1", "1", "整改", "已整改", "张工", "2021-10-11", ""])
    assert follow_up_sheets.take(warehouse.url, "run") == {
        "sheets": 1,
        "recorded": 1,
        "known": 2,
        "blank": 0,
        "refused": 0,
    }
    expect(warehouse.url, "SELECT state FROM dwd.follow_up", "state\nreply")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"\xff\xfea\x00", "ENCODING"),
        ("办件编号,步骤\r\nN1,回访\r\n".encode(), "HEADER"),
        ("甲,乙\r\n1,2\r\n".encode(), "HEADER"),
        (b"PK\x03\x04nonsense", "ZIP"),
        (b"\xd0\xcf\x11\xe0", "ACTIVE"),
        (drops.workbook({"别的": [["办件编号"]]}), "SHEET"),
        # a row that could be recorded stands before the one that lost its zeros
        (
            drops.workbook(
                {"差评处置": [list(COLUMNS), CALLED, ["N1", 1, "认定", "立行立改", "张工", "2021-10-08", ""]]}
            ),
            "TYPE_LOSS",
        ),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_whole_and_the_others_go_on(
    warehouse: Warehouse, folder: Path, content: bytes, code: str
) -> None:
    rate(warehouse, "N1")
    (folder / "a.xlsx").write_bytes(content)
    drop(folder, "b.csv", CALLED)
    taken = follow_up_sheets.take(warehouse.url, "run")
    assert taken == {"sheets": 2, "recorded": 1, "known": 0, "blank": 0, "refused": 1}
    assert [line[2] for line in answer(folder, "a.xlsx")] == [code]
    expect(
        warehouse.url,
        "SELECT name, refusal_code FROM ops.follow_up_sheet",
        f"name | refusal_code\na.xlsx | {code}\nb.csv |",
    )


def test_a_sheet_that_cannot_have_an_answer_stays_and_stops_no_other(warehouse: Warehouse, folder: Path) -> None:
    rate(warehouse, "N1")
    drop(folder, f"{'a' * 245}.csv", CALLED)
    drop(folder, "b.csv", CALLED)
    taken = follow_up_sheets.take(warehouse.url, "run")
    assert (taken["recorded"], taken["unreadable"]) == (1, 1)
    assert len(list(folder.iterdir())) == 3  # two sheets and one answer
    expect(warehouse.url, "SELECT name FROM ops.follow_up_sheet", "name\nb.csv")


def test_an_answer_is_not_written_through_a_link(warehouse: Warehouse, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    drop(folder, "a.csv", CALLED)
    (folder / "a.csv.答复.xlsx").symlink_to(tmp_path / "precious")
    (folder / ".a.csv.答复.xlsx").symlink_to(tmp_path / "precious")
    follow_up_sheets.take(warehouse.url, "run")
    assert (tmp_path / "precious").read_text() == "kept"
    assert len(answer(folder, "a.csv")) == 1


def test_a_file_that_is_no_sheet_is_left_alone(warehouse: Warehouse, folder: Path, tmp_path: Path) -> None:
    rate(warehouse, "N1")
    drop(tmp_path, "elsewhere.csv", CALLED)
    (folder / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    drop(folder, ".half.csv", CALLED)
    drop(folder, "~$open.xlsx", CALLED)
    drop(folder, "a.xlsx.答复.xlsx", CALLED)
    drop(folder, "a.xlsx.答复.csv", CALLED)  # as earlier releases answered
    assert follow_up_sheets.take(warehouse.url, "run")["sheets"] == 0


def test_a_formula_in_an_answer_does_not_run(warehouse: Warehouse, folder: Path) -> None:
    drop(folder, "a.csv", ["=1+1", *CALLED[1:]])
    follow_up_sheets.take(warehouse.url, "run")
    assert answer(folder, "a.csv")[0][1] == "=1+1"


def test_open_steps_are_written_by_source_and_taken_when_filled_in(
    warehouse: Warehouse, folder: Path, var: Path
) -> None:
    rate(warehouse, "001", item_name="=HYPERLINK(1)\x0b")
    rate(warehouse, "N2", source_id="fengdong_centre", is_anonymous=True)
    as_of(warehouse, "2021-10-09")
    assert follow_up_sheets.write_open(warehouse.url) == 2
    exported = var / "follow_up_open" / "konggang_centre.xlsx"
    assert exported.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(exported)
    sheet = book["差评处置"]
    header, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    cells = dict(zip(header, row, strict=True))
    assert (cells["办件编号"], cells["步骤"], cells["期限"], cells["提醒"]) == ("001", "回访", "2021-10-08", "超期")
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    for column, text in {"结果": "已回访：反映属实", "经办人": "张工", "时间": "2021-10-08"}.items():
        sheet.cell(2, header.index(column) + 1, text)
    book.save(folder / "filled.xlsx")
    assert follow_up_sheets.take(warehouse.url, "run")["recorded"] == 1
    follow_up_sheets.write_open(warehouse.url)
    step = openpyxl.load_workbook(exported)["差评处置"].cell(2, 3).value
    assert step == "认定"

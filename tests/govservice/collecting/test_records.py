"""Delivered values become lines for COPY: nothing is lost, nothing is repaired, what cannot be taken is named without its value."""

import unicodedata
from typing import Any

import orjson
import pytest

from govservice import contract
from govservice.collecting.delivery import Record
from govservice.collecting.records import Mapper, UnreadableRecord

PROCESS = contract.feeds()["process"]
NOW = "2021-09-08 18:00:00"
BLANKS = [
    None,
    "",
    " ",
    "\t",
    "\n",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\ufeff\u202e",
    "\u2028",
    "\x85",
    "\x00",
    "\ufffe",
    " \u2003",
]
ESCAPES = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def record(**raw: Any) -> Record:
    """A process record by national field names."""
    raw = {"RowGuid": "g1", "ProjectNo": "N1", **raw}
    return Mapper(PROCESS).record(tuple(raw), raw.values(), NOW)


def values(found: Record) -> dict[str, str | None]:
    """The columns of a line as COPY reads them; `extra` as it stands."""
    cells = found.line.decode().split("\t")
    return {
        name: "".join(_characters(cell)) or None for name, cell in zip([*PROCESS.columns, "extra"], cells, strict=True)
    }


def _characters(cell: str) -> list[str]:
    found, position = [], 0
    while position < len(cell):
        width = 2 if cell[position] == "\\" else 1
        found.append(ESCAPES.get(cell[position : position + width], cell[position : position + width]))
        position += width
    return found


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\\b",
        "\\N",
        "\\.",
        "\\t",
        "''",
        '"',
        "𠮷",
        "\ue81e",
        "\u202egpj",
        " a ",
        "　",
        "0",
        "NULL",
    ],
)
def test_a_text_is_kept_as_it_is(value: str) -> None:
    assert values(record(Remark=value))["remark"] == value
    assert b"\n" not in record(Remark=value).line


@pytest.mark.parametrize(
    ("value", "kept"),
    [(None, None), ("", None), (0, "0"), (-7, "-7"), (2**53 + 1, "9007199254740993"), ("a\x00b", "a␀b")],
    ids=["null", "empty", "zero", "negative", "large number", "NUL becomes its symbol"],
)
def test_a_value_that_is_no_text(value: Any, kept: str | None) -> None:
    assert values(record(Remark=value))["remark"] == kept


@pytest.mark.parametrize("value", [True, False, 1.5, float("nan"), float("inf"), [], ["a"], {}, {"a": 1}, b"a"])
def test_a_value_of_another_type_makes_the_record_unreadable(value: Any) -> None:
    with pytest.raises(UnreadableRecord) as caught:
        record(Remark=value)
    assert caught.value.code == "VALUE_TYPE"
    assert str(caught.value) == "VALUE_TYPE"


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
@pytest.mark.parametrize("column", ["Remark", "RowGuid", "ProjectNo", "CD_batch", "未知列"])
def test_half_a_character_makes_the_record_unreadable(column: str, value: str) -> None:
    with pytest.raises(UnreadableRecord) as caught:
        record(**{column: value})
    assert caught.value.code == "ENCODING"


@pytest.mark.parametrize("name", ["EventName", "event_name", "EVENTNAME", "EVENT_NAME", "eventName", " EventName "])
def test_spellings_of_a_column_are_one_column(name: str) -> None:
    assert values(record(**{name: "1"}))["event_name"] == "1"


def test_original_misspellings_are_the_names() -> None:
    found = Mapper(contract.feeds()["result"]).record(("ResultCetrName", "resultcetrno"), ["许可证", "1"], NOW)
    assert found.line.decode().split("\t")[5:7] == ["许可证", "1"]


def test_two_spellings_of_a_column_in_one_record_make_it_unreadable() -> None:
    with pytest.raises(UnreadableRecord) as caught:
        record(EventName="1", EVENT_NAME="2")
    assert caught.value.code == "COLUMN_TWICE"


def test_unknown_columns_are_kept_by_name() -> None:
    found = orjson.loads(values(record(未知列="值\n", Count=3, Nested={"a": [True]}, Empty=None))["extra"] or "")
    assert found == {"未知列": "值\n", "Count": "3", "Nested": '{"a":[true]}'}


def test_unknown_columns_with_nothing_in_them_leave_no_trace() -> None:
    assert values(record(未知列=None))["extra"] is None


def test_400_unknown_columns_are_kept() -> None:
    found = orjson.loads(values(record(**{f"x{number}": "1" for number in range(400)}))["extra"] or "")
    assert len(found) == 400


def test_a_nul_in_an_unknown_column_becomes_its_symbol() -> None:
    assert orjson.loads(values(record(**{"a\x00": "b\x00"}))["extra"] or "") == {"a␀": "b␀"}


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_row_key_is_replaced_by_the_content(blank: str | None) -> None:
    first, same, other = record(RowGuid=blank), record(RowGuid=blank), record(RowGuid=blank, Remark="x")
    assert first.row_key == same.row_key == f"!{first.digest}"
    assert first.row_key != other.row_key


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_case_number_is_none(blank: str | None) -> None:
    assert record(ProjectNo=blank).case_key == ""


@pytest.mark.parametrize(
    ("written", "key"),
    [
        *[
            (written, "D1")
            for written in ("D\u200b1", "\ufeffD1", "D1\u202c", "D1\x00", "D\x9c1", "D\t1", "\u3000D1 ", "D\u00a01")
        ],
        *[(other, other) for other in ("D 1", "d1", "Ｄ1", "D1\ufe0f", "D·1", "\ue81e1", "D1\U00031350")],
        ("D\u200b\\1", "D\\\\1"),
    ],
)
def test_keys_are_compared_without_what_is_nothing(written: str, key: str) -> None:
    found = record(RowGuid=written, ProjectNo=written)
    assert (found.row_key, found.case_key) == (key, key)
    assert values(found)["project_no"] == written.replace("\x00", "␀")


def test_whatever_is_nothing_makes_a_record_odd() -> None:
    nothing = [
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Zs")
    ]
    nothing += [chr(code) for code in range(0x110000) if code & 0xFFFE == 0xFFFE]
    assert [one for one in nothing if one != " " and not record(Remark=f"a{one}b").is_odd] == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021-09-06 10:00:00", "2021-09-06 10:00:00"),
        *[(wrong, NOW) for wrong in ("", None, "today", "2021-09-06", "2021-02-30 10:00:00", "2021-09-06T10:00:00")],
        *[
            (wrong, NOW)
            for wrong in ("0000-00-00 00:00:00", "２０２１-09-06 10:00:00", "2021-09-06 10:00:00\n", 1630893600)
        ],
    ],
)
def test_the_time_of_synchronisation_is_read_strictly_or_is_that_of_the_delivery(written: Any, read: str) -> None:
    assert record(CD_time=written).synced_at == read


@pytest.mark.parametrize(
    ("written", "operation"), [("I", "U"), ("U", "U"), ("D", "D"), ("d", "U"), ("x", "U"), (None, "U")]
)
def test_only_a_capital_d_withdraws(written: str | None, operation: str) -> None:
    assert record(CD_operation=written).operation == operation


def test_the_digest_is_that_of_the_content_without_the_delivery() -> None:
    delivery = {"CD_operation": "U", "CD_time": "2021-09-07 18:00:00", "CD_batch": "b2"}
    assert record(**delivery).digest == record().digest
    assert len({record().digest, record(Remark="x").digest, record(EventName="x").digest, record(x="x").digest}) == 4


def test_columns_that_swap_their_values_are_another_content() -> None:
    assert record(EventName="a", ProcessName="b").digest != record(EventName="b", ProcessName="a").digest
    assert record(EventName="a\tb").digest != record(EventName="a", ProcessName="b").digest


@pytest.mark.parametrize("column", ["RowGuid", "ProjectNo"])
def test_a_key_that_no_index_can_hold_makes_the_record_unreadable(column: str) -> None:
    assert record(**{column: "𠮷" * 250})
    with pytest.raises(UnreadableRecord) as caught:
        record(**{column: "𠮷" * 251})
    assert caught.value.code == "KEY_TOO_LONG"

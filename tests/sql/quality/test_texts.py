"""Functions that judge texts: what counts as empty, clean text, placeholders, masks, two spellings of one name."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from govservice.warehouse import transaction
from warehouses import Warehouse

Call = Callable[..., Any]


@pytest.mark.parametrize(
    "blank",
    [
        *(None, "", " ", "\t\n\r", "\u00a0", "\u3000", " \u3000\u00a0 "),
        *(
            "\u200b",
            "\ufeff",
            "\u202a\u202e",
            "\u2028",
            "\u2003",
            "\x01",
            "\x85",
            "\x9f",
            "\uffff",
            "␀",
            " \u200b\u3000",
        ),
    ],
)
def test_blanks_and_what_is_nothing_count_as_empty(call: Call, blank: str | None) -> None:
    assert call("filled", blank) is None


@pytest.mark.parametrize("value", ["0", "无", "-", "NULL", "\\N", " a ", "\u200ba", "·", "\ufe0f", "\ue81e"])
def test_anything_else_is_filled_and_kept_as_it_is(call: Call, value: str) -> None:
    assert call("filled", value) == value


@pytest.mark.parametrize(
    ("value", "with_lines", "without_lines"),
    [
        ("abcde", True, True),
        ("阿依古丽·", True, True),
        ("𠮷𠮷𠮷𠮷𠮷", True, True),
        ("abcdef", False, False),
        (" abc", False, False),
        ("abc\u3000", False, False),
        ("\u00a0abc", False, False),
        ("a\nb", True, False),
        ("a\tb", True, False),
        ("a\r\nb", True, False),
        ("abc\n", False, False),
        ("a\x01b", False, False),
        ("a\x0bb", False, False),
        ("a\x0cb", False, False),
        ("a\x1fb", False, False),
        ("a\x7fb", False, False),
        ("a␀b", False, False),
        ("a\u200bb", False, False),
        ("\ufeffab", False, False),
        ("ab\u202e", False, False),
        ("a\u2028b", False, False),
        ("a\u2003b", False, False),
        ("a\x85b", False, False),
        ("a\x9cb", False, False),
        ("a\ufdd0b", False, False),
        ("a\u3000b", True, True),
        ("a\u00a0b", True, True),
        ("葛\U000e0100", True, True),
        ("❤\ufe0f", True, True),
        ("👩\u200d🔧", True, False),
        ("👩\u200d", False, False),
        ("", True, True),
        (None, None, None),
    ],
)
def test_clean_text(call: Call, value: str | None, with_lines: bool | None, without_lines: bool | None) -> None:
    assert call("is_clean_text", value, 5, True) is with_lines
    assert call("is_clean_text", value, 5, False) is without_lines


def test_the_characters_that_are_nothing_are_those_of_unicode(shared_warehouse: Warehouse) -> None:
    with transaction(shared_warehouse.url) as cursor:
        cursor.execute(
            "SELECT array_agg(code) FROM generate_series(1, 1114111) AS code WHERE code NOT BETWEEN 55296 AND 57343"
            " AND chr(code) ~ ('[' || quality.invisible() || ']')"
        )
        listed = {*cursor.fetchone()[0]} - {0x2400}  # type: ignore[index]
    categories = {code: unicodedata.category(chr(code)) for code in range(1, 0x110000)}
    nothing = {code for code, category in categories.items() if category in ("Cc", "Cf", "Zs", "Zl", "Zp")}
    nothing |= {code for code in categories if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF}
    nothing -= {ord(blank) for blank in " \t\n\r\u00a0\u3000"}
    assert nothing - listed == set()
    assert {code for code in listed - nothing if categories[code] != "Cn"} == set()  # of later editions


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("11010519491231002X", "110****2X"),
        ("13800138000", "138****00"),
        ("12345678", "123****78"),
        ("1234567", "****"),
        ("1", "****"),
        ("", ""),
        (None, None),
    ],
)
def test_mask(call: Call, value: str | None, masked: str | None) -> None:
    assert call("mask", value) == masked


@pytest.mark.parametrize(
    "value",
    [
        *("无", "空", "测试", "test", "TEST", "1", "11111", "xx", "-", "——————", "张张张"),
        *(
            "null",
            "NULL",
            "None",
            "nil",
            "undefined",
            "NaN",
            "nat",
            "N/A",
            "#N/A",
            "#REF!",
            "n/a",
            "\\N",
            "ＮＵＬＬ",
            "／",
            "(null)",
        ),
        *("暂无", "不详", "未知", "某某", "没有", "（无）", "/", "<NA>", "00000", '""'),
    ],
)
def test_what_stands_in_for_a_value_is_a_placeholder(call: Call, value: str) -> None:
    assert call("is_placeholder", value) is True


@pytest.mark.parametrize(
    "value",
    [
        *("李", "丽丽", "无锡", "测试员", "tests", "12", "112", "1112", "空港新城", "1 1"),
        *(
            "未央",
            "不二",
            "某某某公司",
            "暂住证",
            "Nancy",
            "Tess",
            "无线电管理局",
            "-1",
            "/a",
            "(2021)",
            "未知数培训学校",
            "nullable",
        ),
    ],
)
def test_what_may_be_a_value_is_no_placeholder(call: Call, value: str) -> None:
    assert call("is_placeholder", value) is False


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("电话 138 0000 0001", True),
        ("１３８００００００２１", True),
        ("029-3300-0001 转 12", True),
        ("2021-10-08 15:30", False),
        ("第 3 次", False),
        (None, None),
    ],
)
def test_a_long_number_is_found_however_it_is_spaced(call: Call, text: str | None, is_found: bool | None) -> None:
    assert call("has_long_number", text) is is_found


def test_two_deliveries_of_a_case_are_compared_by_item_number_and_day(call: Call) -> None:
    digest = call("case_digest", "I1", "11010519491231002x", "2021-09-06 10:00:00")
    assert call("case_digest", "I1", "11010519491231002X", "2021-09-06") == digest
    assert call("case_digest", "Ｉ1 ", "1101 0519491231002Ｘ", "2021-09-06") == digest
    assert call("case_digest", "I2", "11010519491231002X", "2021-09-06") != digest
    assert call("case_digest", "I1", "110105194912310021", "2021-09-06") != digest
    assert call("case_digest", "I1", "11010519491231002X", "2021-09-07") != digest


@pytest.mark.parametrize(
    ("other", "is_conflicting"),
    [
        (("I2", "N1", "2021-09-06"), True),
        (("I1", "N2", "2021-09-06"), True),
        (("I1", "N1", "2021-09-07"), True),
        (("I2", " ", None), True),
        (("I1", "N1", "2021-09-06 10:00:00"), False),
        (("I1", " ", None), False),
        ((None, " ", ""), False),
    ],
)
def test_deliveries_conflict_in_what_both_say(call: Call, other: tuple[str | None, ...], is_conflicting: bool) -> None:
    digests = call("case_digest", "I1", "N1", "2021-09-06"), call("case_digest", *other)
    assert bool(call("is_conflicting", *digests)) is is_conflicting
    assert bool(call("is_conflicting", *reversed(digests))) is is_conflicting


@pytest.mark.parametrize(
    ("value", "is_clean"),
    [
        *[("N-1", True), ("N 1", True), ("N\u00a01", False), ("N\u30001", False), ("N\u200b1", False)],
        *[(" N1", False), ("N123456", False), (None, None)],
    ],
)
def test_a_clean_key_has_no_blank_that_it_is_compared_without(
    call: Call, value: str | None, is_clean: bool | None
) -> None:
    assert call("is_clean_key", value, 5) is is_clean


def test_a_case_has_its_number_but_for_a_person_s(call: Call) -> None:
    assert call("case_no", "N1", "N 1") == "N 1"
    assert call("case_no", "N1", None) is None
    assert call("case_no", "138****01-1a2b", "13800000001") == "138****01-1a2b"


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "阿依古丽·买买提",
            "阿依古丽•买买提",
            "阿依古丽・买买提",
            "阿依古丽．买买提",
            "阿依古丽.买买提",
            "阿依古丽･买买提",
            "阿依古丽 买买提",
        ],
        [
            "长安（示例）有限公司",
            "长安(示例)有限公司",
            "长安 (示例) 有限公司",
            "长安【示例】有限公司",
            "长安〔示例〕有限公司",
        ],
        ["Mary  Smith", "ＭＡＲＹ　SMITH", "mary\u00a0smith", "Mary\u200b Smith"],
        ["王芳", "王　芳", "王 芳"],
        ["葛城", "葛\U000e0100城"],
    ],
)
def test_one_name_in_two_spellings_is_one(call: Call, spellings: list[str]) -> None:
    assert len({call("spelling", spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("王芳", "王方"), ("甲（一）公司", "甲（二）公司"), ("葛城", "葛域")])
def test_another_name_is_not_another_spelling(call: Call, one: str, other: str) -> None:
    assert call("spelling", one) != call("spelling", other)

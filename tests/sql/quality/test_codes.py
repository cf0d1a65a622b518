"""Functions that judge codes: credit codes, identity numbers, item codes."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from govservice.warehouse import transaction
from warehouses import Warehouse

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("91350100M000100Y43", True),
        ("11310000MB2F30661Y", True),
        ("12441500196720244T", True),
        ("91350100M000100Y44", False),
        ("91350100M000100I43", False),
        ("91350100m000100y43", False),
        ("91350100M000100Y4", False),
        ("91350100M000100Y43\n", False),
        ("９1350100M000100Y43", False),
        ("9161010200012349XK", True),  # the organisation code's check is 10: X
        ("916101020001235107", True),  # and 11: 0
        ("91610102X1A2T3Y4XP", True),
        ("91610102000123450M", False),  # of 00012345 it is 7
        ("000000000000000000", False),
        ("9161010A000123457Y", False),
        ("916A0102000123457G", False),
        ("110105195002010858", False),  # a person's number whose last digit happens to check
        ("", False),
        (None, None),
    ],
)
def test_credit_code(call: Call, value: str | None, is_valid: bool | None) -> None:
    assert call("is_credit_code", value) is is_valid


def test_a_real_credit_code_off_the_standard_is_one_where_it_is_listed(shared_warehouse: Warehouse) -> None:
    asked = """
        SELECT quality.is_off_standard_code(code), quality.is_credit_code(code), quality.is_item_code(code || '2312003564000')
        FROM (VALUES (%s)) AS given (code)
    """
    with transaction(shared_warehouse.superuser) as cursor:
        cursor.execute(asked, ("94610102000123457O",))
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "INSERT INTO dim.code VALUES ('off_standard_credit_code', '94610102000123457O', '一家', NULL, '登记证书', '')"
        )
        cursor.execute(asked, ("94610102000123457O",))
        assert cursor.fetchone() == (True, True, True)
        cursor.execute(asked, ("94610102000123457Q",))
        assert cursor.fetchone() == (False, False, False)
        cursor.connection.rollback()


def test_credit_code_begins_with_an_authority_and_category_of_the_standard(call: Call) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [3**position % 31 for position in range(17)]

    def code(head: str) -> str:
        body = f"{head}610102000123457"
        total = sum(weight * alphabet.index(letter) for weight, letter in zip(weights, body, strict=True))
        return body + alphabet[-total % 31]

    heads = "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1"
    pairs = [first + second for first in alphabet for second in alphabet]
    assert [head for head in pairs if call("is_credit_code", code(head))] == heads.split()


@pytest.mark.parametrize("code", ["91350100M000100Y43", "11310000MB2F30661Y", "12441500196720244T"])
def test_credit_code_notices_every_single_wrong_character(call: Call, code: str) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    changed = [code[:at] + other + code[at + 1 :] for at in range(18) for other in alphabet if other != code[at]]
    assert [one for one in changed if call("is_credit_code", one)] == []


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("440524188001010014", False),  # a true check digit, but nobody who applies today was born in 1880
        ("110105194912310020", False),
        ("110105491231002", False),
        ("1101051949123100 2", False),
        ("610101********1234", False),
        ("000000199901010014", False),
        ("11010519491231002X\n", False),
        ("１1010519491231002X", False),
        ("", False),
        (None, None),
    ],
)
def test_id_number(call: Call, value: str | None, is_valid: bool | None) -> None:
    assert call("is_id_number", value, datetime.date(2021, 11, 19)) is is_valid


def identity(birthday: str, region: str = "610102") -> str:
    """An ID number with a true check digit (GB 11643)."""
    body = f"{region}{birthday}001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


@pytest.mark.parametrize(
    ("birthday", "region", "is_valid"),
    [
        ("19990228", "610102", True),
        ("19990230", "610102", False),
        ("20000229", "610102", True),
        ("19000229", "610102", False),
        ("18991231", "610102", False),
        ("20211119", "610102", True),
        ("20211120", "610102", False),
        ("19990101", "830000", True),
        ("19990101", "160102", False),
        ("19990101", "990102", False),
        ("00000000", "610102", False),
    ],
)
def test_id_number_asks_for_a_real_birthday_and_a_province(
    call: Call, birthday: str, region: str, is_valid: bool
) -> None:
    assert call("is_id_number", identity(birthday, region), datetime.date(2021, 11, 19)) is is_valid


def test_id_number_notices_every_single_wrong_digit(call: Call) -> None:
    code = identity("19490512")
    changed = [code[:at] + other + code[at + 1 :] for at in range(18) for other in "0123456789" if other != code[at]]
    assert [one for one in changed if call("is_id_number", one, datetime.date(2021, 11, 19))] == []


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("11310000MB2F30661Y2312003564000", True),
        ("12441500196720244T3442199806003", True),
        ("11310000MB2F30661Y8312003564000", False),
        ("11310000MB2F30661X2312003564000", False),
        ("11310000MB2F30661Y231200356400", False),
        ("11310000MB2F30661Y231200356400001", False),
        ("11310000MB2F30661Y231200356400a", False),
        (None, None),
    ],
)
def test_item_code(call: Call, value: str | None, is_valid: bool | None) -> None:
    assert call("is_item_code", value) is is_valid

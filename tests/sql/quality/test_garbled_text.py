"""Functions that find text which a conversion has destroyed or misread (V16)."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from demo.people import GIVEN, SURNAMES
from govservice import settings
from govservice.warehouse import transaction
from warehouses import Warehouse

Call = Callable[..., Any]


def read_as_gbk(text: str) -> str:
    """UTF-8 as a program shows it that takes it for GBK."""
    return text.encode().decode("gbk", "replace")


def names() -> list[str]:
    """Names of two to four characters."""
    pairs = [surname + given for surname in SURNAMES for given in GIVEN]
    return [*pairs, *(pair + GIVEN[at % 97] for at, pair in enumerate(pairs)), *("欧阳" + pair[1:] for pair in pairs)]


def counted(warehouse: Warehouse, condition: str, texts: list[str]) -> int:
    """How many of the texts a condition holds of."""
    with transaction(warehouse.url) as cursor:
        cursor.execute(f"SELECT count(*) FROM unnest(%s) AS given (text) WHERE {condition}", (texts,))
        return cursor.fetchone()[0]  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    ["张\ufffd三", "锟斤拷", "公司锟斤拷锟斤拷", "斤拷锟斤拷", "ï¿½ï¿½", "a\x81\x8db", "烫烫烫烫", "屯屯屯"],
)
def test_text_that_a_conversion_has_destroyed_is_lost(call: Call, text: str) -> None:
    assert call("is_lost_text", text) is True


@pytest.mark.parametrize("text", ["张三", "陈锟", "烫伤", "屯屯", "a\x85b", "ï", ""])
def test_text_that_can_be_read_is_not_lost(call: Call, text: str) -> None:
    assert call("is_lost_text", text) is False


@pytest.mark.parametrize(
    "text",
    [
        *(
            "寮犱笁",
            "关于寮犱笁的申请",
            "å¼\xa0ä¸‰",
            "å¼ ä¸‰",
            "å¼\xa0ä¸\x89",
            "çŽ‹",
            "ÕÅÈý",
            "ÏÌÑôÊÐ",
            "张??",
            "??公司",
            "锘挎斂鍔″眬",
            "ï»¿张三",
        ),
        *(
            read_as_gbk(text)
            for text in ("西咸新区", "市场监督管理局", "食品经营许可证核发", "陕西省西咸新区1号（2021）", "同意。")
        ),
        *("市场监督管理局".encode().decode("latin1"), "张三".encode().decode("cp1252", "ignore")),
    ],
)
def test_text_that_is_chinese_when_it_is_read_again_is_misread(call: Call, text: str) -> None:
    assert call("is_misread_text", text, False) is True
    assert call("is_misread_text", text, True) is ("?" not in text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "张三",
            "阿依古丽·买买提",
            "José Ñuñez",
            "Zoë",
            "Müller",
            "é",
            "····",
            "±5℃",
            "“é”",
            "“好”——很好…",
            "妍妍",
            "寮寮三",
            "??",
            "真的吗?",
        ),
        *("", "a??", "濮阳婕妤", "Đặng Thị Thùy", "한국어", "ありがとう", "ρ≥2", "①②③", "Ⅳ级"),
    ],
)
def test_text_that_is_what_it_says_is_not_misread(call: Call, text: str) -> None:
    assert call("is_misread_text", text, "??" in text) is False


def test_the_texts_of_this_project_are_neither_lost_nor_misread(shared_warehouse: Warehouse) -> None:
    files = [
        *settings.CONTRACT.glob("*.csv"),
        *settings.CONTRACT.glob("*.yml"),
        *(settings.CONTRACT.parent / "demo").glob("*.csv"),
    ]
    texts = [
        cell
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        for cell in re.split(r'[,"：]', line)
    ]
    assert len(texts) > 5000
    texts += names()
    assert counted(shared_warehouse, "quality.is_lost_text(text) OR quality.is_misread_text(text, false)", texts) == 0


@pytest.mark.parametrize(
    ("written", "read", "share"), [("utf-8", "gbk", 0.98), ("utf-8", "latin1", 0.99), ("gbk", "latin1", 0.9)]
)
def test_nearly_every_name_is_recognised_in_the_wrong_encoding(
    shared_warehouse: Warehouse, written: str, read: str, share: float
) -> None:
    garbled = [name.encode(written).decode(read, "replace") for name in names()]
    condition = "(quality.is_lost_text(text) OR quality.is_misread_text(text, false))"
    assert counted(shared_warehouse, condition, garbled) > share * len(garbled)
    assert counted(shared_warehouse, f"{condition} AND text !~ quality.garbled_marks()", garbled) == 0


def test_the_pair_that_betrays_misread_text_is_that_of_the_encodings(call: Call) -> None:
    def characters(first: range, second: range) -> str:
        pairs = (bytes((one, other)).decode("gbk", "replace") for one in first for other in second)
        return "".join(sorted(pair for pair in pairs if len(pair) == 1 and pair != "\ufffd"))

    heads = characters(range(0xE4, 0xEA), range(0x80, 0xC0)), characters(range(0x81, 0xC0), range(0xE4, 0xEA))
    assert call("misread_pair") == "[{}][{}]".format(*heads)

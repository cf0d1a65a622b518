"""Values arrive in ods exactly as they were delivered, however odd or long."""

from random import Random

import pytest

from deliveries import deliver, judge
from tables import expect
from warehouses import Warehouse


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\tb\nc\\d\r", "a\tb\nc\\d\r"),
        ("\\N", "\\N"),
        ("\\.", "\\."),
        ("''", "''"),
        ("a\x00b", "a␀b"),
        ("𠮷\ue81e\u202e", "𠮷\ue81e\u202e"),
        ("x" * 200_000, "x" * 200_000),
    ],
    ids=["tab and line breaks", "COPY null mark", "COPY end mark", "quotes", "NUL", "rare and private use", "long"],
)
def test_values_arrive_untouched(warehouse: Warehouse, value: str, kept: str) -> None:
    deliver(
        warehouse.url,
        "konggang_centre",
        {"accept": [{"RowGuid": "g1", "ProjectNo": "N1", "TaskName": value, "未知列": value}]},
    )
    expect(
        warehouse.url,
        "SELECT md5(task_name) = md5(e'"
        + _literal(kept)
        + "') AS same, extra ->> '未知列' = task_name AS extra FROM ods.accept",
        """
        same | extra
        true | true
        """,
    )


def test_the_longest_keys_find_room_in_every_index(warehouse: Warehouse) -> None:
    random = Random(7)
    keys = ["".join(chr(random.randrange(0x20000, 0x2A000)) for _ in range(250)) for _ in range(3)]
    deliver(
        warehouse.url,
        "konggang_centre",
        {"accept": [{"RowGuid": keys[0], "ProjectNo": case_no} for case_no in keys[1:]]},
    )
    judge(warehouse.url)
    expect(
        warehouse.url,
        "SELECT max(char_length(record_key)) AS longest, count(*) FROM quality.finding WHERE rule_id = 'U01'",
        """
        longest | count
        501     | 1
        """,
    )


def _literal(value: str) -> str:
    return "".join(f"\\U{ord(character):08x}" for character in value)

"""What becomes of delivered records in ods: versions, replays, withdrawals, clashes, and the books of each delivery.

Each story runs three ways: once, once more from its beginning, and beside a neighbour that delivers the same row keys.
"""

from collections.abc import Callable
from typing import Any

import pytest

from deliveries import deliver
from tables import expect, rows
from warehouses import Warehouse

OURS, NEIGHBOUR = "konggang_centre", "fengdong_centre"
CURRENT = f"SELECT * FROM ods.accept WHERE source_id = '{OURS}'"

# Each story: what is delivered, row by row, and which versions ods has afterwards. `at` is the record's CD_time.
STORIES = {
    "a first delivery is a first version": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        1        | g2      | N2        | 10:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        g2         | 1          | true       | U         | N2       | A
        """,
    ),
    "A then B then A is three versions": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 11:00 | U  | B
        3        | g1      | N1        | 12:00 | U  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | N1       | A
        g1         | 2          | false      | U         | N1       | B
        g1         | 3          | true       | U         | N1       | A
        """,
    ),
    "A then B then A within one delivery is three versions": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        1        | g1      | N1        | 11:00 | U  | B
        1        | g1      | N1        | 12:00 | U  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | N1       | A
        g1         | 2          | false      | U         | N1       | B
        g1         | 3          | true       | U         | N1       | A
        """,
    ),
    "a withdrawal and a return are versions too": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 11:00 | D  | A
        3        | g1      | N1        | 12:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | N1       | A
        g1         | 2          | false      | D         | N1       | A
        g1         | 3          | true       | U         | N1       | A
        """,
    ),
    "an exact replay is no version": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 10:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        """,
    ),
    "the same again later is no version": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 11:00 | U  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        """,
    ),
    "a late version dated between two equal ones is not the current one": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 12:00 | U  | A
        3        | g1      | N1        | 11:00 | U  | B
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        g1         | 2          | false      | U         | N1       | B
        """,
    ),
    "a version later than a repetition is the current one": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        1        | g1      | N1        | 12:00 | U  | A
        2        | g1      | N1        | 11:00 | U  | B
        3        | g1      | N1        | 13:00 | U  | B
        4        | g1      | N1        | 12:30 | U  | C
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | N1       | A
        g1         | 2          | false      | U         | N1       | B
        g1         | 3          | true       | U         | N1       | B
        g1         | 4          | false      | U         | N1       | C
        """,
    ),
    "the same again in any order is no version": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 13:00 | U  | A
        3        | g1      | N1        | 12:00 | U  | A
        4        | g1      | N1        | 13:00 | U  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        """,
    ),
    "a repetition under a key of its own is newer than a version in between": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N2        | 10:00 | I  | A
        3        | g1      | N2        | 12:00 | U  | A
        4        | g1      | N2        | 11:00 | U  | B
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        g1~N2      | 1          | true       | U         | N2       | A
        g1~N2      | 2          | false      | U         | N2       | B
        """,
    ),
    "a late withdrawal dated between two equal versions is not the current one": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N1        | 12:00 | U  | A
        3        | g1      | N1        | 11:00 | D  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        g1         | 2          | false      | D         | N1       | A
        """,
    ),
    "an older file after a newer one is a version but not the current one": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 11:00 | U  | B
        2        | g1      | N1        | 10:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | B
        g1         | 2          | false      | U         | N1       | A
        """,
    ),
    "the same row twice in one delivery is one version": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        1        | g1      | N1        | 10:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        """,
    ),
    "a row key that another case already has is a clash and gets a key of its own": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N1        | 10:00 | I  | A
        2        | g1      | N2        | 11:00 | I  | B
        3        | g1      | N1        | 12:00 | U  | C
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | N1       | A
        g1~N2      | 1          | true       | U         | N2       | B
        g1         | 2          | true       | U         | N1       | C
        """,
    ),
    "a clash within one delivery: the earlier case keeps the key": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      | N2        | 11:00 | I  | B
        1        | g1      | N1        | 10:00 | I  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | true       | U         | N1       | A
        g1~N2      | 1          | true       | U         | N2       | B
        """,
    ),
    "a blank case number that is filled later is one record": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        | g1      |           | 10:00 | I  | A
        2        | g1      | N1        | 11:00 | U  | A
        """,
        """
        record_key | version_no | is_current | operation | case_key | task_name
        g1         | 1          | false      | U         | #g1      | A
        g1         | 2          | true       | U         | N1       | A
        """,
    ),
    "rows without a key are distinguished by their content": (
        """
        delivery | RowGuid | ProjectNo | at    | op | TaskName
        1        |         | N1        | 10:00 | I  | A
        1        |         | N1        | 10:00 | I  | B
        1        |         | N1        | 10:00 | I  | A
        """,
        """
        version_no | is_current | operation | case_key | task_name
        1          | true       | U         | N1       | A
        1          | true       | U         | N1       | B
        """,
    ),
}


def once(url: str, story: list[dict[str, Any]]) -> None:
    """Deliver the story."""
    deliver_story(url, OURS, story)


def again(url: str, story: list[dict[str, Any]]) -> None:
    """Deliver the story, then all of it once more."""
    deliver_story(url, OURS, story)
    assert deliver_story(url, OURS, story) == 0


def beside_a_neighbour(url: str, story: list[dict[str, Any]]) -> None:
    """Deliver the story between two deliveries of a neighbour with other task names."""
    other = [{**row, "TaskName": "X"} for row in story]
    deliver_story(url, NEIGHBOUR, other)
    deliver_story(url, OURS, story)
    deliver_story(url, NEIGHBOUR, [{**row, "TaskName": "Y"} for row in story])


def deliver_story(url: str, source_id: str, story: list[dict[str, Any]]) -> int:
    """Deliver the rows of a story by delivery; return the number of new versions."""
    versions = 0
    for number in dict.fromkeys(row["delivery"] for row in story):
        records = [
            {
                "RowGuid": row["RowGuid"],
                "ProjectNo": row["ProjectNo"],
                "TaskName": row["TaskName"],
                "CD_operation": row["op"],
                "CD_time": f"2021-09-08 {row['at']}:00",
            }
            for row in story
            if row["delivery"] == number
        ]
        versions += deliver(url, source_id, {"accept": records}).total("versions")
    return versions


@pytest.mark.parametrize("way", [once, again, beside_a_neighbour], ids=lambda way: way.__name__)
@pytest.mark.parametrize("story", STORIES)
def test_versions(warehouse: Warehouse, story: str, way: Callable[[str, list[dict[str, Any]]], None]) -> None:
    delivered, expected = STORIES[story]
    way(warehouse.url, rows(delivered))
    expect(warehouse.url, CURRENT, expected)


def test_one_version_of_every_record_is_current(warehouse: Warehouse) -> None:
    for delivered, _ in STORIES.values():
        deliver_story(warehouse.url, OURS, rows(delivered))
    expect(
        warehouse.url,
        "SELECT record_key FROM ods.accept GROUP BY source_id, record_key HAVING count(*) FILTER (WHERE is_current) <> 1",
        "record_key",
    )

"""Pages are read as they were written, whichever reader reads them: numbers keep their text, no key is lost in silence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import station
from deliveries import SOURCES
from fetching import batches_of
from govservice.collecting import exact_json
from govservice.collecting.delivery import Record, Unparsable
from govservice.collecting.protocol import Window
from govservice.collecting.sources import http
from govservice.contract import feeds
from station import Station, body

SOURCE = SOURCES["konggang_centre"]
RESULT = feeds()["result"]
FEE = RESULT.columns.index("fee")
WINDOW = Window(dict.fromkeys(SOURCE.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")


@pytest.fixture
def served(var: Path) -> Iterator[Station]:
    """A source without records."""
    with station.serving({}) as running:
        yield running


def page(*records: str, rest: str = "") -> bytes:
    """A page of records as their source writes them."""
    return f'{{"code": 200, "total": {len(records)}, "count": {len(records)}, "data": [{", ".join(records)}]{rest}}}'.encode()


def results(served: Station, content: bytes) -> list[Record | Unparsable]:
    """What is read of a page of results."""
    served.spoil("result", 1, body(content))
    (batch,) = [one for one in batches_of(http, SOURCE, served.endpoint(), WINDOW) if one.feed == "result"]
    return [*batch.read()]


def cells(found: Record | Unparsable) -> list[str]:
    assert isinstance(found, Record), found
    return found.line.decode().split("\t")


NUMBERS = [
    "10.5",
    "10.50",
    "1.0",
    "1e3",
    "1E+3",
    "-0.10",
    "0",
    "-7",
    "9223372036854775808",
    "18446744073709551616",
    "9" * 400,
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_taken_as_it_is_written(served: Station, number: str) -> None:
    record = (
        f'{{"RowGuid": "g1", "ProjectNo": "N1", "Fee": {number}, "Unknown": {number}, "Deep": {{"a": [{number}]}}}}'
    )
    (found,) = results(served, page(record))
    assert cells(found)[FEE] == number
    assert orjson.loads(cells(found)[-1].replace("\\\\", "\\")) == {"Unknown": number, "Deep": f'{{"a":[{number}]}}'}


def test_a_number_and_its_text_are_one_content(served: Station) -> None:
    found = results(
        served,
        page(
            '{"RowGuid": "g1", "Fee": 10.50}',
            '{"RowGuid": "g2", "Fee": "10.50"}',
            '{"RowGuid": "g1", "Fee": 10.5}',
        ),
    )
    digests = [one.digest for one in found if isinstance(one, Record)]
    assert cells(found[0])[FEE] == cells(found[1])[FEE] == "10.50"
    assert len({*digests}) == 3


@pytest.mark.parametrize(
    "twice",
    [
        '{"RowGuid": "g2", "Fee": "1", "Fee": "2"}',
        '{"RowGuid":"g2","Fee":"1","Fee":"1"}',
        '{"RowGuid": "g2", "Fee": 1, "Fee" : null}',
        '{"RowGuid": "g2", "Fee": "a\\\\", "Fee"\n:\t"b\\\\\\""}',
        '{"RowGuid": "g2", "Fee": "\\"", "Fee": null}',
        '{"RowGuid": "g2", "\\u0046ee": "1", "Fee": "2"}',
        '{"RowGuid": "g2", "Unknown": 1, "Unknown": 2}',
        '{"RowGuid": "g2", "Unknown": [{"a": 1, "a": 2}]}',
    ],
)
@pytest.mark.parametrize(
    "other", ['{"RowGuid": "g1"}', '{"RowGuid": "g1", "Fee": 0.5}', '{"RowGuid": "g1", "x": "\\": \\\\"}']
)
def test_a_record_with_a_key_twice_is_named_and_the_others_are_read(served: Station, twice: str, other: str) -> None:
    first, second, third = results(served, page(other, twice, other.replace("g1", "g3")))
    assert second == Unparsable("第 1 页第 2 条", "COLUMN_TWICE")
    assert [cells(first)[0], cells(third)[0]] == ["g1", "g3"]


@pytest.mark.parametrize("value", ["NaN", "-Infinity", '{"a": [NaN]}', "[Infinity]"])
def test_what_is_no_number_in_an_unknown_column_is_named(served: Station, value: str) -> None:
    first, second = results(served, page('{"RowGuid": "g1"}', f'{{"RowGuid": "g2", "Unknown": {value}}}'))
    assert cells(first)[0] == "g1"
    assert second == Unparsable("第 1 页第 2 条", "VALUE_TYPE")


@pytest.mark.parametrize(
    ("record", "is_plain"),
    [
        ('{"a": "x", "b": null, "c": 18446744073709551615, "d": true}', True),
        ('{"a": "x: \\"y\\": [1.5], \\\\ z", "b" : ""}', True),
        ("{}", True),
        ('{"a": 18446744073709551616}', False),
        ('{"a": 1.5}', False),
        ('{"a": 1, "a": 1}', False),
        ('{"a": []}', False),
        ("1", False),
    ],
)
@pytest.mark.parametrize("rest", ["", ', "msg": "ok\\n", "time": 1630893600000'])
def test_the_fast_reader_is_used_where_it_reads_the_same(record: str, is_plain: bool, rest: str) -> None:
    content = page(record, record, rest=rest)
    read, said = exact_json.page_of(content)
    assert said is is_plain
    if is_plain:
        assert read == exact_json.plain_page_of(content) == _numbers(exact_json.exact_page_of(content))


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        assert not isinstance(value, exact_json.KeyTwice)
        return {name: _numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return int(value) if isinstance(value, exact_json.Number) else value

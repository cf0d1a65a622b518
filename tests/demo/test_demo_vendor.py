"""The simulated vendor databases, written and read back through the mapping, match the truth of the demo."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import psycopg2
import pytest

import deliveries
from deliveries import SOURCES
from demo import front, generate
from demo.accuracy import accuracy
from govservice import dimensions
from govservice.collecting.collect import collect
from govservice.collecting.protocol import Endpoint
from govservice.contract import feeds_in, register
from stack.postgres import Cluster
from tables import expect
from warehouses import Warehouse

READER, PASSWORD = "front_reader_test", "only-for-this-test"
LAST_DAY = date(2021, 11, 19)  # of the campaign: the truth describes this day
VENDORS = ["fengxi_centre", "konggang_projects"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small area of these sources."""
    out = tmp_path_factory.mktemp("area") / "demo"
    generate.generate(0.02, 7, out, VENDORS)
    return out


@pytest.fixture(scope="module")
def collected(
    cluster: Cluster,
    demo: Path,
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Warehouse]:
    """A warehouse that has collected and judged them."""
    cluster.ensure_database("front_vendor_test")
    url = cluster.url("front_vendor_test", driver="postgresql")
    link = psycopg2.connect(url)
    front.build(link, demo / "front", READER, PASSWORD)
    link.close()
    catalogue = {
        feed: [json.loads(line) for line in (demo / f"api/item_catalogue/{feed}.jsonl").open(encoding="utf-8")]
        for feed in feeds_in("catalogue")
    }
    with new_warehouse() as warehouse, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("var")))
        patch.setenv("GOVSERVICE_SOURCES", str(demo / "sources.yml"))
        dimensions.write(warehouse.url, register.load())
        deliveries.deliver(warehouse.url, "item_catalogue", catalogue, "2021-11-20 00:00:00")
        for source_id in VENDORS:
            place = {"host": "127.0.0.1", "port": cluster.port, "database": "front_vendor_test"}
            endpoint = Endpoint("postgres", login=READER, password=PASSWORD, extra={"schema": source_id}, **place)
            done = collect(warehouse.url, SOURCES[source_id], endpoint, LAST_DAY, "run")
            assert (done.state, done.unparsable) == ("balanced", 0)
        deliveries.judge(warehouse.url, data_date=str(LAST_DAY))
        yield warehouse


def test_every_record_of_the_truth_is_found_and_no_other(collected: Warehouse, demo: Path) -> None:
    found = accuracy(collected.url, demo)
    assert {rule: one for rule, one in found.items() if (one["precision"], one["recall"]) != (1.0, 1.0)} == {}
    assert {"C01", "K06", "K07", "R08", "U03", "V01", "V08", "T05"} <= set(found)


def test_the_verdicts_are_those_of_the_truth(collected: Warehouse, demo: Path) -> None:
    truth = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
    for source_id in VENDORS:
        cases = truth["by_source"][source_id]["cases"]
        expect(
            collected.url,
            "SELECT count(*) AS live, count(*) FILTER (WHERE is_qualified) AS qualified,"
            f" count(*) FILTER (WHERE NOT is_countable) AS not_countable FROM dwd.case_record WHERE source_id = '{source_id}'",
            f"live | qualified | not_countable\n{cases['live']} | {cases['qualified']} | {cases['not_countable']}",
        )


def test_the_index_of_a_business_system_has_every_case_with_its_step_and_result(
    collected: Warehouse, demo: Path
) -> None:
    truth = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
    written = truth["by_source"]["konggang_projects"]["written"]
    assert all(written.values())
    expect(
        collected.url,
        "SELECT count(*) AS live, count(result_code) AS finished, count(item_version) AS versions, sum(step_count) AS steps"
        " FROM dwd.case_record WHERE source_id = 'konggang_projects'",
        f"live | finished | versions | steps\n"
        f"{written['accept']} | {written['result']} | {written['accept']} | {written['process']}",
    )
    expect(
        collected.url,
        "SELECT count(*) AS suspensions FROM ods.special WHERE source_id = 'konggang_projects'",
        f"suspensions\n{written['special']}",
    )


def test_a_code_list_of_the_vendor_is_used_in_full(collected: Warehouse) -> None:
    expect(
        collected.url,
        "SELECT string_agg(DISTINCT apply_type, ' ') AS submit FROM ods.accept WHERE apply_type < '8' AND source_id = 'fengxi_centre'",
        "submit\n0 1 2",
    )

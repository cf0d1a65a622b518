"""One warehouse with every example of every rule under inspection."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

import cases
from deliveries import deliver
from govservice import contract
from govservice.inspecting import inspection
from rule_examples import examples
from warehouses import Warehouse


@pytest.fixture(scope="session")
def inspected(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A warehouse in which the pipeline has inspected every example and judged none."""
    with new_warehouse() as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("inspected")))
        daily = {**cases.item_materials()[1], "RowGuid": "im6", "TaskGuid": "i6"}
        deliver(
            own.url, "item_catalogue", {"item": [cases.daily_item()], "item_material": [daily]}, "2021-07-01 00:00:00"
        )
        clean = {**cases.whole_case("clean"), "special": [cases.special("clean", SN="1")]}
        clean["accept"][0]["CD_time"] = "2021-09-06 17:59:00"
        # said a minute before the examples: of records that share a RowGuid the first one is no clash
        deliver(own.url, "konggang_centre", clean, "2021-09-08 17:59:00")
        for source in {example.source for example in examples()}:
            records = [example.records for example in examples() if example.source == source]
            deliver(
                own.url,
                source,
                {feed: [raw for one in records for raw in one.get(feed, [])] for feed in contract.feeds()},
            )
        inspection.inspect(own.url, "run")
        yield own

"""One warehouse with every example of every rule under inspection."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

import cases
import deliveries
from deliveries import deliver
from govservice import contract, dimensions
from govservice.contract.register import Station
from govservice.inspecting import inspection
from rule_examples import clean_case, examples
from warehouses import Warehouse

# A source like the others but for what its entry says: a code list of its own, and no stations but its own.
LISTED = replace(
    deliveries.SOURCES["konggang_centre"],
    id="listed_centre",
    priority=90,
    code_lists={"user_prop": "applicant_type"},
    stations=(Station("KG0001", "另一个中心", "新城中心"),),
    own_stations_only=True,
)


@pytest.fixture(scope="session")
def inspected(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A warehouse in which the pipeline has inspected every example and judged none."""
    with new_warehouse() as own:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("inspected")))
            patch.setitem(deliveries.SOURCES, LISTED.id, LISTED)
            dimensions.write(own.url, deliveries.SOURCES)
            more = {"i6": cases.daily_item(), "i7": cases.entrusted_item()}
            optional = [
                {**cases.item_materials()[1], "RowGuid": f"im{number}", "TaskGuid": item}
                for number, item in enumerate(more, 6)
            ]
            deliver(
                own.url, "item_catalogue", {"item": [*more.values()], "item_material": optional}, "2021-07-01 00:00:00"
            )
            deliver(own.url, "konggang_centre", clean_case())
            for source in {example.source for example in examples()}:
                records = [example.records for example in examples() if example.source == source]
                deliver(
                    own.url,
                    source,
                    {feed: [raw for one in records for raw in one.get(feed, [])] for feed in contract.feeds()},
                )
            inspection.inspect(own.url, "run")
        yield own

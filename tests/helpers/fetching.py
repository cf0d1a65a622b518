"""Fetch the drops of one station again and again, as runs do, and see the outcome of each."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from govservice import settings
from govservice.collecting.collect import Collected, collect
from govservice.collecting.delivery import Batch, Fetched
from govservice.collecting.protocol import Endpoint, Known, Request, Window
from govservice.collecting.sources import files
from govservice.contract import register
from govservice.contract.register import Source
from warehouses import Warehouse

SOURCE = register.load(settings.CONTRACT / "sources.yml")["dizhang_station"]
UNTIL = "2021-09-11 00:00:00"


def batches_of(module: ModuleType, source: Source, endpoint: Endpoint, window: Window) -> list[Batch]:
    """Pull what a source holds for a window, none of it known before."""
    return module.fetch(Request(source, endpoint, window), Path()).batches


def fetch(root: Path, known: tuple[Known, ...] = (), until: str = UNTIL, source: Source = SOURCE) -> Fetched:
    """Fetch what is there."""
    endpoint = Endpoint("fs", extra={"path": str(root)})
    return files.fetch(Request(source, endpoint, Window({}, until), known), root.parent / "workspace")


def known_after(fetched: Fetched) -> tuple[Known, ...]:
    """What the warehouse knows once it has booked these deliveries."""
    states = {
        "loaded": [batch.landed for batch in fetched.batches],
        "replayed": fetched.replayed,
        "refused": fetched.refused,
    }
    return tuple(
        Known(landed.label, landed.digest, state, landed.received_at, None, landed.reason_code)
        for state, found in states.items()
        for landed in found
    )


def outcome(fetched: Fetched) -> dict[str, str]:
    """State or reason code by label."""
    refused = {landed.label: str(landed.reason_code) for landed in fetched.refused}
    return {one.label: refused.get(one.label, one.state) for one in known_after(fetched)}


def listed(**changes: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """A change to the entry of every file in a manifest."""
    return lambda found: [{**file, **changes} for file in found]


def take(warehouse: Warehouse, root: Path) -> Collected:
    """Fetch and load what is there."""
    return collect(warehouse.url, SOURCE, Endpoint("fs", extra={"path": str(root)}), date(2021, 9, 10), "run")

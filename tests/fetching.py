"""Fetching the drops of one station again and again, as runs do, and what became of each."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from govservice import register, settings
from govservice.collect import Collected, collect
from govservice.register import Source
from govservice.sources import files
from govservice.sources.endpoint import Endpoint, Window
from govservice.sources.files import Fetched
from warehouses import Warehouse

SOURCE = register.load(settings.CONTRACT / "sources.yml")["dizhang_station"]
UNTIL = "2021-09-11 00:00:00"


Known = dict[tuple[str, str], tuple[str, str]]


def fetch(root: Path, known: Known | None = None, until: str = UNTIL, source: Source = SOURCE) -> Fetched:
    """Take what is there."""
    endpoint = Endpoint("fs", extra={"path": str(root)})
    return files.fetch(source, endpoint, Window({}, until), known or {}, root.parent / "workspace")


def known_after(fetched: Fetched) -> Known:
    """What the warehouse knows once it has booked these deliveries."""
    states = {
        "loaded": [batch.landed for batch in fetched.batches],
        "replayed": fetched.replayed,
        "refused": fetched.refused,
    }
    return {
        (landed.label, landed.digest): (state, landed.received_at)
        for state, found in states.items()
        for landed in found
    }


def outcome(fetched: Fetched) -> dict[str, str]:
    """State or reason code by label."""
    refused = {landed.label: str(landed.reason_code) for landed in fetched.refused}
    return {label: refused.get(label, state) for (label, _), (state, _) in known_after(fetched).items()}


def listed(**changes: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """A change to the entry of every file in a manifest."""
    return lambda found: [{**file, **changes} for file in found]


def take(warehouse: Warehouse, root: Path) -> Collected:
    """Fetch and load what is there."""
    return collect(warehouse.url, SOURCE, Endpoint("fs", extra={"path": str(root)}), date(2021, 9, 10), "run")

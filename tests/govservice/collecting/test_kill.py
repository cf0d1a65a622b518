"""A collecting process that is killed at any point: the next attempt completes the work, loads nothing twice and leaves no files behind."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import cases
import station
from deliveries import SOURCES, judge, unexplained
from drops import case_drop
from govservice.collecting.collect import collect
from govservice.collecting.protocol import Endpoint
from govservice.settings import ROOT
from govservice.warehouse import transaction
from tables import expect
from warehouses import Warehouse

HTTP_POINTS = [
    "a page is landed",
    "before a delivery is sealed",
    "all is landed, nothing loaded",
    "in the middle of copying keys",
    "in the middle of copying versions",
    "one feed is loaded",
    "before the commit",
    "after the commit",
]
FILE_POINTS = ["a page is landed", "the sheets are read", "before the commit", "after the commit"]


@pytest.fixture
def endpoints(tmp_path: Path) -> Iterator[dict[str, Endpoint]]:
    """An HTTP source and a file source of three cases each."""
    whole = [cases.whole_case(f"N{number}") for number in (1, 2, 3)]
    feeds = {feed: [{**raw, **station.DELIVERY} for one in whole for raw in one[feed]] for feed in cases.CLEAN}
    case_drop(tmp_path / "drops", "2021-36", "S1", "S2", "S3")
    with station.serving(feeds) as served:
        files = Endpoint("fs", extra={"path": str(tmp_path / "drops")})
        yield {"konggang_centre": served.endpoint(), "dizhang_station": files}


def killed(warehouse: Warehouse, source_id: str, endpoint: Endpoint, point: str) -> int:
    """Collect in a process that dies at a point; returns its exit code."""
    job: dict[str, Any] = {"url": warehouse.url, "source_id": source_id, "endpoint": asdict(endpoint), "point": point}
    paths = [ROOT / "include", ROOT / "tests"]
    return subprocess.run(
        [sys.executable, ROOT / "tests" / "helpers" / "collect_and_die.py"],
        input=json.dumps(job),
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        timeout=60,
        check=False,
    ).returncode


@pytest.mark.parametrize(
    ("source_id", "point"),
    [*[("konggang_centre", point) for point in HTTP_POINTS], *[("dizhang_station", point) for point in FILE_POINTS]],
)
def test_the_next_attempt_completes_a_killed_one(
    warehouse: Warehouse, var: Path, endpoints: dict[str, Endpoint], source_id: str, point: str
) -> None:
    assert killed(warehouse, source_id, endpoints[source_id], point) == -9
    collected = collect(warehouse.url, SOURCES[source_id], endpoints[source_id], date(2021, 9, 10), "run")
    assert collected.state == "balanced"
    judge(warehouse.url)
    assert unexplained(warehouse.url) == 0
    delivered = dict.fromkeys(SOURCES[source_id].feeds, 3)
    if source_id == "dizhang_station":
        delivered["rating"] = 0  # the rows of its sheets carry none
    expect(
        warehouse.url,
        "SELECT feed, live, versions, quarantined FROM ops.book WHERE feed NOT LIKE 'item%'",
        "feed | live | versions | quarantined\n"
        + "\n".join(f"{feed} | {n} | {n} | 0" for feed, n in delivered.items()),
    )
    expect(warehouse.url, "SELECT count(*) FROM dwd.case_record WHERE is_qualified", "count\n3")
    left = [path.name for path in (*var.iterdir(), *(var / "landing" / source_id).iterdir()) if path.name != "landing"]
    assert [name for name in left if name.startswith((".", "tmp"))] == []
    kept = {f"{source_id}/{path.name}" for path in (var / "landing" / source_id).iterdir()}
    with transaction(warehouse.url) as cursor:
        cursor.execute("SELECT landing_path FROM ops.delivery WHERE source_id = %s", (source_id,))
        assert kept == {path for (path,) in cursor.fetchall()}

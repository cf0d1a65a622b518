"""Which landing folders are removed at the end of their retention, and which stay whatever their age."""

from datetime import date
from pathlib import Path

import pytest

from govservice import settings
from govservice import warehouse as govservice_warehouse
from govservice.collecting import retention
from tables import expect, rows
from warehouses import Warehouse

TODAY = date(2021, 12, 31)
DELIVERY = """
INSERT INTO ops.delivery (source_id, protocol, label, digest, received_at, landing_path, state, reason_code, reason, run_id, recorded_at)
VALUES (%(source)s, 'files', %(label)s, %(landing)s || %(state)s || %(day)s, now(), %(landing)s, %(state)s,
    CASE WHEN %(state)s = 'refused' THEN 'MANIFEST' END, NULL, 'run', %(day)s)
RETURNING delivery_id
"""
LEDGER = """
INSERT INTO ops.ledger (delivery_id, feed, declared, received, overlap, unparsable, replayed, versions)
VALUES (%(id)s, 'accept', %(declared)s, 10, 0, 0, 0, 10), (%(id)s, 'process', 10, 10, 0, 0, 0, 10)
"""
# Kept for 30 days: what is older than 2021-12-01 00:00 may go. An empty cell of `declared` is a source that declares nothing.
DELIVERIES = """
    source          | landing                      | label | day        | state    | declared | stays
    konggang_centre | konggang_centre/settled      | w1    | 2021-11-30 | loaded   | 10       | removed
    konggang_centre | konggang_centre/young        | w2    | 2021-12-01 | loaded   | 10       | yes
    konggang_centre | konggang_centre/short        | w3    | 2021-11-30 | loaded   | 11       | yes
    konggang_centre | konggang_centre/undeclared   | w4    | 2021-11-30 | loaded   |          | yes
    konggang_centre | konggang_centre/again        | w5    | 2021-11-30 | replayed | 10       | removed
    konggang_centre | konggang_centre/refused      | w6    | 2021-11-30 | refused  |          | yes
    konggang_centre | konggang_centre/replaced     | w7    | 2021-11-30 | refused  |          | removed
    konggang_centre | konggang_centre/mended       | w7    | 2021-12-02 | loaded   | 10       | yes
    konggang_centre | konggang_centre/used_again   | w8    | 2021-11-30 | loaded   | 10       | yes
    konggang_centre | konggang_centre/used_again   | w9    | 2021-12-02 | loaded   | 10       | yes
    konggang_centre | konggang_centre/../elsewhere | w10   | 2021-11-30 | loaded   | 10       | yes
    konggang_centre | konggang_centre              | w11   | 2021-11-30 | loaded   | 10       | yes
    mawang_station  | mawang_station/only_one      | w1    | 2020-01-01 | loaded   | 10       | yes
    """


@pytest.fixture
def delivered(warehouse: Warehouse, var: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """The deliveries, each with its folder."""
    monkeypatch.setenv("GOVSERVICE_LANDING_DAYS", "30")
    with govservice_warehouse.transaction(warehouse.superuser) as cursor:
        cursor.execute("DELETE FROM ops.landing_removal")
        for row in rows(DELIVERIES):
            folder = settings.landing() / (row["landing"] or "")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "0.bin").write_bytes(b"as received")
            cursor.execute(DELIVERY, row)
            if row["state"] != "refused":
                cursor.execute(LEDGER, {"id": cursor.fetchone()[0], **row})  # type: ignore[index]
    return warehouse


def test_what_is_settled_and_old_goes_and_everything_else_stays(delivered: Warehouse) -> None:
    assert retention.remove_old(delivered.url, "maintain 1", TODAY) == {"removed": 3, "kept": 4}
    found = {
        row["landing"]: (settings.landing() / (row["landing"] or "") / "0.bin").exists() for row in rows(DELIVERIES)
    }
    assert found == {row["landing"]: row["stays"] == "yes" for row in rows(DELIVERIES)}
    expect(
        delivered.url,
        "SELECT * FROM ops.landing_removal",
        """
        run_id     | landing_path
        maintain 1 | konggang_centre/settled
        maintain 1 | konggang_centre/again
        maintain 1 | konggang_centre/replaced
        """,
    )
    assert retention.removed(delivered.url, "maintain 1") == [
        "konggang_centre/again",
        "konggang_centre/replaced",
        "konggang_centre/settled",
    ]


def test_again_nothing_is_removed_twice(delivered: Warehouse) -> None:
    retention.remove_old(delivered.url, "maintain 1", TODAY)
    assert retention.remove_old(delivered.url, "maintain 2", TODAY) == {"removed": 0, "kept": 4}
    assert retention.removed(delivered.url, "maintain 2") == []

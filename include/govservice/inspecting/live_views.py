"""The inspection views, sql/quality/<feed>_live.sql.j2: which reads which, filling one, and all cases instead of those under inspection."""

from graphlib import TopologicalSorter

from govservice import sql_objects, warehouse
from govservice.contract import inspected_feeds
from govservice.warehouse import Cursor


def read_by(feed: str) -> tuple[str, ...]:
    """The feeds whose inspection views the one of this feed reads: it is filled when theirs are."""
    named = sql_objects.names(warehouse.template(f"quality/{feed}_live.sql.j2"))
    return tuple(other for other in inspected_feeds() if other != feed and f"quality.{other}_live" in named)


def reading_order() -> dict[str, tuple[str, ...]]:
    """The inspected feeds in the order in which their views are filled, each with those that it waits for."""
    waits = {feed: read_by(feed) for feed in reversed(inspected_feeds())}
    return {feed: waits[feed] for feed in TopologicalSorter(waits).static_order()}


def refresh(cursor: Cursor, feed: str) -> bool:
    """Fill one inspection view with the rows of the cases that are due: computed once, read by both readings and the verdict.

    Returns:
        Whether there are any.
    """
    cursor.execute(warehouse.template("quality/write/live__refresh.sql.j2", feed))
    cursor.execute(f"SELECT EXISTS (TABLE quality.{feed}_live)")  # noqa: S608 - a feed of the contract
    return cursor.fetchone() == (True,)


def show_every_case(cursor: Cursor) -> None:
    """Make the temporary views every_live_<feed>: the inspection views unfilled and over all cases. One that nobody asks costs nothing."""
    for feed in reading_order():
        cursor.execute(warehouse.template(f"quality/{feed}_live.sql.j2", everywhere=True))

"""How long original files are kept: landing folders are removed at the end of their retention, each a line in the warehouse."""

import shutil
from datetime import date, datetime, time, timedelta

from govservice import settings, warehouse


def remove_old(url: str, run_id: str, day: date) -> dict[str, int]:
    """Remove the landing folders that were last used so many days before a day (setting GOVSERVICE_LANDING_DAYS).

    Only what was loaded and adds up in the ledger, or was refused and replaced since; never the newest of a source.

    Args:
        url: warehouse, role pipeline.
        run_id: the run of maintain.
        day: the Shanghai day from which the retention is counted back.

    Returns:
        removed, and kept: folders past their retention that are not settled yet.
    """
    before = datetime.combine(day - timedelta(days=settings.landing_days()), time(), settings.SHANGHAI)
    with warehouse.transaction(url, "maintain") as cursor:
        old = warehouse.rows(cursor, warehouse.statement("ops/read/old_landings.sql"), {"before": before})
        paths = [folder["landing_path"] for folder in old if folder["is_removable"]]
        for path in paths:
            if (settings.landing() / path).exists():  # not so where a run was cut off before it had noted it
                shutil.rmtree(settings.landing() / path)
            cursor.execute("INSERT INTO ops.landing_removal (landing_path, run_id) VALUES (%s, %s)", (path, run_id))
    return {"removed": len(paths), "kept": len(old) - len(paths)}


def removed(url: str, run_id: str) -> list[str]:
    """The folders that a run of maintain has removed."""
    with warehouse.transaction(url) as cursor:
        found = warehouse.ask(cursor, "landing_removals", run_id=run_id)
    return [folder["landing_path"] for folder in found]

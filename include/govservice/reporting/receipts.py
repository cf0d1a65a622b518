"""质检回执: one workbook per source of the records that the station is to mend, by key, rule, column and sentence. No values."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from govservice import settings, warehouse
from govservice.inspecting import suites
from govservice.reporting import workbooks

TITLE = "质检回执"
# Header and width of each column.
COLUMNS = {"办件编号": 48, "记录键": 40, "数据表": 12, "列": 26, "规则": 8, "处置": 18, "问题": 64, "批次": 32}


def write(url: str, run_id: str) -> int:
    """Write the receipts of every source with findings, replacing those of the run's data date.

    Returns:
        Number of files.
    """
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT data_date FROM ops.run WHERE run_id = %s", (run_id,))
        folder = _root() / cursor.fetchone()[0].isoformat()  # type: ignore[index]
    files = 0
    with published(folder) as beside, warehouse.transaction(url, "receipts") as cursor:
        # kept by the server: however many findings there are, they come in batches
        findings = cursor.connection.cursor("receipt")
        findings.execute(warehouse.template("questions/receipt.sql.j2", actions=suites.ACTIONS))
        for source_id, lines in groupby(findings, itemgetter(0)):
            with (beside / f"{source_id}.xlsx").open("wb") as file:
                workbooks.write(file, TITLE, COLUMNS, (line[1:] for line in lines))
            files += 1
    return files


@contextmanager
def published(folder: Path) -> Iterator[Path]:
    """An empty folder to write files into that then takes the other one's place; who looks meanwhile sees the old files."""
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    try:
        yield beside
        for path in beside.iterdir():
            path.chmod(0o600)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def latest(source_id: str) -> Path | None:
    """The newest receipt of a source, or None where it has none."""
    # folders of a day only: the name of one that is still being written begins with a point
    found = [path for path in _root().glob("????-??-??/*.xlsx") if path.stem == source_id]
    return max(found, key=lambda path: path.parent.name, default=None)


def _root() -> Path:
    path = settings.var() / "receipts"
    path.mkdir(mode=0o700, exist_ok=True)
    return path

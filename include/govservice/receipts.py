"""质检回执: one CSV per source that tells the station which records to mend, by key, rule, column and sentence. No values."""

import csv
import io
import os
import shutil
from pathlib import Path

from govservice import settings, suites, warehouse

HEADER = ("办件编号", "记录键", "数据表", "列", "规则", "处置", "问题", "批次")
# A spreadsheet runs a cell that begins with one of these as a formula; a case number comes from outside.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(url: str, run_id: str) -> int:
    """Write the receipts of every source with findings, replacing those of the run's data date.

    Returns:
        Number of files.
    """
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT data_date FROM ops.run WHERE run_id = %s", (run_id,))
        folder = _root() / cursor.fetchone()[0].isoformat()  # type: ignore[index]
    with warehouse.transaction(url, "receipts") as cursor:
        cursor.execute(warehouse.template("quality/receipt.sql.j2", actions=suites.ACTIONS))
        lines: dict[str, list[tuple[str, ...]]] = {}
        for source_id, *line in cursor:
            lines.setdefault(source_id, []).append(tuple(line))
    publish(folder, {f"{source_id}.csv": content(HEADER, found) for source_id, found in lines.items()})
    return len(lines)


def publish(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold these files and no others; who looks meanwhile sees the old ones or the new."""
    beside = folder.with_suffix(f".{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    for name, written in files.items():
        path = beside / name
        path.write_bytes(written)
        path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def content(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> bytes:
    """A table as a spreadsheet opens it: UTF-8 with BOM, no cell that runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([tuple(map(inert, line)) for line in lines])
    return text.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """The cell, with an apostrophe before anything that a spreadsheet would run."""
    return (
        f"'{cell}"
        if cell.lstrip(" \u00a0\u3000").startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS)
        else cell
    )


def latest(source_id: str) -> Path | None:
    """The newest receipt of a source, or None where it has none."""
    found = [path for path in _root().glob("*/*.csv") if path.stem == source_id]
    return max(found, key=lambda path: path.parent.name, default=None)


def _root() -> Path:
    path = settings.var() / "receipts"
    path.mkdir(mode=0o700, exist_ok=True)
    return path

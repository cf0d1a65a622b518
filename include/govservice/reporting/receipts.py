"""质检回执: one CSV per source of the records that the station is to mend, by key, rule, column and sentence. No values."""

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from govservice import settings, warehouse
from govservice.inspecting import suites

HEADER = ("办件编号", "记录键", "数据表", "列", "规则", "处置", "问题", "批次")
ENCODING = "utf-8-sig"  # the mark at the beginning makes a spreadsheet read UTF-8
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
    files = 0
    with published(folder) as beside, warehouse.transaction(url, "receipts") as cursor:
        # kept by the server: however many findings there are, they come in batches
        findings = cursor.connection.cursor("receipt")
        findings.execute(warehouse.template("questions/receipt.sql.j2", actions=suites.ACTIONS))
        for source_id, lines in groupby(findings, itemgetter(0)):
            with (beside / f"{source_id}.csv").open("w", encoding=ENCODING, newline="") as file:
                _write_table(file, HEADER, (line[1:] for line in lines))
            files += 1
    return files


@contextmanager
def published(folder: Path) -> Iterator[Path]:
    """An empty folder to write files into that then takes the other one's place; who looks meanwhile sees the old files."""
    beside = folder.with_suffix(f".{os.getpid()}")
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


def content(header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> bytes:
    """A table as a spreadsheet opens it: UTF-8 with BOM, no cell that runs as a formula."""
    text = io.StringIO()
    _write_table(text, header, lines)
    return text.getvalue().encode(ENCODING)


def _write_table(file: TextIO, header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(tuple(map(inert, line)) for line in lines)


def inert(cell: str) -> str:
    """The cell, with an apostrophe before anything that a spreadsheet would run."""
    return (
        f"'{cell}"
        if cell.lstrip(" \u00a0\u3000").startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS)
        else cell
    )


def latest(source_id: str) -> Path | None:
    """The newest receipt of a source, or None where it has none."""
    # folders of a day only: one that is still being written is called after its process, too
    found = [path for path in _root().glob("????-??-??/*.csv") if path.stem == source_id]
    return max(found, key=lambda path: path.parent.name, default=None)


def _root() -> Path:
    path = settings.var() / "receipts"
    path.mkdir(mode=0o700, exist_ok=True)
    return path

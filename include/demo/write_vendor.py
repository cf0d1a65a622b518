"""The contents of vendors' front databases: the same deliveries, written through the mapping file of the dialect."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from demo import columns, parts
from demo.story import Story, step_kinds
from govservice import contract
from govservice.contract import dialects

SYSTEM = {"REGION_ID": "617000000000", "SYSMARK": "沣西政务", "SIGNSTATE": "0", "STDVER": "1.0"}
START, MIDDLE, END, ONLY = "1", "2", "3", "4"
REFUSED, AGREED, ACCEPTED, TO_BE_MENDED = "0", "1", "4", "5"


def write(story: Story, feed: str, table: pa.Table, rows: np.ndarray, folder: Path) -> None:
    """Write the deliveries of a feed as CSV, one file per table of the vendor Inspur.

    Args:
        story: of the source.
        feed: one that the vendor delivers.
        table: every delivery of the feed in the columns of the contract, in order of time.
        rows: the row of the story that each delivery restates.
        folder: where the files go.
    """
    mapping = dialects.load()["inspur"].feeds[feed]
    cells = {vendor: _codes(table, name) for name, vendor in mapping.columns.items()}
    cells |= {"MAKETIME": table.column("cd_time"), mapping.key[0]: table.column("row_guid")}
    cells["DATAVER"] = _versions(columns.strings(table.column("row_guid")))
    if feed == "process":
        cells |= _nodes(story, table, rows)
    elif feed == "accept":
        apply_date = cells.pop("APPLYDATE")
        key = {name: cells[name] for name in ("ORGBUSNO", "PROJID", "DATAVER")}
        _write(folder, "PRE_APASINFO", {**key, "APPLYDATE": apply_date})
        cells |= {"ACCEPTLIST": _all(table, "空"), "ACCEPTDEPTCODE1": _all(table, "无")}
    elif feed == "special":
        cells = _begin_and_end(table, cells)
    elif feed == "material":
        cells["ISTAKE"] = _all(table, "1")
    if "SYSMARK" in mapping.kept:
        cells |= {name: pa.repeat(pa.scalar(value), len(cells["PROJID"])) for name, value in SYSTEM.items()}
    _write(folder, mapping.table, cells)


def _codes(table: pa.Table, name: str) -> columns.Column:
    """A column as the vendor writes it: by its own code list where it has one."""
    used = dialects.load()["inspur"].code_lists.get(name)
    cells = table.column(name)
    if not used or name == "event_name":
        return cells
    listed = [code for code in contract.codes() if code.list == used and code.canonical]
    raw = {code.canonical: code.code for code in reversed(listed)}
    return pa.array([raw.get(cell, cell) for cell in columns.strings(cells)], pa.string())


def _versions(keys: np.ndarray) -> pa.Array:
    """DATAVER: the number of each delivery among those of its record, from 1."""
    _, record = np.unique(keys.astype(str), return_inverse=True)
    order = np.argsort(record, kind="stable")
    first = np.searchsorted(record[order], record[order])
    version = np.empty(len(keys), np.int64)
    version[order] = np.arange(len(keys)) - first + 1
    return pa.array(version)


def _nodes(story: Story, table: pa.Table, rows: np.ndarray) -> dict[str, columns.Column]:
    """Number, kind and result of every step, in the pairs that the vendor allows."""
    number, total = story.steps.number[rows], story.steps.total[rows]
    event = columns.strings(table.column("event_name"))
    opens = number == 1
    result = np.select(
        [event == "1", event == "2", event == "3"],
        [np.where(opens, ACCEPTED, AGREED), REFUSED, TO_BE_MENDED],
        event,
    )
    ends = (number == total) & (event != "3")
    kind = np.select([opens & (total == 1), opens, ends], [ONLY, START, END], MIDDLE)
    return {
        "SN": pa.array(number),
        "NODETYPE": pa.array(kind.astype(object), pa.string()),
        "NODERESULT": pa.array(result.astype(object), pa.string()),
        "NODESTATE": _all(table, "02"),
    }


def _begin_and_end(table: pa.Table, cells: dict[str, columns.Column]) -> dict[str, columns.Column]:
    """The two rows of every special procedure; an extension has no code of its own, it is a suspension (5)."""
    ended_at, advice = cells.pop("ENDED_AT"), cells.pop("END_ADVICE")
    is_extension = columns.strings(table.column("special_type")) == parts.EXTENSION
    cells["NODERESULT"] = columns.where(is_extension, "5", cells["NODERESULT"])
    nothing, count = pa.nulls(table.num_rows, pa.string()), np.ones(table.num_rows, np.int64)
    begun = cells | {"SN": pa.array(count), "SPECIALTYPE": _all(table, "0"), "NODEPROCADV": nothing}
    end = {"SN": pa.array(count + 1), "SPECIALTYPE": _all(table, "1"), "NODEPROCADV": advice, "OCCURTIME": ended_at}
    both = pa.concat_tables([pa.table(begun), pa.table(cells | end)])
    return dict(zip(both.column_names, both.columns, strict=True))


def write_index(story: Story, folder: Path) -> dict[str, int]:
    """Write the tables of iCity: a row per case as it is at the end, and one per rating; returns records by feed."""
    cases = len(story.facts)
    cells: dict[str, columns.Column] = {"UPDATE_TIME": columns.moments(story.rows["accept"].arrived_at)}
    mappings = dialects.load()["icity"].feeds
    for feed in ("accept", "process", "result", "special"):
        mapping = mappings[feed]
        at = np.full(cases, -1)
        at[story.rows[feed].case] = np.arange(len(story.rows[feed].case))
        beside = pa.array(at, mask=at < 0)
        table = story.rows[feed].table.take(beside)
        cells = {
            vendor: table.column(name) for name, vendor in mapping.columns.items()
        } | cells  # the number is the accept's
        if feed == "process":
            cells["SPHJDM"] = pa.array(step_kinds(table).astype(object), pa.string(), mask=at < 0)
    reason = cells.pop("RESULT_REASON")
    is_void = np.isin(story.facts.outcome, ["VOID", "RETURNED"])
    cells |= {"BJJGMS": columns.where(is_void, None, reason), "ZFHTHYY": columns.where(is_void, reason, None)}
    cells["STATE"] = columns.where(np.isnat(story.facts.finished_at), "00", "99")
    _write(folder, "BUSINESS_INDEX", cells)
    rating = story.rows["rating"]
    delivered = rating.table.take(pa.array(np.flatnonzero(~rating.withheld)))
    stars = {vendor: delivered.column(name) for name, vendor in mappings["rating"].columns.items()}
    _write(folder, mappings["rating"].table, {"ID": delivered.column("row_guid"), **stars})
    return {feed: len(rows.case) for feed, rows in story.rows.items()}


def _all(table: pa.Table, value: str) -> pa.Array:
    return pa.repeat(pa.scalar(value), table.num_rows)


def _write(folder: Path, name: str, cells: dict[str, columns.Column]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lowered = {column.lower(): values for column, values in cells.items()}
    pa.csv.write_csv(pa.table(lowered), folder / f"{name.lower()}.csv")

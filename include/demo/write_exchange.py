"""What the exchanges hold: every delivery of a feed in order of CD_time, as JSON lines for HTTP, as CSV for 前置库."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from demo import columns, write_vendor
from demo.area import CITY_CODES
from demo.story import Story
from govservice import contract

SORTED_BY = ["cd_time", "row_guid"]
ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\"} | {chr(code): f"\\u{code:04x}" for code in range(32)})


def write(story: Story, out: Path) -> dict[str, int]:
    """Write all feeds of a source; returns the number of deliveries per feed."""
    if story.source.way == "index":
        return write_vendor.write_index(story, out / "front" / story.source.id)
    counts = {}
    for feed in story.rows:
        table, rows = _in_order(story, feed)
        if story.source.way == "http":
            write_json_lines(table, feed, out / "api" / story.source.id)
        elif story.source.way == "vendor":
            write_vendor.write(story, feed, table, rows, out / "front" / story.source.id)
        else:
            _write_csv(table, feed, out / "front" / story.source.id)
        counts[feed] = table.num_rows
    return counts


def _in_order(story: Story, feed: str) -> tuple[pa.Table, np.ndarray]:
    """All deliveries with their exchange columns, sorted by cd_time and row key; and the row of each."""
    rows = story.rows[feed]
    sent = np.flatnonzero(~rows.withheld)
    extras = [extra for extra in story.extras if extra.feed == feed]
    parts = [_stamped(story, rows.table.take(pa.array(sent)), "I", rows.arrived_at[sent])]
    parts += [_stamped(story, extra.table, extra.operation, extra.arrived_at) for extra in extras]
    table = pa.concat_tables(parts)
    order = pc.sort_indices(table.select(SORTED_BY), [(name, "ascending") for name in SORTED_BY])
    return table.take(order), np.concatenate([sent, *(extra.rows for extra in extras)])[order.to_numpy()]


def _stamped(story: Story, table: pa.Table, operation: str, arrived_at: np.ndarray) -> pa.Table:
    every = np.arange(table.num_rows)
    time = columns.moments(arrived_at)
    parts = [pc.utf8_slice_codeunits(time, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10), (11, 13))]
    batch = columns.joined(CITY_CODES[story.source.new_city], *parts)
    for name, values in (("cd_operation", operation), ("cd_time", time), ("cd_batch", batch)):
        table = columns.put(table, name, every, values)
    return table


def _write_csv(table: pa.Table, feed: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pa.csv.write_csv(table, folder / f"{contract.feeds()[feed].table.lower()}.csv")


def write_json_lines(table: pa.Table, feed: str, folder: Path) -> None:
    """Write a feed sorted by cd_time as `<feed>.jsonl` and its index `<feed>.npy`.

    The index has one row per line and one more: CD_time in seconds since 1970, byte offset of the line (int64).
    """
    folder.mkdir(parents=True, exist_ok=True)
    national = {field.name: field.national for field in contract.feeds()[feed].fields}
    offsets, at = [np.zeros(1, np.int64)], 0
    with (folder / f"{feed}.jsonl").open("wb") as file:
        for batch in table.to_batches(max_chunksize=20_000):
            lines = _json_lines(batch, national)
            ends = np.cumsum(pc.binary_length(lines).to_numpy())
            file.write(memoryview(lines.buffers()[2])[: ends[-1]])
            offsets.append(at + ends)
            at += int(ends[-1])
    times = table.column("cd_time").cast(pa.timestamp("s")).to_numpy().astype(np.int64)
    end_of_time = np.iinfo(np.int64).max
    np.save(folder / f"{feed}.npy", np.column_stack([np.r_[times, end_of_time], np.concatenate(offsets)]))


def _json_lines(batch: pa.RecordBatch, national: dict[str, str]) -> pa.Array:
    """One object per row; what all rows have in common is joined once, not per column."""
    parts: list[columns.Column | str] = []
    between = "{"
    for at, name in enumerate(batch.schema.names):
        column = batch.column(name)
        between += f'{"," if at else ""}"{national[name]}":'
        if column.null_count == len(column):
            between += "null"
        elif column.null_count:
            parts += [between, pc.fill_null(columns.joined('"', _escaped(column), '"'), "null")]
            between = ""
        else:
            parts += [between + '"', _escaped(column)]
            between = '"'
    return columns.joined(*parts, between + "}\n")


def _escaped(column: pa.Array) -> pa.Array:
    needs_escape = pc.match_substring_regex(column, r'["\\\x00-\x1f]')
    if pc.any(needs_escape).as_py():
        rows = np.flatnonzero(pc.fill_null(needs_escape, False).to_numpy(zero_copy_only=False))
        escaped = [str(text).translate(ESCAPES) for text in column.take(pa.array(rows)).to_pylist()]
        column = columns.put(pa.table({"text": column}), "text", rows, escaped).column("text").combine_chunks()
    return column

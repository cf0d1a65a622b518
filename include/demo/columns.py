"""Vectorised text columns: from numpy numbers and times to Arrow strings, and single cells put into a table."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = pa.Array | pa.ChunkedArray


def text(values: np.ndarray) -> pa.Array:
    """Arrow strings of ASCII bytes (dtype S)."""
    return pa.array(values).cast(pa.string())


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Decimal digits with leading zeros, as bytes of that width."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    matrix = (numbers.astype(np.int64)[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return np.ascontiguousarray(matrix).view(f"S{width}")[:, 0]


def moments(times: np.ndarray) -> pa.Array:
    """Times (datetime64[s]) as `yyyy-MM-dd HH:mm:ss`; NaT becomes null."""
    return pa.array(times.astype("datetime64[s]")).cast(pa.string())


def pick(pool: Sequence[str | None] | pa.Array, index: np.ndarray) -> pa.Array:
    """The members of a pool at these positions."""
    return (pool if isinstance(pool, pa.Array) else pa.array(pool, pa.string())).take(pa.array(index))


def joined(*parts: Column | str) -> Column:
    """Element-wise concatenation; null where a part is null."""
    return pc.binary_join_element_wise(*parts, "")


def where(mask: np.ndarray, yes: Column | str | None, no: Column | str | None) -> Column:
    """Element-wise choice; None stands for null."""
    null = pa.scalar(None, pa.string())
    return pc.if_else(pa.array(mask), null if yes is None else yes, null if no is None else no)


def first_characters(column: Column, count: int) -> Column:
    """The beginning of every text."""
    return pc.utf8_slice_codeunits(column, 0, count)


def put(table: pa.Table, column: str, rows: np.ndarray, values: Column | Sequence[str | None] | str | None) -> pa.Table:
    """The table with these cells replaced.

    Args:
        table: any table of text columns.
        column: name of the column.
        rows: ascending row numbers.
        values: one value per row, or one for all.
    """
    if values is None or isinstance(values, str):
        values = [values] * len(rows)
    if not isinstance(values, pa.Array):
        values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else pa.array(values, pa.string())
    mask = np.zeros(table.num_rows, bool)
    mask[rows] = True
    old = table.column(column).combine_chunks()
    position = table.schema.get_field_index(column)
    return table.set_column(position, column, pc.replace_with_mask(old, pa.array(mask), values))


def ordinals(groups: np.ndarray) -> np.ndarray:
    """The number of each element among those of its group, counted from 1 in their order."""
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    numbers = np.empty(len(groups), np.int64)
    numbers[order] = np.arange(len(groups)) - np.searchsorted(sorted_groups, sorted_groups) + 1
    return numbers


def strings(column: Column) -> np.ndarray:
    """The column as numpy objects, null as None."""
    return column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()

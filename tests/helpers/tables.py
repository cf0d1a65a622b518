"""Small tables in tests: given and expected rows as text; and how a test changes one part of a text.

    record_key | version_no | note
    g1         | 1          |

An empty cell is NULL, '' is empty text; everything else is text.
"""

from typing import AnyStr

from govservice import warehouse

Row = dict[str, str | None]


def rows(text: str) -> list[Row]:
    """The rows of a table by its header.

    Raises:
        ValueError: a row has another number of cells than the header.
    """
    header, *body = [
        [cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if set(line) - set(" -+|")
    ]
    return [dict(zip(header, map(_value, cells), strict=True)) for cells in body]


def expect(url: str, query: str, text: str) -> None:
    """Assert that a query gives exactly the rows of the table, in any order; only the table's columns count."""
    expected = rows(text)
    columns = [cell.strip() for cell in text.strip().splitlines()[0].split("|")]
    chosen = ", ".join(f"found.{column}::text" for column in columns)
    with warehouse.transaction(url) as cursor:
        found = warehouse.rows(cursor, f"SELECT {chosen} FROM ({query}) AS found")
    assert shown(columns, found) == shown(columns, expected)


def shown(columns: list[str], found: list[Row]) -> str:
    """Rows as a table, sorted."""
    lines = sorted([_cell(row[column]) for column in columns] for row in found)
    widths = [max(map(len, cells)) for cells in zip(columns, *lines, strict=True)]
    return "\n".join(
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (columns, *lines)
    )


def replaced(text: AnyStr, old: AnyStr, new: AnyStr) -> AnyStr:
    """The text with one part of it replaced.

    Raises:
        ValueError: the old part does not occur exactly once.
    """
    if text.count(old) != 1:
        raise ValueError(f"{old!r} occurs {text.count(old)} times, not once")
    return text.replace(old, new)


def _value(cell: str) -> str | None:
    return {"": None, "''": ""}.get(cell, cell)


def _cell(value: str | None) -> str:
    return "" if value is None else value or "''"

"""What the tests of functions share."""

from typing import Any

import psycopg2
import pytest

from warehouses import Warehouse


@pytest.fixture(scope="module")
def call(shared_warehouse: Warehouse) -> Any:
    """Calls a function of the warehouse by name, with arguments, as role pipeline."""
    link = psycopg2.connect(shared_warehouse.url)
    link.autocommit = True
    cursor = link.cursor()

    def function(name: str, *arguments: Any) -> Any:
        cursor.execute(f"SELECT quality.{name}({', '.join(['%s'] * len(arguments))})", arguments)
        return cursor.fetchone()[0]  # type: ignore[index]

    yield function
    link.close()

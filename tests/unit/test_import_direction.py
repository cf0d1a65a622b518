"""Who may import whom: dags and plugins use include, never the reverse; the warehouse knows no Airflow and no demo."""

import ast
from pathlib import Path

import pytest

from govservice.settings import ROOT

FORBIDDEN = {
    "include/govservice": {"airflow", "dags", "plugins", "demo", "stack", "bench"},
    "include/demo": {"airflow", "dags", "plugins", "stack", "bench"},
    "include/stack": {"airflow", "dags", "plugins", "bench"},
    "include/bench": {"airflow", "dags", "plugins"},
    "plugins": {"dags", "demo", "stack", "bench"},
    "dags": {"demo", "stack", "bench", "great_expectations", "pandas", "psycopg2", "sqlalchemy"},
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_lies_to_its_left(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    found = {str(path.relative_to(ROOT)): sorted(_imports(path) & FORBIDDEN[room]) for path in files}
    assert {path: names for path, names in found.items() if names} == {}

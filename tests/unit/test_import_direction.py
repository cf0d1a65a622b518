"""Who may import whom: dags and plugins use include, never the reverse; the warehouse knows no Airflow and no demo."""

import ast
import os
import subprocess
import sys
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


def test_what_the_scheduler_imports_keeps_nothing_of_the_contract() -> None:
    """Tasks are its children: a list read before it was changed would be theirs until the scheduler is restarted."""
    modules = sorted(path.stem for path in (ROOT / "plugins").glob("*.py"))
    check = (
        f"import {', '.join(modules)}\n"
        "from govservice import contract, dialects, suites, warehouse\n"
        "for room in (contract, dialects, suites, warehouse):\n"
        "    for name, thing in vars(room).items():\n"
        "        if hasattr(thing, 'cache_info') and thing.cache_info().currsize: print(room.__name__, name)"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'plugins'}"}
    done = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ""

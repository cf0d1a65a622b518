"""Who may import whom: dags and plugins use include, never the reverse; the warehouse knows no Airflow and no demo."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from govservice.settings import ROOT

ROOMS = ("contract", "collecting", "inspecting", "reporting")
FORBIDDEN = {
    "include/govservice": {"airflow", "dags", "plugins", "demo", "stack", "documents", "bench"},
    "include/demo": {"airflow", "dags", "plugins", "stack", "documents", "bench"},
    "include/stack": {"airflow", "dags", "plugins", "documents", "bench"},
    "include/documents": {"airflow", "dags", "plugins", "demo", "bench"},
    "include/bench": {"airflow", "dags", "plugins"},
    "plugins": {"dags", "demo", "stack", "documents", "bench"},
    "dags": {"demo", "stack", "documents", "bench", "great_expectations", "pandas", "psycopg2", "sqlalchemy"},
    # the package reads like the sentence of the pipeline, from left to right
    "include/govservice/contract": {"govservice.warehouse", *(f"govservice.{room}" for room in ROOMS[1:])},
    "include/govservice/collecting": {f"govservice.{room}" for room in ROOMS[2:]},
    "include/govservice/inspecting": {f"govservice.{room}" for room in ROOMS[3:]},
    # the portal asks the warehouse, it does not work
    "plugins/portal": {"govservice.collecting", "govservice.inspecting.inspection", "great_expectations", "psycopg2"},
}


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, with the packages that it lies in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {
        ".".join(parts[:length]) for name in names for parts in [name.split(".")] for length in range(1, len(parts) + 1)
    }


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_lies_to_its_left(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    found = {str(path.relative_to(ROOT)): sorted(imports(path) & FORBIDDEN[room]) for path in files}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_trunk_of_the_package_knows_nothing_of_what_is_done_on_it() -> None:
    trunk = sorted((ROOT / "include" / "govservice").glob("*.py"))
    found = {path.name: sorted(imports(path) & {f"govservice.{room}" for room in ROOMS[1:]}) for path in trunk}
    assert {name: names for name, names in found.items() if names} == {}
    assert len(found) > 5


def test_what_the_scheduler_imports_keeps_nothing_of_the_contract() -> None:
    """Tasks are its children: a list read before it was changed would be theirs until the scheduler is restarted."""
    modules = sorted(path.stem for path in (ROOT / "plugins").glob("*.py"))
    check = (
        f"import {', '.join(modules)}\n"
        "import sys\n"
        "for name, room in sorted(sys.modules.items()):\n"
        "    for thing in vars(room).values() if name.startswith('govservice.') else ():\n"
        "        if hasattr(thing, 'cache_info') and thing.cache_info().currsize: print(name, thing.__name__)"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'plugins'}"}
    done = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_the_child_that_reads_station_files_imports_what_it_needs_and_no_more() -> None:
    """It is started for every source: half a second for each adds ten to a run over all stations."""
    check = (
        "import sys, govservice.collecting.sources.reader.delivery\n"
        "print(*sorted({'sqlalchemy', 'requests', 'psycopg2', 'jinja2'} & sys.modules.keys()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "include")}
    done = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

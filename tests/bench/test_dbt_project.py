"""The dbt project that `make bench` writes has the condition of each rule unchanged, whatever its characters."""

from pathlib import Path

import jinja2

from bench.dbt_tests import write_project
from govservice.inspecting import suites


def test_a_condition_reaches_the_database_unchanged(tmp_path: Path) -> None:
    rules = suites.load()["accept"][:1]
    project = write_project(tmp_path / "dbt", rules, ["task_name ~ '^.{{1}}$' OR task_name LIKE '{%%' OR '{#' = '$5'"])
    [test] = (project / "tests").iterdir()
    query = jinja2.Template(test.read_text(encoding="utf-8")).render(source="{}.{}".format)
    assert query.split("\n") == [
        "SELECT source_id, record_key",
        "FROM quality.accept_live",
        "WHERE task_name ~ '^.{{1}}$' OR task_name LIKE '{%' OR '{#' = '$5'",
    ]


def test_every_rule_has_a_test_of_its_own(tmp_path: Path) -> None:
    rules = suites.load()["accept"]
    project = write_project(tmp_path / "dbt", rules, ["false"] * len(rules))
    assert len(list((project / "tests").iterdir())) == len(rules)

"""Compared with the compiled pass: the same conditions as dbt tests that store the failing rows, on the same view."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from psycopg2.extensions import parse_dsn

from bench import measure, whole_job
from bench.inspection import FEED
from bench.measure import Experiment
from bench.workshop import RUN, Workshop
from govservice import settings
from govservice.inspecting import inspection, suites
from govservice.inspecting.suites import Rule

COMPILED, DBT = "编译的一遍（质检视图已算好）", "dbt test，保存不合规的行"
TESTING = "　其中执行测试"
ENVIRONMENT = settings.ROOT / ".venv-dbt"  # its own: what dbt requires excludes what is locked for Airflow
PROJECT = Path(__file__).with_name("dbt_project")


class CountsDiffer(RuntimeError):
    """dbt counts other failures than the compiled pass: names the rules and both counts."""


class DbtFailed(RuntimeError):
    """dbt could not carry out its tests: with the end of its output."""


def run(workshop: Workshop, data_date: date) -> Experiment:
    """Find and store the failures of every rule in the filled inspection view; without dbt if it is missing."""
    database, rules = whole_job.WAREHOUSE, suites.load()[FEED]
    url, owner = workshop.pipeline(database), workshop.owner(database)
    conditions = measure.in_child(_conditions, url, rules).result
    found: list[list[int]] = []
    tested: list[dict[str, Any]] = []

    def compiled() -> float:
        workshop.execute(database, "TRUNCATE quality.finding, quality.run_check", "CHECKPOINT")
        return measure.seconds_of(lambda: found.append(inspection.find(url, FEED, rules, conditions, RUN)))

    def dbt() -> float:
        workshop.execute(database, "CHECKPOINT")
        return measure.seconds_of(lambda: tested.append(_test(project, owner)))

    if (ENVIRONMENT / "bin" / "dbt").exists():
        project = write_project(workshop.folder / "dbt", rules, conditions)
        seconds = measure.interleaved({COMPILED: compiled, DBT: dbt})
        _refuse_difference(rules, found[-1], tested[-1])
        seconds[TESTING] = [results["elapsed_time"] for results in tested]
        times = measure.ratio_of(seconds, DBT, COMPILED)
        note = f"每条规则的不合规行数相同；dbt 用时是编译的一遍的 {times:.1f} 倍"
    else:
        seconds = measure.interleaved({COMPILED: compiled})
        note = f"dbt 没有测：{ENVIRONMENT.name} 里没有 dbt，没能装上（下次 make bench 再试）"
    return Experiment(
        title="同样的条件，dbt 测试并列（受理信息）",
        volume=f"{len(rules)} 条规则，不合规 {sum(found[-1]):,} 处",
        seconds=seconds,
        notes=[note],
    )


def write_project(folder: Path, rules: tuple[Rule, ...], conditions: list[str]) -> Path:
    """The dbt project in a new folder, with a singular test for every rule.

    Args:
        conditions: of the rules, true of failing rows, with every percent sign doubled as psycopg2 wants it.
    """
    shutil.copytree(PROJECT, folder)
    test = Template((PROJECT / "rule.sql.template").read_text(encoding="utf-8"))
    (folder / "tests").mkdir()
    for name, condition in zip(_names(rules), conditions, strict=True):
        text = test.substitute(condition=condition.replace("%%", "%"))
        (folder / "tests" / f"{name}.sql").write_text(text, encoding="utf-8")
    return folder


def _conditions(url: str, rules: tuple[Rule, ...]) -> list[str]:
    from govservice.inspecting import two_readings

    source = two_readings.source_of(inspection.sqlalchemy_url(url))
    return two_readings.failing_conditions(source, f"{FEED}_live", rules)


def _names(rules: tuple[Rule, ...]) -> list[str]:
    """Of the tests, and of the tables with their failing rows; a rule may check a column twice."""
    return [f"{rule.rule_id}_{rule.column}_{number}" for number, rule in enumerate(rules)]


def _test(project: Path, url: str) -> dict[str, Any]:
    """Run the tests as a user would, in a process that sees nothing of our surroundings; returns run_results.json."""
    login = parse_dsn(url)
    environment = {
        "PATH": os.defpath,
        "DBT_ENV_SECRET_PASSWORD": login.pop("password"),
        **{f"BENCH_{name.upper()}": value for name, value in login.items()},
    }
    command = [str(ENVIRONMENT / "bin" / "dbt"), "--quiet", "--no-use-colors", "test", "--threads", str(os.cpu_count())]
    done = subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise DbtFailed(f"dbt 没有跑成：{(done.stdout + done.stderr).strip()[-500:]}")
    return dict(json.loads((project / "target" / "run_results.json").read_text(encoding="utf-8")))


def _refuse_difference(rules: tuple[Rule, ...], found: list[int], tested: dict[str, Any]) -> None:
    failures = {result["unique_id"]: result["failures"] for result in tested["results"]}
    theirs = [failures[f"test.bench.{name}"] for name in _names(rules)]
    differing = [
        f"{rule.rule_id} {rule.column} {one}/{other}"
        for rule, one, other in zip(rules, found, theirs, strict=True)
        if one != other
    ]
    if differing:
        raise CountsDiffer(f"编译的一遍与 dbt 计数不同：{'、'.join(differing)}")

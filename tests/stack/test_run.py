"""What `make run` does beside the pipeline: the demo's sheets, handed in once and counted."""

import fcntl
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from govservice import schema, settings
from govservice.warehouse import ROLES, transaction
from stack import airflow, run
from stack.installation import WAREHOUSE, Installation
from stack.postgres import Cluster
from stack.progress import RunStuck

EXPECTED = {"recorded": 9, "refused": 1}


def test_nothing_is_started_where_every_sheet_has_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVSERVICE_VAR", str(tmp_path))
    monkeypatch.delenv("GOVSERVICE_FOLLOW_UP_DROPS", raising=False)
    for name in ("demo/follow_up/空港.xlsx", "follow_up/空港.xlsx.答复.xlsx"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    steps = run.Steps()
    assert run.follow_up(Installation(tmp_path), steps) == "success"
    assert steps.seconds == {}


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (EXPECTED, "与演示数据的真值核对：处置表登记 9 行，拒收 1 行，与所填一致"),
        (
            {"recorded": 8, "refused": 2},
            "[red]✗[/] 与演示数据的真值不符的处置表：登记 8 行，拒收 2 行，应为登记 9 行，拒收 1 行",
        ),
    ],
)
def test_a_line_shows_whether_the_sheets_were_taken_as_expected(found: dict[str, int], line: str) -> None:
    assert run.sheets_line({"expected": EXPECTED, "found": found}) == line


@pytest.fixture
def half_done(tmp_path: Path, own: Cluster) -> Installation:
    """An installation whose last run is of the last day of the campaign; its demo has no truth to compare with."""
    made = Installation(tmp_path)
    made.cluster = own
    own.ensure_database(WAREHOUSE)
    schema.install(own.url(WAREHOUSE, driver="postgresql"), {role: made.secret(role) for role in ROLES})
    with transaction(own.url(WAREHOUSE, driver="postgresql")) as cursor:
        cursor.execute("INSERT INTO ops.run (run_id, data_date) VALUES ('x', '2021-11-19') ON CONFLICT DO NOTHING")
    return made


@pytest.mark.parametrize(("state", "waiting"), [("failed", 0), ("success", 1)])
def test_what_is_half_done_is_not_compared_with_the_truth_of_the_demo(
    half_done: Installation, capsys: pytest.CaptureFixture[str], state: str, waiting: int
) -> None:
    with transaction(half_done.cluster.url(WAREHOUSE, driver="postgresql")) as cursor:
        cursor.execute("DELETE FROM quality.pending_case")
        cursor.execute("INSERT INTO quality.pending_case SELECT 'N1' FROM generate_series(1, %s)", (waiting,))
    assert run.show(half_done, state, run.Steps()) == (state != "success")
    assert "真值" not in capsys.readouterr().out


def test_what_is_done_is_compared_with_it(half_done: Installation) -> None:
    with transaction(half_done.cluster.url(WAREHOUSE, driver="postgresql")) as cursor:
        cursor.execute("DELETE FROM quality.pending_case")
    with pytest.raises(FileNotFoundError, match=r"truth\.parquet"):
        run.show(half_done, "success", run.Steps())


@pytest.mark.parametrize(
    ("asked", "other"), [(None, "include/contract/sources.yml"), ("real/sources.yml", "real/sources.yml")]
)
def test_make_run_says_that_the_register_is_the_demos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, other: str
) -> None:
    monkeypatch.delenv("GOVSERVICE_SOURCES", raising=False)
    if asked:
        monkeypatch.setenv("GOVSERVICE_SOURCES", str(settings.ROOT / asked))
    line = run.register_line(Installation(tmp_path))
    shown = os.path.relpath(tmp_path / "demo" / "sources.yml", settings.ROOT)
    assert line == f"登记表  {shown}（演示数据自带的；{other} 在 make run 里不起作用，接真实来源见 README）"
    used = airflow.environment(tmp_path, "", 0)
    assert used["GOVSERVICE_SOURCES"] == str(tmp_path / "demo" / "sources.yml")


def test_make_run_names_the_register_once_where_it_is_the_one_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation(tmp_path)
    monkeypatch.setenv("GOVSERVICE_SOURCES", str(installation.sources))
    shown = os.path.relpath(installation.sources, settings.ROOT)
    assert run.register_line(installation) == f"登记表  {shown}（演示数据自带的）"


def test_a_run_that_is_stuck_is_ended_and_the_scheduler_restarted_while_others_are_held_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def note(what: str) -> None:
        with (tmp_path / "lock").open("w") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        done.append(what)

    def stuck(*_: object) -> str:
        raise RunStuck("stuck")

    installation = Installation(tmp_path)
    scheduler = SimpleNamespace(stop=lambda: note("stop"))
    monkeypatch.setattr(run, "follow", stuck)
    monkeypatch.setattr(installation, "airflow_client", lambda: SimpleNamespace(fail_run=lambda *_: None))
    monkeypatch.setitem(vars(installation), "airflow_services", {"scheduler": scheduler})
    monkeypatch.setattr(installation, "start_airflow", lambda: note("start"))
    assert not run._completes(installation, "run")
    assert done == ["stop", "start"]

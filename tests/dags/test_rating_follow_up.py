"""One bad rating through all steps in a real Airflow; the answers go through the API, as those of its pages do."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

import drops
from follow_ups import as_of, rate
from govservice import dimensions, schema, settings
from govservice.contract import register
from govservice.reporting.follow_up_sheets import COLUMNS
from govservice.warehouse import transaction
from stack.installation import METADATA, WAREHOUSE, Installation
from stack.postgres import Cluster
from stack.services import stop_all
from tables import expect
from warehouses import PASSWORDS, Warehouse

DAG = "rating_follow_up"


class Airflow:
    """A running Airflow with the project's DAGs, and its API as one of its users."""

    def __init__(self, cluster: Cluster, var: Path) -> None:
        self.installation = Installation(var)
        self.installation.cluster = cluster
        for database in (METADATA, WAREHOUSE):
            cluster.ensure_database(database)
        self.warehouse = Warehouse(cluster, WAREHOUSE)
        self.sheets = var / "follow_up"
        for role, password in PASSWORDS.items():
            self.installation.secret(role, lambda password=password: password)
        schema.install(self.warehouse.superuser, PASSWORDS)
        (var / "demo").mkdir()
        for name in ("sources.yml", "organisations.csv"):
            shutil.copy(settings.CONTRACT / name, var / "demo" / name)
        dimensions.write(self.warehouse.url, register.load(var / "demo" / "sources.yml"))
        self.installation.write_connections({})
        self.client = self.installation.start_airflow()
        self.client.wait_for_dag(DAG, seconds=90)

    def trigger(self, **conf: Any) -> str:
        """Start a run."""
        return self.client.trigger(DAG, conf, "测试")

    def ended(self, run_id: str) -> dict[str, str]:
        """Wait for the end of a run: the state of each task, and of the run under its own name."""
        *_, (state, tasks) = self.client.follow(DAG, run_id)
        return {DAG: state, **{task["task_id"]: task["state"] for task in tasks}}

    def asked(self, run_id: str) -> list[dict[str, Any]]:
        """The questions that a run has put, once all of its questions wait for people."""
        for _ in range(120):
            tasks = self.call("admin", "GET", f"{_path(run_id)}/taskInstances?task_id=ask").json()["task_instances"]
            asking = [task for task in tasks if task["task_id"] == "ask"]
            if asking and {task["state"] for task in asking} == {"awaiting_input"}:
                time.sleep(3)  # the executor still reports on the task; people would answer later than that
                return self.call("admin", "GET", f"{_path(run_id)}/hitlDetails").json()["hitl_details"]
            assert "failed" not in {task["state"] for task in asking}
            time.sleep(0.5)
        raise AssertionError(tasks)

    def label(self, run_id: str) -> str:
        """What the page of a run calls its first question."""
        return self.call("admin", "GET", f"{_path(run_id)}/taskInstances/ask/0").json()["rendered_map_index"]

    def answer(self, run_id: str, option: str, user: str = "admin", place: int = 0, **form: str | None) -> int:
        """Answer a question; return the HTTP status."""
        body = {"chosen_options": [option], "params_input": {"acted_on": None, "note": None, **form}}
        return self.call(user, "PATCH", f"{_path(run_id)}/taskInstances/ask/{place}/hitlDetails", body).status_code

    def call(self, user: str, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        """One request as a user."""
        base, login = (
            self.installation.base_url,
            {"username": user, "password": self.installation.airflow_passwords()[user]},
        )
        token = requests.post(f"{base}/auth/token", json=login, timeout=30).json()["access_token"]
        head = {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{base}/api/v2/{path}", json=body, headers=head, timeout=30)


def _path(run_id: str) -> str:
    return f"dags/{DAG}/dagRuns/{quote(run_id, safe='')}"


@pytest.fixture(scope="module")
def airflow(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """Airflow up, with one bad rating in the warehouse."""
    var = tmp_path_factory.mktemp("var")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(var))
        patch.delenv("GOVSERVICE_FOLLOW_UP_DROPS", raising=False)
        running = Airflow(cluster, var)
        rate(running.warehouse, "N1")
        as_of(running.warehouse, "2021-10-09")
        try:
            yield running
        finally:
            stop_all(running.installation.airflow_services.values())


def state(airflow: Airflow, step: str) -> None:
    """Assert what the bad rating waits for."""
    expect(airflow.warehouse.url, "SELECT case_no, state FROM dwd.follow_up", f"case_no | state\nN1 | {step}")


def test_a_question_that_nobody_answers_is_postponed_and_asked_again(airflow: Airflow) -> None:
    # What a source has delivered is shown and never run as a template.
    rate(airflow.warehouse, "{{ 7 * 7 }}")
    run_id = airflow.trigger(questions=10)
    subjects = {question["subject"] for question in airflow.asked(run_id)}
    assert subjects == {"超期：差评回访 · 办件 N1", "超期：差评回访 · 办件 {{ 7 * 7 }}"}
    with transaction(airflow.warehouse.url) as cursor:
        cursor.execute("DELETE FROM dwd.rating WHERE case_no <> 'N1'")
    # Twenty hours are over.
    with transaction(airflow.installation.cluster.url(METADATA, driver="postgresql")) as cursor:
        cursor.execute(
            "UPDATE task_instance SET trigger_timeout = now() - interval '1 minute' WHERE state = 'awaiting_input'"
        )
    assert airflow.ended(run_id) == dict.fromkeys((DAG, "take_sheets", "write_open", "choose", "ask"), "success")
    state(airflow, "callback")


def test_a_bad_rating_goes_through_all_steps(airflow: Airflow) -> None:
    called = airflow.trigger()
    airflow.asked(called)
    assert airflow.answer(called, "已回访：反映属实", user="engineer") == 403
    assert airflow.answer(called, "审核通过") == 400
    assert airflow.answer(called, "已回访：反映属实", acted_on="2021-10-08", note="已致歉") == 200
    assert airflow.ended(called)[DAG] == "success"
    assert airflow.label(called) == "超期：差评回访 · 办件 N1 · 已回访：反映属实 · 已登记"
    state(airflow, "decide")

    decided = airflow.trigger()
    airflow.asked(decided)
    # A sheet is taken while another run waits for people.
    rows = [
        ["N1", "1", "认定", "立行立改", "张工", "2021-10-08", ""],
        ["N1", "1", "整改", "已整改", "张工", "2021-10-11", ""],
        ["N1", "1", "答复", "已答复本人", "张工", "2021-10-11", ""],
    ]
    (airflow.sheets / "a.csv").write_text(drops.table(*rows, header=COLUMNS), encoding="utf-8-sig")
    taken = airflow.ended(airflow.trigger(questions=0))
    assert (taken[DAG], taken["ask"]) == ("success", "skipped")
    state(airflow, "review")
    # Too late: the answer is not recorded, and the run does not fail.
    assert airflow.answer(decided, "解释说明", acted_on="2021-10-11") == 200
    assert airflow.ended(decided)[DAG] == "success"
    assert airflow.label(decided).endswith("解释说明 · 这一步已有人办理；现在应办：审核")
    state(airflow, "review")

    reviewed = airflow.trigger()
    airflow.asked(reviewed)
    assert airflow.answer(reviewed, "审核通过，有失职须追责", acted_on="2021-10-12") == 200
    assert airflow.ended(reviewed)[DAG] == "success"
    state(airflow, "account")

    accounted = airflow.trigger()
    airflow.asked(accounted)
    assert airflow.answer(accounted, "批评教育") == 200
    assert airflow.ended(accounted)[DAG] == "success"
    state(airflow, "closed")
    expect(
        airflow.warehouse.url,
        "SELECT step, outcome_code, actor, note FROM ops.follow_up_act",
        """
        step     | outcome_code | actor | note
        callback | confirmed    | admin | 已致歉
        decide   | at_once      | 张工  | ''
        rectify  | rectified    | 张工  | ''
        reply    | replied      | 张工  | ''
        review   | fault        | admin | ''
        account  | educated     | admin | ''
        """,
    )
    expect(
        airflow.warehouse.url,
        "SELECT callback_rate, rectify_on_time_rate, accounted_count, closed_count FROM ads.follow_up_measure WHERE new_city = '合计'",
        """
        callback_rate          | rectify_on_time_rate   | accounted_count | closed_count
        1.00000000000000000000 | 1.00000000000000000000 | 1               | 1
        """,
    )


def test_nobody_is_asked_when_nothing_waits(airflow: Airflow) -> None:
    assert airflow.ended(airflow.trigger())["ask"] == "skipped"

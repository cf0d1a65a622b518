"""The main job in a real Airflow on a small simulated area: it finds exactly what the truth of the area lists."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg2
import pytest

from demo.accuracy import accuracy, sheets
from demo.amends import hand_in
from govservice import schema
from govservice.contract import register
from govservice.reporting import follow_up_sheets, report
from stack.port import remembered_port
from stack.postgres import Cluster
from warehouses import PASSWORDS

ROOT = Path(__file__).resolve().parents[2]
SCALE = "0.02"
SOURCES = (
    "item_catalogue,konggang_centre,fengdong_centre,qinhan_centre,jinghe_centre,sanqiao_station,weicheng_station,"
    "fengxi_centre,konggang_projects,gaozhuang_station"
)


class Area:
    """The simulated area with its servers, and the warehouse that collects from it."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.folder, self.demo = cluster, folder, folder / "demo"
        for database in ("job_warehouse", "job_front"):
            cluster.ensure_database(database)
        self.url = cluster.url("job_warehouse", driver="postgresql")
        self.port = remembered_port(folder / "port")
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
            "GOVSERVICE_VAR": str(folder / "var"),
            "GOVSERVICE_SOURCES": str(self.demo / "sources.yml"),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
            "GX_ANALYTICS_ENABLED": "false",
        }

    def start(self) -> subprocess.Popen[bytes]:
        """Generate the area, load its front databases, install the warehouse, start its HTTP server."""
        generate = ["demo.generate", "--scale", SCALE, "--seed", "7", "--out", str(self.demo), "--sources", SOURCES]
        self._module(*generate)
        front = ["--url", self.cluster.url("job_front"), "--reader", "job_front_reader"]
        self._module("demo.front", "--root", str(self.demo / "front"), *front, FRONT_READER_PASSWORD="front")
        schema.install(self.url, PASSWORDS)
        credentials = self.folder / "credentials.json"
        credentials.write_text('{"client": "secret"}')
        self._connections()
        arguments = ["--root", str(self.demo / "api"), "--port", str(self.port), "--credentials", str(credentials)]
        server = subprocess.Popen([sys.executable, "-m", "demo.api", *arguments], env=self.environment)
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{self.port}/", timeout=1)
            except OSError as error:
                if getattr(error, "code", None):
                    break
                time.sleep(0.1)
        return server

    def _module(self, module: str, *arguments: str, **extra: str) -> None:
        subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env={**self.environment, **extra},
            check=True,
            capture_output=True,
        )

    def _connections(self) -> None:
        database = {"conn_type": "postgres", "host": "127.0.0.1", "port": self.cluster.port}
        login = {"login": "pipeline", "password": PASSWORDS["pipeline"], "schema": "job_warehouse"}
        connections: dict[str, dict[str, Any]] = {"warehouse": {**database, **login}}
        for source in register.load(self.demo / "sources.yml").values():
            if source.protocol == "http":
                address = {"conn_type": "http", "schema": "http", "host": "127.0.0.1", "port": self.port}
                path = {"base_path": f"/{source.id}"}
                connections[source.connection] = {**address, "login": "client", "password": "secret", "extra": path}
            elif source.protocol == "database":
                login = {"login": "job_front_reader", "password": "front", "schema": "job_front"}
                # The role may not write the marks that it should: the run names this and does not fail.
                extra = {"schema": source.id, "write_back": source.id == "fengxi_centre"}
                connections[source.connection] = {**database, **login, "extra": extra}
            else:
                path = {"path": str(self.demo / "drops" / source.id)}
                connections[source.connection] = {"conn_type": "fs", "extra": path}
        for name, connection in connections.items():
            self.environment[f"AIRFLOW_CONN_{name.upper()}"] = json.dumps(connection)

    def run(self, cleared: str | None = None, **conf: Any) -> dict[str, Any]:
        """One run of the DAG, with a task that is cleared afterwards; its state, the states of its tasks, and its log."""
        program = str(ROOT / "tests" / "helpers" / "run_dag.py")
        done = subprocess.run(
            [sys.executable, program, json.dumps(conf), "case_pipeline", *([cleared] if cleared else [])],
            env=self.environment, check=False, capture_output=True, text=True, timeout=250,
        )  # fmt: skip
        self.output = done.stdout + done.stderr
        results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        assert results, done.stdout[-3000:] + done.stderr[-3000:]
        return {**json.loads(results[-1].removeprefix("RESULT ")), "log": done.stdout + done.stderr}

    def value(self, query: str) -> Any:
        """The only value of a query."""
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchone()[0]  # type: ignore[index]
        finally:
            connection.close()


@pytest.fixture(scope="module")
def area(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Area]:
    """The area after one full run."""
    running = Area(cluster, tmp_path_factory.mktemp("area"))
    server = running.start()
    try:
        running.first = running.run(data_date="2021-11-19")  # type: ignore[attr-defined]
        yield running
    finally:
        server.terminate()
        server.wait(10)


def test_a_run_succeeds_and_names_every_source(area: Area) -> None:
    first = area.first  # type: ignore[attr-defined]
    assert first["state"] == "success", first
    labels = [task["label"] for task in first["tasks"] if task["task"] == "collect"]
    assert len(labels) == len(SOURCES.split(","))
    assert any(label.startswith("空港新城政务服务中心") for label in labels)


def test_the_note_of_a_run_has_its_figures(area: Area) -> None:
    cases, records = (report.summary(area.url)[key] for key in ("cases", "records"))
    received = sum(book["received"] for feed, book in records.items() if feed != "all")
    note = area.first["note"]  # type: ignore[attr-defined]
    assert note.startswith(
        f"汇聚 {cases['total_count']:,}，合格 {cases['qualified_count']:,} / 目标 {cases['target_count']:,}；"
    )
    assert f"本次收 {received:,} 条" in note
    assert "数据日期 2021-11-19" in note
    assert "下限" not in note


def test_every_task_notes_what_it_cost(area: Area) -> None:
    figures, tasks = report.summary(area.url), area.first["tasks"]  # type: ignore[attr-defined]
    assert figures["seconds"].keys() == figures["peak_rss_mb"].keys() == {task["task"] for task in tasks}
    assert all(20 < peak < 2048 for peak in figures["peak_rss_mb"].values())
    assert figures["seconds"]["collect"] > figures["seconds"]["plan"] > 0
    assert area.value("SELECT count(*) FROM ops.step") == len(tasks)


def test_every_task_says_in_its_log_what_it_did(area: Area) -> None:
    log = area.first["log"]  # type: ignore[attr-defined]
    for task in ("计划", "收数", "质检", "结论", "汇总", "质检回执", "关账", "回写质检标记"):
        assert re.search(rf"{task}：.*用时 \d+\.\d 秒", log), task
    assert "本次运行：数据日期 2021-11-19（表单里写明的），方式 增量" in log
    assert f"要收的：来源 {len(SOURCES.split(','))}" in log
    of_feed = (
        "FROM ops.ledger JOIN ops.delivery USING (delivery_id) WHERE run_id = (SELECT min(run_id) FROM ops.run) AND"
    )
    columns = ", ".join(
        f"sum({name})" for name in ("declared", "received", "versions", "replayed", "overlap", "unparsable")
    )
    for name, source_id, how in (
        ("空港新城政务服务中心", "konggang_centre", r"窗口 1900-01-01 00:00:00 — 2021-11-20 00:00:00，页 [1-9]\d*"),
        ("三桥街道便民服务站", "sanqiao_station", r"批次 [1-9]\d*，文件 [1-9]\d*"),
    ):
        booked = area.value(f"SELECT array[{columns}] {of_feed} source_id = '{source_id}' AND feed = 'accept'")
        words = ("声明", "收到", "新版本", "重放", "重叠", "无法解析")
        counts = "，".join(f"{word} {int(count):,}" for word, count in zip(words, booked, strict=True))
        assert booked[1] > 0
        assert re.search(f"{name} 受理信息：{how}，{counts}", log), counts
    findings = area.value("SELECT count(*) FROM quality.finding WHERE feed = 'accept'")
    assert re.search(rf"质检：待检 [1-9][\d,]*，.*受理信息问题 {findings:,}，", log)
    assert re.search(r"结论：判定 [1-9][\d,]*，", log)
    assert re.search(r"质检回执：回执 [1-9]\d*，", log)


def test_every_rule_finds_exactly_what_the_truth_lists(area: Area) -> None:
    wrong = {
        rule: score
        for rule, score in accuracy(area.url, area.demo).items()
        if {score["precision"], score["recall"]} != {1.0}
    }
    assert wrong == {}


def test_the_sheets_of_the_area_are_recorded_or_refused_once_as_its_truth_lists(
    area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_FOLLOW_UP_DROPS", str(tmp_path))
    assert hand_in(area.demo, tmp_path)
    taken = follow_up_sheets.take(area.url, "run")
    rows = sheets(area.url, area.demo)
    assert rows["found"] == rows["expected"] == {name: taken[name] for name in ("recorded", "refused")}
    assert rows["found"]["refused"] > 0
    figures = report.summary(area.url)["follow_up"]
    assert 0 < figures["rectified_count"] < figures["called_back_count"] < figures["real_name_count"]
    assert 0.7 < figures["called_back_count"] / figures["real_name_count"] < 1
    assert 0 < figures["overdue_count"] < figures["closed_count"]
    assert not hand_in(area.demo, tmp_path)
    assert follow_up_sheets.take(area.url, "run")["sheets"] == 0


def test_the_patterns_over_several_cases_are_those_of_the_truth(area: Area) -> None:
    truth = json.loads((area.demo / "truth.json").read_text())["case_patterns"]
    seen = area.value(
        "SELECT json_agg(json_build_object('rule_id', rule_id, 'source_id', source_ids[1], 'case_no', example_case_nos[1],"
        " 'day', accepted_date, 'cases', case_count)) FROM ads.case_suspicion"
    )
    assert Counter(one["rule_id"] for one in truth) == {"K10": 6, "U07": 2, "A09": 1}
    assert sorted(map(str, seen)) == sorted(map(str, truth))


def test_the_count_equals_the_truth_and_the_books_balance(area: Area) -> None:
    figures = report.summary(area.url)
    truth = json.loads((area.demo / "truth.json").read_text())
    assert figures["cases"]["qualified_count"] == truth["cases"]["qualified"]
    by_new_city = (
        "SELECT json_object_agg(new_city, qualified_count) FROM ads.tally_by_new_city WHERE qualified_count > 0"
    )
    assert area.value(by_new_city) == truth["qualified_by_new_city"]
    assert {feed: book["unexplained"] for feed, book in figures["records"].items()} == dict.fromkeys(
        figures["records"], 0
    )
    assert {source["state"] for source in figures["sources"].values()} == {"balanced"}
    for equation in (
        "received = declared + overlap",
        "received = versions + replayed + overlap + unparsable",
        "versions = live + superseded + tombstoned",
        "live = accepted + quarantined + duplicates",
    ):
        assert area.value(f"SELECT bool_and({equation}) FROM ops.book"), equation


def test_every_way_to_the_official_figures_gives_the_same(area: Area) -> None:
    figures = area.value("SELECT ROW(total_count, qualified_count)::text FROM ads.target_line WHERE line = 'case'")
    for query in (
        "SELECT ROW(sum(case_count), sum(qualified_count))::text FROM dws.tally_case_daily",
        "SELECT ROW(sum(case_count), sum(qualified_count))::text FROM ads.tally_by_new_city",
        "SELECT ROW(total_count, qualified_count)::text FROM ops.run ORDER BY started_at DESC LIMIT 1",
    ):
        assert area.value(query) == figures, query


def test_a_second_run_delivers_nothing_twice(area: Area) -> None:
    count = "SELECT (SELECT count(*) FROM ods.accept) + (SELECT count(*) FROM ods.process) + (SELECT count(*) FROM ods.result)"
    before, figures = area.value(count), report.summary(area.url)["cases"]
    assert area.run(data_date="2021-11-19")["state"] == "success"
    assert area.value(count) == before
    assert report.summary(area.url)["cases"] == figures


@pytest.mark.parametrize(
    ("cleared", "skipped"),
    [
        ("plan", {"plan", "collect", "inspect", "judge", "tally", "receipts", "close_books", "write_back"}),
        ("collect", {"collect", "inspect", "judge", "tally", "receipts", "close_books", "write_back"}),
        ("receipts", {"receipts", "close_books", "write_back"}),
        ("write_back", set()),
    ],
)
def test_clearing_a_task_of_a_closed_run_keeps_it_green_and_its_figures(
    area: Area, cleared: str, skipped: set[str]
) -> None:
    done = area.run(cleared, data_date="2021-11-19")
    assert done["state"] == "success", done
    states = [(task["task"], task["state"]) for task in done["tasks"]]
    assert {task for task, state in states if state == "skipped"} == skipped
    assert {state for _, state in states} <= {"success", "skipped"}
    collected = [state for task, state in states if task == "collect"]
    expected = {"plan": len(collected), "collect": 1}.get(cleared, 0)
    assert collected.count("skipped") == expected
    assert ("这次运行已经关账，它的数字不再改变；请另外触发一次运行" in done["log"]) == bool(skipped)
    closings = (
        "SELECT count(*) FROM ops.step WHERE run_id = (SELECT run_id FROM ops.run ORDER BY started_at DESC LIMIT 1)"
    )
    assert area.value(f"{closings} AND step = 'close_books'") == 1


@pytest.mark.parametrize(
    "source_id", ["konggang_centre", "qinhan_centre", "fengxi_centre", "konggang_projects", "sanqiao_station"]
)
def test_checking_a_source_shows_its_first_records_and_loads_nothing(area: Area, source_id: str) -> None:
    count = "SELECT (SELECT count(*) FROM ods.accept) + (SELECT count(*) FROM ops.delivery) + (SELECT count(*) FROM quality.finding)"
    before = area.value(count)
    done = subprocess.run(
        [sys.executable, "-m", "check_source", source_id],
        env=area.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "没有入库任何数据" in done.stdout
    assert "accept：申报" in done.stdout
    assert area.value(count) == before


def test_one_broken_station_makes_the_total_a_lower_bound_and_stops_nobody(area: Area) -> None:
    folder = area.demo / "drops" / "weicheng_station"
    hidden = folder.with_name("away")
    folder.rename(hidden)
    try:
        done = area.run(data_date="2021-11-19")
    finally:
        hidden.rename(folder)
    assert "未核实来源 1 个，总数是下限" in done["note"]
    states = {task["label"] or task["task"]: task["state"] for task in done["tasks"]}
    assert [label for label, state in states.items() if state == "failed"] == ["渭城街道便民服务站"]
    assert states["close_books"] == "success"
    assert area.value("SELECT bool_and(is_lower_bound) FROM ads.target_line") is True
    assert area.value("SELECT unverified_sources FROM ads.target_line LIMIT 1") == ["渭城街道便民服务站"]


@pytest.mark.parametrize(
    ("conf", "says"),
    [
        ({"data_date": "2021-11-19", "station": ["konggang_centre"]}, "运行参数 station 不认识；可以写的是 data_date"),
        ({"data_date": "2021-11-19", "stations": [None]}, "来源 None 没有登记或没有启用"),
        ({"data_date": "2021-11-01"}, "已经收到数据日期 2021-11-01 以后的数据"),
    ],
    ids=["an unknown key", "no source", "a day before what has been received"],
)
def test_a_run_that_is_started_wrongly_is_refused_before_it_begins(area: Area, conf: dict[str, Any], says: str) -> None:
    before = area.value("SELECT count(*) FROM ops.run")
    done = area.run(**conf)
    states = {task["task"]: task["state"] for task in done["tasks"]}
    assert (done["state"], states["plan"], states["collect"]) == ("failed", "failed", "upstream_failed")
    assert [task["tries"] for task in done["tasks"] if task["task"] == "plan"] == [1]
    assert says in area.output
    assert area.value("SELECT count(*) FROM ops.run") == before


@pytest.mark.parametrize("path", sorted((ROOT / "sql" / "examples").glob("*.sql")), ids=lambda path: path.stem)
def test_an_analyst_gets_an_answer(area: Area, path: Path) -> None:
    analyst = psycopg2.connect(
        area.cluster.url("job_warehouse", user="analyst", password=PASSWORDS["analyst"], driver="postgresql")
    )
    try:
        with analyst.cursor() as cursor:
            cursor.execute(path.read_text(encoding="utf-8"))
            assert cursor.fetchall()
    finally:
        analyst.close()


def test_a_day_far_beyond_the_newest_data_needs_to_be_confirmed(area: Area) -> None:
    latest = "SELECT max(data_date)::text FROM ops.run"
    refused = area.run(stations=["konggang_centre"])
    assert {task["task"]: task["state"] for task in refused["tasks"]}["plan"] == "failed"
    assert re.search(r"数据日期 20\d\d-\d\d-\d\d（没有写明，取前一天）", refused["log"])
    assert re.search(r"比最新的数据（2021-11-\d\d）晚 [\d,]+ 天，超过 30 天，没有开始", refused["log"])
    assert area.value(latest) == "2021-11-19"
    confirmed = area.run(stations=["konggang_centre"], data_date="2022-03-01", confirm_data_date=True)
    assert confirmed["state"] == "success"
    assert "数据日期 2022-03-01" in confirmed["note"]
    assert area.value(latest) == "2022-03-01"

"""`make run`: bring everything up, run the pipeline once, show the tallies and where to click."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import Any

from rich.console import Console

from demo.accuracy import accuracy, sheets
from demo.amends import hand_in
from govservice import settings, warehouse
from govservice.contract import register
from govservice.reporting import report
from govservice.warehouse import WarehouseError
from stack.airflow import USERS, AirflowError, plain_environment
from stack.install import TARGET
from stack.installation import FRONT, FRONT_READER, METADATA, WAREHOUSE, Installation, write_private
from stack.postgres import ClusterError, close_databases
from stack.progress import RunStuck, follow

DAG = "case_pipeline"
FOLLOW_UP_DAG = "rating_follow_up"
CAMPAIGN_END = date(2021, 11, 19)  # the demo's truth holds for the end of this day
SEED = 20211120
NOTE = "由 make run 触发"

console = Console(highlight=False, soft_wrap=True)


class StepFailed(RuntimeError):  # noqa: N818 - named for the event
    """A step of `make run` did not succeed: says which and what to do."""


class Steps:
    """Names, times and shows the steps as they end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, key: str, title: str) -> Iterator[None]:
        """Time one step; a line when it is done.

        Args:
            key: its name in summary.json.
            title: its name on the screen.
        """
        started = time.monotonic()
        yield
        self.seconds[key] = round(time.monotonic() - started, 1)
        console.print(f"[green]✓[/] {title}  {self.seconds[key]} 秒")


def main() -> int:
    """Run the command.

    Returns:
        Exit code: 0 the run succeeded and its books balance, 1 not so, 2 asked for something impossible.
    """
    parser = argparse.ArgumentParser(prog="make run", description="启动单机版并运行一次办件汇聚")
    parser.add_argument("--scale", type=_scale, default=1.0, help="演示数据的规模，1 为约 43.6 万件")
    parser.add_argument("--data-date", type=date.fromisoformat, default=CAMPAIGN_END, help="数据日期")
    options = parser.parse_args()
    installation = Installation(settings.var())
    steps = Steps()
    try:
        _refuse_other_scale(installation, options.scale)
        with installation.lock():
            start(installation, options.scale, steps)
        state = run_pipeline(installation, options.data_date, steps)
        if state == "success" and options.data_date >= CAMPAIGN_END:
            state = follow_up(installation, steps)
        return show(installation, state, steps)
    except (StepFailed, ClusterError, AirflowError, register.RegisterError, WarehouseError) as error:
        console.print(f"[red]✗[/] {error}", markup=True)
        return 1
    except KeyboardInterrupt:
        console.print("不再等待；已启动的照常运行，再次 make run 接着看，make stop 停止。")
        return 130


def start(installation: Installation, scale: float, steps: Steps) -> None:
    """Bring up database, simulated sources, warehouse and Airflow; what is up and healthy already stays untouched."""
    with steps.step("database", "数据库"):
        installation.cluster.start()
        for name in (METADATA, WAREHOUSE, FRONT):
            installation.cluster.ensure_database(name)
        close_databases(installation.cluster.url("postgres", driver="postgresql"), [METADATA, FRONT])
    # Made here, before several threads ask for them: from Python 3.12 on two threads could each make one.
    _ = installation.environment, installation.warehouse_passwords()
    with ThreadPoolExecutor() as pool:
        tasks = [
            pool.submit(_start_airflow, installation, steps),
            pool.submit(_start_sources, installation, scale, steps),
            pool.submit(_install_warehouse, installation, scale, steps),
        ]
    for task in tasks:
        task.result()


def run_pipeline(installation: Installation, data_date: date, steps: Steps) -> str:
    """Trigger the main DAG and wait for it; a run that has not ended is waited for first.

    If that one succeeded and everything is verified, it is enough; what was cut off or is stuck is run again.

    Returns:
        The last run's final state.
    """
    client = installation.airflow_client()
    with steps.step("pipeline", "流水线"):
        client.wait_for_dag(DAG, seconds=60)
        if (unfinished := client.unfinished_run(DAG)) and _completes(installation, unfinished):
            return "success"
        run_id = client.trigger(DAG, {"data_date": data_date.isoformat()}, NOTE)
        return follow(client, DAG, run_id, console, lambda: _watch(installation))


def _completes(installation: Installation, run_id: str) -> bool:
    """Wait for a run that was there before; whether nothing is left to do after it."""
    client = installation.airflow_client()
    console.print("已有一次运行尚未结束，接着等待它。")
    try:
        state = follow(client, DAG, run_id, console, lambda: _watch(installation))
    except RunStuck:
        console.print("那次运行一直没有进展：中止它，重新启动调度器，再运行一次。")
        client.fail_run(DAG, run_id)
        with installation.lock():
            installation.airflow_services["scheduler"].stop()
            installation.start_airflow()
        return False
    if state == "success" and not _is_lower_bound(installation):
        return True
    console.print("那次运行没有做完，再运行一次。")
    return False


def _is_lower_bound(installation: Installation) -> bool:
    with warehouse.transaction(installation.cluster.url(WAREHOUSE, driver="postgresql")) as cursor:
        return bool(warehouse.ask(cursor, "target_line")[0]["is_lower_bound"])


def follow_up(installation: Installation, steps: Steps) -> str:
    """Let the simulated new area hand in what it has done about its bad ratings, once, and the product take it.

    Returns:
        The final state of the run that takes it; success where there is nothing to hand in any more.
    """
    if not hand_in(installation.demo, settings.follow_up_drops()):
        return "success"
    client = installation.airflow_client()
    with steps.step("follow_up", "差评回访整改"):
        client.wait_for_dag(FOLLOW_UP_DAG, seconds=60)
        run_id = client.trigger(FOLLOW_UP_DAG, {"questions": 0}, NOTE)
        return follow(client, FOLLOW_UP_DAG, run_id, console, lambda: _watch(installation))


def _watch(installation: Installation) -> None:
    """Start what has stopped again.

    Raises:
        AirflowError: it does not start; names its log.
    """
    stopped = [
        one for one in (*installation.airflow_services.values(), installation.demo_service) if not one.is_alive()
    ]
    for service in stopped:
        console.print(f"{service.name} 停了，重新启动；日志见 {service.log}")
    if stopped:
        with installation.lock():
            installation.demo_service.start()
            installation.start_airflow()


def show(installation: Installation, state: str, steps: Steps) -> int:
    """Print the tallies and where to go on, and write summary.json.

    Returns:
        The exit code of `make run`.
    """
    url = installation.cluster.url(WAREHOUSE, driver="postgresql")
    summary = report.summary(url)
    summary["seconds"] = steps.seconds | summary["seconds"]
    # The truth is of the whole area: a run that was cut off, or a source that is unverified, does not contradict it.
    is_whole = state == "success" and not summary["cases"]["is_lower_bound"]
    if is_whole and summary["data_date"] == str(CAMPAIGN_END):
        summary["accuracy"] = accuracy(url, installation.demo)
        summary["follow_up"]["sheets"] = sheets(url, installation.demo)
    write_private(installation.var / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2))
    report.print_tallies(summary)
    if "accuracy" in summary:
        console.print(accuracy_line(summary["accuracy"]))
        console.print(sheets_line(summary["follow_up"]["sheets"]))
    console.print(f"\n{register_line(installation)}")
    passwords = installation.var / "secrets" / "airflow_passwords.json"
    console.print(f"界面    {installation.base_url}  用户 {'、'.join(USERS)}，密码在 {passwords}")
    console.print(f"数据库  {installation.psql_line()}")
    return verdict(summary, state)


def register_line(installation: Installation) -> str:
    """Which register of sources is in use, and that GOVSERVICE_SOURCES has no effect here; one line."""
    shown, other = (os.path.relpath(path, settings.ROOT) for path in (installation.sources, settings.sources_path()))
    if shown == other:
        return f"登记表  {shown}（演示数据自带的）"
    return f"登记表  {shown}（演示数据自带的；{other} 在 make run 里不起作用，接真实来源见 README）"


def accuracy_line(scores: dict[str, dict[str, Any]]) -> str:
    """How the findings compare with what the demo is known to have broken, in one line."""
    wrong = [rule for rule, score in scores.items() if score["precision"] < 1 or score["recall"] < 1]
    found = sum(score["found"] for score in scores.values())
    if wrong:
        return f"[red]✗[/] 与演示数据的真值不符的规则：{'、'.join(wrong)}"
    return f"与演示数据的真值核对：{len(scores)} 条规则，问题记录和疑点 {found:,} 处，无漏报，无误报"


def sheets_line(rows: dict[str, dict[str, int]]) -> str:
    """What became of the rows of the demo's sheets, beside what should, in one line."""
    found, expected = (
        f"登记 {rows[kind]['recorded']:,} 行，拒收 {rows[kind]['refused']:,} 行" for kind in ("found", "expected")
    )
    if found != expected:
        return f"[red]✗[/] 与演示数据的真值不符的处置表：{found}，应为{expected}"
    return f"与演示数据的真值核对：处置表{found}，与所填一致"


def verdict(summary: dict[str, Any], state: str) -> int:
    """0 if the run succeeded and every record it received is accounted for, else 1; says why."""
    unexplained = summary["records"]["all"]["unexplained"]
    if state != "success":
        console.print("[red]✗[/] 这次运行没有成功，见界面中标红的任务")
    if unexplained:
        console.print(f"[red]✗[/] 账不平：{unexplained} 条记录没有去向")
    return int(state != "success" or unexplained != 0)


def _refuse_other_scale(installation: Installation, scale: float) -> None:
    path = installation.var / "scale"
    if not path.exists():
        write_private(path, f"{scale:g}")
    present = path.read_text()
    if present != f"{scale:g}":
        console.print(
            f"[red]✗[/] 现有数据的规模是 {present}；要换成 {scale:g}，先 make clean（删除 {installation.var}）"
        )
        sys.exit(2)


def _start_airflow(installation: Installation, steps: Steps) -> None:
    with steps.step("airflow", "Airflow"):
        installation.start_airflow()


def _start_sources(installation: Installation, scale: float, steps: Steps) -> None:
    demo, environment = installation.demo, plain_environment()
    with steps.step("generate", "模拟新区的数据"):
        _run_module("demo.generate", ["--scale", f"{scale:g}", "--seed", str(SEED), "--out", str(demo)], environment)
    with steps.step("sources", "模拟新区的接口和前置库"):
        installation.write_connections(register.load(installation.sources))
        installation.demo_service.start()
        cluster = installation.cluster
        arguments = ["--root", str(demo / "front"), "--url", cluster.url(FRONT, password=""), "--reader", FRONT_READER]
        # Passwords by environment: anyone may read a command line.
        passwords = {"PGPASSWORD": cluster.password, "FRONT_READER_PASSWORD": installation.secret(FRONT_READER)}
        _run_module("demo.front", arguments, {**environment, **passwords})


def _install_warehouse(installation: Installation, scale: float, steps: Steps) -> None:
    cluster = installation.cluster
    with steps.step("warehouse", "数据仓库"):
        server = cluster.url("", password="", driver="postgresql").rstrip("/")
        arguments = ["--server", server, "--database", WAREHOUSE, "--target", str(round(TARGET * scale)),
                     "--passwords", str(installation.warehouse_passwords())]  # fmt: skip
        _run_module("stack.install", arguments, {**plain_environment(), "PGPASSWORD": cluster.password})


def _run_module(module: str, arguments: list[str], environment: dict[str, str]) -> None:
    code = subprocess.run([sys.executable, "-m", module, *arguments], env=environment, check=False).returncode
    if code:
        raise StepFailed(f"python -m {module} 失败（退出码 {code}），原因见上")


def _scale(text: str) -> float:
    scale = float(text)
    if not 0 < scale <= 10:
        raise argparse.ArgumentTypeError("应在 0 和 10 之间")
    return scale


if __name__ == "__main__":
    sys.exit(main())

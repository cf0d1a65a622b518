"""## 办件汇聚与质检

**做什么**：从登记表中的每个来源取数（接口、前置库、站点表格），存入 `ods`，逐条质检，给出每个办件的结论，汇总并与目标比较。

**何时运行**：手工触发，或按 `GOVSERVICE_SCHEDULE`（例如 `0 2 * * *`）每天运行。数据日期空着就是运行当天的前一天，一开始就写在运行备注和“计划”的日志里；
比最新的数据晚 30 天以上的（`ops.setting` 的 `data_date_lead_days`），“计划”拒绝，除非勾选“确认数据日期”。

**回写**：关账后，连接的 extra 写有 `write_back: true` 的前置库收到质检标记；写不回只记入日志，不影响本次运行。

**读**：来源登记表、Airflow 连接。**写**：落地目录、数据仓库、质检回执（`var/receipts/`）。

**重跑**：随时可以，另外触发一次即可。已收过的记录只计作重放，不会重复计数；没有新数据时几十秒内结束。已经关账的运行，数字不再改变：
清除它的任务不会重算，只标为“跳过”并在日志里写明怎么办，运行仍是绿的；只清除“关账”的，它仍显示成功、数字不变，“回写质检标记”会再写一次。

**开始时**：要收的来源先一律记为“未核实”（NOT_COLLECTED），收完一个核实一个；收数任务不论因何中断，都不会被当作已核实。

**失败时**：一个来源取不到不影响其他来源——它被标为“未核实”，所有总数变成下限并写明缺谁；修好后重跑即可。
“关账”失败表示账不平，数字不能对外使用，先看看板上的账。

**影响**：看板、质检回执和分析人员的查询都取自这里。
"""

import os
from datetime import date, timedelta
from typing import Any

from airflow.sdk import Asset, Param, chain, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from data_date_form import FORM
from endpoints import endpoint_or_none, warehouse_url
from govservice.contract import register
from measured import measured
from no_vain_retry import no_vain_retry
from notices import FailureNotice
from run_conf import refuse_unknown_keys

REGISTER = register.load()
CHOICES = {source.id: source.name for source in REGISTER.values() if source.enabled}


@dag(
    dag_id="case_pipeline",
    dag_display_name="办件汇聚与质检",
    schedule=os.environ.get("GOVSERVICE_SCHEDULE") or None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    tags=["办件", "质检"],
    doc_md=__doc__,
    default_args={
        "owner": "数据工程",
        "on_failure_callback": FailureNotice(),
        # A source that sends a byte now and then must not hold its place for ever.
        "execution_timeout": timedelta(hours=3),
        # Every step may be done again; what a killed worker or database has cut off is.
        "retries": 2,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "show_return_value_in_logs": False,
    },
    params={
        **FORM,
        "stations": Param(
            None,
            type=["null", "array"],
            examples=list(CHOICES),
            values_display=CHOICES,
            title="来源",
            description="空 = 全部",
        ),
        "mode": Param(
            "incremental",
            enum=["incremental", "full"],
            values_display={"incremental": "增量", "full": "全量重取"},
            title="方式",
        ),
    },
)
def case_pipeline() -> None:
    @task(task_display_name="计划")
    @measured
    @no_vain_retry
    def plan(**context: Any) -> list[dict[str, str]]:
        from govservice import runs, step_log

        refuse_unknown_keys(context)
        params = context["params"]
        day = runs.day_of(params["data_date"], context["dag_run"].run_after)
        origin = "表单里写明的" if params["data_date"] else "没有写明，取前一天"
        step_log.log("本次运行", {"data_date": f"{day}（{origin}）", "mode": params["mode"]})
        chosen, full, is_confirmed = params["stations"], params["mode"] == "full", params["confirm_data_date"]
        sources = runs.begin(
            warehouse_url(), context["run_id"], day, register.load(), chosen, full=full, is_confirmed=is_confirmed
        )
        step_log.log("要收的", {"sources": len(sources)})
        return [{"source_id": source_id, "data_date": day.isoformat()} for source_id in sources]

    @task(
        task_display_name="收数",
        map_index_template="{{ station }}",
        pool="sources",
    )
    @measured
    @no_vain_retry
    def collect(source_id: str, data_date: str) -> dict[str, Any]:
        from govservice import runs
        from govservice.collecting.collect import collect as collect_source
        from govservice.collecting.protocol import SourceUnreadable

        context: Any = get_current_context()
        source = register.load()[source_id]
        context["station"] = source.name
        runs.require_begun(warehouse_url(), context["run_id"])
        full = context["params"]["mode"] == "full"
        try:
            done = collect_source(
                warehouse_url(),
                source,
                endpoint_or_none(source.connection),
                date.fromisoformat(data_date),
                context["run_id"],
                full,
            )
        except SourceUnreadable as error:
            raise (AirflowFailException if error.is_final else RuntimeError)(f"{error.code}：{error}") from None
        missing = f" 来源已无 {done.missing:,}" if done.missing else ""
        context["station"] = f"{source.name} · 收 {done.received:,} 新 {done.versions:,}{missing}"
        names = ("received", "versions", "replayed", "unparsable", "refused_deliveries", "missing", "state")
        return {name: getattr(done, name) for name in names}

    @task(task_display_name="质检", trigger_rule="all_done", pool="warehouse")
    @measured
    @no_vain_retry
    def inspect(**context: Any) -> dict[str, int]:
        from govservice import runs
        from govservice.inspecting.inspection import inspect as inspect_due

        runs.require_begun(warehouse_url(), context["run_id"])
        return inspect_due(warehouse_url(), context["run_id"])

    @task(task_display_name="结论", pool="warehouse")
    @measured
    @no_vain_retry
    def judge(**context: Any) -> dict[str, int]:
        from govservice import runs
        from govservice.inspecting.inspection import judge as judge_due

        runs.require_begun(warehouse_url(), context["run_id"])
        return {"judged": judge_due(warehouse_url(), context["run_id"])}

    @task(task_display_name="汇总")
    @measured
    @no_vain_retry
    def tally(**context: Any) -> dict[str, int]:
        from govservice import runs

        return runs.tally(warehouse_url(), context["run_id"])

    @task(task_display_name="质检回执")
    @measured
    @no_vain_retry
    def receipts(**context: Any) -> dict[str, int]:
        from govservice import runs
        from govservice.reporting import receipts as receipt_files

        runs.require_begun(warehouse_url(), context["run_id"])
        return {"receipts": receipt_files.write(warehouse_url(), context["run_id"])}

    @task(task_display_name="关账", outlets=[Asset(name="办件目标线", uri="x-warehouse://ads/target_line")])
    @measured
    @no_vain_retry
    def close_books(**context: Any) -> dict[str, int]:
        from govservice import runs

        return runs.close(warehouse_url(), context["run_id"])

    @task(task_display_name="回写质检标记")
    @measured
    def write_back() -> dict[str, str]:
        from govservice.reporting import write_back

        answers = {}
        for source in register.load().values():
            place = endpoint_or_none(source.connection) if source.enabled else None
            if place and write_back.takes_marks(source, place):
                answers[source.id] = write_back.write_back(warehouse_url(), source, place)
        return answers

    chain(collect.expand_kwargs(plan()), inspect(), judge(), tally(), receipts(), close_books(), write_back())


case_pipeline()

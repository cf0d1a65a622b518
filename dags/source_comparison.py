"""## 来源比对

**做什么**：让“办件汇聚与质检”以全量方式再跑一次：每个接口和前置库的全部记录与库中逐条对照。
晚到的记录和悄悄改过的内容成为新版本；库中还在、来源已经没有的记录列入 `quality.missing_record`（不自动删除，办件结论不变），
超期未办结的见 `ads.overdue_case`。

**何时运行**：按 `GOVSERVICE_COMPARISON_SCHEDULE`（例如 `0 3 * * 0`，每周日三点）；不设则只能手工触发。

**数据日期**：空着就是运行当天的前一天；比最新的数据晚 30 天以上的，触发的那次运行不开始，写明日期或勾选“确认数据日期”再来。

**失败时**：它触发的那次运行失败了，到“办件汇聚与质检”里看。重跑随时可以。
"""

import os
from datetime import timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag

from data_date_form import FORM
from notices import FailureNotice


@dag(
    dag_id="source_comparison",
    dag_display_name="来源比对",
    schedule=os.environ.get("GOVSERVICE_COMPARISON_SCHEDULE") or None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=13),
    tags=["办件", "质检"],
    doc_md=__doc__,
    default_args={"owner": "数据工程", "on_failure_callback": FailureNotice()},
    params=FORM,
    # An empty date is passed on as none, not as the word.
    render_template_as_native_obj=True,
)
def source_comparison() -> None:
    TriggerDagRunOperator(
        task_id="compare",
        task_display_name="全量重取并比对",
        trigger_dag_id="case_pipeline",
        conf={
            "mode": "full",
            "data_date": "{{ params.data_date }}",
            "confirm_data_date": "{{ params.confirm_data_date }}",
        },
        note="由来源比对触发",
        wait_for_completion=True,
        deferrable=True,
        poke_interval=30,
        execution_timeout=timedelta(hours=12),
    )


source_comparison()

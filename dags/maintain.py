"""## 维护

**做什么**：三件互不相干的事。

* 豁免到期：`expectations/waivers.yml` 里有到期的豁免就失败，并逐条点名（规则、范围、到期日、责任人）。到期的豁免已自动失效，
  失败只是提醒：删除或延期后重跑即可。
* 日历够不够：有办件的受理、办结或已到的承诺日期晚于日历（`include/contract/calendar.csv`）的最后一天就失败，并说明有多少件。
  与工作日有关的规则（T07、T08、T15 等）不判日历以外的日子；国务院办公厅公布节假日安排后加进日历，下一次运行自动重判。
* 清理落地文件：删除超过保留期（`GOVSERVICE_LANDING_DAYS`，默认 180 天）的原始文件。只删已入库且账平的，或被拒收后已由同一批次的
  重报代替的；每个来源最近一次的永远保留。删了哪些记在 `ops.landing_removal` 和运行备注里。

**何时运行**：按 `GOVSERVICE_MAINTAIN_SCHEDULE`（例如 `0 5 * * *`，每天五点）；不设则只能手工触发。到期按数据日期（运行的前一天）算。

**读**：豁免登记、日历、办件结论、批次台账。**写**：落地目录、`ops.landing_removal`。

**重跑**：随时可以。

**失败时**：见任务日志；不影响办件汇聚。表的清理和统计由 PostgreSQL 自动进行（autovacuum），这里不做。
"""

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from endpoints import warehouse_url
from govservice import settings
from measured import measured
from no_vain_retry import no_vain_retry
from notices import FailureNotice


@dag(
    dag_id="maintain",
    dag_display_name="维护",
    schedule=os.environ.get("GOVSERVICE_MAINTAIN_SCHEDULE") or None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["运维"],
    doc_md=__doc__,
    default_args={
        "owner": "数据工程",
        "on_failure_callback": FailureNotice(),
        "execution_timeout": timedelta(hours=1),
    },
)
def maintain() -> None:
    @task(task_display_name="豁免到期")
    @measured
    @no_vain_retry
    def check_waivers(**context: Any) -> dict[str, int]:
        from govservice import runs
        from govservice.inspecting import waivers

        yesterday = runs.day_of(None, context["dag_run"].run_after)
        return {"waivers": waivers.refuse_expired(yesterday)}

    @task(task_display_name="日历够不够")
    @measured
    @no_vain_retry
    def check_calendar() -> dict[str, str]:
        from govservice import dimensions

        return {"calendar_until": f"{dimensions.refuse_uncovered(warehouse_url())} 年"}

    @task(task_display_name="清理落地文件")
    @measured
    def remove_landings(**context: Any) -> dict[str, int]:
        from govservice.collecting import retention

        today = context["dag_run"].run_after.astimezone(settings.SHANGHAI).date()
        return retention.remove_old(warehouse_url(), context["run_id"], today)

    check_waivers()
    check_calendar()
    remove_landings()


maintain()

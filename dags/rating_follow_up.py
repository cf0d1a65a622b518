"""## 差评回访整改

**做什么**：凡不满必回访、凡问题必整改、凡失职必追责。每件差评依次 回访 → 认定 → 整改 → 答复 → 审核（→ 追责），直到销号。
本流程先收下放在 `GOVSERVICE_FOLLOW_UP_DROPS`（默认 `var/follow_up`）里的处置表，再把待办写成每个来源一份的 `var/follow_up_open/*.xlsx`，
最后把期限最近的若干件逐件列在 浏览 › 待操作的任务实例，由指定的人答复。

**何时运行**：按 `GOVSERVICE_FOLLOW_UP_SCHEDULE`（例如 `0 8 * * 1-5`）；不设则手工触发。只收表时“提问件数”填 0。

**读**：评价结论、处置表。**写**：处置记录（只增不改）、待办表、每份处置表旁的 `.答复.xlsx`。

**没人答复**：20 小时后当作“暂不处理”，任务照常结束，下次再问。等人答复不占工作进程，不影响收数和汇总。

**重跑**：随时可以。同一份处置表只收一次；同一条处置不会重复登记。

**影响**：`ads.follow_up_measure`、`ads.follow_up_overdue`。
"""

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import Param, chain, dag, task

from endpoints import warehouse_url
from follow_up_question import FORM, FollowUpQuestion
from measured import measured
from notices import FailureNotice
from run_conf import refuse_unknown_keys

PEOPLE = [user.strip() for user in os.environ.get("GOVSERVICE_FOLLOW_UP_USERS", "admin").split(",")]


@dag(
    dag_id="rating_follow_up",
    dag_display_name="差评回访整改",
    schedule=os.environ.get("GOVSERVICE_FOLLOW_UP_SCHEDULE") or None,
    catchup=False,
    # One run may wait for people while another takes sheets.
    max_active_runs=2,
    dagrun_timeout=timedelta(hours=24),
    tags=["评价", "差评"],
    doc_md=__doc__,
    default_args={"owner": "好差评专班", "on_failure_callback": FailureNotice(), "show_return_value_in_logs": False},
    params={
        "questions": Param(
            int(os.environ.get("GOVSERVICE_FOLLOW_UP_QUESTIONS", "10")),
            type="integer",
            minimum=0,
            maximum=100,
            title="提问件数",
            description="期限最近的多少件；0 = 只收处置表",
        ),
    },
)
def rating_follow_up() -> None:
    @task(task_display_name="收处置表", execution_timeout=timedelta(hours=1))
    @measured
    def take_sheets(**context: Any) -> dict[str, int]:
        from govservice.reporting import follow_up_sheets

        refuse_unknown_keys(context)
        return follow_up_sheets.take(warehouse_url(), context["run_id"])

    @task(task_display_name="写待办表", execution_timeout=timedelta(hours=1))
    @measured
    def write_open() -> dict[str, int]:
        from govservice.reporting import follow_up_sheets

        return {"open_sheets": follow_up_sheets.write_open(warehouse_url())}

    @task(task_display_name="选出待办", execution_timeout=timedelta(hours=1))
    @measured
    def choose(**context: Any) -> list[dict[str, Any]]:
        from govservice.reporting import follow_up

        return follow_up.questions(warehouse_url(), context["params"]["questions"])

    chosen = choose()
    ask = FollowUpQuestion.partial(
        task_id="ask",
        task_display_name="逐件处置",
        map_index_template="{{ task.shown_as }}",
        params=FORM,
        assigned_users=[{"id": user, "name": user} for user in PEOPLE],
        response_timeout=timedelta(hours=20),
    ).expand_kwargs(chosen)
    chain(take_sheets(), write_open(), chosen, ask)


rating_follow_up()

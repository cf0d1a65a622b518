"""A question about one bad rating, put to people in Airflow: what they answer is recorded as soon as they have answered."""

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from endpoints import warehouse_url
from govservice.reporting.follow_up import POSTPONE

FORM = {
    "acted_on": Param(None, type=["null", "string"], format="date", title="办理日期", description="空 = 答复当天"),
    "note": Param(None, type=["null", "string"], maxLength=200, title="说明", description="不要写姓名、电话、证件号"),
}


class FollowUpQuestion(HITLOperator):
    """Asks what was done about one bad rating; who does not answer in time has postponed it, and is asked again by the next run.

    Args:
        rating: source_id, record_key and the step that is asked for, as govservice.reporting.follow_up.questions() gives them.
    """

    # What a source has delivered stands in subject and body: it is shown, never run as a template.
    template_fields = ()

    def __init__(self, *, rating: dict[str, str], **kwargs: Any) -> None:
        super().__init__(defaults=POSTPONE, **kwargs)
        self.rating = rating
        self.shown_as = self.subject

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, str]:
        """Record the answer; one that may not be recorded is named by code and sentence and asked again by the next run."""
        from govservice.reporting import follow_up

        answered: Any = super().execute_complete(context, event)
        outcome, user = answered["chosen_options"][0], answered["responded_by_user"]
        if outcome == POSTPONE or user is None:
            return {"code": "POSTPONED"}
        origin = f"{context['run_id']} 第 {context['ti'].map_index + 1} 问"
        code, sentence = follow_up.answer(
            warehouse_url(),
            self.rating,
            outcome,
            user["name"],
            answered["responded_at"],
            answered["params_input"],
            origin,
        )
        self.shown_as = f"{self.subject} · {outcome} · {sentence}"
        self.log.info("%s：%s", code, sentence)
        return {"code": code}

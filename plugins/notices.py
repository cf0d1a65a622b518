"""Failure notices: whoever runs the pipeline learns of a failed task by mail or webhook, without any record's values."""

from typing import Any

from airflow.exceptions import AirflowNotFoundException
from airflow.sdk import BaseHook, BaseNotifier
from airflow.sdk.definitions.context import Context

from govservice import outside, timed_http

CONNECTION = "failure_notice"
SECONDS = 20.0


class FailureNotice(BaseNotifier):
    """Sends what failed, in which run and where to look.

    The connection `failure_notice` says how: conn_type http posts JSON {"text"} to its address; conn_type smtp sends a mail
    (extra: from_email, to). Without the connection nothing is sent and the task log says so.
    """

    def notify(self, context: Context) -> None:
        """Send the notice; a notice that cannot be sent must not hide the failure itself."""
        try:
            connection = BaseHook.get_connection(CONNECTION)
        except AirflowNotFoundException:
            self.log.info("没有配置连接 %s，未发送失败通知", CONNECTION)
            return
        text = notice_text(context)
        try:
            # A receiver that answers byte by byte must not keep a task that has failed already.
            outside.within(SECONDS, lambda: _send(connection, text))
        except Exception as error:  # noqa: BLE001 - see the docstring
            self.log.warning("失败通知没有发出：%s", type(error).__name__)


def _send(connection: Any, text: str) -> None:
    if connection.conn_type == "smtp":
        _mail(connection.extra_dejson, text)
        return
    url = f"{connection.schema or 'https'}://{connection.host}:{connection.port or 443}{connection.extra_dejson.get('path', '/')}"
    timeout = (outside.CONNECT_SECONDS, SECONDS)
    with timed_http.session() as session:
        session.post(url, json={"text": text}, timeout=timeout, allow_redirects=False).raise_for_status()


def notice_text(context: Any) -> str:
    """One line for people: task, run, kind of error, where to look. The error's own text stays in the task log."""
    task = context["ti"]
    label = getattr(task, "rendered_map_index", None) or ""
    error = context.get("exception")
    return (
        f"【政务数据汇聚】任务失败：{context['task'].task_display_name} {label}，运行 {context['run_id']}，"
        f"第 {task.try_number} 次，{type(error).__name__ if error else '未知错误'}。请在 Airflow 任务日志中查看原因。"
    )


def _mail(extra: dict[str, Any], text: str) -> None:
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    with SmtpHook(smtp_conn_id=CONNECTION) as hook:
        hook.send_email_smtp(
            to=extra["to"], from_email=extra.get("from_email"), subject="政务数据汇聚：任务失败", html_content=text
        )

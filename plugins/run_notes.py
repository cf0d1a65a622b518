"""The note of a run: its day, then the figures it ended with, where an engineer looks first. Airflow calls this in the scheduler."""

from typing import Any

from airflow.listeners import hookimpl

FIRST_WORDS = ("汇聚 ", "数据日期 ", "清理落地文件 ")


@hookimpl
def on_dag_run_running(dag_run: Any, msg: str) -> None:
    """Note for which day a run of the main job is, as soon as it starts."""
    if dag_run.dag_id == "case_pipeline":
        from govservice import runs

        day = runs.day_of((dag_run.conf or {}).get("data_date"), dag_run.run_after)
        note(dag_run, f"数据日期 {day}")


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Note the figures of a run that has succeeded."""
    write_note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Note the figures of a run that has failed, as far as it got."""
    write_note(dag_run)


def write_note(dag_run: Any) -> None:
    """Note the figures of a run that has ended; nothing before its tally."""
    if dag_run.dag_id not in LINES:
        return
    from endpoints import warehouse_url

    line = LINES[dag_run.dag_id](warehouse_url(), dag_run.run_id)
    if line:
        note(dag_run, line)


def note(dag_run: Any, line: str) -> None:
    """Put a line above what people have written; the one that a run had before gives way."""
    from airflow.utils.session import create_session
    from sqlalchemy.orm import object_session

    if object_session(dag_run):
        _put(dag_run, line)
    else:  # from dag.test(), which has closed its session
        with create_session() as session:
            _put(session.get(type(dag_run), dag_run.id), line)


def _put(dag_run: Any, line: str) -> None:
    written = [one for one in (dag_run.note or "").splitlines() if not one.startswith(FIRST_WORDS)]
    dag_run.note = "\n".join([line, *written])


def _figures(url: str, run_id: str) -> str | None:
    """The figures of a run of the main job; None before its tally."""
    from govservice import runs

    figures = runs.figures(url, run_id)
    return sentence(figures) if figures else None


def _removals(url: str, run_id: str) -> str:
    """How many landing folders a run of maintain has removed, and which; a note has room for some."""
    from govservice.collecting import retention

    paths = retention.removed(url, run_id)
    return (
        f"清理落地文件 {len(paths)} 个" + ("：" if paths else "") + "、".join(paths[:8]) + (" 等" if paths[8:] else "")
    )


LINES = {"case_pipeline": _figures, "maintain": _removals}


def sentence(figures: dict[str, Any]) -> str:
    """The figures in one line."""
    parts = [
        f"汇聚 {figures['total_count']:,}，合格 {figures['qualified_count']:,} / 目标 {figures['target_count']:,}",
        f"评价 {figures['rating_total_count']:,}，合格 {figures['rating_qualified_count']:,}"
        f" / 目标 {figures['rating_target_count']:,}",
        f"本次收 {figures['received']:,} 条：新 {figures['versions']:,}，重放 {figures['replayed']:,}",
        f"数据日期 {figures['data_date']}",
    ]
    if figures["unverified_count"]:
        parts.append(f"未核实来源 {figures['unverified_count']} 个，总数是下限")
    if figures["waiting_count"]:
        parts.append(f"{figures['waiting_count']:,} 件还没有质检，总数是下限")
    if figures["unexplained_count"]:
        parts.append(f"账不平，{figures['unexplained_count']:,} 条没有去向")
    return "；".join(parts)

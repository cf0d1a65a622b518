"""What the executor says when one of its workers has died."""

from types import SimpleNamespace

import pytest

from local_executor import RestartingLocalExecutor


def test_a_task_whose_result_was_waiting_is_not_said_to_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executor = RestartingLocalExecutor(parallelism=1)
    executor.workers, executor.running = {}, {"ended", "cut off"}  # type: ignore[assignment]
    executor.activity_queue = executor.result_queue = SimpleNamespace(close=lambda: None)  # type: ignore[assignment]
    said: list[str] = []
    failed: list[object] = []
    monkeypatch.setattr(executor, "_read_results", lambda: executor.running.discard("ended"))  # type: ignore[arg-type]
    monkeypatch.setattr(executor, "fail", failed.append)
    monkeypatch.setattr(executor, "start", lambda: None)
    log = SimpleNamespace(warning=lambda text, count: said.append(text % count))
    monkeypatch.setattr(RestartingLocalExecutor, "log", log)
    executor._restart()
    assert failed == ["cut off"]
    assert said == ["有工作进程被终止，全部重新开始；正在运行的 1 个任务记为失败"]

"""Airflow's LocalExecutor, which goes on after one of its workers has been killed."""

from contextlib import suppress

import psutil
from airflow.executors.local_executor import LocalExecutor


class RestartingLocalExecutor(LocalExecutor):
    """Restarts all workers when one has died, and reports what they were running as failed.

    As shipped, nobody reports what a killed worker was running, so that its slot is never free again; and it may have held the lock of
    the queue, for which every other worker then waits for ever. Airflow runs the failed tasks again as often as their DAG says.
    """

    def sync(self) -> None:
        """Look after the workers; Airflow calls this with every heartbeat."""
        if any(not worker.is_alive() for worker in self.workers.values()):
            self._restart()
        super().sync()

    def _restart(self) -> None:
        self._read_results()
        self.log.warning("有工作进程被终止，全部重新开始；正在运行的 %d 个任务记为失败", len(self.running))
        for pid, worker in self.workers.items():
            for process in _process_tree(pid):  # a task whose worker is gone must not go on beside its next attempt
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            worker.join()
            worker.close()
        for key in list(self.running):
            self.fail(key)
        self.activity_queue.close()
        self.result_queue.close()
        self.start()


def _process_tree(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        return [*parent.children(recursive=True), parent]
    return []

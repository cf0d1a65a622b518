"""Detached processes that outlive the command which started them, each known by a record file."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stack.process import processes_of, start_ticks

STOP_SECONDS = 20


@dataclass(frozen=True)
class Service:
    """A process to keep running, with its record and log in one folder.

    Args:
        name: name of its record and log files.
        command: program and arguments.
        environment: its whole environment.
        folder: where record and log are; also the working directory by which its orphans are recognised.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path

    @property
    def log(self) -> Path:
        """What the process prints, over all its starts."""
        return self.folder / f"{self.name}.log"

    def start(self) -> bool:
        """Run the service, unless it already runs with this command and environment.

        Returns:
            Whether it was started anew.
        """
        if self.is_alive() and self._record().get("fingerprint") == self._fingerprint():
            return False
        self.stop()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command, env=dict(self.environment), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        record = {"pid": process.pid, "start_ticks": start_ticks(process.pid), "fingerprint": self._fingerprint()}
        self._record_path.write_text(json.dumps(record))
        return True

    def is_alive(self) -> bool:
        """Whether the process that start() noted still runs; another process under its pid does not count."""
        record = self._record()
        return bool(record) and start_ticks(record["pid"]) == record["start_ticks"]

    def stop(self) -> None:
        """End the service: ask its leader, wait, then kill what is left of it."""
        record = self._record()
        if not record:
            return
        if self.is_alive():
            os.kill(record["pid"], signal.SIGTERM)  # to the leader only: Airflow's components end their children
            deadline = time.monotonic() + STOP_SECONDS
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(0.05)
        for pid in self._left_over(record):
            os.kill(pid, signal.SIGKILL)
        self._record_path.unlink()

    @property
    def _record_path(self) -> Path:
        return self.folder / f"{self.name}.json"

    def _record(self) -> dict:
        try:
            return json.loads(self._record_path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def _fingerprint(self) -> str:
        whole = json.dumps([list(self.command), dict(self.environment)], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    def _left_over(self, record: dict) -> list[int]:
        """Living processes of the service's session: same session id, working directory in the service's folder."""
        found = []
        for pid in processes_of(os.geteuid()):
            try:
                same_place = Path(f"/proc/{pid}/cwd").samefile(self.folder)
                if os.getsid(pid) == record["pid"] and same_place and start_ticks(pid) is not None:
                    found.append(pid)
            except OSError:  # ended meanwhile
                continue
        return found


def stop_all(services: Iterable[Service]) -> None:
    """End several services at the same time: some take ten seconds and more."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(Service.stop, services))

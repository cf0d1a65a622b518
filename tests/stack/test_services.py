"""Detached services: started once, restarted when dead or changed, and never mistaken for another process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stack import services
from stack.process import start_ticks
from stack.services import Service

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
FAMILY = [sys.executable, "-c", "import os, time; os.fork(); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)",
]


@pytest.fixture
def make(tmp_path: Path):
    """Makes services in one folder and stops them all at the end."""
    made: list[Service] = []

    def service(command: list[str] = SLEEPER, **environment: str) -> Service:
        made.append(Service("sleeper", command, {"PATH": os.defpath, **environment}, tmp_path / "run"))
        return made[-1]

    yield service
    for each in made:
        each.stop()


def _pid(service: Service) -> int:
    return json.loads((service.folder / "sleeper.json").read_text())["pid"]


def _session(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "--sid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "Z" not in line.split()[1]]


def _wait(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_running_service_is_left_alone(make) -> None:
    assert make().start() is True
    before = _pid(make())
    assert make().start() is False
    assert _pid(make()) == before


def test_a_killed_service_is_started_again(make) -> None:
    make().start()
    before = _pid(make())
    os.kill(before, signal.SIGKILL)
    _wait(lambda: not make().is_alive())
    assert make().start() is True
    assert _pid(make()) != before


def test_a_changed_environment_restarts_the_service(make) -> None:
    make().start()
    before = _pid(make())
    assert make(PORT="2").start() is True
    assert start_ticks(before) is None


def test_stop_ends_the_children_too(make) -> None:
    make(FAMILY).start()
    pid = _pid(make())
    _wait(lambda: len(_session(pid)) == 2)
    make().stop()
    _wait(lambda: _session(pid) == [])


def test_orphans_of_a_killed_leader_are_ended_before_the_restart(make) -> None:
    make(FAMILY).start()
    pid = _pid(make())
    _wait(lambda: len(_session(pid)) == 2)
    os.kill(pid, signal.SIGKILL)
    _wait(lambda: len(_session(pid)) == 1)
    make(FAMILY).start()
    _wait(lambda: _session(pid) == [])


def test_a_service_that_ignores_the_request_is_killed(make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "STOP_SECONDS", 0.5)
    make(DEAF).start()
    pid = _pid(make())
    _wait(lambda: make().log.exists() and "1" in make().log.read_text())
    make().stop()
    _wait(lambda: start_ticks(pid) is None)


def test_another_process_under_a_recycled_pid_is_never_killed(make) -> None:
    make().start()
    make().stop()
    bystander = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        record = {"pid": bystander.pid, "start_ticks": start_ticks(bystander.pid) - 1, "fingerprint": ""}  # type: ignore[operator]
        (make().folder / "sleeper.json").write_text(json.dumps(record))
        assert not make().is_alive()
        make().stop()
        time.sleep(0.2)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_written_record_counts_as_none(make) -> None:
    make().folder.mkdir(parents=True)
    (make().folder / "sleeper.json").write_text('{"pid": 12')
    assert not make().is_alive()
    assert make().start() is True

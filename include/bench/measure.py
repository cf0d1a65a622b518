"""Clocks, child processes with their memory, and what an experiment hands back."""

import multiprocessing
import resource
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPETITIONS = 3


@dataclass(frozen=True)
class Ratio:
    """One figure that has a bar.

    `unit` is ×, MB or 秒; `at_least`: the bar is a minimum, else a maximum.
    """

    key: str
    title: str
    value: float
    bar: float
    unit: str = "×"
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its bar."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass(frozen=True)
class Experiment:
    """What one experiment found: seconds of every repetition by way, megabytes by stage, ratios, remarks."""

    title: str
    volume: str
    seconds: dict[str, list[float]]
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    peak_mb: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Timed:
    """A call that has returned: result, its own seconds, and the greatest resident size of its process in MB."""

    result: Any
    seconds: float
    peak_mb: float


def seconds_of(function: Callable[..., Any], *arguments: Any) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def interleaved(ways: Mapping[str, Callable[[], float]], repetitions: int = REPETITIONS) -> dict[str, list[float]]:
    """Take the ways in turn, several times over, so that a disturbance affects all of them.

    Args:
        ways: by name; each does its own preparation and returns the seconds that count.
        repetitions: how often.
    """
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repetitions):
        for name, way in ways.items():
            found[name].append(way())
    return found


def ratio_of(seconds: Mapping[str, list[float]], numerator: str, denominator: str) -> float:
    """One way's median over another's."""
    return statistics.median(seconds[numerator]) / statistics.median(seconds[denominator])


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes; when the command is interrupted they end at once."""
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_die_quietly)
    try:
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown()


def in_child(function: Callable[..., Any], *arguments: Any) -> Timed:
    """Call a function in a process of its own."""
    with workers(1) as pool:
        return pool.submit(timed, function, *arguments).result()


def timed(function: Callable[..., Any], *arguments: Any) -> Timed:
    """Call a function in this process, a worker's."""
    started = time.perf_counter()
    result = function(*arguments)
    return Timed(result, time.perf_counter() - started, _peak_mb())


def _peak_mb() -> float:
    """The greater of this process and its ended children; RUSAGE_SELF would still count the parent that forked us."""
    status = Path("/proc/self/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _die_quietly() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

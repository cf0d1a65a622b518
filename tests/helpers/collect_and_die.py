"""Collects a source and kills itself (SIGKILL) at a named point: the program that test_kill.py starts.

Standard input: {"url", "source_id", "endpoint", "point"} as JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from deliveries import SOURCES
from govservice.collecting import collect, landing, load
from govservice.collecting.protocol import Endpoint
from govservice.collecting.sources import files


def die() -> None:
    """End the process as a crash of the machine would."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying(owner: Any, name: str, count: int = 1, after: bool = False) -> None:
    """Die at the n-th call of a function, before it or after it."""
    function: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def wrapped(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and not after:
            die()
        outcome = function(*arguments, **options)
        if calls == count and after:
            die()
        return outcome

    setattr(owner, name, wrapped)


def dying_in_stream(number: int) -> None:
    """Die when the n-th stream of a load is read for the second time."""
    read, streams = load._Stream.read, []

    def wrapped(stream: load._Stream, size: int = -1) -> bytes:
        if stream not in streams:
            streams.append(stream)
        elif streams.index(stream) == number - 1:
            die()
        return read(stream, size)

    load._Stream.read = wrapped  # type: ignore[method-assign, assignment]


# With reads of 64 bytes, three records are several reads: the first stream copies keys, the second one versions.
POINTS: dict[str, Callable[[], None]] = {
    "a page is landed": lambda: dying(landing.Draft, "write", 2, after=True),
    "before a delivery is sealed": lambda: dying(landing.Draft, "seal", 2),
    "all is landed, nothing loaded": lambda: dying(load, "load"),
    "the sheets are read": lambda: dying(files.child, "read_all", after=True),
    "in the middle of copying keys": lambda: dying_in_stream(1),
    "in the middle of copying versions": lambda: dying_in_stream(2),
    "one feed is loaded": lambda: dying(load, "_load_feed", 1, after=True),
    "before the commit": lambda: dying(collect, "_record_state", after=True),
    "after the commit": lambda: dying(collect, "collect", after=True),
}


def main() -> None:
    """Collect; die."""
    job = json.load(sys.stdin)
    load.CHUNK = 64
    POINTS[job["point"]]()
    source = SOURCES[job["source_id"]]
    collect.collect(job["url"], source, Endpoint(**job["endpoint"]), date(2021, 9, 10), "run")


if __name__ == "__main__":
    main()

"""The parent's side: start the child, learn what it made of each delivery, survive its death."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from govservice import settings
from govservice.collecting.delivery import Landed
from govservice.contract import file_codes


@dataclass(frozen=True)
class Reading:
    """What the child made of a delivery: the file with its rows, or why the delivery is refused."""

    delivery: Landed
    rows: Path
    reason_code: str | None
    reason: str | None


def read_all(deliveries: list[Landed], workspace: Path) -> list[Reading]:
    """Have the child read every delivery; one that kills the child is refused and the rest goes on."""
    jobs = {delivery.label: _job(delivery, workspace / f"{number}.jsonl") for number, delivery in enumerate(deliveries)}
    waiting = list(jobs)
    dead: set[str] = set()
    while waiting:
        run([jobs[label] for label in waiting])
        unfinished = [label for label in waiting if not Path(jobs[label]["output"]).exists()]
        # One that came first has died of itself; a later one may have found the time and memory used up by those before it.
        if unfinished[:1] == waiting[:1]:
            dead.add(unfinished.pop(0))
        waiting = unfinished
    return [_reading(delivery, Path(jobs[delivery.label]["output"]), delivery.label in dead) for delivery in deliveries]


def notes_in(rows: Path) -> Iterator[dict[str, Any]]:
    """The lines of an output (as the child's main module describes them) that name what is no record. The others are not parsed."""
    with rows.open("rb") as file:
        for line in file:
            if b'"note"' in line and "note" in (note := orjson.loads(line)):
                yield note


def lines_of(rows: Path, sheet: str) -> Iterator[dict[str, Any]]:
    """The lines of one sheet: its header, and what follows it. The others are not parsed."""
    is_here = False
    with rows.open("rb") as file:
        for line in file:
            if line.startswith(b'{"sheet"'):
                is_here = orjson.loads(line)["sheet"] == sheet
            if is_here:
                yield orjson.loads(line)


def _job(delivery: Landed, output: Path) -> dict[str, Any]:
    manifest = json.loads((delivery.folder / "manifest.json").read_bytes())
    files = [
        {"path": str(delivery.folder / f"{number}.bin"), "name": file["name"], "rows": file["rows"]}
        for number, file in enumerate(manifest["files"])
    ]
    return {"output": str(output), "files": files}


def run(jobs: list[dict[str, Any]]) -> None:
    """Have a child read these files (jobs as its main module describes them); a job without its output has killed it."""
    subprocess.run(
        [sys.executable, "-m", "govservice.collecting.sources.reader"],
        input=json.dumps(jobs),
        text=True,
        cwd=settings.ROOT / "include",
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.ROOT / "include"), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _reading(delivery: Landed, output: Path, is_dead: bool) -> Reading:
    """What the last line of the output says; a dead child has left none."""
    if is_dead:
        died = file_codes()["PARSER_DIED"]
        refused = {"code": died.code, "reason": f"{died.meaning}；{died.action}"}
    else:
        with output.open("rb") as file:
            file.seek(max(0, output.stat().st_size - 4096))
            refused = json.loads(file.read().splitlines()[-1])["refused"]
    if not refused:
        return Reading(delivery, output, None, None)
    return Reading(delivery, output, refused["code"], f"{delivery.label}：{refused['reason']}")

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
from govservice.contract.personal_numbers import masked


@dataclass(frozen=True)
class Reading:
    """What the child made of a delivery: the file with its rows, or why the delivery is refused."""

    delivery: Landed
    rows: Path
    reason_code: str | None
    reason: str | None


def read_all(deliveries: list[Landed], workspace: Path) -> list[Reading]:
    """Have the child read every delivery; one that kills the child is refused and the rest goes on."""
    outputs = [workspace / f"{number}.jsonl" for number in range(len(deliveries))]
    jobs = [_job(delivery, output) for delivery, output in zip(deliveries, outputs, strict=True)]
    waiting = list(range(len(jobs)))
    code_of: dict[int, str] = {}
    while waiting:
        code = run([jobs[number] for number in waiting])
        unfinished = [number for number in waiting if not outputs[number].exists()]
        if code == os.EX_IOERR:
            code_of.update(dict.fromkeys(unfinished, "NOT_READ"))
            break
        # One that came first has died of itself; a later one may have found the time and memory used up by those before it.
        if unfinished[:1] == waiting[:1]:
            code_of[unfinished.pop(0)] = "PARSER_DIED"
        waiting = unfinished
    return [_reading(delivery, outputs[number], code_of.get(number)) for number, delivery in enumerate(deliveries)]


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


def run(jobs: list[dict[str, Any]]) -> int:
    """Have a child read these files (jobs as its main module describes them); a job without its output has killed it.

    Returns:
        Its exit code; EX_IOERR if this machine could not do it, whatever the files hold: there was no room to write, or no child
        could be started.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-m", "govservice.collecting.sources.reader"],
            input=json.dumps(jobs),
            text=True,
            cwd=settings.ROOT / "include",
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.ROOT / "include"), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return os.EX_IOERR
    return child.returncode


def _reading(delivery: Landed, output: Path, code: str | None) -> Reading:
    """What the last line of the output says, or why there is no output."""
    if code:
        found = file_codes()[code]
        refused = {"code": code, "reason": f"{found.meaning}；{found.action}"}
    else:
        with output.open("rb") as file:
            file.seek(max(0, output.stat().st_size - 4096))
            refused = json.loads(file.read().splitlines()[-1])["refused"]
    if not refused:
        return Reading(delivery, output, None, None)
    return Reading(delivery, output, refused["code"], masked(f"{delivery.label}：{refused['reason']}"))

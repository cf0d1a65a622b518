"""Read what the parent asks for, one output per delivery.

    python -m govservice.collecting.sources.reader < jobs.json

Jobs: [{"output": path, "files": [{"path", "name", "rows": {sheet: n}}]}], n null where no manifest states it. Each output is written beside and renamed when its
delivery has been read, so that a parent whose child died knows which delivery killed it. Exit code EX_IOERR: there was no room for any
output. Lines of an output:
{"sheet", "header"} · {"place", "cells"}, {"place", "error"} or {"place", "note"} · last {"refused": {"code", "reason"} or null}.
"""

import csv
import errno
import json
import os
import resource
import sys
from pathlib import Path
from typing import IO

from govservice.collecting.sources.reader import limits
from govservice.collecting.sources.reader.delivery import Delivery
from govservice.collecting.sources.reader.refusal import Refused
from govservice.contract import file_codes, templates


def main() -> None:
    """Read every job from standard input."""
    for limit, value in limits.PROCESS.items():
        resource.setrlimit(limit, (value, value))
    csv.field_size_limit(limits.CELL_CHARACTERS)
    templates(), file_codes()  # read now: there may be no memory left when a refusal needs them
    for job in json.load(sys.stdin):
        output = Path(job["output"])
        beside = output.with_suffix(".part")
        try:
            with beside.open("w", encoding="utf-8") as lines:
                refused = read(job["files"], lines)
                lines.write(json.dumps({"refused": refused}) + "\n")
        except OSError as error:
            try:
                _say_why(beside, error)
            except OSError:
                sys.exit(os.EX_IOERR)
        beside.rename(output)


def _say_why(beside: Path, error: OSError) -> None:
    """Leave one line in place of the rows: our copy has gone, or the disk is full, which is no fault of the file."""
    if error.errno == errno.EFBIG:
        refused = Refused("BOMB", "文件展开后过大")
    else:
        refused = Refused("NOT_READ", f"解析程序没有读完（{error.strerror}）")
    beside.write_text(json.dumps({"refused": {"code": refused.code, "reason": str(refused)}}) + "\n")


def read(files: list[dict[str, object]], lines: IO[str]) -> dict[str, str] | None:
    """Write the lines of one delivery; returns code and reason where it is refused."""
    delivery = Delivery(lines)
    try:
        for file in files:
            delivery.read_file(Path(str(file["path"])), str(file["name"]), file["rows"])  # type: ignore[arg-type]
    except Refused as error:
        return {"code": error.code, "reason": str(error)}
    except MemoryError:
        refused = Refused("BOMB", "文件展开后过大")
        return {"code": refused.code, "reason": str(refused)}
    return None


if __name__ == "__main__":
    main()

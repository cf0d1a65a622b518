"""Sheets of what was done about bad ratings: one per source to fill in, and those that come back filled in, with an answer beside."""

import errno
import hashlib
import json
import logging
import os
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from govservice import contract, settings, warehouse
from govservice.collecting.sources.reader import child, limits
from govservice.contract.personal_numbers import stand_in
from govservice.reporting import follow_up, receipts, workbooks

LOG = logging.getLogger(__name__)
SHEET, COLUMNS = contract.FOLLOW_UP_SHEET.name, contract.FOLLOW_UP_COLUMNS
SHOWN = ("可填的结果", "责任单位", "事项", "评价等级", "评价人", "登记日期", "期限", "提醒")
WIDTHS = {"办件编号": 48, "结果": 28, "说明": 40, "可填的结果": 48, "责任单位": 32, "事项": 40}
OPEN_COLUMNS = {name: WIDTHS.get(name, 14) for name in (*COLUMNS, *SHOWN)}
ANSWER = ".答复"  # what the name of an answer ends with, before the kind of file
ATTEMPTS = 3  # a sheet is refused for good if it kills the reader so often
ANSWER_COLUMNS = {"位置": 40, "办件编号": 48, "代码": 18, "说明": 80}


def write_open(url: str) -> int:
    """Write what waits for somebody, one workbook per source, in var/follow_up_open; replaces the earlier ones.

    Returns:
        Number of files.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in follow_up.waiting(url):
        rows.setdefault(row["source_id"], []).append(row)
    with receipts.published(settings.var() / "follow_up_open") as folder:
        for source_id, waiting in rows.items():
            with (folder / f"{source_id}.xlsx").open("wb") as file:
                workbooks.write(file, SHEET, OPEN_COLUMNS, map(_cells, waiting))
    return len(rows)


def _cells(row: dict[str, Any]) -> list[str]:
    """What waits, with the columns to fill in left empty."""
    asked = (row["case_no"], row["assess_number"], row["step_name"], "", "", "", "", "／".join(row["outcomes"]))
    shown = ("owner_name", "item_name", "rating_level", "rater", "opened_date", "due_date", "due_mark")
    return ["" if cell is None else str(cell) for cell in (*asked, *(row[name] for name in shown))]


def take(url: str, run_id: str) -> dict[str, int]:
    """Take every sheet in the drop folder that has not been taken yet, and answer beside each what was not recorded.

    Returns:
        Numbers of sheets, and of rows recorded, known, blank and refused; unreadable, if there are any: sheets that stay
        where they are, untaken.
    """
    folder = settings.follow_up_drops()
    total: Counter[str] = Counter(sheets=0, recorded=0, known=0, blank=0, refused=0)
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file() or path.name.startswith((".", "~")) or path.stem.endswith(ANSWER):
            continue
        try:
            total.update(_take(url, run_id, path))
        except OSError as error:
            LOG.warning(
                "处置表 %s 读不了，或写不了它的答复（%s）；请核对文件名和权限", ascii(path.name), error.strerror
            )
            total["unreadable"] += 1
    return dict(total)


def _take(url: str, run_id: str, path: Path) -> Counter[str]:
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    counts: Counter[str] = Counter(sheets=1, recorded=0, known=0, blank=0, refused=0)
    name = path.name.encode(errors="backslashreplace").decode()
    with warehouse.transaction(url, "follow_up") as cursor:
        cursor.execute("SELECT count(*) FROM ops.follow_up_sheet WHERE digest = %s", (digest,))
        if cursor.fetchone() != (0,):
            return Counter()
        lines, refusal = [], None
        found = list(_rows(content, name))
        filled_in = {place: row for place, row, _ in found if row is not None and row["结果"]}
        recorded = _record(cursor, filled_in)
        for place, row, error in found:
            code, sentence = error or recorded.get(place, ("", ""))
            counts[{"RECORDED": "recorded", "KNOWN": "known", "": "blank"}.get(code, "refused")] += 1
            if code not in ("RECORDED", "KNOWN", ""):
                lines.append((place, row["办件编号"] if row else "", code, sentence))
                refusal = code if place == name else refusal
        parameters = {"digest": digest, "name": name, "run_id": run_id, "refusal_code": refusal, **counts}
        cursor.execute(warehouse.statement("ops/write/follow_up_sheet__record.sql"), parameters)
        result = f"登记 {counts['recorded']} 行，以前登记过 {counts['known']} 行，未填 {counts['blank']} 行，拒收 {counts['refused']} 行"
        # Before the commit: a sheet that counts as taken has its answer.
        answer = path.with_name(f"{path.name}{ANSWER}.xlsx")
        half = answer.with_name(f".{answer.name}")
        half.unlink(missing_ok=True)
        with half.open("xb") as file:  # a link that somebody put there is not followed
            workbooks.write(file, "答复", ANSWER_COLUMNS, [(name, "", "", result), *lines])
        half.rename(answer)
    return counts


def _record(cursor: warehouse.Cursor, rows: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    """Record the rows; gives code and sentence for each, by its place."""
    keys = [
        {"place": number, "case_no": stand_in(row["办件编号"]), "assess_number": row["评价次数"] or None}
        for number, row in enumerate(rows.values())
    ]
    cursor.execute(warehouse.statement("dwd/read/negative_ratings_of_rows.sql"), {"rows": json.dumps(keys)})
    ratings = {number: rating for number, *rating in cursor.fetchall()}
    acts = [
        follow_up.Act(*ratings.get(number, (None, None)), *(row[name] for name in COLUMNS[2:]), place)  # type: ignore[call-arg]
        for number, (place, row) in enumerate(rows.items())
    ]
    return dict(zip(rows, follow_up.record(cursor, acts), strict=True))


def _rows(content: bytes, name: str) -> Iterator[tuple[str, dict[str, str] | None, tuple[str, str] | None]]:
    """Place and cells of each row by column, or why it, or the whole sheet, cannot be read."""
    if len(content) > limits.FILE_BYTES:
        yield name, None, _refusal("BOMB")
        return
    with tempfile.TemporaryDirectory() as workspace:
        sheet, output = Path(workspace, "sheet"), Path(workspace, "rows.jsonl")
        sheet.write_bytes(content)
        job = {"path": str(sheet), "name": name, "rows": {SHEET: None}}
        for _ in range(ATTEMPTS):
            if child.run([{"output": str(output), "files": [job]}]) == os.EX_IOERR:
                raise OSError(errno.EIO, "解析程序没有读完：本机磁盘或内存不够")
            if output.exists():
                break
        else:
            yield name, None, _refusal("PARSER_DIED")
            return
        with output.open("rb") as lines:
            # Whether the sheet as a whole is refused stands in the last line.
            refused = deque(map(orjson.loads, lines), maxlen=1)[0]["refused"]
            if refused and refused["code"] == "NOT_READ":
                raise OSError(errno.EIO, refused["reason"])
            if refused:
                yield name, None, (refused["code"], refused["reason"])
                return
            lines.seek(0)
            header: list[str] = []
            for line in map(orjson.loads, lines):
                header = line.get("header", header)
                if "cells" in line:
                    cells = dict(zip(header, line["cells"], strict=True))
                    yield line["place"], {column: _text(cells.get(column, "")) for column in COLUMNS}, None
                elif "error" in line:
                    yield line["place"], None, _refusal(line["error"])


def _text(cell: str) -> str:
    # U+2400 stands for a NUL character, which PostgreSQL cannot store, and is refused in its place.
    return cell.replace("\x00", "\u2400").strip()


def _refusal(code: str) -> tuple[str, str]:
    found = contract.file_codes()[code]
    return code, f"{found.meaning}；{found.action}"


def _content(path: Path) -> bytes:
    """The bytes of a file, one more than allowed at most; links are not followed, and a pipe does not hold us up."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limits.FILE_BYTES + 1)

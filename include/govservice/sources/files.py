"""File drops: one folder per period with a manifest, as CSV or XLSX; the manifest is written last and makes it complete.

manifest.json: station_code, uploader, period, sequence, uploaded_at, files [{name, rows {sheet: n}, sha256}].
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from govservice import landing, settings
from govservice.landing import Landed
from govservice.load import Batch
from govservice.records import is_time
from govservice.register import Source
from govservice.sources import sheets
from govservice.sources.endpoint import Endpoint, SourceUnreadable, Window
from govservice.sources.sheet_reader import FILE_BYTES, SHEETS


@dataclass(frozen=True)
class Drop:
    """One folder of a station's drop, as its manifest describes it."""

    folder: Path
    label: str
    digest: str
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Fetched:
    """What a look into the drop folder gave: deliveries to load, the same bytes under another name, and refusals."""

    batches: list[Batch]
    replayed: list[Landed]
    refused: list[Landed]


def fetch(
    source: Source, endpoint: Endpoint, window: Window, known: Mapping[tuple[str, str], str], workspace: Path
) -> Fetched:
    """Land every drop that is complete, not known yet and uploaded before the end of the window.

    Args:
        known: state by (label, digest) of the source's deliveries so far.
        workspace: a temporary folder for what the reader child gives back; the batches read from it.

    Raises:
        SourceUnreadable: FOLDER, the drop folder does not exist.
    """
    root = Path(endpoint.extra.get("path", ""))
    if not endpoint.extra.get("path") or not root.is_dir():
        raise SourceUnreadable("FOLDER", "投递目录不存在；请核对连接里的 path，或等站点投递")
    digests = {digest for (_, digest), state in known.items() if state != "refused"}
    landed: list[Landed] = []
    replayed: list[Landed] = []
    for drop in _drops(root, window.until):
        if (drop.label, drop.digest) in known:
            continue
        delivery = _land(source, drop)
        if (delivery.label, delivery.digest) in known:  # refused before, and nothing has changed since
            continue
        is_replay = delivery.reason_code is None and drop.digest in digests
        (replayed if is_replay else landed).append(delivery)
    read = _read_all([delivery for delivery in landed if delivery.reason_code is None], workspace)
    refused = [delivery for delivery in (*landed, *(one for one, _ in read)) if delivery.reason_code]
    batches = [
        Batch(
            replace(delivery, declared=_declared(delivery, rows)),
            feed,
            partial(sheets.read, source, delivery, feed, rows),
        )
        for delivery, rows in read
        if delivery.reason_code is None
        for feed in source.feeds
    ]
    return Fetched(batches, replayed, refused)


def _drops(root: Path, until: str) -> Iterator[Drop]:
    """Complete drops uploaded before `until`, oldest first; one whose manifest cannot be read comes with an empty manifest."""
    found = []
    for folder in sorted(root.iterdir()):
        path = folder / "manifest.json"
        if folder.is_symlink() or not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        try:
            manifest = json.loads(content)
            usable = is_time(manifest["uploaded_at"]) and isinstance(manifest["files"], list)
            usable = usable and isinstance(manifest.get("sequence", 0), int)
        except (ValueError, KeyError, TypeError, RecursionError):
            usable = False
        if usable and manifest["uploaded_at"] >= until:
            continue
        digest = _digest(manifest["files"]) if usable else hashlib.sha256(content).hexdigest()
        label = folder.name.encode(errors="backslashreplace").decode()
        found.append(Drop(folder, label, digest, manifest if usable else {}))
    return iter(
        sorted(found, key=lambda drop: (drop.manifest.get("uploaded_at", ""), drop.manifest.get("sequence", 0)))
    )


def _digest(files: list[Any]) -> str:
    """Identity of a drop: what its files contain and how many rows they should have, whatever they and the folder are called."""
    contents = sorted(
        json.dumps([file.get("sha256"), file.get("rows")], sort_keys=True) if isinstance(file, dict) else "?"
        for file in files
    )
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def _land(source: Source, drop: Drop) -> Landed:
    """Copy the drop's files into landing under names of our own, checked against the manifest."""
    name = f"drop-{hashlib.sha256(drop.label.encode()).hexdigest()[:12]}-{drop.digest[:16]}"
    landed = Landed(
        source_id=source.id,
        protocol="files",
        label=drop.label,
        received_at=drop.manifest.get("uploaded_at", "1970-01-02 00:00:00"),
        digest=drop.digest,
        path=f"{source.id}/{name}",
    )
    with landing.draft(source.id, name) as draft:
        draft.write("manifest.json", (drop.folder / "manifest.json").read_bytes())
        try:
            if not drop.manifest:
                raise SourceUnreadable(
                    "MANIFEST", "清单 manifest.json 读不懂（格式、uploaded_at 或 files 不对）；请按规定重报"
                )
            for number, file in enumerate(drop.manifest["files"]):
                draft.write(f"{number}.bin", _checked_content(drop.folder, file))
        except SourceUnreadable as error:
            # A refusal is known by what came: the same manifest with the right files is another delivery.
            path = f"{landed.path}-{draft.digest[:8]}"
            reason = f"{drop.label}：{error}"
            landed = replace(landed, digest=draft.digest, path=path, reason_code=error.code, reason=reason)
        return draft.seal(landed)


def _checked_content(folder: Path, file: Any) -> bytes:
    """The bytes of one file of the manifest; the name is only a name inside the folder, links are not followed."""
    rows = file.get("rows") if isinstance(file, dict) else None
    if (
        not isinstance(rows, dict)
        or not rows
        or not all(sheet in SHEETS and isinstance(count, int) and count >= 0 for sheet, count in rows.items())
    ):
        raise SourceUnreadable("MANIFEST", "清单没有写明每张表（办件、环节）的行数；请按规定重报")
    name = str(file.get("name"))
    if Path(name).name != name or name in ("", ".", "..") or not name.isprintable():
        raise SourceUnreadable("NAME", "清单里的文件名不是普通文件名；请按规定重报")
    try:
        # Links are not followed, and a pipe does not hold us up.
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as handle:
            content = handle.read(FILE_BYTES + 1)
    except OSError:
        raise SourceUnreadable("MANIFEST", "清单里的一个文件不在目录里；请补齐后重报") from None
    if len(content) > FILE_BYTES:
        raise SourceUnreadable("BOMB", f"一个文件超过 {FILE_BYTES >> 20} MB；请拆分后重报")
    if hashlib.sha256(content).hexdigest() != file.get("sha256"):
        raise SourceUnreadable("MANIFEST", "一个文件的内容与清单的校验值不符（可能没有传完）；请重报")
    return content


def _read_all(deliveries: list[Landed], workspace: Path) -> list[tuple[Landed, Path]]:
    """Have the child read every delivery; one that kills the child is refused and the rest goes on."""
    jobs = {delivery.label: _job(delivery, workspace / f"{number}.jsonl") for number, delivery in enumerate(deliveries)}
    waiting = dict(jobs)
    dead: set[str] = set()
    while waiting:
        run_child(list(waiting.values()))
        unfinished = [label for label, job in waiting.items() if not Path(job["output"]).exists()]
        dead.update(unfinished[:1])
        waiting = {label: waiting[label] for label in unfinished[1:]}
    return [
        (
            _outcome(delivery, Path(jobs[delivery.label]["output"]), delivery.label in dead),
            Path(jobs[delivery.label]["output"]),
        )
        for delivery in deliveries
    ]


def _job(delivery: Landed, output: Path) -> dict[str, Any]:
    manifest = json.loads((delivery.folder / "manifest.json").read_bytes())
    files = [
        {"path": str(delivery.folder / f"{number}.bin"), "name": file["name"], "rows": file["rows"]}
        for number, file in enumerate(manifest["files"])
    ]
    return {"output": str(output), "files": files}


def run_child(jobs: list[dict[str, Any]]) -> None:
    """Have a child process read these files (jobs as in sheet_reader.py); a job without its output has killed the child."""
    subprocess.run(
        [sys.executable, "-m", "govservice.sources.sheet_reader"],
        input=json.dumps(jobs),
        text=True,
        cwd=settings.ROOT / "include",
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.ROOT / "include"), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _outcome(delivery: Landed, output: Path, is_dead: bool) -> Landed:
    """The delivery, refused where its reader died or said so."""
    if is_dead:
        reason = f"{delivery.label}：解析程序中止（文件结构异常）；请重新导出后重报"
        return replace(delivery, reason_code="PARSER_DIED", reason=reason)
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - 4096))
        last = json.loads(file.read().splitlines()[-1])["refused"]
    if last:
        return replace(delivery, reason_code=last["code"], reason=f"{delivery.label}：{last['reason']}")
    return delivery


def _declared(delivery: Landed, rows: Path) -> dict[str, int]:
    """Rows by feed as the manifest states them; results share the rows of sheet 办件, so those that carry one are counted."""
    manifest = json.loads((delivery.folder / "manifest.json").read_bytes())
    totals = dict.fromkeys(SHEETS, 0)
    for file in manifest["files"]:
        for sheet, count in file["rows"].items():
            totals[sheet] += count
    return {"accept": totals["办件"], "process": totals["环节"], "result": sheets.count_results(rows)}

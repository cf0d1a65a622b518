"""Generate the simulated new area: what its sources will deliver in the campaign, and the truth about it.

python -m demo.generate --scale 1.0 --seed 20211120 --out var/demo
"""

import argparse
import json
import multiprocessing
import shutil
import time
import zlib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from demo import (
    amends,
    area,
    case_patterns,
    conflicts,
    defects,
    deliveries,
    item_defects,
    item_records,
    minor_defects,
    overdue,
    parts,
    ratings,
    registers,
    write_drops,
    write_exchange,
)
from demo.area import Source
from demo.deliveries import Weeks
from demo.story import EVERYWHERE, Copies, Finding, Quotas, Story, add_copies, begin, copy_some
from demo.workdays import Calendar
from govservice.contract import feeds


@dataclass
class Report:
    """What was generated for one source; sent back from the process that did it."""

    source: str
    live: dict[str, int]
    cases: dict[str, int]
    qualified_by_new_city: dict[str, int]
    ratings: dict[str, int]
    written: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    patterns: list[dict[str, Any]] = field(default_factory=list)
    case_patterns: list[dict[str, Any]] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Command line; keeps a finished folder of the same scale, seed, sources and generator."""
    parser = argparse.ArgumentParser(prog="demo.generate", description="生成模拟新区的数据")
    parser.add_argument("--scale", type=float, default=1.0, help="规模，1.0 约 43.6 万件")
    parser.add_argument("--seed", type=int, default=20211120, help="随机种子")
    parser.add_argument("--out", type=Path, default=Path("var/demo"), help="输出目录")
    parser.add_argument("--sources", default="", help="只生成这些来源，逗号分隔（默认全部）")
    given = parser.parse_args()
    chosen = [name for name in given.sources.split(",") if name]
    if _is_finished(given.out, given.scale, given.seed, chosen):
        print(f"模拟数据已在 {given.out}，规模 {given.scale}，不再重做")
        return
    generate(given.scale, given.seed, given.out, chosen)


def _key(scale: float, seed: int, chosen: list[str]) -> dict[str, object]:
    return {"generator": area.stamp(), "scale": scale, "seed": seed, "sources": sorted(chosen)}


def _is_finished(out: Path, scale: float, seed: int, chosen: list[str]) -> bool:
    try:
        truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all(truth.get(name) == value for name, value in _key(scale, seed, chosen).items())


def generate(scale: float, seed: int, out: Path, chosen: list[str] | None = None) -> None:
    """Write the area into a folder: beside it first, renamed when complete.

    Args:
        scale: 1.0 is about 436,000 cases.
        seed: the same seed gives the same records.
        out: the folder; a former one is replaced.
        chosen: ids of the sources to write; default all. The item catalogue is always written.
    """
    began = time.monotonic()
    part = out.with_name(out.name + ".partial")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    chosen = chosen or []
    entries = area.write_register(part / "sources.yml", chosen)
    registers.write_organisations(part / "organisations.csv", area.catalogue(seed))
    catalogue = _write_catalogue(part / "api" / "item_catalogue", seed)
    reports = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        names = {entry["id"]: entry["name"] for entry in entries if entry["kind"] != "事项库"}
        jobs = [pool.submit(_new_city, scale, seed, part, city, list(names)) for city in area.CITY_CODES]
        for job in jobs:
            for report in job.result():
                reports.append(report)
                counts = "，".join(f"{feeds()[feed].zh} {count}" for feed, count in report.live.items())
                print(f"  {names[report.source]}：{counts}", flush=True)
    _write_truth(part, reports, _key(scale, seed, chosen), catalogue)
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    qualified = [
        sum(counts["qualified"] for counts in each)
        for each in ((one.cases for one in reports), (one.ratings for one in reports))
    ]
    print(
        f"模拟数据已写入 {out}：应合格 {qualified[0]} 件、评价 {qualified[1]} 条，用时 {time.monotonic() - began:.1f} 秒"
    )


def _write_catalogue(folder: Path, seed: int) -> Report:
    """The item catalogue and what it lists, with their defects."""
    items = area.catalogue(seed)
    clean = item_records.catalogue_records(items, seed)
    versions, materials, findings = item_defects.inject(clean, parts.listed_materials(items, clean))
    write_exchange.write_json_lines(versions, "item", folder)
    write_exchange.write_json_lines(materials, "item_material", folder)
    live = {"item": len(set(versions.column("row_guid").to_pylist())), "item_material": materials.num_rows}
    return Report(folder.name, live, {}, {}, {}, {}, findings)


def _new_city(scale: float, seed: int, out: Path, city: str, ids: list[str]) -> list[Report]:
    """The centre of a new city, then its stations, which enter some of the centre's cases again."""
    pa.set_cpu_count(1)
    sources = area.sources(scale, seed)
    quotas = Quotas(sources, scale, ids)
    members = [one for one in sources.values() if one.new_city == city and one.id in ids]
    reports: list[Report] = []
    done: list[amends.Act] = []
    copied: dict[str, Copies] = {}
    for source in sorted(members, key=lambda one: not one.is_centre):
        story, weeks = _simulate(source, seed, quotas, copied.pop(source.id, None))
        if source.is_centre:
            copied = {one.id: copy_some(story, one.copies) for one in members if one.is_sheet and not one.is_centre}
        report = _finish(story, weeks, out)
        if reports:
            reports[0].findings.extend(story.of_centre)
        if story.ratings:
            acts = amends.acts(story, seed)
            report.acts = amends.counts(acts)
            done += acts
        reports.append(report)
    if done:
        amends.write(done, out / "follow_up" / f"{city}.xlsx")
    return reports


def _simulate(source: Source, seed: int, quotas: Quotas, copied: Copies | None) -> tuple[Story, Weeks | None]:
    """The whole campaign of a source: clean cases, their arrival, defects, and what is sent again."""
    rng = np.random.default_rng([seed, zlib.crc32(source.id.encode())])
    missing = quotas.share(conflicts.MISSING_ACCEPTS, source, EVERYWHERE)
    deleted = quotas.share(deliveries.DELETED_CASES, source, deliveries.EXCHANGES)
    count = source.cases - (len(copied.facts) if copied else 0) + missing + deleted
    story = begin(source, count, area.catalogue(seed), Calendar(), quotas, rng)
    if copied:
        add_copies(story, copied)
        case_patterns.enter_anew(story)
    weeks = None
    if source.is_sheet:
        weeks = deliveries.arrive_by_week(story)
    elif source.way == "index":
        deliveries.arrive_in_an_index(story)
    else:
        deliveries.arrive_by_exchange(story)
    conflicts.inject(story)
    defects.inject(story)
    minor_defects.inject(story)
    conflicts.add_second_defects(story)
    if not source.is_sheet:
        deliveries.send_again(story)
    if "rating" in source.feeds:
        ratings.add(story)
    return story, weeks


def _finish(story: Story, weeks: Weeks | None, out: Path) -> Report:
    minor_defects.inject_late(story)
    case_patterns.inject(story)
    registers.blame_unregistered(story)
    overdue.blame(story)
    written = write_drops.write(story, weeks, out) if weeks else write_exchange.write(story, out)
    live = {feed: int(ratings.is_live(story, feed).sum()) for feed in story.rows}
    live["result"] += sum(len(found.rows) for found in story.findings if found.rule == "U03")
    delivered, is_counted, copies = story.is_delivered(), story.is_counted(), story.facts.is_copy
    qualified = is_counted & ~copies & ~story.is_faulty
    cities = Counter(registers.new_cities(story)[qualified])
    cases = {
        "live": delivered.sum(),
        "duplicates": (delivered & copies).sum(),
        "not_countable": (delivered & ~is_counted & ~copies).sum(),
        "quarantined": (is_counted & ~copies & story.is_faulty).sum(),
        "qualified": qualified.sum(),
    }
    rated = ratings.counts(story) if story.ratings else {}
    counted = {name: int(count) for name, count in cases.items()}
    patterns = (story.patterns, story.case_patterns)
    return Report(story.source.id, live, counted, cities, rated, written, story.findings, *patterns)


def _write_truth(out: Path, reports: list[Report], key: dict[str, object], catalogue: Report) -> None:
    rows = [(report.source, found) for report in (*reports, catalogue) for found in report.findings]
    sizes = [len(found.rows) for _, found in rows]
    table = pa.table(
        {
            "source_id": np.repeat(np.array([source for source, _ in rows], object), sizes),
            "feed": np.repeat(np.array([found.feed for _, found in rows], object), sizes),
            "record_key": np.concatenate([found.keys for _, found in rows]),
            "rule_id": np.repeat(np.array([found.rule for _, found in rows], object), sizes),
        }
    )
    pa.parquet.write_table(table, out / "truth.parquet")
    rules: dict[str, Counter[str]] = {feed: Counter() for feed in feeds()}
    for (_, found), size in zip(rows, sizes, strict=True):
        rules[found.feed][found.rule] += size
    live = {feed: sum(report.live.get(feed, 0) for report in (*reports, catalogue)) for feed in feeds()}
    truth = key | {
        "feeds": {feed: {"live": live[feed], "rules": dict(sorted(rules[feed].items()))} for feed in feeds()},
        "cases": _sum(report.cases for report in reports),
        "qualified_by_new_city": _sum(report.qualified_by_new_city for report in reports),
        "ratings": _sum(report.ratings for report in reports),
        "follow_up": _sum(report.acts for report in reports),
        "rating_patterns": [pattern for report in reports for pattern in report.patterns],
        "case_patterns": [pattern for report in reports for pattern in report.case_patterns],
        "by_source": {
            one.source: {"live": one.live, "cases": one.cases, "ratings": one.ratings, "written": one.written}
            for one in reports
        },
    }
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


if __name__ == "__main__":
    main()

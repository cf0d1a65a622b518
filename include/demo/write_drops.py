"""The file drops of stations: a folder per upload with sheet 办件, the other sheets, and a manifest written last."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import station_files
from demo.deliveries import CORRECTABLE_UNTIL, FINAL_DAYS, Weeks
from demo.story import Story
from govservice import contract

CASE_HEADERS = (
    *("办件编号", "实施编码", "业务办理项编码", "事项名称"),
    *("申请人名称", "申请人类型", "证件类型", "证件号码", "法定代表人", "联系人", "联系电话"),
    *("申请方式", "申请时间", "受理时间", "承诺办结时间", "受理部门", "受理部门统一社会信用代码", "受理人"),
    *("办结时间", "办结结果", "证照名称", "证照编号", "办理意见", "站点编码"),
)
RATING_HEADERS = ("评价渠道", "满意度", "评价详情", "文字评价", "评价时间")
PARTS = ("process", "special", "material")  # feeds with a sheet of their own
EARLY_ROUND = np.datetime64("2021-10-20T10:30:00")
FINAL_ROUND = np.datetime64("2021-11-16T09:40:00")
MALFORMED_ROWS = 15
REPEATED_ROWS = 30
REPLAYED_DROPS = 12


@dataclass
class Drop:
    """One upload of a station before it is written."""

    period: str
    uploaded_at: np.datetime64
    cases: pa.Table
    others: dict[str, pa.Table]  # by sheet
    malformed: int = 0
    replays: "Drop | None" = None
    written: dict[str, tuple[bytes, dict[str, int]]] = field(default_factory=dict)

    @property
    def rows(self) -> list[int]:
        """Rows of each sheet."""
        return [self.cases.num_rows, *(table.num_rows for table in self.others.values())]


def write(story: Story, weeks: Weeks, out: Path) -> dict[str, int]:
    """Write all drops of a source in order of upload; returns counts of sheet rows, malformed and replayed ones."""
    first = {feed: rows.table for feed, rows in story.rows.items()}
    drops = [drop for week in range(len(weeks.label)) if any((drop := _weekly(story, first, weeks, week)).rows)]
    drops += _corrections(story)
    _spoil(story, drops)
    drops += _replays(story, drops)
    folder = out / "drops" / story.source.id
    for sequence, drop in enumerate(sorted(drops, key=lambda one: one.uploaded_at), 1):
        _write_drop(story, drop, sequence, folder)
    return {
        "sheet_rows": sum(sum(drop.rows) + drop.malformed for drop in drops),
        "malformed": sum(drop.malformed for drop in drops if not drop.replays),
        "drops": len(drops),
    }


def _weekly(story: Story, tables: dict[str, pa.Table], weeks: Weeks, week: int) -> Drop:
    """The cases accepted in the week, and those accepted earlier that have gone on since."""
    uploaded_at = weeks.uploaded_at[week]
    here = (weeks.first == week) | (weeks.second == week)
    accept, result = story.rows["accept"], story.rows["result"]
    accept_rows = np.flatnonzero(here & ~accept.withheld)
    result_rows = np.flatnonzero(
        here[result.case] & ~result.withheld & (story.facts.finished_at[result.case] <= uploaded_at)
    )
    rating = story.rows.get("rating")
    rating_rows = np.flatnonzero(~rating.withheld & (rating.arrived_at <= uploaded_at)) if rating else None
    cases = _case_sheet(story, tables, accept_rows, result_rows, rating_rows)
    others = {
        feed: np.flatnonzero(here[rows.case] & ~rows.withheld & (rows.arrived_at <= uploaded_at))
        for feed, rows in story.rows.items()
        if feed in PARTS
    }
    return Drop(weeks.label[week], uploaded_at, cases, _sheets(tables, others))


def _case_sheet(
    story: Story,
    tables: dict[str, pa.Table],
    accept_rows: np.ndarray,
    result_rows: np.ndarray,
    rating_rows: np.ndarray | None,
) -> pa.Table:
    """Sheet 办件: accept rows with the result and the rating of their case beside them."""
    cases = story.rows["accept"].case[accept_rows]
    rows = {"accept": pa.array(accept_rows), "result": _beside(story, "result", result_rows, cases)}
    headers: tuple[str, ...] = CASE_HEADERS
    if rating_rows is not None:
        rows["rating"] = _beside(story, "rating", rating_rows, cases)
        headers += RATING_HEADERS
    found = {}
    for header in headers:
        feed, name = _home(header)
        found[header] = tables[feed].column(name).take(rows[feed])
    return pa.table(found)


def _beside(story: Story, feed: str, rows: np.ndarray, cases: np.ndarray) -> pa.Array:
    """Which of these rows of a feed belongs to each of the cases; null where none does."""
    at = np.full(len(story.facts), -1)
    at[story.rows[feed].case[rows]] = rows
    found = pa.array(at[cases])
    return pc.if_else(pc.less(found, 0), pa.scalar(None, pa.int64()), found)


def _home(header: str) -> tuple[str, str]:
    """Feed and column of a header of sheet 办件; one that stands in several feeds is the first one's."""
    for feed in ("accept", "result", "rating"):
        for one in contract.feeds()[feed].fields:
            if one.sheet == header:
                return feed, one.name
    raise KeyError(header)


def _sheets(tables: dict[str, pa.Table], rows: dict[str, np.ndarray]) -> dict[str, pa.Table]:
    """The sheets of feeds that have their own, with these of their rows."""
    found = {}
    for feed, chosen in rows.items():
        cells = {one.sheet: tables[feed].column(one.name) for one in contract.feeds()[feed].fields if one.sheet}
        found[str(contract.feeds()[feed].sheet)] = pa.table(cells).take(pa.array(chosen))
    return found


def _corrections(story: Story) -> list[Drop]:
    """Two rounds of corrected rows: each restates its case, and all rows of another sheet if one of them was wrong."""
    clean = {feed: pa.table(story.in_the_end(feed, rows.table.column_names)) for feed, rows in story.rows.items()}
    early, final = [], []
    wrong: dict[str, list[np.ndarray]] = {feed: [np.array([], int)] for feed in story.rows if feed in PARTS}
    for extra in story.extras:
        cases = story.rows[extra.feed].case[extra.rows]
        is_early = (extra.arrived_at < FINAL_DAYS[0]) & (story.rows[extra.feed].arrived_at[extra.rows] < EARLY_ROUND)
        early.append(cases[is_early])
        final.append(cases[~is_early])
        if extra.feed in wrong:
            wrong[extra.feed].append(cases)
    drops = []
    for period, uploaded_at, groups in (("2021-W41-R1", EARLY_ROUND, early), ("2021-W45-R1", FINAL_ROUND, final)):
        cases = np.sort(np.concatenate(groups))
        accept_rows = cases
        result_rows = np.flatnonzero(np.isin(story.rows["result"].case, cases) & ~story.rows["result"].withheld)
        rating = story.rows.get("rating")
        rating_rows = np.flatnonzero(~rating.withheld & (rating.arrived_at <= uploaded_at)) if rating else None
        others = {
            feed: np.flatnonzero(np.isin(story.rows[feed].case, np.intersect1d(cases, np.concatenate(found))))
            for feed, found in wrong.items()
        }
        if len(cases):
            sheet = _case_sheet(story, clean, accept_rows, result_rows, rating_rows)
            drops.append(Drop(period, uploaded_at, sheet, _sheets(clean, others)))
    return drops


def _spoil(story: Story, drops: list[Drop]) -> None:
    """Malformed rows (wrong number of columns), and rows that stand twice in the same sheet."""
    weekly = [drop for drop in drops if drop.cases.num_rows > 1 and not drop.period.endswith("R1")]
    if not story.source.is_workbook:
        for _ in range(story.quotas.share(MALFORMED_ROWS, story.source, ("files",))):
            weekly[story.rng.integers(0, len(weekly))].malformed += 1
    for _ in range(story.quotas.share(REPEATED_ROWS, story.source, ("files",))):
        drop = weekly[story.rng.integers(0, len(weekly))]
        drop.cases = pa.concat_tables([drop.cases, drop.cases.slice(drop.cases.num_rows // 2, 1)])


def _replays(story: Story, drops: list[Drop]) -> list[Drop]:
    """The same bytes once more a day later, under another period name."""
    weekly = [
        one
        for one in drops
        if one.uploaded_at < CORRECTABLE_UNTIL and not one.period.endswith("R1") and not one.malformed
    ]
    count = min(len(weekly), story.quotas.share(REPLAYED_DROPS, story.source, ("files",)))
    chosen = story.rng.choice(len(weekly), count, replace=False)
    return [
        Drop(f"{one.period}-R2", one.uploaded_at + 86_400, one.cases, one.others, one.malformed, replays=one)
        for one in (weekly[at] for at in chosen)
    ]


def _write_drop(story: Story, drop: Drop, sequence: int, parent: Path) -> None:
    folder = parent / drop.period
    folder.mkdir(parents=True)
    contents = station_files.Contents(drop.cases, drop.others, drop.malformed, drop.uploaded_at)
    if drop.replays:
        drop.written = drop.replays.written
    else:
        drop.written = station_files.files(story.source.file_form, contents, story.source.encoding)
    for name, (content, _) in drop.written.items():
        (folder / name).write_bytes(content)
    manifest = {
        "station_code": story.source.station_codes[0],
        "uploader": "联络员",
        "period": drop.period,
        "sequence": sequence,
        "uploaded_at": str(drop.uploaded_at).replace("T", " "),
        "files": [
            {"name": name, "rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
            for name, (content, rows) in drop.written.items()
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")

"""The figures of the warehouse as one dictionary, for summary.json and the screen."""

from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from govservice import warehouse
from govservice.contract import inspected_feeds

Row = dict[str, Any]

RECORD_KEYS = (
    *("declared", "received", "replayed", "overlap", "unparsable", "versions", "live", "superseded", "tombstoned"),
    *("accepted", "quarantined", "duplicates", "unexplained"),
)
CITY_COLUMNS = {
    "delivered_count": "送达",
    "accepted_count": "通过",
    "quarantined_count": "隔离",
    "duplicate_count": "重复",
}
RATING_COLUMNS = {
    **{"delivered_count": "送达", "qualified_count": "合格", "quarantined_count": "隔离", "waiting_count": "待办件"},
    **{"orphan_count": "无办件", "default_count": "默认", "duplicate_count": "重复", "negative_count": "差评"},
}


def summary(url: str) -> dict[str, Any]:
    """Figures as of now; rows have the columns of the questions that they answer (sql/questions).

    Returns:
        data_date (of the latest run), cases and ratings (target_line), coverage {kind: rating_coverage}, follow_up (its total), records
        {feed or "all": RECORD_KEYS}, new_cities, rating_cities, rejudgements of the latest run, sources {id: sources} of those that are
        enabled, seconds and peak_rss_mb {step of the latest run: number}.
    """
    with warehouse.transaction(url, "report") as cursor:
        names = (
            "target_line",
            "rating_coverage",
            "follow_up",
            "new_cities",
            "rating_cities",
            "sources",
            "steps",
            "books",
        )
        found = {name: warehouse.ask(cursor, name) for name in names}
        run: Row = next(iter(warehouse.ask(cursor, "recent_runs")), {})
        rejudgements = warehouse.ask(cursor, "rejudgements", run_id=run["run_id"], rule_id=None) if run else []
    return {
        "data_date": str(run["data_date"]) if run else None,
        **{{"case": "cases", "rating": "ratings"}[row["line"]]: _plain(row) for row in found["target_line"]},
        "follow_up": next(_plain(row) for row in found["follow_up"] if row["new_city"] == "合计"),
        "coverage": {row["kind"]: _plain(row) for row in found["rating_coverage"]},
        "records": _records(found["books"]),
        "new_cities": [_plain(row) for row in found["new_cities"]],
        "rating_cities": [_plain(row) for row in found["rating_cities"]],
        "rejudgements": [_plain(row) for row in rejudgements],
        "seconds": {row["step"]: row["seconds"] for row in found["steps"]},
        "peak_rss_mb": {row["step"]: row["peak_rss_mb"] for row in found["steps"]},
        "sources": {row["source_id"]: _plain(row) for row in found["sources"] if row["is_enabled"]},
    }


def _plain(row: Row) -> Row:
    """The row as JSON can hold it: times as text, other numbers as they are."""
    return {
        name: value if value is None or isinstance(value, (str, bool, int, float)) else _number_or_text(value)
        for name, value in row.items()
    }


def _number_or_text(value: Any) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def _records(books: list[Row]) -> dict[str, dict[str, int]]:
    """The books of all sources together, by feed; "all" is those of the inspected feeds."""

    def total(chosen: list[Row]) -> dict[str, int]:
        return {key: sum(int(book[key]) for book in chosen) for key in RECORD_KEYS}

    feeds = sorted({book["feed"] for book in books})
    inspected = [book for book in books if book["feed"] in inspected_feeds()]
    return {feed: total([book for book in books if book["feed"] == feed]) for feed in feeds} | {"all": total(inspected)}


def print_tallies(figures: dict[str, Any], console: Console | None = None) -> None:
    """Show the tallies to a person: per new city, then the totals against their targets, and how far ratings cover."""
    console = console or Console(highlight=False)
    day = figures["data_date"]
    _print_cities(console, f"办件汇聚（数据日期 {day}）", figures["new_cities"], CITY_COLUMNS)
    _print_cities(console, f"好差评汇聚（数据日期 {day}）", figures["rating_cities"], RATING_COLUMNS)
    for title, line in (("办件", figures["cases"]), ("评价", figures["ratings"])):
        bound = "（下限）" if line["is_lower_bound"] else ""
        for name, value in (("汇聚", line["total_count"]), ("合格", line["qualified_count"])):
            gap = line["target_count"] - value
            distance = f"差 {gap:,}" if gap > 0 else "核实后才能确认是否达到" if bound else f"超 {-gap:,}"
            console.print(f"{title}{name}{bound} {value:,} / 目标 {line['target_count']:,}，{distance}")
    covered = "，".join(
        f"{row['title']} {row['covered_count']}/{row['object_count']}" for row in figures["coverage"].values()
    )
    console.print(f"评价覆盖：{covered or '还没有评价'}")
    done = figures["follow_up"]
    console.print(
        f"差评 {done['negative_count']:,}：实名 {done['real_name_count']:,}，已回访 {done['called_back_count']:,}，"
        f"已整改 {done['rectified_count']:,}，已销号 {done['closed_count']:,}，超期 {done['overdue_count']:,}"
    )
    if waiting := figures["cases"]["waiting_count"]:
        console.print(f"还没有质检：{waiting:,} 件已收到，再运行一次即可")
    for source in figures["sources"].values():
        if source["state"] != "balanced":
            console.print(f"未核实：{source['name']}（{source['reason_code']}）{source['reason']}")


def _print_cities(console: Console, title: str, rows: list[dict[str, Any]], columns: dict[str, str]) -> None:
    table = Table("新城", *columns.values(), title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(row["new_city"], *(f"{row[key]:,}" for key in columns))
    console.print(table)

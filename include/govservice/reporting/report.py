"""The figures of the warehouse as one dictionary, for summary.json and the screen."""

from typing import Any

from rich.console import Console
from rich.table import Table

from govservice import warehouse
from govservice.contract import inspected_feeds

RECORD_KEYS = (
    *("declared", "received", "replayed", "overlap", "unparsable", "versions", "live", "superseded", "tombstoned"),
    *("accepted", "quarantined", "duplicates", "unexplained"),
)


def summary(url: str) -> dict[str, Any]:
    """Figures as of now.

    Returns:
        data_date (of the latest run), cases and ratings {total, qualified, target, is_lower_bound}, coverage {kind: {title,
        covered, objects, rate}}, follow_up {negatives, real_name, called_back, …, overdue}, records {feed or "all": RECORD_KEYS}, new_cities [{new_city, delivered, accepted, quarantined,
        duplicates}], rating_cities [{new_city, delivered, qualified, quarantined, waiting, orphans, defaults, …}],
        rejudgements of the latest run [{reason, feed, rule_id, case_count}], sources {id: {state, reason_code, reason, …}},
        seconds and peak_rss_mb {step of the latest run: number}.
    """
    with warehouse.transaction(url, "report") as cursor:
        figures = {
            name: warehouse.rows(cursor, warehouse.statement(f"report/{name}.sql"))
            for name in (
                *("run", "target", "books", "new_cities", "rating_cities", "coverage", "follow_up"),
                *("rejudgements", "sources", "steps"),
            )
        }
    books = {row.pop("feed"): {key: int(row[key]) for key in RECORD_KEYS} for row in figures["books"]}
    inspected = [books[feed] for feed in inspected_feeds() if feed in books]
    books["all"] = {key: sum(book[key] for book in inspected) for key in RECORD_KEYS}
    return {
        "data_date": str(figures["run"][0]["data_date"]) if figures["run"] else None,
        **{{"case": "cases", "rating": "ratings"}[row.pop("line")]: row for row in figures["target"]},
        "follow_up": figures["follow_up"][0],
        "coverage": {row.pop("kind"): row for row in figures["coverage"]},
        "records": books,
        "new_cities": figures["new_cities"],
        "rating_cities": figures["rating_cities"],
        "rejudgements": figures["rejudgements"],
        "seconds": {row["step"]: row["seconds"] for row in figures["steps"]},
        "peak_rss_mb": {row["step"]: row["peak_rss_mb"] for row in figures["steps"]},
        "sources": {row.pop("source_id"): row for row in figures["sources"]},
    }


def print_tallies(figures: dict[str, Any], console: Console | None = None) -> None:
    """Show the tallies to a person: per new city, then the totals against their targets, and how far ratings cover."""
    console = console or Console(highlight=False)
    day = figures["data_date"]
    columns = {"delivered": "送达", "accepted": "通过", "quarantined": "隔离", "duplicates": "重复"}
    _print_cities(console, f"办件汇聚（数据日期 {day}）", figures["new_cities"], columns)
    columns = {
        **{"delivered": "送达", "qualified": "合格", "quarantined": "隔离", "waiting": "待办件"},
        **{"orphans": "无办件", "defaults": "默认", "duplicates": "重复", "negatives": "差评"},
    }
    _print_cities(console, f"好差评汇聚（数据日期 {day}）", figures["rating_cities"], columns)
    for title, line in (("办件", figures["cases"]), ("评价", figures["ratings"])):
        bound = "（下限）" if line["is_lower_bound"] else ""
        for name, value in (("汇聚", line["total"]), ("合格", line["qualified"])):
            gap = line["target"] - value
            distance = f"差 {gap:,}" if gap > 0 else f"超 {-gap:,}"
            console.print(f"{title}{name}{bound} {value:,} / 目标 {line['target']:,}，{distance}")
    covered = "，".join(f"{row['title']} {row['covered']}/{row['objects']}" for row in figures["coverage"].values())
    console.print(f"评价覆盖：{covered or '还没有评价'}")
    done = figures["follow_up"]
    console.print(
        f"差评 {done['negatives']:,}：实名 {done['real_name']:,}，已回访 {done['called_back']:,}，"
        f"已整改 {done['rectified']:,}，已销号 {done['closed']:,}，超期 {done['overdue']:,}"
    )
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

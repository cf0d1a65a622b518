"""The figures of the warehouse as one dictionary, for summary.json and the screen."""

from typing import Any

from rich.console import Console
from rich.table import Table

from govservice import warehouse
from govservice.contract import CASE_FEEDS

RECORD_KEYS = (
    *("declared", "received", "replayed", "overlap", "unparsable", "versions", "live", "superseded", "tombstoned"),
    *("accepted", "quarantined", "duplicates", "unexplained"),
)


def summary(url: str) -> dict[str, Any]:
    """Figures as of now.

    Returns:
        data_date (of the latest run), cases {total, qualified, target, is_lower_bound}, records {feed or "all": RECORD_KEYS},
        new_cities [{new_city, delivered, accepted, quarantined, duplicates}], sources {id: {state, reason_code, reason, …}},
        rejudgements of the latest run [{reason, feed, rule_id, case_count}],
        seconds and peak_rss_mb {step of the latest run: number}.
    """
    with warehouse.transaction(url, "report") as cursor:
        figures = {
            name: warehouse.rows(cursor, warehouse.statement(f"report/{name}.sql"))
            for name in ("run", "target", "books", "new_cities", "sources", "steps", "rejudgements")
        }
    books = {row.pop("feed"): {key: int(row[key]) for key in RECORD_KEYS} for row in figures["books"]}
    cases = [books[feed] for feed in CASE_FEEDS if feed in books]
    books["all"] = {key: sum(book[key] for book in cases) for key in RECORD_KEYS}
    return {
        "data_date": str(figures["run"][0]["data_date"]) if figures["run"] else None,
        "cases": figures["target"][0],
        "records": books,
        "new_cities": figures["new_cities"],
        "rejudgements": figures["rejudgements"],
        "seconds": {row["step"]: row["seconds"] for row in figures["steps"]},
        "peak_rss_mb": {row["step"]: row["peak_rss_mb"] for row in figures["steps"]},
        "sources": {row.pop("source_id"): row for row in figures["sources"]},
    }


def print_tallies(figures: dict[str, Any], console: Console | None = None) -> None:
    """Show the tallies to a person: per new city, then the total against the target."""
    console = console or Console(highlight=False)
    table = Table("新城", *("送达", "通过", "隔离", "重复"), title=f"办件汇聚（数据日期 {figures['data_date']}）")
    for column in table.columns[1:]:
        column.justify = "right"
    for city in figures["new_cities"]:
        table.add_row(
            city["new_city"], *(f"{city[key]:,}" for key in ("delivered", "accepted", "quarantined", "duplicates"))
        )
    console.print(table)
    cases = figures["cases"]
    bound = "（下限）" if cases["is_lower_bound"] else ""
    for name, value in (("汇聚", cases["total"]), ("合格", cases["qualified"])):
        gap = cases["target"] - value
        console.print(
            f"{name}{bound} {value:,} / 目标 {cases['target']:,}，{f'差 {gap:,}' if gap > 0 else f'超 {-gap:,}'}"
        )
    for source in figures["sources"].values():
        if source["state"] != "balanced":
            console.print(f"未核实：{source['name']}（{source['reason_code']}）{source['reason']}")

"""The dashboard's charts as SVG, drawn in this process: no script, no network, texts escaped by the renderer."""

from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from portal.queries import Row

ARRIVED, QUALIFIED, REST, TARGET = "#8fb3d9", "#1d4f91", "#e0a14a", "#c8102e"
LINES = {"arrived_total": "汇聚", "qualified_total": "合格"}
RECENT_DAYS = 30
CONFIG = {
    "background": "transparent",
    "font": "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": "#4b5563", "gridColor": "#e5e7eb", "domainColor": "#9ca3af", "labelFontSize": 12},
}


def reached(days: list[Row], line: str) -> date | None:
    """The first day on which a running total reached the target.

    Args:
        days: rows of sql/questions/progress.sql.
        line: a key of LINES.
    """
    return next((row["day"] for row in days if row[line] >= row["target_count"]), None)


def progress(days: list[Row], reached: dict[str, date | None], recent: bool = False, width: int = 720) -> Markup:
    """Two cumulative lines, 汇聚 and 合格, and the target, with a dot where each line first reaches it.

    Args:
        days: rows of sql/questions/progress.sql, at least one.
        reached: by line, the day that gets the dot; None where it has not come or may not be claimed.
        recent: only the last RECENT_DAYS days, on a scale that shows the crossing.
        width: of the plot, pixels.
    """
    import altair as alt  # only the dashboard needs it

    begin = days[-1]["day"] - timedelta(days=RECENT_DAYS) if recent else days[0]["day"]
    points = [
        {
            "day": f"{row['day']}T00:00:00Z",
            "line": name,
            "total": int(row[key]),
            "reached": row["day"] == reached[key],
        }
        for row in days
        if row["day"] >= begin
        for key, name in LINES.items()
    ]
    x = alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%m-%d", grid=False, tickCount=8))
    y = alt.Y(
        "total:Q", title=None, scale=alt.Scale(zero=not recent), axis=alt.Axis(format=",d", tickCount=6, minExtent=52)
    )
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(LINES.values()), range=[ARRIVED, QUALIFIED]), legend=None)
    chart = alt.Chart(alt.Data(values=points)).encode(x, y)
    target = alt.Chart(alt.Data(values=[{"total": int(days[0]["target_count"])}]))
    return _svg(
        alt.layer(
            chart.mark_line(strokeWidth=2.5, interpolate="step-after").encode(colour),
            target.mark_rule(color=TARGET, strokeDash=[6, 4], strokeWidth=1.5).encode(y="total:Q"),
            chart.mark_point(color=TARGET, filled=True, size=80, opacity=1).transform_filter("datum.reached"),
        ).properties(width=width, height=width // 3 if not recent else width * 2 // 3)
    )


def new_cities(cities: list[Row]) -> Markup:
    """One bar per new city: 合格 and, of the rest of 汇聚, 不合格, with the total at its end."""
    import altair as alt

    parts = [
        {"city": row["new_city"], "part": part, "rank": rank, "cases": cases}
        for row in cities
        for rank, part, cases in (
            (0, "合格", row["qualified_count"]),
            (1, "不合格", row["case_count"] - row["qualified_count"]),
        )
    ]
    totals = [
        {"city": row["new_city"], "cases": row["case_count"], "label": f"{row['case_count']:,}"} for row in cities
    ]
    order = [row["new_city"] for row in cities]
    y = alt.Y(
        "city:N", sort=order, title=None, axis=alt.Axis(minExtent=44, labelFontSize=13, ticks=False, domain=False)
    )
    x = alt.X("cases:Q", title=None, axis=alt.Axis(format=",d", tickCount=5))
    colour = alt.Color("part:N", scale=alt.Scale(domain=["合格", "不合格"], range=[QUALIFIED, REST]), legend=None)
    bars = alt.Chart(alt.Data(values=parts)).mark_bar(size=22).encode(x, y, colour, order="rank:O")
    labels = alt.Chart(alt.Data(values=totals)).mark_text(align="left", dx=6, fontSize=12).encode(x, y, text="label:N")
    return _svg(alt.layer(bars, labels).properties(width=420, height=40 * len(cities)))


def _svg(chart: Any) -> Markup:
    import vl_convert

    return Markup(vl_convert.vegalite_to_svg({**chart.to_dict(), "config": CONFIG}))  # noqa: S704 - escaped by the renderer

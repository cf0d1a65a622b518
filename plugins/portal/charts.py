"""The dashboard's charts as SVG, drawn in this process: no script, no network, texts escaped by the renderer."""

from datetime import timedelta
from typing import Any

from markupsafe import Markup

from portal.queries import Row

ARRIVED, QUALIFIED, REST, TARGET = "#8fb3d9", "#1d4f91", "#e0a14a", "#c8102e"
RECENT_DAYS = 30
FONT = "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', sans-serif"


def progress(days: list[Row], recent: bool = False, width: int = 720) -> Markup:
    """Two cumulative lines, 汇聚 and 合格, and the target, with the day on which each line first reaches it.

    Args:
        days: rows of sql/portal/progress.sql, at least one.
        recent: only the last RECENT_DAYS days, on a scale that shows the crossing.
        width: of the plot, pixels.
    """
    import altair as alt  # only a dashboard needs it

    target = int(days[0]["target_count"])
    begin = days[-1]["day"] - timedelta(days=RECENT_DAYS) if recent else days[0]["day"]
    points = [
        {"day": f"{row['day']}T00:00:00Z", "line": name, "total": int(row[key])}
        for row in days
        if row["day"] >= begin
        for name, key in (("汇聚", "arrived_total"), ("合格", "qualified_total"))
    ]
    crossings = [point for point in map(lambda key: _crossing(days, key, target), ("arrived_total", "qualified_total")) if point]
    crossings = [point for point in crossings if point["day"] >= f"{begin}"]
    x = alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%m-%d", grid=False, labelOverlap=True))
    y = alt.Y("total:Q", title=None, scale=alt.Scale(zero=not recent, nice=True), axis=alt.Axis(format=",", minExtent=48))
    colour = alt.Color("line:N", scale=alt.Scale(domain=["汇聚", "合格"], range=[ARRIVED, QUALIFIED]), legend=None)
    lines = alt.Chart(_data(points)).mark_line(strokeWidth=2.5, interpolate="step-after").encode(x, y, colour)
    rule = alt.Chart(_data([{"total": target}])).mark_rule(color=TARGET, strokeDash=[6, 4], strokeWidth=1.5).encode(y="total:Q")
    dots = alt.Chart(_data(crossings)).mark_point(color=TARGET, filled=True, size=70, opacity=1).encode(x=x, y=y)
    labels = (
        alt.Chart(_data(crossings))
        .mark_text(align="right", baseline="bottom", dx=-6, dy=-6, color=TARGET, fontSize=12, fontWeight="bold")
        .encode(x=x, y=y, text="label:N")
    )
    layers = [lines, rule, dots, labels] if crossings else [lines, rule]
    return _svg(alt.layer(*layers).properties(width=width, height=250))


def new_cities(cities: list[Row]) -> Markup:
    """One bar per new city: 合格 and, of the rest of 汇聚, 不合格, with the total at its end."""
    import altair as alt

    order = [row["new_city"] for row in cities]
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
    y = alt.Y("city:N", sort=order, title=None, axis=alt.Axis(minExtent=40, labelFontSize=13, ticks=False, domain=False))
    x = alt.X("cases:Q", title=None, axis=alt.Axis(format=",", tickCount=5))
    colour = alt.Color("part:N", scale=alt.Scale(domain=["合格", "不合格"], range=[QUALIFIED, REST]), legend=None)
    bars = alt.Chart(_data(parts)).mark_bar(size=22).encode(x, y, colour, order="rank:O")
    labels = alt.Chart(_data(totals)).mark_text(align="left", dx=6, fontSize=12).encode(x=x, y=y, text="label:N")
    return _svg(alt.layer(bars, labels).properties(width=420, height=40 * len(cities)))


def _crossing(days: list[Row], key: str, target: int) -> Row | None:
    """The first day on which a running total reaches the target, as a point with its label."""
    reached = next((row for row in days if row[key] >= target), None)
    if reached is None:
        return None
    name = {"arrived_total": "汇聚", "qualified_total": "合格"}[key]
    label = f"{reached['day']:%m-%d} {name}达到目标"
    return {"day": f"{reached['day']}T00:00:00Z", "total": int(reached[key]), "label": label}


def _data(values: list[Row]) -> Any:
    import altair as alt

    return alt.Data(values=values)


def _svg(chart: Any) -> Markup:
    import vl_convert

    config = {"view": {"stroke": None}, "font": FONT, "background": "transparent",
              "axis": {"labelColor": "#4b5563", "gridColor": "#e5e7eb", "domainColor": "#9ca3af", "labelFontSize": 12}}  # fmt: skip
    return Markup(vl_convert.vegalite_to_svg({**chart.to_dict(), "config": config}))

"""Make the dimensions say what the contract and the registers say: sources, stations, organisations, areas, codes, calendar."""

import csv
import json
from datetime import date, time, timedelta

from govservice import contract, settings, warehouse
from govservice.contract import dialects, validity
from govservice.contract.register import Source
from govservice.contract.validity import Period


class CalendarError(contract.FinalError):
    """The calendar does not say what it is asked: names the years it has and the file to be mended."""


def write(url: str, sources: dict[str, Source]) -> None:
    """Write every dimension but the item catalogue, which is collected.

    Args:
        url: warehouse, role pipeline.
        sources: the whole register, disabled sources included, since their past deliveries stay.
    """
    hours = working_hours()
    tables: dict[str, list[tuple[object, ...]]] = {
        "dim.source": [
            (
                *_source(source),
                *(hours.get(source.id, hours["*"]), json.dumps(_extra_columns(source)), source.own_stations_only),
            )
            for source in sources.values()
        ],
        "dim.station": [row for source in sources.values() for row in _stations(source)],
        "dim.organisation": [
            (one.code, one.name, one.new_city, one.valid.first, one.valid.last, one.is_synthetic)
            for one in validity.organisations()
        ],
        "dim.area": [_area(area) for area in validity.areas()],
        "dim.code": [
            (code.list, code.code, code.name, code.canonical, code.standard, code.edition) for code in contract.codes()
        ],
        "dim.source_code": [row for source in sources.values() for row in _crosswalk(source)],
        "dim.calendar_day": [*calendar()],
        "dim.time_limit": time_limits(),
    }
    with warehouse.transaction(url, "dimensions") as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dimensions'))")
        for table, rows in tables.items():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the literal above
            if rows:  # a register of organisations may be empty
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)  # noqa: S608


def _source(source: Source) -> tuple[object, ...]:
    return (
        *(source.id, source.name, source.kind, source.new_city, source.street, source.protocol),
        *(source.dialect == "station_sheet", source.priority, source.contact, source.enabled),
        *(list(source.feeds), list(source.code_lists), _filled(source)),
    )


def _filled(source: Source) -> list[str]:
    """The columns that the collector fills because the source's dialect cannot carry them."""
    fields = [(feed, field) for feed in source.feeds for field in contract.feeds()[feed].fields if field.filled]
    if source.dialect == "station_sheet":
        return sorted({field.name for _, field in fields if not field.sheet})
    if vendor := dialects.load().get(source.dialect):
        return sorted({field.name for feed, field in fields if field.name not in vendor.feeds[feed].delivered})
    return []


def _extra_columns(source: Source) -> dict[str, dict[str, str]]:
    """By feed: our names of the columns that the national table does not have, and what the source calls them."""
    vendor = dialects.load().get(source.dialect)
    columns = {
        feed: {**contract.feeds()[feed].extra_columns, **(vendor.feeds[feed].extra_columns if vendor else {})}
        for feed in source.feeds
    }
    return {feed: named for feed, named in columns.items() if named}


def refuse_uncovered(url: str) -> int:
    """Say until which year the calendar reaches; rules on working days do not judge what happens after it.

    Raises:
        CalendarError: cases were accepted, finished or promised for later days that have come; names how many.
    """
    with warehouse.transaction(url) as cursor:
        (found,) = warehouse.ask(cursor, "beyond_calendar")
    if found["case_count"]:
        raise CalendarError(
            f"{found['case_count']} 个办件的受理、办结或已到的承诺日期晚于日历的最后一天（{found['last_day']}），与工作日有关的规则"
            "判不了它们；把国务院办公厅公布的那一年的节假日和调休加进 include/contract/calendar.csv，下一次运行自动重判"
        )
    return int(found["last_day"].year)


def working_hours() -> dict[str, str]:
    """When counters are open on a working day, by source, `*` for all others: seconds of the day as a multirange."""
    ranges: dict[str, list[str]] = {}
    with (settings.CONTRACT / "working_hours.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            opens, closes = (_seconds(row[name]) for name in ("opens", "closes"))
            tolerance = 60 * int(row["tolerance_minutes"])
            ranges.setdefault(row["source_id"], []).append(f"[{opens - tolerance},{closes + tolerance}]")
    return {source_id: f"{{{','.join(parts)}}}" for source_id, parts in ranges.items()}


def time_limits() -> list[tuple[object, ...]]:
    """Limits in working days by name and the day from which they hold, with their basis."""
    with (settings.CONTRACT / "time_limits.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def _seconds(clock: str) -> int:
    moment = time.fromisoformat(clock)
    return 3600 * moment.hour + 60 * moment.minute


def _stations(source: Source) -> list[tuple[object, ...]]:
    """A row for each time in which a station was registered and its street belonged to one new city."""
    always = [(source.new_city, Period())]
    belongs = validity.streets().get(source.street, always) if source.street else always
    return [
        (
            station.code,
            *(station.name, station.kind, source.id),
            number == 0,
            city,
            source.street,
            days.first,
            days.last,
        )
        for number, station in enumerate(source.stations)
        for city, valid in belongs
        if (days := station.valid.within(valid))
    ]


def _area(area: validity.Area) -> tuple[object, ...]:
    named = (area.area_id, area.name, area.level, area.parent_id, area.code_system, area.code)
    return (*named, area.valid.first, area.valid.last, area.confidence, area.note)


def _crosswalk(source: Source) -> list[tuple[object, ...]]:
    """Raw codes of every column that is translated, by the source's own list or the one of the contract."""
    rows: list[tuple[object, ...]] = []
    for feed in source.feeds:
        for field in contract.feeds()[feed].fields:
            of_sheet = field.sheet_crosswalk if source.dialect == "station_sheet" else None
            used = source.code_lists.get(field.name, of_sheet or field.crosswalk)
            if used:
                found = [code for code in contract.codes() if code.list == used and code.canonical]
                rows.extend((source.id, field.name, code.code, code.canonical) for code in found)
    return [*dict.fromkeys(rows)]  # a column that two feeds have is in one list


def calendar() -> list[tuple[date, bool, int, date, str | None]]:
    """Every day of the calendar: day, whether it is a working day, its number, the working day it moves on to, its name.

    It has the years whose holidays and 调休 calendar.csv has, and no other: a day in another year is not known to be one.

    Raises:
        CalendarError: a year is not there whole.
    """
    path = settings.CONTRACT / "calendar.csv"
    with path.open(encoding="utf-8", newline="") as file:
        special = {date.fromisoformat(row["day"]): row for row in csv.DictReader(file)}
    years = range(min(special).year, max(special).year + 1)
    # the notice of a year is there whole if its last holiday is, which is in October
    if untold := {*years} - {day.year for day in special if day.month == 10}:
        raise CalendarError(f"{path} 缺 {'、'.join(map(str, sorted(untold)))} 年的节假日和调休，或没有写全")
    first, end = date(years.start, 1, 1), date(years.stop, 1, 1)
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    works = {day: special[day]["is_workday"] == "true" if day in special else day.weekday() < 5 for day in days}
    number, rows = 0, []
    for day in days:
        number += works[day]
        following = next((later for later in days[(day - first).days :] if works[later]), day)
        rows.append((day, works[day], number, following, special[day]["name"] if day in special else None))
    return rows

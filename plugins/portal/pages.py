"""The pages of the portal, one function per route."""

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from govservice import contract
from govservice.contract.personal_numbers import stand_in
from govservice.reporting import receipts
from portal import charts
from portal.queries import Row, counted, row, rows
from portal.render import page

PAGE_SIZE = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOP_REASONS = 10
BOOK_FIELDS = (
    *("declared", "received", "overlap", "replayed", "unparsable", "versions", "superseded", "tombstoned", "live"),
    *("accepted", "quarantined", "duplicates", "unexplained"),
)
CITY_FIELDS = (
    *("delivered_count", "accepted_count", "quarantined_count", "duplicate_count"),
    *("case_count", "qualified_count", "complete_count"),
)
RATING_FIELDS = (
    *("delivered_count", "rating_count", "qualified_count", "quarantined_count", "waiting_count", "orphan_count"),
    *("default_count", "duplicate_count", "negative_count", "satisfied_count"),
    *("finished_case_count", "rated_case_count", "actively_rated_case_count"),
)

# PostgreSQL's text holds no NUL, and no key of ours is longer than this.
_TEXT: dict[str, Any] = {"max_length": 300, "pattern": r"^[^\x00]*$"}
Key = Annotated[str, Path(**_TEXT)]
Choice = Annotated[str, Query(**_TEXT)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]

router = APIRouter()


class Unknown(HTTPException):
    """There is no such run, rule, source or receipt: the sentence is shown to the reader."""

    def __init__(self, sentence: str) -> None:
        """Args: what there is not."""
        super().__init__(404, sentence)


@router.get("/")
def dashboard(request: Request) -> Response:
    """看板: where the figures stand, as of when, and whom they wait for."""
    cities, sources, target = counted("new_cities"), rows("sources"), _target("case")
    return page(
        request,
        "dashboard.html",
        target=target,
        ratings=_target("rating"),
        as_of=row("as_of"),
        cities=cities,
        total=_sum(cities, *CITY_FIELDS),
        reasons=counted("quarantine_reasons")[:TOP_REASONS],
        sources=sources,
        unverified=_unverified(sources),
        suspicions=counted("case_suspicions"),
        runs=rows("recent_runs"),
        **_progress(target),
        city_chart=charts.new_cities(cities) if cities else "",
    )


@router.get("/ratings")
def ratings(request: Request) -> Response:
    """好差评: where ratings stand, what they cover, why some do not count, and what people should look at."""
    cities, target = counted("rating_cities"), _target("rating")
    return page(
        request,
        "ratings.html",
        target=target,
        unverified=_unverified(rows("sources")),
        cities=cities,
        total=_sum(cities, *RATING_FIELDS),
        coverage=counted("rating_coverage"),
        uncovered=counted("rating_uncovered"),
        reasons=counted("rating_reasons")[:TOP_REASONS],
        suspicions=counted("rating_suspicions"),
        follow_up=rows("follow_up"),
        overdue=rows("follow_up_overdue"),
        **_progress(target),
    )


@router.get("/items")
def items(request: Request) -> Response:
    """事项库: whether items are described in full and alike, whether cases use them, and the lines that they answer."""
    return page(
        request,
        "items.html",
        measures=counted("item_measures"),
        elements=counted("item_elements"),
        comparison=counted("item_comparison"),
        versions=counted("item_versions"),
    )


@router.get("/runs/{run_id}")
def run(request: Request, run_id: Key) -> Response:
    """质检结果: what every rule judged in a run, the failing ones first, and the books."""
    this = row("run", run_id=run_id)
    if this is None:
        raise Unknown("没有这次运行的质检结果：它不是“办件汇聚与质检”的运行，或者还没有开始")
    inspected = row("inspected_run", run_id=run_id)
    checks = rows("run_checks", run_id=inspected["run_id"]) if inspected else []
    return page(
        request,
        "run.html",
        run=this,
        rejudgements=rows("rejudgements", run_id=run_id, rule_id=None),
        inspected=inspected["run_id"] if inspected else None,
        suites=[
            _suite(feed, [check for check in checks if check["feed"] == feed]) for feed in contract.inspected_feeds()
        ],
        books=_books_by_feed(counted("books")),
        sources=[source for source in rows("sources") if source["is_enabled"]],
    )


@router.get("/rules/{rule_id}")
def rule(
    request: Request, rule_id: Key, source: Choice = "", number: Annotated[PageNumber, Query(alias="page")] = 1
) -> Response:
    """One rule in all its columns, and the keys of the records that break it now."""
    columns, by_source = rows("rule", rule_id=rule_id), rows("rule_sources", rule_id=rule_id)
    if not columns and not by_source:
        raise Unknown("没有这条规则")
    chosen = [each for each in by_source if not source or each["source_id"] == source]
    return page(
        request,
        "rule.html",
        rule_id=rule_id,
        columns=columns,
        rejudgements=rows("rejudgements", run_id=None, rule_id=rule_id),
        by_source=by_source,
        source=source,
        total=sum(each["finding_count"] for each in chosen),
        page=number,
        page_size=PAGE_SIZE,
        findings=rows(
            "rule_findings", rule_id=rule_id, source_id=source or None, first=(number - 1) * PAGE_SIZE, size=PAGE_SIZE
        ),
    )


@router.get("/records")
def record(request: Request, case_no: Choice = "") -> Response:
    """Trace of one case: who delivered it, with which verdict, and what is wrong with it."""
    case_key = stand_in(case_no.strip())
    records = rows("case_records", case_key=case_key) if case_key else []
    ratings_of = rows("case_ratings", case_key=case_key) if case_key else []
    findings = rows("case_findings", case_key=case_key) if case_key else []
    delivery_ids = sorted({each["delivery_id"] for each in (*records, *ratings_of, *findings)})
    deliveries = rows("deliveries", delivery_ids=delivery_ids) if delivery_ids else []
    return page(
        request,
        "record.html",
        case_key=case_key,
        records=records,
        ratings=ratings_of,
        findings=findings,
        deliveries=deliveries,
    )


@router.get("/sources/{source_id}")
def source(request: Request, source_id: Key, number: Annotated[PageNumber, Query(alias="page")] = 1) -> Response:
    """One source: its state, books, deliveries, what could not be read, and what it has to mend."""
    receipt = receipts.latest(source_id)
    return page(
        request,
        "source.html",
        source=_registered(source_id),
        books=_books_by_feed(book for book in counted("books") if book["source_id"] == source_id),
        deliveries=rows("source_deliveries", source_id=source_id),
        unparsable=rows("source_unparsable", source_id=source_id, first=(number - 1) * PAGE_SIZE, size=PAGE_SIZE),
        totals=row("source_totals", source_id=source_id),
        page=number,
        page_size=PAGE_SIZE,
        findings=rows("source_findings", source_id=source_id),
        receipt_date=receipt.parent.name if receipt else None,
    )


@router.get("/receipts/{source_id}.xlsx")
def receipt(source_id: Key) -> Response:
    """质检回执: the newest receipt file of a source."""
    registered = _registered(source_id)
    path = receipts.latest(source_id)
    if path is None:
        raise Unknown(f"{registered['name']}还没有质检回执")
    name = f"质检回执_{registered['name']}_{path.parent.name}.xlsx"
    return FileResponse(path, media_type=WORKBOOK, filename=name)


def _target(line: str) -> Row:
    return next(row for row in counted("target_line") if row["line"] == line)


def _unverified(sources: list[Row]) -> list[Row]:
    return [source for source in sources if source["is_enabled"] and source["state"] == "unverified"]


def _progress(target: Row) -> dict[str, Any]:
    """When 汇聚 and 合格 of a line reached the target, which a lower bound does not claim, and the charts of how they grew."""
    days = [row for row in counted("progress") if row["line"] == target["line"]]
    claimed = [] if target["is_lower_bound"] else days
    reached = {total: charts.reached(claimed, total) for total in charts.LINES}
    return {
        "reached": reached,
        "progress_chart": charts.progress(days, reached) if days else "",
        "recent_chart": charts.progress(days, reached, recent=True, width=360) if days else "",
    }


def _registered(source_id: str) -> Row:
    found = next((source for source in rows("sources") if source["source_id"] == source_id), None)
    if found is None:
        raise Unknown("没有登记这个来源")
    return found


def _suite(feed: str, checks: list[Row]) -> dict[str, Any]:
    """The checks of one feed: its rules with their counts by source, the failing ones first, then the most frequent."""
    rules = []
    for _, group in groupby(checks, key=lambda check: (check["rule_id"], check["column_name"], check["severity"])):
        by_source = list(group)
        rules.append({**by_source[0], **_sum(by_source, "checked_count", "failed_count"), "by_source": by_source})
    rules.sort(key=lambda each: -each["failed_count"])
    return {
        "feed": feed,
        "failing": [each for each in rules if each["failed_count"]],
        "passing": sorted((each for each in rules if not each["failed_count"]), key=lambda each: each["rule_id"]),
        "checked_count": rules[0]["checked_count"] if rules else 0,
    }


def _books_by_feed(books: Iterable[Row]) -> list[Row]:
    every = list(books)
    feeds = [[book for book in every if book["feed"] == feed] for feed in contract.feeds()]
    return [{"feed": same[0]["feed"], **_sum(same, *BOOK_FIELDS)} for same in feeds if same]


def _sum(every: list[Row], *names: str) -> dict[str, int]:
    return {name: sum(int(each[name]) for each in every) for name in names}

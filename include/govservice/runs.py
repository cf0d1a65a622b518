"""The life of one run of the main pipeline: begun with a plan, tallied, closed with books that balance."""

from datetime import date, datetime, timedelta
from typing import Any

from govservice import contract, dimensions, warehouse
from govservice.contract import FinalError, RegisterError
from govservice.contract.register import Source
from govservice.settings import SHANGHAI
from govservice.warehouse import Cursor


class UnbalancedBooks(FinalError):
    """Records are unaccounted for: the figures must not be used. Names source, feed and how many."""


FIRST_DATE = date(1949, 10, 1)  # no business time is before it


class RunNotBegun(FinalError):
    """The plan of the run has failed: nothing may be inspected on its behalf."""


class RunClosed(RuntimeError):
    """The run has closed: its figures stand."""


class FutureDataDate(FinalError):
    """The data date lies in the future: a window that ends there would hide what comes until then."""


class PastDataDate(FinalError):
    """The data date lies before what has been received: a window that ends there would be empty, and balanced without a look."""


class FarDataDate(FinalError):
    """The data date lies far beyond the newest data: deadlines and items in force would be judged for a day without data."""


def day_of(given: str | None, moment: datetime) -> date:
    """The Shanghai day that a run is for: as given, yyyy-MM-dd, else the day before the moment."""
    return date.fromisoformat(given) if given else moment.astimezone(SHANGHAI).date() - timedelta(days=1)


def begin(
    url: str,
    run_id: str,
    data_date: date,
    sources: dict[str, Source],
    chosen: list[str] | None,
    full: bool = False,
    is_confirmed: bool = False,
) -> list[str]:
    """Register the run, bring the dimensions up to date and say which sources to collect.

    Args:
        url: warehouse, role pipeline.
        run_id: Airflow run id.
        data_date: the Shanghai day that drives the run.
        sources: the register.
        chosen: ids of the sources to collect; none means all that are enabled.
        full: whether they are pulled from the beginning.
        is_confirmed: whether a person means the day, however far beyond the newest data it lies.

    Returns:
        Source ids, those with the longest deliveries first. Until they are collected they count as unverified, whatever keeps a
        task from saying so itself.

    Raises:
        FutureDataDate: the data date lies in the future.
        PastDataDate: it lies before what a chosen source has delivered already, or before any time.
        FarDataDate: it lies more than ops.setting data_date_lead_days beyond the newest data, and nobody has confirmed it.
        RegisterError: a chosen id is not registered or not enabled, or a source that has delivered is no longer registered.
        RunClosed: the run has closed.
    """
    with warehouse.transaction(url) as cursor:
        _refuse_closed(cursor, run_id)
        _refuse_day(cursor, data_date, is_confirmed)
    enabled = [source for source in sources.values() if source.enabled]
    ids = {source.id for source in enabled}
    unknown = [str(one) for one in chosen or () if str(one) not in ids]
    if unknown:
        raise RegisterError(f"来源 {'、'.join(unknown)} 没有登记或没有启用")
    taken = [source for source in enabled if not chosen or source.id in chosen]
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT DISTINCT source_id FROM ops.delivery WHERE state <> 'refused' ORDER BY source_id")
        gone = [source_id for (source_id,) in cursor.fetchall() if source_id not in sources]
        cursor.execute(
            "SELECT source_id FROM ops.watermark GROUP BY source_id HAVING max(synced_until) >= %s::date + 1",
            (data_date,),
        )
        ahead = {source_id for (source_id,) in cursor.fetchall()}
    if gone:
        raise RegisterError(f"来源 {'、'.join(gone)} 交付过数据，不能从登记表删去；不再取数的写 enabled: false")
    names = [source.name for source in taken if source.id in ahead and not full]
    if names:
        some = "、".join(names[:3]) + (f" 等 {len(names)} 个来源" if names[3:] else "")
        raise PastDataDate(f"{some}已经收到数据日期 {data_date} 以后的数据；请改数据日期或来源，或用全量方式")
    with warehouse.transaction(url) as cursor:
        cursor.execute("SELECT ops.end_overlong_readers()")
    dimensions.write(url, sources)
    with warehouse.transaction(url) as cursor:
        cursor.execute(warehouse.statement("ops/write/run__begin.sql"), {"run_id": run_id, "data_date": data_date})
        order = warehouse.rows(cursor, warehouse.statement("ops/read/source_volume.sql"))
        reason = contract.reason_codes()["NOT_COLLECTED"]
        waiting = {"state": "unverified", "reason_code": reason.code, "reason": reason.remedy, "run_id": run_id}
        cursor.executemany(
            warehouse.statement("ops/write/source_state__record.sql"),
            [{**waiting, "source_id": source.id} for source in taken],
        )
    volume = {row["source_id"]: row["received"] for row in order}
    # A source that has delivered most, or that is a centre, keeps a worker longest: it goes first.
    return [source.id for source in sorted(taken, key=lambda source: (-volume.get(source.id, 0), source.priority))]


def _refuse_day(cursor: Cursor, day: date, is_confirmed: bool) -> None:
    if day > datetime.now(SHANGHAI).date():
        raise FutureDataDate(f"数据日期 {day} 还没有到；请选今天或以前的日期")
    if day < FIRST_DATE:
        raise PastDataDate(f"数据日期 {day} 早于 {FIRST_DATE}；请核对")
    known = warehouse.rows(cursor, warehouse.statement("ops/read/newest_data.sql"))[0]
    newest, days = known["newest"], known["days"]  # before there are data, any date is accepted
    if newest and (day - newest).days > days and not is_confirmed:
        raise FarDataDate(
            f"数据日期 {day} 比最新的数据（{newest}）晚 {(day - newest).days:,} 天，超过 {days} 天，没有开始；"
            "请在表单里写明数据日期，确实要算到这一天的，勾选“确认数据日期”再触发"
        )


def require_begun(url: str, run_id: str) -> None:
    """See that a run is going on: a task that goes on after failures must not go on without a plan.

    Raises:
        RunNotBegun: the run is not registered.
        RunClosed: the run has closed.
    """
    with warehouse.transaction(url) as cursor:
        _require_open(cursor, run_id)


def _require_open(cursor: Cursor, run_id: str) -> None:
    if not _refuse_closed(cursor, run_id):
        raise RunNotBegun("“计划”没有成功，这次运行没有登记；请先看“计划”的日志")


def _refuse_closed(cursor: Cursor, run_id: str) -> bool:
    """Whether the run is registered, and open; RunClosed if it has closed."""
    cursor.execute("SELECT closed_at IS NOT NULL FROM ops.run WHERE run_id = %s", (run_id,))
    is_closed = cursor.fetchone()
    if is_closed == (True,):
        raise RunClosed("这次运行已经关账，它的数字不再改变；请另外触发一次运行")
    return is_closed is not None


def tally(url: str, run_id: str) -> dict[str, int]:
    """Write the run's figures and return them: total and qualified cases, rating_total and rating_qualified ratings.

    Raises:
        RunClosed: the run has closed; its figures stand.
    """
    with warehouse.transaction(url) as cursor:
        _require_open(cursor, run_id)
        return warehouse.rows(cursor, warehouse.statement("ops/write/run__tally.sql"), {"run_id": run_id})[0]


def record_step(url: str, run_id: str, step: str, map_index: int, seconds: float, peak_rss_mb: int) -> None:
    """Note what one task of a run cost; `map_index` is -1 where the task is not mapped."""
    parameters = {
        "run_id": run_id,
        "step": step,
        "map_index": map_index,
        "seconds": seconds,
        "peak_rss_mb": peak_rss_mb,
    }
    with warehouse.transaction(url) as cursor:
        cursor.execute(warehouse.statement("ops/write/step__record.sql"), parameters)


def figures(url: str, run_id: str) -> dict[str, Any] | None:
    """What a run has received and ended with (keys of sql/questions/run_note.sql); None before its tally."""
    with warehouse.transaction(url) as cursor:
        found = warehouse.ask(cursor, "run_note", run_id=run_id)
    return found[0] if found else None


def close(url: str, run_id: str) -> dict[str, int]:
    """Close the run: count the books, note which sources are unverified, and refuse if anything is unexplained.

    A run that has closed is left as it is: the answer to the first closing may have been lost on its way.

    Returns:
        What the run closed with: records received until then and live, and unexplained, which is 0.

    Raises:
        UnbalancedBooks: a record has no place in the books; the run stays open.
        RunNotBegun: the run is not registered.
    """
    with warehouse.transaction(url) as cursor:
        if closed := _closed_with(cursor, run_id):
            return closed
        _require_open(cursor, run_id)
        books = warehouse.rows(cursor, "SELECT source_id, feed, received, live, unexplained FROM ops.book")
        wrong = [book for book in books if book["unexplained"]]
        sums = {name: int(sum(book[name] for book in books)) for name in ("received", "live", "unexplained")}
        cursor.execute(
            warehouse.statement("ops/write/run__close.sql"), {"run_id": run_id, **sums, "is_closed": not wrong}
        )
    if wrong:
        named = "；".join(f"{book['source_id']} {book['feed']} 差 {book['unexplained']} 条" for book in wrong)
        raise UnbalancedBooks(
            f"账不平，{sums['unexplained']} 条记录没有去向（{named}）；数字不能使用，请查该来源的批次台账"
        )
    return sums


def _closed_with(cursor: Cursor, run_id: str) -> dict[str, int] | None:
    found = warehouse.rows(cursor, warehouse.statement("ops/read/closing.sql"), {"run_id": run_id})
    return found[0] if found else None

"""HTTP sources: paged JSON behind an expiring token, incremental by CD_time.

POST {base}/token  {"client_id", "client_secret"} → {"access_token"}
GET  {base}/{feed}?since=&until=&page=&size=  → {"code": 200, "total": n, "count": n, "data": [record, …]}
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import requests
import urllib3
from urllib3.util import Retry

from govservice import outside, settings, timed_http
from govservice.collecting import exact_json, landing
from govservice.collecting.delivery import Batch, Fetched, Landed, Record, Unparsable
from govservice.collecting.protocol import Request, Seen, SourceUnreadable, Window
from govservice.collecting.records import Mapper, UnreadableRecord
from govservice.contract import feeds

PAGE_SIZE = 2000
PAGE_BYTES = 32 << 20
PAGES_PER_FEED = 20_000

# 429 and 5xx are tried again with growing, jittered pauses; a server's Retry-After is believed up to a minute.
RETRY = Retry(
    total=5,
    connect=2,
    read=2,
    backoff_factor=0.5,
    backoff_jitter=0.5,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET", "POST"),
    respect_retry_after_header=True,
    retry_after_max=60,
    raise_on_status=False,
)


class Page(NamedTuple):
    """One page: as received, as read, and whether orjson reads the same."""

    body: bytes
    content: dict[str, Any]
    is_plain: bool


class Client:
    """A session with one HTTP source: pooled connections, no redirects, a deadline for every page."""

    def __init__(self, request: Request) -> None:
        endpoint = request.endpoint
        self._require_newest = request.require_newest
        host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
        port = f":{endpoint.port}" if endpoint.port else ""
        scheme, path = endpoint.scheme or "https", str(endpoint.extra.get("base_path") or "")
        authorities = endpoint.extra.get("ca_file") or True
        if scheme not in ("http", "https") or not host or (path and not path.startswith("/")):
            raise SourceUnreadable("CONNECTION", "schema 应为 http 或 https，host 不能空，base_path 以 / 开头")
        if authorities is not True and not Path(str(authorities)).is_file():
            raise SourceUnreadable("CONNECTION", "extra 的 ca_file 不是一个文件")
        self.base = f"{scheme}://{host}{port}{path}"
        self._credentials = {"client_id": endpoint.login, "client_secret": endpoint.password}
        self._session = timed_http.session(RETRY)
        self._session.verify = authorities
        self._login()

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()

    def page(self, feed: str, since: str, until: str, number: int, size: int) -> Page:
        """One page of a window.

        Raises:
            SourceUnreadable: UNREACHABLE, HOST, UNAUTHORISED, REDIRECT, HTTP_STATUS, BOMB, DEADLINE, BODY, APP_ERROR or SHORT_PAGE.
        """
        parameters = {"since": since, "until": until, "page": number, "size": size}
        place = f"{feed} 第 {number} 页"
        answer = self._page(feed, parameters, place)
        if answer is None:
            self._login()
            answer = self._page(feed, parameters, place)
        if answer is None:
            raise SourceUnreadable("UNAUTHORISED", f"{place}：重新登录后仍返回 401")
        return answer

    def _page(self, feed: str, parameters: dict[str, Any], place: str) -> Page | None:
        """The page, or None where a login is asked for, by the status or by the code of the answer."""
        status, body = self._request("GET", f"{self.base}/{feed}", params=parameters)
        if status == 401:
            return None
        if status != 200:
            code = "UNAUTHORISED" if status == 403 else "REDIRECT" if status < 400 else "HTTP_STATUS"
            raise SourceUnreadable(code, f"{place}：接口返回 HTTP {status}")
        return _checked_page(body, place)

    def _login(self) -> None:
        self._require_newest()  # some servers keep one login per client: ours would end that of a newer attempt
        status, body = self._request("POST", f"{self.base}/token", json=self._credentials)
        if status != 200:
            code = "HTTP_STATUS" if status >= 500 or status == 429 else "UNAUTHORISED"
            raise SourceUnreadable(code, f"登录被拒绝（HTTP {status}）")
        try:
            token = orjson.loads(body)["access_token"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            token = None
        # Only such a token can be sent in a header.
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token.strip():
            raise SourceUnreadable("BODY", "登录接口没有返回可用的 access_token")
        self._session.headers["Authorization"] = f"Bearer {token}"

    def _request(self, method: str, url: str, **options: Any) -> tuple[int, bytes]:
        timeout = (outside.CONNECT_SECONDS, settings.page_seconds())
        try:
            with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, stream=True, **options
            ) as response:
                return response.status_code, _bounded_body(response)
        except outside.DeadlinePassed:
            raise SourceUnreadable("DEADLINE", f"接口在 {settings.page_seconds():g} 秒内没有答完") from None
        except outside.AddressRefused as error:
            raise SourceUnreadable("HOST", str(error)) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise SourceUnreadable("UNREACHABLE", f"接口连不上或中途断开（{type(error).__name__}）") from None


def _bounded_body(response: requests.Response) -> bytes:
    """The body, as long as it stays below the byte cap; it is read as it comes."""
    parts, size = [], 0
    while chunk := response.raw.read1(1 << 16, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > PAGE_BYTES:
            raise SourceUnreadable("BOMB", f"一页超过 {PAGE_BYTES >> 20} MB")
    return b"".join(parts)


def _checked_page(body: bytes, place: str) -> Page | None:
    try:
        page, is_plain = exact_json.page_of(body)
    except ValueError:
        raise SourceUnreadable("BODY", f"{place}：不是合法的 JSON") from None
    if isinstance(page, exact_json.KeyTwice):
        raise SourceUnreadable("BODY", f"{place}：同一个键出现两次")
    if not isinstance(page, dict):
        raise SourceUnreadable("BODY", f"{place}：不是键值对象")
    if str(page.get("code")) == "401":
        return None
    if exact_json.whole_number(page.get("code")) != 200 and ("code" in page or "data" in page):
        raise SourceUnreadable("APP_ERROR", f"{place}：接口报告业务错误（code 不是 200）")
    if not isinstance(page.get("data"), list):
        raise SourceUnreadable("BODY", f"{place}：缺少 data 列表")
    count = exact_json.whole_number(page.get("count"))
    if count != len(page["data"]):
        stated = "（不是整数）" if count is None else count
        raise SourceUnreadable("SHORT_PAGE", f"{place}：声明 {stated} 条，实到 {len(page['data'])} 条")
    return Page(body, page, is_plain)


def total_of(page: dict[str, Any]) -> int | None:
    """The number of records that the source declares for the window, or None where it says nothing usable."""
    total = exact_json.whole_number(page.get("total"))
    return total if total is not None and total >= 0 else None


def fetch(request: Request, workspace: Path) -> Fetched:
    """Land every page of the window: one batch per feed.

    Raises:
        SourceUnreadable: a page could not be had; nothing of this window is kept.
    """
    batches = []
    with closing(Client(request)) as client:
        for feed in request.source.feeds:
            pull = request.pull(feed)
            with landing.draft(request.source.id, pull.folder.name) as draft:
                total, pages = _land_pages(client, feed, request.window, draft)
                declared = {} if total is None else {feed: total}
                landed = draft.seal(replace(pull, digest=draft.digest, declared=declared))
            batches.append(Batch(landed, feed, partial(read, landed, feed, pages)))
    return request.pulled(batches)


def _land_pages(client: Client, feed: str, window: Window, draft: landing.Draft) -> tuple[int | None, list[bool]]:
    """Land pages until one is shorter than the first; return the declared total and of each page whether it is plain.

    The total does not say when to stop: with pages that overlap it is reached before the last record is. One that shrinks on the way
    declares nothing: a record that left the window has moved the others up, and one of them onto a page that was had before.
    A page that was had before ends the window where all that is declared has come: some servers give their last page again.

    Raises:
        SourceUnreadable: ENDLESS.
    """
    full = most = received = 0
    plain: list[bool] = []
    had: dict[int, int] = {}
    for number in range(1, PAGES_PER_FEED + 1):
        body, page, is_plain = client.page(feed, window.since[feed], window.until, number, PAGE_SIZE)
        records, total = page["data"], total_of(page)
        most = max(most, total or 0)
        declared = total if total == most else None
        # The same first record, the same last one and as many between them: compared so, a page costs nothing.
        first = had.setdefault(hash(repr((len(records), records[:1], records[-1:]))), number) if records else number
        if first < number:
            if declared is not None and received >= declared:
                return declared, plain
            short = "没有可用的声明条数" if declared is None else f"声明 {declared} 条，只收到 {received} 条"
            raise SourceUnreadable("ENDLESS", f"{feed}：第 {number} 页又是第 {first} 页，{short}")
        draft.write(f"{number:06}.json", body)
        plain.append(is_plain)
        received += len(records)
        if not records or len(records) < full or (number == 1 and len(records) == declared):
            return declared, plain
        full = full or len(records)
    raise SourceUnreadable("ENDLESS", f"{feed}：超过 {PAGES_PER_FEED} 页还没有结束")


def read(landed: Landed, feed: str, pages: list[bool]) -> Iterator[Record | Unparsable]:
    """The records of the landed pages, in order; of each page is known whether it is plain."""
    mapper = Mapper(feeds()[feed])
    for number, is_plain in enumerate(pages, 1):
        body = (landed.folder / f"{number:06}.json").read_bytes()
        page = exact_json.plain_page_of(body) if is_plain else exact_json.exact_page_of(body)
        yield from _records(mapper, page, number, landed.received_at)


def _records(mapper: Mapper, page: dict[str, Any], number: int, received_at: str) -> Iterator[Record | Unparsable]:
    for position, raw in enumerate(page["data"], 1):
        place = f"第 {number} 页第 {position} 条"
        if isinstance(raw, exact_json.KeyTwice):
            yield Unparsable(place, "COLUMN_TWICE")
        elif type(raw) is not dict:
            yield Unparsable(place, "NOT_AN_OBJECT")
        else:
            try:
                yield mapper.record(tuple(raw), raw.values(), received_at)
            except UnreadableRecord as error:
                yield Unparsable(place, error.code)


def probe(request: Request, size: int) -> list[Seen]:
    """Look at the first page of every feed without landing it."""
    window = request.window
    seen = []
    with closing(Client(request)) as client:
        for feed in request.source.feeds:
            page = client.page(feed, window.since[feed], window.until, 1, size).content
            records = [*_records(Mapper(feeds()[feed]), page, 1, window.until)]
            seen.append(Seen(feed, total_of(page), records))
    return seen

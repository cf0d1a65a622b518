"""The HTTP interface of the simulated sources: expiring tokens and paged JSON, incremental by CD_time.

    python -m demo.api --root var/demo/api --port 18090 --credentials var/demo/credentials.json

`POST /<source>/token` with client_id and client_secret gives a token for 40 pages or 60 seconds.
`GET /<source>/<feed>?since=&until=&page=&size=` gives the page of the half-open window [since, until).
The data folder may be replaced while the server runs: files are opened anew when they change.
"""

import argparse
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN_PAGES = 40
TOKEN_SECONDS = 60
PAGE_LIMIT = 10_000
UNAVAILABLE_EVERY = 60
OVERLAPPING = {("fengdong_centre", "process"): 3}  # rows of the page before that its pages repeat


@dataclass
class Token:
    """A login: for one source, a number of pages and a time."""

    source: str
    expires_at: float
    pages_left: int = TOKEN_PAGES


class Feed:
    """The lines of a feed in order of CD_time, read from the file where they are asked for."""

    def __init__(self, lines: Path) -> None:
        index = np.load(lines.with_suffix(".npy"))
        self.times, self.offsets = index[:-1, 0], index[:, 1]
        self.file = lines.open("rb", buffering=0)  # noqa: SIM115 - open for as long as it is served

    def window(self, since: str, until: str) -> tuple[int, int]:
        """First line and line after the last of the half-open window of CD_time."""
        bounds = np.array([since, until], "datetime64[s]").astype(np.int64)
        low, high = np.searchsorted(self.times, bounds)
        return int(low), int(high)

    def lines(self, first: int, stop: int) -> bytes:
        """Lines joined by commas: the inside of a JSON array."""
        begin, end = int(self.offsets[first]), int(self.offsets[stop])
        return os.pread(self.file.fileno(), max(0, end - begin - 1), begin).replace(b"\n", b",")


@dataclass
class Server:
    """State of the running interface."""

    root: Path
    credentials: dict[str, str]
    tokens: dict[str, Token] = field(default_factory=dict)
    feeds: dict[Path, tuple[int, Feed]] = field(default_factory=dict)
    pages: int = 0

    async def login(self, request: Request) -> Response:
        """Exchange client id and secret for a token."""
        try:
            body = await request.json()
            client, secret = str(body["client_id"]), str(body["client_secret"])
        except (ValueError, KeyError, TypeError):
            return _refusal(400, "请求体应为含 client_id 和 client_secret 的 JSON")
        if not hmac.compare_digest(self.credentials.get(client, "").encode(), secret.encode()) or not secret:
            return _refusal(401, "client_id 或 client_secret 不正确")
        now = time.monotonic()
        self.tokens = {text: token for text, token in self.tokens.items() if token.expires_at > now}
        text = secrets.token_urlsafe(24)
        self.tokens[text] = Token(request.path_params["source"], now + TOKEN_SECONDS)
        return JSONResponse({"access_token": text, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})

    async def page(self, request: Request) -> Response:
        """One page of a window of a feed."""
        source, name = request.path_params["source"], request.path_params["feed"]
        if not self._spend(request, source):
            return _refusal(401, "令牌无效或已过期，请重新登录")
        feed = self._feed(source, name)
        if feed is None:
            return _refusal(404, "没有这个数据集")
        query = request.query_params
        try:
            low, high = feed.window(query["since"], query["until"])
            number, size = int(query.get("page", "1")), int(query.get("size", "2000"))
        except (KeyError, ValueError):
            return _refusal(400, "since、until 应为 yyyy-MM-dd HH:mm:ss，page、size 应为整数")
        if number < 1 or not 1 <= size <= PAGE_LIMIT:
            return _refusal(400, f"page 从 1 起，size 为 1 至 {PAGE_LIMIT}")
        self.pages += 1
        if self.pages % UNAVAILABLE_EVERY == 0:
            return JSONResponse({"code": 503, "message": "服务繁忙"}, 503, {"Retry-After": "0"})
        first, stop = min(low + (number - 1) * size, high), min(low + number * size, high)
        if number > 1 and first < stop:
            first -= OVERLAPPING.get((source, name), 0)
        head = {"code": 200, "message": "ok", "total": max(0, high - low), "page": number, "count": stop - first}
        body = json.dumps(head).encode()[:-1] + b', "data": [' + feed.lines(first, stop) + b"]}"
        return Response(body, media_type="application/json")

    def _spend(self, request: Request, source: str) -> bool:
        """Whether the request carries a token of the source that is still good; counts the page against it."""
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        token = self.tokens.get(text) if kind == "Bearer" else None
        if token is None or token.source != source or token.pages_left < 1 or token.expires_at < time.monotonic():
            return False
        token.pages_left -= 1
        return True

    def _feed(self, source: str, name: str) -> Feed | None:
        path = self.root / source / f"{name}.jsonl"
        if not (source.isidentifier() and name.isidentifier() and path.is_file()):
            return None
        changed_at = path.stat().st_mtime_ns
        if self.feeds.get(path, (0, None))[0] != changed_at:
            self.feeds[path] = (changed_at, Feed(path))
        return self.feeds[path][1]


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"code": status, "message": message}, status)


def application(root: Path, credentials: dict[str, str]) -> Starlette:
    """The interface over a data folder.

    Args:
        root: holds `<source>/<feed>.jsonl` and its index.
        credentials: secrets by client id.
    """
    server = Server(root, credentials)
    return Starlette(
        routes=[
            Route("/{source}/token", server.login, methods=["POST"]),
            Route("/{source}/{feed}", server.page, methods=["GET"]),
        ]
    )


def main() -> None:
    """Command line: serve on 127.0.0.1 until stopped."""
    parser = argparse.ArgumentParser(prog="demo.api", description="模拟来源的 HTTP 接口")
    folder = Path("var/demo")
    parser.add_argument("--root", type=Path, default=folder / "api", help="数据目录")
    parser.add_argument("--port", type=int, default=18090, help="端口，只监听 127.0.0.1")
    accounts = "账号文件 {client_id: client_secret}"
    parser.add_argument("--credentials", type=Path, default=folder / "credentials.json", help=accounts)
    given = parser.parse_args()
    try:
        credentials = json.loads(given.credentials.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SystemExit(f"账号文件 {given.credentials} 读不到或不是 JSON，应为 {{client_id: client_secret}}") from None
    print(f"模拟接口 http://127.0.0.1:{given.port} 已启动，数据目录 {given.root}", flush=True)
    uvicorn.run(application(given.root, credentials), host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()

"""An HTTP source whose every answer a test can spoil: a real server on a free port of 127.0.0.1."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from govservice.collecting.protocol import Endpoint

Answer = Callable[["Handler", dict[str, Any]], None]
SECRET = "station-secret"
DELIVERY = {"CD_operation": "I", "CD_time": "2021-09-08 18:00:00", "CD_batch": "1"}
"""What a record says of its delivery."""


class Station(ThreadingHTTPServer):
    """Serves records by feed in pages; `spoil` queues answers that take the place of a page's next ones."""

    daemon_threads = True

    def __init__(self, feeds: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.feeds = feeds
        self.page_size: int | None = None
        self.spoilt: dict[tuple[str, int], list[Answer]] = {}
        self.history: list[tuple[str, int]] = []
        self.logins = 0
        self.pages_per_token: int | None = None
        self.pages_left = 0
        self.hang_up = threading.Event()
        self.hung_up = 0

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients hang up on spoilt answers."""

    def spoil(self, feed: str, page: int, *answers: Answer) -> None:
        """Answer the next requests for a page with these answers, then correctly again."""
        self.spoilt.setdefault((feed, page), []).extend(answers)

    def endpoint(self, secret: str = SECRET) -> Endpoint:
        """How a source connects to it."""
        port = self.server_address[1]
        return Endpoint("http", "127.0.0.1", port, login="client", password=secret, scheme="http")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Station

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Log in."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.logins += 1
        self.server.pages_left = self.server.pages_per_token or 10**9
        for answer in self.server.spoilt.get(("token", 0), [])[:1]:
            del self.server.spoilt["token", 0][0]
            return answer(self, {"access_token": f"token {self.server.logins}"})
        if given["client_secret"] != SECRET:
            return status(401)(self, {})
        return self.send_json({"access_token": f"token {self.server.logins}"})

    def do_GET(self) -> None:
        """Give a page."""
        url = urlsplit(self.path)
        feed, query = url.path.strip("/"), {key: values[0] for key, values in parse_qs(url.query).items()}
        number, size = int(query["page"]), self.server.page_size or int(query["size"])
        self.server.history.append((feed, number))
        self.server.pages_left -= 1
        if self.headers["Authorization"] != f"Bearer token {self.server.logins}" or self.server.pages_left < 0:
            return status(401)(self, {})
        records = self.server.feeds.get(feed, [])
        data = records[(number - 1) * size : number * size]
        page = {"code": 200, "total": len(records), "count": len(data), "data": data}
        for answer in self.server.spoilt.get((feed, number), [])[:1]:
            del self.server.spoilt[feed, number][0]
            return answer(self, page)
        return self.send_json(page)

    def send_json(self, page: Any) -> None:
        """Answer correctly."""
        self.send(json.dumps(page).encode())

    def send(
        self, body: bytes, code: int = 200, length: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        """Answer with these bytes; `length` is stated instead of theirs and ends the connection after them; 0: no length is stated."""
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        if length != 0:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None


@contextmanager
def serving(feeds: dict[str, list[dict[str, Any]]]) -> Iterator[Station]:
    """A station that serves these records by feed."""
    with Station(feeds) as station:
        thread = threading.Thread(target=station.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield station
        station.hang_up.set()
        station.shutdown()
        thread.join()


def status(code: int, **headers: str) -> Answer:
    """An answer with this status."""
    return lambda handler, page: handler.send(b'{"message": "no"}', code, headers=headers)


def body(content: bytes, **headers: str) -> Answer:
    """200 with these bytes."""
    return lambda handler, page: handler.send(content, headers=headers)


def changed(**keys: Any) -> Answer:
    """The page with other values; ... takes a key away."""
    return lambda handler, page: handler.send_json(
        {key: value for key, value in {**page, **keys}.items() if value is not ...}
    )


def with_data(change: Callable[[list[Any]], list[Any]]) -> Answer:
    """The page with other records, its count unchanged."""
    return lambda handler, page: handler.send_json({**page, "data": change(page["data"])})


def cut(handler: Handler, page: dict[str, Any]) -> None:
    """Half of the body that the length promises."""
    whole = json.dumps(page).encode()
    handler.send(whole[: len(whole) // 2], length=len(whole))


def cut_without_length(handler: Handler, page: dict[str, Any]) -> None:
    """Half of a body whose length nobody stated."""
    whole = json.dumps(page).encode()
    handler.send(whole[: len(whole) // 2], length=0)


def cut_chunks(handler: Handler, page: dict[str, Any]) -> None:
    """A chunk, and no last one."""
    handler.send(b'5\r\n{"cod\r\n', length=0, headers={"Transfer-Encoding": "chunked"})


def cut_gzip(handler: Handler, page: dict[str, Any]) -> None:
    """Half of a compressed body."""
    whole = gzip.compress(json.dumps(page).encode())
    handler.send(whole[: len(whole) // 2], headers={"Content-Encoding": "gzip"})


def reset(handler: Handler, page: dict[str, Any]) -> None:
    """A connection that is torn down after the first bytes."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"code"')
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()
    handler.close_connection = True


def bomb(megabytes: int) -> Answer:
    """A small compressed body that is large."""
    return body(gzip.compress(b" " * (megabytes << 20), 1), Content_Encoding="gzip")


def drip(part: str, *before: bytes) -> Answer:
    """A part of an answer again and again, after what stands before it, until the client hangs up."""

    def answer(handler: Handler, page: dict[str, Any]) -> None:
        handler.close_connection = True
        try:
            for one in before:
                handler.wfile.write(one)
            while not handler.server.hang_up.is_set():
                handler.wfile.write(part.encode())
                time.sleep(0.05)
        except OSError:
            handler.server.hung_up += 1

    return answer


def silence(handler: Handler, page: dict[str, Any]) -> None:
    """Nothing, until the test is over."""
    handler.close_connection = True
    handler.server.hang_up.wait()


STATUS = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "nothing": silence,
    "status line": drip(" ", b"HTTP/1.1 200"),
    "interim answers": drip("HTTP/1.1 100 Continue\r\n\r\n"),
    "a header": drip("x", STATUS, b"X-Long: "),
    "headers": drip("X: y\r\n", STATUS),
    "body": drip(" ", STATUS, b"Content-Length: 1000000\r\n\r\n"),
    "body without a length": drip(" ", STATUS, b"\r\n"),
    "chunks": drip("1\r\n \r\n", STATUS, b"Transfer-Encoding: chunked\r\n\r\n"),
    "a chunk's length": drip("0", STATUS, b"Transfer-Encoding: chunked\r\n\r\n"),
}
"""Answers that never end."""

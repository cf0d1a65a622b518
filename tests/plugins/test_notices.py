"""The notice of a failed task, by a real mail and a real request."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

import notices
from stack.port import remembered_port

ROOT = Path(__file__).resolve().parents[2]
FAIL = """
import sys, time
from types import SimpleNamespace
import airflow.providers.smtp.hooks.smtp  # it takes its time
import notices
from notices import FailureNotice
notices.SECONDS = float(sys.argv[1])
began = time.monotonic()
task = SimpleNamespace(task_display_name="收数")
ti = SimpleNamespace(rendered_map_index="三桥街道便民服务站", try_number=2)
FailureNotice().notify({"task": task, "ti": ti, "run_id": "run 1", "exception": ValueError("张三 13800000001")})
print(f"seconds {time.monotonic() - began:.0f}")
"""
SENTENCE = "任务失败：收数 三桥街道便民服务站，运行 run 1，第 2 次，ValueError"


@contextmanager
def mailbox(port: int) -> Iterator[list[bytes]]:
    """A mail server; what it has received."""
    received: list[bytes] = []

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
            received.append(envelope.content or b"")  # type: ignore[arg-type]
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield received
    finally:
        controller.stop()


@contextmanager
def webhook(port: int) -> Iterator[list[dict[str, str]]]:
    """An HTTP server; what has been posted to it."""
    posted: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield posted
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def dripping(port: int, line: bytes) -> Iterator[None]:
    """A server that says the same again and again, without ever coming to an end."""
    hang_up = Event()

    def serve(listener: socket.socket) -> None:
        link, _ = listener.accept()
        with link, suppress(OSError):
            while not hang_up.wait(0.05):
                link.send(line)

    with socket.create_server(("127.0.0.1", port)) as listener:
        Thread(target=serve, args=[listener], daemon=True).start()
        yield
        hang_up.set()


def fail(
    tmp_path: Path, connection: dict[str, Any] | None, seconds: float = notices.SECONDS
) -> subprocess.CompletedProcess[str]:
    """Let a task fail in a process of its own, with or without the connection that names the receiver."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
    }
    if connection:
        environment["AIRFLOW_CONN_FAILURE_NOTICE"] = json.dumps(connection)
    return subprocess.run(
        [sys.executable, "-c", FAIL, str(seconds)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.fixture
def port(tmp_path: Path) -> int:
    """A free TCP port."""
    return remembered_port(tmp_path / "port")


def test_a_failure_is_reported_by_mail_without_the_text_of_the_error(tmp_path: Path, port: int) -> None:
    with mailbox(port) as received:
        extra = {"from_email": "a@example.org", "to": "duty@example.org", "disable_ssl": True, "disable_tls": True}
        fail(tmp_path, {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra})
    assert len(received) == 1
    mail = message_from_bytes(received[0], policy=policy.default)
    assert mail["To"] == "duty@example.org"
    assert mail["Subject"] == "政务数据汇聚：任务失败"
    text = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert SENTENCE in text
    assert "13800000001" not in text


def test_a_failure_is_reported_by_webhook_without_the_text_of_the_error(tmp_path: Path, port: int) -> None:
    with webhook(port) as posted:
        address = {"host": "127.0.0.1", "port": port, "schema": "http", "extra": {"path": "/duty"}}
        fail(tmp_path, {"conn_type": "http", **address})
    assert len(posted) == 1
    assert SENTENCE in posted[0]["text"]
    assert "13800000001" not in posted[0]["text"]


def test_a_notice_that_cannot_be_sent_hides_nothing_and_stops_nothing(tmp_path: Path, port: int) -> None:
    done = fail(tmp_path, {"conn_type": "http", "host": "127.0.0.1", "port": port, "schema": "http"})
    assert "失败通知没有发出" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("http", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("http", b"H"),
        ("smtp", b"2"),
    ],
)
def test_a_receiver_that_never_comes_to_an_end_is_given_up(tmp_path: Path, port: int, kind: str, line: bytes) -> None:
    extra = {"from_email": "a@example.org", "to": "duty@example.org", "disable_ssl": True, "disable_tls": True}
    with dripping(port, line):
        connection = {"conn_type": kind, "host": "127.0.0.1", "port": port, "schema": "http", "extra": extra}
        done = fail(tmp_path, connection, seconds=2)
    assert "失败通知没有发出：DeadlinePassed" in done.stdout + done.stderr
    assert int(done.stdout.split("seconds ")[1].split()[0]) < 10


def test_a_webhook_on_this_machine_is_not_reached_unless_it_is_allowed(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOVSERVICE_ALLOWED_HOSTS")
    with webhook(port) as posted:
        done = fail(tmp_path, {"conn_type": "http", "host": "127.0.0.1", "port": port, "schema": "http"})
    assert "失败通知没有发出：AddressRefused" in done.stdout + done.stderr
    assert posted == []


def test_without_the_connection_nothing_is_sent_and_the_log_says_so(tmp_path: Path) -> None:
    done = fail(tmp_path, None)
    assert "没有配置连接 failure_notice" in done.stdout + done.stderr

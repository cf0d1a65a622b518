"""HTTP with a deadline for the whole answer, to addresses that may be reached.

The read timeout of requests holds for one read: a status line, headers or interim answers that come byte by byte would never end.
"""

import io
import socket
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from govservice import outside


def session(retries: Retry | int = 0) -> requests.Session:
    """A session without a proxy from the environment.

    Its requests must be given a `timeout`, in seconds: the first number is for the name and connecting, and once more for TLS, the
    second one for the whole answer. What is tried again has its own.

    Raises:
        outside.DeadlinePassed, outside.AddressRefused: by its requests, and where a streamed answer is read.
    """
    made = requests.Session()
    made.trust_env = False
    for prefix in ("http://", "https://"):
        made.mount(prefix, _Adapter(max_retries=retries))
    return made


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Connection(HTTPConnection):
    """Connects to addresses that may be reached, and reads an answer in time."""

    def connect(self) -> None:
        super().connect()
        self.sock: Any = _TimedSocket(self.sock)

    def _new_conn(self) -> socket.socket:
        seconds: Any = self.timeout
        until = time.monotonic() + seconds
        try:
            addresses = outside.addresses(self.host, self.port, seconds)
        except OSError as error:
            raise NameResolutionError(self.host, self, socket.gaierror(type(error).__name__)) from None
        failure = ""
        for address in addresses:
            try:
                left = max(until - time.monotonic(), 0.1)
                return create_connection((address, self.port), left, socket_options=self.socket_options)
            except OSError as error:
                failure = type(error).__name__
        raise NewConnectionError(self, failure)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _TimedSocket:
    """A socket whose timeout, at the moment when the reading of an answer begins, is for all of it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What an answer is read from."""
        return io.BufferedReader(_TimedReader(self._sock))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._raw = sock, sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left > 0:
            self._sock.settimeout(left)
            try:
                return self._raw.readinto(buffer)
            except TimeoutError:
                pass
        raise outside.DeadlinePassed("应答没有在时限内传完")

    def close(self) -> None:
        self._raw.close()
        super().close()

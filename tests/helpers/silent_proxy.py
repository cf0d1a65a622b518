"""A TCP proxy that can fall silent: it then takes what comes, passes nothing on, and closes nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SilentProxy:
    """Passes everything between its port and a server until it is told to be silent, old connections and new ones alike."""

    def __init__(self, port: int) -> None:
        """Args: the server's port on 127.0.0.1."""
        self._server = port
        self._silent, self._lossy = threading.Event(), threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._door]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where clients connect to."""
        return int(self._door.getsockname()[1])

    def fall_silent(self) -> None:
        """From now on nothing is passed on."""
        self._silent.set()

    def lose_answers(self) -> None:
        """From now on the server hears us, and we do not hear it."""
        self._lossy.set()

    def close(self) -> None:
        """Close every connection; one on which a thread waits is closed only if it is shut down first."""
        for link in self._open:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self._open.append(client)
                if self._silent.is_set():
                    continue
                server = socket.create_connection(("127.0.0.1", self._server))
                self._open.append(server)
                for way in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=way, daemon=True).start()

    def _pass_on(self, taker: socket.socket, giver: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := taker.recv(1 << 16):
                if self._silent.is_set():
                    threading.Event().wait()  # what else comes stays in the kernel's buffer until that is full
                if not (is_answer and self._lossy.is_set()):
                    giver.sendall(data)
            if not self._silent.is_set():
                giver.close()


@contextmanager
def silent_proxy(port: int) -> Iterator[SilentProxy]:
    """A proxy before a server, closed at the end."""
    proxy = SilentProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()

"""A port that falls silent in the middle of what a server says, and stays open."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def falling_silent(port: int, after: int) -> Iterator[int]:
    """A port that passes everything on to a server, and only so many bytes back."""
    with socket.create_server(("127.0.0.1", 0)) as gate:
        lines: list[socket.socket] = []

        def serve() -> None:
            near, _ = gate.accept()
            far = socket.create_connection(("127.0.0.1", port))
            lines.extend((near, far))
            threading.Thread(target=pass_on, args=(near, far, 1 << 40), daemon=True).start()
            pass_on(far, near, after)

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield gate.getsockname()[1]
        for line in lines:  # one on which a thread waits is closed only if it is shut down first
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def pass_on(source: socket.socket, target: socket.socket, limit: int) -> None:
    """Pass on so many bytes; the lines stay open."""
    try:
        while limit > 0 and (data := source.recv(min(limit, 4096))):
            target.sendall(data)
            limit -= len(data)
    except OSError:
        return

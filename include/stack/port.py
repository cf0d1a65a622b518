"""TCP ports on 127.0.0.1 that stay the same from one start to the next."""

import socket
from pathlib import Path


def remembered_port(path: Path, preferred: int = 0) -> int:
    """A port that nothing listens on: the one noted in a file, else the preferred one, else any; noted for next time.

    Args:
        path: the file that notes it.
        preferred: tried first when none is noted; 0 for any.
    """
    text = path.read_text() if path.exists() else ""
    noted = int(text) if text.isdigit() else preferred  # a process that was killed may have left the file empty
    for candidate in (noted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a port just given up counts as taken
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            port = int(probe.getsockname()[1])
            break
    path.write_text(str(port))
    return port

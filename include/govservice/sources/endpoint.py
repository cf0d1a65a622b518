"""What a source module needs to know about where it connects to and what it is asked for."""

from dataclasses import dataclass, field
from typing import Any

from govservice.landing import Landed


class SourceUnreadable(RuntimeError):
    """A source could not be read: `code` says why; the message names the place, what was expected and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, repr=False)
class Endpoint:
    """A connection without its technology: the parts of an Airflow connection. Never printed, because of its password."""

    kind: str
    host: str = ""
    port: int | None = None
    database: str = ""
    login: str = ""
    password: str = ""
    scheme: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Endpoint({self.kind}://{self.host}:{self.port})"


@dataclass(frozen=True)
class Window:
    """Half-open span of synchronisation time [since, until), yyyy-MM-dd HH:mm:ss Shanghai time, by feed."""

    since: dict[str, str]
    until: str

    def pull(self, source_id: str, protocol: str, feed: str) -> Landed:
        """The delivery that pulling this window of a feed makes, before anything of it is known."""
        name = f"{feed}-{self.since[feed]}-{self.until}".replace(" ", "T").replace(":", "")
        return Landed(
            source_id=source_id,
            protocol=protocol,
            label=f"{feed} {self.since[feed]} — {self.until}",
            received_at=self.until,
            digest="",
            path=f"{source_id}/{name}",
        )

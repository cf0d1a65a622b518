"""What every source keeps, whatever protocol it speaks: what it is asked, what it gives back, and how it says that it cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from govservice.collecting.delivery import Batch, Fetched, Landed, Record, Unparsable
from govservice.contract import reason_codes
from govservice.contract.register import Source


class SourceUnreadable(RuntimeError):
    """A source could not be read: a code of reason_codes.csv says why; the message names the place, what was expected and what to do."""

    def __init__(self, code: str, what: str) -> None:
        """Args: the code; what is wrong, where and how many. The register says what to do, and whether trying again may help."""
        reason = reason_codes()[code]
        super().__init__(f"{what}；{reason.remedy}")
        self.code, self.is_final = code, reason.is_final


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


class Known(NamedTuple):
    """One delivery of the source that is booked: `feed` where it added up in that feed, else None; why, where it was refused."""

    label: str
    digest: str
    state: str
    received_at: str
    feed: str | None
    reason_code: str | None = None


@dataclass(frozen=True)
class Request:
    """What a source is asked: everything of a window that is not known yet."""

    source: Source
    endpoint: Endpoint
    window: Window
    known: tuple[Known, ...] = ()  # in the order in which they were booked
    require_newest: Callable[[], None] = lambda: None
    """Raises load.Fenced where a newer attempt at the source has begun: asked before what would disturb that one."""

    def pull(self, feed: str) -> Landed:
        """The delivery that pulling the window of a feed makes, before anything of it is known."""
        since, until = self.window.since[feed], self.window.until
        name = f"{feed}-{since}-{until}".replace(" ", "T").replace(":", "")
        return Landed(
            source_id=self.source.id,
            protocol=self.source.protocol,
            label=f"{feed} {since} — {until}",
            received_at=until,
            digest="",
            path=f"{self.source.id}/{name}",
        )

    def pulled(self, batches: list[Batch]) -> Fetched:
        """What pulls gave: those that bring the very bytes of one that was loaded and added up are replays, and not read again."""
        loaded = {(one.feed, one.digest) for one in self.known}
        replayed = [batch.landed for batch in batches if (batch.feed, batch.landed.digest) in loaded]
        return Fetched([batch for batch in batches if batch.landed not in replayed], replayed)


class Seen(NamedTuple):
    """The first records of one feed, and how many the source says that the window has; None where it says nothing."""

    feed: str
    declared: int | None
    records: list[Record | Unparsable]


class SourceProtocol(Protocol):
    """A module of collecting/sources that speaks one protocol."""

    def fetch(self, request: Request, workspace: Path) -> Fetched:
        """Land what is asked for, and give it back ready to be read.

        Args:
            request: what to ask the source.
            workspace: a temporary folder that outlives the reading of the batches.

        Raises:
            SourceUnreadable: nothing of the window is kept.
        """

    def probe(self, request: Request, size: int) -> list[Seen]:
        """Look at the first records of every feed without loading anything; a source of files lands what it reads.

        Raises:
            SourceUnreadable: the source cannot be read.
        """

"""What passes from one collecting step to the next: a record, what could not be read, a landed delivery, and its batches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from govservice import settings


class Record(NamedTuple):
    """A record ready to be loaded.

    `line` holds the contract's columns and `extra`, tab-separated, escaped and in UTF-8; `row_key` is its RowGuid or what stands for it,
    `case_key` the number of the case or item that it belongs to, empty where it names none; `is_odd` says that a cell may begin or end with a blank or hold a character that does not print.
    """

    row_key: str
    case_key: str
    synced_at: str
    operation: str
    digest: str
    is_odd: bool
    line: bytes


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A record that could not be read: where it stands in the delivery, and why."""

    place: str
    code: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a delivery that is no record and not counted: where it is, and what, as a code of file_codes.csv."""

    place: str
    code: str


@dataclass(frozen=True)
class Landed:
    """One delivery in the landing folder; its landing.json holds the same keys.

    `declared` counts records by feed as the source states them; a feed without a statement is absent. Of a pull that can tell, `later`
    counts those that the source dates after the window, which are not taken, and `newest` is the last time before its end, or empty.
    """

    source_id: str
    protocol: str
    label: str
    received_at: str
    digest: str
    path: str
    declared: dict[str, int] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)
    reason_code: str | None = None
    reason: str | None = None
    notes: tuple[Note, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return settings.landing() / self.path


@dataclass
class Batch:
    """One delivery of one feed, ready to be read.

    `read` yields its records in the order of delivery; it is called once.
    """

    landed: Landed
    feed: str
    read: Callable[[], Iterable[Record | Unparsable]]


@dataclass(frozen=True)
class Fetched:
    """What a look at a source gave: deliveries to load, deliveries whose bytes are loaded already, and refused ones."""

    batches: list[Batch]
    replayed: list[Landed] = field(default_factory=list)
    refused: list[Landed] = field(default_factory=list)

"""Delivered records as lines for COPY: names mapped to the contract, values as text, content digested."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson

from govservice.collecting.delivery import Record
from govservice.collecting.exact_json import KeyTwice, Number
from govservice.contract import DELIVERY_FIELDS, Feed

# One tab-separated line per record, empty = NULL; backslash, tab and line breaks are escaped as COPY's text format asks.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": "\u2400"})
_NOTHING = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # categories of Unicode; quality.invisible() lists the same characters
_KEY_CHARACTERS = 250  # five times what the national tables hold; an index takes no more than 2704 bytes
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)

FIRST_TIME = "1970-01-02 00:00:00"  # an earlier one is where a calendar begins, and says nothing

Picker = Callable[[list[Any]], tuple[Any, ...]]
"""Takes the values of the contract's columns, in its order, out of what a source delivers of a record."""


class UnreadableRecord(ValueError):
    """One record cannot be taken: `code` says why; the message holds no values."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mapper:
    """Turns records of one feed under their national names into Record; remembers the layout of the columns it has seen."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._names = {normalise(field.national): field.name for field in feed.fields}
        self._layouts: dict[tuple[str, ...], tuple[Picker, dict[str, int]]] = {}

    def record(self, names: tuple[str, ...], given: Iterable[Any], received_at: str) -> Record:
        """Map one record.

        Args:
            names: the source's own names of the columns.
            given: the values, as many as there are names.
            received_at: stands in for a CD_time that cannot be read or be true; yyyy-MM-dd HH:mm:ss.

        Raises:
            UnreadableRecord: VALUE_TYPE (a value is neither text, number nor null), COLUMN_TWICE, ENCODING, KEY_TOO_LONG.
        """
        picker, unknown = self._layouts.get(names) or self._layout(names)
        values = [*given, None]
        extra = ""
        if unknown:
            extra = extra_json({name: values[at] for name, at in unknown.items() if values[at] is not None})
        return make_record(self.feed, picker(values), extra, received_at)

    def _layout(self, names: tuple[str, ...]) -> tuple[Picker, dict[str, int]]:
        found: dict[str, int] = {}
        unknown = {}
        for position, name in enumerate(names):
            column = self._names.get(normalise(name))
            if column is None:
                unknown[name] = position
            elif column in found:
                raise UnreadableRecord("COLUMN_TWICE")
            else:
                found[column] = position
        # A column that is not delivered is the None behind the last value.
        picker = itemgetter(*(found.get(column, len(names)) for column in self.feed.columns))
        self._layouts[names] = picker, unknown
        return self._layouts[names]


def normalise(name: str) -> str:
    """A column name without case and underscores, as sources spell them differently."""
    return name.replace("_", "").strip().lower()


def make_record(feed: Feed, values: Iterable[Any], extra: str, received_at: str) -> Record:
    """A Record from values in contract order.

    Raises:
        UnreadableRecord: VALUE_TYPE, ENCODING or KEY_TOO_LONG.
    """
    texts = ["" if value is None else value for value in values]
    try:
        line = "\t".join(texts)
    except TypeError:
        texts = [_text(value) for value in texts]
        line = "\t".join(texts)
    # Printable text needs no escapes but for the backslash; anything else is looked at closely.
    is_odd = (
        not "".join(texts).isprintable() or "\t " in line or " \t" in line or line.startswith(" ") or line.endswith(" ")
    )
    escaped = texts
    if is_odd or "\\" in line:
        escaped = [text.translate(_ESCAPES) for text in texts]
        line = "\t".join(escaped)
    try:
        encoded = line.encode()
    except UnicodeEncodeError:
        raise UnreadableRecord("ENCODING") from None
    added = b"\t" + extra.replace("\\", "\\\\").encode()  # JSON has no other character that COPY takes for itself
    # The digest leaves out the delivery's own columns, and empty cells at the end: a column that the contract gains, behind all others,
    # changes no record that does not fill it.
    content = encoded.rsplit(b"\t", len(DELIVERY_FIELDS))[0].rstrip(b"\t")
    digest = hashlib.md5((content + added).rstrip(b"\t"), usedforsecurity=False).hexdigest()
    row_guid, case_key = texts[0], texts[feed.case_key_at]
    if len(row_guid) > _KEY_CHARACTERS or len(case_key) > _KEY_CHARACTERS:
        raise UnreadableRecord("KEY_TOO_LONG")
    row_key, named = escaped[0], escaped[feed.case_key_at]
    if is_odd:
        row_key, named = _key(row_guid), _key(case_key)
    operation, synced_at = texts[-3], texts[-2]
    return Record(
        row_key or f"!{digest}",
        named,
        synced_at if synced_at >= FIRST_TIME and is_time(synced_at) else received_at,
        "D" if operation == "D" else "U",
        digest,
        is_odd,
        encoded + added,
    )


def _key(value: str) -> str:
    """What a key is compared as, for COPY: without characters that are nothing and blanks at its ends; empty where it has no other."""
    kept = (
        one
        for one in value
        if one == " " or unicodedata.category(one) not in _NOTHING and not _is_no_character(ord(one))
    )
    return "".join(kept).strip(" ").translate(_ESCAPES)


def _is_no_character(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def is_time(value: str) -> bool:
    """Whether the text is a real moment written yyyy-MM-dd HH:mm:ss."""
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def extra_json(values: dict[str, Any]) -> str:
    """Unknown columns as a JSON object of texts, in the order of their names; jsonb cannot hold NUL, so it becomes its visible symbol here too.

    Raises:
        UnreadableRecord: ENCODING, VALUE_TYPE or COLUMN_TWICE.
    """
    try:
        texts = {name: value if isinstance(value, str) else _nested(value).decode() for name, value in values.items()}
        text = orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode() if texts else ""
        if "\\u0000" in text:
            visible = {name.replace("\x00", "\u2400"): value.replace("\x00", "\u2400") for name, value in texts.items()}
            text = orjson.dumps(visible, option=orjson.OPT_SORT_KEYS).decode()
        return text
    except orjson.JSONEncodeError as error:
        cause = error.__cause__
        raise (cause if isinstance(cause, UnreadableRecord) else UnreadableRecord("ENCODING")) from None


def _nested(value: Any) -> bytes:
    """What stands in an unknown column, as JSON."""
    if isinstance(value, float):  # its text is lost
        raise UnreadableRecord("VALUE_TYPE")
    return orjson.dumps(value, default=_as_written, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _as_written(value: Any) -> orjson.Fragment:
    if isinstance(value, Number):
        return orjson.Fragment(str(value))
    raise UnreadableRecord("COLUMN_TWICE" if isinstance(value, KeyTwice) else "VALUE_TYPE")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableRecord("VALUE_TYPE")

"""What a station sheet may look like, put together from the feeds that stand in it."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from govservice.contract.errors import ContractError
from govservice.contract.fields import Feed, feeds

CASE_SHEET = "办件"  # has one row for each case; every other sheet has a row for each of several records of a case
CASE_NO = "办件编号"  # the header of the column with the number of the case
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of Unicode of what nobody sees; quality.invisible() lists the same characters, and U+2400, which stands for NUL."""
_HEADER_MARK = re.compile(r"\*|\((?:必填|选填|非必填)\)")


@dataclass(frozen=True)
class Sheet:
    """What a station sheet may look like.

    `headers` gives the contract's header by every spelling of it; without those in `required` a file is refused.
    """

    name: str
    headers: dict[str, str]
    required: tuple[str, ...]


@cache
def sheets() -> dict[str, Sheet]:
    """Every station sheet by name, put together from the feeds that stand in it."""
    result = {}
    columns = [(feed, field, field.sheet) for feed in feeds().values() for field in feed.fields if field.sheet]
    for name in dict.fromkeys(feed.sheet for feed, _, _ in columns if feed.sheet):
        here = {header for feed, _, header in columns if feed.sheet == name}
        headers: dict[str, str] = {}
        for feed, field, header in columns:
            # A header is spelt as the feeds of its own sheet say; the number of the case is called the same in every sheet.
            is_spelt_here = feed.sheet == name or (header == CASE_NO and header in here)
            for spelling in (header, *field.aliases) if is_spelt_here else ():
                if headers.setdefault(header_spelling(spelling), header) != header:
                    raise ContractError(f"fields.yml, sheet {name}: {spelling!r} stands for two headers")
        required = [
            header for feed, field, header in columns if feed.sheet == name and not feed.marks and field.required
        ]
        result[name] = Sheet(name, headers, tuple(required))
    return result


FOLLOW_UP_COLUMNS = (CASE_NO, "评价次数", "步骤", "结果", "经办人", "时间", "说明")
FOLLOW_UP_SHEET = Sheet("差评处置", {column: column for column in FOLLOW_UP_COLUMNS}, FOLLOW_UP_COLUMNS[:-1])


@cache
def templates() -> dict[str, Sheet]:
    """Every sheet that people fill in, by name: those of stations, and what was done about bad ratings."""
    return {**sheets(), FOLLOW_UP_SHEET.name: FOLLOW_UP_SHEET}


def has_many_of_a_case(feed: Feed) -> bool:
    """Whether the sheet of a feed has a row for each of several records of a case; the sheet 办件 has one row for each case."""
    return feed.sheet != CASE_SHEET


def header_spelling(text: str) -> str:
    """A column header without what stations add to it: blanks, line breaks, full-width letters, * and （必填）."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(character for character in plain if character.isprintable() and not character.isspace())
    return _HEADER_MARK.sub("", plain).rstrip(":")


def sheet_key(source_id: str, feed: str, business_key: str) -> str:
    """RowGuid of a record that a station sheet delivers without one: 32 hex digits.

    Args:
        source_id: id of the source in the register.
        feed: one that stands in a station sheet.
        business_key: the 办件编号; for one of several records of a case, a step for example, "办件编号#n", n counting those of
            the case from 1 in file order.
    """
    return hashlib.md5(f"{source_id}|{feed}|{business_key}".encode(), usedforsecurity=False).hexdigest()

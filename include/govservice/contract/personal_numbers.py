"""Numbers of persons where none should stand: an identity card or a mobile as the number of a case, or in the name of a file."""

import re
from datetime import date
from hashlib import md5

LENGTHS = (11, 15, 18)
"""How long the number of a person is: a mobile, an identity card of the old kind, one of today."""

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_IDENTITY = re.compile(rf"{_PROVINCE}\d{{4}}(?:19|20)\d{{9}}[\dXx]", re.ASCII)
_OLD_IDENTITY = re.compile(rf"{_PROVINCE}\d{{4}}[3-9]\d{{8}}", re.ASCII)
_WEIGHTS = [2 ** (17 - position) % 11 for position in range(17)]
_FIRST_CASES = "20100101"
_IN_A_TEXT = re.compile(
    r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|[1-9]\d{5}(?:19|20)\d{9}[\dXx]|[1-9]\d{14})(?!\d)", re.ASCII
)


def stand_in(case_no: str) -> str:
    """The case number, or what stands for it outside ods if it is a person's number.

    Rows that give the same number keep together: the stand-in is the mask of quality.mask and four digits that tell one number
    from most others with the same mask. They are too few to work the number out from.
    """
    if not is_of_a_person(case_no):
        return case_no
    return f"{_mask(case_no)}-{_token(case_no.upper())}"


def is_of_a_person(value: str) -> bool:
    """Whether this is a mobile or an identity card, with a wrong check character too.

    Where it has a day from 2010 on in the place of the date of birth, it may as well be a case's own number, of region, day and
    serial: then the check character decides.
    """
    if len(value) == 11:
        return _MOBILE.fullmatch(value) is not None
    if len(value) == 15:
        return _OLD_IDENTITY.fullmatch(value) is not None and _is_day(f"19{value[6:12]}")
    born = value[6:14]
    return _IDENTITY.fullmatch(value) is not None and _is_day(born) and (born < _FIRST_CASES or _passes_check(value))


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(digits)
    except ValueError:
        return False
    return True


def _passes_check(value: str) -> bool:
    weighted = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False))
    return "10X98765432"[weighted % 11] == value[17].upper()


def masked(text: str) -> str:
    """The text, with the numbers of persons in it masked: for what names files and sheets."""
    return _IN_A_TEXT.sub(_masked_number, text)


def masked_name(name: str) -> str:
    """The name of a folder, masked; a masked one ends in four digits of its digest, so that two names stay two."""
    shown = masked(name)
    return shown if shown == name else f"{shown}-{_token(name)}"


def _masked_number(found: re.Match[str]) -> str:
    number = found[0]
    return _mask(number) if is_of_a_person(re.sub("[ -]", "", number)) else number


def _mask(number: str) -> str:
    return f"{number[:3]}****{number[-2:]}"


def _token(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:4]

"""The register of reasons is the list of codes that collecting gives, and each says what to do."""

import re

from govservice.contract import reason_codes
from govservice.settings import ROOT

RAISED = re.compile(
    r'(?:SourceUnreadable|UnreadableRecord)\(\s*"([A-Z_]+)"|Unparsable\([^"]*(?:"[^"]*")?[^"]*, "([A-Z_]+)"\)'
)
# given in another way: by a status of HTTP, by the state of a source, by the sheets of stations
STATED = re.compile(
    r'"(REDIRECT|HTTP_STATUS|UNDECLARED|UNBALANCED|EMPTY_PULL|BEHIND|NOTHING_DELIVERED|NOT_COLLECTED|FAULT|NOTHING_READABLE)"'
)
OF_SHEETS = {"NUMBER_TWICE"}


def test_every_code_that_is_given_is_registered_and_no_other() -> None:
    modules = [
        *(ROOT / "include" / "govservice" / "collecting").rglob("*.py"),
        ROOT / "include" / "govservice" / "runs.py",
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    given = {code for found in RAISED.findall(text) for code in found if code} | set(STATED.findall(text))
    assert given - OF_SHEETS == set(reason_codes())


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    wrong = [one.code for one in reason_codes().values() if not one.meaning or not one.remedy.startswith("请")]
    assert wrong == []
    assert {one.scope for one in reason_codes().values()} == {"来源", "记录"}

"""What pages point at is there: links of docs/ and README, and paths of the repository that they or the code name."""

import re
from pathlib import Path

import pytest

from govservice.settings import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "tests").glob("*.md"))]
ROOMS = ("dags", "plugins", "expectations", "sql", "include", "tests", "docs")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\s]+)`")
CODE_PATH = re.compile(rf"(?<![\w/.])((?:{'|'.join(ROOMS)})/[\w./-]*\w\.(?:sql\.j2|j2|sql|py|yml|csv|txt|md))\b")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_of_a_page_point_at_something(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    broken = []
    for link in LINK.findall(text):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if "://" not in target and (not path.exists() or (anchor and anchor not in anchors(path))):
            broken.append(link)
    for span in SPAN.findall(text):
        is_path = span.split("/")[0] in ROOMS and "/" in span and not re.search(r"[<>*…{}=$:]", span)
        if is_path and not (ROOT / span).exists():
            broken.append(span)
    assert broken == []


def test_paths_that_code_and_statements_name_exist() -> None:
    broken = {}
    for room in ("dags", "plugins", "expectations", "sql", "include"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in (".py", ".sql", ".j2", ".yml", ".csv"):
                named = set(CODE_PATH.findall(path.read_text(encoding="utf-8")))
                found = sorted(name for name in named if not (ROOT / name).exists())
                if found:
                    broken[str(path.relative_to(ROOT))] = found
    assert broken == {}

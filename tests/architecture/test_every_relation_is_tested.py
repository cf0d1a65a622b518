"""Every relation and function of the warehouse is named by a test, so that somebody has thought of what it should hold."""

import re

from govservice import contract, settings, sql_objects

TESTS = settings.ROOT / "tests"


def named_by_tests() -> set[str]:
    """Relations as tests write them; functions, which tests call by name; views and tables of feeds, whose records examples deliver."""
    files = [path for path in TESTS.rglob("*") if path.suffix in (".py", ".sql") and path.parent.name != "architecture"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    words = set(re.findall(r"\w+", text))
    examples = [path.stem for path in (settings.EXPECTATIONS / "examples").glob("*.txt")]
    return {
        *re.findall(r"\b[a-z]+\.[a-z_][a-z0-9_]*", text),
        *(name for name in sql_objects.functions() if name.split(".")[1] in words),
        *(f"quality.{feed}_live" for feed in examples),
        *(f"ods.{feed}" for feed in contract.feeds() if feed in words),
    }


def test_every_relation_and_function_is_named_by_a_test() -> None:
    assert sorted({one.name for one in sql_objects.objects()} - named_by_tests()) == []

"""Every relation and function of the warehouse is named by a test, so that somebody has thought of what it should hold."""

import re

from govservice import settings, sql_objects

TESTS = settings.ROOT / "tests"


def test_every_relation_and_function_is_named_by_a_test() -> None:
    files = [path for path in TESTS.rglob("*") if path.suffix in (".py", ".sql") and path.parent.name != "architecture"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"\b[a-z]+\.[a-z_][a-z0-9_]*", text))
    assert sorted(one.name for one in sql_objects.objects() if one.name not in named) == []

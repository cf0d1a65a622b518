"""SQL reads from left to right too: a layer reads those before it, and no statement of the core names a vendor."""

import re
from pathlib import Path

import pytest

from documents import lineage
from govservice import settings, sql_objects
from govservice.contract import dialects

# What each layer may use besides itself. ops is the ledger, at which everything may look; questions may ask every layer but ods.
READS: dict[str, set[str]] = {
    "ops": set(),
    "dim": {"ops"},
    "ods": {"ops", "dim"},
    "quality": {"ops", "dim", "ods"},
    "dwd": {"ops", "dim", "quality"},
    "dws": {"dim", "dwd"},
    "ads": {"ops", "dim", "dwd", "dws"},
    "questions": {"ops", "dim", "quality", "dwd", "dws", "ads"},
}
# Files that use a layer beyond, and why each must.
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "sql/ops/book.sql.j2": ({"ods", "quality", "dwd"}, "the books count every record where it stands"),
    "sql/ops/write/run__tally.sql": ({"dwd"}, "a run notes the figures that it ends with"),
    "sql/ops/write/run__close.sql": ({"ads"}, "a run notes what makes its figures a lower bound"),
    "sql/ops/write/follow_up_act__record.sql": (
        {"dim", "dwd"},
        "an act is recorded where it may follow on what its rating waits for",
    ),
    "sql/dim/write/service_item_version__refresh.sql": (
        {"ods", "quality"},
        "the catalogue is collected, and queues the cases of its items",
    ),
    "sql/ods/write/case_fact__gather.sql": ({"quality"}, "facts are gathered of the cases that are due"),
    "sql/ads/case_suspicion.sql": (
        {"ods", "quality"},
        "names and numbers are compared, and stay in ods; what has a finding is left out",
    ),
    "sql/ads/rating_suspicion.sql": ({"ods"}, "texts and phones are compared, and stay in ods"),
    "sql/ads/overdue_case.sql": (
        {"ods", "quality"},
        "a result that cannot be read is a result; a case may be gone at its source",
    ),
    "sql/ads/item_in_force.sql": ({"ods"}, "the elements of an item are read as the catalogue delivers them"),
    "sql/ads/item_element.sql": ({"quality"}, "elements are judged by findings"),
    "sql/ads/item_comparison.sql": ({"quality"}, "comparisons are judged by findings"),
    "sql/ads/item_measure.sql": ({"quality"}, "measures of the catalogue leave out items with findings"),
    "sql/ads/quarantine_reason.sql": ({"quality"}, "the sentence of a rule stands in the register of rules"),
    "sql/ads/rating_reason.sql": ({"quality"}, "the sentence of a rule stands in the register of rules"),
    "sql/ads/verification.sql": ({"quality"}, "what waits for inspection stands in its queue"),
    "sql/ads/completeness.sql": ({"quality"}, "complete is what has no finding of completeness"),
}
FUNCTIONS = set(sql_objects.functions())
# Words that a vendor uses as names and that mean something else in SQL or Python.
ALLOWED: set[str] = set()


def strayed() -> dict[str, set[str]]:
    """By file, the layers that it uses and its own may not."""
    found: dict[str, set[str]] = {}
    for flow in lineage.flows():
        own = flow.path.split("/")[1]
        used = {name.split(".")[0] for name in (flow.reads | flow.writes) - FUNCTIONS}
        beyond = used - READS[own] - {own}
        if beyond:
            found.setdefault(flow.path, set()).update(beyond)
    return found


def test_a_layer_reads_only_those_before_it() -> None:
    assert {path: sorted(beyond) for path, beyond in strayed().items() if path not in EXCEPTIONS} == {}


@pytest.mark.parametrize("path", EXCEPTIONS)
def test_an_exception_is_needed_as_it_is_listed(path: str) -> None:
    assert strayed().get(path) == EXCEPTIONS[path][0]


def test_no_statement_and_no_module_of_the_core_names_a_vendor_or_its_columns() -> None:
    words = set(dialects.load())
    for one in dialects.load().values():
        for mapping in one.feeds.values():
            words |= {word for word in (*mapping.tables, *mapping.read, *mapping.kept) if not word.islower()}
    pattern = re.compile(rf"\b({'|'.join(sorted(map(re.escape, words)))})\b")
    folders = [settings.SQL / name for name in (*sql_objects.LAYERS, "questions")]
    folders.append(settings.ROOT / "include" / "govservice")
    found = {
        str(path.relative_to(settings.ROOT)): sorted(set(pattern.findall(path.read_text(encoding="utf-8"))) - ALLOWED)
        for folder in folders
        for path in sorted(folder.rglob("*.*"))
        if path.suffix in (".py", ".sql", ".j2")
    }
    assert {path: words for path, words in found.items() if words} == {}


def test_a_temporary_table_is_named_by_the_header_of_whoever_makes_or_reads_it() -> None:
    made = {name for flow in lineage.flows() for name in flow.made}
    silent = {}
    for flow in lineage.flows():
        header = re.match(r"(?:\s*--[^\n]*\n)*", flow.text)[0]  # type: ignore[index]
        used = {name for name in made if re.search(rf"\b{name}\b", sql_objects.code(flow.text))}
        missing = sorted(name for name in used if not re.search(rf"\b{name}\b", header))
        if missing:
            silent[flow.path] = missing
    assert silent == {}


def test_python_drops_no_temporary_table_and_learns_no_columns_by_asking_for_no_rows() -> None:
    modules = (settings.ROOT / "include" / "govservice").rglob("*.py")
    found = [path.name for path in modules if re.search(r"DROP TABLE|LIMIT 0|pg_get_viewdef", path.read_text("utf-8"))]
    assert found == []


def test_every_question_is_asked_and_every_statement_is_run() -> None:
    rooms = [settings.ROOT / name for name in ("include", "plugins", "dags")]
    text = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py"))
    asked = set(re.findall(r'\b(?:rows?|counted|ask)\(\s*(?:cursor, )?"(\w+)"', text))
    summary = (settings.ROOT / "include" / "govservice" / "reporting" / "report.py").read_text(encoding="utf-8")
    asked |= set(re.findall(r'"(\w+)"', re.search(r"names = \((.*?)\)", summary, re.S)[1]))  # type: ignore[index]
    unused = set()
    for flow in lineage.flows():
        name = flow.path.removeprefix("sql/")
        is_run = "/write/" in name or "/read/" in name or name.startswith("questions/")
        if is_run and f'"{name}"' not in text and Path(name).name.split(".")[0] not in asked:
            unused.add(name)
    assert sorted(unused) == []

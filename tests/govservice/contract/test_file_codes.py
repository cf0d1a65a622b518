"""The published list of codes has exactly the codes that a station can get."""

from tests.govservice.collecting.sources import test_files, test_packed_files, test_table_layouts, test_workbook_parts

from govservice.contract import file_codes

CORPUS = test_files.FILES | test_packed_files.FILES | test_table_layouts.FILES | test_workbook_parts.FILES
SCOPES = {"批次", "行", "说明"}
# What comes from the folder or from this machine and not from a file; tests/govservice/collecting/sources/test_drop_faults.py gets them.
NO_FILES = {"UNREADABLE", "NOT_READ"}


def test_every_code_has_a_file_that_gets_it_and_no_file_gets_another() -> None:
    given = {
        code for _, _, outcome in CORPUS.values() for code in ([outcome] if isinstance(outcome, str) else outcome[0])
    }
    assert given | NO_FILES == set(file_codes())


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    assert [
        code for code in file_codes().values() if code.scope not in SCOPES or not code.meaning or not code.action
    ] == []


def test_every_refusal_ends_with_a_request() -> None:
    assert [
        code.code for code in file_codes().values() if code.scope != "说明" and not code.action.startswith("请")
    ] == []

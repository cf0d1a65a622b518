"""What verdicts depend on beside records and rules: a change judges again the cases that it can affect and states its reason;
a change of layout does not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

import deliveries
from deliveries import inspect, judge
from govservice import dimensions, settings, sql_objects
from govservice.inspecting import inspection, readings
from govservice.warehouse import transaction
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

DUE = "SELECT * FROM quality.due_case"
ACTS = "SELECT * FROM quality.rejudgement"
STORY = """
    source          | feed    | case | at         | change
    konggang_centre | accept  | N1   | 9-06 18:00 | StationCode=XX000000
    konggang_centre | accept  | N2   | 9-06 18:00 | StationCode=610001; OrgCode=91350100M000100Y43
    konggang_centre | process | N2   | 9-06 18:00 |
    fengdong_centre | accept  | N3   | 9-06 18:00 |
    fengdong_centre | rating  | N3   | 9-08 18:00 |
    """


@pytest.fixture(scope="module")
def own(
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A warehouse in which the story has been judged; each test changes what is read and ends with it judged again."""
    with new_warehouse() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("readings")))
        deliver_and_judge(made.url, STORY)
        yield made


@pytest.fixture
def judged(own: Warehouse, var: Path) -> Iterator[Warehouse]:
    """That warehouse, with nothing due and no rejudgement listed."""
    dimensions.write(own.url, deliveries.SOURCES)
    judge(own.url, "settled")
    with transaction(own.superuser) as cursor:
        cursor.execute("DELETE FROM quality.rejudgement")
    yield own
    with transaction(own.superuser) as cursor:
        cursor.execute("UPDATE ops.setting SET value = default_value")


def change(warehouse: Warehouse, statement: str) -> None:
    with transaction(warehouse.superuser) as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0


def test_what_stays_as_it_is_touches_nothing(judged: Warehouse) -> None:
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key")
    expect(judged.url, ACTS, "reason")


def test_comments_line_breaks_and_indentation_are_not_read() -> None:
    text = "SELECT a -- the first\nFROM t WHERE b = 'x -- y'"
    assert readings.digest(text) == readings.digest("SELECT a\n\n  FROM t /* all */ WHERE b='x -- y'")
    assert readings.digest(text) != readings.digest("SELECT a FROM t WHERE b = 'x  -- y'")
    assert readings.digest(text) != readings.digest("SELECT a FROM t WHERE b = 'x'")


def test_every_statement_that_verdicts_depend_on_is_read() -> None:
    accept, rating, item = ("\n".join(readings.statements(feed)) for feed in ("accept", "rating", "item"))
    assert "INSERT INTO ods.case_fact" in accept and "INSERT INTO dwd.case_record" in accept
    assert "INSERT INTO dwd.rating" in rating and "INSERT INTO dwd.rating" not in accept
    assert "INSERT INTO ods.case_fact" not in item
    assert "FUNCTION quality.is_placeholder" in accept  # named by conditions of rules alone
    # a function that another function calls
    assert "FUNCTION quality.is_credit_code" in accept and "FUNCTION quality.is_item_code" in accept


def test_a_statement_that_changes_touches_every_case_with_a_row_of_the_feed(
    judged: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = readings.statements
    monkeypatch.setattr(
        readings, "statements", lambda feed: (*before(feed), *(["SELECT 1"] if feed == "process" else []))
    )
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN2")
    expect(judged.url, ACTS, "reason | feed | rule_id | case_count\nreading_changed | process | | 1")


def test_a_setting_that_a_statement_names_touches_every_case_with_a_row_of_the_feed(judged: Warehouse) -> None:
    change(judged, "UPDATE ops.setting SET value = 20210101 WHERE name = 'rating_detail_switch'")
    change(judged, "UPDATE ops.setting SET value = value + 1 WHERE name = 'case_target'")
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN3")
    expect(judged.url, ACTS, "reason | feed | case_count\nsetting_changed | rating | 1")


def test_other_working_days_touch_every_case_that_they_can_affect(judged: Warehouse) -> None:
    change(judged, "UPDATE dim.calendar_day SET workday_no = workday_no + 1 WHERE day >= '2021-09-07'")
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN1\nN2\nN3")
    expect(judged.url, "SELECT DISTINCT reason FROM quality.rejudgement", "reason\ncalendar_changed")


def test_the_name_of_a_holiday_is_not_read(judged: Warehouse) -> None:
    change(judged, "UPDATE dim.calendar_day SET name = '节' WHERE day = '2021-10-01'")
    change(judged, "UPDATE dim.source SET contact = '新的联络员' WHERE source_id = 'konggang_centre'")
    inspect(judged.url, "next")
    expect(judged.url, ACTS, "reason")


@pytest.mark.parametrize(
    "changed",
    [
        {"priority": 99},
        {"feeds": ("accept", "process", "result", "special", "service", "rating")},
        {"code_lists": {"project_type": "approval_type_inspur"}},
    ],
    ids=str,
)
def test_a_changed_registration_of_a_source_touches_its_cases(judged: Warehouse, changed: dict[str, object]) -> None:
    source = replace(deliveries.SOURCES["fengdong_centre"], **changed)  # type: ignore[arg-type]
    dimensions.write(judged.url, {**deliveries.SOURCES, "fengdong_centre": source})
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN3")
    expect(judged.url, "SELECT * FROM quality.rejudgement WHERE reason = 'source_changed'", "feed | case_count\n | 1")


def test_a_changed_registration_of_a_station_touches_the_cases_that_name_it_or_belong_to_it(
    judged: Warehouse,
) -> None:
    change(
        judged,
        "INSERT INTO dim.station SELECT 'XX000000', name, kind, source_id, false, new_city, street, valid_from, valid_to"
        " FROM dim.station WHERE source_id = 'konggang_centre' AND is_own",
    )
    inspect(judged.url, "named")
    expect(judged.url, DUE, "case_key\nN1")
    expect(judged.url, ACTS, "reason | case_count\nstation_changed | 1")
    inspection.judge(judged.url, "named")
    change(judged, "UPDATE dim.station SET street = '别处' WHERE source_id = 'fengdong_centre' AND is_own")
    inspect(judged.url, "own")
    expect(judged.url, DUE, "case_key\nN3")


def test_an_organisation_with_another_time_touches_the_cases_that_it_accepted(judged: Warehouse) -> None:
    change(
        judged,
        "INSERT INTO dim.organisation VALUES ('91350100M000100Y43', '一家', '空港', '0001-01-01', '9999-12-31', true)",
    )
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN2")
    expect(judged.url, ACTS, "reason | case_count\norganisation_changed | 1")


def test_a_code_list_touches_the_feeds_whose_statements_name_it(judged: Warehouse) -> None:
    change(judged, "UPDATE dim.code SET canonical = 'RETIRED' WHERE list = 'rating_detail' AND code = '510'")
    inspect(judged.url, "next")
    expect(judged.url, DUE, "case_key\nN3")
    expect(judged.url, ACTS, "reason | feed | case_count\ncodes_changed | rating | 1")


def test_a_credit_code_that_is_listed_as_off_the_standard_is_judged_again(judged: Warehouse) -> None:
    change(
        judged,
        "INSERT INTO dim.code VALUES ('off_standard_credit_code', '94610102000123457O', '一家', NULL, '证书', '')",
    )
    inspect(judged.url, "next")
    expect(judged.url, f"{DUE} WHERE case_key LIKE 'N%'", "case_key\nN1\nN2\nN3")
    expect(judged.url, "SELECT DISTINCT reason FROM quality.rejudgement", "reason\ncodes_changed")


def test_every_part_has_a_reason_and_every_reason_a_name() -> None:
    from govservice.inspecting import rejudging

    text = (settings.SQL / "quality" / "write" / "changed_reading.sql").read_text(encoding="utf-8")
    assert all(f"'{part}' AS part" in text for part in readings.REASONS)
    assert text.count("' AS part") == len(readings.REASONS)
    assert set(readings.REASONS.values()) <= rejudging.REASONS.keys()
    assert "quality.reading" in {one.name for one in sql_objects.objects()}

"""A waived finding stays and is reported; while the waiver runs on the data date its case is not quarantined for it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from deliveries import inspect, judge, unexplained
from govservice import warehouse as govservice_warehouse
from govservice.inspecting import inspection, suites
from stories import deliver_together
from tables import expect, rows
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"
STORY = """
    source          | feed   | case | at         | change
    konggang_centre | accept | N1   | 9-06 18:00 | PromiseDate=
    konggang_centre | accept | N2   | 9-06 18:00 | PromiseDate=; OrgName=
    fengdong_centre | accept | N3   | 9-06 18:00 | PromiseDate=
    """


def waiver(rule: str = "C06", **changes: Any) -> str:
    """A file with one waiver, of a rule at one source from the 10th to the 20th."""
    entry = {
        **{"rule": rule, "source": "konggang_centre", "reason": "升级期间", "basis": "函〔2021〕45 号"},
        **{"owner": "质检岗", "since": date(2021, 11, 10), "until": date(2021, 11, 20)},
    }
    return yaml.safe_dump({"waivers": [{**entry, **changes}]}, allow_unicode=True)


@pytest.fixture
def waivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of waivers in use: C06 of one source from the 10th to the 20th."""
    path = tmp_path / "waivers.yml"
    path.write_text(waiver(), encoding="utf-8")
    monkeypatch.setenv("GOVSERVICE_WAIVERS", str(path))
    return path


@pytest.mark.parametrize(
    "data_date, is_waived",
    [("2021-11-09", False), ("2021-11-10", True), ("2021-11-20", True), ("2021-11-21", False)],
)
def test_a_waiver_runs_from_its_first_to_its_last_data_date(
    warehouse: Warehouse, waivers: Path, data_date: str, is_waived: bool
) -> None:
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "first", data_date)
    running = """
        case_no | verdict     | failed_rules | warned_rules
        N1      | accepted    | {}           | {C06}
        N2      | quarantined | {C01}        | {C06}
        N3      | quarantined | {C06}        | {}
        """
    not_running = """
        case_no | verdict     | failed_rules | warned_rules
        N1      | quarantined | {C06}        | {}
        N2      | quarantined | {C01,C06}    | {}
        N3      | quarantined | {C06}        | {}
        """
    expect(warehouse.url, CASES, running if is_waived else not_running)
    expect(
        warehouse.url,
        "SELECT * FROM quality.finding WHERE rule_id = 'C06'",
        f"""
        case_key | is_waived
        N1       | {str(is_waived).lower()}
        N2       | {str(is_waived).lower()}
        N3       | false
        """,
    )


def test_a_waiver_that_begins_and_ends_touches_the_cases_it_covers(warehouse: Warehouse, waivers: Path) -> None:
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "before", "2021-11-09")
    turns = [("began", "2021-11-10", "N1\nN2"), ("runs", "2021-11-11", ""), ("ended", "2021-11-21", "N1\nN2")]
    for run_id, data_date, due in turns:
        inspect(warehouse.url, run_id, data_date)
        expect(warehouse.url, "SELECT * FROM quality.due_case", f"case_key\n{due}")
        inspection.judge(warehouse.url, run_id)
    expect(
        warehouse.url,
        "SELECT * FROM quality.rejudgement",
        """
        run_id | reason       | rule_id | case_count
        began  | waiver_began | C06     | 2
        ended  | waiver_ended | C06     | 2
        """,
    )
    expect(
        warehouse.url,
        "SELECT * FROM ads.verdict_history WHERE case_key = 'N1'",
        """
        is_qualified | valid_from | valid_until
        false        | 2021-11-09 | 2021-11-10
        true         | 2021-11-10 | 2021-11-21
        false        | 2021-11-21 |
        """,
    )


def test_a_waiver_taken_out_of_the_file_has_ended(warehouse: Warehouse, waivers: Path) -> None:
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "first", "2021-11-15")
    waivers.write_text("waivers: []", encoding="utf-8")
    judge(warehouse.url, "second", "2021-11-15")
    expect(warehouse.url, f"{CASES} WHERE case_no = 'N1'", "verdict | failed_rules\nquarantined | {C06}")
    expect(warehouse.url, "SELECT count(DISTINCT rule_set) AS rule_sets FROM ops.run", "rule_sets\n2")


def test_a_waiver_of_cases_covers_no_other(warehouse: Warehouse, waivers: Path) -> None:
    waivers.write_text(waiver(cases=["N2"]), encoding="utf-8")
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "first", "2021-11-15")
    expect(
        warehouse.url,
        "SELECT * FROM quality.finding WHERE is_waived",
        """
        case_key | rule_id
        N2       | C06
        """,
    )


def test_the_books_count_a_waived_case_as_accepted_and_the_receipt_says_so(warehouse: Warehouse, waivers: Path) -> None:
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "first", "2021-11-15")
    expect(
        warehouse.url,
        "SELECT * FROM ops.book WHERE feed = 'accept'",
        """
        source_id       | accepted | quarantined
        konggang_centre | 1        | 1
        fengdong_centre | 0        | 1
        """,
    )
    assert unexplained(warehouse.url) == 0
    receipt = govservice_warehouse.template("questions/receipt.sql.j2", actions=suites.ACTIONS)
    expect(
        warehouse.url,
        receipt.rstrip().rstrip(";"),
        """
        case_no | rule_id | action
        N1      | C06     | 豁免期内 · 须改正
        N2      | C01     | 须改正
        N2      | C06     | 豁免期内 · 须改正
        N3      | C06     | 须改正
        """,
    )


def test_a_waived_finding_of_a_rating_does_not_quarantine_it(warehouse: Warehouse, waivers: Path) -> None:
    waivers.write_text(waiver("V12"), encoding="utf-8")
    story = """
        source          | feed    | case | at         | change
        konggang_centre | accept  | N1   | 9-06 18:00 |
        konggang_centre | process | N1   | 9-08 18:00 |
        konggang_centre | result  | N1   | 9-08 18:00 |
        konggang_centre | service | N1   | 9-08 18:00 |
        konggang_centre | rating  | N1   | 9-09 18:00 | pf=8
        """
    deliver_together(warehouse.url, rows(story))
    judge(warehouse.url, "first", "2021-11-09")
    expect(warehouse.url, "SELECT * FROM dwd.rating", "verdict | failed_rules\nquarantined | {V12}")
    judge(warehouse.url, "second", "2021-11-10")
    expect(warehouse.url, "SELECT * FROM dwd.rating", "verdict | failed_rules | warned_rules\naccepted | {} | {V12}")
    assert unexplained(warehouse.url) == 0


def test_a_case_that_lacks_an_element_is_not_complete_for_a_waiver(warehouse: Warehouse, waivers: Path) -> None:
    deliver_together(warehouse.url, rows(STORY))
    judge(warehouse.url, "first", "2021-11-10")
    expect(
        warehouse.url,
        "SELECT * FROM ads.completeness",
        """
        new_city | case_count | complete_count
        沣东     | 1          | 0
        空港     | 2          | 0
        """,
    )

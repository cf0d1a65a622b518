"""What leaves ods of a case: no person and no number in the place of a code or a department."""

import cases
from govservice.contract.personal_numbers import stand_in
from stories import deliver_and_judge
from tables import expect
from warehouses import Warehouse

CASES = "SELECT * FROM dwd.case_record"


def test_a_person_in_the_column_of_the_department_goes_no_further(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        """
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | OrgName=行政审批局
        konggang_centre | accept | N2   | 9-06 18:00 | OrgName=王芳11010519491231002X
        konggang_centre | accept | N3   | 9-06 18:00 | OrgName=窗口 138-0000-0001
        konggang_centre | accept | N4   | 9-06 18:00 | ApplyerName=李芳; OrgName=李芳
        """,
    )
    expect(
        warehouse.url,
        CASES,
        """
        case_no | department_name
        N1      | 行政审批局
        N2      |
        N3      |
        N4      |
        """,
    )


def test_what_is_no_code_goes_no_further_than_ods(warehouse: Warehouse) -> None:
    number = "610102198703147758"
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed   | case | at         | change
        konggang_centre | accept | N1   | 9-06 18:00 | ProjectType={number}; ApplyerType={number}; ApplyerPageType={number}
        konggang_centre | accept | N2   | 9-06 18:00 | TaskCode={number}; ApplyType={number}; OrgCode={number}; TaskName={number}
        konggang_centre | accept | N3   | 9-06 18:00 |
        """,
    )
    expect(
        warehouse.url,
        CASES,
        f"""
        case_no | item_name         | item_version | department_code    | channel_code | case_type_code
        N1      | 食品经营许可证核发 | 2            | {cases.DEPARTMENT} | 1            |
        N2      |                   |              |                    |              | 2
        N3      | 食品经营许可证核发 | 2            | {cases.DEPARTMENT} | 1            | 2
        """,
    )
    expect(
        warehouse.url,
        CASES,
        f"""
        case_no | item_code    | applicant_type_code | certificate_type_code
        N1      | {cases.ITEM} |                     |
        N2      |              | 1                   | 111
        N3      | {cases.ITEM} | 1                   | 111
        """,
    )


def test_a_person_s_number_as_the_number_of_a_case_is_masked_and_its_rows_keep_together(warehouse: Warehouse) -> None:
    deliver_and_judge(
        warehouse.url,
        f"""
        source          | feed    | case           | at         | change
        konggang_centre | accept  | {cases.PERSON} | 9-06 18:00 |
        konggang_centre | process | {cases.PERSON} | 9-08 18:00 |
        konggang_centre | result  | {cases.PERSON} | 9-08 18:00 |
        konggang_centre | service | {cases.PERSON} | 9-08 18:00 |
        konggang_centre | rating  | {cases.PERSON} | 9-08 18:00 |
        konggang_centre | accept  | 13800000001    | 9-06 18:00 | OrgName=
        """,
    )
    person, mobile = stand_in(cases.PERSON), stand_in("13800000001")
    expect(
        warehouse.url,
        CASES,
        f"""
        case_key | case_no  | verdict     | warned_rules | step_count
        {person} | {person} | accepted    | {{V09}}        | 1
        {mobile} | {mobile} | quarantined | {{V09}}        | 0
        """,
    )
    expect(warehouse.url, "SELECT * FROM dwd.rating", f"case_no | verdict\n{person} | accepted")
    expect(warehouse.url, "SELECT DISTINCT case_key FROM quality.finding", f"case_key\n{person}\n{mobile}")
    expect(
        warehouse.superuser,
        "SELECT quality.is_stand_in('N1') AS it, quality.is_stand_in('138****01-0000') AS is",
        "it    | is\nfalse | true",
    )

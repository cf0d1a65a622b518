"""A small history of deliveries by which two releases of the warehouse can be compared: repeated, corrected and withdrawn records.

A column that the first release did not have is empty in it.
"""

import cases
from deliveries import deliver, judge
from govservice.warehouse import transaction
from stories import deliver_together
from tables import rows

NEWER = "taskHandleItem=; proStatus=; acceptDate=; promiseTime="
WEEK = f"""
    source          | feed     | case | at         | row | op | change
    konggang_centre | accept   | N1   | 9-06 18:00 |     |    |
    konggang_centre | process  | N1   | 9-08 18:00 |     |    |
    konggang_centre | result   | N1   | 9-08 18:00 |     |    |
    konggang_centre | special  | N1   | 9-08 18:00 |     |    |
    konggang_centre | material | N1   | 9-08 18:00 |     |    |
    konggang_centre | service  | N1   | 9-08 18:00 |     |    | taskHandleItem=
    konggang_centre | rating   | N1   | 9-09 18:00 |     |    | {NEWER}
    konggang_centre | accept   | N2   | 9-06 18:00 |     |    | ApplyerPageCode=1
    konggang_centre | result   | N2   | 9-08 18:00 |     |    |
    konggang_centre | rating   | N2   | 9-09 18:00 | r2  |    | satisfaction=1; evalDetail=101; {NEWER}
    konggang_centre | accept   | N3   | 9-06 18:00 |     |    |
    fengdong_centre | accept   | N3   | 9-07 18:00 | b3  |    |
    konggang_centre | accept   | N4   | 9-06 18:00 |     |    |
"""
NEXT_WEEK = f"""
    source          | feed     | case | at         | row | op | change
    konggang_centre | accept   | N1   | 9-13 18:00 |     |    |
    konggang_centre | accept   | N2   | 9-13 18:00 |     |    |
    konggang_centre | accept   | N4   | 9-13 18:00 |     | D  |
    konggang_centre | rating   | N3   | 9-13 18:00 | r3  |    | {NEWER}
"""
LATE = """
    source          | feed     | case | at         | row | op | change
    konggang_centre | accept   | N1   | 9-10 18:00 |     |    | TaskName=
    konggang_centre | accept   | N5   | 9-10 18:00 |     |    |
"""


def judge_again(warehouse_url: str, owner_url: str) -> None:
    """Judge every case by the rules of this release."""
    with transaction(owner_url) as cursor:
        cursor.execute("INSERT INTO quality.pending_case (case_key) SELECT case_key FROM ods.case_fact")
    judge(warehouse_url)


def deliver_two_weeks(url: str) -> None:
    """Deliver the first two weeks and judge after each."""
    for story in (WEEK, NEXT_WEEK):
        for event in rows(story):
            deliver_together(url, [event])
        judge(url)


def deliver_the_rest(url: str) -> None:
    """Deliver what arrives afterwards: a version dated before a repeated one, a new case, and the first week once more."""
    for story in (LATE, WEEK):
        for event in rows(story):
            deliver_together(url, [event])
    deliver(url, "konggang_centre", {"accept": [cases.accept("N6", ApplyerPageCode="1")]}, "2021-09-14 18:00:00")
    judge(url)

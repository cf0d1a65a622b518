"""Bad ratings for tests, and what people did about them."""

from typing import Any

from govservice import warehouse as govservice_warehouse
from govservice.reporting import follow_up
from govservice.reporting.follow_up import Act
from govservice.warehouse import transaction
from warehouses import Warehouse

RATING = {
    "source_id": "konggang_centre",
    "assess_number": "1",
    "verdict": "accepted",
    "is_qualified": True,
    "is_countable": True,
    "failed_rules": [],
    "warned_rules": [],
    "rating_level": 1,
    "is_negative": True,
    "was_negative": False,
    "is_anonymous": False,
    "has_text": False,
    "new_city": "空港",
    "station_code": "KG0000",
    "department_name": "空港新城市场监督管理局",
    "rated_at": "2021-09-30 10:00:00+08",
    "first_arrived_date": "2021-09-30",
    "completed_date": "2021-09-30",
    "delivery_id": 1,
}

TO_REPLY = "回访 已回访：反映属实 2021-10-08,认定 立行立改 2021-10-08,整改 已整改 2021-10-11"  # acts up to the reply


def rate(own: Warehouse, case_no: str, **changes: Any) -> None:
    """Write one judged rating of a case: a bad one of Thursday 2021-09-30, the day before the holiday, unless changed."""
    row = {**RATING, "record_key": f"r-{case_no}", "case_key": case_no, "case_no": case_no, **changes}
    names = ", ".join(row)
    holders = ", ".join(f"%({name})s" for name in row)
    with transaction(own.url) as cursor:
        cursor.execute(f"INSERT INTO dwd.rating ({names}) VALUES ({holders})", row)


def as_of(own: Warehouse, data_date: str) -> None:
    """Begin a run with this data date."""
    with transaction(own.url) as cursor:
        parameters = {"run_id": f"run of {data_date}", "data_date": data_date}
        cursor.execute(govservice_warehouse.statement("ops/write/run__begin.sql"), parameters)


def act(own: Warehouse, case_no: str, text: str) -> list[str]:
    """Record acts, each `step outcome day`, one a line or separated by commas; return the code of each answer."""
    codes = []
    for line in text.replace(",", "\n").split("\n"):
        step, outcome, day = line.split()
        made = Act("konggang_centre", f"r-{case_no}", step, outcome, "张工", day, "", "测试")
        with transaction(own.url) as cursor:
            codes.append(follow_up.record(cursor, [made])[0][0])
    return codes

"""The records of a source's cases: accept, process and result rows in the columns of the contract, all clean."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import campaign, columns, people
from demo.area import LEAST_PEOPLE, Catalogue, Source
from demo.campaign import Facts, Steps
from demo.workdays import Calendar
from govservice import contract

APPLICANT_SHARES = np.array([0.84, 0.12, 0.02, 0.015, 0.01, 0.02])  # of types 1 to 6 where the item allows them
CREDIT_HEADS = np.array([b"91", b"12", b"51", b"11", b"92"])  # of types 2 to 6
SATISFACTION_SHARES = [0.80, 0.17, 0.022, 0.005, 0.003]  # of 1 best to 5
BODY_ENDINGS = ["有限公司", "中心", "协会", "管理办公室", "经营部"]
BODY_CERTIFICATES = ["01", "001", "821", "822", "811"]
FOREIGN_CERTIFICATES = ["516", "414", "553", "511"]
STEP_NAMES = {
    2: ["受理", "办结"],
    3: ["受理", "审核", "办结"],
    4: ["受理", "审核", "审批", "办结"],
    5: ["受理", "审核", "现场核查", "审批", "办结"],
}
OPINIONS = {
    "受理": ["材料齐全，予以受理", "符合受理条件，准予受理", "申请材料齐全、符合法定形式，同意受理"],
    "审核": ["经审核，符合条件，建议通过", "材料审核通过", "已核对申请信息，情况属实"],
    "现场核查": ["现场核查合格", "现场情况与申报材料一致\n建议通过"],
    "审批": ["同意", "经审查，同意办理", "符合规定，准予办理"],
    "办结": ["办结", "已办结，结果已告知申请人", "办理完毕"],
}
REASONS = {
    "GRANTED": "准予办理",
    "DONE_NO_CERT": "办理完毕",
    "REFUSED": "不符合法定条件，不予许可",
    "NOT_ACCEPTED": "不属于本机关职权范围，不予受理",
    "RETURNED": "申请人逾期未补正材料，作退件处理",
    "FORWARDED": "按权限转报上级机关办理",
    "VOID": "重复提交，业务无效",
    "DELETED": "录入错误，删除办件",
}
ROADS = [
    "自贸大道",
    "沣泾大道",
    "康定路",
    "秦皇大道",
    "复兴大道",
    "世纪大道",
    "天茂大道",
    "崇文路",
    "统一路",
    "白马河路",
]


@dataclass
class Rows:
    """The rows of one feed: their text cells, the case each belongs to, when it arrives, and whether it ever does."""

    table: pa.Table
    case: np.ndarray
    arrived_at: np.ndarray
    withheld: np.ndarray
    steps: Steps | None = None

    def put(self, column: str, rows: np.ndarray, values: Any) -> None:
        """Replace cells, one value per row (ascending) or one for all."""
        self.table = columns.put(self.table, column, rows, values)

    def extended(self, more: Self, offset: int) -> Self:
        """These rows, then those, whose cases are counted from `offset`."""
        steps = self.steps.extended(more.steps, offset) if self.steps and more.steps else None
        return type(self)(
            pa.concat_tables([self.table, more.table]),
            np.concatenate([self.case, more.case + offset]),
            np.concatenate([self.arrived_at, more.arrived_at]),
            np.concatenate([self.withheld, more.withheld]),
            steps,
        )


def rows_of(table: pa.Table, case: np.ndarray, steps: Steps | None = None) -> Rows:
    """Rows that have not been sent yet."""
    return Rows(table, case, np.full(len(case), np.datetime64("NaT", "s")), np.zeros(len(case), bool), steps)


def feed_table(feed: str, values: dict[str, Any], count: int) -> pa.Table:
    """A table in contract order; a column without values is null, one value stands for all rows."""
    found = {}
    for name in contract.feeds()[feed].columns:
        value = values.get(name)
        if value is None or isinstance(value, str):
            value = pa.repeat(pa.scalar(value, pa.string()), count)
        elif isinstance(value, np.ndarray):
            value = pa.array(value, pa.string())
        found[name] = value
    return pa.table(found)


def accept_rows(source: Source, facts: Facts, items: Catalogue, rng: np.random.Generator) -> Rows:
    """One accept row per case."""
    count = len(facts)
    item = facts.item
    version_two = items.has_two_versions[item] & (facts.accepted_at >= campaign.VERSION_TWO_FROM) & ~facts.is_stale
    applicant = _applicants(source, facts, items, rng)
    name = columns.pick(items.name, item)
    values = applicant | {
        "row_guid": people.guids(rng, count),
        "project_no": columns.text(facts.number),
        "catalog_code": columns.pick(items.catalog_code, item),
        "task_code": columns.pick(items.task_code, item),
        "task_handle_item": columns.pick(items.handle_item, item),
        "task_name": name,
        "task_version": columns.where(version_two, "2", "1"),
        "project_name": columns.joined("关于", applicant["applyer_name"], "的", name),
        "project_type": columns.where(facts.is_promise, "2", "1"),
        "apply_date": case_time(source, facts.applied_at),
        "apply_type": facts.apply_type,
        "org_name": columns.pick(items.department, item),
        "org_code": columns.pick(items.handler_code, item),
        "handle_user_name": _staff(count, rng),
        "accept_date": case_time(source, facts.accepted_at),
        "promise_date": case_time(source, facts.promised_at),
        "station_code": columns.pick(
            source.station_codes, (len(source.station_codes) * rng.random(count) ** 1.7).astype(int)
        ),
        "data_source": "161",
    }
    return rows_of(feed_table("accept", values | _correspondence(source, count, rng), count), np.arange(count))


def case_time(source: Source, times: np.ndarray) -> columns.Column:
    """A time as the source writes it: to the second, or the day only."""
    written = columns.moments(times)
    return columns.first_characters(written, 10) if source.day_only else written


def _staff(count: int, rng: np.random.Generator) -> columns.Column:
    pool = people.person_names(rng, 8 + count // 4000)
    return columns.pick(pool, rng.integers(0, len(pool), count))


def _correspondence(source: Source, count: int, rng: np.random.Generator) -> dict[str, Any]:
    road = columns.pick(ROADS, rng.integers(0, len(ROADS), count))
    house = columns.text(columns.digits(rng.integers(100, 999, count), 3))
    address = columns.joined(f"陕西省西咸新区{source.new_city}新城", road, house, "号")
    document = columns.joined(
        f"{source.new_city}受〔2021〕", columns.text(columns.digits(rng.integers(0, 10**6, count), 6)), "号"
    )
    return {
        "address": columns.where(rng.random(count) < 0.6, address, None),
        "zip_code": columns.where(rng.random(count) < 0.4, "712000", None),
        "accept_doc_no": columns.where(rng.random(count) < 0.4, document, None),
    }


def _applicants(source: Source, facts: Facts, items: Catalogue, rng: np.random.Generator) -> dict[str, Any]:
    """Applicant, certificate, legal representative and contact of every case."""
    count = len(facts)
    kind = _applicant_types(facts, items, rng)
    is_person = kind == 0
    pool = max(LEAST_PEOPLE, count * 11 // 20)
    names, numbers, mobiles = (
        people.person_names(rng, pool),
        people.identity_numbers(rng, pool, source.first_person),
        people.mobiles(rng, pool),
    )
    who, other = rng.integers(0, pool, count), rng.integers(0, pool, count)
    body = _bodies(kind, rng)
    contact = np.where(is_person & (rng.random(count) < 0.85), who, other)
    page_type, page_code = _certificates(columns.text(numbers).take(pa.array(who)), rng)
    has_contact_number = rng.random(count) < 0.5
    return {
        "applyer_name": columns.where(is_person, names.take(pa.array(who)), body["name"]),
        "applyer_type": columns.pick(["1", "2", "3", "4", "5", "6"], kind),
        "applyer_page_type": columns.where(is_person, page_type, body["page_type"]),
        "applyer_page_code": columns.where(is_person, page_code, body["page_code"]),
        "legal": columns.where(is_person | (kind == 4), None, names.take(pa.array(other))),
        "contact_name": names.take(pa.array(contact)),
        "contact_type": columns.where(has_contact_number, "111", None),
        "contact_code": columns.where(has_contact_number, columns.text(numbers).take(pa.array(contact)), None),
        "contact_mobile": mobiles.take(pa.array(contact)),
    }


def _applicant_types(facts: Facts, items: Catalogue, rng: np.random.Generator) -> np.ndarray:
    allowed = np.array([[str(kind) in allowed.split(",") for kind in range(1, 7)] for allowed in items.server_type])
    shares = np.cumsum(allowed * APPLICANT_SHARES, axis=1)
    return (rng.random(len(facts))[:, None] * shares[facts.item, -1:] >= shares[facts.item]).sum(axis=1)


def _certificates(numbers: pa.Array, rng: np.random.Generator) -> tuple[columns.Column, columns.Column]:
    """Mostly the ID card, some of them with a lower-case x; now and then another document."""
    count = len(numbers)
    is_identity = rng.random(count) < 0.96
    written = columns.where(rng.random(count) < 0.03, pc.ascii_lower(numbers), numbers)
    foreign = columns.joined(
        columns.pick(list("HMEG"), rng.integers(0, 4, count)),
        columns.text(columns.digits(rng.integers(0, 10**8, count), 8)),
    )
    other = columns.pick(FOREIGN_CERTIFICATES, rng.integers(0, len(FOREIGN_CERTIFICATES), count))
    return columns.where(is_identity, "111", other), columns.where(is_identity, written, foreign)


def _bodies(kind: np.ndarray, rng: np.random.Generator) -> dict[str, columns.Column]:
    """The body behind every case (meaningless where a person applies): drawn from a pool of its kind."""
    count = len(kind)
    size = max(4, count // 60)
    form = np.repeat(np.arange(5), size)
    codes = people.credit_codes(rng, CREDIT_HEADS[form])
    at = np.clip(kind - 1, 0, 4) * size + rng.integers(0, size, count)
    certificate = rng.choice(5, count, p=[0.60, 0.15, 0.15, 0.07, 0.03])
    credit = columns.text(codes).take(pa.array(at))
    return {
        "name": people.body_names(rng, form, BODY_ENDINGS).take(pa.array(at)),
        "page_type": columns.pick(BODY_CERTIFICATES, certificate),
        "page_code": columns.where(certificate == 4, pc.utf8_slice_codeunits(credit, 8, 17), credit),
    }


def process_rows(facts: Facts, calendar: Calendar, rng: np.random.Generator) -> Rows:
    """Two to five rows per finished case, fewer for an open one."""
    steps = campaign.steps(facts, calendar, rng)
    count = len(steps.case)
    labels = list(OPINIONS)
    pattern = np.array(
        [[labels.index(name) for name in (STEP_NAMES.get(total, []) + ["办结"] * 6)[:6]] for total in range(6)]
    )
    label = pattern[steps.total, steps.number - 1]
    offsets = np.cumsum([0] + [len(OPINIONS[name]) for name in labels])
    sizes = np.diff(offsets)
    opinion = offsets[label] + (sizes[label] * rng.random(count)).astype(int)
    refused = np.isin(facts.outcome[steps.case], ["REFUSED", "NOT_ACCEPTED", "RETURNED"]) & (
        steps.number == steps.total
    )
    values = {
        "row_guid": people.guids(rng, count),
        "project_no": columns.text(facts.number[steps.case]),
        "event_name": columns.where(refused, "2", columns.where(rng.random(count) < 0.03, "3", "1")),
        "process_name": columns.pick(labels, label),
        "handle_user_name": _staff(count, rng),
        "handle_explain": columns.pick([text for name in labels for text in OPINIONS[name]], opinion),
        "event_start_time": columns.moments(steps.started_at),
        "event_end_time": columns.moments(steps.ended_at),
        "data_source": "161",
    }
    return rows_of(feed_table("process", values, count), steps.case, steps)


def result_rows(source: Source, facts: Facts, items: Catalogue, accept: Rows, rng: np.random.Generator) -> Rows:
    """One row per finished case."""
    case = np.flatnonzero(~np.isnat(facts.finished_at))
    count = len(case)
    outcome = facts.outcome[case]
    raw = {code.canonical: code.code for code in contract.codes() if code.list == source.result_list}
    has_certificate = (outcome == "GRANTED") & ~facts.is_bare[case]
    certificate = columns.joined("XX", columns.text(columns.digits(rng.integers(0, 10**10, count), 10)))
    rated = (rng.random(count) < 0.3) & (not source.is_sheet)
    stars = np.array(list("12345"), object)[rng.choice(5, count, p=SATISFACTION_SHARES)]
    values = {
        "row_guid": people.guids(rng, count),
        "project_no": columns.text(facts.number[case]),
        "handle_user_name": accept.table.column("handle_user_name").combine_chunks().take(pa.array(case)),
        "result_date": case_time(source, facts.finished_at[case]),
        "result_type": np.array([raw[name] for name in outcome], object),
        "result_cetr_name": columns.where(has_certificate, columns.pick(items.result_name, facts.item[case]), None),
        "result_cetr_no": columns.where(has_certificate, certificate, None),
        "result_explain": np.array([REASONS[name] for name in outcome], object),
        "is_delivery_results": columns.where(rng.random(count) < 0.08, "1", "0"),
        "satisfaction": columns.where(rated, pa.array(stars, pa.string()), None),
        "data_source": "161",
    }
    if source.way == "vendor":
        values |= _fees(has_certificate, case, accept)
    return rows_of(feed_table("result", values, count), case)


def _fees(has_certificate: np.ndarray, case: np.ndarray, accept: Rows) -> dict[str, Any]:
    """Every sixth certificate costs its applicant something."""
    costs = has_certificate & (case % 6 == 0)

    def if_charged(value: Any) -> columns.Column:
        return columns.where(costs, value, None)

    def applicant(name: str) -> columns.Column:
        return if_charged(accept.table.column(name).combine_chunks().take(pa.array(case)))

    return {
        **{"is_fee": columns.where(costs, "1", "0"), "fee": if_charged("10"), "fee_standard": if_charged("每证10元")},
        **{"fee_stand_accord": if_charged("行政事业性收费目录（示例）"), "pay_person_name": applicant("applyer_name")},
        **{"pay_per_id_card": applicant("contact_code"), "payer_mobile": applicant("contact_mobile")},
    }

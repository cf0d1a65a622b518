"""The records of services and ratings in the columns of the contract, all clean, in the source's own codes."""

import hashlib
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import columns, people
from demo.campaign import ONLINE
from demo.damage import BLANKS
from demo.rating_facts import Ratings, Services
from demo.records import Rows, case_time, feed_table, rows_of
from demo.service_ratings import CHANNEL, CREATOR, FLAG, PHONE, PUSHED, SMS
from demo.story import Story
from govservice import contract

ANONYMOUS_SHARE = 0.03
PREFIXED_SHARE = 0.3  # name the department by orgcode too
LATE_CODES, ON_TIME_CODE = {2: "209", 1: "110"}, "309"
TEXTS = {
    5: [
        "办事很快，点赞👍",
        "窗口同志耐心细致，一次就办好了",
        "全程网上办理，不用跑腿\n非常方便！",
        "很满意😊",
        "效率高，服务好",
    ],
    4: ["总体不错，希望再快一点", "服务态度好，排队略久", "还可以👌", "材料要求讲得清楚\n第二天就办结了"],
    3: ["一般，等的时间有点长", "能办成，但指南写得不够明白", "希望增加自助设备🙏"],
    2: ["跑了两趟才办成，希望改进", "工作人员业务不熟练\n解释不清楚", "排队太久了😞"],
    1: ["材料反复要求补交，很不满意😡", "多个窗口来回跑\n没有人说得清", "与网上公布的要求不一致"],
}
TEXT_SHARES = np.array([0.0, 0.6, 0.5, 0.25, 0.12, 0.10])  # by level
PRAISE = "510,517"
AGENT_SHARE = 0.08
UNCLASSIFIED = "99"


def service_rows(story: Story, served: Services, subject: dict[str, pa.Array]) -> Rows:
    """One row per service."""
    rng, case, facts, items = story.rng, served.case, story.facts, story.items
    count = len(case)
    is_end, is_online = served.is_end, facts.apply_type[case] == ONLINE
    has_agent = rng.random(count) < AGENT_SHARE
    task_types = set(contract.code_list("rating_task_type"))
    task_type = [kind if kind in task_types else UNCLASSIFIED for kind in items.task_type]
    own = {
        name: _of_case(story, name, case)
        for name in ("project_name", "contact_mobile", "applyer_page_type", "org_name")
    }
    values = {name: cells.take(pa.array(case)) for name, cells in subject.items()} | {
        "row_guid": people.guids(rng, count),
        "service_number": columns.pick(["1", "2"], served.number - 1),
        "service_name": columns.where(is_end, "办结", "受理"),
        "service_time": columns.moments(served.happened_at),
        "task_type": columns.pick(task_type, facts.item[case]),
        "project_name": own["project_name"],
        "pro_status": columns.where(is_end, "3", "2"),
        "org_name": own["org_name"],
        "accept_date": columns.moments(facts.accepted_at[case]),
        "result_date": columns.where(is_end, columns.moments(facts.finished_at[case]), None),
        "user_page_type": own["applyer_page_type"],
        "mobile": own["contact_mobile"],
        "handle_user_name": columns.where(has_agent, people.person_names(rng, count), None),
        "handle_user_page_type": columns.where(has_agent, "111", None),
        "handle_user_page_code": columns.where(has_agent, columns.text(people.identity_numbers(rng, count)), None),
        "project_type": columns.where(facts.is_promise[case], "2", "1"),
        "promise_time": columns.where(facts.is_promise[case], "2", "1"),
        "promise_day": columns.pick([str(day) for day in items.promise_day], facts.item[case]),
        "pro_channel": columns.where(is_online, "1", "2"),
        "event_type": columns.where(is_online, "1", "2"),
    }
    return rows_of(feed_table("service", values, count), case)


def rating_rows(story: Story, ratings: Ratings, subject: dict[str, pa.Array]) -> Rows:
    """One row per rating; of a sheet, what it carries beside the cells of the case."""
    count, kind = len(ratings), ratings.automatic
    values = {
        "row_guid": people.guids(story.rng, count),
        "project_no": columns.text(story.facts.number[ratings.case]),
        "pf": _coded(story, "pf", np.where(kind == CHANNEL, "DEFAULT", ratings.channel)),
        "satisfaction": _coded(story, "satisfaction", ratings.level.astype(str)),
        "eval_detail": columns.where(kind == None, _details(story, ratings), PRAISE),  # noqa: E711 - element-wise
        "writing_evaluation": _texts(story, ratings),
        "assess_time": case_time(story.source, ratings.rated_at),
    }
    if not story.source.is_sheet:
        values |= _carried_by_exchanges(story, ratings, subject)
    return rows_of(feed_table("rating", values, count), ratings.case)


def _carried_by_exchanges(story: Story, ratings: Ratings, subject: dict[str, pa.Array]) -> dict[str, Any]:
    rng, case, count, kind = story.rng, ratings.case, len(ratings), ratings.automatic
    is_human = kind == None  # noqa: E711 - element-wise
    is_anonymous = is_human & (rng.random(count) < ANONYMOUS_SHARE)
    if story.services:
        services = story.rows["service"].table.column("service_number").combine_chunks()
        rated_service = services.take(pa.array(ratings.service))
        table = story.rows["service"].table.select(["pro_status", "accept_date", "promise_time"])
        copied = dict(zip(table.column_names, table.take(pa.array(ratings.service)).columns, strict=True))
    else:
        rated_service, copied = pa.nulls(count, pa.string()), {}
    is_first_service = pc.fill_null(pc.equal(rated_service, "1"), False).to_numpy(zero_copy_only=False)
    may_be_left_out = np.where(ratings.number == 1, is_first_service, True)
    left_out = may_be_left_out & (rng.random(count) < 0.3)
    subject = {name: cells.take(pa.array(case)) for name, cells in subject.items()}
    for name in ("user_prop", "user_name", "cert_key", "cert_key_gov"):
        subject[name] = columns.where(is_anonymous, None, subject[name])
    # the contact's number, where that is the rater's own
    is_own = pc.equal(_of_case(story, "contact_name", case), subject["user_name"])
    mobile = pc.if_else(
        pc.fill_null(is_own, False), _of_case(story, "contact_mobile", case), pa.scalar(None, pa.string())
    )
    has_terminal = is_human & ~np.isin(ratings.channel, [PHONE, SMS])
    octets = [columns.text(columns.digits(rng.integers(100, 250, count), 3)) for _ in range(2)]
    clerk = columns.where(kind == CREATOR, "AutoEvaluation", None)
    return (
        subject
        | copied
        | {
            "assess_number": columns.pick(["1", "2"], ratings.number - 1),
            "service_number": columns.where(left_out, None, rated_service),
            "mobile": mobile,
            "isdefault": columns.where(kind == FLAG, "1", "0"),
            "isprotion": columns.where(kind == PUSHED, "1", "0"),
            "effectiv_evalua": "1",
            "client_ip": columns.where(has_terminal, columns.joined("10.61.", octets[0], ".", octets[1]), None),
            "creator_id": columns.where(is_human & ~has_terminal, "callcentre", clerk),
        }
    )


def _of_case(story: Story, name: str, case: np.ndarray) -> pa.Array:
    """A cell of the accept rows as it was before anything was changed."""
    return story.clean_accept.column(name).combine_chunks().take(pa.array(case))


def subjects(story: Story) -> dict[str, pa.Array]:
    """The cells that services and ratings share, per case of the source's own: item, department and applicant."""
    rng, count = story.rng, story.clean_accept.num_rows
    clean = {name: story.clean_accept.column(name).combine_chunks() for name in story.clean_accept.column_names}
    final = story.in_the_end("accept", ["task_code", "org_code"])
    area = next(
        code.code for code in contract.codes() if (code.list, code.canonical) == ("area_code", story.source.new_city)
    )
    department = _filled(final["org_code"][:count], clean["org_code"])
    props = {code.code: code.canonical for code in contract.codes() if code.list == "applicant_type"}
    kinds = pc.index_in(clean["applyer_type"], value_set=pa.array(list(props)))
    is_hashed = (story.facts.apply_type[:count] == ONLINE) & (rng.random(count) < 0.5)
    return {
        "project_no": columns.text(story.facts.number[:count]),
        "area_code": pa.repeat(area, count),
        "task_code": _filled(final["task_code"][:count], clean["task_code"]),
        "task_handle_item": clean["task_handle_item"],
        "task_name": clean["task_name"],
        "org_code": columns.where(rng.random(count) < PREFIXED_SHARE, columns.joined(f"{area}_", department), None),
        "dept_code": department,
        "user_prop": pa.array(list(props.values())).take(kinds),
        "user_name": clean["applyer_name"],
        "cert_key": _hashes(clean["applyer_page_code"], is_hashed),
        "cert_key_gov": columns.where(is_hashed, None, clean["applyer_page_code"]),
        "pro_manager": clean["handle_user_name"],
    }


def _filled(final: pa.Array, clean: pa.Array) -> pa.Array:
    """The last value of the case, which services and ratings must equal (K09); where it is empty, the clean cell."""
    return pc.if_else(pc.is_in(final, pa.array(BLANKS)), clean, final)


def _hashes(numbers: pa.Array, chosen: np.ndarray) -> pa.Array:
    """Digests of the chosen numbers, null elsewhere."""
    digests = np.full(len(numbers), None, object)
    known = numbers.filter(pa.array(chosen)).to_pylist()
    digests[chosen] = [hashlib.sha256(number.encode()).hexdigest() for number in known]
    return pa.array(digests, pa.string())


def _coded(story: Story, column: str, canonical: np.ndarray) -> pa.Array:
    """Codes of the source's own list; where that has no telephone, the rating came by SMS."""
    known = raw_codes(story, column)
    names = np.unique(canonical.astype(str))
    return columns.pick(
        [known.get(name, known.get(SMS)) for name in names], np.searchsorted(names, canonical.astype(str))
    )


def raw_codes(story: Story, column: str) -> dict[str, str]:
    """What the source writes, by this warehouse's own names."""
    name = story.source.code_lists.get(column) or contract.feeds()["rating"].field(column).crosswalk
    return {code.canonical: code.code for code in contract.codes() if code.list == name and code.canonical}


def active_details() -> dict[int, list[str]]:
    """By level, the detail codes in use that say nothing about the time it took."""
    timely = {*LATE_CODES.values(), ON_TIME_CODE}
    used = [code.code for code in contract.codes() if code.list == "rating_detail" and code.canonical != "RETIRED"]
    return {level: [code for code in used if code[0] == str(level) and code not in timely] for level in range(1, 6)}


def _details(story: Story, ratings: Ratings) -> columns.Column:
    """One to three codes of the level; none in some ratings that are not negative.

    Levels 1 and 2 call a late case late.
    """
    rng, count = story.rng, len(ratings)
    groups = [
        [",".join(group) for size in (1, 2, 3) for group in combinations(codes, size)]
        for _, codes in sorted(active_details().items())
    ]
    offsets = np.cumsum([0] + [len(group) for group in groups])
    at = offsets[ratings.level - 1] + (np.diff(offsets)[ratings.level - 1] * rng.random(count) ** 2).astype(int)
    details = columns.where((ratings.level > 2) & (rng.random(count) < 0.2), None, columns.pick(sum(groups, []), at))
    for level, code in LATE_CODES.items():
        details = columns.where(story.facts.is_late[ratings.case] & (ratings.level == level), code, details)
    is_moderate, facts = ratings.level == 3, story.facts
    in_time = story.free & facts.is_promise & ~facts.is_suspended & ~np.isnat(facts.finished_at)
    # every late case is called punctual, which breaks K13, and every fifth case in time
    called_on_time = is_moderate & (facts.is_late | (in_time & (np.arange(len(facts)) % 5 == 0)))[ratings.case]
    return columns.where(called_on_time, ON_TIME_CODE, details)


def _texts(story: Story, ratings: Ratings) -> columns.Column:
    rng, count = story.rng, len(ratings)
    pools = [TEXTS[level] for level in sorted(TEXTS)]
    offsets = np.cumsum([0] + [len(pool) for pool in pools])
    at = offsets[ratings.level - 1] + (np.diff(offsets)[ratings.level - 1] * rng.random(count)).astype(int)
    is_human = ratings.automatic == None  # noqa: E711 - element-wise
    has_text = (rng.random(count) < TEXT_SHARES[ratings.level]) & is_human
    return columns.where(has_text, columns.pick(sum(pools, []), at), None)

"""The deliveries of the item catalogue: every version of every item with its guide, some also for the new area."""

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from demo import columns, people
from demo.area import START, VERSION_TWO_FROM, Catalogue
from govservice import contract

LAWS = {
    "01": "《中华人民共和国行政许可法》第十二条",
    "05": "《社会救助暂行办法》第三条",
    "07": "《优化营商环境条例》第十九条",
    "10": "《陕西省优化营商环境条例》第二十条",
    "20": "《陕西省优化营商环境条例》第三十一条",
}
CHARGED = ("不动产首次登记", "不动产转移登记", "不动产抵押权登记")


def catalogue_records(items: Catalogue, seed: int) -> pa.Table:
    """The deliveries of the item catalogue, in the columns of feed `item`, sorted by cd_time.

    The new area implements some of the centres' items too; none of our sources handles those. Version 1 of an item that
    changes is delivered twice: first without its last day in force, then with it.
    """
    rng = np.random.default_rng([seed, 3])
    every = np.arange(len(items.name))
    changing, retired = np.flatnonzero(items.has_two_versions), np.flatnonzero(items.is_retired)
    first_guids, second_guids = people.guids(rng, len(every)), people.guids(rng, len(changing))
    published, changed = np.datetime64("2021-07-01T00:05:00"), np.datetime64("2021-09-24T18:00:00")
    upper = _at_the_level_of_the_new_area(items, rng)
    parts = [
        _versions(items, every, first_guids, "1", None, "I", published),
        _versions(
            upper, np.arange(len(upper.name)), people.guids(rng, len(upper.name)), "1", None, "I", published + 50
        ),
        _versions(items, retired, first_guids.take(pa.array(retired)), "1", START - 1, "U", published + 60),
        _versions(items, changing, first_guids.take(pa.array(changing)), "1", VERSION_TWO_FROM - 1, "U", changed),
        _versions(items, changing, second_guids, "2", None, "I", changed + 60),
    ]
    return pa.concat_tables(parts)


def _at_the_level_of_the_new_area(items: Catalogue, rng: np.random.Generator) -> Catalogue:
    """Every other one of the unchanging items of one centre, implemented by the department of the new area itself."""
    unchanging = (items.level == "4") & (items.city == items.city[0]) & ~items.has_two_versions & ~items.is_retired
    at = np.flatnonzero(unchanging)[::2]
    chosen = Catalogue(**{field.name: getattr(items, field.name)[at] for field in fields(Catalogue)})
    departments = [name.replace(f"{items.city[0]}新城", "西咸新区") for name in chosen.department]
    names, which = np.unique(departments, return_inverse=True)
    codes = [code.decode() for code in people.credit_codes(rng, np.full(len(names), b"11"))]
    owners = np.array([codes[each] for each in which], object)
    task_codes = owners + "3" + chosen.catalog_code
    handle_items = [code + "01" if old else None for code, old in zip(task_codes, chosen.handle_item, strict=True)]
    return replace(
        chosen,
        level=np.full(len(at), "3", object),
        city=np.full(len(at), "新区", object),
        task_code=task_codes,
        handle_item=np.array(handle_items, object),
        department=np.array(departments, object),
        department_code=owners,
    )


def guide(items: Catalogue, at: int) -> dict[str, str | None]:
    """The guide to an item; the same for all who implement it, except place and telephone number."""
    name, is_instant = items.name[at], items.project_type[at] == "1"
    is_charged = name in CHARGED
    needs_no_visit = is_instant and not items.gives_certificate[at]
    city = items.city[at]
    place = "西咸新区政务服务中心" if city == "新区" else f"{city}新城政务服务中心"
    if items.level[at] == "5":
        place = f"{city}新城各街镇便民服务站"
    return {
        "by_law": f"{LAWS[items.task_type[at]]}；《西咸新区政务服务事项目录（示例）》“{name}”",
        "accept_condition": f"属于“{name}”的办理范围，申请材料齐全、符合法定形式",
        "handle_flow": "申请\n受理\n办结" if is_instant else "申请\n受理\n审查\n决定\n送达",
        "transact_addr": f"{place}综合窗口（示例）",
        "transact_time": "工作日 9:00—12:00，13:30—17:00",
        "limit_scene_num": "0" if needs_no_visit else "1",
        "is_online": "1" if is_instant else "0",
        "online_handle_depth": "4" if needs_no_visit else "3" if is_instant else None,
        "is_express": "1" if items.gives_certificate[at] else "0",
        "is_fee": "1" if is_charged else "0",
        "fee_basis": "《陕西省行政事业性收费目录（示例）》不动产登记费" if is_charged else None,
        "is_pay_online": "1" if is_charged else "0",
        "link_way": f"电话：029-3300{int(items.catalog_code[at][2:8]):04d}",
        "supervise_way": "电话：029-12345",
    }


def _versions(
    items: Catalogue, at: np.ndarray, guid: pa.Array, version: str, cancel: Any, operation: str, when: np.datetime64
) -> pa.Table:
    count = len(at)
    effective = VERSION_TWO_FROM if version == "2" else np.datetime64("2020-01-01", "D")
    never = np.datetime64("NaT", "s")
    times = when + np.arange(count) // 20
    guides = [guide(items, each) for each in at]
    values: dict[str, Any] = {
        **{name: [one[name] for one in guides] for name in guide(items, 0)},
        "row_guid": guid,
        "task_code": items.task_code[at],
        "task_handle_item": items.handle_item[at],
        "catalog_code": items.catalog_code[at],
        "task_name": items.name[at],
        "task_version": [version] * count,
        "task_type": items.task_type[at],
        "use_level": items.level[at],
        "dept_name": items.department[at],
        "dept_code": items.department_code[at],
        "entrust_name": items.entrusted_to[at],
        "server_type": items.server_type[at],
        "project_type": items.project_type[at],
        "anticipate_day": [str(math.ceil(day * 3.5)) for day in items.promise_day[at]],
        "anticipate_type": ["1"] * count,
        "promise_day": [str(day) for day in items.promise_day[at]],
        "promise_type": ["1"] * count,
        "result_name": items.result_name[at],
        "plan_effective_date": columns.moments(np.full(count, effective, "datetime64[s]")),
        "plan_cancel_date": columns.moments(np.full(count, never if cancel is None else cancel, "datetime64[s]")),
        "cd_operation": [operation] * count,
        "cd_time": columns.moments(times),
        "cd_batch": [f"ITEM{str(when)[:10].replace('-', '')}"] * count,
        "data_source": ["161"] * count,
    }
    names = contract.feeds()["item"].columns
    return pa.table({name: pa.array(values[name], pa.string()) for name in names})

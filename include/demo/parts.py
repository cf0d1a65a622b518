"""The special procedures and materials of cases, and the materials that the catalogue lists."""

import numpy as np
import pyarrow as pa

from demo import columns, people
from demo.area import Catalogue
from demo.campaign import CUTOFF, Facts
from demo.records import Rows, feed_table, rows_of

OPTIONAL_SHARE = 0.95  # of the materials that are not required, how many are handed in
PAPERS = [
    *("身份证明", "营业执照复印件", "授权委托书", "经营场所使用证明", "法定代表人身份证明", "健康证明"),
    *("户口簿", "平面布局图", "人员资质证明", "承诺书", "照片", "其他证明材料"),
]
EXTENSION, OTHER = "1", "2"
REASONS = {
    EXTENSION: ("延长审批", ["案情复杂，经负责人批准延长办理期限", "涉及多个部门会商，依法延长期限"]),
    OTHER: ("补正材料", ["申请材料不齐全\n一次性告知补正", "需组织听证", "需现场勘验和专家评审"]),
}


def listed_materials(items: Catalogue, versions: pa.Table) -> pa.Table:
    """The deliveries of feed `item_material`: what every version of every item asks for, in order of cd_time.

    Args:
        items: the catalogue.
        versions: its deliveries in feed `item`.
    """
    position = {code: at for at, code in enumerate(items.catalog_code)}
    first = {row["row_guid"]: row for row in reversed(versions.to_pylist())}
    rows = [
        {
            "row_guid": f"{guid}-{number}",
            "task_guid": guid,
            "material_name": material_name(items, position[row["catalog_code"]], number),
            "is_need": "1" if number <= items.required_materials[position[row["catalog_code"]]] else "0",
            "order_num": str(number),
            **{name: row[name] for name in ("cd_operation", "cd_time", "cd_batch")},
        }
        for guid, row in first.items()
        for number in range(1, items.materials[position[row["catalog_code"]]] + 1)
    ]
    rows.sort(key=lambda row: (row["cd_time"], row["row_guid"]))
    return pa.Table.from_pylist(rows)


def material_name(items: Catalogue, item: int, number: int) -> str:
    """The name of the material with that number in the list of an item; the same for all who implement it."""
    kind = int(items.catalog_code[item][2:8])
    return f"{items.name[item]}申请表" if number == 1 else PAPERS[(kind * 5 + number) % len(PAPERS)]


def material_rows(facts: Facts, items: Catalogue, rng: np.random.Generator) -> Rows:
    """One row per material handed in: all that are required, most of the others."""
    listed = items.materials[facts.item]
    case = np.repeat(np.arange(len(facts)), listed)
    number = np.arange(len(case)) - np.repeat(np.cumsum(listed) - listed, listed) + 1
    is_required = number <= items.required_materials[facts.item[case]]
    given = is_required | (rng.random(len(case)) < OPTIONAL_SHARE)
    case, number = case[given], number[given]
    count = len(case)
    most = int(items.materials.max())
    names = [material_name(items, item, at) for item in range(len(items.name)) for at in range(1, most + 1)]
    name = columns.pick(names, facts.item[case] * most + number - 1)
    get_type = rng.choice(5, count, p=[0.55, 0.30, 0.08, 0.06, 0.01])
    values = {
        "row_guid": people.guids(rng, count),
        "project_no": columns.text(facts.number[case]),
        "material_name": name,
        "get_type": columns.pick(["1", "2", "3", "4", "9"], get_type),
        "get_num": columns.pick(["1", "2", "3"], rng.choice(3, count, p=[0.85, 0.10, 0.05])),
        "material_attach_name": columns.where(get_type == 1, columns.joined(name, ".pdf"), None),
        "data_source": "161",
    }
    return rows_of(feed_table("material", values, count), case)


def special_rows(facts: Facts, rng: np.random.Generator) -> Rows:
    """One row per suspension that has ended."""
    case = np.flatnonzero(facts.is_suspended & (facts.suspended_until < CUTOFF))
    count = len(case)
    kind = np.where(rng.random(count) < 0.25, 0, 1)
    reasons = [REASONS[code][1] for code in (EXTENSION, OTHER)]
    offset = np.array([0, len(reasons[0])])[kind]
    size = np.array([len(each) for each in reasons])[kind]
    staff = people.person_names(rng, 8)
    values = {
        "row_guid": people.guids(rng, count),
        "project_no": columns.text(facts.number[case]),
        "special_type": columns.pick([EXTENSION, OTHER], kind),
        "special_name": columns.pick([REASONS[code][0] for code in (EXTENSION, OTHER)], kind),
        "special_time": columns.moments(facts.suspended_from[case]),
        "special_reason": columns.pick(sum(reasons, []), offset + (size * rng.random(count)).astype(int)),
        "end_time": columns.moments(facts.suspended_until[case]),
        "special_explain": "特别程序结束，恢复办理",
        "handle_user": columns.pick(staff, rng.integers(0, len(staff), count)),
        "data_source": "161",
    }
    return rows_of(feed_table("special", values, count), case)

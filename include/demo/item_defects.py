"""The defects of the item catalogue: each item of the new area's own breaks at most the rules of one line."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from demo import columns, damage
from demo.story import Finding

Row = dict[str, Any]

DEFECTS: list[tuple[str, Callable[[Row], Row]]] = [
    ("I01", lambda _: {"by_law": None}),
    ("I01", lambda _: {"handle_flow": None}),
    ("I01", lambda _: {"transact_addr": None}),
    ("I01", lambda _: {"transact_time": "\u3000"}),
    ("I02", lambda _: {"link_way": None}),
    ("I02", lambda _: {"accept_condition": None}),
    ("V01", lambda _: {"task_type": "11"}),
    ("V02", lambda row: {"transact_addr": f" {row['transact_addr']}"}),
    ("V03", lambda row: {"task_code": f"{row['task_code'][:17]}O{row['task_code'][18:]}", "task_handle_item": None}),
    ("V08", lambda _: {"plan_cancel_date": "2022/12/31"}),
    ("V09", lambda _: {"dept_name": damage.PLACEHOLDERS[0]}),
    ("V14", lambda _: {"data_source": "131"}),
    ("V16", lambda row: {"dept_name": damage.LOST_TEXTS[0](row["dept_name"])}),
    ("K01", lambda row: {"task_handle_item": f"{row['task_code'][:30]}X01"}),
    ("K02", lambda row: {"catalog_code": f"{row['catalog_code'][:8]}9999"}),
    ("I04", lambda _: {"limit_scene_num": "一次"}),
    ("I05 I11", lambda _: {"anticipate_day": "0"}),
    ("I06 I11", lambda row: {"project_type": "2" if row["project_type"] == "1" else "1"}),
    ("I07", lambda row: {"supervise_way": row["link_way"]}),
    ("I08", lambda _: {"fee_basis": "《陕西省行政事业性收费目录（示例）》"}),
    ("I12", lambda _: {"limit_scene_num": "0", "is_online": "0", "online_handle_depth": None, "is_express": "0"}),
    ("I13", lambda _: {"limit_scene_num": "1", "online_handle_depth": "4"}),
    ("I14", lambda _: {"is_pay_online": "1"}),
    ("I10", lambda _: {"plan_cancel_date": "2019-12-31 00:00:00"}),
    ("I11", lambda row: {"task_name": f"{row['task_name']}（新区）"}),
    ("I11", lambda _: {"by_law": "《西咸新区政务服务管理办法（示例）》"}),
    ("I11", lambda row: {"accept_condition": f"{row['accept_condition']}，且在新区登记满一年"}),
    ("I11", lambda row: {"handle_flow": f"{row['handle_flow']}\n回访"}),
    ("V16", lambda row: {"transact_addr": f"{row['transact_addr'][:-1]}\ufffd"}),
]


def inject(versions: pa.Table, materials: pa.Table) -> tuple[pa.Table, pa.Table, list[Finding]]:
    """The deliveries of the catalogue and of its materials with their defects, and the truth about them."""
    rows, truth = versions.to_pylist(), [("I03", key) for key in _without_materials(versions, materials)]
    own = [at for at, row in enumerate(rows) if row["use_level"] == "3" and row["is_fee"] == "0"]
    for at, (rules, change) in zip(own, DEFECTS, strict=False):
        for name, value in change(rows[at]).items():
            versions = columns.put(versions, name, np.array([at]), [value])
        truth += [(rule, rows[at]["row_guid"]) for rule in rules.split()]
    versions, overlapping = _let_overlap(versions, rows)
    truth += [("I09", key) for key in overlapping]
    materials, key = _ask_for_another(materials, {rows[at]["row_guid"] for at in own[len(DEFECTS) :]})
    truth.append(("I11", key))
    return versions, materials, [*_findings(truth)]


def _without_materials(versions: pa.Table, materials: pa.Table) -> list[str]:
    """Item versions that list no material."""
    return sorted({*versions.column("row_guid").to_pylist()} - {*materials.column("task_guid").to_pylist()})


def _let_overlap(versions: pa.Table, rows: list[Row]) -> tuple[pa.Table, list[str]]:
    """The first version of an item that changes is cancelled two weeks after the second begins; the keys of both."""
    cancelled = next(at for at, row in enumerate(rows) if (row["plan_cancel_date"] or "").startswith("2021-09-30"))
    both = {row["row_guid"] for row in rows if row["task_code"] == rows[cancelled]["task_code"]}
    return columns.put(versions, "plan_cancel_date", np.array([cancelled]), ["2021-10-15 00:00:00"]), sorted(both)


def _ask_for_another(materials: pa.Table, items: set[str]) -> tuple[pa.Table, str]:
    """One of the items asks for a material that nobody else asks for; its key."""
    asked = materials.column("task_guid").to_pylist()
    at = next(at for at, item in enumerate(asked) if item in items)
    return columns.put(materials, "material_name", np.array([at]), ["无违法违规记录证明"]), asked[at]


def _findings(truth: list[tuple[str, str]]) -> Iterator[Finding]:
    for rule in sorted({rule for rule, _ in truth}):
        keys = np.array([key for each, key in truth if each == rule], object)
        yield Finding("item", rule, np.arange(len(keys)), keys, is_critical=False)

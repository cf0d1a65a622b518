"""Special procedures and materials in sheets of their own, from a source that is registered with them."""

from pathlib import Path

import pytest

from drops import HEADER, drop, row, table, workbook
from fetching import fetch, outcome
from govservice import settings
from govservice.collecting.delivery import Record
from govservice.contract import feeds, register

CENTRE = register.load(settings.CONTRACT / "sources.yml")["jinghe_centre"]
SPECIAL_HEADER = ("办件编号", "特别程序种类", "种类名称", "特别程序开始时间", "启动理由", "结束时间", "办理人")
SPECIAL = ["N1", "2", "补正材料", "2021-09-06", "材料不齐", "2021-09-07", "李强"]
MATERIAL_HEADER = ("办件编号", "材料名称", "收取方式", "份数")
MATERIALS = [["N1", "申请表", "1", "1"], ["N1", "身份证明", "2", "1"], ["N2", "申请表", "1", "1"]]
SHEETS = {
    "办件": [HEADER, row("N1", 站点编码="JH0000"), row("N2", 站点编码="JH0000")],
    "特别程序": [SPECIAL_HEADER, SPECIAL],
    "材料": [MATERIAL_HEADER, *MATERIALS],
}
ROWS = {"办件": 2, "特别程序": 1, "材料": 3}
TEXTS = {f"{sheet}.csv": table(*rows, header=tuple(header)).encode() for sheet, (header, *rows) in SHEETS.items()}


@pytest.mark.parametrize("form", ["csv", "workbook"])
def test_special_procedures_and_materials_are_records_of_their_cases(root: Path, form: str) -> None:
    if form == "csv":
        drop(root, "a", TEXTS, {name: {name[:-4]: ROWS[name[:-4]]} for name in TEXTS}, station_code="JH0000")
    else:
        drop(root, "a", {"a.xlsx": workbook(SHEETS)}, {"a.xlsx": ROWS}, station_code="JH0000")
    batches = {batch.feed: batch for batch in fetch(root, source=CENTRE).batches}
    assert batches["special"].landed.declared == {
        **{"accept": 2, "process": 0, "result": 2, "rating": 0},
        **{"special": 1, "material": 3},
    }
    (special,) = batches["special"].read()
    assert isinstance(special, Record)
    values = dict(zip(feeds()["special"].columns, special.line.decode().split("\t"), strict=False))
    assert (values["project_no"], values["special_type"], values["special_name"]) == ("N1", "2", "补正材料")
    assert (values["special_time"], values["end_time"], values["special_reason"]) == (
        "2021-09-06",
        "2021-09-07",
        "材料不齐",
    )
    materials = [record for record in batches["material"].read() if isinstance(record, Record)]
    assert len({record.row_key for record in materials}) == 3
    again = [record for record in batches["material"].read() if isinstance(record, Record)]
    assert [record.row_key for record in again] == [record.row_key for record in materials]


def test_a_sheet_for_which_the_source_has_no_feed_is_refused_and_not_ignored(root: Path) -> None:
    drop(root, "a", TEXTS, {name: {name[:-4]: ROWS[name[:-4]]} for name in TEXTS})
    fetched = fetch(root)  # a station
    assert outcome(fetched) == {"a": "MANIFEST"}
    assert "清单没有写明每张表（本来源报送办件、环节）的行数" in str(fetched.refused[0].reason)
    drop(root, "b", {"a.xlsx": workbook(SHEETS)}, {"a.xlsx": {"办件": 2}})
    assert outcome(fetch(root))["b"] == "MANIFEST"

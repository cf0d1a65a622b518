"""File drops as stations make them: rows, files in their encodings, manifests; and workbooks changed in ways that no station should."""

import csv
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

import cases

HEADER = (
    *(
        "办件编号",
        "实施编码",
        "业务办理项编码",
        "事项名称",
        "申请人名称",
        "申请人类型",
        "证件类型",
        "证件号码",
        "联系电话",
        "申请方式",
        "申请时间",
    ),
    *(
        "受理时间",
        "承诺办结时间",
        "受理部门",
        "受理部门统一社会信用代码",
        "受理人",
        "办结时间",
        "办结结果",
        "证照名称",
        "证照编号",
    ),
    *("办理意见", "站点编码"),
)
STEP_HEADER = ("办件编号", "环节名称", "业务动作", "办理人", "办理意见", "开始时间", "结束时间")


def row(case_no: str = "N1", **changes: Any) -> list[Any]:
    """The row of a clean case in sheet 办件; changes by header.

    Raises:
        ValueError: the sheet has no such header.
    """
    if unknown := changes.keys() - set(HEADER):
        raise ValueError(f"no headers of sheet 办件: {unknown}")
    clean = (
        *(
            case_no,
            cases.ITEM,
            f"{cases.ITEM}01",
            "食品经营许可证核发",
            "王芳",
            "1",
            "111",
            cases.PERSON,
            "13800000001",
            "1",
            "2021-09-06",
        ),
        *(
            "2021-09-06",
            "2021-09-13",
            "市场监督管理局",
            cases.DEPARTMENT,
            "李强",
            "2021-09-08",
            "0",
            "食品经营许可证",
            "JY001",
        ),
        *("准予办理", "KG0100"),
    )
    return [changes.get(header, cell) for header, cell in zip(HEADER, clean, strict=True)]


def step(case_no: str = "N1") -> list[str]:
    """The row of a clean step in sheet 环节."""
    return [case_no, "受理", "1", "李强", "材料齐全", "2021-09-06", "2021-09-06"]


def table(
    *rows: list[str], header: tuple[str, ...] | None = HEADER, delimiter: str = ",", line_end: str = "\r\n"
) -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows([*([header] if header else []), *rows])
    return text.getvalue()


def workbook(sheets: dict[str, list[Any]]) -> bytes:
    """Rows by sheet as .xlsx."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Files in a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def repacked(content: bytes, change: dict[str, bytes | None], extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A workbook with parts replaced (None: left out) and parts added.

    Raises:
        ValueError: the workbook has no such part to replace.
    """
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        warnings.catch_warnings(action="ignore"),  # a part may be there twice
    ):
        if unknown := change.keys() - set(old.namelist()):
            raise ValueError(f"no parts of the workbook: {unknown}")
        for name in old.namelist():
            part = change.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in extra:
            new.writestr(name, part)
    return made.getvalue()


def drop(
    root: Path,
    label: str,
    files: dict[str, bytes],
    rows: dict[str, dict[str, Any]],
    listing: Callable[[list[dict[str, Any]]], list[Any]] = list,
    **changes: Any,
) -> Path:
    """A complete drop.

    Args:
        root: the source's drop folder.
        label: name of the drop's folder.
        files: contents by file name.
        rows: number of rows by sheet, by file name, as the manifest states them.
        listing: changes the manifest's list of files.
        changes: to the manifest.
    """
    folder = root / label
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    listed = [
        {"name": name, "rows": rows[name], "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    manifest = {
        **{"station_code": "KG0100", "uploader": "站长", "period": label, "sequence": 1},
        **{"uploaded_at": "2021-09-10 09:00:00", "files": listing(listed)},
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def case_drop(root: Path, label: str, *case_nos: str, **changes: Any) -> Path:
    """A drop of clean cases with a step each, as two CSV files."""
    files = {
        "办件.csv": table(*map(row, case_nos)).encode(),
        "环节.csv": table(*map(step, case_nos), header=STEP_HEADER).encode(),
    }
    return drop(
        root, label, files, {"办件.csv": {"办件": len(case_nos)}, "环节.csv": {"环节": len(case_nos)}}, **changes
    )

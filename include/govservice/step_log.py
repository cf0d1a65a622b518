"""What a step leaves in the log of its task: lines of counts under their Chinese names, and never a value of a record."""

import logging
from collections.abc import Mapping

from govservice.contract import feeds

LOG = logging.getLogger(__name__)

NAMES = {
    "data_date": "数据日期",
    "mode": "方式",
    "window": "窗口",
    "sources": "来源",
    "deliveries": "批次",
    "pages": "页",
    "files": "文件",
    "declared": "声明",
    "received": "收到",
    "versions": "新版本",
    "replayed": "重放",
    "overlap": "重叠",
    "unparsable": "无法解析",
    "refused_deliveries": "拒收批次",
    "missing": "来源已无",
    "state": "状态",
    "due_cases": "待检",
    "judged": "判定",
    "total": "汇聚办件",
    "qualified": "合格办件",
    "rating_total": "汇聚评价",
    "rating_qualified": "合格评价",
    "receipts": "回执",
    "live": "有效",
    "unexplained": "没有去向",
    "waivers": "未到期的豁免",
    "calendar_until": "日历到",
    "removed": "删除落地目录",
    "kept": "留待核实的落地目录",
    "sheets": "处置表",
    "recorded": "登记",
    "known": "已登记过",
    "blank": "空着",
    "refused": "拒收",
    "unreadable": "读不了",
    "open_sheets": "待办表",
}
"""Names of counts. A feed as a name stands for its findings."""
WORDS = {"incremental": "增量", "full": "全量重取", "balanced": "账平", "unverified": "未核实"}


def log(subject: str, counts: Mapping[str, int | str | None], seconds: float | None = None) -> None:
    """Leave a line.

    Args:
        subject: what was done, to which source or feed.
        counts: numbers or words by name; what is None was not stated.
        seconds: how long it took.
    """
    parts = [f"{_name(name)} {_shown(value)}" for name, value in counts.items()]
    if seconds is not None:
        parts.append(f"用时 {seconds:.1f} 秒")
    LOG.info("%s：%s", subject, "，".join(parts))


def _name(name: str) -> str:
    return f"{feeds()[name].zh}问题" if name in feeds() else NAMES.get(name, name)


def _shown(value: int | str | None) -> str:
    if value is None:
        return "未写明"
    return f"{value:,}" if isinstance(value, int) else WORDS.get(value, value)

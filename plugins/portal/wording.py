"""How the portal says things: Chinese words for codes, and figures, rates and times as people read them."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from govservice import contract, settings

VERDICTS = {"accepted": "通过", "quarantined": "隔离", "duplicate": "重复"}
RATING_VERDICTS = {
    **{"accepted": "合格", "quarantined": "隔离", "waiting": "待办件合格"},
    **{"orphan": "无办件", "default": "默认评价", "duplicate": "重复"},
}
SOURCE_STATES = {"balanced": "已核实", "unverified": "未核实"}
DELIVERY_STATES = {"loaded": "已入库", "replayed": "重复交付", "refused": "拒收"}
PROTOCOLS = {"http": "接口", "database": "前置库", "files": "文件报送"}


def feed_name(feed: str) -> str:
    """The feed's official term, "受理信息"."""
    known = contract.feeds().get(feed)
    return known.zh if known else feed


def column_name(feed: str, column: str) -> str:
    """The column's official term, "受理时间"; the column itself where the contract does not know it."""
    known = contract.feeds().get(feed)
    terms = {field.name: field.zh for field in known.fields} if known else {}
    return terms.get(column, column)


def count(number: Any) -> str:
    """A number of whole units, "420,000"; a dash for none."""
    return "—" if number is None else f"{int(number):,}"


def rate(share: Any) -> str:
    """A share from 0 to 1 as percentage with two decimals; only all is 100% and only none is 0%."""
    if share is None:
        return "—"
    if 0 < share < 0.0001:
        return "<0.01%"
    if 0.9999 < share < 1:
        return ">99.99%"
    return f"{float(share):.2%}"


def moment(value: datetime | date | None) -> str:
    """A day, or a time in Shanghai to the minute."""
    if value is None:
        return "—"
    if not isinstance(value, datetime):
        return value.isoformat()
    local = value.astimezone(settings.SHANGHAI) if value.tzinfo else value
    return local.strftime("%Y-%m-%d %H:%M")


def segment(text: str) -> str:
    """The text as one segment of a URL's path or one value of its query."""
    return quote(text, safe="")

"""`make check-source ID=…`: connect to one source, show what it declares and what is wrong with its first records; load nothing."""

import logging
import os
import sys
import tempfile
from datetime import date, timedelta

from airflow.exceptions import AirflowNotFoundException

from govservice.collecting.protocol import SourceUnreadable
from govservice.contract import register


def main(source_id: str) -> int:
    """Print the preview of one source.

    Returns:
        Exit code: 0 it can be read, 1 not, 2 it is not registered or has no connection.
    """
    logging.disable(logging.INFO)  # Great Expectations logs what it does; people want the answer
    source = register.load().get(source_id)
    if source is None:
        print(f"来源 {source_id or '（空）'} 没有登记；用 make check-source ID=… ，可选：{'、'.join(register.load())}")
        return 2
    from endpoints import endpoint, warehouse_url
    from govservice.inspecting.preview import preview

    try:
        url, address = warehouse_url(), endpoint(source.connection)
    except AirflowNotFoundException:
        print(f"来源 {source.name}：Airflow 里没有连接 {source.connection}")
        return 2
    # What a file source lands while being looked at goes with this folder.
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GOVSERVICE_VAR"] = scratch
        try:
            report = preview(url, source, address, date.today() - timedelta(days=1))
        except SourceUnreadable as error:
            print(f"来源 {source.name} 读不到（{error.code}）：{error}")
            return 1
    print(f"来源 {source.name}：连接正常，没有入库任何数据")
    print("（只看每张表的前若干条：记录找不到受理，可能只是受理不在其中）")
    for feed, seen in report.items():
        print(f"  {feed}：申报 {seen['declared']} 条，看了前 {seen['seen']} 条，无法解析 {seen['unparsable']} 条")
        for sentence, count in seen["findings"].items():
            print(f"    {count:>5} 条 · {sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))

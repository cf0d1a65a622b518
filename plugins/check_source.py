"""`make check-source ID=…`: connect to one source, show what it declares and what is wrong with its first records; load nothing."""

import logging
import os
import sys
import tempfile
from datetime import date, timedelta

from govservice import settings, warehouse
from govservice.collecting.protocol import SourceUnreadable
from govservice.contract import register
from govservice.warehouse import WarehouseError


def main(source_id: str) -> int:
    """Print the preview of one source.

    Returns:
        Exit code: 0 it can be read, 1 not, 2 it is not registered or has no connection, or register or warehouse cannot be used.
    """
    logging.disable(logging.WARNING)  # Great Expectations and Airflow log what they do; people want the answer
    # Airflow's own commands say so, too: connections made in the UI, in the metadata database, are found like the others.
    os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
    try:
        return _check(source_id)
    except (register.RegisterError, WarehouseError) as error:
        print(error)
        return 2


def _check(source_id: str) -> int:
    sources = register.load()
    source = sources.get(source_id)
    if source is None:
        print(
            f"来源 {source_id or '（空）'} 在 {settings.sources_path()} 里没有登记；用 make check-source ID=… ，可选：{'、'.join(sources)}"
        )
        return 2
    from endpoints import endpoint_or_none, warehouse_url
    from govservice.inspecting.preview import preview

    url = warehouse_url()
    warehouse.connect(url, "check source").close()  # Great Expectations would say in a traceback that it is not there
    address = endpoint_or_none(source.connection)
    if address is None:
        print(f"来源 {source.name}：Airflow 里没有连接 {source.connection}（界面、环境变量和连接文件都看过）")
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

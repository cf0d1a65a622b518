"""The part of the form that says for which day a run is, of every DAG that may be asked for one."""

from airflow.sdk import Param

FORM = {
    "data_date": Param(None, type=["null", "string"], format="date", title="数据日期", description="空 = 前一天"),
    "confirm_data_date": Param(
        False, type="boolean", title="确认数据日期", description="数据日期比最新的数据晚很多天时才要勾选"
    ),
}

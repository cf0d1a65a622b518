"""The connections that sources need, as Airflow's form for connections shows them: types, fields and their names.

Airflow asks for this by the entry point in airflow_provider_govservice.dist-info, and sorts providers by the names of their
distributions: of two with one type the first gives the form's fields, the last the name that is shown. Ours begins with
"airflow-", which comes before "apache-airflow-": the fields are ours, and `postgres` and `fs` keep the names that Airflow gives them.
Every Airflow process imports this file: standard library only.
"""

from typing import Any

TEXT: dict[str, Any] = {"type": ["string", "null"]}
SWITCH: dict[str, Any] = {"type": ["boolean", "null"], "default": False}

DATABASE_LABELS = {"host": "主机", "port": "端口", "schema": "数据库", "login": "账号（只读）", "password": "密码"}
DATABASE_FIELDS = {
    "schema": {"label": "表所在的 schema", "schema": TEXT, "description": "空 = 账号的默认 schema"},
    "write_back": {
        "label": "回写质检标记",
        "schema": SWITCH,
        "description": "厂商库：关账后在标记列写明不合格的记录；账号要有更新该列的权限",
    },
}
ORACLE_FIELDS = {
    "service_name": {"label": "服务名", "schema": TEXT, "description": "以服务名连接的，SID 空着"},
    **DATABASE_FIELDS,
}


def provider_info() -> dict[str, Any]:
    """What Airflow's provider_info.schema.json asks for."""
    return {
        "package-name": "airflow-provider-govservice",
        "name": "政务数据来源",
        "description": "办件汇聚的来源：接口、前置库、投递目录",
        "connection-types": [
            _type(
                "http",
                "HTTP 接口",
                {"host": "主机", "port": "端口", "schema": "协议", "login": "客户端编号", "password": "客户端密钥"},
                {
                    "base_path": {
                        "label": "路径",
                        "schema": TEXT,
                        "description": "接口地址中主机之后的部分，例如 /share",
                    },
                    "ca_file": {
                        "label": "CA 证书文件",
                        "schema": TEXT,
                        "description": "自签证书的机构，PEM 文件的路径",
                    },
                    "path": {
                        "label": "通知路径",
                        "schema": TEXT,
                        "description": "只用于失败通知 failure_notice：webhook 的路径",
                    },
                },
                {"schema": "http 或 https"},
            ),
            _type("postgres", "PostgreSQL", DATABASE_LABELS, DATABASE_FIELDS, {"port": "5432"}),
            _type("mysql", "MySQL 前置库", DATABASE_LABELS, DATABASE_FIELDS, {"port": "3306"}),
            _type("oracle", "Oracle 前置库", {**DATABASE_LABELS, "schema": "SID"}, ORACLE_FIELDS, {"port": "1521"}),
            _type(
                "fs",
                "投递目录",
                {},
                {"path": {"label": "目录", "schema": TEXT, "description": "每期一个文件夹，清单 manifest.json 最后写"}},
                {},
                hidden=["host", "port", "schema", "login", "password"],
            ),
        ],
    }


def _type(
    name: str,
    title: str,
    labels: dict[str, str],
    fields: dict[str, Any],
    placeholders: dict[str, str],
    hidden: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "connection-type": name,
        "hook-class-name": f"connections.hooks.{name.capitalize()}",
        "hook-name": title,
        "conn-fields": fields,
        "ui-field-behaviour": {"hidden-fields": hidden or [], "relabeling": labels, "placeholders": placeholders},
    }

"""Connections of sources in Airflow's own pages: their types and fields, and the button that tests one."""

import pytest
import requests
from playwright.sync_api import expect

from govservice.contract import register

DATABASE = ("主机", "端口", "账号（只读）", "密码")
FIELDS = {
    "HTTP 接口": (("主机", "端口", "协议", "客户端编号", "客户端密钥"), ("路径", "CA 证书文件")),
    "MySQL 前置库": ((*DATABASE, "数据库"), ("表所在的 schema", "回写质检标记")),
    "Oracle 前置库": ((*DATABASE, "SID"), ("服务名", "表所在的 schema", "回写质检标记")),
}


@pytest.fixture
def engineer(window, portal):
    """The window, with an engineer logged in who may change connections."""
    window.context.add_cookies([{"name": "_token", "value": portal.engineer, "url": portal.base}])
    return window


@pytest.mark.parametrize("title", FIELDS)
def test_the_form_offers_the_connections_that_sources_need(engineer, title: str) -> None:
    page = engineer.context.new_page()
    page.goto("/connections")
    page.get_by_role("button", name="添加连接").click(timeout=20_000)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name=title).click()
    ours, extra = FIELDS[title]
    for label in ours:
        expect(page.get_by_text(label, exact=True)).to_be_visible()
    page.get_by_role("button", name="额外字段", exact=True).click()
    for label in extra:
        expect(page.get_by_text(label, exact=True)).to_be_visible()


def test_the_button_checks_the_source_as_make_check_source_does(engineer, portal) -> None:
    source = register.load()["dizhang_station"]
    connection = {"connection_id": source.connection, "conn_type": "fs", "extra": '{"path": "/nowhere"}'}
    made = requests.post(
        f"{portal.base}/api/v2/connections",
        json=connection,
        headers={"Authorization": f"Bearer {portal.engineer}"},
        timeout=30,
    )
    assert made.status_code == 201, made.text
    page = engineer.context.new_page()
    page.goto("/connections")
    with page.expect_response("**/connections/test", timeout=120_000) as answered:
        page.get_by_role("button", name="测试连接").click(timeout=20_000)
    sentence = f"来源 {source.name} 读不到（FOLDER）：投递目录不存在"
    assert sentence in answered.value.text()
    expect(page.get_by_text(sentence)).to_be_visible()

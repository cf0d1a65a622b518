"""In a real browser: nothing leaves the server, nothing hostile runs, Airflow speaks Chinese, the pages fit."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

HOSTILE = '<script>alert("case")</script>'
PAGES = ["", "ratings", "items", "runs/nothing_new", "rules/C02", "rules/V05", f"records?case_no={quote(HOSTILE)}", "records?case_no=CASE-1",
         "sources/fengdong_centre", "sources/mawang_station", "nothing"]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 1920])
def test_every_page_fits_and_asks_nobody_else(window, width: int) -> None:
    page = window.context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(f"/quality/{address}")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        # The style sheet came through the policy.
        assert page.locator(".top").evaluate("element => getComputedStyle(element).display") == "flex", address


def test_hostile_keys_are_shown_as_they_are_and_lead_to_their_case(window) -> None:
    page = window.context.new_page()
    page.goto("/quality/rules/V05")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.locator("h1 + p .key")).to_have_text(HOSTILE)
    expect(page.get_by_role("cell", name='<img src=x onerror=alert("key")>')).to_have_count(2)
    page.get_by_role("searchbox").fill('=HYPERLINK("http://192.0.2.1/")')
    page.get_by_role("button", name="查办件").click()
    expect(page.get_by_role("cell", name="F1")).to_be_visible()


def test_a_rules_sources_unfold(window, portal) -> None:
    page = window.context.new_page()
    page.goto(f"/quality/runs/{quote(portal.run_id, safe='')}")
    cell = page.get_by_role("rowheader", name="沣东新城政务服务中心")
    expect(cell).to_be_hidden()
    page.get_by_text("居民身份证号码是 18 位").first.click()
    expect(cell).to_be_visible()
    page.get_by_role("link", name="9", exact=True).click()
    expect(page.locator("select")).to_have_value("fengdong_centre")


def test_airflow_speaks_chinese_in_shanghai_time_until_the_user_chooses(window) -> None:
    page = window.context.new_page()
    page.goto("/dags")
    expect(page.get_by_text("首页")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("+08:00")).to_be_visible()
    page.evaluate("localStorage.setItem('i18nextLng', 'en'); localStorage.setItem('timezone', '\"UTC\"')")
    page.reload()
    expect(page.get_by_text("Home", exact=True)).to_be_visible(timeout=20_000)
    assert page.evaluate("localStorage.getItem('timezone')") == '"UTC"'


def test_the_menu_leads_to_the_dashboard_inside_airflow(window) -> None:
    page = window.context.new_page()
    page.goto("/dags")
    page.get_by_role("link", name="质量看板").click(timeout=20_000)
    expect(page.frame_locator("iframe").get_by_text("汇聚办件").first).to_be_visible(timeout=20_000)


def test_a_dag_runs_page_leads_to_its_inspection(window, portal) -> None:
    page = window.context.new_page()
    page.goto(f"/dags/nothing/runs/{quote(portal.run_id, safe='')}")
    page.get_by_role("link", name="质检结果").click(timeout=20_000)
    inside = page.frame_locator("iframe")
    expect(inside.locator("h1 + p .key")).to_have_text(portal.run_id, timeout=20_000)
    expect(inside.get_by_text("检查 100,000 条记录")).to_be_visible()


def test_login_leads_back_to_the_page_that_was_asked_for(window, portal) -> None:
    window.context.clear_cookies()
    page = window.context.new_page()
    page.goto("/quality/records?case_no=CASE-1")
    page.locator("input[name=username]").fill("analyst", timeout=20_000)
    page.locator("input[type=password]").fill(portal.password)
    page.keyboard.press("Enter")
    expect(page.locator("h1 + p .key")).to_have_text("CASE-1", timeout=20_000)

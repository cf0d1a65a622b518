"""The pages show the figures of facts.sql, say what is missing, and run nothing."""

import io
import re
from html import unescape
from urllib.parse import quote, unquote

import openpyxl
import psycopg2
import pytest
import requests

HOSTILE = '<script>alert("case")</script>'
BAD_ADDRESSES = ["rules/%00", "rules/V05?page=0", "rules/V05?page=x", "rules/V05?source=%00", "records?case_no=%00",
                 "sources/mawang_station?page=-1", f"runs/{'x' * 301}"]  # fmt: skip


def _text(answer) -> str:
    """What a reader sees: the page without its tags, one space between words."""
    assert answer.status_code in (200, 404)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def _rows(answer) -> list[str]:
    """The visible text of every table row."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", answer.text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in found]


def test_the_dashboard_shows_the_target_line_and_whom_it_waits_for(portal) -> None:
    page = portal.get("/quality/")
    text = _text(page)
    assert "汇聚办件 下限 5 5 目标 5 核实后才能确认是否达到 合格办件" in text
    assert "合格办件 下限 4 4 目标 5 还差 1" in text
    assert "合格率 下限 80.00%" in text
    assert "已达到" not in text and "已超" not in text
    assert "数据截至 2021-11-19 ，2021-11-20 02:01 关账：汇聚 5，合格 4（下限）" in text
    assert "以下数字是下限，核实以前不能说达到了目标： 2 个来源未核实" in text
    assert '马王街道便民服务站 （声明 120 条，收到 98 条<script>alert("reason")</script>）' in text
    assert "泾干街道便民服务站 （还没有收过数）" in text
    rows = _rows(page)
    assert "空港 3 3 0 0 3 3 100.00% 100.00%" in rows
    assert "沣东 3 1 1 1 2 1 50.00% 100.00%" in rows
    assert "合计 6 4 1 1 5 4 80.00% 100.00%" in rows
    assert "V05 居民身份证号码是 18 位，出生日期真实，校验码正确 1 1" in rows
    assert page.text.count("<svg") == 3


def test_the_page_of_ratings_shows_their_target_their_coverage_and_why_some_do_not_count(portal) -> None:
    page = portal.get("/quality/ratings")
    text, rows = _text(page), _rows(page)
    assert "汇聚评价 下限 3 3 目标 420,000 还差 419,997" in text
    assert "合格评价 下限 1 1 目标 420,000 还差 419,999" in text
    assert "空港 2 1 0 0 0 1 0 0 — —" in rows
    assert "沣东 2 0 1 0 1 0 0 1 — —" in rows
    assert "服务渠道 1 7 14.29%" in rows
    assert "2 个来源未核实" in text
    assert any(row.startswith("V12 规范性规则，涉及 5 列") and row.endswith(" 1 1") for row in rows)
    trace = _rows(portal.get("/quality/records?case_no=CASE-1"))
    assert "空港新城政务服务中心 1 R1 合格 是 2021-11-17 2021-11-18" in trace


def test_the_page_of_items_shows_their_elements_where_they_differ_and_the_versions_in_use(portal) -> None:
    rows = _rows(portal.get("/quality/items"))
    assert "1a 行政许可承诺时限压缩 64 80 80.00% 70.00%" in rows
    assert "14 公共服务事项办事指南 0 0 0 500" in rows
    assert "依据 4 4 100.00% 3 75.00%" in rows
    assert "442199806003 失业登记 设定依据 1 1" in rows
    assert "空港 3 0 0 3" in rows


def test_figures_are_counted_again_when_a_run_has_tallied(portal) -> None:
    copy = 'INSERT INTO dwd.case_record SELECT (c).* FROM (SELECT jsonb_populate_record(c, \'{"record_key": "new", "case_key": "new"}\') AS c FROM dwd.case_record AS c WHERE record_key = \'K1\') AS made'  # noqa: E501
    portal.get("/quality/")
    try:
        portal.change(copy)
        assert "合计 6 4" in " | ".join(_rows(portal.get("/quality/")))  # judged, not tallied yet
        portal.change("UPDATE ops.run SET total_count = 6 WHERE run_id = 'too_early'")
        assert "合计 7 5" in " | ".join(_rows(portal.get("/quality/")))
        portal.change("UPDATE ops.setting SET value = 100 WHERE name = 'case_target'")
        assert "目标 100 还差 94" in _text(portal.get("/quality/"))
    finally:
        portal.change(
            "DELETE FROM dwd.case_record WHERE record_key = 'new'",
            "UPDATE ops.run SET total_count = NULL WHERE run_id = 'too_early'",
            "UPDATE ops.setting SET value = 5 WHERE name = 'case_target'",
        )


def test_a_target_is_called_reached_when_everything_is_verified_and_inspected(portal) -> None:
    """A rating line that has its target is no exception."""
    kept = "CREATE TABLE public.kept AS TABLE ops.source_state"
    verified = "INSERT INTO ops.source_state (source_id, state, run_id) SELECT source_id, 'balanced', 'x' FROM dim.source ON CONFLICT (source_id) DO UPDATE SET state = 'balanced', reason_code = NULL, reason = NULL, checked_at = now()"  # noqa: E501
    target = "UPDATE ops.setting SET value = 1 WHERE name = 'rating_target'"
    try:
        portal.change(kept, target)
        assert "合格评价 下限 1 1 目标 1， 核实后才能确认是否达到" in _text(portal.get("/quality/"))
        assert "合格评价 下限 1 1 目标 1 核实后才能确认是否达到" in _text(portal.get("/quality/ratings"))
        portal.change(verified)
        text = _text(portal.get("/quality/"))
        assert "下限" not in text.replace("（下限）", "")
        assert "汇聚办件 5 5 目标 5 已达到 （2021-11-18）" in text
        assert "合格评价 1 1 目标 1， 已达到" in text
        portal.change("INSERT INTO quality.pending_case VALUES ('CASE-1'), ('CASE-1'), ('CASE-2')")
        for address, card in (("", "汇聚办件 下限 5 5 目标 5 核实后"), ("ratings", "合格评价 下限 1 1 目标 1 核实后")):
            text = _text(portal.get(f"/quality/{address}"))
            assert card in text
            assert "2 件已收到、还没有质检。" in text
    finally:
        portal.change(
            "DELETE FROM quality.pending_case",
            "DELETE FROM ops.source_state",
            "INSERT INTO ops.source_state TABLE public.kept",
            "DROP TABLE public.kept",
            "UPDATE ops.setting SET value = 420000 WHERE name = 'rating_target'",
        )


def test_a_run_shows_its_rules_failing_ones_first_with_their_sources(portal) -> None:
    page = portal.get(f"/quality/runs/{quote(portal.run_id, safe='')}")
    text = _text(page)
    assert "受理信息 检查 100,000 条记录，2 条规则，其中 1 条有不符合" in text
    assert (
        "居民身份证号码是 18 位，出生日期真实，校验码正确 依据：GB 11643 申请人证件号码 applyer_page_code 规范性 须改正 100,000 10 0.01%"
        in text
    )
    assert (
        "办结日期不晚于承诺办结日期（逢休息日顺延到下一个工作日，特别程序暂停的工作日顺延） 依据：推送前检查“超期办结” 办结时间 result_date 时效性 提示 2,000 1 0.05%"
        in text
    )
    assert "关账时未核实，数字是下限 泾干街道便民服务站 、 马王街道便民服务站" in text
    rows = _rows(page)
    assert rows.index("沣东新城政务服务中心 1,000 9 0.90%") < rows.index("空港新城政务服务中心 3,000 1 0.03%")
    assert "其余 1 个来源 96,000 0 0.00%" in rows
    assert "C06 承诺件必须填写承诺办结时间 承诺办结时间 promise_date 完整性 须改正 承诺件计时规则 3,000" in rows
    assert "受理信息 1,210 1,210 0 1,005 205 0 0 0 0 0 0 0 0" in rows
    assert "这次运行" not in text


def test_a_run_without_new_cases_shows_the_one_before_it(portal) -> None:
    page = portal.get("/quality/runs/nothing_new")
    assert f"这次运行没有新的办件需要检查。下面是此前最近一次有检查的运行： {portal.run_id}" in _text(page)
    assert "受理信息 检查 100,000 条记录" in _text(page)
    first = _text(portal.get("/quality/runs/first"))
    assert "受理信息 检查 3 条记录，1 条规则，其中 0 条有不符合" in first
    assert "这次运行" not in first
    assert "这次运行还没有检查过任何办件" in _text(portal.get("/quality/runs/too_early"))


def test_a_rule_shows_its_columns_and_pages_of_keys(portal) -> None:
    first, last = portal.get("/quality/rules/C02"), portal.get("/quality/rules/C02?page=3")
    assert (
        "办理环节 办理环节名称 process_name 办理环节名称必须填写 完整性 须改正 UP_PRO_PROCESS 非空列 只见于一处来源"
        in " | ".join(_rows(first))
    )
    assert "办理环节 办理环节名称 process_name 须改正 办理环节名称为空 样板件" in _rows(first)
    assert "405 条；只有键，没有内容" in _text(first)
    assert (first.text.count("P0"), last.text.count("P0")) == (200, 5)
    assert "P0401" not in first.text
    assert "P0401" in last.text
    assert "第 3 页，共 3 页，405 条" in _text(last)
    assert "page=2" in first.text
    assert "没有" in _text(portal.get("/quality/rules/C02?page=9"))


def test_a_pattern_names_the_view_that_gives_it(portal) -> None:
    pattern = portal.get("/quality/rules/K10")
    assert "见视图 ads.case_suspicion" in _text(pattern)
    assert "同一天受理的两件，证件号码相同" in _text(pattern)
    assert "现在不符合的记录" not in _text(pattern)
    assert "现在不符合的记录" in _text(portal.get("/quality/rules/A08"))  # its other half judges rows


def test_a_rule_and_a_run_show_what_was_judged_again_and_why(portal) -> None:
    rule, run = portal.get("/quality/rules/V05"), portal.get(f"/quality/runs/{quote(portal.run_id, safe='')}")
    waiver, catalogue = (
        f"2021-11-19 02:03 豁免生效 V05 — {portal.run_id} 1,234",
        f"2021-11-19 02:01 事项库改变 — — {portal.run_id} 56",
    )
    added = "2021-11-18 02:03 新增规则 V05 受理信息 first 12"
    assert [row for row in _rows(rule) if row in (waiver, catalogue, added)] == [waiver, added]
    assert [row for row in _rows(run) if row in (waiver, catalogue, added)] == [waiver, catalogue]
    assert "规则集 0123456789ab" in _text(run)


def test_a_waived_finding_is_marked(portal) -> None:
    assert "须改正 豁免" in _text(portal.get("/quality/rules/V05"))
    assert "豁免" not in _text(portal.get("/quality/rules/C02"))
    assert "须改正 豁免" in _text(portal.get(f"/quality/records?case_no={quote(HOSTILE)}"))


def test_a_rule_is_filtered_by_source(portal) -> None:
    other = portal.get("/quality/rules/C02?source=fengdong_centre")
    assert "0 条；只有键" in _text(other)
    assert "P0" not in other.text
    assert "?source=konggang_centre&amp;page=2" in portal.get("/quality/rules/C02?source=konggang_centre").text


def test_findings_of_a_rule_that_has_gone_are_still_shown(portal) -> None:
    text = _text(portal.get("/quality/rules/X99"))
    assert "规则已停用" in text
    assert "CASE-9" in text


def test_a_case_shows_who_delivered_it_and_its_verdicts(portal) -> None:
    page = portal.get("/quality/records?case_no=%20CASE-1%20")
    rows = _rows(page)
    assert "空港新城政务服务中心 K1 通过 是 T08 2021-11-16 2021-11-16" in rows
    assert "沣东新城政务服务中心 F3 重复 与 空港新城政务服务中心 的办件重复 否 2021-11-18 2021-11-18" in rows
    assert any(row.startswith("U02 ") and row.endswith("沣东新城政务服务中心 2021-11-19 02:03") for row in rows)
    assert f"2021-11-18 空港新城政务服务中心 已入库 2021-11-19 02:00 {portal.run_id}" in rows


def test_a_case_without_accept_record_and_an_unknown_one_say_so(portal) -> None:
    assert "没有这个办件的受理记录，只有下列其他记录" in _text(portal.get("/quality/records?case_no=CASE-9"))
    assert "没有这个办件：从未送达，或已全部撤回" in _text(portal.get("/quality/records?case_no=case-1"))
    assert "输入办件编号" in _text(portal.get("/quality/records"))


def test_a_source_shows_its_books_refused_deliveries_first_and_what_could_not_be_read(portal) -> None:
    first, last = (portal.get(f"/quality/sources/mawang_station?page={page}") for page in (1, 2))
    rows = _rows(first)
    assert "受理信息 1,210 1,210 0 1,005 205 0 0 0 0 0 0 0 0" in rows
    refused = rows.index("2021-W46 2021-11-18 09:00 拒收 清单声明 120 条，文件里只有 98 条 TRUNCATED — — — — —")
    assert refused < rows.index("2021-W45 2021-11-15 09:00 已入库 1,210 0 1,005 205 0")
    assert (sum("COLUMNS" in row for row in rows), sum("COLUMNS" in row for row in _rows(last))) == (200, 5)
    assert "还没有质检回执" in _text(first)
    findings = _rows(portal.get("/quality/sources/konggang_centre"))
    assert "C02 办理环节名称必须填写 办理环节 办理环节名称 process_name 须改正 405" in findings


def test_a_receipt_is_a_spreadsheet_that_runs_nothing(portal) -> None:
    (address,) = re.findall(r'href="([^"]*/receipts/[^"]*)"', portal.get("/quality/sources/konggang_centre").text)
    answer = portal.get(address)
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.partition("''")[2]) == "质检回执_空港新城政务服务中心_2021-11-18.xlsx"
    header, line = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows()
    assert (header[0].value, line[0].value, line[0].data_type) == ("办件编号", "=HYPERLINK(0)", "s")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("runs/manual__2021-11-20T00:00:00+00:00", "没有这次运行的质检结果"),
        ("rules/V0", "没有这条规则"),
        ("sources/nobody", "没有登记这个来源"),
        ("sources/..%2f..%2fetc", "没有这个页面"),
        ("receipts/nobody.xlsx", "没有登记这个来源"),
        ("receipts/mawang_station.xlsx", "马王街道便民服务站还没有质检回执"),
        ("nothing", "没有这个页面"),
    ],
)
def test_a_missing_page_is_reported_in_chinese(portal, address: str, sentence: str) -> None:
    answer = portal.get(f"/quality/{address}")
    assert answer.status_code == 404
    assert sentence in _text(answer)
    assert '<html lang="zh-CN">' in answer.text


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_is_refused(portal, address: str) -> None:
    answer = portal.get(f"/quality/{address}")
    assert (answer.status_code, "请求不正确" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "runs/nothing_new",
        "rules/V05",
        f"records?case_no={quote(HOSTILE)}",
        "sources/fengdong_centre",
        "sources/mawang_station",
    ],
)
def test_nothing_from_outside_becomes_a_tag(portal, address: str) -> None:
    answer = portal.get(f"/quality/{address}")
    assert "alert(" in unescape(answer.text) or address.startswith("runs")
    assert not re.search(r"<script|<img|\son\w+=[^&]*>", answer.text)


def test_an_unreadable_warehouse_is_reported_until_it_can_be_read_again(portal) -> None:
    try:
        portal.change(
            "ALTER ROLE portal_reader NOLOGIN",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal_reader'",
        )
        answer = portal.get("/quality/")
        assert (answer.status_code, "数据仓库暂时读不到" in answer.text) == (503, True)
        assert not re.search("password|portal_reader|SELECT", answer.text)
    finally:
        portal.change("ALTER ROLE portal_reader LOGIN")
    assert portal.get("/quality/").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT applicant_masked FROM dwd.case_record",
        "SELECT applicant_masked FROM ads.case_masked",
        "SELECT record_key FROM ods.accept",
        "SELECT source_id FROM quality.accept_live",
        "UPDATE ops.setting SET value = 0",
    ],
)
def test_the_portals_role_sees_no_values_and_changes_nothing(portal, statement: str) -> None:
    with psycopg2.connect(portal.superuser) as link, link.cursor() as cursor:
        cursor.execute("SET ROLE portal_reader")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement)


def test_airflows_own_pages_are_whole_and_its_api_untouched(portal) -> None:
    page = requests.get(f"{portal.base}/", headers={"Accept-Encoding": "identity"}, timeout=60)
    assert int(page.headers["content-length"]) == len(page.content)
    assert page.text.rstrip().endswith("</html>")
    assert page.text.count("i18nextLng") == 1
    assert "i18nextLng" not in portal.get("/api/v2/version").text
    assert "i18nextLng" not in portal.get("/quality/").text

"""How the rule register describes the examples: what each changes in a clean case, in Chinese."""

from govservice.inspecting import rule_examples, suites


def examples_of(feed: str, rule_id: str, column: str, action: str = "critical") -> tuple[str, str]:
    """The examples of one rule."""
    (rule,) = [
        rule for rule in suites.load()[feed] if (rule.rule_id, rule.column, rule.action) == (rule_id, column, action)
    ]
    return rule_examples.of(rule)


def test_fields_have_their_terms_and_codes_their_meaning() -> None:
    assert examples_of("accept", "C05", "legal") == (
        "申请人类型为2；申请人证件类型为01；申请人证件号码为一家企业的信用代码",
        "申请人类型为2；申请人证件类型为01；申请人证件号码为一家企业的信用代码；法定代表人为王芳",
    )


def test_where_the_clean_case_satisfies_the_rule_it_is_named() -> None:
    assert examples_of("accept", "C01", "org_name") == ("受理部门名称为空", "样板件")


def test_what_is_delivered_and_how_is_described() -> None:
    assert examples_of("accept", "C01", "cd_batch") == ("批次号为空白字符", "站点表格；批次号为空")
    assert examples_of("result", "C12", "project_no")[0] == "只报受理信息、办结信息"
    assert examples_of("accept", "V02", "zip_code")[0] == "邮编为超过列长的文字"


def test_other_rows_of_the_case_are_named() -> None:
    assert "办理环节的环节开始时间为2021-09-08 15:00:01" in examples_of("result", "K08", "result_type", "warning")[0]
    assert "下一环节的环节开始时间为" in examples_of("process", "T04", "event_end_time", "warning")[0]


def test_every_rule_has_an_example_that_breaks_it_and_one_that_does_not() -> None:
    assert all(all(rule_examples.of(rule)) for rules in suites.load().values() for rule in rules)

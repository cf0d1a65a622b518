r"""For every rule and column of the suites: a case that breaks it and only it, and where the border is near, one that does not.

A line changes the clean case of cases.py; the clean case itself is what holds where a line names nothing else.

    rule      the rule, and its action where that is not critical
    columns   one line may stand for several columns; {} is the national name of each, {over} one more than its length
    broken    changes that break it, by national field name of the rule's own feed (feed.Name of another one); Name= empties
    also      rules that such a defect cannot but break as well
    holds     changes that do not break it; `sheet:` before them delivers them as a station sheet

Besides fields, a line may say `rows=accept process` (only these feeds are delivered), `case=…` (the case number of every row),
`source=…`; `x*51` is 51 times x; \n, \x01 and \u3000 are escapes.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import cases
from govservice import contract

Finding = tuple[str, str, str, str]  # feed, rule, action, column

ACCEPT = r"""
rule | columns | broken | also | holds
C01 | project_no | {}=; rows=accept | |
C01 | task_code task_name applyer_name applyer_type applyer_page_type applyer_page_code apply_date apply_type | {}= | |
C01 | org_name org_code accept_date | {}= | |
C01 | task_code task_name applyer_name applyer_type applyer_page_type applyer_page_code apply_date apply_type | {}=\u3000\u00a0 | |
C01 | org_name org_code accept_date row_guid catalog_code task_version project_type data_source cd_operation cd_batch | {}=\u3000 | |
C01 | project_no | {}=\n; rows=accept | |
C01 | org_name | {}=\u3000\u00a0 | | {}=无
C01 | row_guid catalog_code task_version project_type data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
C05 | legal | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE | | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE; {}=王芳
C05 | legal | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE; {}=\u3000 | |
C05 | legal | ApplyerType=6; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE | | ApplyerType=6; ApplyerPageType=01; ApplyerPageCode=DEPARTMENT
C06 | promise_date | {}=\u3000 | | {}=\u3000; ProjectType=1
C06 | promise_date | {}= | | sheet: {}=; TaskCode=TASK1; TaskHandleItem=
V01 | contact_type | {}=x | | {}=\u3000
V01 | project_type applyer_type apply_type contact_type | {}=x | | sheet: ProjectType=x
V02 | row_guid local_catalog_code local_task_code task_name project_name applyer_name legal contact_name | {}=x*{over} | |
V02 | contact_code contact_mobile zip_code address org_name handle_user_name accept_doc_no | {}=x*{over} | |
V02 | station_code data_source cd_operation cd_batch applyer_page_type | {}=x*{over} | |
V02 | project_no | case=x*51; rows=accept | | case=x*50; rows=accept
V02 | task_handle_item | {}=ITEM01\u3000 | |
V02 | applyer_page_code | ApplyerPageType=414; {}=x*{over} | | ApplyerPageType=414; {}=x*500
V02 | catalog_code | {}=x*{over} | K02 critical catalog_code |
V02 | task_code | {}=x*{over} | V03 critical task_code |
V02 | task_version | {}=2\u3000 | R03 critical task_version |
V02 | project_type applyer_type apply_type contact_type | {}=x*{over} | V01 critical {column} |
V02 | org_code | {}=DEPARTMENT\u3000 | V04 critical org_code |
V02 | address | {}=\u3000a | | {}=𠮷*1000
V02 | address | {}=a\n | | {}=a\u3000b
V02 | address | {}=a\nb | | {}=阿依古丽·买买提
V02 | address | {}=a\x01b | | {}=\u200ba\u202e
V02 | address | {}=a\x00b | | {}=\ue81e
V03 | task_code | {}=11310000MB2F30661X2312003564000; TaskHandleItem= | | {}=BARE; CatalogCode=442199806003; TaskHandleItem=
V04 | org_code | {}=91350100M000100Y44 | | {}=ENTERPRISE
V04 | applyer_page_code | ApplyerType=3; Legal=王芳; ApplyerPageType=001; {}=91350100M000100Y44 | | ApplyerType=3; Legal=王芳; ApplyerPageType=001; {}=ENTERPRISE
V05 | applyer_page_code | {}=110105194912310020 | | {}=11010519491231002x
V05 | applyer_page_code | {}=110105491231002 | | {}=1; ApplyerPageType=414
V08 | apply_date accept_date | {}=2021-09-06 | | sheet: {}=2021-09-06
V08 | promise_date | {}=2021-09-13 | | sheet: {}=2021-09-13
V08 | apply_date accept_date promise_date | {}=1900-01-01 00:00:00 | |
R01 | task_code | {}=11310000MB2F30661Y2312003564999; CatalogCode=312003564999; TaskHandleItem= | | {}=BARE; CatalogCode=442199806003; TaskHandleItem=
R03 | task_version | {}=9 | | sheet: {}=9
R03 warning | task_version | {}=1 | | {}=1; ApplyDate=2021-08-30 09:00:00; AcceptDate=2021-08-31 23:59:59
R08 | project_type apply_type | {}=9; source=fengxi_centre | | {}=2; source=fengxi_centre
R08 | apply_type | {}=8; source=fengxi_centre | | {}=0; source=fengxi_centre
R08 | project_type | {}=0; source=fengxi_centre | | {}=4; source=fengxi_centre
K01 | task_handle_item | {}=BARE01 | | {}=ITEM99
K02 | catalog_code | {}=442199806003 | | sheet: {}=442199806003
K04 | applyer_page_type | {}=01; ApplyerPageCode=DEPARTMENT | | ApplyerType=6; {}=01; ApplyerPageCode=DEPARTMENT
K04 | applyer_page_type | ApplyerType=4; Legal=王芳 | | ApplyerType=4; Legal=王芳; {}=811; ApplyerPageCode=X
T01 | apply_date | {}=2021-09-06 10:00:01 | | {}=2021-09-06 10:00:00
T01 | apply_date | {}=2021-09-07 09:00:00 | | sheet: {}=2021-09-06 12:00:00; AcceptDate=2021-09-06
T05 | apply_date | {}=2021-09-08 18:05:01; AcceptDate= | C01 critical accept_date | {}=2021-09-08 18:05:00; AcceptDate=2021-09-08 18:05:00; rows=accept
T05 | accept_date | {}=2021-09-08 18:05:01; rows=accept process | | {}=2021-09-08 18:05:00; rows=accept process
T06 | promise_date | {}=2021-09-06 09:59:59; rows=accept process | | {}=2021-09-06 10:00:00; rows=accept process
T06 | promise_date | {}=2021-09-05 23:59:59; rows=accept process | | sheet: {}=2021-09-06; rows=accept process
U01 | row_guid | {}=a-clean | |
U02 duplicate | project_no | case=clean; source=dizhang_station; rows=accept | |
"""

PROCESS = r"""
rule | columns | broken | also | holds
C02 | project_no | {}=; rows=accept process | |
C02 | event_name process_name handle_user_name handle_explain event_start_time event_end_time | {}= | |
C02 | event_name process_name handle_user_name handle_explain event_start_time event_end_time | {}=\t\u3000 | |
C02 | row_guid data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
V01 | event_name | {}=x | |
V02 | row_guid process_name handle_user_name handle_explain remark data_source cd_operation cd_batch | {}=x*{over} | |
V02 | project_no | case=y*51; rows=accept process | accept V02 critical project_no | case=y*50; rows=accept process
V02 | event_name | {}=x*{over} | V01 critical event_name |
V02 | handle_explain | {}=a\x07b | | {}=a\r\n\tb
V02 | handle_explain | {}=a\n | | {}=a\nb
V08 | event_start_time event_end_time | {}=2021/9/6 | | sheet: {}=2021-09-06
R04 | project_no | rows=process | |
R08 | event_name | {}=8; source=fengxi_centre | | {}=7; source=fengxi_centre
T05 | event_start_time event_end_time | {}=2021-09-08 18:05:01 | | {}=2021-09-08 18:05:00
U01 | row_guid | {}=p-clean | |
"""

RESULT = r"""
rule | columns | broken | also | holds
C03 | project_no result_date result_type | {}= | |
C03 | result_date result_type is_delivery_results | {}=\u3000 | |
C03 | row_guid is_delivery_results data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
C09 | result_cetr_name result_cetr_no | {}= | | {}=; ResultType=1
C09 | result_cetr_name result_cetr_no | {}=\u3000 | | {}=; accept.TaskCode=BARE; accept.CatalogCode=442199806003; accept.TaskHandleItem=
C10 | result_explain | {}=; ResultType=1 | | {}=; ResultType=0
C10 | result_explain | {}=; ResultType=2 | | {}=; ResultType=3
C10 | result_explain | {}=; ResultType=4 | | {}=; ResultType=6; source=fengdong_centre
C10 | result_explain | {}=; ResultType=5 | |
C10 | result_explain | {}=; ResultType=6 | |
C12 | project_no | rows=accept result | |
V01 | is_delivery_results satisfaction | {}=x | |
V01 | satisfaction | {}=6 | | {}=\u3000
V02 | row_guid handle_user_name result_cetr_name result_cetr_no result_explain | {}=x*{over} | |
V02 | remark data_source cd_operation cd_batch | {}=x*{over} | |
V02 | project_no | case=z*51 | accept V02 critical project_no, process V02 critical project_no | case=z*50
V02 | result_type | {}=x*{over} | R08 critical result_type |
V02 | is_delivery_results satisfaction | {}=x*{over} | V01 critical {column} |
V02 | result_explain | {}=a\x0bb | | {}=a\nb
V08 | result_date | {}=44501 | | sheet: {}=2021-09-08
R04 | project_no | rows=result | |
R08 | result_type | {}=7 | | {}=6; source=fengdong_centre
T02 | result_date | {}=2021-09-06 09:59:59 | | {}=2021-09-06 10:00:00
T02 | result_date | {}=2021-09-05 23:59:59 | | sheet: {}=2021-09-06; rows=accept process result
T05 | result_date | {}=2021-09-08 18:05:01 | | {}=2021-09-08 18:05:00
T08 warning | result_date | {}=2021-09-14 00:00:00; CD_time=2021-09-20 18:00:00 | | {}=2021-09-13 23:59:59; CD_time=2021-09-20 18:00:00
T08 warning | result_date | {}=2021-10-09 09:00:00; accept.PromiseDate=2021-10-01 10:00:00; CD_time=2021-10-20 18:00:00 | | {}=2021-10-08 09:00:00; accept.PromiseDate=2021-10-01 10:00:00; CD_time=2021-10-20 18:00:00
T08 warning | result_date | {}=2021-09-19 09:00:00; accept.PromiseDate=2021-09-18 10:00:00; CD_time=2021-10-20 18:00:00 | | {}=2021-09-18 09:00:00; accept.PromiseDate=2021-09-18 10:00:00; CD_time=2021-10-20 18:00:00
U01 | row_guid | {}=r-clean | |
U03 | project_no | case=clean; CD_time=2021-09-09 18:00:00; rows=result | |
"""

CONSTANTS = {
    **{"ENTERPRISE": cases.ENTERPRISE, "DEPARTMENT": cases.DEPARTMENT, "ITEM": cases.ITEM, "BARE": cases.BARE_ITEM},
    "TASK1": cases.INSTANT_ITEM,
}
CLEAN = {"accept": cases.accept, "process": cases.process, "result": cases.result}


@dataclass(frozen=True)
class Example:
    """One delivered case: which rule it is about, what it delivers, and exactly which findings it must have."""

    number: int
    rule: Finding
    source: str
    records: dict[str, list[cases.Raw]]
    expected: frozenset[Finding] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        """For the name of a test."""
        return f"{self.number} {' '.join(self.rule)} {'is broken' if self.expected else 'holds'}"


def examples() -> list[Example]:
    """Every example of the tables."""
    found: list[Example] = []
    for feed, table in (("accept", ACCEPT), ("process", PROCESS), ("result", RESULT)):
        for line in table.strip().splitlines()[1:]:
            rule, columns, broken, also, holds = (cell.strip() for cell in line.split("|"))
            rule_id, _, action = rule.partition(" ")
            for column in columns.split():
                identity = (feed, rule_id, action or "critical", column)
                others = [_finding(feed, text.replace("{column}", column)) for text in also.split(", ") if text]
                found.append(_example(len(found), identity, broken, frozenset([identity, *others])))
                if holds:
                    found.append(_example(len(found), identity, holds, frozenset()))
    return found


def _finding(feed: str, text: str) -> Finding:
    *other, rule_id, action, column = text.split()
    return (other[0] if other else feed, rule_id, action, column)


def _example(number: int, rule: Finding, text: str, expected: frozenset[Finding]) -> Example:
    feed, _, _, column = rule
    is_sheet, _, changes = text.rpartition("sheet:")
    said = {"source": "dizhang_station" if "sheet:" in text else "konggang_centre", "case": f"N{number}", "rows": ""}
    changed: dict[str, dict[str, Any]] = {name: {"RowGuid": f"{name[0]}-{number}"} for name in CLEAN}
    for pair in filter(None, map(str.strip, changes.split(";"))):
        name, _, value = pair.partition("=")
        target, _, name = name.rpartition(".")
        said_by = contract.feeds()[target or feed]
        name = name.replace("{}", said_by.field(column).national if not target else "")
        if name in said:
            said[name] = _value(value, rule) or ""
        else:
            changed[target or feed][name] = _value(value, rule)
    records = {
        name: [CLEAN[name](said["case"], **changed[name])] for name in CLEAN if name in (said["rows"].split() or CLEAN)
    }
    return Example(number, rule, said["source"], records, expected)


def _value(text: str, rule: Finding) -> str | None:
    """The value that a cell of the table writes."""
    longest = contract.feeds()[rule[0]].field(rule[3]).max or 0
    text = text.strip(" ").replace("{over}", str(longest + 1))
    for name, constant in CONSTANTS.items():
        text = re.sub(rf"^{name}(?![A-Z])", constant, text)
    text = re.sub(r"\\(?:x..|u....|[nrt])", lambda match: match[0].encode().decode("unicode_escape"), text)
    repeated = re.fullmatch(r"(.)\*(\d+)", text)
    return (repeated[1] * int(repeated[2]) if repeated else text) or None

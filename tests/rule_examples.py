r"""For every rule and column of the suites: a case that breaks it and only it, and where the border is near, one that does not.

A line changes the clean case of cases.py; the clean case itself is what holds where a line names nothing else.

    rule      the rule, and its action where that is not critical
    columns   one line may stand for several columns; {} is the national name of each, {over} one more than its length
    broken    changes that break it, by national field name of the rule's own feed (feed.Name of another one); Name= empties
    also      rules that such a defect cannot but break as well
    holds     changes that do not break it; `sheet:` before them delivers them as a station sheet

Besides fields, a line may say `rows=accept process` (only these feeds are delivered), `case=…` (the case number of every row),
`source=…`, `steps=2` (process rows, alike but for their RowGuid); `x*51` is 51 times x; \n, \x01 and \u3000 are escapes.
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
C01 | row_guid catalog_code task_version project_type data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
C13 warning | project_no | TaskCode=LISTING; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记 | | TaskCode=LISTING; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记; rows=accept process result material
C13 warning | project_no | TaskCode=LISTING; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记 | | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
C13 warning | project_no | TaskCode=LISTING; CatalogCode=442199806005; TaskHandleItem=; TaskName=失业登记 | | sheet: TaskCode=LISTING; TaskHandleItem=; TaskName=失业登记
C05 | legal | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE | | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE; {}=王芳
C05 | legal | ApplyerType=2; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE; {}=\u3000 | |
C05 | legal | ApplyerType=6; ApplyerPageType=01; ApplyerPageCode=ENTERPRISE | | ApplyerType=6; ApplyerPageType=01; ApplyerPageCode=DEPARTMENT
C06 | promise_date | {}=\u3000 | | {}=\u3000; TaskCode=TASK1; CatalogCode=442199806004; TaskHandleItem=; TaskName=失业登记; ProjectType=1; rows=accept
C06 | promise_date | {}= | | sheet: {}=; TaskCode=TASK1; CatalogCode=442199806004; TaskHandleItem=; TaskName=失业登记; ProjectType=1; rows=accept
C07 | task_handle_item | {}= | | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
C08 warning | contact_type | ContactCode=E12345678 | | {}=414; ContactCode=E12345678
C08 warning | contact_code | ContactType=414 | | {}=E12345678; ContactType=414
C08 warning | contact_mobile | {}=\u3000 | |
V01 | contact_type | {}=x; ContactCode=E12345678 | | {}=\u3000
V01 | project_type applyer_type apply_type | {}=x | | sheet: ProjectType=x
V02 | row_guid local_catalog_code local_task_code task_name project_name applyer_name legal contact_name | {}=x*{over} | |
V02 | contact_code | {}=x*{over}; ContactType=414 | |
V02 | contact_mobile zip_code address org_name handle_user_name accept_doc_no | {}=x*{over} | |
V02 | station_code cd_batch applyer_page_type | {}=x*{over} | |
V02 | data_source cd_operation | {}=x*{over} | V14 critical {column} |
V02 | project_no | case=x*51; rows=accept | | case=x*50; rows=accept
V02 | task_handle_item | {}=ITEM01\u3000 | |
V02 | applyer_page_code | ApplyerPageType=414; {}=x*{over} | | ApplyerPageType=414; {}=xy*250
V02 | catalog_code | {}=x*{over} | K02 critical catalog_code |
V02 | task_code | {}=x*{over} | V03 critical task_code |
V02 | task_version | {}=2\u3000 | R03 critical task_version |
V02 | project_type applyer_type apply_type | {}=x*{over} | V01 critical {column} |
V02 | contact_type | {}=x*{over}; ContactCode=E12345678 | V01 critical {column} |
V02 | org_code | {}=DEPARTMENT\u3000 | V04 critical org_code |
V02 | address | {}=\u3000a | | {}=𠮷*1000
V02 | address | {}=a\n | | {}=a\u3000b
V02 | address | {}=a\nb | | {}=阿依古丽·买买提
V02 | address | {}=a\x01b | | {}=\u200ba\u202e
V02 | address | {}=a\x00b | | {}=\ue81e
V03 | task_code | {}=11310000MB2F30661X2312003564000; TaskHandleItem= | | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
V04 | org_code | {}=91350100M000100Y44 | | {}=12441500196720244T; TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
V04 | applyer_page_code | ApplyerType=3; Legal=王芳; ApplyerPageType=001; {}=91350100M000100Y44 | | ApplyerType=3; Legal=王芳; ApplyerPageType=001; {}=ENTERPRISE
V05 | applyer_page_code | {}=110105194912310020 | | {}=11010519491231002x
V05 | applyer_page_code | {}=110105491231002 | | {}=E12345678; ApplyerPageType=414
V06 | applyer_page_type | {}=000 | | {}=414; ApplyerPageCode=E12345678
V07 warning | contact_mobile | {}=12800000001 | | {}=19900000001
V07 warning | contact_mobile | {}=13888888888 | | {}=13888888889
V07 warning | contact_mobile | {}=1380000001 | |
V08 | apply_date accept_date | {}=2021-09-06 | | sheet: {}=2021-09-06
V08 | promise_date | {}=2021-09-13 | | sheet: {}=2021-09-13
V08 | apply_date accept_date promise_date | {}=1900-01-01 00:00:00 | |
V09 warning | task_name applyer_name legal contact_name org_name handle_user_name accept_doc_no | {}=无 | |
V09 warning | task_name org_name handle_user_name accept_doc_no | {}=测试 | |
V09 warning | contact_code | {}=22222; ContactType=414 | | {}=22223; ContactType=414
V09 warning | applyer_name | {}=丽丽丽 | | {}=丽丽
V09 warning | org_name | {}=xx | | {}=xxy
V09 warning | applyer_page_code | {}=1; ApplyerPageType=414 | | {}=E7654321; ApplyerPageType=414
V10 warning | project_no | case=BARE202109060001 | | case=ITEM202109060001
V10 warning | project_no | case=ITEM202109070001 | | case=ITEM202109030001; ApplyDate=2021-09-03 09:00:00
V10 warning | project_no | case=ITEM202109080001 | | case=ITEM20210908-001
V14 | cd_operation | {}=X | | {}=U
V14 | data_source | {}=133 | | sheet: {}=
R01 | task_code | {}=11310000MB2F30661Y2312003564999; CatalogCode=312003564999; TaskHandleItem= | | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
R02 | task_handle_item | {}=ITEM99 | | {}=ITEM01
R02 | task_handle_item | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记; {}=BARE01 | |
R03 | task_version | {}=9 | | sheet: {}=9
R03 warning | task_version | {}=1 | | {}=1; ApplyDate=2021-08-31 09:00:00; AcceptDate=2021-08-31 23:59:59; CD_time=2021-08-31 23:59:59; ApplyType=2; PromiseDate=2021-09-07 10:00:00; rows=accept
R07 warning | task_name | {}=食品经营许可 | | sheet: {}=食品经营许可证核发
R07 warning | task_name | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记; {}=食品经营许可证核发 | | TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
K01 | task_handle_item | {}=BARE01 | | {}=ITEM01
K02 | catalog_code | {}=442199806003 | | sheet: {}=442199806003
K04 | applyer_page_type | {}=01; ApplyerPageCode=DEPARTMENT | | ApplyerType=6; {}=01; ApplyerPageCode=DEPARTMENT
K04 | applyer_page_type | ApplyerType=4; Legal=王芳 | | ApplyerType=4; Legal=王芳; {}=811; ApplyerPageCode=MA6TG12X4
K03 warning | org_code | {}=ENTERPRISE | | {}=12441500196720244T; TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
K03 warning | org_code | {}=12441500196720244T | | {}=DEPARTMENT; TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem=; TaskName=失业登记
K05 warning | project_type | {}=9 | | sheet: {}=9
K05 warning | applyer_type | {}=5; ApplyerPageType=01; ApplyerPageCode=DEPARTMENT | | {}=6; ApplyerPageType=01; ApplyerPageCode=DEPARTMENT
T01 | apply_date | {}=2021-09-06 10:00:01 | | {}=2021-09-06 10:00:00
T01 | apply_date | {}=2021-09-06 17:00:00 | | sheet: {}=2021-09-06 12:00:00; AcceptDate=2021-09-06
T05 | apply_date | {}=2021-09-06 18:05:01; AcceptDate= | C01 critical accept_date | {}=2021-09-06 18:05:00; AcceptDate=2021-09-06 18:05:00; ApplyType=2
T05 | accept_date | {}=2021-09-06 18:05:01; rows=accept process | | {}=2021-09-06 18:05:00; ApplyType=2; rows=accept
T06 | promise_date | {}=2021-09-06 09:59:59; rows=accept process | | {}=2021-09-06 10:00:00; TaskCode=TASK1; CatalogCode=442199806004; TaskHandleItem=; TaskName=失业登记; ProjectType=1; rows=accept process
T06 | promise_date | {}=2021-09-05 23:59:59; rows=accept process | | sheet: {}=2021-09-06; TaskCode=TASK1; CatalogCode=442199806004; TaskHandleItem=; TaskName=失业登记; ProjectType=1; rows=accept process
T07 warning | promise_date | {}=2021-09-15 10:00:00 | | {}=2021-09-14 10:00:00
T07 warning | promise_date | {}=2021-09-09 10:00:00 | | {}=2021-09-10 10:00:00
T07 warning | promise_date | {}=2021-09-15 10:00:00; ApplyType=2; AcceptDate=2021-09-04 10:00:00; ApplyDate=2021-09-03 10:00:00; CD_time=2021-09-04 18:30:00 | | {}=2021-09-14 10:00:00; ApplyType=2; AcceptDate=2021-09-04 10:00:00; ApplyDate=2021-09-03 10:00:00; CD_time=2021-09-04 18:30:00
T07 warning | promise_date | {}=2021-09-09 23:00:00; ApplyType=2; ApplyDate=2021-08-31 10:00:00 | | {}=2021-09-09 23:00:00; ApplyType=2; ApplyDate=2021-09-01 10:00:00
T11 warning | cd_time | {}=2021-09-07 00:00:00 | | {}=2021-09-06 23:59:59
T11 warning | cd_time | {}=2021-09-07 00:00:00; AcceptDate=2021-09-06 17:00:00 | | sheet: {}=2021-09-13 09:00:00
T14 warning | accept_date | {}=2020-12-31 10:00:00; ApplyDate=2020-12-31 09:00:00; CD_time=2020-12-31 18:30:00; rows=accept | | {}=2021-01-04 10:00:00; ApplyDate=2021-01-04 09:00:00; TaskVersion=1; PromiseDate=2021-01-11 10:00:00; CD_time=2021-01-04 18:30:00; rows=accept
T15 warning | accept_date | {}=2021-09-06 18:00:01 | | {}=2021-09-06 18:00:00
T15 warning | accept_date | {}=2021-09-06 07:59:59; ApplyDate=2021-09-06 07:00:00 | | {}=2021-09-06 08:00:00; ApplyDate=2021-09-06 07:00:00
T15 warning | accept_date | {}=2021-09-04 10:00:00; ApplyDate=2021-09-04 09:00:00; CD_time=2021-09-04 18:30:00 | | {}=2021-09-04 10:00:00; ApplyDate=2021-09-04 09:00:00; ApplyType=2; CD_time=2021-09-04 18:30:00
T15 warning | accept_date | {}=2021-09-05 10:00:00; ApplyDate=2021-09-04 09:00:00; CD_time=2021-09-05 18:30:00 | | {}=2021-09-18 10:00:00; ApplyDate=2021-09-18 09:00:00; PromiseDate=2021-09-27 10:00:00; CD_time=2021-09-18 18:00:00; rows=accept
T15 warning | accept_date | sheet: {}=2021-09-05; ApplyDate=2021-09-04 | | sheet: {}=2021-09-06
U01 | row_guid | {}=a-clean | |
U02 duplicate | project_no | case=clean; source=dizhang_station; rows=accept | |
U08 warning | project_no | case=clean; source=dizhang_station; rows=accept; ApplyerPageCode=610102199003072011 | U02 duplicate project_no |
U08 warning | project_no | case=clean; source=dizhang_station; rows=accept; TaskName=失业登记; TaskCode=BARE; CatalogCode=442199806003; TaskHandleItem= | U02 duplicate project_no |
"""

PROCESS = r"""
rule | columns | broken | also | holds
C02 | project_no | {}=; rows=accept process | |
C02 | event_name process_name handle_user_name handle_explain event_start_time event_end_time | {}= | |
C02 | event_name process_name handle_user_name handle_explain event_start_time event_end_time | {}=\t\u3000 | |
C02 | row_guid data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
V01 | event_name | {}=x | |
V02 | row_guid process_name handle_user_name handle_explain remark cd_batch | {}=x*{over} | |
V02 | data_source cd_operation | {}=x*{over} | V14 critical {column} |
V02 | project_no | case=y*51; rows=accept process | accept V02 critical project_no | case=y*50; rows=accept process
V02 | event_name | {}=x*{over} | V01 critical event_name |
V02 | handle_explain | {}=a\x07b | | {}=a\r\n\tb
V02 | handle_explain | {}=a\n | | {}=a\nb
V08 | event_start_time event_end_time | {}=2021/9/6 | | sheet: {}=2021-09-06
V09 warning | process_name handle_user_name handle_explain | {}=无 | | {}=无误
V14 | cd_operation | {}=X | | {}=U
V14 | data_source | {}=133 | | sheet: {}=
R04 | project_no | rows=process | |
T03 | event_end_time | {}=2021-09-06 10:04:59 | | {}=2021-09-06 10:05:00
T03 | event_end_time | sheet: {}=2021-09-05 | | sheet: {}=2021-09-06
T04 warning | event_start_time | {}=2021-09-05 23:59:59 | | {}=2021-09-06 00:00:00
T05 | event_start_time | {}=2021-09-08 18:05:01 | | {}=2021-09-08 18:05:00; EventEndTime=2021-09-08 18:05:00; rows=accept process
T05 | event_end_time | {}=2021-09-08 18:05:01 | | {}=2021-09-08 18:05:00; rows=accept process
U01 | row_guid | {}=p-clean | |
"""

RESULT = r"""
rule | columns | broken | also | holds
C03 | project_no result_date result_type | {}= | |
C03 | result_date result_type is_delivery_results | {}=\u3000 | |
C03 | row_guid is_delivery_results data_source cd_operation cd_time cd_batch | {}= | | sheet: {}=
C09 | result_cetr_name result_cetr_no | {}= | | {}=; ResultType=1
C09 | result_cetr_name result_cetr_no | {}=\u3000 | | {}=; accept.TaskCode=BARE; accept.CatalogCode=442199806003; accept.TaskHandleItem=; accept.TaskName=失业登记
C10 | result_explain | {}=; ResultType=1 | | {}=; ResultType=0
C10 | result_explain | {}=; ResultType=2 | | {}=; ResultType=3
C10 | result_explain | {}=; ResultType=4 | | {}=; ResultType=6; source=fengdong_centre
C10 | result_explain | {}=; ResultType=5 | |
C10 | result_explain | {}=; ResultType=6 | |
C12 | project_no | rows=accept result | |
V01 | is_delivery_results satisfaction | {}=x | |
V01 | satisfaction | {}=6 | | {}=\u3000
V02 | row_guid handle_user_name result_cetr_name result_cetr_no result_explain | {}=x*{over} | |
V02 | remark cd_batch | {}=x*{over} | |
V02 | data_source cd_operation | {}=x*{over} | V14 critical {column} |
V02 | project_no | case=z*51 | accept V02 critical project_no, process V02 critical project_no | case=z*50
V02 | result_type | {}=x*{over} | R08 critical result_type |
V02 | is_delivery_results satisfaction | {}=x*{over} | V01 critical {column} |
V02 | result_explain | {}=a\x0bb | | {}=a\nb
V08 | result_date | {}=44501 | | sheet: {}=2021-09-08
V09 warning | result_cetr_name result_cetr_no result_explain | {}=无 | | {}=无锡
V09 warning | handle_user_name | {}=test | | sheet: {}=test
V14 | cd_operation | {}=X | | {}=U
V14 | data_source | {}=133 | | sheet: {}=
R04 | project_no | rows=result | |
R08 | result_type | {}=7 | | {}=6; source=fengdong_centre
K08 warning | result_type | {}=1; process.EventStartTime=2021-09-08 15:00:01; process.EventEndTime=2021-09-08 15:30:00 | | {}=1; process.EventStartTime=2021-09-08 15:00:00; process.EventEndTime=2021-09-08 15:00:00
K08 warning | result_type | {}=6; process.EventStartTime=2021-09-08 15:00:01; process.EventEndTime=2021-09-08 15:30:00 | | {}=6; process.EventStartTime=2021-09-08 15:00:00; process.EventEndTime=2021-09-08 15:00:00
K11 warning | result_date | {}=2021-09-07 09:00:00; accept.TaskCode=TASK1; accept.CatalogCode=442199806004; accept.TaskHandleItem=; accept.TaskName=失业登记; accept.ProjectType=1; accept.PromiseDate= | | {}=2021-09-06 23:59:59; accept.TaskCode=TASK1; accept.CatalogCode=442199806004; accept.TaskHandleItem=; accept.TaskName=失业登记; accept.ProjectType=1; accept.PromiseDate=
K11 warning | result_date | sheet: {}=2021-09-07; accept.TaskCode=TASK1; accept.CatalogCode=442199806004; accept.TaskHandleItem=; accept.TaskName=失业登记; accept.ProjectType=1; accept.PromiseDate= | | sheet: {}=2021-09-06; accept.TaskCode=TASK1; accept.CatalogCode=442199806004; accept.TaskHandleItem=; accept.TaskName=失业登记; accept.ProjectType=1; accept.PromiseDate=
T02 | result_date | {}=2021-09-06 09:59:59 | | {}=2021-09-06 10:00:00; process.EventStartTime=2021-09-06 10:00:00; process.EventEndTime=2021-09-06 10:00:00
T02 | result_date | {}=2021-09-05 23:59:59 | | sheet: {}=2021-09-06; rows=accept process result
T04 warning | result_date | {}=2021-09-06 10:29:59 | | {}=2021-09-06 10:30:00
T05 | result_date | {}=2021-09-08 18:05:01 | | {}=2021-09-08 18:05:00
T08 warning | result_date | {}=2021-09-14 00:00:00; CD_time=2021-09-20 18:00:00 | | {}=2021-09-13 23:59:59; CD_time=2021-09-20 18:00:00
T08 warning | result_date | {}=2021-10-09 09:00:00; accept.ApplyDate=2021-09-24 09:00:00; accept.AcceptDate=2021-09-24 10:00:00; accept.CD_time=2021-09-24 18:00:00; process.EventStartTime=2021-09-24 10:05:00; process.EventEndTime=2021-09-24 10:30:00; process.CD_time=2021-09-24 18:00:00; accept.PromiseDate=2021-10-01 10:00:00; CD_time=2021-10-20 18:00:00 | | {}=2021-10-08 09:00:00; accept.ApplyDate=2021-09-24 09:00:00; accept.AcceptDate=2021-09-24 10:00:00; accept.CD_time=2021-09-24 18:00:00; process.EventStartTime=2021-09-24 10:05:00; process.EventEndTime=2021-09-24 10:30:00; process.CD_time=2021-09-24 18:00:00; accept.PromiseDate=2021-10-01 10:00:00; CD_time=2021-10-20 18:00:00
T08 warning | result_date | {}=2021-09-15 09:00:00; special.EndTime=2021-09-08 09:00:00; rows=accept process result special; CD_time=2021-09-20 18:00:00 | | {}=2021-09-14 09:00:00; special.EndTime=2021-09-08 09:00:00; rows=accept process result special; CD_time=2021-09-20 18:00:00
T08 warning | result_date | {}=2021-09-19 09:00:00; accept.ApplyDate=2021-09-13 09:00:00; accept.AcceptDate=2021-09-13 10:00:00; accept.CD_time=2021-09-13 18:00:00; process.EventStartTime=2021-09-13 10:05:00; process.EventEndTime=2021-09-13 10:30:00; process.CD_time=2021-09-13 18:00:00; accept.PromiseDate=2021-09-18 10:00:00; CD_time=2021-10-20 18:00:00 | | {}=2021-09-18 09:30:00; accept.ApplyDate=2021-09-13 09:00:00; accept.AcceptDate=2021-09-13 10:00:00; accept.CD_time=2021-09-13 18:00:00; process.EventStartTime=2021-09-13 10:05:00; process.EventEndTime=2021-09-13 10:30:00; process.CD_time=2021-09-13 18:00:00; accept.PromiseDate=2021-09-18 10:00:00; CD_time=2021-10-20 18:00:00
A04 suspicion | result_date | {}=2021-09-13 09:00:00; CD_time=2021-09-20 18:00:00 | | {}=2021-09-13 09:00:01; CD_time=2021-09-20 18:00:00
A05 suspicion | result_date | steps=2; {}=2021-09-06 10:30:00; process.EventStartTime=2021-09-06 10:30:00; process.EventEndTime=2021-09-06 10:30:00 | | steps=1; {}=2021-09-06 10:30:00; process.EventStartTime=2021-09-06 10:30:00; process.EventEndTime=2021-09-06 10:30:00
A05 suspicion | result_date | steps=3; {}=2021-09-06 10:30:00; process.EventStartTime=2021-09-06 10:30:00; process.EventEndTime=2021-09-06 10:30:00 | | steps=3; {}=2021-09-06 10:30:01; process.EventStartTime=2021-09-06 10:30:00; process.EventEndTime=2021-09-06 10:30:00
A08 suspicion | result_date | {}=2021-09-06 10:00:59; CD_time=2021-09-06 10:00:30; process.EventStartTime=2021-09-06 10:00:00; process.EventEndTime=2021-09-06 10:00:00 | | {}=2021-09-06 10:00:59; CD_time=2021-09-06 10:01:00; process.EventStartTime=2021-09-06 10:00:00; process.EventEndTime=2021-09-06 10:00:00
U01 | row_guid | {}=r-clean | |
U03 | project_no | case=clean; CD_time=2021-09-09 18:00:00; rows=result | |
"""

SPECIAL = r"""
rule | columns | broken | also | holds
C04 | project_no special_type special_name special_time special_reason end_time | {}= | |
C04 | special_type special_name special_time special_reason end_time | {}=\u3000 | |
C04 | row_guid cd_operation cd_time cd_batch | {}= | | sheet: {}=
V01 | special_type | {}=3 | | {}=1
V02 | row_guid special_name special_reason applyer_user_name result special_explain handle_user | {}=x*{over} | |
V02 | remark data_source cd_operation cd_batch | {}=x*{over} | |
V02 | project_no | case=s*51; rows=special | R04 critical project_no |
V02 | special_type | {}=x*{over} | V01 critical special_type |
V02 | special_name | {}=a\nb | | {}=a
V02 | special_reason | {}=a\x0bb | | {}=a\nb
V08 | special_time end_time | {}=2021-09-07 | | sheet: {}=2021-09-07
V08 | special_time end_time | {}=1753-01-01 00:00:00 | |
R04 | project_no | rows=special | |
T05 | special_time | {}=2021-09-08 18:05:01; EndTime=2021-09-08 18:10:00; rows=accept process special | | {}=2021-09-08 18:05:00; EndTime=2021-09-08 18:10:00; rows=accept process special
T12 | special_time | {}=2021-09-06 09:59:59 | | {}=2021-09-06 10:00:00
T12 | special_time | {}=2021-09-05 23:59:59; accept.AcceptDate=2021-09-06 00:00:00; accept.ApplyDate=2021-09-05 09:00:00; accept.ApplyType=2 | |
T12 | end_time | {}=2021-09-07 08:59:59 | | {}=2021-09-07 09:00:00
T12 | end_time | {}=2021-09-08 15:00:01 | | {}=2021-09-08 15:00:00
T12 | end_time | {}=2021-09-08 15:00:01 | | {}=2021-09-08 17:00:00; rows=accept process special
U01 | row_guid | {}=s-clean | |
U04 | project_no | case=clean; SN=1; CD_time=2021-09-09 18:00:00; rows=special | | case=clean; SN=2; rows=special
U04 | project_no | case=clean; SN=1; CD_time=2021-09-10 18:00:00; rows=special | | case=clean; rows=special
"""

MATERIAL = r"""
rule | columns | broken | also | holds
C04 | project_no material_name get_type | {}= | |
C04 | material_name get_type | {}=\u3000 | |
C04 | row_guid cd_operation cd_time cd_batch | {}= | | sheet: {}=
V01 | get_type | {}=5 | | {}=9
V02 | row_guid material_name get_num material_attach_name remark data_source cd_operation cd_batch | {}=x*{over} | |
V02 | project_no | case=m*51; rows=material | R04 critical project_no |
V02 | get_type | {}=x*{over} | V01 critical get_type |
V02 | material_name | {}=a\nb | | {}=a
V02 | remark | {}=a\x0bb | | {}=a\nb
R04 | project_no | rows=material | |
U01 | row_guid | {}=m-clean | |
"""

CONSTANTS = {
    **{"ENTERPRISE": cases.ENTERPRISE, "DEPARTMENT": cases.DEPARTMENT, "ITEM": cases.ITEM, "BARE": cases.BARE_ITEM},
    "TASK1": cases.INSTANT_ITEM,
    "LISTING": cases.LISTING_ITEM,
}


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
    tables = {"accept": ACCEPT, "process": PROCESS, "result": RESULT, "special": SPECIAL, "material": MATERIAL}
    for feed, table in tables.items():
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
    said = {
        "source": "dizhang_station" if "sheet:" in text else "konggang_centre",
        "case": f"N{number}",
        "rows": "",
        "steps": "1",
    }
    changed: dict[str, dict[str, Any]] = {name: {"RowGuid": f"{name[0]}-{number}"} for name in cases.CLEAN}
    changed["accept"]["CD_time"] = "2021-09-06 18:00:00"
    for pair in filter(None, map(str.strip, changes.split(";"))):
        name, _, value = pair.partition("=")
        target, _, name = name.rpartition(".")
        said_by = contract.feeds()[target or feed]
        name = name.replace("{}", said_by.field(column).national if not target else "")
        if name in said:
            said[name] = _value(value, rule) or ""
        else:
            changed[target or feed][name] = _value(value, rule)
    delivered = said["rows"].split() or {*cases.case(), feed}
    records = {name: [clean(said["case"], **changed[name])] for name, clean in cases.CLEAN.items() if name in delivered}
    for step in range(2, int(said["steps"]) + 1):
        records["process"].append({**records["process"][0], "RowGuid": f"p-{number}-{step}"})
    return Example(number, rule, said["source"], records, expected)


def _value(text: str, rule: Finding) -> str | None:
    """The value that a cell of the table writes."""
    longest = contract.feeds()[rule[0]].field(rule[3]).max or 0
    text = text.strip(" ").replace("{over}", str(longest + 1))
    for name, constant in CONSTANTS.items():
        text = re.sub(rf"^{name}(?![A-Z])", constant, text)
    text = re.sub(r"\\(?:x..|u....|[nrt])", lambda match: match[0].encode().decode("unicode_escape"), text)
    repeated = re.fullmatch(r"(.{1,2})\*(\d+)", text)
    return (repeated[1] * int(repeated[2]) if repeated else text) or None

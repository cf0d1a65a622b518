"""One clean case as the national tables deliver it, to be changed in one place by a test."""

import zlib
from typing import Any

Raw = dict[str, Any]

# Codes of the reference (implementing body, level, 基本编码): both credit codes pass their check digit.
ITEM, CATALOG = "11310000MB2F30661Y2312003564000", "312003564000"
BARE_ITEM, BARE_CATALOG = "12441500196720244T3442199806003", "442199806003"
LISTING_ITEM, LISTING_CATALOG = "12441500196720244T3442199806005", "442199806005"
DAILY_ITEM, DAILY_CATALOG = "12441500196720244T3442199806006", "442199806006"
ENTRUSTED_ITEM, ENTRUSTED_CATALOG = "12441500196720244T3442199806007", "442199806007"
INSTANT_ITEM, INSTANT_CATALOG = "12441500196720244T3442199806004", "442199806004"
DEPARTMENT = "11310000MB2F30661Y"
PERSON = "11010519491231002X"
ENTERPRISE = "91350100M000100Y43"
SYNCED_AT = "2021-09-08 18:00:00"


# The text of the guide to an item, and its time limits.
GUIDE = {
    **{
        "ByLaw": "《中华人民共和国食品安全法》第三十五条",
        "AcceptCondition": "申请人具备经营场所",
        "HandleFlow": "申请\n受理\n审查\n决定",
    },
    **{
        "TransactAddr": "政务服务大厅 12 号窗口",
        "TransactTime": "工作日 9:00—17:00",
        "LimitSceneNum": "1",
        "IsFee": "0",
    },
    **{"LinkWay": "029-33000001", "SuperviseWay": "029-33000002", "DataSource": "161"},
    **{"AnticipateDay": "20", "AnticipateType": "1", "PromiseDay": "5", "PromiseType": "1"},
}


def items() -> list[Raw]:
    """The catalogue: an item with a certificate in two versions, one without a certificate, one done at once (即办件), and
    one that requires a material."""
    common = {
        **GUIDE,
        "TaskType": "01",
        "UseLevel": "3",
        "DeptCode": DEPARTMENT,
        "ServerType": "1,2,3,4,6",
        "ProjectType": "2",
    }
    first = {
        **{
            "RowGuid": "i1",
            "TaskCode": ITEM,
            "CatalogCode": CATALOG,
            "TaskName": "食品经营许可证核发",
            "TaskVersion": "1",
        },
        **{"PromiseDay": "5", "PromiseType": "1", "ResultName": "食品经营许可证", "PlanEffectiveDate": "2021-01-01"},
        "TaskHandleItem": f"{ITEM}01",
    }
    second = {"RowGuid": "i2", "TaskVersion": "2", "PlanEffectiveDate": "2021-09-01 00:00:00"}
    bare = {
        "RowGuid": "i3",
        "TaskCode": BARE_ITEM,
        "CatalogCode": BARE_CATALOG,
        "TaskName": "失业登记",
        "TaskVersion": "2",
        "ResultName": None,
        "TaskHandleItem": None,
    }
    instant = {
        **{**bare, "RowGuid": "i4", "TaskCode": INSTANT_ITEM, "CatalogCode": INSTANT_CATALOG},
        **{"ProjectType": "1", "PromiseDay": "1"},
    }
    listing = {**bare, "RowGuid": "i5", "TaskCode": LISTING_ITEM, "CatalogCode": LISTING_CATALOG}
    return [{**common, **first, **changes} for changes in ({}, second, bare, instant, listing)]


def daily_item() -> Raw:
    """An item whose promise is one of calendar days."""
    bare = items()[2]
    codes = {"RowGuid": "i6", "TaskCode": DAILY_ITEM, "CatalogCode": DAILY_CATALOG}
    return {**bare, **codes, "PromiseDay": "10", "PromiseType": "2"}


def entrusted_item() -> Raw:
    """An item that another department handles on behalf of the implementing body."""
    codes = {"RowGuid": "i7", "TaskCode": ENTRUSTED_ITEM, "CatalogCode": ENTRUSTED_CATALOG}
    return {**items()[2], **codes, "DeptCode": BARE_ITEM[:18], "EntrustName": "市场监督管理局"}


def item_materials() -> list[Raw]:
    """The materials of the catalogue: one item requires one, the others list one that they do not require."""
    required = {"RowGuid": "im1", "TaskGuid": "i5", "MaterialName": "申请表", "IsNeed": "1", "OrderNum": "1"}
    others = [("im2", "i3"), ("im3", "i1"), ("im4", "i2"), ("im5", "i4")]
    return [required, *({**required, "RowGuid": own, "TaskGuid": item, "IsNeed": "0"} for own, item in others)]


def item_code(case_no: str, level: str = "4") -> str:
    """An item code that no other case number has; the same 基本编码 at every level."""
    return f"{DEPARTMENT}{level}61{zlib.crc32(case_no.encode()):010d}"


def item(case_no: str = "N1", level: str = "4", **changes: Any) -> Raw:
    """A clean item version of an item of its own."""
    code = item_code(case_no, level)
    clean = {
        **GUIDE,
        **{"RowGuid": f"i-{case_no}", "TaskCode": code, "CatalogCode": code[19:], "TaskName": "食品经营许可证核发"},
        **{"TaskVersion": "1", "TaskType": "01", "UseLevel": level, "DeptCode": DEPARTMENT, "ServerType": "1,2"},
        **{"ProjectType": "2", "ResultName": "食品经营许可证", "PlanEffectiveDate": "2021-01-01"},
    }
    return {**clean, **changes}


def item_material(case_no: str = "N1", **changes: Any) -> Raw:
    """The material of the clean item version."""
    clean = {
        "RowGuid": f"im-{case_no}",
        "TaskGuid": f"i-{case_no}",
        "MaterialName": "申请表",
        "IsNeed": "1",
        "OrderNum": "1",
    }
    return {**clean, **changes}


def accept(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean accept row; changes by national field name."""
    clean = {
        **{"RowGuid": f"a-{case_no}", "ProjectNo": case_no, "CatalogCode": CATALOG, "TaskCode": ITEM},
        **{"TaskHandleItem": f"{ITEM}01", "TaskName": "食品经营许可证核发", "TaskVersion": "2", "ProjectType": "2"},
        **{"ApplyerName": "王芳", "ApplyerType": "1", "ApplyerPageType": "111", "ApplyerPageCode": PERSON},
        **{"ApplyDate": "2021-09-06 09:00:00", "ApplyType": "1", "ContactMobile": "13800000001"},
        **{"OrgName": "市场监督管理局", "OrgCode": DEPARTMENT, "HandleUserName": "李强"},
        **{"AcceptDate": "2021-09-06 10:00:00", "PromiseDate": "2021-09-13 10:00:00", "DataSource": "161"},
    }
    return {**clean, **changes}


def process(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean process row of the case."""
    clean = {
        **{"RowGuid": f"p-{case_no}", "ProjectNo": case_no, "EventName": "1", "ProcessName": "受理"},
        **{"HandleUserName": "李强", "HandleExplain": "材料齐全\n予以受理", "DataSource": "161"},
        **{"EventStartTime": "2021-09-06 10:05:00", "EventEndTime": "2021-09-06 10:30:00"},
    }
    return {**clean, **changes}


def result(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean result row of the case."""
    clean = {
        **{"RowGuid": f"r-{case_no}", "ProjectNo": case_no, "HandleUserName": "李强", "DataSource": "161"},
        **{"ResultDate": "2021-09-08 15:00:00", "ResultType": "0", "IsDeliveryResults": "0"},
        **{"ResultCetrName": "食品经营许可证", "ResultCetrNo": "JY001", "ResultExplain": "准予办理"},
    }
    return {**clean, **changes}


def special(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean special procedure row of the case: suspended within one day."""
    clean = {
        **{"RowGuid": f"s-{case_no}", "ProjectNo": case_no, "SpecialType": "2", "SpecialName": "补正材料"},
        **{"SpecialReason": "申请材料\n需要补正", "ApplyerUserName": "王芳", "DataSource": "161"},
        **{"SpecialTime": "2021-09-07 09:00:00", "EndTime": "2021-09-07 16:00:00", "HandleUser": "李强"},
    }
    return {**clean, **changes}


def material(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean material row of the case."""
    clean = {
        **{"RowGuid": f"m-{case_no}", "ProjectNo": case_no, "MaterialName": "申请表", "GetType": "1", "GetNum": "1"},
        **{"MaterialAttachName": "申请表.pdf", "DataSource": "161"},
    }
    return {**clean, **changes}


def service(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean service record of the finished case."""
    clean = {
        **{"RowGuid": f"s-{case_no}", "projectNo": case_no, "serviceNumber": "1", "serviceName": "办结"},
        **{"serviceTime": "2021-09-08 15:00:00", "areaCode": "617020000000", "taskCode": ITEM, "proStatus": "3"},
        **{
            "taskName": "食品经营许可证核发",
            "projectName": "关于王芳的食品经营许可证核发",
            "orgName": "市场监督管理局",
        },
        **{"deptCode": DEPARTMENT, "acceptDate": "2021-09-06 10:00:00", "resultDate": "2021-09-08 15:00:00"},
        **{"userProp": "1", "userName": "王芳", "userPageType": "111", "certKeyGOV": PERSON, "mobile": "13800000001"},
        "taskHandleItem": f"{ITEM}01",
    }
    return {**clean, **changes}


def rating(case_no: str = "N1", **changes: Any) -> Raw:
    """A clean first rating of the case."""
    clean = {
        **{"RowGuid": f"r-{case_no}", "projectNo": case_no, "assessNumber": "1", "areaCode": "617020000000"},
        **{"taskCode": ITEM, "taskName": "食品经营许可证核发", "deptCode": DEPARTMENT, "clientIp": "10.0.0.1"},
        **{"userProp": "1", "userName": "王芳", "certKeyGOV": PERSON, "mobile": "13800000001", "pf": "4"},
        **{"satisfaction": "5", "evalDetail": "510,517", "writingEvaluation": "很快就办好了"},
        **{"taskHandleItem": f"{ITEM}01", "proStatus": "3", "acceptDate": "2021-09-06 10:00:00", "promiseTime": "2"},
        **{"assessTime": "2021-09-08 16:00:00"},
    }
    return {**clean, **changes}


# A clean row of every feed of a case.
CLEAN = {
    **{"accept": accept, "process": process, "result": result, "special": special, "material": material},
    **{"service": service, "rating": rating},
}

# And of an item in the catalogue.
CLEAN_ITEM = {"item": item, "item_material": item_material}


def case(case_no: str = "N1") -> dict[str, list[Raw]]:
    """The rows that every finished case has, by feed."""
    return {"accept": [accept(case_no)], "process": [process(case_no)], "result": [result(case_no)]}


def whole_case(case_no: str = "N1") -> dict[str, list[Raw]]:
    """A clean row of every feed of a case."""
    return {feed: [clean(case_no)] for feed, clean in CLEAN.items()}

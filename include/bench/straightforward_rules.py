"""The rules of the straightforward script: facts as columns of a frame, checks as Great Expectations on that frame."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from bench.straightforward import NOTHING
from govservice import contract, dimensions
from govservice.contract import feeds_in
from govservice.contract.register import Source

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_HEADS = "(1[1239]|[248A][19]|3[1-59]|5[1-59]|[67][129]|9[123]|N[1239]|Y1)"
CREDIT_WEIGHTS = [3**position % 31 for position in range(17)]
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_WEIGHTS = [2 ** (17 - position) % 11 for position in range(17)]
COMPLETENESS = {"accept": "C01", "process": "C02", "result": "C03", "special": "C04", "material": "C04"}
EXCHANGE_CODES = {
    "data_source": [contract.DATA_SOURCE],
    "cd_source": [contract.CD_SOURCE],
    "cd_operation": ["I", "U", "D"],
}
MAY_BE_PLANNED = {"promised_at", "resumed_at"}
WARNINGS = {"R03 in force", "T08"}
Frames = dict[str, pd.DataFrame]


def judge(live: Frames, sources: list[Source]) -> tuple[pd.DataFrame, Frames]:
    """Verdict of every live accept row, and the findings by feed.

    Args:
        live: latest rows of every feed, withdrawn ones included; changed in place.
        sources: the register.
    """
    _add_facts(live, sources)
    findings = {feed: _findings(feed, live[feed]) for feed in feeds_in("case")}
    faulty: set[str] = set()
    for feed, found in findings.items():
        rows = live[feed].loc[found.loc[~found["rule"].isin(WARNINGS), "row"].unique()]
        faulty.update(rows.loc[rows["is_main"] if feed == "accept" else ~rows["is_copy"], "owner"])
    accept, result = live["accept"], live["result"]
    own = result[result["ok U03"] & ~result["is_copy"]]
    void = own.loc[own["result_code"].isin(["VOID", "DELETED"]), "owner"]
    accept["is_countable"] = accept["is_main"] & ~accept["owner"].isin(void)
    accept["is_qualified"] = accept["is_countable"] & ~accept["owner"].isin(faulty)
    return accept, findings


def _findings(feed: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Row labels of the rows that fail a rule."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas(feed).add_dataframe_asset(feed)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    outcome = batch.validate(gx.ExpectationSuite(feed, [*_expectations(feed, frame)]), result_format="COMPLETE")
    found = [
        (result.expectation_config.meta["rule"], row)  # type: ignore[union-attr]
        for result in outcome.results
        for row in result.result["unexpected_index_list"] or ()
    ]
    return pd.DataFrame(found, columns=["rule", "row"])


def _expectations(feed: str, frame: pd.DataFrame) -> Iterator[gxe.Expectation]:
    for field in contract.feeds()[feed].fields:
        if field.required:
            yield gxe.ExpectColumnValuesToNotBeNull(column=field.name, meta={"rule": COMPLETENESS[feed]})
        if field.codes:
            codes = contract.code_list(field.codes)
            yield gxe.ExpectColumnValuesToBeInSet(column=field.name, value_set=codes, meta={"rule": "V01"})
        if field.max and not field.has_form:
            nothing = f"[{NOTHING}]" if field.multiline else rf"[\t\n\r{NOTHING}]"
            yield gxe.ExpectColumnValueLengthsToBeBetween(column=field.name, max_value=field.max, meta={"rule": "V02"})
            yield gxe.ExpectColumnValuesToNotMatchRegex(
                column=field.name, regex=rf"^\s|\s$|{nothing}", meta={"rule": "V02"}
            )
    for column in frame.columns[frame.columns.str.startswith("ok ")]:
        yield gxe.ExpectColumnValuesToBeInSet(
            column=column, value_set=[True], meta={"rule": column.removeprefix("ok ")}
        )


def _add_facts(live: Frames, sources: list[Source]) -> None:
    accept = live["accept"]
    priority = {source.id: source.priority for source in sources}
    is_dead = accept["cd_operation"] == "D"
    withdrawn = set(accept.loc[is_dead, "owner"]) - set(accept.loc[~is_dead, "owner"])
    for feed in feeds_in("case"):
        frame = live[feed]
        frame = frame[(frame["cd_operation"] != "D") & ~frame["owner"].isin(withdrawn)].copy()
        frame["is_sheet"] = frame["source_id"].isin(
            {one.id for one in sources if one.protocol == "files" or one.dialect == "icity"}
        )
        frame["synced_at"] = pd.to_datetime(frame["cd_time"])
        _add_times(feed, frame)
        for name, codes in EXCHANGE_CODES.items():
            frame[f"ok V14 {name}"] = frame[name].isin(codes) | frame[name].isna()
        frame["ok U01"] = ~frame.sort_values("first_time").duplicated(["source_id", "row_guid"])
        live[feed] = frame
    accept = live["accept"]
    accept["priority"] = accept["source_id"].map(priority)
    accept["is_main"] = ~accept.sort_values(["priority", "first_time"]).duplicated("owner")
    accept["new_city"] = accept["source_id"].map({source.id: source.new_city for source in sources})
    main = accept[accept["is_main"]].set_index("owner")
    copies = set(zip(accept.loc[~accept["is_main"], "owner"], accept.loc[~accept["is_main"], "source_id"], strict=True))
    for feed in feeds_in("case")[1:]:
        frame = live[feed]
        frame["is_copy"] = [pair in copies for pair in zip(frame["owner"], frame["source_id"], strict=True)]
        frame["ok R04"] = frame["owner"].isin(main.index) | frame["project_no"].isna()
    process = live["process"]
    backwards = process["started_at"] > process["ended_at until"]
    process["ok T03"] = ~backwards | ~process["ok T05 event_start_time"]
    _check_special(live["special"], main, live["result"])
    _check_accept(accept, live["item"])
    _check_result(live["result"], main, live["process"]["owner"], live["item"], sources)


def _add_times(feed: str, frame: pd.DataFrame) -> None:
    for field in contract.feeds()[feed].fields:
        if field.parsed:
            text = frame[field.name]
            moment = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S", errors="coerce")
            day = pd.to_datetime(text.where(frame["is_sheet"]), format="%Y-%m-%d", errors="coerce")
            moment = moment.fillna(day).mask(text.str[:10].isin(["1753-01-01", "1900-01-01", "1970-01-01"]))
            frame[field.parsed] = moment
            frame[f"{field.parsed} until"] = moment.mask(
                text.str.len() == 10, moment + pd.Timedelta("1d") - pd.Timedelta("1s")
            )
            frame[f"ok V08 {field.name}"] = moment.notna() | text.isna()
            if field.parsed not in MAY_BE_PLANNED:
                frame[f"ok T05 {field.name}"] = ~(moment > frame["synced_at"] + pd.Timedelta("5min"))


def _check_special(special: pd.DataFrame, main: pd.DataFrame, result: pd.DataFrame) -> None:
    begins_too_early = special["suspended_at until"] < special["owner"].map(main["accepted_at"])
    finished = special["owner"].map(result.groupby("owner")["finished_at until"].max())
    special["ok T12 special_time"] = ~begins_too_early
    special["ok T12 end_time"] = ~(
        (special["resumed_at until"] < special["suspended_at"]) | (special["resumed_at"] > finished)
    )


def _check_accept(accept: pd.DataFrame, item: pd.DataFrame) -> None:
    versions = _versions(item)
    in_force = _in_force(accept["task_code"], accept["accepted_at"], versions)
    sheet = accept["is_sheet"]
    accept["task_version"] = accept["task_version"].mask(sheet, in_force["task_version"])
    accept["project_type"] = accept["project_type"].mask(sheet, in_force["project_type"])
    kinds = {code.code: code.canonical for code in contract.codes() if code.list == "certificate_type"}
    kind = accept["applyer_page_type"].map(kinds)
    applicant, number = accept["applyer_type"], accept["applyer_page_code"]
    is_business = applicant.isin(["2", "3", "4"]) | ((kind == "USCC") & number.str.startswith("9").fillna(False))
    accept["ok C05"] = accept["legal"].notna() | ~is_business
    accept["ok C06"] = accept["promise_date"].notna() | (accept["project_type"] != "2")
    is_item_code = _each(accept["task_code"], is_item_code_of)
    has_item = accept["task_code"].isin(versions["task_code"])
    named = pd.MultiIndex.from_frame(accept[["task_code", "task_version"]]).isin(
        pd.MultiIndex.from_frame(versions[["task_code", "task_version"]])
    )
    accept["ok V03"] = is_item_code | accept["task_code"].isna()
    accept["ok V04 org_code"] = _each(accept["org_code"], is_credit_code) | accept["org_code"].isna()
    accept["ok V04 applyer_page_code"] = (kind != "USCC") | _each(number, is_credit_code) | number.isna()
    accept["ok V05"] = (accept["applyer_page_type"] != "111") | _each(number, is_id_number) | number.isna()
    accept["ok R01"] = has_item | ~is_item_code
    accept["ok R03"] = sheet | ~has_item | named | accept["task_version"].isna()
    current = in_force["task_version"]
    accept["ok R03 in force"] = sheet | ~named | current.isna() | (accept["task_version"] == current)
    accept["ok V06"] = accept["applyer_page_type"].isin(kinds) | accept["applyer_page_type"].isna()
    handle, catalog = accept["task_handle_item"], accept["catalog_code"]
    of_item = handle.isna() | (handle.str[:31] != accept["task_code"]) | current.isna()
    accept["ok R02"] = of_item | (handle == in_force["task_handle_item"])
    accept["ok C07"] = handle.notna() | in_force["task_handle_item"].isna()
    accept["ok K01"] = ~is_item_code | handle.isna() | (handle.str[:31] == accept["task_code"])
    accept["ok K02"] = sheet | ~is_item_code | catalog.isna() | (catalog == accept["task_code"].str[19:31])
    is_person_wrong = (applicant == "1") & kind.notna() & (kind != "PERSON")
    is_body_wrong = applicant.isin(["2", "3", "4", "5"]) & kind.notna() & ~kind.isin(["USCC", "ORGANISATION"])
    accept["ok K04"] = ~(is_person_wrong | is_body_wrong)
    accept["ok T01"] = ~(accept["applied_at"] > accept["accepted_at until"])
    accept["ok T06"] = ~(accept["promised_at until"] < accept["accepted_at"])


def _check_result(
    result: pd.DataFrame, main: pd.DataFrame, stepped: pd.Series, item: pd.DataFrame, sources: list[Source]
) -> None:
    by_list = {
        name: {code.code: code.canonical for code in contract.codes() if code.list == name}
        for name in ("result_inspur", "result_icity")
    }
    used = {source.id: by_list[source.code_lists.get("result_type", "result_inspur")] for source in sources}
    pairs = zip(result["source_id"], result["result_type"], strict=True)
    result["result_code"] = [used[source].get(code) for source, code in pairs]
    code, owner, has_accept = result["result_code"], result["owner"], result["ok R04"]
    accepted_at, task_code = owner.map(main["accepted_at"]), owner.map(main["task_code"])
    in_force = _in_force(task_code, accepted_at, _versions(item))
    gives = has_accept & (in_force["result_name"].notna() | in_force["task_version"].isna()) & (code == "GRANTED")
    for column in ("result_cetr_name", "result_cetr_no"):
        result[f"ok C09 {column}"] = result[column].notna() | ~gives
    needs_reason = code.isin(["REFUSED", "NOT_ACCEPTED", "RETURNED", "VOID", "FORWARDED"])
    result["ok C10"] = result["result_explain"].notna() | ~needs_reason
    result["ok C12"] = result["is_copy"] | ~has_accept | owner.isin(stepped)
    result["ok R08"] = code.notna() | result["result_type"].isna()
    result["ok T02"] = ~(result["finished_at until"] < accepted_at)
    due = {day: following for day, _, _, following, _ in dimensions.calendar()}
    due_on = pd.to_datetime(owner.map(main["promised_at"]).dt.date.map(due))
    result["ok T08"] = ~(result["finished_at"].dt.normalize() > due_on)
    result["ok U03"] = ~result.sort_values(["first_time", "row_guid"]).duplicated(["owner", "is_copy"])


def _day(text: pd.Series) -> pd.Series:
    """The day that a time of the catalogue begins with; NaT where it is not written as agreed."""
    return pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")


def _versions(item: pd.DataFrame) -> pd.DataFrame:
    """The catalogue's versions with the time each is in force."""
    item = item.drop_duplicates(["task_code", "task_version"], keep="last").copy()
    item["valid_from"] = _day(item["plan_effective_date"])
    item = item.sort_values(["task_code", "valid_from"])
    following = item.groupby("task_code")["valid_from"].shift(-1)
    last_day = _day(item["plan_cancel_date"]) + pd.Timedelta("1d")
    item["valid_until"] = pd.concat([following, last_day], axis=1).min(axis=1).fillna(pd.Timestamp("2200-01-01"))
    return item


def _in_force(task_code: pd.Series, moment: pd.Series, versions: pd.DataFrame) -> pd.DataFrame:
    """The version of each row's item that was in force at its moment, by the rows' labels."""
    asked = pd.DataFrame({"task_code": task_code, "moment": moment, "row": task_code.index})
    wanted = [
        "task_code",
        "task_version",
        "task_handle_item",
        "project_type",
        "result_name",
        "valid_from",
        "valid_until",
    ]
    found = asked.merge(versions[wanted], on="task_code")
    found = found[(found["moment"] >= found["valid_from"]) & (found["moment"] < found["valid_until"])]
    return found.set_index("row").reindex(task_code.index)


def _each(column: pd.Series, check: Callable[[str], bool]) -> pd.Series:
    """A check of every value, made once per distinct value; False where there is none."""
    answers = {value: check(value) for value in column.dropna().unique()}
    return column.map(answers).fillna(False).astype(bool)


def is_credit_code(value: str) -> bool:
    """Authority, region and both check characters of GB 32100-2015."""
    if not re.fullmatch(rf"{CREDIT_HEADS}\d{{6}}[{LETTERS}]{{10}}", value, re.ASCII):
        return False
    inner = sum(int(letter, 36) * weight for letter, weight in zip(value[8:16], ORGANISATION_WEIGHTS, strict=True))
    if value[16] != "0X987654321"[inner % 11]:
        return False
    weighted = sum(LETTERS.index(letter) * weight for letter, weight in zip(value, CREDIT_WEIGHTS, strict=False))
    return (weighted + LETTERS.index(value[17])) % 31 == 0


def is_item_code_of(value: str) -> bool:
    """实施编码: credit code, level, 基本编码."""
    return bool(re.fullmatch(r".{18}[1-7][0-9A-Z]{12}", value)) and is_credit_code(value[:18])


def is_id_number(value: str) -> bool:
    """Birth date and check character of GB 11643."""
    if not re.fullmatch(r"[1-9]\d{5}(19|20)\d{9}[\dXx]", value, re.ASCII):
        return False
    try:
        date.fromisoformat(value[6:14])
    except ValueError:
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(value, IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[weighted % 11] == value[17].upper()

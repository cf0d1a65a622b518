"""The whole job as a competent engineer writes it in a few days: pandas, to_sql, Great Expectations on pandas, tally.

It shares with the project the contract (fields, code lists, record keys), the register and the endpoints, nothing else:
no landing, no versions, no books, no compiled rules, one process. It exists to be compared with.
"""

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import requests
import sqlalchemy as sa
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from govservice import contract, warehouse
from govservice.collecting.protocol import Endpoint
from govservice.contract import DATA_SOURCE, dialects, feeds_in
from govservice.contract.register import Source

PAGE = 2000
TEXT: dict[str, Any] = {"dtype": str, "keep_default_na": False, "na_values": [""]}
RESULT_MARKS = ["办结时间", "办结结果", "证照名称", "证照编号"]
NODE_PAIRS = ["14", "15", "16", "20", "21", "25", "26", "27", "30", "31", "41", "42", "43", "44"]
BLANKS = " \t\n\r\xa0\u3000"
NOTHING = "".join(
    one for one in map(chr, range(0xFFFF)) if unicodedata.category(one) in ("Cc", "Cf", "Zs") and one not in BLANKS
)
"""Characters that nobody sees."""
RETRY = Retry(total=5, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=("GET", "POST"))


def run(url: str, sources: list[Source], endpoints: dict[str, Endpoint], until: str) -> dict[str, int]:
    """Bring everything delivered before `until` into a database, judge it and write the tally.

    Args:
        url: SQLAlchemy URL of an empty database.
        sources: the register.
        endpoints: by source id.
        until: exclusive end of the window, yyyy-MM-dd HH:mm:ss.

    Returns:
        total and qualified cases.
    """
    from bench import (
        straightforward_rules,
    )  # imports Great Expectations: seconds that only the process of this script pays

    engine = sa.create_engine(url)
    for source in sources:
        for feed, frame in _read(source, endpoints[source.id], until):
            frame = frame.assign(source_id=source.id)
            frame.to_sql(feed, engine, if_exists="append", index=False, chunksize=10_000)
    live = {feed: _latest(pd.read_sql_table(feed, engine)) for feed in (*feeds_in("case"), "item")}
    judged, findings = straightforward_rules.judge(live, sources)
    for feed, found in findings.items():
        found.to_sql(f"{feed}_finding", engine, if_exists="replace", index=False, chunksize=10_000)
    counted = judged[judged["is_countable"]]
    tally = counted.groupby(["new_city", counted["accepted_at"].dt.date], dropna=False)["is_qualified"].agg(
        ["size", "sum"]
    )
    tally.to_sql("tally", engine, if_exists="replace")
    return {"total": int(tally["size"].sum()), "qualified": int(tally["sum"].sum())}


def _read(source: Source, endpoint: Endpoint, until: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Frames of text by feed, columns named as in the contract."""
    if source.protocol == "files":
        yield from _read_drops(source, Path(endpoint.extra["path"]), until)
        return
    if source.dialect in dialects.load():
        for feed in source.feeds:
            yield feed, _read_vendor(source, endpoint, feed, until)
        return
    read = _read_api if source.protocol == "http" else _read_table
    for feed in source.feeds:
        names = {field.national: field.name for field in contract.feeds()[feed].fields}
        yield feed, read(endpoint, feed, until).rename(columns=names)


def _read_api(endpoint: Endpoint, feed: str, until: str) -> pd.DataFrame:
    base = f"{endpoint.scheme}://{endpoint.host}:{endpoint.port}{endpoint.extra['base_path']}"
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=RETRY))
    records: list[dict[str, str]] = []
    total, number = 1, 1
    while (number - 1) * PAGE < total:
        window: dict[str, Any] = {"since": "1900-01-01 00:00:00", "until": until, "page": number, "size": PAGE}
        response = session.get(f"{base}/{feed}", params=window, timeout=60)
        if response.status_code == 401:
            _log_in(session, base, endpoint)
            continue
        response.raise_for_status()
        page = response.json()
        records += page["data"]
        total, number = page["total"], number + 1
    return pd.DataFrame(records)


def _log_in(session: requests.Session, base: str, endpoint: Endpoint) -> None:
    credentials = {"client_id": endpoint.login, "client_secret": endpoint.password}
    response = session.post(f"{base}/token", json=credentials, timeout=60)
    response.raise_for_status()
    session.headers["Authorization"] = f"Bearer {response.json()['access_token']}"


def _read_table(endpoint: Endpoint, feed: str, until: str) -> pd.DataFrame:
    host, login = f"{endpoint.host}:{endpoint.port}", f"{endpoint.login}:{endpoint.password}"
    columns = ", ".join(f"{name}::text" for name in contract.feeds()[feed].columns)
    table = f"{endpoint.extra['schema']}.{contract.feeds()[feed].table.lower()}"
    query = sa.text(f"SELECT {columns} FROM {table} WHERE cd_time < :until ORDER BY cd_time")  # noqa: S608
    with sa.create_engine(f"postgresql+psycopg2://{login}@{host}/{endpoint.database}").connect() as connection:
        return pd.read_sql_query(query, connection, params={"until": until})


def _read_vendor(source: Source, endpoint: Endpoint, feed: str, until: str) -> pd.DataFrame:
    """Rows of a vendor's tables under our names, codes of its own lists translated."""
    vendor = dialects.load()[source.dialect]
    mapping, schema = vendor.feeds[feed], f"{endpoint.extra['schema']}."
    table = f"{schema}{mapping.table}"
    if mapping.query:
        table = (
            f"({warehouse.template(f'dialects/{source.dialect}/{mapping.query}', table=schema.__add__)}) AS vendor_rows"
        )
    cells = [f"{column}::text AS {name}" for name, column in mapping.columns.items()]
    cells += [f"md5(concat_ws('|', {', '.join(mapping.key)})) AS row_guid", f"{mapping.cursor}::text AS cd_time"]
    cells += ["NODETYPE::text AS node_type"] if "NODETYPE" in mapping.kept else []
    where = f"{mapping.cursor} < :until" + (f" AND {mapping.only_with} IS NOT NULL" if mapping.only_with else "")
    order = ", ".join(filter(None, [mapping.cursor, mapping.version]))
    query = sa.text(f"SELECT {', '.join(cells)} FROM {table} WHERE {where} ORDER BY {order}".replace("::", r"\:\:"))  # noqa: S608
    host, login = f"{endpoint.host}:{endpoint.port}", f"{endpoint.login}:{endpoint.password}"
    with sa.create_engine(f"postgresql+psycopg2://{login}@{host}/{endpoint.database}").connect() as connection:
        frame = pd.read_sql_query(query, connection, params={"until": until})
    if "node_type" in frame:
        pairs = frame.pop("node_type").str.cat(frame["event_name"])
        frame["event_name"] = frame["event_name"].where(pairs.isin(NODE_PAIRS))
    for name in frame.columns.intersection(list(vendor.code_lists)).difference(["result_type"]):
        translated = {code.code: code.canonical for code in contract.codes() if code.list == vendor.code_lists[name]}
        frame[name] = frame[name].map(translated)
    constants = {"cd_operation": "I", "cd_batch": until[:10], **mapping.constants}
    frame = frame.assign(**{name: value for name, value in constants.items() if name not in frame})
    if feed == "accept" and "catalog_code" not in frame:
        frame["catalog_code"] = frame["task_code"].str[19:31]
    return frame.reindex(columns=contract.feeds()[feed].columns).astype(object)


def _read_drops(source: Source, root: Path, until: str) -> Iterator[tuple[str, pd.DataFrame]]:
    manifests = [json.loads(path.read_text()) | {"folder": path.parent} for path in root.glob("*/manifest.json")]
    frames: dict[str, list[pd.DataFrame]] = {feed: [] for feed in feeds_in("case") if feed in source.feeds}
    for manifest in sorted(manifests, key=lambda one: (one["uploaded_at"], one["sequence"])):
        if manifest["uploaded_at"] < until:
            sheets = _sheets(manifest["folder"], [file["name"] for file in manifest["files"]])
            for feed, found in frames.items():
                found.append(_from_sheet(source, feed, sheets[str(contract.feeds()[feed].sheet)], manifest))
    for feed, found in frames.items():
        yield feed, pd.concat(found)


def _sheets(folder: Path, names: list[str]) -> dict[str, pd.DataFrame]:
    if names == ["办件.xlsx"]:
        return _workbook(folder / names[0])
    if names != ["办件.zip"]:
        return {Path(name).stem: _csv((folder / name).read_bytes()) for name in names}
    with zipfile.ZipFile(folder / names[0]) as archive:
        return {Path(name).stem: _csv(archive.read(name)) for name in archive.namelist()}


def _csv(content: bytes) -> pd.DataFrame:
    try:
        content.decode("utf-8")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "gb18030"
    return pd.read_csv(io.BytesIO(content), encoding=encoding, on_bad_lines="skip", **TEXT)


def _workbook(path: Path) -> dict[str, pd.DataFrame]:
    """Sheets by name, those that go on with another one below it; titles above and totals below left out."""
    pages: dict[str, list[pd.DataFrame]] = {"办件": [], "环节": []}
    for title, page in pd.read_excel(path, sheet_name=None, header=None, engine="calamine", **TEXT).items():
        if title[:2] in pages:
            top = int((page == "办件编号").any(axis=1).idxmax())
            rows = page.iloc[top + 1 :].set_axis(page.iloc[top], axis=1)
            pages[title[:2]].append(rows[rows.iloc[:, 0] != "合计"])
    return {name: pd.concat(found, ignore_index=True) for name, found in pages.items()}


def _from_sheet(source: Source, feed: str, sheet: pd.DataFrame, manifest: dict[str, str]) -> pd.DataFrame:
    """Rows of one feed out of a sheet, with what a sheet cannot carry filled in."""
    if feed == "result":
        sheet = sheet[sheet[RESULT_MARKS].notna().any(axis=1)]
    fields = contract.feeds()[feed].fields
    frame = pd.DataFrame(
        {field.name: sheet[field.sheet] if field.sheet else None for field in fields}, index=sheet.index
    )
    row = pd.Series(sheet.index.astype(str), sheet.index)
    case = frame["project_no"].fillna(f"{manifest['period']} 第 " + row + " 行")
    if contract.has_many_of_a_case(contract.feeds()[feed]):
        case = case + "#" + (sheet.groupby(case).cumcount() + 1).astype(str)
    frame["row_guid"] = [contract.sheet_key(source.id, feed, key) for key in case]
    frame["data_source"], frame["cd_operation"] = DATA_SOURCE, "I"
    frame["cd_time"], frame["cd_batch"] = manifest["uploaded_at"], manifest["period"]
    if feed == "accept":
        frame["catalog_code"] = frame["task_code"].str[19:31]
    if feed == "result":
        frame["is_delivery_results"] = "0"
    return frame


def _latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The last delivery of every record, withdrawn ones included, with the time of its first; blank cells are empty."""
    frame = frame.apply(lambda column: column.where(column.str.strip(BLANKS + NOTHING) != "")).sort_values(
        "cd_time", kind="stable"
    )
    record = ["source_id", "row_guid"]
    # The same RowGuid with another 办件编号 is another record.
    number = "project_no" if "project_no" in frame else "task_code"
    frame["owner"] = (
        frame[number].fillna(frame.groupby(record)[number].transform("last")).fillna("#" + frame["row_guid"])
    )
    frame["first_time"] = frame.groupby([*record, "owner"])["cd_time"].transform("min")
    return frame.drop_duplicates([*record, "owner"], keep="last").reset_index(drop=True)

"""A 前置库 with the tables of the vendors Inspur and iCity, as its software creates them, filled row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

import cases
from front import PASSWORD, READER
from govservice.collecting.protocol import Endpoint
from govservice.settings import ROOT
from stack.postgres import Cluster

TABLES = "".join(
    (ROOT / "include" / "demo" / f"{name}.sql").read_text(encoding="utf-8") for name in ("inspur", "icity")
)
ACCEPTED = {
    **{"catalogcode": cases.CATALOG, "taskcode": cases.ITEM, "taskhandleitem": f"{cases.ITEM}01", "itemversion": 2},
    **{"itemname": "食品经营许可证核发", "approvaltype": "2", "applicant": "王芳", "applyertype": "1"},
    **{"applyerpagetype": "111", "applyerpagecode": cases.PERSON, "submit": "0", "acceptdeptname": "市场监督管理局"},
    **{"acceptdeptcode": cases.DEPARTMENT, "acceptusername": "李强", "acceptlist": "空", "acceptdeptcode1": "无"},
    **{"occurtime": "2021-09-06 10:00:00", "promisedate": "2021-09-13 10:00:00", "contactmobile": "13800000001"},
}
STEP = {
    **{"sn": 1, "nodename": "受理", "nodetype": "1", "nodestate": "02", "noderesult": "4", "nodeprocername": "李强"},
    **{"nodeadv": "材料齐全", "nodestarttime": "2021-09-06 10:05:00", "nodeendtime": "2021-09-06 10:30:00"},
}
DONE = {
    **{"doneresult": "0", "exitres": "准予办理", "certificatenam": "食品经营许可证", "certificateno": "JY001"},
    **{"occurtime": "2021-09-08 15:00:00", "transactor": "李强", "isdeliveryresults": "0"},
}
SUSPENDED = {
    **{"sn": 1, "specialtype": "0", "nodename": "补正材料", "noderesult": "1", "nodeprocaccord": "材料不齐"},
    **{"procername": "李强", "occurtime": "2021-09-07 09:00:00"},
}
CLEAN = {
    **{"ea_jc_step_basicinfo": ACCEPTED, "ea_jc_step_proc": STEP, "ea_jc_step_done": DONE},
    "ea_jc_step_specialnode": SUSPENDED,
}
RESUMED = {"sn": 2, "specialtype": "1", "occurtime": "2021-09-07 16:00:00", "nodeprocadv": "已补正"}

INDEX_ENTRY = {
    **{"sxbm": cases.ITEM, "ywblxbm": f"{cases.ITEM}01", "sxmc": "食品经营许可证核发", "assort": "2", "sbfs": "2"},
    **{"sqrmc": "王芳", "sqrlx": "1", "sqrzjlx": "111", "sqrzjhm": cases.PERSON, "sbsj": "2021-09-06 09:00:00"},
    **{"lxrsj": "13800000001", "sjdw": "市场监督管理局", "sjdwdm": cases.DEPARTMENT, "slsj": "2021-09-06 10:00:00"},
    **{"cnbjsj": "2021-09-13 10:00:00", "update_time": "2021-09-06 10:05:00", "state": "00"},
}
APPROVED = {"spsj": "2021-09-07 10:00:00", "sphjdm": "3", "sphjmc": "批准", "sprxm": "李强", "spyj": "同意"}
ENDED = {"bjsj": "2021-09-08 15:00:00", "bjjgdm": "0", "bjjgms": "准予办理", "zzmc": "食品经营许可证", "zzbh": "JY001"}


class VendorFront:
    """A front database with the empty tables in schema public."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        cluster.ensure_database(database)
        self.cluster, self.database = cluster, database
        self.link: connection = psycopg2.connect(cluster.url(database, driver="postgresql"))
        self.link.autocommit = True
        self.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;"
            f"DO $$ BEGIN CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'; EXCEPTION WHEN duplicate_object THEN END $$;"
            f"{TABLES} GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}"
        )

    def execute(self, statement: str) -> None:
        """Change the front database."""
        with self.link.cursor() as cursor:
            cursor.execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the front database."""
        with self.link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def write(
        self, table: str, case_no: str, at: str = "2021-09-08 18:00:00", version: int = 1, **changes: Any
    ) -> None:
        """Insert a clean row of a case as the vendor's software writes it, with changes by column."""
        known = {"orgbusno": f"bus-{case_no}", "projid": case_no, "dataver": version}
        if table != "pre_apasinfo":
            known |= {**CLEAN[table], "maketime": at, "cd_operation": "I", "signstate": "0", "sysmark": "LC"}
        self.insert(table, {**known, **changes})

    def insert(self, table: str, row: dict[str, Any]) -> None:
        """Insert a row."""
        with self.link.cursor() as cursor:
            cursor.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join(sql.Placeholder() * len(row)),
                ),
                list(row.values()),
            )

    def write_case(self, case_no: str, **changes: Any) -> None:
        """All rows of a clean, finished case; changes of the accept row."""
        self.write("pre_apasinfo", case_no, applydate="2021-09-06 09:00:00")
        self.write("ea_jc_step_basicinfo", case_no, "2021-09-06 18:00:00", **changes)
        self.write("ea_jc_step_proc", case_no)
        self.write("ea_jc_step_done", case_no)

    def endpoint(self, **parts: Any) -> Endpoint:
        """How the source is connected to."""
        known = {"kind": "postgres", "host": "127.0.0.1", "port": self.cluster.port, "database": self.database}
        return Endpoint(**{**known, "login": READER, "password": PASSWORD, **parts})


@contextmanager
def vendor_front(cluster: Cluster) -> Iterator[VendorFront]:
    """A front database of its own."""
    made = VendorFront(cluster, "vendor_front_of_tests")
    yield made
    made.link.close()

"""Run in a copy of the project that has one more feed, `visit`: install it, collect it, inspect it, judge, and print what became of it.

python collect_visits.py SUPERUSER_URL URL < passwords as JSON
"""

import json
import sys
from dataclasses import replace

from govservice import dimensions, schema, settings, warehouse
from govservice.collecting import load
from govservice.collecting.delivery import Batch, Landed
from govservice.collecting.records import Mapper
from govservice.contract import feeds, register
from govservice.inspecting import inspection

SOURCE = "konggang_centre"
ACCEPT = {"RowGuid": "a1", "ProjectNo": "N1"}
VISITS = [
    {"RowGuid": "v1", "ProjectNo": "N1", "Place": "大厅"},
    {"RowGuid": "v2", "ProjectNo": "N1", "Place": ""},
]


def main(superuser: str, url: str) -> None:
    """Do it; one JSON object on standard output."""
    schema.install(superuser, json.load(sys.stdin))
    sources = register.load(settings.CONTRACT / "sources.yml")
    source = replace(sources[SOURCE], feeds=(*sources[SOURCE].feeds, "visit"))
    dimensions.write(url, {**sources, SOURCE: source})
    landed = Landed(SOURCE, "http", "one", "2021-09-09 00:00:00", "x", "x", {"accept": 1, "visit": 2})
    records = {"accept": [ACCEPT], "visit": VISITS}
    batches = [Batch(landed, feed, lambda feed=feed: read(feed, records[feed])) for feed in records]  # type: ignore[misc]
    token = load.take_fence(url, SOURCE)
    with warehouse.transaction(url) as cursor:
        load.hold_fence(cursor, SOURCE, token)
        load.load(cursor, source, batches, "run")
        cursor.execute(warehouse.statement("ops/write/run__begin.sql"), {"run_id": "run", "data_date": "2021-09-09"})
    inspection.inspect(url, "run")
    inspection.judge(url, "run")
    print(
        json.dumps(
            {name: asked(superuser, query) for name, query in QUESTIONS.items()}, ensure_ascii=False, default=int
        )
    )


QUESTIONS = {
    "loaded": "SELECT record_key, case_key, place FROM ods.visit ORDER BY record_key",
    "described": "SELECT obj_description('ods.visit'::regclass), col_description('ods.visit'::regclass, attnum) FROM pg_attribute"
    " WHERE attrelid = 'ods.visit'::regclass AND attname = 'place'",
    "found": "SELECT record_key, rule_id, column_name FROM quality.finding WHERE feed = 'visit'",
    "checked": "SELECT rule_id, checked_count, failed_count FROM quality.run_check WHERE feed = 'visit' ORDER BY rule_id",
    "judged": "SELECT verdict, 'X01' = any(failed_rules) FROM dwd.case_record",
    "booked": "SELECT declared, received, versions, live, accepted, quarantined, unexplained FROM ops.book WHERE feed = 'visit'",
    "read": "SELECT count(*) FROM quality.reading WHERE part = 'statement' AND key = 'visit'",
    "granted": "SELECT has_column_privilege('pipeline', 'ods.visit', 'is_current', 'UPDATE'),"
    " has_table_privilege('portal_reader', 'ods.visit', 'SELECT')",
}


def read(feed: str, records: list[dict[str, str]]) -> object:
    mapper = Mapper(feeds()[feed])
    for raw in records:
        whole = {"CD_operation": "I", "CD_time": "2021-09-08 18:00:00", "CD_batch": "1", **raw}
        yield mapper.record(tuple(whole), whole.values(), "2021-09-09 00:00:00")


def asked(url: str, query: str) -> list[list[object]]:
    with warehouse.transaction(url) as cursor:
        cursor.execute(query)
        return [list(row) for row in cursor.fetchall()]


if __name__ == "__main__":
    main(*sys.argv[1:])

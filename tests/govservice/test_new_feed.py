"""A new feed is one entry of fields.yml, one inspection view and one suite: nothing else has to know it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from govservice.settings import ROOT
from stack.postgres import Cluster
from warehouses import PASSWORDS, Warehouse

FIELDS = """
visit:
  zh: 现场核查
  table: UP_PRO_VISIT
  group: case
  case_key: project_no
  fields:
    - {name: row_guid, national: RowGuid, zh: 记录唯一标识, max: 50, required: true, filled: key}
    - {name: project_no, national: ProjectNo, zh: 办件编号, max: 50, required: true}
    - {name: place, national: Place, zh: 核查地点, max: 100, required: true}
    - {name: cd_operation, national: CD_operation, zh: 同步类型, max: 2, required: true, filled: delivery}
    - {name: cd_time, national: CD_time, zh: 同步时间, kind: datetime, required: true, filled: delivery}
    - {name: cd_batch, national: CD_batch, zh: 批次号, max: 32, required: true, filled: delivery}
"""
VIEW = """{% extends "quality/live_view.j2" %}
{% from "quality/macros.j2" import filled_columns, linked_columns, linked_rows with context %}
{% set feed = feeds["visit"] %}
{% block rows %}
-- Grain: one live visit of a case under inspection.
SELECT
    {{ linked_columns() }}
    {{ filled_columns(feed, "live") }}
    quality.latest_at(live.synced_at) AS latest_at
FROM (
    {{ linked_rows(feed) }}
) AS live
{% endblock %}
"""
SUITE = """
meta: {owner: 测试, since: 2021-07-01}
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: place}
    severity: critical
    description: 核查地点必须填写
    meta: {rule_id: X01, dimension: 完整性, basis: 测试, confidence: inferred}
"""


def test_a_new_feed_is_collected_inspected_judged_and_booked(cluster: Cluster, tmp_path: Path) -> None:
    for room in ("include", "sql", "expectations"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "include" / "contract" / "fields.yml").open("a", encoding="utf-8") as file:
        file.write(FIELDS)
    (tmp_path / "sql" / "quality" / "visit_live.sql.j2").write_text(VIEW, encoding="utf-8")
    (tmp_path / "expectations" / "quality" / "visit_live.yml").write_text(SUITE, encoding="utf-8")
    own = Warehouse(cluster, "warehouse_visits")
    cluster.ensure_database(own.database)
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "helpers" / "collect_visits.py", own.superuser, own.url],
        input=json.dumps(PASSWORDS),
        env={**os.environ, "PYTHONPATH": str(tmp_path / "include"), "GOVSERVICE_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "loaded": [["v1", "N1", "大厅"], ["v2", "N1", None]],
        "described": [
            [
                "现场核查 · every version of every delivered record of UP_PRO_VISIT, values untouched",
                "核查地点 · Place, required",
            ]
        ],
        "found": [["v2", "X01", "place"]],
        "checked": [["X01", 2, 1]],
        "judged": [["quarantined", True]],
        "booked": [[2, 2, 2, 2, 1, 1, 0]],
        "read": [[1]],
        "granted": [[True, False]],
    }

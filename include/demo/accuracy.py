"""How well the warehouse matches the demo's truth: precision and recall of every rule, and the rows of its sheets.

A pattern over several cases counts as one record, that of its first case; an overdue case is its accept record. Of the patterns over ratings
edited ones (A10) are compared.
"""

import json
from collections import Counter
from pathlib import Path

import psycopg2
import pyarrow.parquet as pq

FINDINGS = "SELECT DISTINCT feed, source_id, record_key, rule_id FROM quality.finding"
PATTERNS = "SELECT 'case', source_ids[1], example_case_nos[1], rule_id FROM ads.case_suspicion"
EDITED = "SELECT 'rating', '', example_case_nos[1], rule_id FROM ads.rating_suspicion WHERE rule_id = 'A10'"
OVERDUE = "SELECT 'accept', source_id, record_key, 'T09' FROM ads.overdue_case"
SHEETS = "SELECT sum(recorded_count + known_count), sum(refused_count) FROM ops.follow_up_sheet WHERE name = ANY(%s)"


def accuracy(url: str, demo: Path) -> dict[str, dict[str, float | int]]:
    """Compare findings and patterns with the truth of the whole campaign.

    Args:
        url: warehouse, a role that reads quality.finding and the patterns of schema ads.
        demo: the generated area; its truth holds for the end of 2021-11-19.

    Returns:
        By rule: precision, recall (1.0 = no false, no missed), expected and found records.
    """
    truth = set(
        zip(
            *pq.read_table(demo / "truth.parquet")
            .select(["feed", "source_id", "record_key", "rule_id"])
            .to_pydict()
            .values(),
            strict=True,
        )
    )
    patterns = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
    truth |= {("case", one["source_id"], one["case_no"], one["rule_id"]) for one in patterns["case_patterns"]}
    truth |= {("rating", "", one["case_no"], "A10") for one in patterns["rating_patterns"] if one["rule_id"] == "A10"}
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"{FINDINGS} UNION ALL {PATTERNS} UNION ALL {EDITED} UNION ALL {OVERDUE}")
            found = set(cursor.fetchall())
    finally:
        connection.close()
    counts = [Counter(rule_id for *_, rule_id in records) for records in (truth, found, truth & found)]
    return {
        rule: {
            "precision": _share(counts[2][rule], counts[1][rule]),
            "recall": _share(counts[2][rule], counts[0][rule]),
            "expected": counts[0][rule],
            "found": counts[1][rule],
        }
        for rule in sorted(set(counts[0]) | set(counts[1]))
    }


def sheets(url: str, demo: Path) -> dict[str, dict[str, int]]:
    """Compare what became of the rows of the demo's sheets (处置表) with its truth.

    Args:
        url, demo: as in accuracy().

    Returns:
        expected and found: rows recorded and refused.
    """
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(SHEETS, ([sheet.name for sheet in demo.glob("follow_up/*.xlsx")],))
            found = cursor.fetchone() or ()
    finally:
        connection.close()
    expected = json.loads((demo / "truth.json").read_text(encoding="utf-8"))["follow_up"]
    return {
        "expected": expected,
        "found": {name: int(count or 0) for name, count in zip(("recorded", "refused"), found, strict=True)},
    }


def _share(right: int, of: int) -> float:
    return round(right / of, 6) if of else 0.0

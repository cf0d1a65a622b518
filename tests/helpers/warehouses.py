"""Warehouses for tests: URLs for every role, and how the data of a test are deleted."""

from dataclasses import dataclass

from govservice.contract import feeds_in
from govservice.warehouse import ROLES, transaction
from stack.postgres import Cluster

# Emptying takes milliseconds, a copy of the database some hundreds.
EMPTY = """
DELETE FROM quality.pending_case;
DELETE FROM quality.due_case;
DELETE FROM ods.case_fact;
DELETE FROM ods.restatement;
DELETE FROM ods.shared_row_guid;
DELETE FROM quality.finding;
DELETE FROM quality.rule;
DELETE FROM quality.reading;
DELETE FROM quality.run_check;
DELETE FROM quality.written_mark;
DELETE FROM quality.missing_record;
DELETE FROM quality.rejudgement;
DELETE FROM quality.waiver;
DELETE FROM dwd.case_record;
DELETE FROM dwd.rating;
DELETE FROM dwd.verdict_history;
DELETE FROM ops.follow_up_act;
DELETE FROM ops.follow_up_sheet;
DELETE FROM ops.unparsable;
DELETE FROM ops.file_note;
DELETE FROM ops.ledger WHERE feed = ANY(%(feeds)s);
DELETE FROM ops.delivery WHERE source_id <> 'item_catalogue';
DELETE FROM ops.watermark;
DELETE FROM ops.fence;
DELETE FROM ops.source_state;
DELETE FROM ops.run;
"""
PASSWORDS = dict.fromkeys(ROLES, "only-for-these-tests")


@dataclass(frozen=True)
class Warehouse:
    """A warehouse of a test's own: libpq URLs of its roles."""

    cluster: Cluster
    database: str

    @property
    def url(self) -> str:
        """As role pipeline."""
        return self.as_role("pipeline")

    @property
    def superuser(self) -> str:
        """As the owner of everything."""
        return self.cluster.url(self.database, driver="postgresql")

    def as_role(self, role: str) -> str:
        """As one of the roles of the installation."""
        return self.cluster.url(self.database, role, PASSWORDS[role], "postgresql")

    def empty(self) -> None:
        """Delete everything but the catalogue."""
        with transaction(self.superuser) as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            for feed in feeds_in("case") + feeds_in("rating"):
                cursor.execute(f"DELETE FROM ods.{feed}")
            cursor.execute(EMPTY, {"feeds": [*feeds_in("case"), *feeds_in("rating")]})

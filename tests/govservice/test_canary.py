"""Canaries: people who occur nowhere else are collected in every way, with all kinds of defects and with provoked errors.

Their numbers, phones and names may stand in ods and in landing, and nowhere else: not in a log, an exception, a finding, a ledger line,
a figure, a masked view, the server's log, a receipt or a file left behind.
"""

import logging
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import cases
import station
from deliveries import SOURCES
from drops import HEADER, drop, packed, row, table, workbook
from front import Front
from govservice import runs, step_log
from govservice.collecting.collect import collect
from govservice.collecting.protocol import Endpoint
from govservice.inspecting import inspection
from govservice.reporting import receipts
from govservice.warehouse import transaction
from stack.postgres import Cluster
from tables import replaced
from warehouses import Warehouse

# True check digits and invented ones; the digits before the check digit occur nowhere else either.
NUMBERS = ("610102198703147758", "61010219870314775X", "610102770314775", "91610131MA6TQ7YQ3K", "6.10102198703147e+17")
PHONES = ("15929367184", "159293671840", "029-88617294")
NAMES = ("欧阳测金丝", "慕容测雀鸟", "测 金丝雀")
CANARIES = (*NUMBERS, "61010219870314", *PHONES, "15929367", *NAMES, "测金丝", "测雀鸟")


def people() -> list[dict[str, Any]]:
    """Accept rows of canaries, one clean and the others broken each in its way."""
    clean = {"ApplyerName": NAMES[0], "ApplyerPageCode": NUMBERS[0], "ContactMobile": PHONES[0], "Legal": NAMES[1]}
    broken: list[dict[str, Any]] = [
        {},
        {"ApplyerPageCode": NUMBERS[1]},
        {"ApplyerPageCode": NUMBERS[2], "ContactMobile": PHONES[1]},
        {"ApplyerName": f" {NAMES[2]}\x01", "ContactMobile": PHONES[2]},
        {"ApplyerType": NAMES[1], "ProjectType": NUMBERS[0]},
        {"ApplyDate": NUMBERS[0], "AcceptDate": PHONES[0]},
        {"TaskName": f"{NAMES[0]} {NUMBERS[0]}", "ApplyType": PHONES[0], "ApplyerPageType": NUMBERS[0]},
        {"TaskCode": NUMBERS[3], "OrgCode": NUMBERS[3], "TaskVersion": PHONES[0]},
        {"CD_time": PHONES[0], "CD_operation": NAMES[0], "CD_batch": NUMBERS[0]},
        {"未知列": f"{NAMES[0]} {PHONES[0]}"},
        {"ProjectNo": NUMBERS[0]},
        {"ProjectNo": PHONES[0]},
        {"Address": f"{NAMES[0]}\t{PHONES[0]}\n{NUMBERS[0]}\\"},
    ]
    return [
        {**cases.accept(f"C{number}", **clean), **station.DELIVERY, **change} for number, change in enumerate(broken)
    ]


@dataclass(frozen=True)
class Leaks:
    """Where canaries were looked for and found."""

    looked_at: dict[str, str]

    def found(self) -> list[tuple[str, str]]:
        """Places and the canaries that stand there."""
        return [(place, canary) for place, text in self.looked_at.items() for canary in CANARIES if canary in text]


@pytest.fixture(scope="module")
def leaks(
    cluster: Cluster,
    new_warehouse: Callable[[], AbstractContextManager[Warehouse]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Leaks]:
    """Everything that the pipeline writes about canaries when it collects, inspects, judges and reports them."""
    handler = Recorder()
    root = logging.getLogger()
    level = root.level
    with new_warehouse() as own, pytest.MonkeyPatch.context() as patch:
        var = tmp_path_factory.mktemp("canaries")
        patch.setenv("GOVSERVICE_VAR", str(var))
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        texts = [*run_everything(cluster, own, tmp_path_factory.mktemp("drops")), *provoked(own, DETAILS)]
        server_log = cluster.log.read_text()  # PostgreSQL's own message quotes a value of the wrong type
        texts += provoked(own, QUOTES)
        root.removeHandler(handler)
        root.setLevel(level)
        assert count(own.url, f"SELECT count(*) FROM ods.accept WHERE applyer_name = '{NAMES[0]}'") > 10
        assert count(own.url, "SELECT count(DISTINCT rule_id) FROM quality.finding") > 5
        looked_at = {"log": handler.text, "exceptions and returns": "\n".join(texts), "server log": server_log}
        yield Leaks(looked_at | rows_by_relation(own) | files_outside_landing(var))


def test_no_canary_leaves_ods_and_landing(leaks: Leaks) -> None:
    assert leaks.found() == []


def test_the_places_looked_at_are_not_empty(leaks: Leaks) -> None:
    filled = {place for place, text in leaks.looked_at.items() if text}
    expected = {"log", "exceptions and returns", "server log", "quality.finding", "ops.unparsable", "ops.delivery"}
    assert expected | {"dwd.case_record", "ads.case_masked", "quality.rule", "ops.ledger"} <= filled
    assert any(place.startswith("receipts/") and "办件编号" in text for place, text in leaks.looked_at.items())
    for step in (
        "空港新城政务服务中心 受理信息：窗口",
        "底张街道便民服务站 受理信息：批次",
        "质检：待检",
        "结论：判定",
        "关账：",
    ):
        assert step in leaks.looked_at["log"], step


def test_a_leak_would_be_found(leaks: Leaks) -> None:
    logged = Recorder()
    logged.handle(logging.makeLogRecord({"msg": "row %s", "args": (people()[0],)}))
    assert len(Leaks({"log": logged.text}).found()) >= 4


class Recorder(logging.Handler):
    """Keeps the text of every log record, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.text += self.format(record) + "\n"


def run_everything(cluster: Cluster, own: Warehouse, drops: Path) -> Iterator[str]:
    """Run the pipeline over canaries from every kind of source, healthy and broken; yields all it returns and raises."""
    runs.begin(own.url, "run", date(2021, 9, 10), SOURCES, None)
    front = Front(cluster, "front_of_canaries")
    front.execute("ALTER TABLE up_pro_accept ALTER cd_time TYPE text; ALTER TABLE up_pro_accept ADD 未知列 text")
    front.execute("ALTER TABLE up_pro_accept ALTER apply_date TYPE text, ALTER accept_date TYPE text")
    known = [{key: value for key, value in person.items() if key != "未知列"} for person in people()]
    front.write("accept", [{key: str(value).replace("\x01", "") for key, value in person.items()} for person in known])
    write_drops(drops)
    unreadable = [None, NAMES[0], [NUMBERS[0]], {"ApplyerName": [NAMES[0]]}, {"ApplyerName": f"{NAMES[0]}\ud800"}]
    feeds: dict[str, Any] = {"accept": [*people(), *unreadable], "process": [], "result": []}
    with station.serving(feeds) as served:
        yield from (attempt(own, "konggang_centre", served.endpoint()) for _ in range(2))
        for spoilt in (
            station.changed(code=NAMES[0]),
            station.changed(count=NUMBERS[0]),
            station.body(f"<html>{NAMES[0]} {NUMBERS[0]}".encode()),
            station.cut,
        ):
            served.spoil("accept", 1, spoilt)
            yield attempt(own, "konggang_centre", served.endpoint())
    yield attempt(own, "qinhan_centre", front.endpoint())
    front.execute("ALTER TABLE up_pro_accept RENAME cd_time TO gone")
    yield attempt(own, "qinhan_centre", front.endpoint())
    front.link.close()
    yield attempt(own, "dizhang_station", Endpoint("fs", extra={"path": str(drops)}))
    for step, counts in (
        ("质检", inspection.inspect(own.url, "run")),
        ("结论", {"judged": inspection.judge(own.url, "run")}),
        ("汇总", runs.tally(own.url, "run")),
        ("关账", runs.close(own.url, "run")),
        ("质检回执", {"receipts": receipts.write(own.url, "run")}),
    ):
        step_log.log(step, counts, 0.0)
        yield str(counts)


def attempt(own: Warehouse, source_id: str, endpoint: Endpoint) -> str:
    """What collecting a source returns or raises, as a log would show it."""
    try:
        return repr(collect(own.url, SOURCES[source_id], endpoint, date(2021, 9, 10), "run"))
    except Exception as error:
        logging.getLogger("task").exception("collect failed")
        return f"{error!r} {error}"


# Changes to ods.accept that make a load fail: the details of these errors quote the record, the message of the last one does.
DETAILS = (
    f"ADD CONSTRAINT canary CHECK (applyer_name <> '{NAMES[0]}') NOT VALID",
    "ADD CONSTRAINT canary EXCLUDE (applyer_page_code WITH =) WHERE (record_key LIKE 'x%')",
)
QUOTES = ("ALTER address TYPE integer USING NULL",)


def provoked(own: Warehouse, changes: tuple[str, ...]) -> Iterator[str]:
    """The text of errors in the middle of a load."""
    person = {**people()[0], "Address": f"{NAMES[0]} {NUMBERS[0]}"}
    feeds = {"accept": [{**person, "RowGuid": f"x{number}", "ProjectNo": f"X{number}"} for number in range(3)]}
    with station.serving(feeds) as served:
        for change in changes:
            with transaction(own.superuser) as cursor:
                cursor.execute("DROP MATERIALIZED VIEW IF EXISTS quality.accept_live")
                cursor.execute(f"ALTER TABLE ods.accept {change}")
            error = attempt(own, "konggang_centre", served.endpoint())
            assert "SQLSTATE" in error
            yield error
            with transaction(own.superuser) as cursor:
                cursor.execute("ALTER TABLE ods.accept DROP CONSTRAINT IF EXISTS canary")


def write_drops(drops: Path) -> None:
    """Drops of canaries: one that is read, with rows that are not, and some that are refused."""
    person = {"申请人名称": NAMES[0], "证件号码": NUMBERS[1], "联系电话": PHONES[0], "受理时间": PHONES[0]}
    good = row("S1", **person)
    sheet = table(good, [*good, PHONES[0]], good[:-1], header=HEADER)
    drop(drops, "read", {"a.csv": sheet.encode()}, {"a.csv": {"办件": 3}})
    number = [float(NUMBERS[0]) if header == "证件号码" else cell for header, cell in zip(HEADER, good, strict=True)]
    moment = [datetime(2021, 9, 6) if header == "受理时间" else cell for header, cell in zip(HEADER, good, strict=True)]
    for label, content in (
        ("number", workbook({"办件": [HEADER, number]})),
        ("number first", workbook({"办件": [number]})),
        ("moment", workbook({"办件": [HEADER, moment]})),
        ("no header", table(good, header=None).encode()),
        ("header of values", table(good, header=(NAMES[0], *HEADER[1:])).encode()),
        ("another encoding", table(good).encode("utf-16")),
        (
            "sheet of a person",
            workbook({NAMES[0]: [[NUMBERS[0]]], "办件": [[NAMES[0]], HEADER, good, ["合计", NAMES[0]]]}),
        ),
        ("zip of a person", packed((f"{NAMES[0]}.png", b"x"), ("办件.csv", table(good).encode()))),
        ("quotes", replaced(table(good), NAMES[0], f'"{NAMES[0]}').encode()),
    ):
        name = "a.xlsx" if content[:2] == b"PK" else "a.csv"
        drop(drops, label, {name: content}, {name: {"办件": 1}})
        (drops / label / f"{NAMES[0]}.jpg").write_bytes(b"x")


def rows_by_relation(own: Warehouse) -> dict[str, str]:
    """Every row of every table and view outside ods, as text."""
    found = {}
    with transaction(own.superuser) as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'v')"
            " AND relnamespace::regnamespace::text IN ('ops', 'dim', 'quality', 'dwd', 'dws', 'ads') AND relname !~ '_live$'"
        )
        for (relation,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(row::text, E'\\n'), '') FROM {relation} AS row")
            found[relation] = cursor.fetchone()[0]  # type: ignore[index]
    return found


def files_outside_landing(var: Path) -> dict[str, str]:
    """Every file that was written at run time, but for landing."""
    return {
        str(path.relative_to(var)): unpacked(path).decode(errors="replace")
        for path in var.rglob("*")
        if path.is_file() and path.relative_to(var).parts[0] != "landing"
    }


def unpacked(path: Path) -> bytes:
    """The content of a file; of a workbook, of everything in it."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"\n".join(map(book.read, book.namelist()))


def count(url: str, query: str) -> int:
    """The number that a query gives."""
    with transaction(url) as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])  # type: ignore[index]

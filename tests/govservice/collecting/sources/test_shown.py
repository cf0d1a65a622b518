"""What Oracle is asked for to have its values as text, and where it is; there is no Oracle to try it on."""

import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import oracle

from govservice.collecting.protocol import Endpoint, SourceUnreadable
from govservice.collecting.sources import front
from govservice.collecting.sources.shown import content_order, shown

TIME = "ltrim(to_char({}, 'SYYYY-MM-DD HH24:MI:SS'))"
NUMBER = "regexp_replace(to_char(t.c, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,'''), '^(-?)[.]', '\\10.')"


def compiled(expression: sa.ColumnElement[str]) -> str:
    """The text of an expression as Oracle gets it."""
    return str(expression.compile(dialect=oracle.dialect(), compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (oracle.DATE(), TIME.format("t.c")),
        (oracle.TIMESTAMP(), TIME.format("t.c")),
        (oracle.TIMESTAMP(timezone=True), TIME.format("t.c AT TIME ZONE 'Asia/Shanghai'")),
        (oracle.TIMESTAMP(local_timezone=True), TIME.format("t.c AT TIME ZONE 'Asia/Shanghai'")),
        (oracle.NUMBER(), NUMBER),
        (oracle.NUMBER(18, 0), NUMBER),
        (oracle.FLOAT(), NUMBER),
        (oracle.BINARY_DOUBLE(), NUMBER),
        (oracle.INTERVAL(), "to_char(t.c)"),
        (oracle.VARCHAR2(10), "t.c"),
        (oracle.CLOB(), "t.c"),
        (oracle.RAW(16), "t.c"),
    ],
    ids=str,
)
def test_oracle_writes_values_as_text_in_explicit_formats(kind: sa.types.TypeEngine[object], text: str) -> None:
    column = sa.table("t", sa.column("c", kind)).c.c
    given = shown(column, "oracle")
    assert compiled(given.element if isinstance(given, sa.Label) else given) == text
    assert given.name == "c"


def test_oracle_orders_by_what_it_can_order_by() -> None:
    columns = [sa.column("a", oracle.VARCHAR2(9)), sa.column("b", oracle.CLOB()), sa.column("c", oracle.BLOB())]
    assert [column.name for column in content_order([*columns, sa.column("d", oracle.NUMBER())], "oracle")] == [
        "a",
        "d",
    ]


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({}, "oracle+oracledb://reader:***@db.example:1521/FRONT"),
        ({"service_name": "front.example"}, "oracle+oracledb://reader:***@db.example:1521?service_name=front.example"),
    ],
)
def test_an_oracle_is_named_by_its_sid_or_its_service(extra: dict[str, str], text: str) -> None:
    endpoint = Endpoint("oracle", "db.example", 1521, "FRONT", "reader", "secret", extra=extra)
    assert str(front.url(endpoint)) == text


@pytest.mark.parametrize(
    ("kind", "said"),
    [("", "连接的类型是“”"), ("mssql", "连接的类型是“mssql”"), ("oracle", "没有安装 oracledb")],
)
def test_a_database_without_a_driver_is_named(kind: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "oracledb", None)
    with pytest.raises(SourceUnreadable, match=said) as caught, front.opened(Endpoint(kind, "127.0.0.1", 1)):
        pass
    assert caught.value.code == "DRIVER"

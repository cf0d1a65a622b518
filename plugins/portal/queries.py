"""What the portal asks the warehouse: sql/questions/, by a role that can only read, on two pooled connections."""

from functools import cache
from threading import Lock
from typing import Any

from airflow.exceptions import AirflowNotFoundException
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from endpoints import warehouse_url
from govservice import warehouse

CONNECTION = "portal"
Row = dict[str, Any]


class WarehouseUnavailable(RuntimeError):
    """The warehouse can't be read: says what to do, nothing of the query."""


def rows(name: str, **parameters: Any) -> list[Row]:
    """All rows of sql/questions/<name>.sql.

    Raises:
        WarehouseUnavailable: no connection, or the database refuses.
    """
    try:
        with _engine().connect() as connection:
            result = connection.exec_driver_sql(warehouse.statement(f"questions/{name}.sql"), parameters or None)
            return [dict(row) for row in result.mappings()]
    except AirflowNotFoundException:
        raise WarehouseUnavailable(f"没有配置 Airflow 连接 {CONNECTION}，请数据工程师补上") from None
    except (SQLAlchemyError, warehouse.WarehouseError) as error:
        code = getattr(getattr(error, "orig", None), "pgcode", None) or type(error).__name__
        raise WarehouseUnavailable(
            f"数据仓库暂时读不到（{code}），请稍后再试，或请数据工程师查看 Airflow 日志"
        ) from None


def row(name: str, **parameters: Any) -> Row | None:
    """The only row of a query, if there is one."""
    return next(iter(rows(name, **parameters)), None)


def counted(name: str) -> list[Row]:
    """All rows of a query that counts over every record, counted once until something changes in the warehouse.

    Counting 420,000 cases takes about a second and the books several; readers are many, runs are few.
    """
    with _counting:
        state = tuple(rows("state")[0].values())
        if _counted.get(name, (None,))[0] != state:
            _counted[name] = (state, rows(name))
        return _counted[name][1]


_counted: dict[str, tuple[Any, list[Row]]] = {}
_counting = Lock()


@cache
def _engine() -> Engine:
    url = warehouse_url(CONNECTION)
    return create_engine(
        "postgresql+psycopg2://",
        creator=lambda: warehouse.connect(url, "portal"),
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

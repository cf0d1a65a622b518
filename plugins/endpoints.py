"""Airflow connections as what the rest of the project connects with."""

from typing import Any
from urllib.parse import quote

from airflow.exceptions import AirflowNotFoundException
from airflow.sdk import BaseHook

from govservice.collecting.protocol import Endpoint

WAREHOUSE = "warehouse"


def endpoint(connection_id: str) -> Endpoint:
    """The connection of a source as its endpoint.

    Raises:
        AirflowNotFoundException: no such connection.
    """
    connection = BaseHook.get_connection(connection_id)
    # A field that is left empty in the form comes as an empty text.
    extra: dict[str, Any] = {key: value for key, value in connection.extra_dejson.items() if value not in (None, "")}
    return Endpoint(
        kind=connection.conn_type or "",
        host=connection.host or "",
        port=connection.port,
        # An HTTP connection keeps its scheme in the field where a database connection keeps its database.
        database=connection.schema or "",
        scheme=connection.schema or "",
        login=connection.login or "",
        password=connection.password or "",
        extra=extra,
    )


def endpoint_or_none(connection_id: str) -> Endpoint | None:
    """The connection of a source as its endpoint, or None where Airflow does not have it."""
    try:
        return endpoint(connection_id)
    except AirflowNotFoundException:
        return None


def warehouse_url(connection_id: str = WAREHOUSE) -> str:
    """The warehouse as a libpq URL, "postgresql://…", by the role of the connection."""
    connection = BaseHook.get_connection(connection_id)
    login, password = quote(connection.login or "", safe=""), quote(connection.password or "", safe="")
    return f"postgresql://{login}:{password}@{connection.host}:{connection.port or 5432}/{connection.schema}"

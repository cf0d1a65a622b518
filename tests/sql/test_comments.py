"""Every table and column of the warehouse has a comment that begins with its Chinese term."""

from tables import expect
from warehouses import Warehouse

DESCRIBED = """
SELECT class.oid::regclass AS relation, attribute.attname AS column_name,
    CASE WHEN attribute.attnum IS NULL THEN obj_description(class.oid, 'pg_class')
        ELSE col_description(class.oid, attribute.attnum) END AS comment
FROM pg_class AS class
CROSS JOIN LATERAL (
    SELECT NULL::name AS attname, NULL::smallint AS attnum
    UNION ALL
    SELECT attname, attnum FROM pg_attribute WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped
) AS attribute
WHERE
    (class.relkind IN ('r', 'v') AND class.relnamespace::regnamespace::text IN ('dim', 'ods', 'dwd', 'dws', 'ads'))
    OR (class.relkind = 'r' AND class.relnamespace::regnamespace::text IN ('ops', 'quality'))
"""


def test_every_table_and_column_is_described_in_chinese_first(warehouse: Warehouse) -> None:
    expect(
        warehouse.superuser,
        f"SELECT * FROM ({DESCRIBED}) AS described WHERE comment IS NULL OR comment !~ '^[\\u4e00-\\u9fff]'",
        "relation | column_name | comment",
    )


def test_every_layer_is_looked_at(warehouse: Warehouse) -> None:
    expect(
        warehouse.superuser,
        f"SELECT DISTINCT split_part(relation::text, '.', 1) AS layer FROM ({DESCRIBED}) AS described",
        """
        layer
        ods
        dim
        dwd
        dws
        ads
        ops
        quality
        """,
    )

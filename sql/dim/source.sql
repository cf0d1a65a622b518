-- Grain: one registered source. Written from the register at the start of every run.
CREATE TABLE IF NOT EXISTS dim.source (
    source_id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    new_city text,
    street text,
    protocol text NOT NULL,
    is_sheet boolean NOT NULL,
    priority integer NOT NULL,
    contact text NOT NULL,
    is_enabled boolean NOT NULL,
    feeds text[] NOT NULL,
    own_lists text[] NOT NULL,
    filled_columns text[] NOT NULL,
    counter_seconds int4multirange NOT NULL,
    extra_columns jsonb NOT NULL,
    own_stations_only boolean NOT NULL
);

COMMENT ON TABLE dim.source IS '数据来源 · the register of sources';
COMMENT ON COLUMN dim.source.source_id IS '来源 · ASCII name, never reused';
COMMENT ON COLUMN dim.source.name IS '名称';
COMMENT ON COLUMN dim.source.kind IS '类别 · 新城中心、街镇站、村社区室、便利店、业务系统、事项库';
COMMENT ON COLUMN dim.source.new_city IS '新城 · NULL for the item catalogue';
COMMENT ON COLUMN dim.source.street IS '街镇 · of a street station';
COMMENT ON COLUMN dim.source.protocol IS '交付方式 · http, database or files';
COMMENT ON COLUMN dim.source.is_sheet IS '是否站点表格 · times may be written as a date alone';
COMMENT ON COLUMN dim.source.priority IS '优先级 · smaller wins when two sources deliver the same 办件编号';
COMMENT ON COLUMN dim.source.contact IS '联络员';
COMMENT ON COLUMN dim.source.is_enabled IS '是否启用';
COMMENT ON COLUMN dim.source.feeds IS '数据集 · feeds that it delivers; no rule asks for a feed that a source does not offer';
COMMENT ON COLUMN dim.source.own_lists IS '自有代码表的列 · columns that the source writes in its own code list; dim.source_code translates them';
COMMENT ON COLUMN dim.source.filled_columns IS '汇聚程序补填的列 · columns that the dialect cannot carry; the collector fills them and rules do not judge them';
COMMENT ON COLUMN dim.source.counter_seconds IS '窗口办公时间 · seconds of a working day at which its counters accept cases, tolerance included';
COMMENT ON COLUMN dim.source.extra_columns IS '附加列 · by feed: what this warehouse calls a column that only some sources have, and what the source calls it in `extra`';
COMMENT ON COLUMN dim.source.own_stations_only IS '只报本来源站点 · it may deliver cases of its own stations only (R09)';

-- Grain: one thing that only one attempt may change at a time. An attempt takes the next token when it begins and must
-- still hold it when it commits; an older attempt that wakes up late finds a newer token and is refused.
CREATE TABLE IF NOT EXISTS ops.fence (
    resource text PRIMARY KEY,
    token bigint NOT NULL
);

COMMENT ON TABLE ops.fence IS '围栏令牌 · the newest attempt per source';
COMMENT ON COLUMN ops.fence.resource IS '对象 · source id';
COMMENT ON COLUMN ops.fence.token IS '令牌 · grows by one with each attempt';

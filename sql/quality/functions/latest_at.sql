-- The latest time that a record synchronised at this moment may state: clocks of sources go up to five minutes fast.
CREATE OR REPLACE FUNCTION quality.latest_at(synced_at timestamp)
RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN synced_at + interval '5 minutes';

-- Question: which token does the next attempt on a resource hold?
-- Parameters: resource. Writes ops.fence. Every earlier attempt then lacks the newest token.
INSERT INTO ops.fence AS fence (resource, token)
VALUES (%(resource)s, 1)
ON CONFLICT (resource) DO UPDATE SET token = fence.token + 1
RETURNING token;

-- Note that a sheet of outcomes was taken. Parameters: digest, name, run_id, refusal_code, and the counts of its rows.
INSERT INTO ops.follow_up_sheet (digest, name, run_id, refusal_code, recorded_count, known_count, blank_count, refused_count)
VALUES (%(digest)s, %(name)s, %(run_id)s, %(refusal_code)s, %(recorded)s, %(known)s, %(blank)s, %(refused)s)
ON CONFLICT (digest) DO NOTHING;

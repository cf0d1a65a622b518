-- A setting knows its default: these are the defaults of the release before.
ALTER TABLE ops.setting ADD COLUMN default_value bigint;
UPDATE ops.setting AS setting SET default_value = given.value
FROM (VALUES
    ('case_target', 420000),
    ('rating_target', 420000),
    ('overdue_reserve_days', 5),
    ('rating_detail_switch', 20211231),
    ('suspicion_same_second', 20),
    ('suspicion_people_per_phone', 5),
    ('suspicion_identical_day', 30),
    ('suspicion_rush_times', 3),
    ('suspicion_rush_cases', 30)
) AS given (name, value)
WHERE setting.name = given.name;
ALTER TABLE ops.setting ALTER COLUMN default_value SET NOT NULL;

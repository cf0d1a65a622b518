-- The cases that the feeds of one load have queued so far.
CREATE TEMPORARY TABLE queued (
    case_key text COLLATE "C" NOT NULL
) ON COMMIT DROP;

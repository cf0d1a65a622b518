"""`make bench`: absolutes with the machine named, and ratios measured in the same run, on a throw-away PostgreSQL."""

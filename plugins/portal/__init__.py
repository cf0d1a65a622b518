"""The quality portal: pages for quality staff and leaders inside Airflow, behind its login. Counts and keys, never values."""

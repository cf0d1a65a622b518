"""Collect, inspect and count government-service case records: everything that does not know Airflow."""

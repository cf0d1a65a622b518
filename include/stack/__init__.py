"""The one-machine installation: an embedded PostgreSQL, Airflow's four processes and the simulated new area."""

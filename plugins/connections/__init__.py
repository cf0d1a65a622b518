"""Connections of sources in Airflow's pages: their types, what testing one does. README, "Connecting real sources"."""

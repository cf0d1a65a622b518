"""Health check of one Airflow component, for docker-compose.yml: `python -m stack.health URL COMPONENT`."""

import sys

from stack.airflow import COMPONENTS, Client


def main(base_url: str, component: str) -> int:
    """Ask the API server; returns 0 if the component is healthy, else 1."""
    return int(Client(base_url, "", "").health().get(COMPONENTS[component]) != "healthy")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

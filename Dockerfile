# Airflow with this project's libraries; the project itself is mounted read-only (docker-compose.yml).
FROM python:3.11-slim-bookworm

# The uid that may read the secret files of the host (compose hands them over as they are).
ARG UID=1000
RUN useradd --uid "$UID" --create-home govservice \
    && install -d -o govservice /srv/govservice /srv/govservice/airflow /srv/govservice/airflow/logs \
    && install -d -o govservice -m 700 /srv/govservice/var

COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt

USER govservice
WORKDIR /srv/govservice
ENV AIRFLOW_HOME=/srv/govservice/airflow \
    PYTHONPATH=/srv/govservice/include:/srv/govservice/plugins \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8

"""Where things are: paths and the few settings that an operator may change, each by one environment variable."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "include" / "contract"
EXPECTATIONS = ROOT / "expectations"
SQL = ROOT / "sql"

SHANGHAI = ZoneInfo("Asia/Shanghai")


def var() -> Path:
    """Folder of everything that is written at run time (setting GOVSERVICE_VAR, default var/), mode 0700."""
    path = Path(os.environ.get("GOVSERVICE_VAR", ROOT / "var"))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def waivers_path() -> Path:
    """The waivers in use (setting GOVSERVICE_WAIVERS, default expectations/waivers.yml)."""
    return Path(os.environ.get("GOVSERVICE_WAIVERS", EXPECTATIONS / "waivers.yml"))


def landing() -> Path:
    """Folder of what sources sent, as received, landing/ in var, mode 0700."""
    path = var() / "landing"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def landing_days() -> int:
    """How long landing files are kept at least, in days (setting GOVSERVICE_LANDING_DAYS, default 180)."""
    return int(os.environ.get("GOVSERVICE_LANDING_DAYS") or 180)


def front_seconds() -> int:
    """How long reading one feed of a front database may take, in seconds (setting GOVSERVICE_FRONT_SECONDS, default 900)."""
    return int(os.environ.get("GOVSERVICE_FRONT_SECONDS") or 900)


def page_seconds() -> float:
    """How long one page of an HTTP source may take, from the request to its last byte (setting GOVSERVICE_PAGE_SECONDS, default 60)."""
    return float(os.environ.get("GOVSERVICE_PAGE_SECONDS") or 60)


def allowed_hosts() -> set[str]:
    """Hosts of connections that may be this machine, link-local or a metadata service (setting GOVSERVICE_ALLOWED_HOSTS, default none).

    As they are written in the connection, separated by commas. Every other host may have any other address.
    """
    return {host.strip().lower() for host in os.environ.get("GOVSERVICE_ALLOWED_HOSTS", "").split(",") if host.strip()}


def logs_sql() -> bool:
    """Whether every statement is logged with its duration, without values (setting GOVSERVICE_LOG_SQL=1, default no)."""
    return os.environ.get("GOVSERVICE_LOG_SQL") == "1"


def silence_seconds() -> int:
    """How long the warehouse may give no sign of life before a connection is given up (setting GOVSERVICE_SILENCE_SECONDS, default 60)."""
    return int(os.environ.get("GOVSERVICE_SILENCE_SECONDS") or 60)


def lock_seconds() -> int:
    """How long a step waits for a lock that another one holds (setting GOVSERVICE_LOCK_SECONDS, default 1800)."""
    return int(os.environ.get("GOVSERVICE_LOCK_SECONDS") or 1800)


def sources_path() -> Path:
    """The register of sources in use (setting GOVSERVICE_SOURCES, default include/contract/sources.yml)."""
    return Path(os.environ.get("GOVSERVICE_SOURCES", CONTRACT / "sources.yml"))


def organisations_path() -> Path:
    """The register of organisations in use: organisations.csv beside the register of sources."""
    return sources_path().with_name("organisations.csv")


def follow_up_drops() -> Path:
    """Folder of uploaded outcomes of bad ratings (setting GOVSERVICE_FOLLOW_UP_DROPS, default follow_up/ in var)."""
    path = Path(os.environ.get("GOVSERVICE_FOLLOW_UP_DROPS") or var() / "follow_up")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path

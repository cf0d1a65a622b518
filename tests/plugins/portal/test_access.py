"""Who gets in: nobody without Airflow's login, to any route; and what every answer forbids the browser."""

import subprocess
import sys
from urllib.parse import quote

import pytest

# Every route of the application with an address that exists. A route that is not here fails the first test.
ADDRESSES = {
    "/": "/quality/",
    "/runs/{run_id}": "/quality/runs/first",
    "/rules/{rule_id}": "/quality/rules/V05",
    "/ratings": "/quality/ratings",
    "/items": "/quality/items",
    "/records": "/quality/records?case_no=CASE-1",
    "/sources/{source_id}": "/quality/sources/mawang_station",
    "/receipts/{source_id}.xlsx": "/quality/receipts/konggang_centre.xlsx",
    "/static": "/quality/static/style.css",
}
NOWHERE = ["/quality/nothing", "/quality/docs", "/quality/openapi.json", "/quality/static/nothing.css"]


def test_every_route_is_listed_here(routes) -> None:
    assert sorted(routes) == sorted(ADDRESSES)


@pytest.mark.parametrize("address", [*ADDRESSES.values(), *NOWHERE])
def test_nobody_gets_in_without_login(portal, address: str) -> None:
    assert portal.get(address, token="").status_code == 401
    page = portal.get(address, token="", html=True)
    assert (page.status_code, page.headers["location"]) == (302, f"/api/v2/auth/login?next={quote(address, safe='')}")


@pytest.mark.parametrize("address", [*ADDRESSES.values(), *NOWHERE])
@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_a_bad_token_does_not_get_in(portal, address: str, token: str) -> None:
    assert portal.get(address, token=token).status_code in (401, 403)
    assert portal.get(address, token=token, html=True).status_code == 302


def test_a_token_of_another_installation_does_not_get_in(portal) -> None:
    head, body, _ = portal.token.split(".")
    assert portal.get("/quality/", token=f"{head}.{body}.{'A' * 86}").status_code in (401, 403)


@pytest.mark.parametrize("address", ADDRESSES.values())
def test_a_viewer_gets_in(portal, address: str) -> None:
    assert portal.get(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES.values())
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(portal, address: str, method: str) -> None:
    assert portal.get(address, token="", method=method).status_code == 401
    assert portal.get(address, method=method).status_code == 405


@pytest.mark.parametrize("address", NOWHERE)
def test_the_application_describes_itself_to_nobody(portal, address: str) -> None:
    assert portal.get(address).status_code == 404


@pytest.mark.parametrize(
    "path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "....//app.py", "/etc/passwd", "%2fetc%2fpasswd"]
)
def test_only_static_files_are_served(portal, path: str) -> None:
    assert portal.get(f"/quality/static/{path}").status_code == 404


@pytest.mark.parametrize("address", [*ADDRESSES.values(), *NOWHERE])
@pytest.mark.parametrize("token", ["", None])
def test_every_answer_forbids_scripts_and_keeping(portal, address: str, token: str | None) -> None:
    headers = portal.get(address, token=token, html=True).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert not {"script-src", "script-src-elem", "connect-src", "frame-src"} & policy.keys()
    assert set(policy.values()) <= {"'none'", "'self'"}
    assert policy["frame-ancestors"] == "'self'"
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_airflow_loads_the_registration_alone_and_it_loads_nothing_heavy(portal) -> None:
    program = """
import sys
from pathlib import Path
from airflow._shared.module_loading import find_path_from_directory
from airflow.configuration import conf
folder = conf.get("core", "plugins_folder")
print(sorted(Path(path).name for path in find_path_from_directory(folder, ".airflowignore", "glob") if path.endswith(".py")))
before = set(sys.modules)
import airflow.plugins_manager
known = set(sys.modules)
import govservice_plugin
print(sorted(set(sys.modules) - known))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=portal.environment, capture_output=True, text=True, check=True)
    found, imported = done.stdout.splitlines()[-2:]
    assert found == "['govservice_plugin.py']"
    assert imported == str(
        [
            "airflow._shared.listeners",
            "airflow.listeners",
            "connections.portless",
            "govservice_plugin",
            "portal",
            "portal.defaults",
            "run_notes",
        ]
    )

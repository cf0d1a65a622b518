"""Where a connection may lead: whatever a name resolves to, not to the worker's own machine unless that is said."""

import socket
import time
from typing import Any

import pytest

from govservice import outside

LOOPBACK = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "::1",
    "::ffff:127.0.0.1",
    "::",
]
LINK_LOCAL = [
    "169.254.169.254",
    "fe80::1",
    "fe80::1%lo",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
]
METADATA = ["100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"]
NOBODY = ["224.0.0.1", "255.255.255.255", "ff02::1", "0.1.2.3"]


@pytest.fixture(autouse=True)
def nothing_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As installed."""
    monkeypatch.delenv("GOVSERVICE_ALLOWED_HOSTS")


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[Any]:
    """A name server that gives these addresses for any name; what it was asked."""
    asked: list[Any] = []
    original = socket.getaddrinfo

    def answer(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        asked.append(host)
        found = addresses if host == "station.example" else [host]
        return [one for address in found for one in original(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("host", [*LOOPBACK, *LINK_LOCAL, *METADATA, *NOBODY])
def test_no_spelling_of_a_host_leads_to_this_machine_or_to_what_a_cloud_says_of_it(host: str) -> None:
    with pytest.raises(outside.AddressRefused) as caught:
        outside.addresses(host, 80, 5)
    assert host not in str(caught.value)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "172.16.3.4", "192.168.1.9", "100.64.0.1", "59.1.2.3", "fd12::1", "2400:3200::1"]
)
def test_an_office_network_is_reached(host: str) -> None:
    assert outside.addresses(host, 80, 5) == [host]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1"])
def test_a_name_is_judged_by_every_address_that_it_has(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, "10.0.0.1", address)
    with pytest.raises(outside.AddressRefused):
        outside.addresses("station.example", 80, 5)


@pytest.mark.parametrize("allowed", ["127.0.0.1", "station.example, 127.0.0.1 ", "127.0.0.1,"])
def test_a_host_is_allowed_as_it_is_written(monkeypatch: pytest.MonkeyPatch, allowed: str) -> None:
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", allowed)
    assert outside.addresses("127.0.0.1", 80, 5) == ["127.0.0.1"]
    for host in ("127.0.0.2", "localhost", "::1"):
        with pytest.raises(outside.AddressRefused):
            outside.addresses(host, 80, 5)


@pytest.mark.parametrize("host", ["", "x" * 64 + ".example", "no such host", "10.0.0.1,127.0.0.1", "/tmp"])
def test_what_is_no_host_is_an_error_of_the_network(host: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011
        outside.addresses(host, 80, 5)


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(30))
    with pytest.raises(outside.DeadlinePassed):
        outside.addresses("station.example", 80, 0.2)

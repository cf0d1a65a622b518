"""Connections to machines of others: which addresses may be reached, and how long it may take.

A name of a source is written by people and answered by a name server: neither may lead a worker to its own machine or to what a cloud
tells its machines about themselves.
"""

import ipaddress
import os
import socket
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from psycopg2.extensions import connection

from govservice import settings

CONNECT_SECONDS = 10

# Alibaba Cloud, Azure, Oracle Cloud, Amazon, Google; most others use a link-local one.
_METADATA = {
    ipaddress.ip_address(address)
    for address in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
T = TypeVar("T")


class AddressRefused(RuntimeError):
    """The host is, or its name resolves to, an address that only hosts of the setting GOVSERVICE_ALLOWED_HOSTS may have."""


class DeadlinePassed(RuntimeError):
    """What was asked of another machine was not there in time."""


def addresses(host: str, port: int | None, seconds: float) -> list[str]:
    """The addresses of a host that may be connected to: connect to these, since the name may resolve to others a moment later.

    Args:
        host: name or address.
        port: TCP port.
        seconds: how long the name servers have.

    Raises:
        AddressRefused: one of them is loopback, link-local, of a metadata service or of no machine.
        DeadlinePassed: the name servers do not answer in time.
        OSError: the name does not resolve.
    """
    try:
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except UnicodeError:
        raise OSError("not a host name") from None
    resolved = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if host.lower() not in settings.allowed_hosts():
        for one in resolved:
            if _is_refused(ipaddress.ip_address(one)):
                raise AddressRefused("主机是本机、链路本地或元数据服务的地址，或解析到这样的地址")
    return resolved


def _is_refused(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.IPv6Address(int(address))  # without its zone
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner and _is_refused(inner):
            return True
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
        or address in _METADATA
        or (address.version == 4 and int(address) >> 24 in (0, 255))
    )


def within(seconds: float, action: Callable[[], T]) -> T:
    """What an action gives, if it gives it in time; one that cannot be interrupted is left to itself.

    Raises:
        DeadlinePassed: it does not; and whatever the action raises.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(action())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    wait([outcome], seconds)
    if not outcome.done():
        raise DeadlinePassed(f"{seconds:.0f} 秒没有应答")
    return outcome.result()


def duplicate(link: connection) -> socket.socket:
    """A second handle on the socket of a connection of libpq, for another thread to shut it by; the caller closes it."""
    return socket.socket(fileno=os.dup(link.fileno()))


def shut(line: socket.socket) -> None:
    """End what goes over a socket: whoever waits for it gets an error."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)

"""Where a source's connection leads: to addresses that may be reached, over TLS too, and no longer than allowed."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import station
from deliveries import SOURCES
from fetching import batches_of
from front import SOURCE as FRONT
from front import Front
from govservice import outside
from govservice.collecting.protocol import Endpoint, SourceUnreadable, Window
from govservice.collecting.sources import database, http
from station import Station

SOURCE = replace(SOURCES["item_catalogue"], feeds=("item",))
WINDOW = Window({"item": "2021-07-01 00:00:00"}, "2021-09-11 00:00:00")
RECORDS = [{"RowGuid": "g1", "TaskCode": "x", "CD_time": "2021-09-01 00:00:00"}]


@pytest.fixture
def served(var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """A source of one record, and a client that does not pause between attempts."""
    monkeypatch.setattr(http, "RETRY", http.RETRY.new(backoff_factor=0, backoff_jitter=0))
    with station.serving({"item": RECORDS}) as running:
        yield running


@pytest.fixture
def secure(served: Station, tmp_path: Path) -> Endpoint:
    """The source over TLS, with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "station")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    return replace(served.endpoint(), scheme="https", extra={"ca_file": str(certificate)})


def refused(endpoint: Endpoint) -> SourceUnreadable:
    """How a fetch gives up."""
    with pytest.raises(SourceUnreadable) as caught:
        batches_of(http, SOURCE, endpoint, WINDOW)
    return caught.value


def rows(endpoint: Endpoint) -> list[str]:
    """The row keys that a fetch brings."""
    (batch,) = batches_of(http, SOURCE, endpoint, WINDOW)
    return [record.row_key for record in batch.read()]  # type: ignore[union-attr]


def test_a_source_over_tls_is_read(secure: Endpoint) -> None:
    assert rows(secure) == ["g1"]


@pytest.mark.parametrize("part", ["headers", "body", "nothing"])
def test_an_answer_over_tls_that_never_ends_is_given_up(
    served: Station, secure: Endpoint, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setenv("GOVSERVICE_PAGE_SECONDS", "0.5")
    served.spoil("item", 1, station.DRIPS[part])
    assert refused(secure).code == "DEADLINE"


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Endpoint) -> None:
    assert refused(replace(secure, extra={})).code == "UNREACHABLE"


@pytest.mark.parametrize("drip", [False, True], ids=["silent", "dripping"])
def test_a_port_that_never_speaks_tls_is_given_up(served: Station, monkeypatch: pytest.MonkeyPatch, drip: bool) -> None:
    monkeypatch.setattr(outside, "CONNECT_SECONDS", 0.3)
    links = []

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                links.append(listener.accept()[0])
                links[-1].send(b"\x16\x03\x03\x40\x00" if drip else b"")  # 16 kB of handshake are announced
                while drip and not served.hang_up.is_set():
                    links[-1].send(b"\x02")
                    time.sleep(0.05)
            except OSError:
                if listener.fileno() < 0:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=[listener], daemon=True).start()
        port = listener.getsockname()[1]
        began = time.monotonic()
        found = refused(replace(served.endpoint(), port=port, scheme="https"))
        listener.shutdown(socket.SHUT_RDWR)
    assert found.code == "UNREACHABLE"
    assert time.monotonic() - began < 10


def test_a_source_on_this_machine_is_not_reached_unless_it_is_allowed(
    served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", "another.host")
    found = refused(served.endpoint())
    assert (found.code, found.is_final) == ("HOST", True)
    assert served.logins == 0
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", "another.host,127.0.0.1")
    assert rows(served.endpoint()) == ["g1"]


def test_a_name_is_resolved_once_and_that_address_is_connected_to(
    served: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a name server says first is looked at; what it says next would lead elsewhere."""
    original, asked = socket.getaddrinfo, []

    def rebinding(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host == "station.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return original(host, port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", "station.example")
    assert rows(replace(served.endpoint(), host="station.example")) == ["g1"]
    assert asked == ["station.example"]
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", "127.0.0.1")
    assert refused(replace(served.endpoint(), host="station.example")).code == "HOST"


@pytest.mark.parametrize("host", ["no such host", "x" * 64 + ".example", "名" * 70, "a b/c?d", "[::"])
def test_a_host_that_is_none_is_named(served: Station, host: str) -> None:
    assert refused(replace(served.endpoint(), host=host)).code == "UNREACHABLE"


@pytest.mark.parametrize(
    "parts",
    [
        {"host": ""},
        {"scheme": "ftp"},
        {"scheme": "file"},
        {"extra": {"base_path": "station"}},
        {"extra": {"base_path": "@elsewhere/"}},
        {"extra": {"base_path": 5}},
        {"extra": {"ca_file": "/no/such/file"}},
        {"extra": {"ca_file": 5}},
    ],
)
def test_a_connection_that_is_written_wrongly_is_named(served: Station, parts: dict[str, Any]) -> None:
    found = refused(replace(served.endpoint(), **parts))
    assert (found.code, found.is_final) == ("CONNECTION", True)
    assert served.logins == 0


def test_a_front_database_is_reached_where_it_may_be(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(dict.fromkeys(FRONT.feeds, "2021-07-01 00:00:00"), "2021-09-11 00:00:00")
    assert [batch.feed for batch in batches_of(database, FRONT, front.endpoint(), window)] == list(FRONT.feeds)
    for host, allowed, code in (
        ("127.0.0.1", "", "HOST"),
        ("localhost", "127.0.0.1", "HOST"),
        ("", "127.0.0.1", "UNREACHABLE"),
        ("/tmp", "127.0.0.1", "UNREACHABLE"),
    ):
        monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", allowed)
        with pytest.raises(SourceUnreadable) as caught:
            batches_of(database, FRONT, front.endpoint(host=host), window)
        assert caught.value.code == code, host
    monkeypatch.setenv("GOVSERVICE_ALLOWED_HOSTS", "localhost")
    assert batches_of(database, FRONT, front.endpoint(host="localhost"), window)

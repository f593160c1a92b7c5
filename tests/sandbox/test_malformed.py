"""Whatever is thrown at any route, the sandbox answers, and never with a 500 that nobody asked for."""

from __future__ import annotations

import contextlib
import json
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROUTES = st.sampled_from(
    [
        "/admin/faults",
        "/admin/clock",
        "/admin/latency",
        "/admin/visibility",
        "/admin/actors",
        "/admin/requests",
        "/admin/records/channeltivity/organizations",
        "/admin/records",
        "/channeltivity/api/v1/organizations",
        "/channeltivity/api/v1/organizations/1001",
        "/channelonline/api/v1/accounts",
        "/channelonline/api/v1/quotes/4001",
        "/services/data/v59.0/query",
        "/services/data/v59.0/sobjects/Account",
        "/services/oauth2/token",
        "/login/companyinfo/northwind",
        "/v4_6_release/apis/3.0/company/companies",
        "/v4_6_release/apis/3.0/company/companies/19001",
        "/",
        "*",
    ]
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "FROB"])
NAMES = st.sampled_from(
    [
        "fault",
        "skip",
        "times",
        "system",
        "path",
        "when",
        "advance",
        "freeze",
        "now",
        "salesforce",
        "object",
        "hidden",
        "actors",
        "hours",
        "seed",
        "q",
        "conditions",
        "limit",
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.lists(st.text(max_size=4), max_size=2),
    st.sampled_from(["reset", "office", "2026-01-01", "9999-12-31T23:59:59Z", 10**400]),
)
BODIES = st.one_of(
    st.binary(max_size=60), st.dictionaries(NAMES, VALUES, max_size=4).map(lambda d: json.dumps(d).encode())
)
TARGETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=24)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(METHODS, ROUTES, TARGETS, BODIES, st.booleans())
def test_no_request_is_answered_with_a_mistake_of_ours(sandbox, admin, method, route, target, body, signed):
    key = sandbox["channeltivity" if "channeltivity" in route else "channelonline"]["api_key"]
    head = f"X-Api-Key: {key}\r\nAuthorization: Bearer {sandbox['salesforce']['access_token']}\r\n" if signed else ""
    message = (
        f"{method} {route}?{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}Content-Length: {len(body)}\r\n"
    )
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox["admin"]["url"]).port), timeout=20) as wire:
        wire.sendall(f"{message}\r\n".encode() + body)
        answer = wire.recv(65536)
    if admin.get("faults"):
        admin.delete("faults")
    assert answer.startswith(b"HTTP/1.1 ")
    assert answer[9:12] < b"500", (answer, body)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=200))
def test_bytes_that_are_no_http_do_not_end_it(sandbox, noise):
    port = urlsplit(sandbox["admin"]["url"]).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(noise)
        wire.shutdown(socket.SHUT_WR)
        wire.settimeout(5)
        with contextlib.suppress(ConnectionResetError):  # closed with bytes unread
            assert wire.recv(64)[:9] in (b"", b"HTTP/1.1 ")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(b"GET /admin/identity HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert wire.recv(64).startswith(b"HTTP/1.1 200")


def test_a_second_request_on_the_connection_is_answered_too(sandbox):
    port = urlsplit(sandbox["admin"]["url"]).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(b"GET /admin/identity HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        received = b""
        while received.count(b"HTTP/1.1 200") < 2:
            part = wire.recv(65536)
            assert part, received
            received += part


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_head_has_no_body(sandbox, method):
    port = urlsplit(sandbox["admin"]["url"]).port
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(f"{method} /admin/identity HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        while part := wire.recv(65536):
            received += part
    assert bool(received.partition(b"\r\n\r\n")[2]) == (method == "GET")

"""Every fault at every system that it applies to, seen from a bare socket: what comes back, and what is stored."""

from __future__ import annotations

import base64
import json
import socket
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from workbench.sandbox.faults import KINDS

CONNECTWISE, SALESFORCE = "/v4_6_release/apis/3.0/company/contacts", "/services/data/v62.0/sobjects/Account"


@dataclass(frozen=True)
class Target:
    """One system: how to create a record, how to list, and how what was created is told."""

    system: str
    create: str
    body: dict[str, Any]
    list: str
    object: str
    field: str

    def stored(self, admin) -> int:
        """How many times the record is there."""
        return sum(r.get(self.field) == "Faulty" for r in admin.records(self.system, self.object).values())

    def rows(self, answer: bytes) -> list[Any]:
        """The rows of a list."""
        body = json.loads(body_of(answer))
        return body if isinstance(body, list) else body.get("records", body.get("items"))


TARGETS = [
    Target("salesforce", SALESFORCE, {"Name": "Faulty"},
           "/services/data/v62.0/query?q=SELECT+Id+FROM+Account+ORDER+BY+Id+LIMIT+5", "Account", "Name"),
    Target("connectwise", CONNECTWISE, {"firstName": "Faulty", "company": {"id": 19001}},
           f"{CONNECTWISE}?pageSize=5", "company/contacts", "firstName"),
    Target("channeltivity", "/channeltivity/api/v1/organizations", {"name": "Faulty"},
           "/channeltivity/api/v1/organizations?limit=5", "organizations", "name"),
    Target("channelonline", "/channelonline/api/v1/accounts", {"name": "Faulty"},
           "/channelonline/api/v1/accounts?limit=5", "accounts", "name"),
]  # fmt: skip


@pytest.fixture(params=TARGETS, ids=lambda target: target.system)
def target(request):
    return request.param


class Wire:
    """A caller without any library: one connection a call, everything that comes back as bytes."""

    def __init__(self, reach: dict[str, Any]) -> None:
        self._port = urlsplit(reach["admin"]["url"]).port
        keys = reach["connectwise"]
        login = base64.b64encode(f"{keys['company']}+{keys['public_key']}:{keys['private_key']}".encode()).decode()
        self._proofs = {
            "salesforce": f"Authorization: Bearer {reach['salesforce']['access_token']}\r\n",
            "connectwise": f"Authorization: Basic {login}\r\nclientId: {keys['client_id']}\r\n",
            **{name: f"X-Api-Key: {reach[name]['api_key']}\r\n" for name in ("channeltivity", "channelonline")},
        }

    def call(self, target: Target, path: str = "", body: object = None, patience: float = 10.0) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{'GET' if body is None else 'POST'} {path or target.list} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        head += f"{self._proofs[target.system]}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        received = b""
        with socket.create_connection(("127.0.0.1", self._port), timeout=patience) as wire:
            wire.sendall(head.encode() + content)
            while part := wire.recv(65536):
                received += part
        return received

    def create(self, target: Target, **options: Any) -> bytes:
        return self.call(target, target.create, target.body, **options)


@pytest.fixture
def wire(sandbox):
    return Wire(sandbox)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def header_of(answer: bytes, name: str) -> str | None:
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return next((line.partition(": ")[2] for line in lines if line.lower().startswith(f"{name.lower()}: ")), None)


def plan(admin, target: Target, fault: str, **options: Any) -> None:
    admin.post("faults", {"system": target.system, "fault": fault, **options})


def test_expired_session(wire, admin, target):
    plan(admin, target, "expired_session")
    assert status_of(wire.create(target)) == 401
    assert target.stored(admin) == 0


@pytest.mark.parametrize("form", ["seconds", "date", "none"])
def test_rate_limited(wire, admin, target, form):
    plan(admin, target, "rate_limited", retry_after=7, form=form)
    answer = wire.create(target)
    said = header_of(answer, "Retry-After")
    assert status_of(answer) == 429
    assert {"seconds": said == "7", "none": said is None}.get(form, True)
    if form == "date":
        assert 0 <= parsedate_to_datetime(said).timestamp() - time.time() <= 8
    assert target.stored(admin) == 0


@pytest.mark.parametrize("when, commits", [("before", 0), ("after", 1)])
def test_unavailable_before_and_after_the_commit(wire, admin, target, when, commits):
    plan(admin, target, "unavailable", when=when)
    assert status_of(wire.create(target)) == 503
    assert target.stored(admin) == commits


@pytest.mark.parametrize("when, commits", [("before", 0), ("after", 1)])
def test_reset_before_and_after_the_commit(wire, admin, target, when, commits):
    plan(admin, target, "reset", when=when)
    with pytest.raises(ConnectionResetError):
        wire.create(target)
    assert target.stored(admin) == commits


def test_read_timeout_after_the_commit(wire, admin, target):
    plan(admin, target, "read_timeout", seconds=30)
    with pytest.raises(TimeoutError):
        wire.create(target, patience=0.3)
    assert target.stored(admin) == 1


def test_late_commit(wire, admin, target):
    admin.post("clock", {"freeze": True})
    plan(admin, target, "late_commit", seconds=60)
    with pytest.raises(ConnectionResetError):
        wire.create(target)
    assert target.stored(admin) == 0
    admin.post("clock", {"advance": 61})
    assert target.stored(admin) == 1


def test_truncated_json(wire, admin, target):
    plan(admin, target, "truncated_json")
    answer = wire.call(target)
    assert int(header_of(answer, "Content-Length")) == len(body_of(answer)) > 0
    with pytest.raises(ValueError):
        json.loads(body_of(answer))


def test_html_with_200(wire, admin, target):
    plan(admin, target, "html")
    answer = wire.create(target)
    assert (status_of(answer), header_of(answer, "Content-Type").partition(";")[0]) == (200, "text/html")
    assert target.stored(admin) == 1


@pytest.mark.parametrize("fault", ["partial_success", "row_lock"])
def test_a_single_write_that_is_refused_or_locked_so_many_times(wire, admin, target, fault):
    plan(admin, target, fault, times=2)
    refused = {"salesforce": 400, "connectwise": 409}.get(target.system, 423)
    assert [status_of(wire.create(target)) for _ in range(3)] == [refused, refused, 201]
    assert target.stored(admin) == 1


def test_duplicate_delivery(wire, admin, target):
    plan(admin, target, "duplicate_delivery")
    assert status_of(wire.create(target)) == 201
    assert target.stored(admin) == 2


def test_missing_results(wire, admin, target):
    whole = target.rows(wire.call(target))
    plan(admin, target, "missing_results", rows=[0, -1])
    assert target.rows(wire.call(target)) == whole[1:-1]


def test_reordered_results(wire, admin, target):
    whole = target.rows(wire.call(target))
    plan(admin, target, "reordered_results")
    assert target.rows(wire.call(target)) == whole[::-1] != whole


def test_quota_exhausted(wire, admin, target):
    plan(admin, target, "quota_exhausted")
    assert status_of(wire.create(target)) == (403 if target.system == "salesforce" else 429)
    assert target.stored(admin) == 0


def test_slow_drip(wire, admin, target):
    whole = target.rows(wire.call(target))
    plan(admin, target, "slow_drip", seconds=0.0002)
    began = time.monotonic()
    answer = wire.call(target)
    assert time.monotonic() - began >= 0.0002 * len(answer)
    assert target.rows(answer) == whole


def test_poisoned_row_fails_the_whole_list(wire, admin, target):
    second = target.rows(wire.call(target))[1]
    plan(admin, target, "poisoned_row", id=str(second.get("Id") or second.get("id")), times=None)
    assert status_of(wire.call(target)) == 500
    assert status_of(wire.call(target, target.list.replace("=5", "=1").replace("+5", "+1"))) == 200


@pytest.mark.parametrize("change", ["remove", "insert"])
def test_pagination_drift(wire, admin, target, change):
    before = admin.records(target.system, target.object)
    plan(admin, target, "pagination_drift", change=change)
    first = target.rows(wire.call(target))
    shown = str(first[0].get("Id") or first[0].get("id"))
    after = admin.records(target.system, target.object)
    if change == "remove":
        assert {id for id in after if after[id]["@deleted"] != before[id]["@deleted"]} == {shown}
        assert target.rows(wire.call(target))[:4] == first[1:]  # the next page begins one record too late
    else:
        (new,) = after.keys() - before.keys()
        assert after[new].get(target.field) == before[shown].get(target.field)


def test_pages_by_number_lose_a_record_when_one_is_removed_between_them(wire, admin):
    target = TARGETS[1]
    numbers = [row["id"] for row in target.rows(wire.call(target, f"{CONNECTWISE}?pageSize=10"))]
    plan(admin, target, "pagination_drift")
    pages = [target.rows(wire.call(target, f"{CONNECTWISE}?pageSize=5&page={page}")) for page in (1, 2)]
    seen = [row["id"] for page in pages for row in page]
    assert numbers[5] not in seen
    assert numbers[4] in seen


def test_every_kind_of_fault_is_proven_here_or_where_it_has_one_system_alone():
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    unnamed = {kind for kind in KINDS if not any(name.startswith(kind) for name in here)}
    assert unnamed == {"partial_success", "row_lock", "codebase_change"}  # together above; ConnectWise's own


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_answer_that_is_no_list_and_a_call_that_is_no_batch_survive_every_fault(wire, admin, target, kind):
    if kind in ("read_timeout", "slow_drip"):
        admin.post("faults", {"system": target.system, "fault": kind, "seconds": 0})
    else:
        plan(admin, target, kind)
    nowhere = f"{target.create.rpartition('/')[0]}/nothing"
    try:
        answer = wire.call(target, nowhere)
    except ConnectionResetError:
        answer = b""
    assert b"SandboxMistake" not in answer

"""What is particular about single faults, seen from a bare socket; `test_faults_by_system` has each at every system."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

CREATE = {"name": "Faulty Networks", "externalKey": "wb-1"}


class Line:
    """A caller without any library: one connection a call, everything that comes back as bytes."""

    def __init__(self, reach: dict[str, Any]) -> None:
        self.port = urlsplit(reach["channeltivity"]["url"]).port
        self.key = reach["channeltivity"]["api_key"]

    def call(self, method: str, path: str, body: object = None, *, patience: float = 5.0, bearer: str = "") -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {self.key}\r\nContent-Length: {len(content)}\r\n"
        if bearer:
            head += f"Authorization: Bearer {bearer}\r\nContent-Type: application/json\r\n"
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as wire:
            wire.sendall(f"{head}Connection: close\r\n\r\n".encode() + content)
            while part := wire.recv(65536):
                received += part
        return received

    def post(self, **options: Any) -> bytes:
        return self.call("POST", "/channeltivity/api/v1/organizations", CREATE, **options)

    def get(self, path: str = "groups", **options: Any) -> bytes:
        return self.call("GET", f"/channeltivity/api/v1/{path}", **options)


@pytest.fixture
def line(sandbox):
    return Line(sandbox)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def header_of(answer: bytes, name: str) -> str | None:
    for each in answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
        key, _, value = each.partition(": ")
        if key.lower() == name.lower():
            return value
    return None


def stored(admin) -> int:
    """How many times the record is there."""
    return sum(r.get("externalKey") == "wb-1" for r in admin.records("channeltivity", "organizations").values())


def test_without_a_fault_a_create_is_answered_and_stored(line, admin):
    assert status_of(line.post()) == 201
    assert stored(admin) == 1


def test_reset_during_the_answer_cuts_the_body(line, admin):
    admin.post("faults", {"fault": "reset", "when": "during"})
    with socket.create_connection(("127.0.0.1", line.port), timeout=5) as wire:
        wire.sendall(f"GET /channeltivity/api/v1/groups HTTP/1.1\r\nHost: x\r\nX-Api-Key: {line.key}\r\n\r\n".encode())
        received = b""
        with pytest.raises(ConnectionResetError):
            while part := wire.recv(64):
                received += part
    assert len(body_of(received)) < int(header_of(received, "Content-Length"))


def test_late_commit_happens_when_its_time_has_come_on_the_sandbox_clock(line, admin):
    admin.post("clock", {"freeze": True})
    admin.post("faults", {"fault": "late_commit", "seconds": 90})
    with pytest.raises(ConnectionResetError):
        line.post()
    assert stored(admin) == 0
    admin.post("clock", {"advance": 89})
    assert stored(admin) == 0
    admin.post("clock", {"advance": 2})
    assert stored(admin) == 1


def test_connectwise_words_its_rate_limit_differently(line, admin):
    admin.post("faults", {"system": "connectwise", "fault": "rate_limited", "retry_after": 30})
    answer = line.call("GET", "/v4_6_release/apis/3.0/company/companies")
    assert status_of(answer) == 429
    assert json.loads(body_of(answer))["error"] == "ConnectWiseAPI"


def test_an_expired_salesforce_session_stays_expired(line, admin, sandbox):
    token = sandbox["salesforce"]["access_token"]
    assert status_of(line.call("GET", "/services/data/v59.0/limits", bearer=token)) == 200
    admin.post("faults", {"system": "salesforce", "fault": "expired_session"})
    assert status_of(line.call("GET", "/services/data/v59.0/limits", bearer=token)) == 401
    assert (
        status_of(line.call("GET", "/services/data/v59.0/limits", bearer=token)) == 401
    )  # the fault is used up, the session is gone all the same


def test_quota_exhausted_is_a_403_in_salesforce_and_a_429_elsewhere(line, admin):
    admin.post("faults", {"fault": "quota_exhausted", "times": 2})
    answer = line.call("GET", "/services/data/v59.0/limits")
    assert status_of(answer) == 403
    assert json.loads(body_of(answer))[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    answer = line.get()
    assert status_of(answer) == 429
    assert header_of(answer, "Retry-After") is None


def test_the_second_answer_of_a_duplicate_delivery_can_be_a_refusal(line, admin):
    admin.post("faults", {"fault": "duplicate_delivery", "answer": "second"})
    assert status_of(line.post()) == 409  # the external key is taken: by the first delivery of the same call
    assert stored(admin) == 1


def test_a_poisoned_row_fails_every_list_that_would_show_it(line, admin):
    admin.post("faults", {"fault": "poisoned_row", "id": "2", "times": None})
    assert status_of(line.get("groups")) == 500
    assert status_of(line.get("groups?limit=1")) == 200
    assert status_of(line.get("groups/2")) == 200


def collection(line, sandbox, records) -> list[dict[str, Any]]:
    token = sandbox["salesforce"]["access_token"]
    body = {"allOrNone": False, "records": records}
    return json.loads(body_of(line.call("POST", "/services/data/v59.0/composite/sobjects", body, bearer=token)))


@pytest.mark.parametrize("fault, code", [("partial_success", "UNKNOWN_EXCEPTION"), ("row_lock", "UNABLE_TO_LOCK_ROW")])
def test_partial_success_fails_the_chosen_rows_only_and_does_not_store_them(line, admin, sandbox, fault, code):
    admin.post("faults", {"system": "salesforce", "path": "composite/sobjects", "fault": fault, "rows": [0, -1]})
    rows = [{"attributes": {"type": "Account"}, "Name": f"Partial {number}"} for number in range(4)]
    results = collection(line, sandbox, rows)
    assert [result["success"] for result in results] == [False, True, True, False]
    assert {result["errors"][0]["statusCode"] for result in results if not result["success"]} == {code}
    names = {record["Name"] for record in admin.records("salesforce", "Account").values()}
    assert names & {f"Partial {number}" for number in range(4)} == {"Partial 1", "Partial 2"}


def test_the_codebase_can_change_in_the_middle_of_a_run(line, admin):
    info = json.loads(body_of(line.call("GET", "/login/companyinfo/northwind")))
    assert info["Codebase"] == "v2025_8/"
    admin.post("faults", {"system": "connectwise", "fault": "codebase_change", "codebase": "v2026_1"})
    line.call("GET", "/v2025_8/apis/3.0/company/companies/count")
    assert status_of(line.call("GET", "/v2025_8/apis/3.0/company/companies/count")) == 404
    info = json.loads(body_of(line.call("GET", "/login/companyinfo/northwind")))
    assert info["Codebase"] == "v2026_1/"


def test_a_fault_waits_for_its_call_and_is_used_up(line, admin):
    admin.post("faults", {"path": "groups", "method": "GET", "fault": "unavailable", "skip": 1, "times": 2})
    assert [status_of(line.get()) for _ in range(4)] == [200, 503, 503, 200]
    assert [entry["fault"] for entry in admin.requests()] == ["", "unavailable", "unavailable", ""]


def test_faults_can_be_called_off(line, admin):
    admin.post("faults", {"fault": "unavailable", "times": None})
    assert status_of(line.get()) == 503
    admin.delete("faults")
    assert status_of(line.get()) == 200


@pytest.mark.parametrize(
    "wanted, said",
    [
        ({"fault": "earthquake"}, "there is no fault 'earthquake'"),
        ({"fault": "reset", "retry_after": 1}, "reset has no option retry_after"),
        ({"fault": "reset", "path": "("}, "not a regular expression"),
        ({"fault": "reset", "times": "often"}, "whole numbers"),
        ({"fault": "reset", "when": "later"}, "when of reset is one of before, after, during"),
        ({"fault": "missing_results", "rows": "all"}, "rows is a list of positions"),
        ({"fault": "slow_drip", "seconds": "long"}, "seconds is a number"),
    ],
)
def test_a_fault_that_cannot_be_meant_is_refused(line, admin, wanted, said):
    answer = line.call("POST", "/admin/faults", wanted)
    assert status_of(answer) == 400
    assert said in json.loads(body_of(answer))["message"]

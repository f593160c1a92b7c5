"""Whatever is sent to ConnectWise's routes: an answer in the vendor's shape, never a failure of the sandbox itself."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox.connectwise_tenant import Caller, seeded

from workbench.sandbox.connectwise.actions import ACTIONS
from workbench.sandbox.connectwise.collections import COLLECTIONS

QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(sorted({field.name for collection in COLLECTIONS for field in collection.fields}))
VALUES = JSON | st.fixed_dictionaries({"id": st.integers(0, 5)}) | st.sampled_from(["2026-01-01T00:00:00Z", "x"])
RECORDS = st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=6)
PATHS = st.sampled_from([collection.path.replace("*", "1") for collection in COLLECTIONS])
SEGMENTS = st.sampled_from(
    ["company", "companies", "1", "count", "sites", "merge", "search", "info", "typeAssociations"]
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
WORDS = st.sampled_from(
    [
        "name",
        "id",
        "status/name",
        "status/id",
        "types/id",
        "lastUpdated",
        "deletedFlag",
        "communicationItems/value",
        "(",
    ]
    + [")", "and", "or", "not", "in", "like", "contains", "=", "!=", ">", '"x"', "'x'", "5", "true", "null", ",", "[[]"]
    + ["[2026-01-01]", "[9999-99-99]", "city", "_info/lastUpdated", "caption", "value"]
)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory):
    return Caller(seeded(tmp_path_factory.mktemp("tenant") / "sandbox.sqlite"))


def checked(response) -> int:
    """The status, once the answer has the vendor's shape."""
    if response.status >= 400:
        body = json.loads(response.body)
        assert set(body) in ({"code", "message"}, {"code", "message", "errors"})
        assert response.status < 500, body
    return response.status


@QUIET
@given(METHODS, st.lists(SEGMENTS | st.text(max_size=5), max_size=5), JSON)
def test_any_path_has_an_answer(tenant, method, path, body):
    checked(tenant.send(method, "/".join(quote(part, safe="") for part in path), body))


LISTS = [collection.path for collection in COLLECTIONS]
PLACES = st.sampled_from(["", "/1", "/2", "/1001", "/99", "/count", "/x"])
SAID = st.dictionaries(
    st.sampled_from(
        ["conditions", "childConditions", "customFieldConditions", "orderBy", "fields", "page", "pageSize"]
    ),
    st.sampled_from(["id = 1", "id", "name desc", "id,_info", "1", "2", 'caption = "x"']) | st.text(max_size=8),
    max_size=2,
)
OPERATIONS = st.lists(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace", "remove"]), "path": NAMES, "value": VALUES}),
    max_size=3,
)
HOOK = {"url": "http://203.0.113.1/x", "objectId": 1, "type": "company", "level": "owner"}  # never called


@pytest.mark.parametrize("path", LISTS)
def test_a_parameter_that_a_list_does_not_know_is_refused_whatever_the_method(tenant, path):
    [collection] = [each for each in COLLECTIONS if each.path == path]
    for method in collection.methods:
        place = "" if method == "POST" else "/1"
        status, body = tenant.ask(method, path.replace("*", "1") + place, {}, unheardOf="1")
        assert (status, body["code"]) in {(400, "InvalidParameter"), (404, "NotFound")}
    for place in ("", "/count"):
        status, body = tenant.ask("GET", path.replace("*", "1") + place, unheardOf="1")
        assert (status, body["code"]) in {(400, "InvalidParameter"), (404, "NotFound")}


@pytest.mark.parametrize(
    ("pattern", "method"), [(pattern, method) for pattern, _, verbs in ACTIONS for method in verbs]
)
def test_a_parameter_that_an_action_does_not_know_is_refused(tenant, pattern, method):
    status, body = tenant.ask(method, pattern.replace(r"(\d+)", "1"), {}, unheardOf="1")
    assert (status, body["code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(METHODS, PLACES, SAID, st.sampled_from(["navigable", "forward-only"]), RECORDS | OPERATIONS | JSON)
def test_whatever_a_list_is_sent_it_answers_or_refuses(tenant, path, method, place, said, pages, body):
    if path == "system/callbacks" and isinstance(body, dict):
        body = {**body, **HOOK}
    header = {"pagination-type": pages}
    checked(tenant.send(method, path.replace("*", "1") + place, body, headers=header, **said))


@pytest.mark.parametrize(
    ("pattern", "method"), [(pattern, method) for pattern, _, verbs in ACTIONS for method in verbs]
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["1", "2", "99"]), SAID, st.sampled_from(["Company", "Ticket", "x"]), RECORDS | JSON)
def test_whatever_an_action_is_sent_it_answers_or_refuses(tenant, pattern, method, number, said, kind, body):
    path = pattern.replace(r"(\d+)", number)
    if "audittrail" in path:
        said = {**said, "type": kind, "id": number}
    if isinstance(body, dict):
        body = {**body, "toCompanyId": int(number), "conditions": "id = 1"}
    checked(tenant.send(method, path, body, **said))


@QUIET
@given(PATHS, RECORDS)
def test_any_record_is_stored_or_refused(tenant, path, record):
    if path == "system/callbacks":
        record = {**record, "url": "http://203.0.113.1/x"}  # an address that is not on this machine is never called
    assert checked(tenant.send("POST", path, record)) in {201, 400, 404, 405}


@QUIET
@given(
    PATHS,
    st.lists(
        st.fixed_dictionaries(
            {
                "op": st.sampled_from(["add", "replace", "remove", "x"]),
                "path": NAMES | st.text(max_size=6),
                "value": VALUES,
            }
        )
        | JSON,
        max_size=4,
    )
    | JSON,
)
def test_any_patch_is_made_or_refused(tenant, path, patch):
    checked(tenant.send("PATCH", f"{path}/1", patch))


@QUIET
@given(PATHS, RECORDS | JSON)
def test_any_replacement_is_made_or_refused(tenant, path, record):
    checked(tenant.send("PUT", f"{path}/2", record))


@QUIET
@given(PATHS, st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=40))
def test_any_condition_is_answered_or_refused(tenant, path, text):
    for name in ("conditions", "childConditions", "customFieldConditions", "orderBy", "fields"):
        checked(tenant.send("GET", path, **{name: text}))


@QUIET
@given(st.text(max_size=12), st.sampled_from(["page", "pageSize", "pageId"]), st.booleans())
def test_any_page_is_answered_or_refused(tenant, text, name, forward):
    header = {"pagination-type": "forward-only" if forward else "navigable"}
    checked(tenant.send("GET", "company/companies", headers=header, **{name: text}))


@QUIET
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_header_is_answered(tenant, accept, authorization, kind):
    proof = {"authorization": f"Basic {authorization}", "clientid": "x"}
    assert tenant.send("GET", "company/companies", proof=proof).status == 401
    assert checked(tenant.send("GET", "company/companies", headers={"accept": accept})) in {200, 415}
    assert checked(tenant.send("POST", "company/companies", {}, headers={"content-type": kind})) in {400, 415}

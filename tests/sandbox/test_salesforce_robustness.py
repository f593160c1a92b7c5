"""Whatever is sent to Salesforce's routes: an answer in the vendor's shape, never a failure of the sandbox itself."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox.salesforce_org import PARTNER_TYPE, Caller, account, make_id, seeded, with_records

from workbench.sandbox.salesforce.routing import ROUTES

QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
IDS = st.sampled_from([account(1), account(1)[:15], account(6), make_id("003", 1), "001", "", "x" * 18])
NAMES = st.sampled_from(
    ["Name", "name", "Phone", "OwnerId", "ParentId", "RecordTypeId", "Workbench_Key__c", "Sync_with_Channeltivity__c"]
    + [
        "NumberOfEmployees",
        "AnnualRevenue",
        "Record_Status__c",
        "LastName",
        "AccountId",
        "Email",
        "StageName",
        "CloseDate",
    ]
    + ["OpportunityId", "ContactId", "IsPrimary", "Parent", "Account", "attributes", "Id", "CreatedDate", "Bogus"]
)
VALUES = (
    JSON | IDS | st.sampled_from(["2026-01-01", "2026-01-01T00:00:00Z", "a@b.example", "Active Partner", "Closed Won"])
)
RECORDS = st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=5)
OBJECTS = st.sampled_from(
    ["Account", "contact", "Opportunity", "OpportunityContactRole", "Lead", "User", "Nothing", "EventLogFile"]
)
SEGMENTS = st.sampled_from(
    ["sobjects", "query", "queryAll", "tooling", "composite", "limits", "describe", "updated", "deleted", "LogFile"]
    + ["Workbench_Key__c", "Id", "Name", "k2", account(1), "jobs", "ingest", "graph", "batch"]
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"])


@pytest.fixture(scope="module")
def org(tmp_path_factory):
    return Caller(with_records(seeded(tmp_path_factory.mktemp("org") / "sandbox.sqlite")))


def checked(response):
    """The status, once the answer has the vendor's shape."""
    if response.status >= 400:
        errors = json.loads(response.body)
        assert isinstance(errors, list)
        assert all(set(error) >= {"message", "errorCode"} for error in errors)
        assert response.status < 500, errors
    return response.status


FITTING = st.sampled_from(
    ["Account", "contact", "Opportunity", "User", "EventLogFile", account(1), account(1)[:15], account(6), "x"]
    + ["Workbench_Key__c", "Id", "Name", "k2", "Type", PARTNER_TYPE, "012000000000000AAA", make_id("750", 1)]
    + [make_id("01g", 1) + "-2000", make_id("0AT", 2), "successfulResults", "", "\u0000", "ä/ö"]
)
"""What may stand where a pattern has a `*`."""
SAID = (
    IDS
    | st.sampled_from(["SELECT Id FROM Account", "2026-11-21T00:00:00Z", "2026-11-22T09:59:00+00:00", "Name,Type", "1"])
    | st.text(max_size=12)
)
ROUTED = [(pattern, method) for pattern, methods in ROUTES for method in methods]


def parameters_of(pattern, method):
    """The query parameters that a route takes."""
    return dict(ROUTES)[pattern][method][1:]


def path_of(data, pattern):
    """A path that fits the pattern."""
    parts = pattern.split("/") if pattern else []
    return "/".join(quote(data.draw(FITTING) if part == "*" else part, safe="") for part in parts)


@pytest.mark.parametrize(("pattern", "method"), ROUTED)
def test_a_parameter_that_a_route_does_not_know_is_refused_before_anything_happens(org, pattern, method):
    path = pattern.replace("*", "Account")
    status, errors = org.ask(method, path, {}, query={"unheardOf": "1"})
    assert (status, errors[0]["errorCode"]) == (400, "INVALID_QUERY_PARAMETER")
    for name in parameters_of(pattern, method):
        status, errors = org.ask(method, f"{path}?{name}=1&{name}=2", {})
        assert (status, errors[0]["errorCode"]) == (400, "INVALID_QUERY_PARAMETER")


@pytest.mark.parametrize(("pattern", "method"), ROUTED)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_route_is_sent_it_answers_or_refuses(org, pattern, method, data):
    query = {name: data.draw(SAID, name) for name in parameters_of(pattern, method) if data.draw(st.booleans())}
    headers = data.draw(
        st.dictionaries(
            st.sampled_from(["if-modified-since", "if-none-match", "sforce-query-options", "content-type"]),
            st.sampled_from(["*", "batchSize=200", "text/csv", "Sun, 22 Nov 2026 10:00:00 GMT"]) | st.text(max_size=8),
            max_size=1,
        )
    )
    body = data.draw(RECORDS | JSON | st.binary(max_size=20))
    checked(org.send(method, path_of(data, pattern), body, query=query, headers=headers))


@QUIET
@given(
    METHODS,
    st.lists(SEGMENTS | OBJECTS | st.text(max_size=6), max_size=5),
    st.dictionaries(st.text(max_size=6), st.text(max_size=8), max_size=2),
    JSON,
)
def test_any_path_has_an_answer(org, method, path, query, body):
    encoded = "/".join(quote(part, safe="") for part in path)
    checked(org.send(method, encoded, body, query=query))


@QUIET
@given(OBJECTS, RECORDS)
def test_any_record_is_stored_or_refused(org, name, record):
    status = checked(org.send("POST", f"sobjects/{name}", record))
    assert status in {201, 400, 404}


@QUIET
@given(IDS, RECORDS, st.sampled_from([{}, {"if-unmodified-since": "x"}, {"if-match": "*"}, {"if-modified-since": "0"}]))
def test_any_change_is_made_or_refused(org, record_id, record, headers):
    checked(org.send("PATCH", f"sobjects/Account/{record_id}", record, headers=headers))
    checked(org.send("PATCH", f"sobjects/Account/Workbench_Key__c/{record_id or 'x'}", record, headers=headers))


@QUIET
@given(st.lists(RECORDS | JSON, max_size=4), JSON)
def test_any_collection_is_answered_row_by_row_or_refused(org, records, all_or_none):
    typed = [{"attributes": {"type": "Account"}, **each} if isinstance(each, dict) else each for each in records]
    for method, path in (("POST", ""), ("PATCH", ""), ("PATCH", "/Account/Workbench_Key__c")):
        response = org.send(method, f"composite/sobjects{path}", {"records": typed, "allOrNone": all_or_none})
        if checked(response) == 200:
            assert len(json.loads(response.body)) == len(records)


WORDS = st.sampled_from(
    ["SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET"]
    + ["Id", "Name", "Account", "Contacts", "Owner.Name", "COUNT()", "COUNT(Id)", "MAX(Amount)", "FIELDS(ALL)", "n"]
    + ["(", ")", ",", "=", "!=", ">", "'x'", "''", "'%'", "5", "null", "true", "TODAY", "LAST_N_DAYS:3", "2026-01-01"]
    + ["2026-01-01T00:00:00Z", "CreatedDate", "AccountId", "BillingCity", "LAST_N_YEARS:99999", "N_DAYS_AGO:999999999"]
)


@QUIET
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_query_is_answered_or_refused(org, text):
    checked(org.send("GET", "query", query={"q": text}))


@QUIET
@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_any_condition_is_answered_or_refused(org, text):
    checked(org.send("GET", "query", query={"q": f"SELECT Id FROM Account WHERE {text}"}))
    checked(org.send("GET", "query", query={"q": f"SELECT {text} FROM Account"}))


@QUIET
@given(st.binary(max_size=40))
def test_any_body_is_taken_or_refused(org, body):
    checked(org.send("POST", "sobjects/Account", body))
    checked(org.send("POST", "composite/sobjects", body))
    assert org.send("POST", "/services/oauth2/token", body, token=None).status == 400
    assert org.send("POST", "/services/Soap/u/59.0", body, token=None).status == 500


@QUIET
@given(st.text(st.characters(max_codepoint=255), max_size=20))
def test_any_authorization_is_taken_or_refused(org, text):
    header = {"authorization": f"Basic {text}"}
    assert org.send("GET", "limits", headers=header, token=None).status == 401
    form = b"grant_type=client_credentials"
    assert org.send("POST", "/services/oauth2/token", form, headers=header, token=None).status in {400, 401}


PARTS = st.fixed_dictionaries(
    {
        "method": METHODS | JSON,
        "url": st.sampled_from(
            ["/services/data/v59.0/sobjects/Account", "/services/data/v59.0/limits", "/services/data/vX/x", "@{a.id}"]
            + ["/services/data/v59.0/composite/sobjects", "/services/data/v59.0/sobjects/Account/@{b[0].id}", ""]
        )
        | JSON,
        "referenceId": st.sampled_from(["a", "b", "c d"]) | JSON,
        "body": RECORDS | JSON,
    }
)


@QUIET
@given(st.lists(PARTS | JSON, max_size=4), JSON, st.sampled_from(["composite", "composite/graph", "composite/batch"]))
def test_any_composite_is_answered_or_refused(org, parts, flag, path):
    graphs = [{"graphId": flag, "compositeRequest": parts}]
    bodies = {
        "composite": {"compositeRequest": parts, "allOrNone": flag},
        "composite/graph": {"graphs": graphs},
        "composite/batch": {"batchRequests": parts, "haltOnError": flag},
    }
    checked(org.send("POST", path, bodies[path]))


JOBS = st.fixed_dictionaries(
    {},
    optional={
        "object": OBJECTS | JSON,
        "operation": st.sampled_from(["insert", "update", "upsert", "delete", "query"]) | JSON,
        "externalIdFieldName": NAMES | JSON,
        "columnDelimiter": st.sampled_from(["COMMA", "TAB", ";"]) | JSON,
        "lineEnding": st.sampled_from(["LF", "CRLF"]) | JSON,
        "query": st.lists(WORDS, max_size=6).map(" ".join) | JSON,
    },
)
CSV = st.lists(
    st.sampled_from(["Name", "Id", "Phone", ",", "\n", "\r\n", '"', "#N/A", "x", "k2", account(1)]), max_size=20
)


@QUIET
@given(JOBS, CSV.map("".join))
def test_any_job_ends_or_is_refused(org, job, content):
    checked(org.send("POST", "jobs/query", job))
    response = org.send("POST", "jobs/ingest", job)
    if checked(response) != 200:
        return
    path = f"jobs/ingest/{json.loads(response.body)['id']}"
    org.send("PUT", f"{path}/batches", content.encode(), headers={"content-type": "text/csv"})
    org.send("PATCH", path, {"state": "UploadComplete"})
    for _ in range(3):
        checked(org.send("GET", path))
    for which in ("successfulResults", "failedResults", "unprocessedrecords"):
        checked(org.send("GET", f"{path}/{which}"))


@QUIET
@given(st.text("aceFINDRETUG {}()*?,' \\", max_size=20), st.text("AccountIdName(), WHERE='x LIMT1", max_size=25))
def test_any_search_is_answered_or_refused(org, words, returning):
    checked(org.send("GET", "search", query={"q": f"FIND {{{words}}} RETURNING {returning}"}))
    checked(org.send("GET", "search", query={"q": words}))

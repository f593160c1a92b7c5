"""Several calls in one: references between parts, all or none, graphs, batches."""

from __future__ import annotations

import pytest
from sandbox.salesforce_org import Caller, account, seeded, with_records

BASE = "/services/data/v59.0"


@pytest.fixture
def org(tmp_path):
    return Caller(with_records(seeded(tmp_path / "sandbox.sqlite")))


def part(reference, method, path, body=None):
    found = {"method": method, "url": f"{BASE}/{path}", "referenceId": reference}
    return found if body is None else {**found, "body": body}


def family(name="Acme Two"):
    return [
        part("acc", "POST", "sobjects/Account", {"Name": name}),
        part("con", "POST", "sobjects/Contact", {"LastName": "Two", "AccountId": "@{acc.id}"}),
        part("look", "GET", "query/?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{con.id}'"),
    ]


def count(org, name):
    return org.query(f"SELECT COUNT() FROM Account WHERE Name = '{name}'")[1]["totalSize"]


def composite(org, parts, **options):
    status, body = org.ask("POST", "composite", {"compositeRequest": parts, **options})
    assert status == 200, body
    return body["compositeResponse"]


def test_a_part_may_use_what_an_earlier_one_answered(org):
    answers = composite(org, family())
    assert [answer["httpStatusCode"] for answer in answers] == [201, 201, 200]
    assert answers[0]["httpHeaders"]["Location"].endswith(answers[0]["body"]["id"])
    assert answers[2]["body"]["records"][0]["Account"]["Name"] == "Acme Two"


def test_without_all_or_none_the_good_parts_stay(org):
    answers = composite(org, [*family(), part("bad", "POST", "sobjects/Account", {"Nam": "x"})])
    assert [answer["httpStatusCode"] for answer in answers] == [201, 201, 200, 400]
    assert count(org, "Acme Two") == 1


def test_all_or_none_takes_everything_back_rows_of_a_collection_too(org):
    records = [{"attributes": {"type": "Account"}, "Nam": "x"}]
    for bad in (
        part("bad", "POST", "sobjects/Account", {"Nam": "x"}),
        part("bad", "POST", "composite/sobjects", {"records": records}),
    ):
        answers = composite(org, [*family(), bad], allOrNone=True)
        assert answers[0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
        assert count(org, "Acme Two") == 0


def test_a_reference_to_nothing_fails_its_part(org):
    answers = composite(org, [part("one", "GET", "sobjects/Account/@{none.id}")])
    assert (answers[0]["httpStatusCode"], answers[0]["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")


REFUSED = [
    {},
    {"compositeRequest": []},
    {"compositeRequest": [part("a b", "GET", "limits")]},
    {"compositeRequest": [part("a", "GET", "limits"), part("a", "GET", "limits")]},
    {"compositeRequest": [part(f"p{number}", "GET", "limits") for number in range(26)]},
    {"compositeRequest": [part(f"p{number}", "GET", "query?q=x") for number in range(6)]},
    {"compositeRequest": [{**part("a", "GET", "limits"), "extra": 1}]},
    {"compositeRequest": [part("a", "GET", "limits")], "allOrNone": "yes"},
]


@pytest.mark.parametrize("body", REFUSED, ids=lambda body: str(body)[:50])
def test_a_malformed_composite_is_refused_as_a_whole(body, org):
    assert org.ask("POST", "composite", body)[0] == 400


def test_a_composite_holds_no_composite(org):
    answers = composite(org, [part("a", "POST", "composite", {"compositeRequest": []})])
    assert answers[0]["body"][0]["errorCode"] == "INVALID_INPUT"


def test_each_graph_stands_or_falls_alone(org):
    graphs = [
        {"graphId": "good", "compositeRequest": family("Good")[:2]},
        {"graphId": "bad", "compositeRequest": [*family("Bad")[:1], part("x", "POST", "sobjects/Account", {})]},
    ]
    _, body = org.ask("POST", "composite/graph", {"graphs": graphs})
    assert [(graph["graphId"], graph["isSuccessful"]) for graph in body["graphs"]] == [("good", True), ("bad", False)]
    assert (count(org, "Good"), count(org, "Bad")) == (1, 0)
    only_records = {"graphs": [{"graphId": "q", "compositeRequest": [part("q", "GET", "query?q=x")]}]}
    assert org.ask("POST", "composite/graph", only_records)[0] == 400


def test_a_batch_answers_each_request_and_may_halt(org):
    requests = [
        {"method": "GET", "url": f"v59.0/sobjects/Account/{account(1)}?fields=Name"},
        {"method": "PATCH", "url": f"v59.0/sobjects/Account/{account(1)}", "richInput": {"Phone": "1"}},
        {"method": "GET", "url": "v59.0/nothing"},
        {"method": "GET", "url": "v59.0/limits"},
    ]
    _, body = org.ask("POST", "composite/batch", {"batchRequests": requests})
    assert body["hasErrors"] is True
    assert [result["statusCode"] for result in body["results"]] == [200, 204, 404, 200]
    assert (body["results"][0]["result"]["Name"], body["results"][1]["result"]) == ("Acme GmbH", None)
    _, body = org.ask("POST", "composite/batch", {"batchRequests": requests, "haltOnError": True})
    assert [result["statusCode"] for result in body["results"]] == [200, 204, 404, 412]

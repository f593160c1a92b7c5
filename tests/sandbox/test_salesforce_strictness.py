"""Nothing that a Salesforce caller says is passed over: it is heeded, or the call is refused."""

from __future__ import annotations

import json

import pytest
from sandbox.salesforce_org import PARTNER_TYPE, TOKEN, Caller, account, make_id, seeded, with_records

MASTER = "012000000000000AAA"


@pytest.fixture
def org(tmp_path):
    return Caller(with_records(seeded(tmp_path / "sandbox.sqlite")))


def code(found):
    """The error code of a refusal."""
    status, errors = found
    assert status == 400, errors
    return errors[0]["errorCode"]


def test_a_post_that_names_another_method_is_that_method(org):
    path = f"sobjects/Account/{account(1)}"
    assert org.send("POST", f"{path}?_HttpMethod=PATCH", {"Phone": "7"}).status == 204
    assert org.ask("GET", path, query={"fields": "Phone"})[1]["Phone"] == "7"
    assert org.send("POST", f"{path}?_HttpMethod=delete").status == 204
    assert org.ask("GET", path)[0] == 404
    assert org.send("POST", f"{path}?_HttpMethod=BREW").status == 405
    assert code(org.ask("GET", f"{path}?_HttpMethod=PATCH", {"Phone": "8"})) == "INVALID_QUERY_PARAMETER"


def test_a_retrieve_answers_every_id_it_was_asked_for_or_none(org):
    path = "composite/sobjects/Account"
    asked = {"ids": [account(1), "", account(5)], "fields": ["Name"]}
    assert [row and row["Name"] for row in org.ask("POST", path, asked)[1]] == ["Acme GmbH", None, "Zeta_One"]
    assert len(org.ask("GET", path, query={"ids": f"{account(1)},,x", "fields": "Name"})[1]) == 3
    assert code(org.ask("POST", path, {"ids": [account(1), 5], "fields": ["Name"]})) == "JSON_PARSER_ERROR"
    assert code(org.ask("POST", path, {"ids": [account(1)], "fields": ["Name", ""]})) == "INVALID_QUERY_PARAMETER"


def test_a_delete_answers_every_id_it_was_asked_for(org):
    rows = org.ask("DELETE", "composite/sobjects", query={"ids": f"{account(1)},,{account(2)}"})[1]
    assert [row["success"] for row in rows] == [True, False, True]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("jobs/ingest", {"object": "Lead", "operation": "insert", "assignmentRuleId": "01Q1"}, "INVALIDJOB"),
        ("jobs/ingest", {"object": "Lead", "operation": "insert", "externalIdFieldName": "Id"}, "INVALIDJOB"),
        (
            "composite/batch",
            {"batchRequests": [{"method": "GET", "url": "v59.0/limits", "binaryPartName": "x"}]},
            "JSON_",
        ),
        ("composite", {"compositeRequest": [], "collateSubrequests": "yes"}, "JSON_PARSER_ERROR"),
    ],
)
def test_what_is_not_served_is_refused_by_name(org, path, body, expected):
    assert code(org.ask("POST", path, body)).startswith(expected)


def test_headers_of_a_part_are_an_object(org):
    part = {"method": "GET", "url": "/services/data/v59.0/limits", "referenceId": "a", "httpHeaders": ["If-Match"]}
    [answer] = org.ask("POST", "composite", {"compositeRequest": [part]})[1]["compositeResponse"]
    assert (answer["httpStatusCode"], answer["body"][0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_the_identity_heeds_its_parameters(org):
    path = f"/id/{make_id('00D', 1)}/{make_id('005', 1)}"
    assert org.ask("GET", path)[1]["urls"]["rest"].endswith("/v{version}/")
    asked = org.ask("GET", path, query={"format": "json", "oauth_token": TOKEN, "version": "61.0"})
    assert asked[1]["urls"]["rest"].endswith("/v61.0/")
    assert code(org.ask("GET", path, query={"format": "xml"})) == "INVALID_QUERY_PARAMETER"
    assert code(org.ask("GET", path, query={"callback": "f"})) == "INVALID_QUERY_PARAMETER"
    assert org.ask("GET", path, query={"oauth_token": "another"})[0] == 401
    assert code(org.ask("GET", "/services/data", query={"x": "1"})) == "INVALID_QUERY_PARAMETER"


def test_a_record_type_leaves_its_picklists_their_values(org):
    org.state.keep("salesforce", "allowed_values", {"Account.Partner.Record_Status__c": ["Active Partner"]})
    path = "ui-api/object-info/account/picklist-values"
    status, found = org.ask("GET", f"{path}/{PARTNER_TYPE}/record_status__c")
    assert (status, [each["value"] for each in found["values"]]) == (200, ["Active Partner"])
    assert found["values"][0] == {
        "attributes": None,
        "label": "Active Partner",
        "validFor": [],
        "value": "Active Partner",
    }
    assert found["url"] == (
        f"/services/data/v59.0/ui-api/object-info/Account/picklist-values/{PARTNER_TYPE}/Record_Status__c"
    )
    assert (found["controllerValues"], found["defaultValue"]) == ({}, None)
    everything = org.ask("GET", f"{path}/{MASTER}")[1]["picklistFieldValues"]
    assert len(everything["Record_Status__c"]["values"]) > 1
    described = json.loads(org.send("GET", "sobjects/Account/describe").body)["fields"]
    assert set(everything) == {field["name"] for field in described if field["type"] == "picklist"}
    default = org.ask("GET", f"ui-api/object-info/Lead/picklist-values/{MASTER}/Status")[1]["defaultValue"]
    assert default["value"] == "Open - Not Contacted"


def test_picklists_that_are_not_there_are_refused(org):
    path = "ui-api/object-info/Account/picklist-values"
    assert org.ask("GET", f"{path}/{PARTNER_TYPE}/Name")[0] == 404
    assert org.ask("GET", f"{path}/{PARTNER_TYPE}/Bogus")[0] == 404
    assert org.ask("GET", f"{path}/{make_id('012', 99)}")[0] == 404
    assert org.ask("GET", f"ui-api/object-info/Lead/picklist-values/{PARTNER_TYPE}")[0] == 404
    assert code(org.ask("GET", f"ui-api/object-info/Nothing__c/picklist-values/{MASTER}")) == "INVALID_TYPE"
    org.state.keep("salesforce", "hidden_fields", {"*": ["Account.Industry"]})
    assert org.ask("GET", f"{path}/{MASTER}/Industry")[0] == 404
    assert Caller(org.state, "40.0").ask("GET", f"{path}/{MASTER}")[0] == 404


def test_what_describe_calls_a_lookup_finds_records(org):
    fields = org.ask("GET", "sobjects/Contact/describe")[1]["fields"]
    assert {field["name"] for field in fields if field["idLookup"]} == {"Id", "Email", "Workbench_Key__c"}
    path = "sobjects/Contact/Email/ANN%40acme.example"
    assert org.ask("GET", path, query={"fields": "LastName"})[1]["LastName"] == "Ace"
    assert org.ask("PATCH", path, {"Title": "Buyer"})[1]["created"] is False
    assert org.ask("PATCH", "sobjects/Contact/Email/new%40acme.example", {"LastName": "New"})[0] == 201
    status, errors = org.ask("GET", "sobjects/Opportunity/Channeltivity_Partner_Email__c/ann%40acme.example")
    assert (status, errors[0]["errorCode"]) == (404, "NOT_FOUND")


def test_the_list_of_objects_is_not_sent_again_to_who_has_it(org):
    for path in ("sobjects", "sobjects/Account/describe"):
        answer = org.send("GET", path, headers={"if-modified-since": "Sun, 22 Nov 2026 10:00:00 GMT"})
        assert (answer.status, answer.body) == (304, b"")
        assert org.send("GET", path, headers={"if-modified-since": "Sun, 22 Nov 2020 10:00:00 GMT"}).status == 200


def test_a_field_that_is_given_twice_is_refused(org):
    assert code(org.ask("POST", "sobjects/Account", b'{"Name": "a", "name": "b"}')) == "INVALID_FIELD"
    parent = {"LastName": "x", "AccountId": account(1), "Account": {"Workbench_Key__c": "k2"}}
    assert code(org.ask("POST", "sobjects/Contact", parent)) == "INVALID_FIELD"


def test_who_takes_xml_alone_is_told_that_there_is_none(org):
    assert org.send("GET", "limits", headers={"accept": "application/xml"}).status == 406
    assert org.send("GET", "limits", headers={"accept": "application/xml, */*;q=0.1"}).status == 200

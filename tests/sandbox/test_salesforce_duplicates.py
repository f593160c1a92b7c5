"""The standard duplicate rules: what they take for the same, what they leave alone, and how the refusal tells it."""

from __future__ import annotations

import pytest
from sandbox.salesforce_org import Caller, account, make_id, seeded, with_records

ACME = {"Name": "Acme GmbH", "BillingStreet": "12 Main Street", "BillingCity": "Berlin", "BillingState": "BE"}
ACME |= {"BillingPostalCode": "10115-0001", "Phone": "+1 (415) 555-1234", "Website": "https://acme.example"}
ANN = {"Title": "Buyer", "Phone": "030 1234", "MailingStreet": "5 Oak St", "MailingCity": "Berlin"}


@pytest.fixture
def org(tmp_path):
    org = Caller(with_records(seeded(tmp_path / "sandbox.sqlite")))
    assert org.send("PATCH", f"sobjects/Account/{account(1)}", ACME).status == 204
    assert org.send("PATCH", f"sobjects/Contact/{make_id('003', 1)}", ANN).status == 204
    org.state.keep("salesforce", "duplicate_rules", ["Account", "Contact", "Lead"])
    return org


def found(org, body, kind="Account", **headers):
    """The ids that the refusal names; empty when the record is stored."""
    status, answer = org.ask("POST", f"sobjects/{kind}", body, headers=headers)
    if status == 201:
        return []
    assert (status, answer[0]["errorCode"]) == (400, "DUPLICATES_DETECTED")
    [matched] = answer[0]["duplicateResut"]["matchResults"]
    assert matched["size"] == len(matched["matchRecords"])
    return [each["record"]["Id"] for each in matched["matchRecords"]]


@pytest.mark.parametrize(
    "body",
    [
        {"Name": "ACME", "BillingStreet": "12 main st."},
        {"Name": "Acmee Ltd", "BillingCity": "Berlinn", "BillingState": "be"},
        {"Name": "Acme Inc.", "BillingPostalCode": "10115"},
        {"Name": "acme", "Phone": "415 555 1234"},
        {"Name": "Something Else", "Website": "HTTPS://acme.example", "Phone": "0014155551234"},
        {"Name": "Something Else", "Website": "https://acme.example", "BillingStreet": "12 Main Str"},
    ],
)
def test_an_account_that_agrees_in_a_group_of_fields_is_a_duplicate(org, body):
    assert found(org, body) == [account(1)]


@pytest.mark.parametrize(
    "body",
    [
        {"Name": "Acme GmbH"},
        {"Name": "Acme GmbH", "BillingCity": "Berlin"},
        {"Name": "Acme GmbH", "BillingStreet": "21 Main Street"},
        {"Name": "Acme GmbH", "BillingPostalCode": "10117", "Phone": "415 555 1235"},
        {"Name": "Bolt", "BillingStreet": "12 Main Street", "BillingPostalCode": "10115"},
        {"Name": "Bolt", "Website": "https://acme.example"},
    ],
)
def test_a_name_alone_or_fields_without_it_are_none(org, body):
    assert found(org, body) == []


@pytest.mark.parametrize(
    ("body", "same"),
    [
        ({"FirstName": "ann", "LastName": "ACE", "Email": "Ann@Acme.example"}, True),
        ({"FirstName": "A.", "LastName": "Ace", "Phone": "0301234"}, True),
        ({"FirstName": "Ann", "LastName": "Ace", "MailingStreet": "5 Oak Street", "MailingCity": "Berlin"}, True),
        ({"FirstName": "Ann", "LastName": "Ace", "Title": "buyer", "AccountId": account(1)}, True),
        ({"FirstName": "Ann", "LastName": "Ace", "Title": "buyer", "AccountId": account(2)}, False),
        ({"FirstName": "Bea", "LastName": "Ace", "Email": "ann@acme.example"}, False),
        ({"LastName": "Ace", "Email": "ann@acme.example"}, False),
        ({"FirstName": "Ann", "LastName": "Ace"}, False),
    ],
)
def test_contacts_need_both_names_and_something_else(org, body, same):
    assert found(org, body, "Contact") == ([make_id("003", 1)] if same else [])


def test_initials_stand_for_the_words_of_a_name(org):
    org.ask("POST", "sobjects/Account", {"Name": "General Office Supplies Ltd", "Phone": "777"})
    assert len(found(org, {"Name": "GOS", "Phone": "777"})) == 1


def test_leads_have_a_rule_of_their_own(org):
    body = {"FirstName": "Leo", "LastName": "Lead", "Company": "Newco", "Email": "leo@newco.example"}
    assert found(org, body, "Lead") == []
    assert len(found(org, {**body, "Company": "Other"}, "Lead")) == 1


def test_an_update_is_checked_only_where_the_rule_looks(org):
    second = org.ask("POST", "sobjects/Account", {"Name": "Acme GmbH"})[1]["id"]
    assert org.send("PATCH", f"sobjects/Account/{second}", {"Description": "x"}).status == 204
    status, answer = org.ask("PATCH", f"sobjects/Account/{second}", {"Phone": "415-555-1234"})
    assert (status, answer[0]["errorCode"]) == (400, "DUPLICATES_DETECTED")
    assert org.send("PATCH", f"sobjects/Account/{account(1)}", {"Phone": "415-555-9999"}).status == 204


def test_the_refusal_is_the_vendors_with_its_misspelling(org):
    _, answer = org.ask("POST", "sobjects/Account", {"Name": "Acme GmbH", "Phone": "415 555 1234"})
    told = answer[0]["duplicateResut"]
    assert (told["allowSave"], told["duplicateRule"], told["duplicateRuleEntityType"]) == (
        True,
        "Standard_Account_Duplicate_Rule",
        "Account",
    )
    [matched] = told["matchResults"]
    assert (matched["rule"], matched["matchEngine"]) == ("Standard_Account_Match_Rule_v1_0", "FuzzyMatchEngine")
    attributes = {"type": "Account", "url": f"/services/data/v59.0/sobjects/Account/{account(1)}"}
    assert matched["matchRecords"] == [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": attributes, "Id": account(1)},
        }
    ]


def test_the_header_saves_all_the_same_or_asks_for_the_records(org):
    body = {"Name": "Acme GmbH", "Phone": "415 555 1234"}
    details = {"sforce-duplicate-rule-header": "includeRecordDetails=true"}
    _, answer = Caller(org.state, "61.0").ask("POST", "sobjects/Account", body, headers=details)
    record = answer[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"]
    assert (record["Name"], "/v61.0/" in record["attributes"]["url"]) == ("Acme GmbH", True)
    assert found(org, body, **{"sforce-duplicate-rule-header": "allowSave=true"}) == []


def test_a_collection_tells_code_and_message_alone(org):
    record = {"attributes": {"type": "Account"}, "Name": "Acme GmbH", "Phone": "415 555 1234"}
    [row] = org.ask("POST", "composite/sobjects", {"records": [record]})[1]
    assert row["errors"] == [
        {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    ]


def test_the_rules_tell_whether_they_are_on(org):
    org.state.keep("salesforce", "duplicate_rules", ["Contact"])
    rows = org.query("SELECT DeveloperName, IsActive FROM DuplicateRule ORDER BY SobjectType")[1]["records"]
    assert [(row["DeveloperName"], row["IsActive"]) for row in rows] == [
        ("Standard_Account_Duplicate_Rule", False),
        ("Standard_Contact_Duplicate_Rule", True),
        ("Standard_Lead_Duplicate_Rule", False),
    ]
    rows = org.query("SELECT DeveloperName FROM MatchingRule WHERE RuleStatus = 'Active'")[1]["records"]
    assert [row["DeveloperName"] for row in rows] == ["Standard_Contact_Match_Rule_v1_1"]

"""Writing to Salesforce: every check, with its code; Collections; conditional headers; what hangs on what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from sandbox.salesforce_org import CONNECTOR, PARTNER_TYPE, USER, Caller, account, seeded, with_records

from workbench.sandbox.salesforce.ids import make_id

CONTACT, DEAL, ROLE = make_id("003", 1), make_id("006", 1), make_id("00K", 1)


@pytest.fixture
def org(tmp_path):
    return Caller(with_records(seeded(tmp_path / "sandbox.sqlite")))


def created(org, body, name="Account") -> str:
    status, answer = org.ask("POST", f"sobjects/{name}", body)
    assert status == 201, answer
    return answer["id"]


def refused(response) -> tuple[int, str, list[str] | None]:
    status, body = response
    return status, body[0]["errorCode"], body[0].get("fields")


REFUSALS = [
    ({}, "REQUIRED_FIELD_MISSING", ["Name"]),
    ({"Name": ""}, "REQUIRED_FIELD_MISSING", ["Name"]),
    ({"Name": "x", "Bogus__c": 1}, "INVALID_FIELD", None),
    ({"Name": "x", "Id": account(1)}, "INVALID_FIELD", None),
    ({"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
    ({"Name": 5}, "JSON_PARSER_ERROR", None),
    ({"Name": True}, "JSON_PARSER_ERROR", None),
    ({"Name": ["x"]}, "JSON_PARSER_ERROR", None),
    ({"Name": "x", "CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
    ({"Name": "x", "Record_Status__c": "Purple"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Record_Status__c"]),
    ({"Name": "x", "Sync_with_Channeltivity__c": "maybe"}, "JSON_PARSER_ERROR", None),
    ({"Name": "x", "NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", None),
    ({"Name": "x", "NumberOfEmployees": 10**9}, "NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfEmployees"]),
    ({"Name": "x", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR", None),
    ({"Name": "x", "OwnerId": "nobody"}, "MALFORMED_ID", ["OwnerId"]),
    ({"Name": "x", "OwnerId": account(1)}, "MALFORMED_ID", ["OwnerId"]),
    ({"Name": "x", "ParentId": account(99)}, "INVALID_CROSS_REFERENCE_KEY", []),
    ({"Name": "x", "ParentId": account(6)}, "ENTITY_IS_DELETED", []),
    ({"Name": "x", "RecordTypeId": make_id("012", 9)}, "INVALID_CROSS_REFERENCE_KEY", ["RecordTypeId"]),
    ({"Name": "x", "Workbench_Key__c": "K/1"}, "DUPLICATE_VALUE", []),
    ({"Name": "x", "Parent": {"Workbench_Key__c": "nobody"}}, "INVALID_FIELD", None),
    ({"Name": "x", "Parent": {"Name": "Acme GmbH"}}, "INVALID_FIELD", None),
]


@pytest.mark.parametrize(
    ("body", "code", "fields"), REFUSALS, ids=[f"{code} {body}"[:60] for body, code, _ in REFUSALS]
)
def test_a_record_that_breaks_a_rule_is_refused_and_not_stored(body, code, fields, org):
    before = org.query("SELECT COUNT() FROM Account")[1]["totalSize"]
    assert refused(org.ask("POST", "sobjects/Account", body)) == (400, code, fields)
    assert org.query("SELECT COUNT() FROM Account")[1]["totalSize"] == before


def test_text_is_trimmed_and_empty_text_is_null(org):
    record_id = created(org, {"Name": "  Padded  ", "BillingCity": "   "})
    _, record = org.ask("GET", f"sobjects/Account/{record_id}")
    assert (record["Name"], record["BillingCity"]) == ("Padded", None)


def test_a_record_is_read_by_either_id_in_any_letter_case_of_names(org):
    for path in (
        f"sobjects/Account/{account(1)}",
        f"sobjects/account/{account(1)[:15]}",
        f"sobjects/Account/{account(1)}/",
    ):
        assert org.ask("GET", path)[1]["Name"] == "Acme GmbH"
    assert set(org.ask("GET", f"sobjects/Account/{account(1)}", query={"fields": "name,Type"})[1]) == {
        "attributes",
        "Name",
        "Type",
    }
    assert org.ask("GET", f"sobjects/Account/{account(1)}", query={"fields": "Bogus"})[0] == 400


def test_a_restricted_value_may_be_further_restricted_by_the_record_type(org):
    org.state.keep("salesforce", "allowed_values", {"Account.Partner.Record_Status__c": ["Active Partner"]})
    body = {"Name": "x", "RecordTypeId": PARTNER_TYPE, "Record_Status__c": "Inactive Partner"}
    assert refused(org.ask("POST", "sobjects/Account", body))[1] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    created(org, {**body, "Record_Status__c": "Active Partner"})


def test_an_update_changes_what_it_names_and_the_stamp(org):
    path = f"sobjects/Account/{account(2)}"
    _, before = org.ask("GET", path)
    assert org.send("PATCH", path, {"Phone": "1", "BillingCity": None}).status == 204
    _, after = org.ask("GET", path)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"Phone", "BillingCity", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
    assert after["SystemModstamp"] > before["SystemModstamp"]
    assert refused(org.ask("PATCH", path, {"Name": None}))[1] == "REQUIRED_FIELD_MISSING"


def test_a_deleted_record_is_gone_but_for_query_all(org):
    path = f"sobjects/Account/{account(1)}"
    assert org.send("DELETE", path).status == 204
    assert refused(org.ask("DELETE", path)) == (404, "ENTITY_IS_DELETED", [])
    assert refused(org.ask("PATCH", path, {"Phone": "1"})) == (404, "ENTITY_IS_DELETED", [])
    assert org.ask("GET", path)[0] == 404
    contacts = org.ask("GET", "queryAll", query={"q": "SELECT Name FROM Contact WHERE IsDeleted = true"})[1]
    assert [row["Name"] for row in contacts["records"]] == ["Ann Ace", "Bob"], "what hangs on it goes along"


@pytest.mark.parametrize(
    "path", [f"sobjects/Account/{account(77)}", "sobjects/Nothing/1", "nothing", "sobjects/Account/x/y/z/w"]
)
def test_what_is_not_there_is_not_found(path, org):
    assert refused(org.ask("GET", path))[:2] == (404, "NOT_FOUND")


def test_a_wrong_method_names_the_right_ones(org):
    status, body = org.ask("PUT", "sobjects/Account", {})
    assert (status, body[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET,POST" in body[0]["message"]


@pytest.mark.parametrize("value", ["new key", "a/b?c#d", "Ünï cödé", "50% off", "a+b"])
def test_an_upsert_creates_then_updates_by_an_encoded_key(value, org):
    path = f"sobjects/Account/Workbench_Key__c/{quote(value, safe='')}"
    status, first = org.ask("PATCH", path, {"Name": "Upserted"})
    assert (status, first["created"]) == (201, True)
    status, second = org.ask("PATCH", path, {"Name": "Upserted again"})
    assert (status, second) == (200, {"id": first["id"], "success": True, "errors": [], "created": False})
    assert org.ask("GET", path)[1]["Workbench_Key__c"] == value


def test_an_upsert_before_v46_answers_without_a_body(tmp_path):
    org = Caller(with_records(seeded(tmp_path / "sandbox.sqlite")), version="45.0")
    response = org.send("PATCH", "sobjects/Account/Workbench_Key__c/k2", {"Phone": "1"})
    assert (response.status, response.body) == (204, b"")


def test_an_upsert_by_a_field_that_is_no_key_is_refused(org):
    assert refused(org.ask("PATCH", "sobjects/Account/Name/x", {"Phone": "1"}))[:2] == (404, "NOT_FOUND")
    body = {"Name": "x", "Workbench_Key__c": "other"}
    assert refused(org.ask("PATCH", "sobjects/Account/Workbench_Key__c/k2", body))[1] == "INVALID_FIELD"


def test_a_parent_is_found_by_its_key(org):
    record_id = created(org, {"LastName": "New", "Account": {"Workbench_Key__c": "k2"}}, "Contact")
    assert org.ask("GET", f"sobjects/Contact/{record_id}")[1]["AccountId"] == account(2)


def test_a_field_that_the_user_may_only_read_cannot_be_written(org):
    org.state.keep("salesforce", "read_only_fields", {USER: ["Account.Phone"]})
    path = f"sobjects/Account/{account(1)}"
    assert refused(org.ask("PATCH", path, {"Phone": "1"})) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Phone"])
    phone = next(each for each in org.ask("GET", "sobjects/Account/describe")[1]["fields"] if each["name"] == "Phone")
    assert phone["updateable"] is False
    org.state.keep("salesforce", "read_only_fields", {CONNECTOR: ["Account.Phone"]})
    assert org.send("PATCH", path, {"Phone": "1"}).status == 204


def test_a_validation_rule_speaks_with_the_admins_words(org):
    rule = {
        "name": "NeedsCity",
        "object": "Account",
        "condition": "BillingCity = null",
        "message": "City!",
        "field": "BillingCity",
    }
    org.state.keep("salesforce", "validation_rules", [rule])
    status, body = org.ask("POST", "sobjects/Account", {"Name": "x"})
    assert (status, body[0]) == (
        400,
        {"message": "City!", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["BillingCity"]},
    )
    created(org, {"Name": "x", "BillingCity": "Rome"})
    query = {"q": "SELECT ValidationName, ErrorMessage FROM ValidationRule"}
    assert org.ask("GET", "tooling/query", query=query)[1]["records"][0]["ErrorMessage"] == "City!"


def test_a_locked_parent_refuses_as_often_as_it_is_told(org):
    org.state.keep("salesforce", "locked", {account(1): 1})
    body = {"LastName": "x", "AccountId": account(1)}
    assert refused(org.ask("POST", "sobjects/Contact", body))[1] == "UNABLE_TO_LOCK_ROW"
    created(org, body, "Contact")
    org.state.keep("salesforce", "locked", {account(1): 1})
    _, answer = org.ask("POST", "composite/sobjects", {"records": rows(body, body, kind="Contact")})
    assert [row["success"] for row in answer] == [False, True]


def test_a_locked_child_keeps_its_parent_from_being_deleted(org):
    org.state.keep("salesforce", "locked", {CONTACT: 1})
    assert refused(org.ask("DELETE", f"sobjects/Account/{account(1)}"))[1] == "UNABLE_TO_LOCK_ROW"
    assert org.query("SELECT COUNT() FROM Contact")[1]["totalSize"] == 4
    assert org.send("DELETE", f"sobjects/Account/{account(1)}").status == 204
    assert org.query("SELECT COUNT() FROM OpportunityContactRole")[1]["totalSize"] == 0


def test_a_deal_keeps_one_primary_contact(org):
    roles = "SELECT Id FROM OpportunityContactRole WHERE IsPrimary = true"
    second = created(
        org, {"OpportunityId": DEAL, "ContactId": make_id("003", 3), "IsPrimary": True}, "OpportunityContactRole"
    )
    assert [row["Id"] for row in org.query(roles)[1]["records"]] == [second]
    body = {"OpportunityId": make_id("006", 2)}
    assert (
        refused(org.ask("PATCH", f"sobjects/OpportunityContactRole/{ROLE}", body))[1]
        == "INVALID_FIELD_FOR_INSERT_UPDATE"
    )


def test_a_stage_brings_its_probability(org):
    body = {"Name": "Deal", "StageName": "Closed Won", "CloseDate": "2026-12-01"}
    _, deal = org.ask("GET", f"sobjects/Opportunity/{created(org, body, 'Opportunity')}")
    assert (deal["Probability"], deal["IsWon"], deal["OwnerId"]) == (100.0, True, USER)


def test_of_many_who_create_the_same_key_at_once_one_wins(org):
    body = {"Name": "Wanted", "Workbench_Key__c": "wanted"}
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: org.send("POST", "sobjects/Account", body).status, range(12)))
    assert sorted(statuses) == [201] + [400] * 11


# Collections


def rows(*records, kind="Account"):
    return [{"attributes": {"type": kind}, **record} for record in records]


def test_a_collection_keeps_its_order_and_answers_200_with_failed_rows(org):
    body = {"allOrNone": False, "records": rows({"Name": "One"}, {"Nam": "Two"}, {"Name": "Three"})}
    status, answer = org.ask("POST", "composite/sobjects", body)
    assert (status, [row["success"] for row in answer]) == (200, [True, False, True])
    assert answer[1]["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert org.query("SELECT COUNT() FROM Account WHERE Name IN ('One', 'Three')")[1]["totalSize"] == 2


def test_all_or_none_takes_every_row_back(org):
    body = {"allOrNone": True, "records": rows({"Name": "One"}, {"Nam": "Two"})}
    _, answer = org.ask("POST", "composite/sobjects", body)
    assert [row["errors"][0]["statusCode"] for row in answer] == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"]
    assert org.query("SELECT COUNT() FROM Account WHERE Name = 'One'")[1]["totalSize"] == 0


def test_a_collection_upsert_tells_created_from_updated(org):
    records = rows(
        {"Workbench_Key__c": "k2", "Phone": "1"}, {"Workbench_Key__c": "k9", "Name": "Nine"}, {"Name": "no key"}
    )
    _, answer = org.ask("PATCH", "composite/sobjects/Account/Workbench_Key__c", {"records": records})
    assert [row.get("created") for row in answer] == [False, True, None]
    assert answer[0]["id"] == account(2)
    assert answer[2]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


def test_a_collection_updates_and_deletes_by_id(org):
    records = rows({"id": account(1), "Phone": "1"}, {"Id": account(6), "Phone": "1"}, {"Phone": "1"})
    _, answer = org.ask("PATCH", "composite/sobjects", {"records": records})
    assert [row["success"] or row["errors"][0]["statusCode"] for row in answer] == [
        True,
        "ENTITY_IS_DELETED",
        "MISSING_ARGUMENT",
    ]
    query = {"ids": f"{account(1)},{account(77)},{CONTACT}", "allOrNone": "false"}
    _, answer = org.ask("DELETE", "composite/sobjects", query=query)
    codes = [row["success"] or row["errors"][0]["statusCode"] for row in answer]
    assert codes == [True, "INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"]


def test_a_collection_is_read_in_the_order_asked_with_null_for_the_missing(org):
    ids = [account(2), account(77), account(1)]
    for _, answer in (
        org.ask("GET", "composite/sobjects/Account", query={"ids": ",".join(ids), "fields": "Name"}),
        org.ask("POST", "composite/sobjects/Account", {"ids": ids, "fields": ["Name"]}),
    ):
        assert [row and row["Name"] for row in answer] == ["acme north", None, "Acme GmbH"]


def test_a_collection_takes_200_records_in_10_chunks(org):
    status, body = org.ask("POST", "composite/sobjects", {"records": rows(*[{"Name": "x"}] * 201)})
    assert (status, body[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    mixed = [each for _ in range(6) for each in (*rows({"Name": "x"}), *rows({"LastName": "y"}, kind="Contact"))]
    assert org.ask("POST", "composite/sobjects", {"records": mixed})[0] == 400


@pytest.mark.parametrize("body", [{}, {"records": {}}, {"records": [1]}, {"records": [], "allornone": True}, [], "x"])
def test_a_malformed_collection_is_refused_as_a_whole(body, org):
    assert org.ask("POST", "composite/sobjects", body)[0] == 400


# Conditions


def test_a_changed_record_is_not_overwritten_unseen(org):
    path = f"sobjects/Account/{account(1)}"
    stale = {"if-unmodified-since": "Sun, 22 Nov 2026 08:59:59 GMT"}
    fresh = {"if-unmodified-since": "Sun, 22 Nov 2026 09:00:00 GMT"}
    assert refused(org.ask("PATCH", path, {"Phone": "1"}, headers=stale))[0] == 412
    assert org.send("PATCH", path, {"Phone": "1"}, headers=fresh).status == 204
    assert org.send("PATCH", path, {"Phone": "1"}, headers={"if-unmodified-since": "yesterday"}).status == 400


def test_entity_tags_guard_accounts_alone(org):
    path = f"sobjects/Account/{account(1)}"
    tag = org.send("GET", path).headers["ETag"]
    assert org.send("GET", path, headers={"if-none-match": tag}).status == 304
    assert org.send("PATCH", path, {"Phone": "1"}, headers={"if-match": tag}).status == 204
    assert org.send("PATCH", path, {"Phone": "2"}, headers={"if-match": tag}).status == 412
    assert "ETag" not in org.send("GET", f"sobjects/Contact/{CONTACT}").headers


def test_a_description_that_has_not_changed_is_a_304(org):
    path = "sobjects/Account/describe"
    assert org.send("GET", path, headers={"if-modified-since": "Sun, 22 Nov 2026 00:00:00 GMT"}).status == 304
    assert org.send("GET", path, headers={"if-modified-since": "Sun, 01 Jan 2023 00:00:00 GMT"}).status == 200


def test_what_changed_and_went_is_listed_by_window(org):
    window = {"start": "2026-11-21T00:00:00+00:00", "end": "2026-11-22T10:30:00+00:00"}
    _, body = org.ask("GET", "sobjects/Account/updated", query=window)
    assert body["ids"] == [account(1), account(3)]
    assert body["latestDateCovered"] == "2026-11-22T10:00:00.000+0000"
    org.send("DELETE", f"sobjects/Account/{account(5)}")
    org.state.keep("clock", "frozen", "2026-11-22T10:05:00+00:00")
    _, body = org.ask("GET", "sobjects/Account/deleted/", query=window)
    assert [row["id"] for row in body["deletedRecords"]] == [account(5)]
    old = {**window, "start": "2026-09-01T00:00:00Z"}
    assert refused(org.ask("GET", "sobjects/Account/deleted", query=old))[1] == "INVALID_REPLICATION_DATE"


def test_setup_objects_cannot_be_written(org):
    assert refused(org.ask("POST", "sobjects/User", {"LastName": "x"}))[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert org.ask("GET", f"sobjects/User/{CONNECTOR}")[1]["Name"] == "Channeltivity Connector"

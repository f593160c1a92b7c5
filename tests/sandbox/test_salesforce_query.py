"""SOQL over a small org: a table of what is answered and what is refused, then pages, doors and deleted rows."""

from __future__ import annotations

import pytest
from sandbox.case_table import cases
from sandbox.salesforce_org import Caller, account, seeded, with_records


@pytest.fixture(scope="module")
def org(tmp_path_factory):
    return Caller(with_records(seeded(tmp_path_factory.mktemp("org") / "sandbox.sqlite")))


def told(value) -> str:
    """A cell of an answer in the table's notation."""
    if isinstance(value, dict) and "records" in value:
        return f"[{' | '.join(map(told_record, value['records']))}]"
    if isinstance(value, dict):
        return f"({told_record(value)})" if len(value) > 2 else told_record(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def told_record(record) -> str:
    return ", ".join(told(value) for name, value in record.items() if name != "attributes")


@pytest.mark.parametrize("case", cases("soql.txt"), ids=lambda case: case.asked)
def test_each_query_is_answered_or_refused_as_the_table_says(case, org):
    status, body = org.query(case.asked)
    if case.answer is None:
        assert status == 400
        assert body[0]["errorCode"] == case.code
        assert case.words in body[0]["message"]
        return
    assert status == 200, body
    plain_count = "COUNT() FROM" in case.asked
    found = " | ".join(map(told_record, body["records"])) or (f"= {body['totalSize']}" if plain_count else "(none)")
    assert found == case.answer
    assert body["done"] is True


def test_the_table_is_as_large_as_it_claims():
    assert len(cases("soql.txt")) >= 150


def test_a_wrong_name_is_pointed_at_with_row_and_column(org):
    _, body = org.query("SELECT Id,\nBogus FROM Account")
    assert "ERROR at Row:2:Column:1\nNo such column 'Bogus' on entity 'Account'." in body[0]["message"]


def test_query_all_sees_deleted_rows_and_query_does_not(org):
    text = "SELECT Name, IsDeleted FROM Account WHERE IsDeleted = true"
    assert org.query(text)[1]["records"] == []
    found = org.ask("GET", "queryAll", query={"q": text})[1]["records"]
    assert [row["Name"] for row in found] == ["Gone Ltd"]


@pytest.mark.parametrize("door", ["query", "queryAll"])
@pytest.mark.parametrize(
    "condition",
    [
        f"Id IN ('{account(1)}', '{account(6)}')",
        f"ParentId = '{account(1)}'",
        "Workbench_Key__c = 'K/1'",
        "SystemModstamp >= 2026-11-02T00:00:00Z",
        "SystemModstamp > 2026-11-02T00:00:00Z",
    ],
)
def test_a_looked_up_row_is_a_row_that_reading_all_would_find(condition, door, org):
    quick = f"SELECT Id FROM Account WHERE {condition} ORDER BY Id"
    slow = f"SELECT Id FROM Account WHERE ({condition} OR Name = 'nobody') ORDER BY Id"
    found = [org.ask("GET", door, query={"q": text})[1]["records"] for text in (quick, slow)]
    assert found[0] == found[1]
    assert found[0]


def test_pages_follow_the_locator_and_keep_what_was_found(tmp_path):
    caller = Caller(seeded(tmp_path / "sandbox.sqlite"))
    rows = [{"attributes": {"type": "Account"}, "Name": f"Account {number:03d}"} for number in range(200)]
    for _ in range(3):
        caller.ask("POST", "composite/sobjects", {"records": rows})
    header = {"sforce-query-options": "batchSize=250"}
    _, page = caller.query("SELECT Id, Name FROM Account ORDER BY Name", headers=header)
    assert (page["totalSize"], page["done"], len(page["records"])) == (600, False, 250)
    assert page["nextRecordsUrl"].startswith("/services/data/v59.0/query/01g")
    found = page["records"]
    caller.ask("POST", "sobjects/Account", {"Name": "Account 000 too late"})
    while "nextRecordsUrl" in page:
        following = page["nextRecordsUrl"]
        _, page = caller.ask("GET", following)
        assert caller.ask("GET", following)[1] == page, "a page can be read again"
        found += page["records"]
    assert page["done"] is True
    assert len({row["Id"] for row in found}) == 600
    assert [row["Name"] for row in found] == sorted(row["Name"] for row in found)


def test_a_batch_is_never_smaller_than_200_rows(tmp_path):
    caller = Caller(seeded(tmp_path / "sandbox.sqlite"))
    rows = [{"attributes": {"type": "Account"}, "Name": "A"} for _ in range(200)]
    caller.ask("POST", "composite/sobjects", {"records": rows})
    caller.ask("POST", "sobjects/Account", {"Name": "one more"})
    _, page = caller.query("SELECT Id FROM Account", headers={"sforce-query-options": "batchSize=1"})
    assert len(page["records"]) == 200


@pytest.mark.parametrize("locator", ["01g000000000001AAA-2000", "nonsense", "-5", "01g-x"])
def test_an_unknown_locator_is_refused(locator, org):
    status, body = org.ask("GET", f"query/{locator}")
    assert (status, body[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_tooling_objects_are_behind_their_own_door(org):
    text = (
        "SELECT SubscriberPackage.Name, SubscriberPackageVersion.MajorVersion FROM InstalledSubscriberPackage "
        "ORDER BY SubscriberPackageId"
    )
    _, body = org.ask("GET", "tooling/query", query={"q": text})
    assert [row["SubscriberPackage"]["Name"] for row in body["records"]] == [
        "Channeltivity PRM",
        "ChannelOnline Connector",
    ]
    status, body = org.ask("GET", "tooling/query", query={"q": "SELECT Id FROM Account"})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_TYPE")


def test_metadata_is_given_for_one_row_at_a_time(org):
    query = {"q": "SELECT Id, Metadata FROM WorkflowOutboundMessage"}
    _, body = org.ask("GET", "tooling/query", query=query)
    assert body["records"][0]["Metadata"]["endpointUrl"].startswith("http://")


def test_a_field_hidden_from_the_user_looks_as_if_it_were_not_there(tmp_path):
    state = with_records(seeded(tmp_path / "sandbox.sqlite"))
    caller = Caller(state)
    state.keep("salesforce", "hidden_fields", {"*": ["Account.Website"]})
    assert caller.query("SELECT Website FROM Account")[1][0]["errorCode"] == "INVALID_FIELD"
    names = [field["name"] for field in caller.ask("GET", "sobjects/Account/describe")[1]["fields"]]
    assert "Website" not in names
    assert "Website" not in caller.ask("GET", f"sobjects/Account/{account(1)}")[1]
    status, body = caller.ask("PATCH", f"sobjects/Account/{account(1)}", {"Website": "x"})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_query_needs_its_text_and_knows_no_other_parameter(org):
    assert org.ask("GET", "query")[0] == 400
    assert org.ask("GET", "query", query={"q": "SELECT Id FROM Account", "limit": "1"})[0] == 400


def test_a_query_longer_than_an_address_may_be_is_refused(org):
    status, _ = org.query("SELECT Id FROM Account WHERE Name = '" + "x" * 17000 + "'")
    assert status == 414


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FIND {acme} RETURNING Account(Name)", ["Acme GmbH", "acme north"]),
        ("FIND {ACM* gmb} RETURNING Account(Name)", ["Acme GmbH"]),
        ("FIND {oslo} RETURNING Account(Name ORDER BY Name DESC)", ["Bolt & Sons", "acme north"]),
        ("FIND {oslo} IN NAME FIELDS RETURNING Account(Name)", []),
        ("FIND {acme} IN EMAIL FIELDS RETURNING Contact(Name, Email WHERE LastName = 'Bob')", ["Bob"]),
        ("FIND {acme} IN ALL FIELDS RETURNING Account(Name LIMIT 1), Contact(Name)", ["Acme GmbH", "Ann Ace", "Bob"]),
        ("FIND {acme} RETURNING Account(Name), Contact(Name) LIMIT 2", ["Acme GmbH", "acme north"]),
        ("FIND {gone} RETURNING Account(Name)", []),
    ],
)
def test_a_search_finds_words_by_their_beginning(text, names, org):
    status, body = org.ask("GET", "search", query={"q": text})
    assert status == 200, body
    assert [row["Name"] for row in body["searchRecords"]] == names


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MALFORMED_SEARCH"),
        ("FIND acme", "MALFORMED_SEARCH"),
        ("FIND {a} RETURNING Account", "MALFORMED_SEARCH"),
        ("FIND {acme} IN SOME FIELDS", "MALFORMED_SEARCH"),
        ("FIND {acme} RETURNING Account(", "MALFORMED_SEARCH"),
        ("FIND {acme} RETURNING Nothing(Id)", "INVALID_TYPE"),
        ("FIND {acme} RETURNING User(Id)", "INVALID_TYPE"),
        ("FIND {acme} RETURNING Account(Bogus)", "INVALID_FIELD"),
        ("FIND {acme} RETURNING Account(Id WHERE Name)", "MALFORMED_QUERY"),
    ],
)
def test_a_search_that_is_not_understood_is_refused(text, code, org):
    status, body = org.ask("GET", "search", query={"q": text})
    assert (status, body[0]["errorCode"]) == (400, code)

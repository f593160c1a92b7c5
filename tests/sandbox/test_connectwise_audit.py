"""The audit trail: who changed what of one record, newest first."""

from __future__ import annotations

import pytest
from sandbox.connectwise_tenant import Caller, seeded

TRAIL = "system/audittrail"


@pytest.fixture
def tenant(tmp_path):
    return Caller(seeded(tmp_path / "sandbox.sqlite"))


def told(tenant, kind, record_id, **said):
    """Type, subtype and text of each entry."""
    status, entries = tenant.ask("GET", TRAIL, type=kind, id=str(record_id), **said)
    assert status == 200, entries
    return [(entry["auditType"], entry["auditSubType"], entry["text"]) for entry in entries]


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def test_a_record_that_nobody_has_changed_tells_its_creation(tenant):
    [entry] = tenant.ask("GET", TRAIL, type="Company", id="1")[1]
    assert entry == {
        "text": "Company Acme Supply was added.",
        "enteredDate": "2026-11-22T10:00:00Z",
        "enteredBy": "Admin1",
        "auditType": "Record",
        "auditSubType": "Created",
        "auditSource": "API",
    }


def test_each_changed_member_is_an_entry_newest_first(tenant):
    changes = [replace("name", "Acme Supplies"), replace("status", {"id": 2}), replace("city", "Berlin")]
    tenant.ask("PATCH", "company/companies/1", changes)
    tenant.send("DELETE", "company/companies/1")
    assert told(tenant, "company", 1) == [
        ("Record", "Deleted", "Company Acme Supplies was deleted."),
        ("Record", "Status", 'The status was changed from "Active" to "Inactive".'),
        ("Record", "Name", 'The name was changed from "Acme Supply" to "Acme Supplies".'),
        ("Record", "Created", "Company Acme Supplies was added."),
    ]
    assert told(tenant, "Company", 2)[0][1] == "Created"


def test_a_made_record_a_merge_and_a_new_owner_are_noted_for_who_did_it(tenant):
    body = {"summary": "Help", "company": {"id": 1}}
    ticket = tenant.ask("POST", "service/tickets", body)[1]["id"]
    tenant.ask("PATCH", f"service/tickets/{ticket}", [replace("owner", {"id": 1})])
    assert [(kind, subtype) for kind, subtype, _ in told(tenant, "Ticket", ticket)] == [
        ("Resource", "Owner"),
        ("Record", "Created"),
    ]
    assert {entry["enteredBy"] for entry in tenant.ask("GET", TRAIL, type="Ticket", id=str(ticket))[1]} == {"workbench"}
    tenant.ask("POST", "company/companies/1/merge", {"toCompanyId": 2})
    assert told(tenant, "Company", 1)[0][1] == "Merged"


def test_a_record_that_is_gone_keeps_its_trail(tenant):
    contact = tenant.ask("POST", "company/contacts", {"firstName": "Gone", "company": {"id": 1}})[1]["id"]
    tenant.send("DELETE", f"company/contacts/{contact}")
    assert [subtype for _, subtype, _ in told(tenant, "Contact", contact)] == ["Deleted", "Created"]


def test_the_trail_is_filtered_paged_and_counted_like_any_list(tenant):
    for name in ("A", "B", "C"):
        tenant.ask("PATCH", "company/companies/1", [replace("name", name)])
    said = {"type": "Company", "id": "1"}
    assert tenant.ask("GET", f"{TRAIL}/count", **said)[1] == {"count": 4}
    assert len(told(tenant, "Company", 1, conditions='auditSubType = "Name"')) == 3
    assert tenant.ask("GET", f"{TRAIL}/count", conditions='text contains "to \\"C\\""', **said)[1] == {"count": 1}
    assert tenant.ask("GET", TRAIL, fields="auditSubType", pageSize="1", **said)[1] == [{"auditSubType": "Name"}]
    paged = tenant.send("GET", TRAIL, pageSize="2", **said)
    assert "type=Company&id=1&pageSize=2&page=2" in paged.headers["Link"]
    ordered = tenant.ask("GET", TRAIL, orderBy="text", **said)[1]
    assert [entry["text"] for entry in ordered] == sorted((entry["text"] for entry in ordered), key=str.casefold)


def test_forward_only_pages_are_not_known_here_and_the_missing_link_says_so(tenant):
    answer = tenant.send("GET", TRAIL, headers={"pagination-type": "forward-only"}, type="Company", id="1")
    assert (answer.status, "Link" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400),
        ({"type": "Company"}, 400),
        ({"id": "1"}, 400),
        ({"type": "Company", "id": "x"}, 400),
        ({"type": "Weather", "id": "1"}, 400),
        ({"type": "Company", "id": "99"}, 404),
        ({"type": "Company", "id": "1", "deviceIdentifier": "x"}, 400),
        ({"type": "Company", "id": "1", "conditions": "bogus = 1"}, 400),
    ],
)
def test_what_has_no_trail_is_refused(tenant, said, status):
    assert tenant.ask("GET", TRAIL, **said)[0] == status
    assert tenant.ask("POST", TRAIL, {})[0] == 405


def test_noting_a_change_moves_no_stamp(tenant):
    before = tenant.ask("GET", "company/companies/2")[1]["_info"]
    tenant.ask("PATCH", "company/companies/1", [replace("name", "A")])
    assert tenant.ask("GET", "company/companies/2")[1]["_info"] == before

"""The settings of a scenario by the control side, and what the org's picklists allow."""

from __future__ import annotations

import pytest
import requests


@pytest.fixture
def salesforce(sandbox):
    how = sandbox["salesforce"]
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {how['access_token']}"

        def ask(method, path, body=None):
            return session.request(method, f"{how['url']}/services/data/v67.0/{path}", json=body, timeout=30)

        yield ask


def test_a_setting_works_from_the_next_call_and_null_takes_it_back(sandbox, admin, salesforce):
    admin.post("settings/salesforce/daily_limit", 1)
    assert [salesforce("GET", "limits").status_code for _ in range(2)] == [200, 403]
    cleared = requests.post(f"{sandbox['admin']['url']}/settings/salesforce/daily_limit", data="null", timeout=30)
    assert (cleared.status_code, salesforce("GET", "limits").status_code) == (200, 200)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("salesforce/dayly_limit", 1, "known: allowed_values"),
        ("identity/seed", 1, "known: salesforce/…, channeltivity/…, channelonline/…, connectwise/…"),
        ("salesforce/daily_limit", True, "takes a whole number"),
        ("connectwise/callers", [], "takes an object"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(sandbox, path, value, told):
    answer = requests.post(f"{sandbox['admin']['url']}/settings/{path}", json=value, timeout=30)
    assert (answer.status_code, told in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize(
    ("object", "field", "taken", "refused"),
    [
        ("Account", "Channeltivity_Partner_Status__c", "Inactive Distributor", "Active Partner (Deleted)"),
        ("Account", "Record_Status__c", "Active Distributor (Deleted)", "Contact (Deleted)"),
        ("Contact", "Record_Status__c", "Contact (Deleted)", "Deleted"),
        ("Opportunity", "Deal_Owner_Type__c", "Partner-owned", "Partner"),
    ],
)
def test_the_connectors_picklists_hold_its_own_words(salesforce, object, field, taken, refused):
    required = {
        "Account": {"Name": "Words"},
        "Contact": {"LastName": "Words"},
        "Opportunity": {"Name": "Words", "StageName": "Prospecting", "CloseDate": "2030-01-01"},
    }[object]
    made = salesforce("POST", f"sobjects/{object}", {**required, field: taken})
    assert made.status_code == 201, made.text
    wrong = salesforce("POST", f"sobjects/{object}", {**required, field: refused}).json()
    assert wrong[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"

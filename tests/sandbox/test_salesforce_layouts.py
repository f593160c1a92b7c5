"""Page layouts: what people see of an object, and what an administrator took off."""

import requests


def shown(org):
    url = f"{org['url']}/services/data/v62.0/sobjects/Account/describe/layouts"
    answer = requests.get(url, headers={"Authorization": f"Bearer {org['access_token']}"}, timeout=30)
    assert answer.status_code == 200
    (layout,) = answer.json()["layouts"]
    items = [
        item for part in layout["detailLayoutSections"] for row in part["layoutRows"] for item in row["layoutItems"]
    ]
    return {component["value"] for item in items for component in item["layoutComponents"]}


def test_a_layout_shows_every_field_but_those_taken_off_and_those_hidden(sandbox, admin):
    everything = shown(sandbox["salesforce"])
    assert {"Name", "Phone", "Sync_with_Channeltivity__c"} <= everything
    admin.post("settings/salesforce/off_layout", {"Account": ["Phone"]})
    admin.post("settings/salesforce/hidden_fields", {"*": ["Account.Website"]})
    assert shown(sandbox["salesforce"]) == everything - {"Phone", "Website"}

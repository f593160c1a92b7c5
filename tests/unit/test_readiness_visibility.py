"""What people and programs may see: page layouts, the portal's visibility against the mapping (R-PREP-1, R-PSYNC-6)."""

import pytest

FLAG, STATUS = "Sync_with_Channeltivity__c", "Channeltivity_Partner_Status__c"


def told(bench, check, integration="partner-sync"):
    return {(one.severity, one.where) for one in bench.check(integration).findings.where(check=check)}


def test_what_people_have_to_set_stands_on_a_layout_unless_it_is_told(sandbox_bench, admin):
    assert told(sandbox_bench, "not on layout") == told(sandbox_bench, "layout not known") == set()
    admin.post("settings/salesforce/off_layout", {"Account": [FLAG, STATUS, "Phone"]})
    assert told(sandbox_bench, "not on layout") == {
        ("warning", f"salesforce Account.{FLAG}"),
        ("warning", f"salesforce Account.{STATUS}"),
    }


def test_the_fields_of_deals_have_to_be_on_the_layout_too(sandbox_bench, admin):
    admin.post("settings/salesforce/off_layout", {"Opportunity": ["Export_to_Channeltivity_Deal__c", "Amount"]})
    where = "salesforce Opportunity.Export_to_Channeltivity_Deal__c"
    assert told(sandbox_bench, "not on layout", "deal-import") == {("warning", where)}


def test_layouts_that_nobody_may_ask_for_are_no_empty_truth(sandbox_bench, admin):
    refused = {"fault": "expired_session", "path": "/describe/layouts", "times": None}
    admin.post("faults", {"system": "salesforce", **refused})
    assert told(sandbox_bench, "not on layout") == set()
    assert told(sandbox_bench, "layout not known") == {("warning", "salesforce Account")}


def test_a_field_that_the_portal_hides_contradicts_its_mapping(sandbox_bench, admin):
    admin.post("visibility", {"system": "channeltivity", "object": "organizations", "hidden": ["phone", "region"]})
    ready = sandbox_bench.check("partner-sync")
    (one,) = ready.findings.where(check="field not seen")  # region is mapped by nobody
    assert (one.severity, one.where) == ("critical", "channeltivity organizations.phone")
    assert "not visible to this user, or not there (mapped" in one.what
    (unread,) = ready.findings.where(check="records not read")
    assert unread.severity == "critical" and "'phone'" in unread.what
    shown = {row.field for row in sandbox_bench.reference("partner", refresh=True).where(system="channeltivity")}
    assert "name" in shown and shown.isdisjoint({"phone", "region"})


@pytest.mark.parametrize("name", ["Phone", FLAG])
def test_a_field_that_may_only_be_read_contradicts_a_mapping_that_writes_it(sandbox_bench, admin, name):
    admin.post("settings/salesforce/read_only_fields", {"*": [f"Account.{name}"]})
    found = sandbox_bench.check("partner-sync").findings.where(check="not writable")
    assert [one.where for one in found] == [f"salesforce Account.{name}"]
    (row,) = sandbox_bench.reference("partner", refresh=True).where(system="salesforce", field=name)
    assert row.may == ("read",)


def test_a_field_that_salesforce_hides_is_told_and_not_raised(sandbox_bench, admin):
    admin.post("settings/salesforce/hidden_fields", {"*": ["Account.Phone", "Account.Workbench_Key__c"]})
    ready = sandbox_bench.check("partner-sync")
    told = {(one.check, one.where) for one in ready.critical}
    assert ("field not seen", "salesforce Account.Phone") in told
    assert ("marker not seen", "salesforce Account.Workbench_Key__c") in told
    assert ready.findings.where(check="records not read")

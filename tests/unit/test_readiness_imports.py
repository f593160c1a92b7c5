"""Before deals are imported: their fields, the portal's own switches, and what each opportunity still lacks."""

import pytest
import requests

from workbench.core.readiness.fields import field_findings
from workbench.core.readiness.switching import closed, idle, switch_findings
from workbench.errors import Refused
from workbench.model.kinds import KindInSystem
from workbench.model.ports import Description, Field
from workbench.settings import read

DEALS = read(environment={}).integration("deal-import")
(PAIRING,) = DEALS.pairings
SYNC, IMPORT = "Sync_with_Channeltivity__c", "Export_to_Channeltivity_Deal__c"
PARTNER, DISTRIBUTOR = "Channeltivity_Partner_Email__c", "Channeltivity_Distributor_Email__c"
OWNER = "Deal_Owner_Type__c"
TYPES = {SYNC: "flag", IMPORT: "flag", PARTNER: "email", DISTRIBUTOR: "text", OWNER: "picklist"}
MAPPED = {"AccountId": "reference", "Name": "text", "Amount": "decimal", "StageName": "picklist", "CloseDate": "date"}
FIELDS = {
    name: Field(name, name, kind, values=("Partner-owned", "Distributor-owned") if name == OWNER else ())
    for name, kind in {**TYPES, **MAPPED}.items()
}
ON = {"status": "on", "pullOpportunities": "on", "distributorModule": "on", "leadDistribution": "off"}


def found(said=ON, **changed):
    fields = tuple(one for one in {**FIELDS, **changed}.values() if one)
    seen = Description("salesforce", "opportunity", "Opportunity", fields)
    unneeded = idle(DEALS, "left", {"right": said})
    place = KindInSystem("Opportunity", "SystemModstamp")
    findings = field_findings(DEALS, PAIRING, "left", place, seen, idle=unneeded)
    return [(one.severity, one.check, one.where.rpartition(".")[2]) for one in findings]


def test_the_deal_fields_as_the_guide_has_them_are_right():
    assert found() == []


@pytest.mark.parametrize("name", TYPES)
def test_a_deal_field_that_is_not_there_is_critical(name):
    assert ("critical", "field not seen", name) in found(**{name: None})


@pytest.mark.parametrize(
    ("name", "kind"),
    [(SYNC, "text"), (IMPORT, "picklist"), (PARTNER, "phone"), (DISTRIBUTOR, "flag"), (OWNER, "text")],
)
def test_a_deal_field_of_another_type_is_critical(name, kind):
    assert ("critical", "wrong type", name) in found(**{name: Field(name, name, kind)})


def test_an_e_mail_address_may_stand_in_a_text_field():
    assert found(**{PARTNER: Field(PARTNER, PARTNER, "text")}) == []


def test_the_owner_type_has_the_two_values_and_no_third():
    lacking = Field(OWNER, OWNER, "picklist", values=("Partner-owned", "Ours"))
    assert found(**{OWNER: lacking}) == [("critical", "choice missing", OWNER), ("warning", "further choice", OWNER)]


def test_without_the_distributor_module_its_two_fields_are_not_asked_for():
    off = {**ON, "distributorModule": "off"}
    assert found(off, **{DISTRIBUTOR: None, OWNER: None}) == []
    assert ("critical", "field not seen", PARTNER) in found(off, **{PARTNER: None})
    (one,) = switch_findings(DEALS, {"right": off})
    assert (one.severity, one.check, one.where) == ("warning", "module off", "channeltivity distributorModule")


def test_each_switch_that_is_off_or_not_said_is_named():
    said = {"status": "off", "distributorModule": "on"}
    assert closed(DEALS, {"right": said}) == [
        "status is off in channeltivity",
        "channeltivity does not say pullOpportunities: the integration is not configured there, or not visible",
    ]
    assert {one.severity for one in switch_findings(DEALS, {"right": said})} == {"critical"}
    assert closed(DEALS, {"right": ON}) == []


@pytest.mark.parametrize("name", ["leadDistribution", "referral"])
def test_a_flag_that_also_feeds_another_integration_is_a_finding(name):
    (one,) = switch_findings(DEALS, {"right": {**ON, name: "on"}})
    assert (one.severity, one.check, one.where) == ("warning", "shared flag", f"channeltivity {name}")
    assert SYNC in one.what and IMPORT not in one.what


LACKING = {
    "distributor-owned": "its owner cannot be told: 2 found in channeltivity",  # two users have that address
    "no account": "its account cannot be told: its field AccountId is blank",
    "no primary contact": "its contact cannot be told: none found",
    "primary contact deleted": "is deleted in salesforce, or not visible to this user",
    "owner e-mail missing": f"{PARTNER} is blank",
    "owner unknown": "its owner cannot be told: none found in channeltivity",
    "owner inactive": "status is Inactive, not Active",
    "owner without permission": "is in no group that permits it",
    "owner is of a distributor": "kind is distributor, not partner",
    "distributor e-mail missing": f"{DISTRIBUTOR} is blank",
    "import flag off": f"{IMPORT} is false",
}


def test_every_opportunity_that_cannot_be_imported_is_found_and_no_other(sandbox_bench, admin):
    made = {}
    for row in admin.get("truth"):
        if row["object"] == "Opportunity":
            made.setdefault(row["note"], set()).add(row["id"])
    findings = sandbox_bench.check("deal-import").findings.where(check="not importable")
    by_id = {finding.record.rpartition(":")[2]: finding for finding in findings}
    silent = made["ready"] | made["renewal"] | made["sync flag off"]  # without that flag nobody asked for it
    assert not silent & set(by_id)
    for case, words in LACKING.items():
        for record_id in made[case]:
            one = by_id[record_id]
            assert words in one.what, (case, one.what)
            assert one.link == ""  # the sandbox serves no pages for people
            assert one.remedy and one.severity == "warning"


def test_nothing_is_pulled_while_the_portals_switch_is_off_and_the_refusal_names_it(sandbox_bench, sandbox, admin):
    portal = sandbox["channeltivity"]
    told = requests.get(f"{portal['url']}/settings", headers={"X-Api-Key": portal["api_key"]}, timeout=30).json()
    admin.post("settings/channeltivity/settings", {**told, "pullOpportunities": False})
    admin.delete("requests")
    with pytest.raises(Refused, match="pulls nothing: pullOpportunities is off in channeltivity"):
        sandbox_bench.plan("deal-import")
    asked = [call["path"].partition("?")[0].rpartition("/")[2] for call in admin.requests()]
    assert asked == ["integrations", "settings"]  # and not one record
    assert sandbox_bench.check("deal-import").critical.where(check="switched off")
    admin.post("settings/channeltivity/settings", told)
    assert not sandbox_bench.check("deal-import").findings.where(check="switched off")

"""Readiness: each thing that is not in place is found, named with its place, and only then."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import INTEGRATION, KINDS, NOW, PARTNERS, account, partner

from workbench.core import readiness
from workbench.core.readiness.doubles import alike
from workbench.errors import Refused
from workbench.model.ports import Description, Field, Instance
from workbench.model.records import Snapshot, Snapshots, Where, frame_of

STATUS = ("Active Partner", "Prospective Partner", "Inactive Partner")
LITERALS = tuple(f"{status} (Deleted)" for status in STATUS)
CRM = {
    "Name": Field("Name", "Name", required=True),
    "Phone": Field("Phone", "Phone", "phone"),
    "BillingCity": Field("BillingCity", "City"),
    "Status": Field("Status", "Status", "picklist", values=STATUS),
    "Sync": Field("Sync", "Sync", "flag"),
    "Type": Field("Type", "Type", "picklist", values=("Reseller",)),
    "PortalId": Field("PortalId", "Portal id"),
    "Record": Field("Record", "Record status", "picklist", values=LITERALS),
    "Key": Field("Key", "Key", unique=True),
}
PORTAL = {
    "name": Field("name", "Name", required=True),
    "phone": Field("phone", "Phone"),
    "city": Field("city", "City"),
    "status": Field("status", "Status", "picklist", values=("Active", "Prospective", "Inactive")),
    "crmId": Field("crmId", "CRM id"),
}
PAIRING = replace(
    PARTNERS,
    suggest={"right": Where.of({"Type": ["Reseller"]})},
    admit={"left": Where.of({"status": ["Active"]}), "right": Where.of({"Sync": [True], "Status": ["Active Partner"]})},
)
PLACE = replace(KINDS["partner"].systems["crm"], marker="Key", page="/a/{id}", evidence={
    "name": "Name", "phone": "Phone", "website": "Web", "postcode": "Zip"})  # fmt: skip
KIND = replace(KINDS["partner"], systems={**KINDS["partner"].systems, "crm": PLACE})


def check(*, crm=CRM, portal=PORTAL, accounts=None, pairing=PAIRING, marker="Key", excluded=()):
    described = {
        ("portal", "partner"): Description("portal", "partner", "organizations", tuple(portal.values())),
        ("crm", "partner"): Description("crm", "partner", "Account", tuple(crm.values()), marker=marker),
    }
    instances = {name: Instance(name, f"{name}-1", name, f"https://{name}.example/api") for name in ("portal", "crm")}
    read = {"portal": {"p1": partner("Acme")}, "crm": accounts or {"a1": account("Acme")}}
    taken = [Snapshot(name, "partner", f"{name}-1", NOW, "", frame_of(records)) for name, records in read.items()]
    seen = {"partner": Snapshots("partner", taken, KIND)}
    pair = replace(INTEGRATION, pairings=(pairing,))
    return readiness.check(pair, {"partner": KIND}, described, seen, instances, excluded=excluded)


def without(fields, name):
    return {key: field for key, field in fields.items() if key != name}


def changed(fields, name, **values):
    return {**fields, name: replace(fields[name], **values)}


def checks(found):
    return [(finding.severity, finding.check, finding.where) for finding in found.findings]


def test_nothing_is_found_where_everything_is_in_place():
    assert checks(check()) == []


@pytest.mark.parametrize("name", sorted(set(CRM) - {"Key"}))
def test_a_field_that_this_user_does_not_see_is_named_with_its_place(name):
    found = check(crm=without(CRM, name))

    assert ("critical", "field not seen", f"crm Account.{name}") in checks(found)
    assert "config/integrations/partner-sync.yaml" in found.findings[0].remedy


def test_a_field_of_the_other_side_is_looked_at_too():
    assert checks(check(portal=without(PORTAL, "city"))) == [
        ("critical", "field not seen", "portal organizations.city")
    ]


@pytest.mark.parametrize(
    ("name", "type"), [("Sync", "text"), ("Sync", "picklist"), ("Status", "text"), ("Phone", "integer")]
)
def test_a_field_of_the_wrong_type_is_named(name, type):
    assert ("critical", "wrong type", f"crm Account.{name}") in checks(check(crm=changed(CRM, name, type=type)))


def test_a_missing_status_stops_and_a_further_one_is_warned_of_by_name():
    missing = check(crm=changed(CRM, "Status", values=STATUS[:2]))
    further = check(crm=changed(CRM, "Status", values=(*STATUS, "Old Friend")))

    assert checks(missing) == [("critical", "status missing", "crm Account.Status")]
    assert "'Inactive Partner'" in missing.findings[0].what
    assert checks(further) == [("warning", "further status", "crm Account.Status")]
    assert "'Old Friend'" in further.findings[0].what


def test_a_status_set_is_of_three_or_five():
    rows = tuple(
        replace(row, values=dict(list(row.values.items())[:2])) if row.values else row for row in PAIRING.mapping
    )
    found = check(
        pairing=replace(PAIRING, mapping=rows),
        crm=changed(CRM, "Status", values=STATUS[:2]),
        portal=changed(PORTAL, "status", values=("Active", "Prospective")),
    )

    assert ("warning", "size of the status set", "crm Account.Status") in checks(found)


def test_the_record_status_takes_every_literal_and_is_no_status_picklist():
    lacking = check(crm=changed(CRM, "Record", values=LITERALS[:1]))
    same = check(pairing=replace(PAIRING, deleted={"right": {"Status": "{Status} (Deleted)"}}))
    none = check(pairing=replace(PAIRING, deleted={}))
    free = check(crm=changed(CRM, "Record", type="text", values=()))

    assert checks(lacking) == [("critical", "deleted not accepted", "crm Account.Record")]
    assert ("critical", "record status is the status", "crm Account.Status") in checks(same)
    assert checks(none) == [("warning", "no record status", "crm Account")]
    assert checks(free) == []


@pytest.mark.parametrize("change", [{"createable": False}, {"updateable": False}])
def test_a_field_that_is_written_and_may_not_be_is_named(change):
    assert ("critical", "not writable", "crm Account.Phone") in checks(check(crm=changed(CRM, "Phone", **change)))


def test_a_field_that_only_travels_away_need_not_be_writable():
    rows = tuple(
        replace(row, on_create="to left", on_update="to left") if row.right == "Phone" else row
        for row in PAIRING.mapping
    )
    found = check(pairing=replace(PAIRING, mapping=rows), crm=changed(CRM, "Phone", createable=False, updateable=False))

    assert checks(found) == []


def test_a_required_field_that_nothing_fills_is_named():
    found = check(crm={**CRM, "Region": Field("Region", "Region", required=True)})

    assert checks(found) == [("critical", "required and empty", "crm Account.Region")]


def test_without_the_marker_field_a_lost_creation_could_be_made_twice():
    assert checks(check(marker="")) == [("critical", "marker not seen", "crm Account.Key")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Sync": False}, "not flagged"),
        ({"Sync": None}, "not flagged"),
        ({"Status": None}, "no status"),
        ({"Status": "Gold"}, "unknown status"),
    ],
)
def test_an_account_that_is_not_prepared_is_named_with_its_address(fields, expected):
    found = check(accounts={"a1": account("Acme"), "a2": account("Zeta", **fields)})

    assert checks(found) == [("critical", expected, "Zeta")]
    assert found.findings[0].record == "crm:partner:a2" and found.findings[0].link == "https://crm.example/a/a2"


def test_an_inactive_partner_is_prepared_though_it_does_not_sync():
    assert checks(check(accounts={"a1": account("Acme", Status="Inactive Partner")})) == []


def test_accounts_outside_the_filter_and_those_ruled_out_are_left_alone():
    accounts = {"a1": account("Acme", Type="Customer", Sync=False), "a2": account("Zeta", Sync=False)}

    assert checks(check(accounts=accounts, excluded=["crm:partner:a2"])) == []


def test_without_a_filter_of_partner_accounts_the_check_refuses():
    with pytest.raises(Refused, match="suggest"):
        check(pairing=replace(PAIRING, suggest={}))


def test_two_accounts_of_one_company_are_told_together_and_critical_when_both_sync():
    one, two = account("Acme Inc.", Web="acme-wire.com"), account("ACME", Web="https://www.acme-wire.com/x")
    both = check(accounts={"a1": one, "a2": two})
    single = check(accounts={"a1": one, "a2": {**two, "Status": "Inactive Partner"}})

    assert checks(both) == [("critical", "possible duplicate", "Acme Inc.")]
    assert "ACME (a2)" in both.findings[0].what and "nothing is merged" in both.findings[0].remedy
    assert checks(single) == [("warning", "possible duplicate", "Acme Inc.")]


def test_a_name_alone_makes_no_duplicate():
    assert checks(check(accounts={"a1": account("Acme"), "a2": account("Acme")})) == []


TEXTS = st.sampled_from(["", "Acme", "Acme Inc", "Zeta", "a.example.com", "5125550100", "78701"])


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=12))
def test_pairs_that_look_alike_do_not_depend_on_the_order(rows):
    frame = pd.DataFrame(rows, columns=["name", "website", "phone", "postcode"], dtype="object")
    frame.index = pd.Index([f"r{number}" for number in range(len(rows))], dtype="object")
    found = alike(frame)

    assert found.keys() == alike(frame.iloc[::-1]).keys()
    assert all(one < two and len(shared) >= 2 for (one, two), shared in found.items())


def test_the_report_is_the_same_for_the_same_findings_and_tells_instances_apart():
    found = check(accounts={"a1": account("Acme", Sync=False)})
    keys = [finding.key for finding in found.critical]

    assert found.fingerprint(keys) == check(accounts={"a1": account("Acme", Sync=False)}).fingerprint(reversed(keys))
    assert found.fingerprint(keys) != found.fingerprint([])
    assert found.fingerprint(keys) != replace(found, instances={"crm": "another"}).fingerprint(keys)


def test_a_name_from_outside_is_shown_as_text():
    found = check(accounts={"a1": account("<script>alert(1)</script>", Sync=False)})

    assert "<script>" not in found._repr_html_() and "&lt;script&gt;" in found._repr_html_()

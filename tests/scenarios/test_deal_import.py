"""The sandbox's opportunities, ready and not ready: which become deals, and what is said of the others (R-DEAL)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from worlds import NOW

from workbench.core import linking, planning
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.mappings import FieldMapping, Pairing, Relation, Through
from workbench.model.records import Snapshot, Snapshots, Where
from workbench.systems import connect


def _salesforce(object, **more):
    return {"salesforce": KindInSystem(object, "SystemModstamp", deleted="IsDeleted", **more)}


def _portal(object, **more):
    return {"channeltivity": KindInSystem(object, "updatedAt", deleted="deleted", **more)}


KINDS = {
    "opportunity": Kind("opportunity", "Opportunity", {
        **_salesforce("Opportunity", evidence={"name": "Name"}),
        **_portal("deals", marker="externalKey", evidence={"name": "name"})}),
    "customer": Kind("customer", "Customer", _salesforce("Account", evidence={"name": "Name"})),
    "contact": Kind("contact", "Contact", _salesforce("Contact", parent="AccountId")),
    "contact role": Kind("contact role", "Contact role", _salesforce("OpportunityContactRole")),
    "user": Kind("user", "User of the portal", _portal("users")),
    "group": Kind("group", "Group of users", _portal("groups")),
}  # fmt: skip
PARTNER = Relation(
    "owner", "right", "user", by="Channeltivity_Partner_Email__c", field="email",
    where=Where.of({"status": ["Active"], "kind": ["partner"]}),
    group="groups", group_kind="group", group_where=Where.of({"modules": ["deals"]}),
    when=Where.of({"Deal_Owner_Type__c": [None, "Partner-owned"]}),
)  # fmt: skip
DISTRIBUTOR = replace(
    PARTNER, by="Channeltivity_Distributor_Email__c",
    where=Where.of({"status": ["Active"], "kind": ["distributor"]}),
    when=Where.of({"Deal_Owner_Type__c": ["Distributor-owned"]}),
)  # fmt: skip
ONCE = {"on_create": "to right", "on_update": "none"}
DEALS = Pairing(
    "opportunity",
    (
        FieldMapping("Name", "name", on_update="to right"),
        FieldMapping("Amount", "amount", canonicaliser="decimal", on_update="to right"),
        FieldMapping("StageName", "stage", on_update="to right"),
        FieldMapping("CloseDate", "closeDate", canonicaliser="date", on_update="to right"),
        FieldMapping("owner.id", "ownerId", canonicaliser="exact", **ONCE),
        FieldMapping("owner.organizationId", "organizationId", canonicaliser="exact", **ONCE),
        FieldMapping("account.Name", "accountName", **ONCE),
        FieldMapping("contact.FirstName", "contactFirstName", **ONCE),
        FieldMapping("contact.LastName", "contactLastName", **ONCE),
        FieldMapping("contact.Email", "contactEmail", canonicaliser="email", **ONCE),
    ),
    admit={"left": Where.of({"Sync_with_Channeltivity__c": [True], "Export_to_Channeltivity_Deal__c": [True]})},
    reference={"right": "salesforceId"},
    create=("right",),
    relations=(
        Relation("account", "left", "customer", by="AccountId"),
        Relation("contact", "left", "contact", through=Through(
            "contact role", "OpportunityId", "ContactId", Where.of({"IsPrimary": [True]}))),
        PARTNER,
        DISTRIBUTOR,
    ),
)  # fmt: skip
DEAL_IMPORT = Integration("deal-import", "Deals", "salesforce", "channeltivity", (DEALS,), shape="importing")


@pytest.fixture
def plan(sandbox):
    systems = {name: connect(name, {"client": name}, sandbox[name], KINDS) for name in ("salesforce", "channeltivity")}
    read = {}
    for kind in KINDS.values():
        taken = []
        for name in kind.systems:
            fields = DEAL_IMPORT.fields(kind.name, DEAL_IMPORT.side(name))
            reading = systems[name].read(kind.name, fields=fields)
            taken.append(Snapshot(name, kind.name, systems[name].identify().id, NOW, reading.watermark, reading.frame))
        read[kind.name] = Snapshots(kind.name, taken)
    both = read["opportunity"]["salesforce"], read["opportunity"]["channeltivity"]
    crosswalks = {"opportunity": linking.fold(KINDS["opportunity"], *both, [], [])}
    descriptions = {(name, "opportunity"): system.describe("opportunity") for name, system in systems.items()}
    return planning.plan(DEAL_IMPORT, KINDS, read, crosswalks, [], descriptions=descriptions)


def _case(text):
    """The case that the sandbox wrote into the opportunity's name: `Globex: no account 2`."""
    return text.partition(": ")[2].rstrip("0123456789 ")


def _owner(record):
    distributor = record.get("Deal_Owner_Type__c") == "Distributor-owned"
    return record.get(f"Channeltivity_{'Distributor' if distributor else 'Partner'}_Email__c")


def test_opportunities_of_the_sandbox_become_deals_or_say_why_not(plan, admin):
    stored = admin.records("salesforce", "Opportunity")
    made = Counter(_case(line.name) for line in plan.lines)
    addresses = Counter(user["email"] for user in admin.records("channeltivity", "users").values())
    ready = [
        _case(record["Name"])
        for record in stored.values()
        if _case(record["Name"]) in ("ready", "renewal", "distributor-owned") and addresses[_owner(record)] == 1
    ]
    assert made == Counter(ready)
    assert made["ready"] == 8
    refused = {}
    for held in plan.held:
        case = _case(stored[held.subject.id]["Name"])
        refused.setdefault(case, set()).add((held.code, held.field))
    shared = refused.pop("distributor-owned", {("relation", "owner")})
    assert shared == {("relation", "owner")}, "an address that two users share tells no owner"
    assert refused == {
        "sync flag off": {("not admitted", "")},
        "import flag off": {("not admitted", "")},
        "no account": {("relation", "account")},
        "no primary contact": {("relation", "contact")},
        "primary contact deleted": {("relation", "contact")},
        "owner e-mail missing": {("relation", "owner")},
        "owner unknown": {("relation", "owner")},
        "owner inactive": {("relation", "owner")},
        "owner without permission": {("relation", "owner")},
        "owner is of a distributor": {("relation", "owner")},
        "distributor e-mail missing": {("relation", "owner")},
    }


def test_deal_of_the_sandbox_has_all_that_it_needs(plan):
    line = next(line for line in plan.lines if _case(line.name) == "ready")
    wanted = {"name", "amount", "stage", "closeDate", "ownerId", "accountName", "contactLastName", "salesforceId"}
    assert wanted <= line.after.keys()
    assert all(gate.holds for gate in plan.gates if not gate.name.startswith("creates"))

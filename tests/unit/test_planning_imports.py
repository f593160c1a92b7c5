"""Opportunities become deals: owner by e-mail, account and one primary contact, every reason against it at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import NOW, World, ref

from workbench.core import linking, planning
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.lines import Promise
from workbench.model.mappings import FieldMapping, Pairing, Relation, Through
from workbench.model.ports import Description, Field
from workbench.model.records import DELETED, Snapshot, Snapshots, Where, frame_of

PARTNER_OWNED = Where.of({"OwnerType": [None, "Partner-owned"]})
DISTRIBUTOR_OWNED = Where.of({"OwnerType": ["Distributor-owned"]})
OWNER = Relation("owner", "right", "user", by="PartnerEmail", field="email", group="groups", group_kind="group",
                 where=Where.of({"status": ["Active"], "kind": ["partner"]}),
                 group_where=Where.of({"modules": ["deals"]}), when=PARTNER_OWNED)  # fmt: skip
RELATIONS = (
    Relation("account", "left", "customer", by="AccountId"),
    Relation("contact", "left", "contact",
             through=Through("role", "OpportunityId", "ContactId", Where.of({"IsPrimary": [True]}))),
    OWNER,
    replace(OWNER, by="DistributorEmail", when=DISTRIBUTOR_OWNED,
            where=Where.of({"status": ["Active"], "kind": ["distributor"]})),
)  # fmt: skip
DEALS = Pairing(
    "opportunity",
    (
        FieldMapping("Name", "name"),
        FieldMapping("Amount", "amount", canonicaliser="decimal"),
        FieldMapping("Stage", "stage", values={"Proposal": "Quoted", "Closed Won": "Won"}, canonicaliser="picklist"),
        FieldMapping("owner.id", "ownerId", canonicaliser="exact", on_create="to right", on_update="none"),
        FieldMapping("account.Name", "accountName", on_create="to right", on_update="none"),
        FieldMapping("contact.LastName", "contactLastName", on_create="to right", on_update="none"),
    ),
    admit={"left": Where.of({"Sync": [True], "Export": [True]})},
    reference={"right": "salesforceId"},
    create=("right",),
    relations=RELATIONS,
)
DEAL_IMPORT = Integration("deal-import", "Deals", "crm", "portal", (DEALS,), shape="importing")


def place(**systems):
    return {name: KindInSystem(name, "m", evidence=evidence) for name, evidence in systems.items()}


KINDS = {
    "opportunity": Kind("opportunity", "Opportunity", place(crm={"name": "Name"}, portal={"name": "name"})),
    **{name: Kind(name, name, place(crm={}, portal={})) for name in ("customer", "contact", "role", "user", "group")},
}
REQUIRED = {("portal", "opportunity"): Description("portal", "opportunity", "deals", tuple(
    Field(name, name, required=name in ("name", "amount", "stage", "ownerId"))
    for name in DEALS.fields("right")))}  # fmt: skip


class Deals(World):
    def plan(self, integration=DEAL_IMPORT, **how):
        snapshots = {kind: self._read(kind) for kind in KINDS}
        both = (snapshots["opportunity"]["crm"], snapshots["opportunity"]["portal"])
        crosswalks = {"opportunity": linking.fold(KINDS["opportunity"], *both, self.rulings, self.links)}
        return planning.plan(
            DEAL_IMPORT, KINDS, snapshots, crosswalks, self.bases.values(), descriptions=REQUIRED, **how
        )

    def _read(self, kind):
        return Snapshots(kind, [
            Snapshot(system, kind, "i", NOW, "", frame_of(self.records.get((kind, system), {}),
                                                          DEAL_IMPORT.fields(kind, side)))
            for side, system in (("left", "crm"), ("right", "portal"))
        ])  # fmt: skip


@pytest.fixture
def world():
    made = Deals(DEAL_IMPORT, KINDS)
    made.put("customer", "crm", "a1", {"Name": "Globex"})
    made.put("contact", "crm", "c1", {"LastName": "Lee"})
    made.put("contact", "crm", "c2", {"LastName": "Kim"})
    made.put("role", "crm", "r1", {"OpportunityId": "o1", "ContactId": "c1", "IsPrimary": True})
    made.put("role", "crm", "r2", {"OpportunityId": "o1", "ContactId": "c2", "IsPrimary": False})
    made.put("group", "portal", "g1", {"modules": "deals; leads"})
    made.put("group", "portal", "g2", {"modules": "leads"})
    for user, kind, email in (("u1", "partner", "pat@acme.com"), ("u2", "distributor", "dee@dist.com")):
        made.put("user", "portal", user, {"email": email, "status": "Active", "kind": kind, "groups": "g2; g1"})
    made.put("opportunity", "crm", "o1", {"Name": "Big deal", "Amount": "1200.50", "Stage": "Proposal", "Sync": True,
        "Export": True, "AccountId": "a1", "PartnerEmail": "Pat@Acme.com", "DistributorEmail": None,
        "OwnerType": None})  # fmt: skip
    made.records["opportunity", "portal"] = {}
    return made


def reasons(plan):
    return sorted(f"{held.code} {held.field}".strip() for held in plan.held)


def test_opportunity_becomes_a_deal_with_owner_account_and_primary_contact(world):
    (line,) = world.plan().lines
    assert (line.action, line.target, line.counterpart) == (
        "create",
        ref("portal", "", "opportunity"),
        ref("crm", "o1", "opportunity"),
    )
    assert line.after == {"name": "Big deal", "amount": "1200.50", "stage": "Quoted", "ownerId": "u1",
                          "accountName": "Globex", "contactLastName": "Lee", "salesforceId": "o1"}  # fmt: skip


def test_fields_that_are_never_compared_again_get_no_base(world):
    assert set(world.plan().lines[0].agreed) == {"Name=name", "Amount=amount", "Stage=stage"}


def test_deleted_primary_contact_is_none(world):
    world.put("contact", "crm", "c1", {DELETED: True})
    assert reasons(world.plan()) == ["relation contact"]
    assert "c1 is deleted in crm, or not visible to this user" in world.plan().held[0].reason


def test_imported_deal_is_in_step_and_names_used_at_creation_stay(world):
    world.run(world.plan())
    assert world.plan().lines == ()
    world.put("contact", "crm", "c1", {"LastName": "Li"})
    world.put("opportunity", "crm", "o1", {"Amount": "1300"})
    (line,) = world.plan().lines
    assert line.after == {"amount": "1300"}


def test_nothing_is_ever_written_into_a_record_that_is_only_looked_into(world):
    both_ways = tuple(replace(row, on_update="both") for row in DEALS.mapping)
    integration = replace(DEAL_IMPORT, pairings=(replace(DEALS, mapping=both_ways),))
    world.run(world.plan(integration=integration))
    world.put("opportunity", "portal", "new0", {"accountName": "Renamed in the portal", "amount": "7"})
    assert [dict(line.after) for line in world.plan(integration=integration).lines] == [{"Amount": "7"}]


def test_distributor_owned_deal_belongs_to_the_distributors_user(world):
    world.put("opportunity", "crm", "o1", {"OwnerType": "Distributor-owned", "PartnerEmail": None,
                                           "DistributorEmail": "dee@dist.com"})  # fmt: skip
    assert world.plan().lines[0].after["ownerId"] == "u2"


def test_every_reason_against_an_opportunity_is_listed_at_once(world):
    world.put("opportunity", "crm", "o1", {"AccountId": None, "PartnerEmail": "nobody@acme.com"})
    world.put("role", "crm", "r2", {"IsPrimary": True})
    plan = world.plan()
    assert plan.lines == ()
    assert reasons(plan) == ["relation account", "relation contact", "relation owner"]
    assert all(held.remedy for held in plan.held)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "Inactive"}, "status is Inactive, not Active"),
        ({"kind": "distributor"}, "kind is distributor, not partner"),
        ({"groups": "g2"}, "in no group that permits it"),
        ({"email": "other@acme.com"}, "none found in portal"),
    ],
)
def test_owner_who_may_not_register_deals_is_told_apart(world, change, words):
    world.put("user", "portal", "u1", change)
    plan = world.plan()
    assert plan.lines == ()
    assert words in plan.held[0].reason


def test_owner_type_that_nobody_knows_is_named(world):
    world.put("opportunity", "crm", "o1", {"OwnerType": "Vendor-owned"})
    assert "OwnerType is Vendor-owned" in world.plan().held[0].reason


def test_blank_owner_says_which_field_to_fill(world):
    world.put("opportunity", "crm", "o1", {"PartnerEmail": None})
    assert world.plan().held[0].remedy == "fill PartnerEmail"


def test_one_flag_alone_imports_nothing_and_is_listed(world):
    world.put("opportunity", "crm", "o1", {"Export": False})
    plan = world.plan()
    assert (plan.lines, reasons(plan)) == ((), ["not admitted"])
    world.put("opportunity", "crm", "o1", {"Sync": False})
    assert world.plan().held == ()


def test_deal_without_a_required_field_is_not_attempted(world):
    world.put("opportunity", "crm", "o1", {"Amount": None, "Stage": "Dreaming"})
    plan = world.plan()
    assert plan.lines == ()
    assert reasons(plan) == ["required", "unmapped Stage=stage"]
    assert "amount, stage" in plan.held[0].reason


def test_deals_of_the_portal_are_left_alone(world):
    world.put("opportunity", "portal", "d9", {"name": "Own deal"})
    assert {line.counterpart.id for line in world.plan().lines} == {"o1"}


def test_opportunity_ruled_to_be_created_needs_its_relations_all_the_same(world):
    world.rule(ref("crm", "o1", "opportunity"), "create")
    world.put("opportunity", "crm", "o1", {"AccountId": None})
    plan = world.plan()
    assert (plan.lines, reasons(plan)) == ((), ["relation account"])


def test_excluded_opportunity_stays_out(world):
    world.rule(ref("crm", "o1", "opportunity"), "exclude")
    assert world.plan().lines == ()


def test_kinds_that_are_looked_into_and_their_fields_are_known_before_reading():
    assert DEAL_IMPORT.lookups == (
        ("left", "contact"), ("left", "customer"), ("left", "role"), ("right", "group"), ("right", "user"))  # fmt: skip
    assert DEAL_IMPORT.fields("user", "right") == ("email", "groups", "kind", "status")
    assert DEAL_IMPORT.fields("contact", "left") == ("LastName",)
    assert "account.Name" not in DEAL_IMPORT.fields("opportunity", "left")
    assert {"AccountId", "OwnerType", "PartnerEmail"} <= set(DEAL_IMPORT.fields("opportunity", "left"))


OWN_ACCOUNT = Relation("deal account", "right", "deal account", match={"ownerId": "owner.id", "name": "account.Name"},
                       make={"salesforceId": "account.id"})  # fmt: skip
OWN_CONTACT = Relation("deal contact", "right", "deal contact",
                       match={"dealAccountId": "deal account.id", "email": "contact.Email"},
                       make={"lastName": "contact.LastName"})  # fmt: skip
ONCE = {"canonicaliser": "exact", "on_create": "to right", "on_update": "none"}
OWNED = replace(
    DEALS,
    relations=(*RELATIONS, OWN_ACCOUNT, OWN_CONTACT),
    mapping=(*DEALS.mapping, FieldMapping("deal account.id", "dealAccountId", **ONCE),
             FieldMapping("deal contact.id", "dealContactId", **ONCE)),
)  # fmt: skip
OWNED_IMPORT = replace(DEAL_IMPORT, pairings=(OWNED,))
OWNED_KINDS = {**KINDS, **{name: Kind(name, name, place(portal={})) for name in ("deal account", "deal contact")}}


class OwnedDeals(Deals):
    def plan(self, **how):
        snapshots = {
            kind: Snapshots(kind, [
                Snapshot(system, kind, "i", NOW, "", frame_of(self.records.get((kind, system), {}),
                                                              OWNED_IMPORT.fields(kind, OWNED_IMPORT.side(system))))
                for system in known.systems
            ])
            for kind, known in OWNED_KINDS.items()
        }  # fmt: skip
        both = (snapshots["opportunity"]["crm"], snapshots["opportunity"]["portal"])
        crosswalks = {"opportunity": linking.fold(KINDS["opportunity"], *both, self.rulings, self.links)}
        how = {"descriptions": REQUIRED, **how}
        return planning.plan(OWNED_IMPORT, OWNED_KINDS, snapshots, crosswalks, self.bases.values(), **how)


@pytest.fixture
def owned(world):
    made = OwnedDeals(OWNED_IMPORT, OWNED_KINDS, world.records)
    made.ticks = world.ticks
    made.put("contact", "crm", "c1", {"Email": "lee@globex.example"})
    return made


def actions(plan):
    return [(line.action, line.target.kind, line.name) for line in plan.lines]


def second_deal(world, **changed):
    world.put("opportunity", "crm", "o2", {**world.record("crm", "o1", "opportunity"), "Name": "Second", **changed})
    world.put("role", "crm", "r3", {"OpportunityId": "o2", "ContactId": "c1", "IsPrimary": True})


def test_deal_account_and_contact_are_made_under_the_owner_before_the_deal_that_waits_for_them(owned):
    plan = owned.plan()
    account, contact, deal = plan.lines
    assert actions(plan) == [
        ("create", "deal account", "Globex"),
        ("create", "deal contact", "lee@globex.example Lee"),
        ("create", "opportunity", "Big deal"),
    ]
    assert account.after == {"salesforceId": "a1", "ownerId": "u1", "name": "Globex"}
    assert contact.after == {"lastName": "Lee", "dealAccountId": Promise(account.id), "email": "lee@globex.example"}
    assert (deal.after["dealAccountId"], deal.after["dealContactId"]) == (Promise(account.id), Promise(contact.id))
    assert contact.depends_on == (account.id,) and deal.depends_on == (account.id, contact.id)
    assert account.marker != contact.marker and len(account.marker) == 32
    owned.run(plan)
    assert owned.plan().lines == ()


def test_records_made_for_a_deal_stand_under_their_own_names_in_what_differs(owned):
    plan = owned.plan()

    told = {row.record for row in planning.differences(plan, replace(plan, lines=()))}

    made = [line for line in plan.lines if line.counterpart is None]
    assert len(made) > 1 and len([record for record in told if "(new)" in record]) == len(made)
    assert not any("None" in record for record in told) and "None" not in plan._repr_html_()


def test_what_is_there_under_that_owner_is_used_and_what_is_there_under_another_is_not(owned):
    owned.put("deal account", "portal", "d9", {"name": "Globex", "ownerId": "u2"})
    assert ("create", "deal account", "Globex") in actions(owned.plan())
    owned.put("deal account", "portal", "d1", {"name": " GLOBEX ", "ownerId": "u1"})
    owned.put("deal contact", "portal", "p1", {"lastName": "L.", "email": "Lee@Globex.example", "dealAccountId": "d1"})
    (deal,) = owned.plan().lines
    assert (deal.after["dealAccountId"], deal.after["dealContactId"], deal.depends_on) == ("d1", "p1", ())


def test_two_deals_of_one_account_and_owner_share_what_is_made(owned):
    second_deal(owned)
    plan = owned.plan()
    assert sorted(kind for _, kind, _ in actions(plan)) == [
        "deal account",
        "deal contact",
        "opportunity",
        "opportunity",
    ]
    second_deal(owned, OwnerType="Distributor-owned", DistributorEmail="dee@dist.com")
    assert len(owned.plan().lines) == 6


def test_nothing_is_made_for_a_deal_that_does_not_come(owned):
    owned.put("opportunity", "crm", "o1", {"PartnerEmail": "nobody@acme.com"})
    assert owned.plan().lines == ()
    owned.put("opportunity", "crm", "o1", {"PartnerEmail": "pat@acme.com", "Amount": None})
    plan = owned.plan()
    assert plan.lines == () and reasons(plan) == ["required"]


def test_nothing_is_made_for_a_deal_that_a_person_left_out_or_turned_down(owned):
    second_deal(owned, OwnerType="Distributor-owned", DistributorEmail="dee@dist.com")
    plan = owned.plan()
    deal = next(line for line in plan.lines if line.name == "Second")
    assert len(planning.drop(plan, [deal.id]).lines) == len(owned.plan(rejected=[deal.id]).lines) == 3
    account = next(line for line in plan.lines if line.target.kind == "deal account")
    assert len(planning.drop(plan, [account.id]).lines) == 3, "what waits for it goes with it"


def test_a_contact_without_an_address_and_an_account_that_is_there_twice_are_told(owned):
    owned.put("contact", "crm", "c1", {"Email": None})
    plan = owned.plan()
    assert plan.lines == () and "contact.Email is blank" in plan.held[0].reason
    for record in ("d1", "d2"):
        owned.put("deal account", "portal", record, {"name": "Globex", "ownerId": "u1"})
    plan = owned.plan()
    assert plan.lines == () and "2 found in portal where one is needed" in plan.held[0].reason


def test_made_records_count_for_the_gates(owned):
    names = {gate.name: gate.measured for gate in owned.plan().gates}
    assert names["creates: deal account in portal"] == names["creates: deal contact in portal"] == 1

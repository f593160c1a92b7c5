"""Every trap that the generated data is meant to hold, looked for in the records, in little data and in much."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

import pytest

from workbench.sandbox.data import fill, size_of
from workbench.sandbox.data.size import SMALL, Size
from workbench.sandbox.state import State


class World:
    """Everything that is stored, and what is noted about it in the truth."""

    def __init__(self, path, size: Size) -> None:
        self.state, self.size = State(path), size
        fill(self.state, size)
        self._kept: dict[tuple[str, str], dict[str, dict]] = {}

    def all(self, system: str, object: str) -> dict[str, dict]:
        """Every record of an object by id, deleted ones too."""
        if (system, object) not in self._kept:
            found = self.state.find(system, object, include_deleted=True)
            self._kept[system, object] = {record["@id"]: record for record in found}
        return self._kept[system, object]

    def where(self, system: str, object: str, **wanted) -> set[str]:
        """Ids of the records that have these values."""
        found = self.all(system, object).items()
        return {id for id, r in found if all(r.get(name) == value for name, value in wanted.items())}

    def noted(self, note: str, object: str) -> set[str]:
        """Ids of the records of which the truth says this."""
        query = "SELECT id FROM truth WHERE object = ? AND instr(note, ?) > 0"
        return {id for (id,) in self.state.connection.execute(query, (object, note))}

    def entities(self, *objects: str) -> dict[str, dict[str, list[dict]]]:
        """Companies by key: their records by object."""
        found: dict[str, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
        query = "SELECT entity, system, object, id FROM truth WHERE kind IN ('partner', 'distributor', 'customer')"
        for entity, system, object, id in self.state.connection.execute(query):
            if object in objects:
                found[entity][object].append(self.all(system, object)[id])
        return found

    def named(self, object: str) -> dict[str, int]:
        """Ids of a set-up table of ConnectWise by name."""
        return {record["name"]: int(id) for id, record in self.all("connectwise", object).items()}

    def owner_of(self, opportunity: dict) -> dict:
        """The portal user whose address an opportunity carries."""
        address = opportunity.get("Channeltivity_Partner_Email__c")
        users = self.all("channeltivity", "users").values()
        return next((user for user in users if user["email"] == address), {})

    def close(self) -> None:
        self.state.close()


@pytest.fixture(scope="module", params=["little", "much"])
def world(request, tmp_path_factory):
    size = Size() if request.param == "little" else Size(partners=SMALL // 2, companies=SMALL // 2 + 1)
    assert size.small == (request.param == "little")
    world = World(tmp_path_factory.mktemp(request.param) / "s.sqlite", size)
    yield world
    world.close()


def test_everything_that_was_asked_for_is_there_and_numbering_goes_on(world):
    assert size_of(world.state) == world.size
    assert world.state.setting("channeltivity", "settings")["status"]
    known = "SELECT count(DISTINCT entity) FROM truth WHERE kind IN ('partner', 'distributor')"
    assert world.state.connection.execute(known).fetchone()[0] > 0.95 * world.size.partners  # a few are in no system
    assert world.state.next_id("channeltivity", "organizations") == 1 + max(
        map(int, world.all("channeltivity", "organizations"))
    )
    assert [row[1] for row in world.state.connection.execute("PRAGMA database_list")] == ["main"]


def accounts(world: World) -> dict[str, dict]:
    return world.all("salesforce", "Account")


def repeated(values: Iterable[object]) -> set[object]:
    seen: set[object] = set()
    return {value for value in values if value in seen or seen.add(value)}


def test_flagged_without_status(world):
    found = world.where("salesforce", "Account", Sync_with_Channeltivity__c=True, Channeltivity_Partner_Status__c=None)
    assert found == world.noted("flagged without status", "Account") != set()


def test_status_without_flag(world):
    unflagged = world.where("salesforce", "Account", Sync_with_Channeltivity__c=False)
    found = {id for id in unflagged if accounts(world)[id].get("Channeltivity_Partner_Status__c")}
    assert found == world.noted("status without flag", "Account") != set()


def test_neither_flag_nor_status(world):
    noted = world.noted("neither flag nor status", "Account")
    empty = {"Sync_with_Channeltivity__c": False, "Channeltivity_Partner_Status__c": None}
    assert set() != noted <= world.where("salesforce", "Account", **empty)


def test_a_picklist_value_that_was_renamed(world):
    found = world.where("salesforce", "Account", Channeltivity_Partner_Status__c="Current Partner")
    assert found == world.noted("picklist value that was renamed", "Account") != set()


def test_the_same_name_twice_of_two_companies(world):
    by_name = defaultdict(set)
    for entity, records in world.entities("organizations", "Account").items():
        for record in (*records["organizations"], *records["Account"]):
            by_name[record.get("name") or record.get("Name")].add(entity)
    assert any(len(entities) > 1 for entities in by_name.values())
    assert world.noted("same name as", "organizations")


def test_the_same_company_twice_in_one_system(world):
    for object in ("organizations", "Account"):
        doubled = {e for e, records in world.entities(object).items() if len(records[object]) > 1}
        assert doubled
    assert world.noted("duplicate of", "organizations")
    assert world.noted("duplicate of", "Account")


def test_parent_and_child_share_name_and_domain(world):
    organizations = world.all("channeltivity", "organizations")
    children = world.noted("shares name and domain", "organizations")
    shared = repeated(domain for record in organizations.values() for domain in record["domains"])
    assert [id for id in children if set(organizations[id]["domains"]) & shared]


def test_an_email_domain_that_many_share(world):
    found = [r for r in world.all("channeltivity", "organizations").values() if r["domains"] == ["freemail.example"]]
    assert len(found) > 1


def test_an_account_whose_owner_is_inactive(world):
    inactive = world.where("salesforce", "User", IsActive=False)
    assert {r["OwnerId"] for r in accounts(world).values()} & inactive


@pytest.mark.parametrize(
    ("case", "is_so"),
    [
        ("owner inactive", lambda world, it: world.owner_of(it)["status"] == "Inactive"),
        ("owner without permission", lambda world, it: world.owner_of(it)["groups"] == ["2"]),
        ("owner unknown", lambda world, it: it["Channeltivity_Partner_Email__c"] and not world.owner_of(it)),
        ("owner e-mail missing", lambda world, it: it["Channeltivity_Partner_Email__c"] is None),
        ("owner is of a distributor", lambda world, it: world.owner_of(it)["kind"] == "distributor"),
        ("no account", lambda world, it: it["AccountId"] is None),
        ("sync flag off", lambda world, it: it["Sync_with_Channeltivity__c"] is False),
        ("import flag off", lambda world, it: it["Export_to_Channeltivity_Deal__c"] is False),
        ("distributor e-mail missing", lambda world, it: not it.get("Channeltivity_Distributor_Email__c")),
        ("distributor-owned", lambda world, it: it["Deal_Owner_Type__c"] == "Distributor-owned"),
        ("renewal", lambda world, it: it["Type"] == "Renewal"),
        ("ready", lambda world, it: world.owner_of(it)["status"] == "Active"),
    ],
)
def test_an_opportunity_with_this_in_its_way(world, case, is_so):
    found = [world.all("salesforce", "Opportunity")[id] for id in world.noted(case, "Opportunity")]
    assert found
    assert all(is_so(world, opportunity) for opportunity in found)


def test_the_group_without_permission_may_not_register_deals(world):
    groups = world.all("channeltivity", "groups")
    assert "deals" in groups["1"]["modules"]
    assert "deals" not in groups["2"]["modules"]


def test_an_opportunity_without_primary_contact_or_with_a_deleted_one(world):
    roles = world.all("salesforce", "OpportunityContactRole").values()
    primary = {role["OpportunityId"]: role["ContactId"] for role in roles if role["IsPrimary"]}
    contacts = world.all("salesforce", "Contact")
    without = world.noted("no primary contact", "Opportunity")
    assert without
    assert not without & primary.keys()
    gone = world.noted("primary contact deleted", "Opportunity")
    assert gone
    assert all(contacts[primary[id]]["@deleted"] for id in gone)


def test_an_account_that_was_merged_away(world):
    found = {id for id, r in accounts(world).items() if r["@deleted"] and r.get("MasterRecordId")}
    assert found == world.noted("merged into", "Account") != set()
    assert all(not accounts(world)[accounts(world)[id]["MasterRecordId"]]["@deleted"] for id in found)


def test_a_company_that_was_merged_away_is_still_active_and_was_not_touched(world):
    companies = world.all("connectwise", "company/companies")
    found = world.where("connectwise", "company/companies", deletedFlag=True)
    assert found == world.noted("lastUpdated did not move", "company/companies") != set()
    assert all(companies[id]["@modified"] == companies[id]["@created"] for id in found)
    active = world.named("company/companies/statuses")["Active"]
    assert {active} == {companies[id]["status"]["id"] for id in found}


def test_the_same_email_address_twice(world):
    for system, object in (("salesforce", "Contact"), ("channeltivity", "contacts")):
        parent = "AccountId" if system == "salesforce" else "organizationId"
        email = "Email" if system == "salesforce" else "email"
        found = world.all(system, object).values()
        assert repeated((r[parent], r[email].casefold()) for r in found if r.get(email)), object


def test_contacts_with_a_telephone_number_only(world):
    assert world.where("channeltivity", "contacts", email=None)
    ways = [r["communicationItems"] for r in world.all("connectwise", "company/contacts").values()]
    assert any({item["communicationType"] for item in items} == {"Phone"} for items in ways)


def test_prospects_and_former_clients_outnumber_clients_thirty_to_one(world):
    types = world.named("company/companies/types")
    companies = [{t["id"] for t in r["types"]} for r in world.all("connectwise", "company/companies").values()]
    clients = [kinds for kinds in companies if types["Client"] in kinds and types["Partner"] not in kinds]
    others = [kinds for kinds in companies if kinds & {types["Prospect"], types["Former Client"]}]
    assert 25 < len(others) / len(clients) < 35


def test_a_client_on_credit_hold(world):
    status, type = world.named("company/companies/statuses"), world.named("company/companies/types")
    wanted = {"status": {"id": status["Credit Hold"]}, "types": [{"id": type["Client"]}]}
    assert world.where("connectwise", "company/companies", **wanted)


def test_former_clients_that_nobody_set_inactive(world):
    status, type = world.named("company/companies/statuses"), world.named("company/companies/types")
    wanted = {"status": {"id": status["Active"]}, "types": [{"id": type["Former Client"]}]}
    assert world.where("connectwise", "company/companies", **wanted)


def test_orders_that_were_written_into_two_systems(world):
    opportunities, sales = world.all("salesforce", "Opportunity"), world.all("connectwise", "sales/opportunities")
    orders = world.all("channelonline", "salesOrders").values()
    assert [r for r in orders if r.get("salesforceId") in opportunities and r.get("connectwiseId") in sales]


def test_totals_that_drifted(world):
    opportunities = world.all("salesforce", "Opportunity")
    drifted = {
        quote["salesforceId"]
        for quote in world.all("channelonline", "quotes").values()
        if quote.get("salesforceId") and float(quote["total"]) != opportunities[quote["salesforceId"]]["Amount"]
    }
    assert drifted == world.noted("total drifted", "Opportunity") != set()


def test_names_in_many_scripts(world):
    letters = {c for r in world.all("channeltivity", "organizations").values() for c in r["name"] if c.isalpha()}
    scripts = {unicodedata.name(letter).split(" ")[0] for letter in letters}
    assert scripts >= {"LATIN", "CJK", "KATAKANA", "CYRILLIC", "GREEK", "ARABIC"}


def test_companies_that_trade_under_another_name(world):
    trading = world.noted("trades under another name", "company/companies")
    names = [world.all("connectwise", "company/companies")[id]["name"] for id in trading]
    assert [name for name in names if " dba " in name or "(DBA " in name]


def test_companies_that_were_renamed_after_an_acquisition(world):
    renamed = world.noted("renamed after an acquisition", "Account")
    assert renamed
    first_words = defaultdict(set)
    for entity, records in world.entities("organizations", "Account", "company/companies").items():
        for record in (r for found in records.values() for r in found):
            first_words[entity].add((record.get("name") or record.get("Name")).split(" ")[0].casefold())
    of_renamed = [
        first_words[e] for e, r in world.entities("Account").items() if renamed & {x["@id"] for x in r["Account"]}
    ]
    assert any(len(words) > 1 for words in of_renamed)


def test_what_people_paste_into_connectwise(world):
    companies = world.all("connectwise", "company/companies").values()
    assert any(len(r["identifier"]) == 30 for r in companies)
    for character in ('"', "&", "'"):
        assert any(character in r["name"] for r in companies), character
    assert any("\u200b" in str(r.get("userDefinedField2")) for r in companies)


def test_leads_of_every_case(world):
    leads = world.all("channeltivity", "leads")
    users = world.all("channeltivity", "users")
    assert {r["status"] for r in leads.values()} == {"Open", "Accepted", "Won", "Lost"}
    unassigned = world.noted("assigned to nobody", "leads")
    assert unassigned
    assert all(leads[id]["assignedToId"] is None for id in unassigned)
    left = world.noted("a user who is inactive now", "leads")
    assert left
    assert all(users[leads[id]["assignedToId"]]["status"] == "Inactive" for id in left)
    assert repeated((r["company"], r["email"]) for r in leads.values())


def test_referrals_of_every_status_by_users_who_are_there(world):
    referrals = world.all("channeltivity", "referrals").values()
    assert {r["status"] for r in referrals} == {"Submitted", "Accepted", "Rejected", "Paid"}
    assert {r["referredById"] for r in referrals} <= world.all("channeltivity", "users").keys()

"""The vendors' own engines and the office: what they do in an hour, and what they get wrong."""

from __future__ import annotations

import pytest

from workbench.sandbox import filedoor
from workbench.sandbox.actors import run
from workbench.sandbox.channelonline import CONTRACT as CHANNELONLINE
from workbench.sandbox.channeltivity import CONTRACT
from workbench.sandbox.clock import set_clock
from workbench.sandbox.data import fill
from workbench.sandbox.data.size import Size
from workbench.sandbox.protocols import ask
from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.scenario import keep
from workbench.sandbox.state import State


class World:
    """A sandbox without a server, whose clock stands still."""

    def __init__(self, path, seed: int = 1) -> None:
        self.state = State(path)
        fill(self.state, Size(seed=seed, partners=120, companies=120))
        set_clock(self.state, {"now": "2026-06-01T08:00:00Z", "freeze": True})
        self.calls: list[tuple[str, str, str]] = []

    def hour(self, *actors: str, times: int = 1) -> list[dict[str, str]]:
        done = []
        for _ in range(times):
            set_clock(self.state, {"advance": 3600})
            done += run(self.state, actors, self._ask)
        return done

    def _ask(self, actor, system, request):
        response = ask(system, request, self.state)
        self.calls.append((actor, system, request.method))
        assert response.status < 500, response.body
        return response

    def link(self, organization: str, account: str) -> None:
        """What the wizard leaves behind."""
        self.state.update("channeltivity", "organizations", organization, {"salesforceId": account})
        self.state.update("salesforce", "Account", account, {
            "Channeltivity_Id__c": organization, "Sync_with_Channeltivity__c": True,
            "Channeltivity_Partner_Status__c": "Active Partner",
        })  # fmt: skip

    def pairs(self, count: int) -> list[tuple[str, str]]:
        left = [r["@id"] for r in self.state.find("channeltivity", "organizations") if r["status"] == "Active"]
        right = [r["@id"] for r in self.state.find("salesforce", "Account") if "Partner" in (r.get("Type") or "")]
        return list(zip(left[:count], right[:count], strict=True))


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path / "s.sqlite")
    yield world
    world.state.close()


def everything(state):
    return state.connection.execute(
        "SELECT system, object, id, fields, created, modified, deleted"
        " FROM record JOIN collection ON number = collection ORDER BY system, object, id"
    ).fetchall()


def test_an_hour_of_the_office_is_the_same_for_the_same_seed(tmp_path):
    first, again, other = (World(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    done = [world.hour("office", "connector", "jobs", times=3) for world in (first, again, other)]
    assert done[0] == done[1] != done[2]
    assert everything(first.state) == everything(again.state)
    for world in (first, again, other):
        world.state.close()


def test_two_hours_of_the_office_differ(world):
    assert world.hour("office") != world.hour("office")


def test_the_office_works_for_days_also_with_partners_of_which_no_web_domain_is_known(world):
    assert {entry["action"] for entry in world.hour("office", times=40)} >= {"created", "edited", "deleted"}


def test_actors_only_use_the_public_interfaces_and_every_call_is_accepted(world):
    world.hour("office", "connector", "jobs", times=5)
    assert {system for _, system, _ in world.calls} == {"salesforce", "connectwise", "channeltivity", "channelonline"}


def test_the_connector_leaves_alone_what_was_never_linked(world):
    before = world.state.count("salesforce", "Account")
    world.hour("connector", times=2)
    for record in list(world.state.find("channeltivity", "organizations"))[:20]:
        world.state.update("channeltivity", "organizations", record["@id"], {"city": "Elsewhere"})
    world.hour("connector")
    assert world.state.count("salesforce", "Account") == before


def test_the_connector_carries_changes_of_linked_records_and_misses_some(world):
    pairs = world.pairs(40)
    for pair in pairs:
        world.link(*pair)
    world.hour("connector")
    for organization, _ in pairs:
        world.state.update("channeltivity", "organizations", organization, {"city": "Elsewhere"})
    world.hour("connector", times=2)  # the late ones come an hour later
    cities = [world.state.get("salesforce", "Account", account).get("BillingCity") for _, account in pairs]
    assert 30 <= cities.count("Elsewhere") < 40
    statuses = {world.state.get("salesforce", "Account", a)["Channeltivity_Partner_Status__c"] for _, a in pairs}
    assert statuses >= {"Active Partner"}


def test_the_connector_overwrites_the_other_side(world):
    ((organization, account),) = world.pairs(1)
    world.link(organization, account)
    world.hour("connector")
    for _ in range(5):  # a lot may let it miss one
        world.state.update("salesforce", "Account", account, {"Phone": "changed in Salesforce"})
        world.state.update("channeltivity", "organizations", organization, {"phone": "changed in the portal"})
        world.hour("connector")
    assert world.state.get("salesforce", "Account", account)["Phone"] == "changed in the portal"


def test_the_connector_creates_on_the_other_side_and_links(world):
    world.hour("connector")
    for number in range(12):
        name = {"name": f"New {number}", "kind": "partner", "status": "Active"}
        id = str(world.state.next_id("channeltivity", "organizations"))
        world.state.insert("channeltivity", "organizations", id, name)
    world.hour("connector", times=2)
    made = [r for r in world.state.find("salesforce", "Account") if str(r["Name"]).startswith("New ")]
    assert len(made) >= 8  # some are missed
    for record in made:
        assert record["Sync_with_Channeltivity__c"] is True
        assert record["Channeltivity_Id__c"]
        assert record["LastModifiedById"] == make_id("005", 2)


def test_a_deletion_in_the_portal_becomes_a_record_status(world):
    ((organization, account),) = world.pairs(1)
    world.link(organization, account)
    world.hour("connector")
    world.state.delete("channeltivity", "organizations", organization)
    world.hour("connector")
    record = world.state.get("salesforce", "Account", account)
    assert record["Record_Status__c"] == "Active Partner (Deleted)"
    assert not record["@deleted"]


def switched(world, **settings):
    """Set the portal's sync settings as its administrator would, through the control side's own door."""
    known = world.state.setting("channeltivity", "settings")
    keep(world.state, "channeltivity", "settings", {**known, **settings})


def added(world, count, **fields):
    """New organisations, as the portal's people make them."""
    made = [
        CONTRACT.create(world.state, "organizations", {"name": f"Fresh {fields['status']} {number}", **fields})
        for number in range(count)
    ]
    return [record["@id"] for record in made]


STATUSES = [
    ("partner", "Active", "syncActive", "Active Partner"),
    ("partner", "Prospective", "syncProspective", "Prospective Partner"),
    ("partner", "Inactive", "syncInactive", "Inactive Partner"),
    ("distributor", "Active", "syncActiveDistributors", "Active Distributor"),
    ("distributor", "Inactive", "syncInactiveDistributors", "Inactive Distributor"),
]


@pytest.mark.parametrize(("kind", "status", "switch", "value"), STATUSES)
def test_each_kind_and_status_syncs_both_ways_where_it_is_switched_on_and_nowhere_else(
    world, kind, status, switch, value
):
    world.hour("connector")
    for wanted in (False, True):
        switched(world, **{each[2]: False for each in STATUSES} | {switch: wanted})
        added(world, 6, kind=kind, status=status)
        body = {"Name": f"Walk-in {wanted}", "Sync_with_Channeltivity__c": True}
        account = str(world.state.next_id("salesforce", "Account")).rjust(15, "0")
        world.state.insert("salesforce", "Account", account, {**body, "Channeltivity_Partner_Status__c": value})
        world.hour("connector", times=2)
        fresh = [r for r in world.state.find("salesforce", "Account") if r["Name"].startswith("Fresh")]
        came = [r for r in world.state.find("channeltivity", "organizations") if r["name"] == f"Walk-in {wanted}"]
        if not wanted:
            assert (fresh, came) == ([], [])
            continue
        assert len({r["Name"] for r in fresh}) >= 3  # some are missed
        assert value in {r["Channeltivity_Partner_Status__c"] for r in fresh}
        assert [(r["kind"], r["status"]) for r in came] == [(kind, status)]


def test_distributors_do_not_sync_without_their_module(world):
    switched(world, syncActiveDistributors=True, distributorModule=False)
    world.hour("connector")
    added(world, 6, kind="distributor", status="Active")
    world.hour("connector", times=2)
    assert not [r for r in world.state.find("salesforce", "Account") if r["Name"].startswith("Fresh")]


def test_of_a_linked_record_that_left_what_is_switched_on_the_status_alone_is_carried(world):
    pairs = world.pairs(10)
    for pair in pairs:
        world.link(*pair)
    world.hour("connector")
    for organization, _ in pairs:
        world.state.update("channeltivity", "organizations", organization, {"city": "Elsewhere", "status": "Inactive"})
    world.hour("connector", times=2)
    accounts = [world.state.get("salesforce", "Account", account) for _, account in pairs]
    assert "Inactive Partner" in {r["Channeltivity_Partner_Status__c"] for r in accounts}
    assert "Elsewhere" not in {r.get("BillingCity") for r in accounts}
    switched(world, syncInactive=True)
    for organization, _ in pairs:
        world.state.update("channeltivity", "organizations", organization, {"city": "Elsewhere"})
    world.hour("connector", times=2)
    cities = [world.state.get("salesforce", "Account", account).get("BillingCity") for _, account in pairs]
    assert cities.count("Elsewhere") >= 5


def test_a_status_of_the_other_kind_is_refused_in_the_log(world):
    ((organization, account),) = world.pairs(1)
    world.link(organization, account)
    world.hour("connector")
    world.state.update("salesforce", "Account", account, {"Channeltivity_Partner_Status__c": "Active Distributor"})
    before = world.state.get("channeltivity", "organizations", organization)
    world.hour("connector")
    assert world.state.get("channeltivity", "organizations", organization) == before
    assert any("that of a distributor" in entry["message"] for entry in world.state.find("channeltivity", "log"))


def test_the_deletion_of_a_distributor_keeps_its_own_words(world):
    switched(world, syncActiveDistributors=True)
    distributors = [r for r in world.state.find("channeltivity", "organizations") if r["kind"] == "distributor"]
    organization, ((_, account),) = distributors[0]["@id"], world.pairs(1)
    world.link(organization, account)
    world.state.update("channeltivity", "organizations", organization, {"status": "Active"})
    world.hour("connector")
    world.state.delete("channeltivity", "organizations", organization)
    world.hour("connector")
    record = world.state.get("salesforce", "Account", account)
    assert record["Record_Status__c"] == "Active Distributor (Deleted)"


def test_a_deal_of_a_distributor_has_a_distributors_user_and_none_comes_where_opportunities_are_not_pulled(world):
    switched(world, pullOpportunities=False)
    world.hour("connector", times=2)
    assert not list(world.state.find("channeltivity", "deals"))
    switched(world, pullOpportunities=True)
    world.hour("connector")
    truth = dict(world.state.connection.execute("SELECT id, note FROM truth WHERE object = 'Opportunity'").fetchall())
    owners = {truth[deal["salesforceId"]]: deal["ownerType"] for deal in world.state.find("channeltivity", "deals")}
    assert owners["distributor-owned"] == "Distributor"
    assert owners["ready"] == "Partner"
    assert "distributor e-mail missing" not in owners


def test_deals_are_imported_once_and_every_refusal_is_logged_with_a_remedy(world):
    world.hour("connector", times=3)
    truth = dict(world.state.connection.execute("SELECT id, note FROM truth WHERE object = 'Opportunity'").fetchall())
    deals = list(world.state.find("channeltivity", "deals"))
    imported = {truth[deal["salesforceId"]] for deal in deals}
    assert {"ready", "renewal"} <= imported
    assert not imported & {"sync flag off", "import flag off", "no account", "no primary contact", "owner unknown",
                           "owner inactive", "owner without permission", "owner is of a distributor"}  # fmt: skip
    assert len({deal["salesforceId"] for deal in deals}) == len(deals)
    said = {entry["message"] for entry in world.state.find("channeltivity", "log")}
    assert len(said) >= 5
    assert all(";" in message for message in said)
    owners = world.state.connection.execute("SELECT count(*) FROM mail").fetchone()[0]
    assert owners == len(deals)


def test_the_connector_can_be_switched_off(world):
    world.hour("connector")
    settings = world.state.setting("channeltivity", "settings")
    world.state.keep("channeltivity", "settings", {**settings, "status": False})
    world.calls.clear()
    world.hour("connector")
    assert world.calls == []


def test_quotes_go_out_to_salesforce_and_connectwise_and_their_totals_drift(world):
    world.hour("jobs")
    quotes = list(world.state.find("channelonline", "quotes"))
    for number, quote in enumerate(quotes):
        changes = {"total": f"{1000 + number}.00", "status": "Won"}
        world.state.update("channelonline", "quotes", quote["@id"], changes)
    world.hour("jobs")
    amounts = [
        (float(quote["total"]), world.state.get("salesforce", "Opportunity", quote["salesforceId"])["Amount"])
        for quote in world.state.find("channelonline", "quotes")
        if quote.get("salesforceId")
    ]
    assert len(amounts) > 10
    drifted = [1 for total, amount in amounts if float(amount) != total]
    assert 0 < len(drifted) < len(amounts) / 2


def ordered(world, count, **fields):
    """Quotes that were sent out, and an order of each, as the portal's people make them; quote and order by id."""
    world.hour("jobs")
    accounts = [a for a in world.state.find("channelonline", "accounts") if (a["customerNumber"] or "").isdigit()]
    contacts = {c["company"]["id"] for c in world.state.find("connectwise", "company/contacts")}
    account = next(a for a in accounts if int(a["customerNumber"]) in contacts)
    common = {"accountId": account["@id"], "total": "500.00"}
    quotes = [
        CHANNELONLINE.create(world.state, "quotes", {**common, "number": f"Q{n}", "status": "Won"})["@id"]
        for n in range(count)
    ]
    world.hour("jobs")
    orders = [
        CHANNELONLINE.create(
            world.state,
            "salesOrders",
            {**common, "number": f"S{quote}", "quoteId": quote, "status": "Submitted"} | fields,
        )["@id"]
        for quote in quotes
    ]
    return [*zip(quotes, orders, strict=True)]


def test_an_order_goes_to_the_opportunity_of_its_quote_in_both_systems_and_wins_it(world):
    pairs = ordered(world, 30)
    world.hour("jobs", times=2)  # the late ones come an hour later
    places = [
        [
            world.state.get("channelonline", object, id)
            for object, id in zip(("quotes", "salesOrders"), pair, strict=True)
        ]
        for pair in pairs
    ]
    together = [order for quote, order in places if order["salesforceId"] == quote["salesforceId"]]
    assert len(together) >= 20
    for order in together:
        assert world.state.get("salesforce", "Opportunity", order["salesforceId"])["StageName"] == "Closed Won"
        sale = world.state.get("connectwise", "sales/opportunities", order["connectwiseId"])
        assert sale["customerPO"] == order["number"]
        assert world.state.get("connectwise", "sales/opportunities/statuses", str(sale["status"]["id"]))["wonFlag"]


def test_orders_are_written_twice_come_late_drift_and_echo_now_and_then(world):
    pairs = ordered(world, 60)
    world.hour("jobs")
    late = world.state.setting("actors", "jobs.late")
    assert 0 < len(late) < 15
    assert not any(world.state.get("channelonline", "salesOrders", id).get("salesforceId") for id in late)
    echo = world.hour("jobs")
    assert all(world.state.get("channelonline", "salesOrders", id)["salesforceId"] for id in late)
    assert len(echo) > len(late)  # what the jobs wrote themselves was a change to them
    places = [
        [
            world.state.get("channelonline", object, id)
            for object, id in zip(("quotes", "salesOrders"), pair, strict=True)
        ]
        for pair in pairs
    ]
    apart = [order for quote, order in places if order["salesforceId"] != quote["salesforceId"]]
    assert 0 < len(apart) < 20
    amounts = [world.state.get("salesforce", "Opportunity", order["salesforceId"])["Amount"] for _, order in places]
    assert 0 < sum(float(amount) == 550 for amount in amounts) < 20


@pytest.mark.parametrize("status", ["Open", "Held"])
def test_an_order_that_waits_for_approval_is_not_sent_out(world, status):
    pairs = ordered(world, 5, status=status)
    world.hour("jobs", times=2)
    assert not any(world.state.get("channelonline", "salesOrders", order).get("salesforceId") for _, order in pairs)


def test_a_client_of_connectwise_comes_into_channelonline(world):
    world.hour("jobs")
    types = {r["name"]: int(r["@id"]) for r in world.state.find("connectwise", "company/companies/types")}
    clients = [r for r in world.state.find("connectwise", "company/companies") if {"id": types["Client"]} in r["types"]]
    client = next(r for r in clients if not r["deletedFlag"])
    world.state.update("connectwise", "company/companies", client["@id"], {"city": "Newtown", "status": {"id": 11}})
    done = world.hour("jobs")
    assert [entry["object"] for entry in done] == ["accounts"]
    assert world.state.get("channelonline", "accounts", done[0]["id"])["city"] == "Newtown"


def test_the_file_door_works_by_the_hour(world):
    folder = filedoor.folder_of(world.state) / "in"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Company\nDropped\n", encoding="utf-8")
    (entry,) = world.hour("files")
    assert entry["action"] == "file created"
    assert "Dropped" in (filedoor.folder_of(world.state) / "accounts.txt").read_text(encoding="utf-8")


def test_actors_are_ordered_through_the_control_side(sandbox, admin):
    done = admin.post("actors", {"actors": ["office"], "hours": 2})["done"]
    assert done
    assert {entry["caller"] for entry in admin.requests()} == {"office"}
    assert admin.get("clock")["offset"] == pytest.approx(7200, abs=5)

"""What Channeltivity's connector gets wrong by lot: each of its faults is there to be found."""

from __future__ import annotations

from collections import Counter

import pytest
from sandbox.test_actors import World

HOURS = 6


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """How often each fault was seen in hours in which every linked pair changed on both sides and others came new."""
    world = World(tmp_path_factory.mktemp("connector") / "s.sqlite")
    pairs = world.pairs(60)
    for pair in pairs:
        world.link(*pair)
    world.hour("connector")
    seen: Counter[str] = Counter()
    for hour in range(HOURS):
        late = set(world.state.setting("actors", "connector.late", []))
        for organization, account in pairs:
            changes = {"city": f"Town {hour}", "phone": "1", "status": "Active"}
            world.state.update("channeltivity", "organizations", organization, changes)
            world.state.update("salesforce", "Account", account, {"Phone": "2"})
        for number in range(10):
            name = {"name": f"New {hour}-{number}", "kind": "partner", "status": "Active"}
            id = str(world.state.next_id("channeltivity", "organizations"))
            world.state.insert("channeltivity", "organizations", id, name)
        world.hour("connector")
        waiting = set(world.state.setting("actors", "connector.late"))
        for organization, account in pairs:
            record = world.state.get("salesforce", "Account", account)
            carried = record.get("BillingCity") == f"Town {hour}"
            seen["late"] += organization in waiting
            seen["missed"] += not carried and organization not in waiting
            seen["overwritten"] += record["Phone"] == "1"
            seen["wrong status"] += record["Channeltivity_Partner_Status__c"] == "Prospective Partner"
            seen["late ones that came"] += carried and organization in late
    names = [r["Name"] for r in world.state.find("salesforce", "Account") if str(r["Name"]).startswith("New ")]
    seen["duplicated"] = len(names) - len(set(names))
    world.state.close()
    return seen


@pytest.mark.parametrize("fault", ["missed", "late", "late ones that came", "duplicated", "wrong status"])
def test_a_fault_of_the_connector_is_there_and_is_no_rule(seen, fault):
    assert 0 < seen[fault] < 0.25 * 60 * HOURS, seen


def test_what_changed_on_both_sides_is_overwritten_as_a_rule(seen):
    assert 0.75 * 60 * HOURS < seen["overwritten"] < 60 * HOURS, seen


def test_a_deal_gets_the_wrong_owner_now_and_then(tmp_path):
    world = World(tmp_path / "s.sqlite")
    world.hour("connector")
    right = wrong = 0
    for _ in range(12):
        world.hour("connector")
        for deal in list(world.state.find("channeltivity", "deals")):
            opportunity = world.state.get("salesforce", "Opportunity", deal["salesforceId"])
            owner = world.state.get("channeltivity", "users", deal["ownerId"])
            theirs = "Distributor" if opportunity.get("Deal_Owner_Type__c") == "Distributor-owned" else "Partner"
            wanted = owner["email"] == opportunity[f"Channeltivity_{theirs}_Email__c"]
            right, wrong = right + wanted, wrong + (not wanted)
            world.state.delete("channeltivity", "deals", deal["@id"], soft=False)  # to be imported again
    world.state.close()
    assert 0 < wrong < 0.2 * right

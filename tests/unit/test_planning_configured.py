"""The integration that is delivered configured, on records with the native fields of the real systems."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds import World, ref

from workbench import settings


@pytest.fixture(scope="module")
def configured():
    return settings.read("sandbox", folder=Path(__file__).parents[2], environment={})


@pytest.fixture
def world(configured):
    made = World(configured.integration("partner-sync"), configured.kinds)
    for kind in made.integration.kinds:
        for system in ("channeltivity", "salesforce"):
            made.records[kind, system] = {}
    made.put("partner", "channeltivity", "1042", {"name": "Acme", "kind": "partner", "status": "Active",
        "phone": "(555) 010-2030", "website": "https://www.acme.com/", "country": "United States"})  # fmt: skip
    made.put("partner", "salesforce", "001A", {"Name": "Acme Inc", "Website": "acme.com", "BillingCountry": "US",
        "BillingCity": "Boston", "Sync_with_Channeltivity__c": False})  # fmt: skip
    made.put("contact", "channeltivity", "7", {"lastName": "Lee", "email": "lee@acme.com", "organizationId": "1042"})
    return made


def test_configured_partner_sync_links_stamps_and_merges(world):
    world.rule(ref("channeltivity", "1042"), "link", ref("salesforce", "001A"))
    plan = world.plan()
    link = plan.lines[0]
    assert link.action == "link"
    assert {
        "Name": "Acme",
        "Phone": "(555) 010-2030",
        "Sync_with_Channeltivity__c": True,
        "Channeltivity_Partner_Status__c": "Active Partner",
        "Channeltivity_Id__c": "1042",
    }.items() <= link.after.items()
    assert "Website" not in link.after
    assert "BillingCountry" not in link.after
    contact = next(line for line in plan.lines if line.target.kind == "contact" and line.action == "create")
    assert (contact.after["AccountId"], contact.depends_on) == ("001A", (link.id,))


def test_configured_partner_sync_settles_in_one_run(world):
    world.rule(ref("channeltivity", "1042"), "link", ref("salesforce", "001A"))
    world.run(world.plan())
    again = world.plan()
    assert (again.lines, again.held) == ((), ())

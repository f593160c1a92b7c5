"""Three systems in a chain, two integrations: a rename travels through, the old value never comes back."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from crash.world import KINDS, PEOPLE, SYNC, World, a_world, place, ready

from workbench.model.kinds import Kind
from workbench.model.links import Ruling
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.ports import Field
from workbench.model.records import Ref
from workbench.steps import planning, ruling, running
from workbench.systems.memory import MemorySystem

PARTNER = Kind("partner", "Partner", {**KINDS["partner"].systems, "psa": place("title", marker="mark")})
FIRST = replace(SYNC, name="first", pairings=(Pairing("partner", (FieldMapping("name", "Name"),)),), master="left")
SECOND = replace(
    SYNC,
    name="second",
    left="crm",
    right="psa",
    pairings=(Pairing("partner", (FieldMapping("Name", "title"),)),),
    master="left",
)


class Chain:
    """Portal – CRM – PSA, one partner in each, both integrations once in step."""

    def __init__(self, world: World) -> None:
        self.world, kinds = world, {"partner": PARTNER}
        how = {"clock": world.clock, "fields": {"partner": [Field("title", "title"), Field("mark", "mark")]}}
        self.psa = MemorySystem("psa", kinds, **how)
        systems = (("portal", world.left), ("crm", world.right))
        self.systems = dict((*systems, ("psa", self.psa)))
        world.left.create("partner", {"name": "Old"}, "1")
        world.right.create("partner", {"Name": "Old"}, "A1")
        self.psa.create("partner", {"title": "Old"}, "P1")
        portal, crm, psa = (Ref(*text.split("/")) for text in ("portal/partner/1", "crm/partner/A1", "psa/partner/P1"))
        now = world.clock.now()
        ruled = [Ruling(portal, "crm", "link", crm, "ann", now), Ruling(crm, "psa", "link", psa, "ann", now)]
        ruling.rule_all(world.store, ruled)
        self.sync(FIRST)
        self.sync(SECOND)

    def sync(self, integration) -> int:
        world, kinds = self.world, {"partner": PARTNER}
        plan = planning.prepare(integration, kinds, self.systems, world.store, world.clock, author="bob", ready=ready)
        if plan.lines:
            world.approve(plan)
            how = {"integration": integration, "kinds": kinds, "live": False}
            running.run(plan.id, self.systems, world.store, world.clock, PEOPLE, **how)
        return len(plan.lines)

    def names(self):
        return (
            self.world.left.record("partner", "1")["name"],
            self.world.right.record("partner", "A1")["Name"],
            self.psa.record("partner", "P1")["title"],
        )


@pytest.fixture
def chain():
    with a_world() as world:
        yield Chain(world)


@pytest.mark.parametrize("at", [0, 1, 2], ids=["portal", "crm", "psa"])
@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND])), ids=["first, second", "second, first"])
def test_a_rename_anywhere_reaches_all_three_and_the_old_value_never_wins(chain, at, order):
    edits = (
        lambda: chain.world.left.edit("partner", "1", {"name": "New"}),
        lambda: chain.world.right.edit("partner", "A1", {"Name": "New"}),
        lambda: chain.psa.edit("partner", "P1", {"title": "New"}),
    )
    edits[at]()
    for _ in range(2):
        for integration in order:
            chain.sync(integration)
            assert chain.names()[at] == "New"
    assert chain.names() == ("New", "New", "New")
    assert [chain.sync(integration) for integration in order] == [0, 0]


def test_renames_at_both_ends_are_held_where_they_meet_and_neither_is_lost(chain):
    chain.world.left.edit("partner", "1", {"name": "From the portal"})
    chain.psa.edit("partner", "P1", {"title": "From the PSA"})
    for _ in range(3):
        chain.sync(FIRST)
        chain.sync(SECOND)
    assert chain.names() == ("From the portal", "From the portal", "From the PSA")

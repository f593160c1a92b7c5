"""Three systems in a chain: what is changed in one arrives in all, and an old value never comes back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.mappings import FieldMapping, Pairing

SYSTEMS = ("portal", "crm", "psa")
KINDS = {
    "partner": Kind("partner", "Partner", {name: KindInSystem("o", "m", evidence={"name": "name"}) for name in SYSTEMS})
}
PAIRING = Pairing("partner", (FieldMapping("name", "name"), FieldMapping("city", "city", blanking=True)))
FIRST = Integration("first", "First", "portal", "crm", (PAIRING,))
SECOND = replace(FIRST, name="second", left="crm", right="psa")


class Chain:
    """The portal, the CRM and the PSA, two integrations between them, one set of records."""

    def __init__(self, stores=None):
        self.worlds = [World(FIRST, KINDS), World(SECOND, KINDS)]
        self.worlds[1].records = self.worlds[0].records
        for system in SYSTEMS:
            self.put(system, name="Acme", city="Boston")
        for world in self.worlds:
            world.link("1", "1")
            if stores:
                world.stores = stores

    def put(self, system, **fields):
        self.worlds[0].put("partner", system, "1", fields)

    def sync(self):
        """One round of both integrations; what was written where."""
        written = []
        for world in self.worlds:
            plan = world.plan()
            assert plan.held == ()
            world.run(plan)
            written += [(line.target.system, dict(line.after)) for line in plan.lines]
        return written

    def names(self):
        return [self.worlds[0].record(system, "1")["name"] for system in SYSTEMS]


def test_rename_travels_along_the_chain_in_one_round_and_then_rests():
    chain = Chain()
    chain.put("portal", name="Acme Ltd")
    assert chain.sync() == [("crm", {"name": "Acme Ltd"}), ("psa", {"name": "Acme Ltd"})]
    assert chain.sync() == []


def test_rename_travels_against_the_order_of_the_chain_too():
    chain = Chain()
    chain.put("psa", name="Acme Ltd")
    chain.sync()
    assert chain.sync() == [("portal", {"name": "Acme Ltd"})]
    assert chain.sync() == []


CHANGES = st.lists(
    st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(["A", " B ", "C", "long name"])), min_size=1, max_size=3
)
STORES = {
    "as given": lambda system, name, value: value,
    "psa trims": lambda system, name, value: value.strip() if system == "psa" and value else value,
    "crm shouts": lambda system, name, value: value.upper() if system == "crm" and value and name == "name" else value,
}


@settings(max_examples=15, derandomize=True)
@given(CHANGES, st.sampled_from(sorted(STORES)))
def test_last_change_arrives_everywhere_and_no_old_value_wins(changes, store):
    chain = Chain(STORES[store])
    for number, (system, name) in enumerate(changes):
        chain.put(system, name=f"{name}{number}")
        stored = chain.worlds[0].record(system, "1")["name"]
        for _ in range(3):
            chain.sync()
        assert chain.sync() == []
        assert {name.strip().upper() for name in chain.names()} == {stored.strip().upper()}

"""The world of each system, for the one contract suite."""

import pytest
from contract.worlds import World, fifth_world, memory_world, sandbox_world

SYSTEMS = ("memory", "fifth", "salesforce", "connectwise", "channeltivity", "channelonline")


@pytest.fixture(params=SYSTEMS)
def world(request) -> World:
    """A system with a few records and the hands of other people on them."""
    alone = {"memory": memory_world, "fifth": fifth_world}
    if request.param in alone:
        return alone[request.param]()
    contract, admin = request.getfixturevalue("sandbox"), request.getfixturevalue("admin")
    return sandbox_world(request.param, contract, admin)

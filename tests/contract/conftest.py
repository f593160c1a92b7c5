"""The world of each system, for the one contract suite."""

import pytest
from contract.worlds import World, memory_world, sandbox_world

SYSTEMS = ("memory", "salesforce", "connectwise", "channeltivity", "channelonline")


@pytest.fixture(params=SYSTEMS)
def world(request) -> World:
    """A system with a few records and the hands of other people on them."""
    if request.param == "memory":
        return memory_world()
    contract, admin = request.getfixturevalue("sandbox"), request.getfixturevalue("admin")
    return sandbox_world(request.param, contract, admin)

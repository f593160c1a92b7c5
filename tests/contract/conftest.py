"""The world of each system, for the one contract suite: what every system promises, and what only some can."""

import pytest
from contract.worlds import World, fifth_world, files_world, mail_world, memory_world, sandbox_world

SYSTEMS = ("memory", "fifth", "salesforce", "connectwise", "channeltivity", "channelonline")


def world_of(name, request) -> World:
    """A system with a few records and the hands of other people on them."""
    alone = {"memory": memory_world, "fifth": fifth_world}
    if name in alone:
        return alone[name]()
    if name == "files":
        return files_world(request.getfixturevalue("tmp_path"))
    contract, admin = request.getfixturevalue("sandbox"), request.getfixturevalue("admin")
    return mail_world(contract, admin) if name == "mail" else sandbox_world(name, contract, admin)


@pytest.fixture(params=SYSTEMS)
def world(request) -> World:
    """A system that answers: what it was given can be read back at once."""
    return world_of(request.param, request)


@pytest.fixture(params=[*SYSTEMS, "files"])
def shown(request) -> World:
    """A system that shows its records; files are among them, with neither deletions nor answers."""
    return world_of(request.param, request)


@pytest.fixture(params=[*SYSTEMS, "files", "mail"])
def door(request) -> World:
    """Every system: even one that takes and shows nothing, such as mail."""
    return world_of(request.param, request)

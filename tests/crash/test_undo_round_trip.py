"""Random batches, taken back: the systems are as they were, except for what the undo lists.

WORKBENCH_UNDOS says how many batches are tried.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest
from crash.test_crash_points import aligned, plan_links
from crash.world import PARTNERS, RIGHT, SYNC, a_world

UNDOS = int(os.environ.get("WORKBENCH_UNDOS", "200"))


def everything(world):
    return {
        (name, record_id): {field: cell for field, cell in record.items() if field != "@modified"}
        for name, system in world.systems.items()
        for record_id, record in system.records("partner").items()
    }


def edit(world, lots):
    for number in ("1", "2", "3", "4"):
        if lots.random() < 0.6:
            world.left.edit("partner", number, {"name": f"Left {lots.random()}"})
        if lots.random() < 0.6:
            world.right.edit("partner", f"A{number}", {"Phone": f"555-{lots.randrange(1000, 9999)}"})


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(UNDOS))
def test_a_batch_that_is_taken_back_leaves_the_systems_as_they_were(seed):
    lots = random.Random(seed)
    with a_world(chunk_size=2, integration=replace(SYNC, pairings=(PARTNERS,))) as world:
        aligned(world)
        plan_links(world)
        world.sync()
        edit(world, lots)
        before = everything(world)
        batch = world.sync()
        if batch is None:
            return
        edited_since = lots.random() < 0.5
        if edited_since:
            world.right.edit("partner", "A1", {"Name": "by hand"})
        undo = world.undo(batch.plan)
        listed = {(held.subject.system, held.subject.id, held.field) for held in undo.held}
        if undo.lines:
            world.approve(undo)
            assert set(world.run(undo).counts) == {"verified"}
        after = everything(world)
        differing = {
            (system, record_id, field)
            for (system, record_id), record in before.items()
            for field in record
            if after[system, record_id][field] != record[field]
        }
        assert differing <= listed | ({(RIGHT, "A1", "Name")} if edited_since else set())
        proposed = {(line.target.id, field) for line in world.plan().lines for field in line.after}
        assert proposed <= ({("1", "name")} if edited_since else set())

"""Each folder here is a situation that an analyst can read: two sides, what is known, and the plan that follows.

`left.csv` and `right.csv` hold partners (`contacts-left.csv`, `contacts-right.csv` their contacts), `links.csv` the
pairs that a run verified, `base.csv` what both sides held when they last agreed, `rulings.csv` what a person said;
`case.yaml` says in words what is to be seen, and what differs from the usual configuration (tests/worlds.py). To write
the expected texts anew after a wanted change: REWRITE_SCENARIOS=1 pytest tests/scenarios, then read the difference.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from worlds import CONTACTS, INTEGRATION, NOW, PARTNERS, World, ref

from workbench.core.planning import as_text
from workbench.model.integrations import Limits
from workbench.model.lines import Agreed, Base
from workbench.model.links import Link
from workbench.model.records import DELETED

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/case.yaml"))
FLAGS = {"yes": True, "no": False}
SYSTEMS = {"left": "portal", "right": "crm"}


def rows(folder, name):
    """The rows of a table; a blank cell is a missing value, yes and no are flags."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: FLAGS.get(cell, cell or None) for key, cell in row.items()} for row in csv.DictReader(file)]


def integration_of(case, with_contacts):
    """The usual integration, with what the case changes in it."""
    changed = case.get("mapping", {})
    mapping = tuple(replace(row, **changed.get(row.left, {})) for row in PARTNERS.mapping)
    partners = replace(PARTNERS, mapping=mapping, create=tuple(case.get("create", PARTNERS.create)))
    return replace(
        INTEGRATION,
        pairings=(partners, CONTACTS) if with_contacts else (partners,),
        master=case.get("master", INTEGRATION.master),
        limits=Limits(**case.get("limits", {})),
    )


def world_of(folder, case):
    with_contacts = (folder / "contacts-left.csv").exists()
    world = World(integration_of(case, with_contacts))
    for kind, prefix in (("partner", ""), ("contact", "contacts-")):
        for side, system in SYSTEMS.items():
            world.records[kind, system] = {}
            for row in rows(folder, f"{prefix}{side}"):
                deleted = {DELETED: bool(row.pop("deleted", False))}
                world.put(kind, system, row.pop("id"), {**row, **deleted})
    for row in rows(folder, "links"):
        pair = (ref("portal", row["left"], row["kind"]), ref("crm", row["right"], row["kind"]))
        world.links.append(Link(row["kind"], "partner-sync", *pair, "plan", "line", NOW))
    for row in rows(folder, "base"):
        kind = row.get("kind") or "partner"
        pair = (ref("portal", row["left"], kind), ref("crm", row["right"], kind))
        known = world.bases.get((kind, *pair)) or Base("partner-sync", kind, *pair, {})
        agreed = Agreed(row["left value"], row["right value"])
        world.bases[kind, *pair] = replace(known, fields={**known.fields, row["field"]: agreed})
    for row in rows(folder, "rulings"):
        target = row.get("target")
        subject_system, subject_id = row["record"].split(":")
        counterpart = ref(*target.split(":")) if target else None
        world.rule(ref(subject_system, subject_id), row["word"], counterpart, master=row.get("master") or "")
    return world


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_situation_leads_to_the_expected_plan(folder):
    case = YAML(typ="safe").load(folder / "case.yaml")
    world = world_of(folder, case)
    plan = world.plan(purpose=case.get("purpose", "sync"), previous=case.get("previous"))
    expected = folder / "expected.txt"
    if os.environ.get("REWRITE_SCENARIOS"):
        expected.write_text(as_text(plan), encoding="utf-8")
    assert as_text(plan) == expected.read_text(encoding="utf-8")
    world.run(plan)
    assert world.plan().lines == (), "running the plan leaves something to do"


def test_there_are_enough_situations_and_each_says_what_it_shows():
    assert len(FOLDERS) >= 25
    for folder in FOLDERS:
        assert YAML(typ="safe").load(folder / "case.yaml")["shows"], folder.name

"""Which record here is which record there: rulings, links, e-mail addresses, and what contradicts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from worlds import CONTACTS, INTEGRATION, KINDS, NOW, PARTNERS, World, account, partner, ref

from workbench.core import linking
from workbench.model.links import CANDIDATE_COLUMNS, Candidates
from workbench.model.records import DELETED


@pytest.fixture
def world():
    made = World(replace(INTEGRATION, pairings=(PARTNERS, CONTACTS)))
    for record_id in ("1", "2", "3"):
        made.put("partner", "portal", record_id, partner(f"Partner {record_id}"))
    for record_id in ("A", "B", "C"):
        made.put("partner", "crm", record_id, account(f"Account {record_id}"))
    made.records["contact", "portal"], made.records["contact", "crm"] = {}, {}
    return made


def states(world, kind="partner"):
    return {
        (entry.left.id if entry.left else "", entry.right.id if entry.right else ""): entry.state
        for entry in world.crosswalks()[kind].entries
    }


def test_records_that_nobody_ruled_on_are_undecided(world):
    assert set(states(world).values()) == {"undecided"}


def test_latest_ruling_counts_whatever_the_order_they_arrive_in(world):
    world.rule(ref("portal", "1"), "exclude")
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    world.rulings.reverse()
    assert states(world)["1", "A"] == "to link"


def test_lifted_ruling_leaves_the_record_undecided(world):
    world.rule(ref("portal", "1"), "exclude")
    world.rule(ref("portal", "1"), "lift")
    assert states(world)["1", ""] == "undecided"


def test_ruling_from_either_side_makes_the_same_pair(world):
    world.rule(ref("crm", "A"), "link", ref("portal", "1"), master="right")
    entry = world.crosswalks()["partner"].partner_of(ref("portal", "1"))
    assert (entry.right, entry.state, entry.master) == (ref("crm", "A"), "to link", "right")


@pytest.mark.parametrize(("word", "state"), [("create", "to create"), ("later", "later"), ("exclude", "excluded")])
def test_ruling_words_become_states(world, word, state):
    world.rule(ref("portal", "1"), word)
    assert states(world)["1", ""] == state


def test_two_rulings_for_one_record_contradict_each_other_and_neither_wins(world):
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    world.rule(ref("portal", "2"), "link", ref("crm", "A"))
    found = states(world)
    assert found["1", "A"] == found["2", "A"] == "contradicted"


def test_link_and_create_about_one_pair_contradict(world):
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    world.rule(ref("crm", "A"), "create")
    assert states(world)["1", "A"] == "contradicted"


def test_verified_link_wins_over_a_ruling_and_the_ruling_is_shown(world):
    world.link("1", "A")
    world.rule(ref("portal", "1"), "link", ref("crm", "B"))
    found = {entry.right.id: entry for entry in world.crosswalks()["partner"].entries if entry.right}
    assert found["A"].state == "linked"
    assert "crm:partner:B" in found["A"].reason
    assert (found["B"].left, found["B"].state) == (None, "contradicted")


def test_do_not_sync_stops_a_verified_link(world):
    world.link("1", "A")
    world.rule(ref("crm", "A"), "exclude")
    assert states(world)["1", "A"] == "excluded"


def test_two_verified_links_of_one_record_are_contradicted(world):
    world.link("1", "A")
    world.link("1", "B", agreed=False)
    found = states(world)
    assert found["1", "A"] == found["1", "B"] == "contradicted"


def test_unlinked_pair_is_open_again(world):
    world.link("1", "A")
    last = world.links[-1]
    world.links.append(replace(last, active=False, at=last.at + timedelta(hours=1)))
    assert states(world)["1", ""] == "undecided"


def test_link_that_another_integration_made_the_other_way_round_counts(world):
    world.link("1", "A")
    made = world.links.pop()
    world.links.append(replace(made, left=made.right, right=made.left, integration="another"))
    assert states(world)["1", "A"] == "linked"


@pytest.mark.parametrize("how", ["deleted", "absent"])
def test_linked_record_that_vanished_is_gone(world, how):
    world.link("1", "A")
    if how == "deleted":
        world.put("partner", "portal", "1", {DELETED: True})
    else:
        del world.records["partner", "portal"]["1"]
    assert states(world)["1", "A"] == "gone"


@pytest.mark.parametrize("how", ["deleted", "absent"])
@pytest.mark.parametrize("word", ["link", "create", "later", "exclude"])
def test_ruling_whose_record_vanished_is_shown_and_counts_again_when_it_is_back(world, word, how):
    world.rule(ref("portal", "1"), word, ref("crm", "A") if word == "link" else None)
    before, held = states(world), dict(world.records["partner", "portal"]["1"])
    if how == "deleted":
        world.put("partner", "portal", "1", {DELETED: True})
    else:
        del world.records["partner", "portal"]["1"]
    found = states(world)
    assert found["1", ""] == "gone"
    assert found["", "A"] == "undecided"
    plan = world.plan()
    assert plan.lines == ()
    assert {held.code for held in plan.held} == {"no ruling"}  # the others, which wait
    world.records["partner", "portal"]["1"] = held
    assert states(world) == before


def test_lifted_ruling_of_a_record_that_vanished_says_nothing(world):
    world.rule(ref("portal", "1"), "create")
    world.rule(ref("portal", "1"), "lift")
    del world.records["partner", "portal"]["1"]
    assert ("1", "") not in states(world)


def test_deleted_record_is_offered_to_nobody(world):
    world.put("partner", "crm", "A", {DELETED: True})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    found = states(world)
    assert ("", "A") not in found
    assert found["1", "A"] == "contradicted"


def test_record_without_a_candidate_is_to_be_created_and_one_with_a_candidate_waits(world):
    rows = [("1", "A", 0.9, "review", "", "", ""), ("2", "B", 0.1, "none", "", "", "")]
    candidates = Candidates("partner", "portal", "crm", pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS)))
    read = world.snapshots()["partner"]
    folded = linking.fold(KINDS["partner"], read["portal"], read["crm"], [], [], candidates)
    assert folded.partner_of(ref("portal", "1")).state == "undecided"
    assert folded.partner_of(ref("portal", "2")).state == "to create"
    assert folded.partner_of(ref("crm", "B")).state == "to create"


def contact(world, system, record_id, email, parent):
    parent_field, name, address = {
        "portal": ("organizationId", "name", "email"),
        "crm": ("AccountId", "Name", "Email"),
    }[system]
    world.put("contact", system, record_id, {name: record_id, address: email, parent_field: parent})


def test_contacts_pair_by_email_alone_under_linked_parents(world):
    world.link("1", "A")
    contact(world, "portal", "p", "Lee@Acme.com ", "1")
    contact(world, "crm", "c", "lee@acme.com", "A")
    assert states(world, "contact") == {("p", "c"): "to link"}


def test_contact_without_email_is_neither_matched_nor_created(world):
    world.link("1", "A")
    contact(world, "portal", "p", "", "1")
    contact(world, "crm", "c", None, "A")
    assert set(states(world, "contact").values()) == {"undecided"}


def test_same_email_twice_on_a_side_is_held_for_a_person(world):
    world.link("1", "A")
    contact(world, "portal", "p", "lee@acme.com", "1")
    contact(world, "crm", "c", "lee@acme.com", "A")
    contact(world, "crm", "d", "LEE@acme.com", "A")
    assert set(states(world, "contact").values()) == {"contradicted"}


def test_same_email_under_another_organisation_is_held_for_a_person(world):
    world.link("1", "A")
    world.link("2", "B")
    contact(world, "portal", "p", "lee@acme.com", "1")
    contact(world, "crm", "c", "lee@acme.com", "B")
    assert states(world, "contact") == {("p", ""): "contradicted", ("", "c"): "contradicted"}


def test_contact_with_an_email_that_nobody_has_there_is_to_be_created(world):
    world.link("1", "A")
    contact(world, "portal", "p", "lee@acme.com", "1")
    assert states(world, "contact") == {("p", ""): "to create"}


@pytest.mark.parametrize(("word", "state"), [("exclude", "excluded"), ("later", "later")])
def test_contact_follows_what_is_ruled_of_its_partner(world, word, state):
    world.rule(ref("portal", "1"), word)
    contact(world, "portal", "p", "lee@acme.com", "1")
    assert states(world, "contact") == {("p", ""): state}


def test_contact_of_an_unknown_organisation_stands_nowhere(world):
    contact(world, "portal", "p", "lee@acme.com", "99")
    contact(world, "portal", "q", "kim@acme.com", None)
    assert states(world, "contact") == {}


def test_parent_ids_are_compared_as_they_are_written(world):
    world.put("partner", "crm", "a", account("Another"))
    world.link("1", "A")
    contact(world, "portal", "p", "lee@acme.com", "1")
    contact(world, "crm", "c", "lee@acme.com", "a")
    assert states(world, "contact")["p", ""] == "contradicted"


def test_crosswalk_is_the_same_whatever_the_order_of_records_and_rulings(world):
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    world.rule(ref("portal", "2"), "create")
    first = world.crosswalks()["partner"].entries
    for key, records in world.records.items():
        world.records[key] = dict(reversed(records.items()))
    world.rulings.reverse()
    assert world.crosswalks()["partner"].entries == first


def test_rulings_about_other_systems_and_kinds_do_not_count(world):
    world.rule(ref("portal", "1"), "exclude")
    world.rulings = [
        replace(world.rulings[0], system="psa"),
        replace(world.rulings[0], subject=ref("portal", "1", "x")),
    ]
    assert states(world)["1", ""] == "undecided"
    assert world.rulings[0].at == NOW

"""Who signs is written by people and vouched for by people; what a rule allows is told, and ends."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import keyring
import keyring.backends.fail
import pytest
from crash.world import ANN, PEOPLE, SYNC, a_world, mixed
from ruamel.yaml import YAML

from workbench.core import safety
from workbench.core.planning import mapping_fingerprint
from workbench.errors import AccessDenied, Refused, UnknownName, UsageError, WaitingForApproval
from workbench.model.people import Person
from workbench.steps import approving, enrolling, standing
from workbench.steps.keys import demo_key, person_key


@pytest.fixture(autouse=True)
def no_keyring():
    """A computer without a keyring, which is what continuous integration is."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


def said():
    return "correct horse battery staple"


def enrol(*given, **how):
    return enrolling.enrol(*given, passphrase=said, **how)


def own_key(name, folder):
    return person_key(name, folder, said)


def as_in_the_file(person):
    """The entry as somebody pastes it under `people:` and the settings read it."""
    (read,) = YAML(typ="safe").load("people:\n" + enrolling.entry(person))["people"]
    return Person(**{**read, "roles": tuple(read["roles"])})


def test_the_first_approver_counts_unsigned_and_vouches_for_the_next(tmp_path):
    ann = as_in_the_file(enrol("ann", ["approver", "analyst"], (), tmp_path))
    bea = as_in_the_file(enrol("bea", ["approver"], (ann,), tmp_path, deputy="ann"))
    assert [person.name for person in safety.trusted((ann, bea), live=True)] == ["ann"]

    signed = as_in_the_file(enrolling.vouch_for("bea", own_key("ann", tmp_path), (ann, bea), live=True))
    assert [person.name for person in safety.trusted((ann, signed), live=True)] == ["ann", "bea"]
    assert [person.name for person in safety.trusted((ann, replace(signed, deputy="eve")), live=True)] == ["ann"]


def test_nobody_vouches_for_themselves_or_before_they_count(tmp_path):
    ann = enrol("ann", ["approver"], (), tmp_path)
    bea = enrol("bea", ["approver"], (ann,), tmp_path)
    with pytest.raises(Refused, match="another approver has to"):
        enrolling.vouch_for("ann", own_key("ann", tmp_path), (ann, bea), live=True)
    with pytest.raises(Refused, match="bea is no approver whom"):
        enrolling.vouch_for("bea", own_key("bea", tmp_path), (ann, bea), live=True)
    with pytest.raises(UnknownName):
        enrolling.vouch_for("cat", own_key("ann", tmp_path), (ann, bea), live=True)


@pytest.mark.parametrize(
    "name", ["", " ann", "../ann", "a/b", "-ann", "ann\n", "\u0430nn", "ａnn", "a" * 65, "ann\u200b", 'ann"', "ann:"]
)
def test_a_name_that_cannot_be_told_from_others_or_is_a_path_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        enrol(name, ["approver"], (), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ann", "Zoë O'Neil", "Иван Петров", "陈 伟", "j.doe@example.com"])
def test_names_of_the_world_are_names(tmp_path, name):
    assert as_in_the_file(enrol(name, ["analyst"], (), tmp_path)).name == name


def test_a_known_person_or_an_unknown_role_makes_no_key(tmp_path):
    with pytest.raises(UsageError, match="ann stands in"):
        enrol("Ann", ["approver"], PEOPLE, tmp_path)
    with pytest.raises(UnknownName, match="did you mean 'approver'"):
        enrol("bea", ["aprover"], PEOPLE, tmp_path)
    with pytest.raises(UnknownName):
        enrol("bea", [], PEOPLE, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_dismissed_person_takes_plans_and_standing_approvals_along_and_leaves_no_key(world, tmp_path):
    world.sync()
    world.left.edit("partner", "1", {"phone": "555-0199"})
    plan = world.plan()
    world.approve(plan)
    stood(world)
    enrol("ann", ["approver"], (), tmp_path)

    # The approval of the first sync is history and is taken back too: it cannot be used a second time anyway.
    assert enrolling.dismiss("ann", world.store, world.clock, "bea", tmp_path) == 3
    assert world.store.plans.state(plan.id) == "waiting"
    assert told(world).state == "revoked" and world.round().ran == ()
    with pytest.raises(WaitingForApproval):
        world.run(plan)
    with pytest.raises(AccessDenied):
        own_key("ann", tmp_path)


def stood(world, **how):
    limits = {"kinds": ["partner"], "actions": ["update"], "fields": ["Phone"], "per_run": 5, "per_day": 5, **how}
    now = world.clock.now()
    rule = standing.rule(world.integration, ends_at=limits.pop("ends_at", now + timedelta(days=30)), now=now, **limits)
    approving.stand(rule, world.store, ANN, world.clock, PEOPLE, reason="phones are harmless", live=False)
    return rule


def told(world, people=PEOPLE):
    (found,) = standing.known([world.integration], world.store, people, world.clock.now(), live=False)
    return found


def test_a_standing_approval_covers_its_lines_and_says_what_it_used(world):
    world.sync()
    stood(world)
    world.left.edit("partner", "1", {"phone": "555-0199"})
    assert [journal.counts for journal in world.round().ran] == [{"verified": 1}]
    found = told(world)
    assert (found.state, found.by, found.spent_today, found.per_day) == ("in force", "ann", 1, 5)
    assert standing.reminders([found]) == []


def test_a_standing_approval_is_reminded_of_before_it_ends_and_then_has_ended(world):
    stood(world)
    world.later(days=24)
    assert told(world).state == "ends soon" and "it ends on" in standing.reminders([told(world)])[0]
    world.later(days=7)
    assert told(world).state == "ended" and standing.reminders([told(world)]) == []


def test_a_changed_mapping_suspends_a_standing_approval_and_says_so(world):
    rule = stood(world)
    world.integration = replace(SYNC, master="right")
    assert mapping_fingerprint(world.integration) != rule.mapping
    assert told(world).state == "suspended" and "mapping changed" in standing.reminders([told(world)])[0]


def test_a_standing_approval_by_somebody_who_does_not_count_any_more_is_refused_and_reminded_of(world):
    stood(world)
    assert told(world, people=()).state == "refused"
    assert "'ann' is not in the list" in standing.reminders([told(world, people=())])[0]


def test_a_withdrawn_standing_approval_is_found_by_the_first_digits_of_its_id(world):
    stood(world)
    rule = standing.named(told(world).id[:6], [world.integration], world.store)
    approving.withdraw(rule, world.store, world.clock, "ann")
    assert told(world).state == "revoked"
    with pytest.raises(UnknownName):
        standing.named("zz", [world.integration], world.store)


@pytest.mark.parametrize(
    "limits",
    [
        {"kinds": ["invoice"]},
        {"kinds": []},
        {"actions": ["unlink"]},
        {"actions": []},
        {"fields": ["Fax"]},
        {"per_run": 0},
        {"per_run": 6},
        {"per_cent": 0},
    ],
    ids=json.dumps,
)
def test_a_rule_that_cannot_be_meant_is_not_signed(world, limits):
    with pytest.raises(UsageError):
        stood(world, **limits)
    assert list(world.store.standings.of("partner-sync")) == []


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_rule_ends_within_a_year(world, days):
    with pytest.raises(UsageError, match="ends, at the latest"):
        stood(world, ends_at=world.clock.now() + timedelta(days=days))


def test_whoever_comes_while_the_demo_key_is_made_reads_the_same_whole_one(tmp_path):
    def read(folder):
        while not (folder / "demo-reviewer.key").exists():
            pass
        return demo_key(folder).public_key

    with ThreadPoolExecutor(3) as several:
        for attempt in range(100):
            folder = tmp_path / str(attempt)
            waiting = [several.submit(read, folder) for _ in range(2)]
            made = demo_key(folder).public_key
            assert {found.result() for found in waiting} == {made}
            assert [path.name for path in folder.iterdir()] == ["demo-reviewer.key"]


def test_a_broken_key_file_is_said_in_a_sentence(tmp_path):
    demo_key(tmp_path)
    (tmp_path / "demo-reviewer.key").write_text("")

    with pytest.raises(Refused, match=r"demo-reviewer.key holds no key; move it away"):
        demo_key(tmp_path)

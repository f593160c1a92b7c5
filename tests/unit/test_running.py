"""Running an approved plan: what is written, verified, skipped, retried and remembered."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta

import keyring
import keyring.backends.fail
import pytest
from crash.world import ANN, LEFT, PEOPLE, RIGHT, SYNC, a_world, mixed
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from workbench.core.planning import mapping_fingerprint
from workbench.errors import AccessDenied, Failed, LockHeld, Refused, Unavailable, UsageError, WaitingForApproval
from workbench.model.lines import Agreed, Line, Promise
from workbench.model.people import Person
from workbench.model.plans import Plan
from workbench.model.ports import Outcome
from workbench.model.records import Ref
from workbench.steps import approving
from workbench.steps.keys import KeySigner, demo_key, demo_person, make_key, person_key, vouch
from workbench.store.tables import leases
from workbench.systems.memory.faults import Killed


@pytest.fixture
def empty():
    with a_world() as made:
        yield made


@pytest.fixture
def world(empty):
    return mixed(empty)


@pytest.fixture
def linked(world):
    """Everything is in step; the partner Acme is portal 1 and crm A1."""
    world.sync()
    return world


def writes(system):
    return [call for call in system.calls if call.verb == "write"]


def test_a_first_sync_links_creates_and_leaves_everything_in_step(world):
    journal = world.sync()
    assert journal.counts == {"verified": 10}
    assert world.right.record("partner", "A1")["PortalId"] == "1"
    assert world.left.record("partner", "1")["crmId"] == "A1"
    assert len(world.store.links.of("partner-sync", "partner")) == 3
    assert world.plan().lines == ()
    assert world.store.plans.state(journal.plan.id) == "done"


def test_a_contact_gets_the_id_of_the_account_that_the_same_plan_creates(world):
    world.sync()
    ray = next(record for record in world.right.records("contact").values() if record["LastName"] == "Ray")
    birch = next(key for key, record in world.right.records("partner").items() if record["Name"] == "Birch")
    assert ray["AccountId"] == birch


def test_a_change_travels_and_the_base_is_what_was_read_back():
    with a_world(stores=lambda kind, field, value: f"{value}  " if field == "Name" else value) as spacing:
        mixed(spacing).sync()
        spacing.left.edit("partner", "1", {"name": "Acme North"})
        spacing.sync()
        assert spacing.right.record("partner", "A1")["Name"] == "Acme North  "
        base = next(b for b in spacing.store.bases.of("partner-sync", "partner") if b.left.id == "1")
        assert base.fields["name=Name"] == Agreed("Acme North", "Acme North  ")
        assert spacing.plan().lines == ()


def test_a_plan_that_nobody_approved_is_not_run(world):
    plan = world.plan()
    with pytest.raises(WaitingForApproval, match=f"workbench approve {plan.id}"):
        world.run(plan)
    assert not writes(world.left) and not writes(world.right)


def test_an_approval_expires_and_then_the_plan_waits_again(world):
    plan = world.plan()
    world.approve(plan)
    world.later(hours=25)
    with pytest.raises(WaitingForApproval, match="expired"):
        world.run(plan)
    assert not writes(world.right)
    world.approve(plan)
    assert world.run(plan).counts == {"verified": 10}


def test_a_revoked_approval_no_longer_counts(world):
    plan = world.plan()
    world.approve(plan)
    approving.revoke(plan, world.store, world.clock, "ann", "too early")
    with pytest.raises(WaitingForApproval):
        world.run(plan)


def test_an_approval_of_another_plan_does_not_count(world):
    plan = world.plan()
    world.approve(plan)
    approval = world.store.approvals.of(plan.fingerprint)[0]
    world.left.edit("partner", "1", {"name": "Other"})
    other = world.plan()
    world.store.approvals.add(replace(approval, fingerprint=other.fingerprint, nonce="another"))
    world.store.plans.move(other.id, "approved", world.clock.now(), "", out_of=("waiting",))
    with pytest.raises(Refused, match="the signature does not fit"):
        world.run(other)
    assert not writes(world.right)


def test_a_person_whom_nobody_signed_for_cannot_approve(world):
    eve = KeySigner("eve", Ed25519PrivateKey.from_private_bytes(b"e" * 32))
    enrolled = (*PEOPLE, Person("eve", ("approver",), eve.public_key, signed_by="ann", signature="00" * 64))
    with pytest.raises(Refused, match="no approver signed that entry"):
        world.approve(world.plan(), signer=eve, people=enrolled)


def test_live_nobody_approves_a_plan_of_his_own(world):
    with pytest.raises(Refused, match="somebody else has to approve"):
        world.approve(world.plan(author="ann"), live=True)


def test_a_plan_runs_once(world):
    plan = world.plan()
    world.approve(plan)
    world.run(plan)
    with pytest.raises(Refused, match="a plan runs once"):
        world.run(plan)


def test_a_plan_that_is_done_says_so_whatever_its_gates_measure_by_now(world):
    world.sync()
    world.left.edit("partner", "1", {"name": "New"})
    plan = world.plan()
    world.approve(plan)
    world.run(plan)
    strict = replace(SYNC, limits=replace(SYNC.limits, changed_per_cent=0, changed=0))

    with pytest.raises(Refused, match=f"plan {plan.id} is done: .*`workbench plan partner-sync` plans anew"):
        world.run(plan, integration=strict)


def test_another_instance_is_refused_by_name_before_anything_is_written(world):
    plan = world.plan()
    world.approve(plan)
    world.right.instance = "crm-live"
    with pytest.raises(Refused, match="crm answers as instance crm-live.*`workbench connect crm`"):
        world.run(plan)
    assert not writes(world.left)


def test_a_changed_mapping_needs_a_new_plan(world):
    plan = world.plan()
    world.approve(plan)
    with pytest.raises(Refused, match="mapping of partner-sync changed"):
        world.run(plan, integration=replace(SYNC, master="right"))


def test_a_gate_that_does_not_hold_stops_the_run_although_it_held_when_planning(world):
    world.sync()
    world.left.edit("partner", "1", {"name": "New"})
    plan = world.plan()
    world.approve(plan)
    strict = replace(SYNC, limits=replace(SYNC.limits, changed=0))
    with pytest.raises(Refused, match="changed: partner in crm"):
        world.run(plan, integration=strict)


def test_a_field_that_vanished_since_planning_stops_the_run_and_is_named(world):
    world.sync()
    world.left.edit("partner", "1", {"phone": "555-0199"})
    plan = world.plan()
    world.approve(plan)
    world.right.fields["partner"] = [known for known in world.right.fields["partner"] if known.name != "Phone"]
    with pytest.raises(Refused, match="schema drift.*no field Phone"):
        world.run(plan)
    assert world.right.record("partner", "A1")["Phone"] == "555-0100"


def test_a_gate_passes_when_it_is_overridden_by_name_with_a_reason(world):
    world.sync()
    world.integration = replace(SYNC, limits=replace(SYNC.limits, changed=0))
    world.left.edit("partner", "1", {"name": "New"})
    plan = world.plan()
    with pytest.raises(Refused, match=r'override the gate by name: approve it with --override ".+=WHY"'):
        world.approve(plan)
    with pytest.raises(Refused, match="no gate 'creates'"):
        world.approve(plan, overrides={"creates": "why not"})
    world.approve(plan, overrides={"changed: partner in crm": "renamed on purpose"})
    assert world.run(plan).counts == {"verified": 1}


def test_a_paused_integration_is_not_run(world):
    from workbench.store.pauses import Pause

    plan = world.plan()
    world.approve(plan)
    world.store.pauses.pause(Pause("partner-sync", "ann", world.clock.now(), "migration"))
    with pytest.raises(Refused, match="paused by ann: migration"):
        world.run(plan)
    world.store.pauses.resume("partner-sync")
    assert world.run(plan).counts == {"verified": 10}


def test_an_integration_that_the_vendor_runs_is_never_written(world):
    plan = world.plan()
    world.approve(plan)
    with pytest.raises(Refused, match="run by the vendor"):
        world.run(plan, integration=replace(SYNC, run_by="vendor"))


def test_a_record_that_changed_since_the_plan_is_skipped_and_named(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    linked.approve(plan)
    linked.right.edit("partner", "A1", {"Note": "called them"})
    journal = linked.run(plan)
    assert journal.counts == {"stale": 1}
    assert "@modified" in journal.entries[0].cause
    assert linked.right.record("partner", "A1")["Name"] == "Acme"
    assert linked.sync().counts == {"verified": 1}


def test_of_a_record_that_changed_since_the_plan_the_changed_fields_are_named(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    linked.approve(plan)
    linked.right.edit("partner", "A1", {"Name": "Acme South"})
    assert linked.run(plan).entries[0].cause == "changed since the plan was made: Name"


def test_a_record_that_was_deleted_since_the_plan_is_skipped_as_gone(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    linked.approve(plan)
    linked.right.remove("partner", "A1")
    (entry,) = linked.run(plan).entries
    assert (entry.state, entry.cause) == ("stale", "the record is not there any more")


def test_a_record_that_is_created_for_nobody_is_verified_and_linked_to_nothing(empty):
    line = Line("lone", "create", Ref(RIGHT, "partner", ""), None, "Lone", after={"Name": "Lone"}, marker="m" * 32)
    plan = Plan("partner-sync", "correction", (line,), mapping=mapping_fingerprint(SYNC), author="bob")
    empty.store.plans.offer(plan, empty.clock.now())
    empty.approve(plan)
    assert empty.run(plan).counts == {"verified": 1}
    assert len(empty.store.links.of("partner-sync")) == 0


def test_a_record_that_is_linked_already_is_not_linked_to_another_one_and_has_no_base_with_it(linked):
    acme, elm = Ref(LEFT, "partner", "1"), Ref(RIGHT, "partner", linked.right.create("partner", {"Name": "Elm"}))
    agreed = {"name=Name": Agreed("Acme", "Elm")}
    line = Line("second", "link", elm, acme, "Elm", {"Note": None}, {"Note": "ours"}, agreed=agreed)
    plan = Plan("partner-sync", "correction", (line,), mapping=mapping_fingerprint(SYNC), author="bob")
    linked.store.plans.offer(plan, linked.clock.now())
    linked.approve(plan)
    (entry,) = linked.run(plan).entries
    assert (entry.state, entry.code) == ("quarantined", "LINKED_ELSEWHERE")
    assert entry.cause == f"{acme} and {Ref(RIGHT, 'partner', 'A1')} are linked already"
    assert elm not in {base.right for base in linked.store.bases.of("partner-sync")}


def test_a_rejected_line_blocks_those_that_rest_on_it_and_nothing_else(world):
    world.right.fail(
        "reject", line=next(x.id for x in world.plan().lines if x.name == "Birch" and x.action == "create")
    )
    journal = world.sync()
    ends = {(journal.plan.line(e.line).name, journal.plan.line(e.line).action): e.state for e in journal.entries}
    assert journal.counts == {"verified": 6, "rejected": 1, "blocked": 3}
    assert ends["Birch", "create"] == "rejected" and ends["Ray", "create"] == "blocked"
    again = world.plan()
    assert again.id != journal.plan.id
    world.approve(again)
    assert world.run(again).counts == {"verified": 4}


def test_rejected_content_comes_back_in_a_plan_of_its_own(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    linked.right.fail("reject")
    first = linked.sync()
    again = linked.plan()
    assert first.counts == {"rejected": 1}
    assert again.parent == first.plan.id
    assert [line.content() for line in again.lines] == [line.content() for line in first.plan.lines]
    assert "refused once before, the last time because a rule of the system refuses it" in again.lines[0].reason
    linked.approve(again)
    assert linked.run(again).counts == {"verified": 1}


def test_a_lost_answer_is_looked_for_after_a_quiet_period_and_never_sent_twice(world):
    world.right.fail("lose answer")
    began = world.clock.now()
    journal = world.sync()
    assert journal.counts == {"verified": 10}
    assert world.clock.now() - began >= timedelta(seconds=240)
    found = world.store.journal.history(journal.plan.id).where(code="FOUND")
    assert {entry.state for entry in found} == {"applied"}
    assert sorted(r["Name"] for r in world.right.records("partner").values()) == ["Acme", "Birch", "Cedar"]


def test_a_late_commit_within_the_quiet_period_makes_no_duplicate(world):
    line = next(x.id for x in world.plan().lines if x.name == "Birch" and x.action == "create")
    world.right.fail("late commit", line=line, seconds=200)
    assert world.sync().counts == {"verified": 10}
    assert len(world.right.records("partner")) == 3


def test_a_call_that_was_not_executed_is_sent_again(world):
    world.right.fail("not executed", times=2)
    assert world.sync().counts == {"verified": 10}


def test_a_locked_row_is_sent_again_alone_and_given_up_after_five_attempts(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    linked.right.fail("retry row", times=9)
    journal = linked.sync()
    assert journal.counts == {"rejected": 1}
    assert journal.entries[0].attempt == 5


def test_a_used_up_quota_stops_the_run_and_the_next_one_finishes_it(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    journal = world.run(plan)
    assert world.store.plans.state(plan.id) == "running"
    assert journal.counts["verified"] < 10
    assert world.run(plan).counts == {"verified": 10}


def test_a_system_that_stays_away_leaves_the_plan_open(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("not executed", times=99)
    world.run(plan)
    assert world.store.plans.state(plan.id) == "running"
    world.right.heal()
    assert world.run(plan).counts == {"verified": 10}


def test_a_field_that_the_system_changes_is_reported_and_not_taken_as_agreed():
    with a_world(stores=lambda kind, field, value: "X" if field == "Phone" else value) as stubborn:
        journal = mixed(stubborn).sync()
        assert journal.counts["differs"] == 2
        entry = journal.entries.where(state="differs")[0]
        assert "Phone" in entry.cause and entry.code == "DIFFERS"
        base = next(b for b in stubborn.store.bases.of("partner-sync", "partner") if b.left.id == "1")
        assert "name=Name" in base.fields and "phone=Phone" not in base.fields
        assert len(stubborn.store.links.of("partner-sync", "partner")) == 3


def test_two_records_with_one_marker_are_left_to_a_person(world):
    plan = world.plan()
    world.approve(plan)
    line = next(line for line in plan.lines if line.name == "Birch" and line.action == "create")
    for name in ("Birch", "Birch again"):
        world.right.create("partner", {"Name": name, "Key__c": line.marker})
    journal = world.run(plan)
    entry = next(entry for entry in journal.entries if entry.line == line.id)
    assert entry.state == "quarantined" and "2 records bear its creation marker" in entry.cause


def test_a_record_with_the_marker_from_an_earlier_life_is_adopted(world):
    plan = world.plan()
    world.approve(plan)
    line = next(line for line in plan.lines if line.name == "Birch" and line.action == "create")
    adopted = world.right.create("partner", {"Name": "Birch", "Key__c": line.marker, **line.after})
    world.run(plan)
    assert Ref(RIGHT, "partner", adopted) in {link.right for link in world.store.links.of("partner-sync")}
    assert len(world.right.records("partner")) == 3


def test_a_duplicate_that_appears_during_the_run_is_found_by_the_sweep(world):
    plan = world.plan()
    world.approve(plan)
    line = next(line for line in plan.lines if line.name == "Birch" and line.action == "create")

    def duplicating(items, *, total, label):
        for item in items:
            if item.line == line.id:
                world.right.create("partner", {"Name": "Birch", "Key__c": line.marker})
            yield item

    world.run(plan, progress=duplicating)
    found = world.store.audit.rows(event="duplicates found")
    assert len(found) == 1 and found[0].details["line"] == line.id


def test_a_locked_integration_is_not_run(world):
    plan = world.plan()
    world.approve(plan)
    world.store.leases.take("partner-sync", "somebody", world.clock.now(), 60)
    with pytest.raises(LockHeld, match="somebody"):
        world.run(plan)
    assert world.store.plans.state(plan.id) == "approved"


def test_no_system_is_called_while_a_transaction_is_open(world):
    class Watched:
        def __init__(self, system):
            self.system, self.name = system, system.name

        def __getattr__(self, name):
            assert not world.store.database.in_transaction, f"{name} was called inside a transaction"
            return getattr(self.system, name)

    world.systems = {name: Watched(system) for name, system in world.systems.items()}
    assert world.sync().counts == {"verified": 10}


def test_every_run_is_audited_and_the_chain_holds(world):
    journal = world.sync()
    events = [row.event for row in world.store.audit.rows(subject=journal.plan.id)]
    assert events == ["claimed", "finished"]
    assert [row.event for row in world.store.audit.rows()] == ["rulings kept"] * 3 + events


def test_the_demo_key_is_private_made_once_and_refused_in_live(tmp_path, world):
    key = demo_key(tmp_path / "keys")
    again = demo_key(tmp_path / "keys")
    assert key.public_key == again.public_key
    assert (tmp_path / "keys" / "demo-reviewer.key").stat().st_mode & 0o077 == 0
    assert "private" not in repr(key).lower()
    demo = (demo_person(key),)
    with pytest.raises(Refused):
        world.approve(world.plan(), signer=key, people=demo, live=True)
    world.approve(world.plan(), signer=key, people=demo)
    (tmp_path / "keys" / "demo-reviewer.key").chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        demo_key(tmp_path / "keys")


class Dawdling:
    """A system whose every write takes nine minutes, and that notes how long the lease lasts when a call begins."""

    def __init__(self, world):
        self.world, self.name, self.left_over = world, world.right.name, []

    def __getattr__(self, name):
        return getattr(self.world.right, name)

    def write(self, chunk):
        with self.world.store.database.reading() as connection:
            until = connection.execute(select(leases.c.until)).scalar()
        self.left_over.append((until - self.world.clock.now()).total_seconds())
        self.world.later(minutes=9)
        return self.world.right.write(chunk)


def test_an_open_plan_is_gone_on_with_only_under_the_approval_that_started_it(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    world.run(plan)
    with world.store.writing() as connection:
        connection.execute(text("UPDATE approvals SET document = replace(document, 'checked', 'changed')"))
    before = len(writes(world.right))
    with pytest.raises(Refused, match="the signature does not fit"):
        world.run(plan)
    assert len(writes(world.right)) == before


def test_a_call_that_left_late_of_a_run_that_died_has_its_whole_quiet_period():
    with a_world(chunk_size=1, unique_marker=False) as world:
        world.left.create("partner", {"name": "Elm", "status": "Active"}, "7")
        world.rule("7", "create")
        plan = world.plan()
        world.approve(plan)
        began = world.clock.now()
        with pytest.raises(Killed):
            world.run(plan, systems={LEFT: world.left, RIGHT: Dying(world)})
        # A process that dies gives no lease back.
        world.store.leases.take("partner-sync", "the one that died", began, 600)
        world.later(minutes=5, seconds=1)
        assert world.run(plan).counts == {"verified": 2}
        assert world.clock.now() - began < timedelta(minutes=13)
        world.later(minutes=10)
        assert len(world.right.records("partner")) == 1


class Dying:
    """A system whose first call leaves five minutes after it was written down, is carried out six minutes later, and
    whose caller dies meanwhile."""

    def __init__(self, world):
        self._world, self.name = world, RIGHT

    def __getattr__(self, name):
        return getattr(self._world.right, name)

    def write(self, chunk):
        world = self._world
        world.clock.sleep(300)
        world.right.fail("late commit", seconds=360)
        world.right.write(chunk)
        raise Killed


def test_a_create_that_stays_unknown_is_left_to_a_person_after_three_attempts(world):
    line = next(line for line in world.plan().lines if line.name == "Birch" and line.action == "create")
    world.right.fail("late commit", line=line.id, seconds=10**7, times=9)
    journal = world.sync()
    entry = next(entry for entry in journal.entries if entry.line == line.id)
    assert (entry.state, entry.attempt) == ("quarantined", 3)


def test_no_call_begins_that_could_outlast_the_lease():
    with a_world(chunk_size=1) as world:
        for number in ("1", "2", "3"):
            world.left.create("partner", {"name": f"New {number}", "status": "Active"}, number)
            world.rule(number, "create")
        dawdling = Dawdling(world)
        plan = world.plan()
        world.approve(plan)
        journal = world.run(plan, systems={LEFT: world.left, RIGHT: dawdling})
        assert journal.counts == {"verified": 6}
        assert len(dawdling.left_over) == 3 and min(dawdling.left_over) > 120


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_sigterm_or_a_closed_terminal_lets_the_group_in_hand_finish_and_the_next_run_goes_on(world, number):
    def ending(items, *, total, label):
        for count, item in enumerate(items):
            if count == 0:
                os.kill(os.getpid(), number)
            yield item

    plan = world.plan()
    world.approve(plan)
    before = signal.getsignal(number)
    journal = world.run(plan, progress=ending)
    assert 0 < journal.counts["verified"] < 10
    assert set(journal.counts) == {"verified", "planned"}
    assert len(journal.open) == journal.counts["planned"] and not journal.failed
    assert repr(journal).endswith(f" 0 failed, {len(journal.open)} still to do>")
    assert world.store.plans.state(plan.id) == "running"
    assert signal.getsignal(number) is before
    assert world.run(plan).counts == {"verified": 10}


@pytest.fixture
def without_a_terminal():
    """A program that was started by nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("without_a_terminal")
def test_a_run_that_was_started_to_outlive_its_terminal_goes_on_when_that_is_closed(world):
    def ending(items, *, total, label):
        for item in items:
            os.kill(os.getpid(), signal.SIGHUP)
            yield item

    plan = world.plan()
    world.approve(plan)
    assert world.run(plan, progress=ending).counts == {"verified": 10}


def test_sigterm_ends_a_run_that_only_waits_for_a_quiet_period_within_half_a_minute(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("lose answer")
    began, sleeping = world.clock.now(), world.clock.sleep

    def ended_meanwhile(seconds):
        os.kill(os.getpid(), signal.SIGTERM)
        sleeping(seconds)

    world.clock.sleep = ended_meanwhile
    assert "unknown" in world.run(plan).counts
    assert world.clock.now() - began <= timedelta(seconds=30)
    world.clock.sleep = sleeping
    assert world.run(plan).counts == {"verified": 10}


def test_ctrl_c_says_how_far_the_run_is_and_the_next_command_and_the_next_run_finishes(world):
    plan = world.plan()
    world.approve(plan)

    def interrupted(items, *, total, label):
        for item in items:
            yield item
            raise KeyboardInterrupt

    with pytest.raises(Failed, match=f"of 10 lines of plan {plan.id} are done.*`workbench run {plan.id}` goes on"):
        world.run(plan, progress=interrupted)
    assert world.run(plan).counts == {"verified": 10}


@pytest.mark.usefixtures("interruptible")
def test_after_ctrl_c_no_call_begins_and_the_lease_is_given_back_only_when_the_last_one_ended():
    with a_world(chunk_size=1, concurrency=2) as world:
        for number in range(190):
            world.left.create("partner", {"name": f"New {number}", "status": "Active"}, str(number))
            world.rule(str(number), "create")
        plan = world.plan()
        world.approve(plan)
        interrupting = Interrupting(world, after=5)
        with pytest.raises(Failed, match="interrupted"):
            world.run(plan, systems={LEFT: world.left, RIGHT: interrupting})
        assert set(interrupting.holders) == {"me"}
        assert 5 <= len(interrupting.holders) < 190
        assert world.run(plan).counts == {"verified": 380}
        assert len(world.right.records("partner")) == 190


class Interrupting:
    """A system during whose write somebody presses Ctrl-C, and that notes with each write who holds the lease."""

    def __init__(self, world, *, after):
        self._world, self._after, self.name, self.holders = world, after, RIGHT, []
        self._numbers, self._noticed = itertools.count(1), threading.Event()
        signal.signal(signal.SIGINT, self._notice)
        signal.siginterrupt(signal.SIGINT, False)  # as polars leaves it

    def _notice(self, _number, _frame):
        self._noticed.set()
        raise KeyboardInterrupt

    def __getattr__(self, name):
        return getattr(self._world.right, name)

    def write(self, chunk):
        number = next(self._numbers)
        self.holders.append(self._world.store.leases.holder("partner-sync", self._world.clock.now()))
        if number == self._after:
            os.kill(os.getpid(), signal.SIGINT)
        if number > self._after + 2:
            # However late the main thread gets its turn. It is woken by an answer, so the calls beside may end.
            self._noticed.wait(20)
        return self._world.right.write(chunk)


def test_calls_side_by_side_never_exceed_what_the_system_allows_and_write_the_same():
    with a_world(chunk_size=2, concurrency=3) as many:
        for number in range(30):
            many.left.create("partner", {"name": f"New {number}", "status": "Active"}, f"{number:03d}")
            many.rule(f"{number:03d}", "create")
        counting = Counting(many.right, together=threading.Barrier(3, timeout=20))
        many.systems = {LEFT: many.left, RIGHT: counting}
        assert many.sync().counts == {"verified": 60}
        assert counting.most == 3
        assert len(many.right.records("partner")) == 30
        assert many.plan().lines == ()


@pytest.mark.parametrize("how", [{}, {"chunk_size": 2}, {"chunk_size": 2, "concurrency": 3}, {"chunk_size": 1}])
def test_each_line_is_intended_applied_and_verified_once_however_the_groups_overlap(how):
    with a_world(**how) as many:
        mixed(many)
        for number in range(100, 109):
            many.left.create("partner", {"name": f"New {number}", "status": "Active"}, str(number))
            many.rule(str(number), "create")
        journal = many.sync()
        states = {}
        for entry in many.store.journal.history(journal.plan.id):
            states.setdefault(entry.line, []).append(entry.state)
        assert set(states) == {line.id for line in journal.plan.lines}
        assert set(map(tuple, states.values())) == {("intended", "applied", "verified")}


class Counting:
    """A system that counts how many calls it serves at once; the first three writes wait for one another."""

    def __init__(self, system, together):
        self._system, self._together, self._lock, self.name = system, together, threading.Lock(), system.name
        self._now = self._writes = self.most = 0

    def __getattr__(self, name):
        return getattr(self._system, name)

    def read(self, *args, **how):
        return self._counted(self._system.read, *args, **how)

    def write(self, chunk):
        with self._lock:
            self._writes += 1
            wait = self._writes <= 3
        return self._counted(lambda: (self._together.wait() if wait else None, self._system.write(chunk))[1])

    def _counted(self, call, *args, **how):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return call(*args, **how)
        finally:
            with self._lock:
                self._now -= 1


@pytest.mark.parametrize("concurrency", [0, 1, 3])
def test_nothing_is_sent_before_it_is_written_down_though_much_is_written_down_while_a_call_is_on_its_way(concurrency):
    with a_world(chunk_size=2, concurrency=concurrency) as world:
        for number in range(6):
            world.right.create("partner", {"Name": f"Old {number}", "Phone": "555-0100"}, f"A{number}")
            world.left.create("partner", {"name": f"Old {number}", "phone": None, "status": "Active"}, str(number))
            world.rule(str(number), "link", f"A{number}")
        plan = world.plan()
        world.approve(plan)
        reading = ReadingTheJournal(world, plan)
        assert world.run(plan, systems={LEFT: world.left, RIGHT: reading}).counts == {"verified": 12}
        assert reading.states == [{"intended"}] * 3


class ReadingTheJournal:
    """A system that looks, with every write, at what is written down of its lines."""

    def __init__(self, world, plan):
        self._world, self._plan, self.name, self.states = world, plan, RIGHT, []

    def __getattr__(self, name):
        return getattr(self._world.right, name)

    def write(self, chunk):
        last = self._world.store.journal.last(self._plan.id)
        self.states.append({last[write.line].state if write.line in last else "planned" for write in chunk})
        return self._world.right.write(chunk)


def test_a_system_that_takes_single_records_is_written_side_by_side():
    with a_world(chunk_size=1, concurrency=4) as world:
        for number in range(9):
            world.left.create("partner", {"name": f"New {number}", "status": "Active"}, str(number))
            world.rule(str(number), "create")
        assert world.sync().counts == {"verified": 18}
        assert len(writes(world.right)) == 9 and len(world.right.records("partner")) == 9


def test_a_client_that_raises_instead_of_classifying_leaves_the_outcome_open(world):
    class Raising:
        name, times = RIGHT, 1

        def __getattr__(self, name):
            return getattr(world.right, name)

        def write(self, chunk):
            answer = world.right.write(chunk)
            if self.times:
                self.times -= 1
                raise Unavailable("the connection was reset")
            return answer

    plan = world.plan()
    world.approve(plan)
    assert world.run(plan, systems={LEFT: world.left, RIGHT: Raising()}).counts == {"verified": 10}
    assert len(world.right.records("partner")) == 3
    unknown = world.store.journal.history(plan.id).where(state="unknown")
    assert {entry.cause for entry in unknown} == {"the connection was reset"}


def test_on_a_line_that_was_handed_over_others_rest_unless_they_wait_for_its_id(empty):
    class Door:
        name = RIGHT

        def __getattr__(self, name):
            return getattr(empty.right, name)

        def write(self, chunk):
            return [Outcome(write.line, "handed over") for write in chunk]

    empty.left.create("partner", {"name": "Acme", "phone": "1", "status": "Active"}, "1")
    acme, crm = Ref(LEFT, "partner", "1"), Ref(RIGHT, "partner", "")
    lines = (
        Line("made", "create", crm, acme, "Acme", after={"Name": "Acme"}, marker="m" * 32),
        Line("beside", "update", acme, None, "Acme", {"phone": "1"}, {"phone": "2"}, depends_on=("made",)),
        Line("answer", "update", acme, None, "Acme", {}, {"name": "A", "crmId": Promise("made")}, depends_on=("made",)),
    )
    plan = Plan("partner-sync", "correction", lines, mapping=mapping_fingerprint(SYNC), author="bob")
    empty.store.plans.offer(plan, empty.clock.now())
    empty.approve(plan)
    journal = empty.run(plan, systems={LEFT: empty.left, RIGHT: Door()})
    assert [entry.state for entry in journal.entries] == ["handed over", "verified", "blocked"]


def test_rows_that_an_answer_does_not_mention_are_looked_for(world):
    class Forgetful:
        name = RIGHT

        def __getattr__(self, name):
            return getattr(world.right, name)

        def write(self, chunk):
            return world.right.write(chunk)[1:]

    plan = world.plan()
    world.approve(plan)
    assert world.run(plan, systems={LEFT: world.left, RIGHT: Forgetful()}).counts == {"verified": 10}
    assert len(world.right.records("partner")) == 3
    unknown = world.store.journal.history(plan.id).where(state="unknown")
    assert {entry.cause for entry in unknown} == {"the answer did not mention this record"}


def test_a_full_disk_is_said_in_one_sentence_and_the_next_run_finishes(world):
    plan = world.plan()
    world.approve(plan)

    def filling(items, *, total, label):
        for item in items:
            with world.store.database.reading() as connection:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            yield item

    with pytest.raises(Failed, match="see that the disk has room"):
        world.run(plan, progress=filling)
    world.store.close()
    world.later(minutes=11)
    assert world.run(plan).counts == {"verified": 10}


def said():
    """What a person types when asked for the passphrase of the key."""
    return "correct horse battery staple"


@pytest.fixture
def no_keyring():
    """A computer without a keyring, which is what continuous integration is."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


def test_an_approver_vouches_for_another_person_whose_signature_then_counts(world, tmp_path, no_keyring):
    bea = make_key("bea", tmp_path, said)
    entry = vouch(Person("bea", ("approver",), bea.public_key), ANN)
    world.approve(world.plan(), signer=person_key("bea", tmp_path, said), people=(*PEOPLE, entry))
    assert (tmp_path / "bea.key").stat().st_mode & 0o077 == 0
    altered = replace(entry, roles=("approver", "operator"))
    with pytest.raises(Refused, match="no approver signed that entry"):
        world.approve(world.plan(), signer=bea, people=(*PEOPLE, altered))


def test_a_key_is_not_made_over_another_one(tmp_path, no_keyring):
    make_key("bea", tmp_path, said)
    with pytest.raises(UsageError, match="has a key already"):
        make_key("bea", tmp_path, said)


def test_a_key_outside_a_keyring_is_encrypted_and_opened_by_its_passphrase_alone(tmp_path, no_keyring):
    made = make_key("bea", tmp_path, said)
    stored = (tmp_path / "bea.key").read_bytes()
    for shape in (made.private_key.private_bytes_raw(), made.private_key.private_bytes_raw().hex().encode()):
        assert shape not in stored
    assert person_key("bea", tmp_path, said).public_key == made.public_key
    for wrong, words in (("another long passphrase", "does not open"), ("", "WORKBENCH_APPROVER_PASSPHRASE")):
        with pytest.raises(AccessDenied, match=words):
            person_key("bea", tmp_path, lambda wrong=wrong: wrong)
    with pytest.raises(AccessDenied, match="12 signs or more"):
        make_key("cat", tmp_path, lambda: "short")
    assert not (tmp_path / "cat.key").exists()


def test_a_person_without_a_key_is_told_how_to_make_one(tmp_path, no_keyring):
    with pytest.raises(AccessDenied, match="workbench approver"):
        person_key("bea", tmp_path)


def test_a_lost_key_takes_its_approvals_with_it(world):
    plan = world.plan()
    world.approve(plan)
    assert approving.revoke_person("ann", world.store, world.clock, "bob") == 1
    with pytest.raises(WaitingForApproval):
        world.run(plan)


def test_a_clock_that_was_set_back_makes_the_next_run_wait_for_a_quiet_period_and_not_for_a_day(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("kill after")
    with pytest.raises(Killed):
        world.run(plan)
    world.later(days=-1)
    began = world.clock.now()
    assert world.run(plan).counts == {"verified": 10}
    assert world.clock.now() - began < timedelta(minutes=15) and len(world.right.records("partner")) == 3


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_during_a_run_loses_nothing_and_writes_nothing_twice(world, jump):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("lose answer")
    jumped = []

    def jumping(items, *, total, label):
        for number, item in enumerate(items):
            if number == 0:
                world.clock.sleep(jump.total_seconds())
                jumped.append(world.clock.now())
            yield item

    assert world.run(plan, progress=jumping).counts == {"verified": 10}
    assert world.clock.now() - jumped[0] < timedelta(minutes=15)
    assert len(world.right.records("partner")) == 3 and world.plan().lines == ()


def test_a_clock_set_back_while_a_run_waits_for_a_quiet_period_makes_it_wait_for_one_more_and_not_for_a_day(world):
    world.right.fail("lose answer")
    sleeping, moved = world.clock.sleep, []

    def set_back(seconds):
        sleeping(seconds)
        if not moved:
            sleeping(-86_400)
            moved.append(world.clock.now())

    world.clock.sleep = set_back
    assert world.sync().counts == {"verified": 10}
    assert timedelta(seconds=240) <= world.clock.now() - moved[0] < timedelta(minutes=15)
    assert len(world.right.records("partner")) == 3


def test_a_lease_from_before_a_clock_was_set_back_is_named_with_what_to_do(world):
    plan = world.plan()
    world.approve(plan)
    world.store.leases.take("partner-sync", "somebody", world.clock.now(), 600)
    world.later(days=-1)
    with pytest.raises(LockHeld, match="a clock jumped.*set it right, then give the same command again"):
        world.run(plan)
    world.later(days=1, minutes=11)
    assert world.run(plan).counts == {"verified": 10}


def test_a_connection_that_is_lost_during_a_run_leaves_the_plan_open_and_the_next_run_finishes(world):
    plan = world.plan()
    world.approve(plan)

    class Unplugged:
        name = RIGHT

        def __getattr__(self, name):
            return getattr(world.right, name)

        def write(self, chunk):
            world.right.fail("unavailable", times=99)
            raise Unavailable("the connection was reset")

    goes_on = f"lines of plan {plan.id} are done.*nothing is sent twice; `workbench run {plan.id}` goes on"
    with pytest.raises(Unavailable, match=f"crm does not answer.*{goes_on}"):
        world.run(plan, systems={LEFT: world.left, RIGHT: Unplugged()})
    assert world.store.plans.state(plan.id) == "running"
    world.right.heal()
    assert world.run(plan).counts == {"verified": 10} and len(world.right.records("partner")) == 3

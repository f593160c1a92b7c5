"""Whoever changes plan, approval or rulings past the store is refused: no request is sent, the audit says so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from crash.world import ANN, PEOPLE, a_world, mixed
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from workbench.core import safety
from workbench.errors import Refused, WaitingForApproval
from workbench.model.approvals import Standing
from workbench.model.people import Person
from workbench.model.values import canonical_json, fingerprint
from workbench.steps import approving, standing
from workbench.steps.keys import KeySigner
from workbench.steps.witnessing import kept_rulings

EVE = KeySigner("eve", Ed25519PrivateKey.from_private_bytes(b"e" * 32))
BOB = KeySigner("bob", Ed25519PrivateKey.from_private_bytes(b"b" * 32))


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


@pytest.fixture
def linked(world):
    world.sync()
    return world


@pytest.fixture
def plan(world):
    made = world.plan()
    world.approve(made)
    return made


def execute(world, statement, **values):
    """Past the store: as somebody who opened the database file."""
    with world.store.writing() as connection:
        return connection.execute(text(statement), values)


def stored(world, table, where, **values):
    with world.store.database.reading() as connection:
        return connection.execute(text(f"SELECT document FROM {table} WHERE {where}"), values).scalar_one()


def rewrite(world, table, change, where="1 = 1", **values):
    """Change a stored document as JSON, and write it back as the store would have."""
    document = json.loads(stored(world, table, where, **values))
    change(document)
    values["document"] = canonical_json(document)
    execute(world, f"UPDATE {table} SET document = :document WHERE {where}", **values)


def written(world):
    return [call for system in world.systems.values() for call in system.calls if call.verb == "write"]


def check_refused(world, plan, match=".", errors=(Refused,), **how):
    """Running is refused, nothing is sent, and the audit says who tried what."""
    before, noted = len(written(world)), len(world.store.audit.rows(event="refused"))
    with pytest.raises(errors, match=match):
        world.run(plan, **how)
    assert len(written(world)) == before
    rows = world.store.audit.rows(event="refused")
    assert len(rows) == noted + 1 and rows[-1].subject == plan.id and rows[-1].actor == "me"
    world.store.audit.verify()


# the plan as it is stored


def change_line(**changed):
    def change(document):
        document["lines"][0].update(changed)

    return change


PLAN_CHANGES = {
    "a value": lambda d: d["lines"][0]["after"].update({next(iter(d["lines"][0]["after"])): "Evil"}),
    "a further field": lambda d: d["lines"][0]["after"].update({"Sync": False}),
    "a field less": lambda d: d["lines"][0]["after"].popitem(),
    "the target": change_line(target={"system": "crm", "kind": "partner", "id": "A2"}),
    "the action": change_line(action="unlink"),
    "a delete": change_line(action="delete"),
    "the precondition": change_line(precondition={}),
    "the marker": change_line(marker="0" * 32),
    "what it waits for": change_line(depends_on=["0" * 64]),
    "what is agreed": change_line(agreed={"name=Name": {"left": "Evil", "right": "Evil"}}),
    "what both sides held before": change_line(before={"Name": "Evil"}),
    "a risk that is not told": change_line(risk=["harmless"]),
    "the id of a line": change_line(id="0" * 64),
    "the order of lines": lambda d: d["lines"].reverse(),
    "a line more": lambda d: d["lines"].append(d["lines"][0]),
    "a line less": lambda d: d["lines"].pop(),
    "the integration": lambda d: d.update(integration="deal-import"),
    "the purpose": lambda d: d.update(purpose="undo"),
    "the mapping": lambda d: d.update(mapping="0" * 64),
    "the instance": lambda d: d["instances"].update(crm="crm-live"),
    "a gate's limit": lambda d: d["gates"][0].update(limit=10**6),
    "no gates": lambda d: d.update(gates=[]),
    "the parent": lambda d: d.update(parent="0" * 12),
    "the format": lambda d: d.update(format=2),
    "the name of a record": change_line(name="Somebody Else"),
    "the reason of a line": change_line(reason="a person asked for it"),
    "a held record that nobody held": lambda d: d["held"].append(
        {"subject": {"system": "crm", "kind": "partner", "id": "A1"}, "code": "later", "reason": "r", "remedy": "r"}
    ),
    "what a gate measured": lambda d: d["gates"][0].update(measured=0, message="nothing to see"),
    "a gate that holds by hand": lambda d: d["gates"][-1].update(holds=False),
    "what it was made from": lambda d: d.update(snapshots={}),
    "another source": lambda d: d["snapshots"].update({next(iter(d["snapshots"])): "0" * 64}),
    "what it costs": lambda d: d["cost"].update(calls=1),
    "a side that nobody picked": lambda d: d.update(
        choices=[{"subject": {"system": "crm", "kind": "partner", "id": "A1"}, "field": "name=Name", "side": "left"}]
    ),
    "the author": lambda d: d.update(author="cat"),
}


@pytest.mark.parametrize("change", PLAN_CHANGES.values(), ids=PLAN_CHANGES)
def test_a_plan_that_was_changed_after_its_approval_is_not_run(world, plan, change):
    rewrite(world, "plans", change, "id = :id", id=plan.id)
    check_refused(world, plan)


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.9999), by=st.integers(1, 127))
def test_any_byte_of_a_plan_flipped_is_refused(world, plan, place, by):
    """What is written, and every word that a person read before signing; only the moment of planning is not signed."""
    text_of = stored(world, "plans", "id = :id", id=plan.id)
    at = int(place * len(text_of))
    flipped = text_of[:at] + chr(max(ord(text_of[at]) ^ by, 1)) + text_of[at + 1 :]
    execute(world, "UPDATE plans SET document = :document WHERE id = :id", document=flipped, id=plan.id)
    try:
        read = world.store.plans.get(plan.id)
    except Refused:
        check_refused(world, plan)
    else:
        if replace(read, made_at=plan.made_at) != replace(plan, settled=()):
            check_refused(world, plan, "not what was read")
    finally:
        execute(world, "UPDATE plans SET document = :document WHERE id = :id", document=text_of, id=plan.id)


@pytest.mark.parametrize(
    "column, value",
    [("fingerprint", "0" * 64), ("integration", "deal-import"), ("purpose", "undo"), ("author", "cat")],
)
def test_a_column_beside_the_plan_that_says_otherwise_is_refused(world, plan, column, value):
    execute(world, f"UPDATE plans SET {column} = :value WHERE id = :id", value=value, id=plan.id)
    check_refused(world, plan)


def test_a_key_that_stands_twice_in_a_stored_plan_is_refused(world, plan):
    document = stored(world, "plans", "id = :id", id=plan.id)
    assert '"integration":"partner-sync"' in document
    twice = document.replace('"integration":', '"integration":"deal-import","integration":', 1)
    execute(world, "UPDATE plans SET document = :document WHERE id = :id", document=twice, id=plan.id)
    check_refused(world, plan, "says one thing twice")


def test_a_number_that_is_none_is_refused(world, plan):
    document = re.sub('"limit":[0-9]+', '"limit":NaN', stored(world, "plans", "id = :id", id=plan.id), count=1)
    assert "NaN" in document
    execute(world, "UPDATE plans SET document = :document WHERE id = :id", document=document, id=plan.id)
    check_refused(world, plan, "cannot be read")


def test_two_plans_that_changed_places_are_refused(world, plan):
    document = stored(world, "plans", "id = :id", id=plan.id)
    world.left.edit("partner", "1", {"name": "Other"})
    other = world.plan()
    execute(world, "UPDATE plans SET document = :document WHERE id = :id", document=document, id=other.id)
    check_refused(world, other, "fingerprint differs")


def test_a_forged_plan_under_its_own_fingerprint_is_not_run_by_another_ones_approval(world, plan):
    forged = replace(plan, lines=tuple(replace(line, after={**line.after, "Name": "Evil"}) for line in plan.lines))
    world.store.plans.offer(forged, world.clock.now())
    execute(world, "UPDATE plans SET state = 'approved' WHERE id = :id", id=forged.id)
    check_refused(world, forged, "nobody approved", errors=(WaitingForApproval,))


# the approval as it is stored


def test_a_plan_that_reads_otherwise_than_it_is_stored_is_not_signed(world):
    """Somebody changes names and reasons between the look at a plan and the signature under it."""
    made = world.plan()
    rewrite(world, "plans", change_line(reason="a person asked for it"), "id = :id", id=made.id)
    with pytest.raises(Refused, match="not the one that is stored"):
        world.approve(made)


def test_what_was_approved_stays_as_it_was_read_when_the_same_is_planned_again(world, plan):
    """A schedule reads anew; what an approver read and signed is not exchanged under the signature."""
    world.left.create("partner", {"name": "Dune", "status": "Active"}, "3")
    again = world.plan()
    assert again.fingerprint == plan.fingerprint and again.held == plan.held == ()
    assert world.run(plan).counts == {"verified": 10}
    assert {line.name for line in world.plan().lines} == {"Dune"}


APPROVAL_CHANGES = {
    "the content that was signed": lambda d: d.update(fingerprint="0" * 64),
    "what it is about": lambda d: d.update(subject="other"),
    "by whom": lambda d: d.update(by="bob"),
    "a name that looks the same": lambda d: d.update(by="\u0430nn"),
    "a name with an unseen sign": lambda d: d.update(by="ann\u200b"),
    "the key": lambda d: d.update(key=EVE.public_key),
    "since when": lambda d: d.update(at="2020-01-01T00:00:00Z"),
    "until when": lambda d: d.update(expires_at="2099-01-01T00:00:00Z"),
    "why": lambda d: d.update(reason="another"),
    "an override": lambda d: d.update(overrides=[{"gate": "x", "measured": "1", "reason": "y"}]),
    "what was read": lambda d: d.update(shown="0" * 64),
    "the nonce": lambda d: d.update(nonce="0" * 32),
    "no signature": lambda d: d.update(signature=""),
    "another signature": lambda d: d.update(signature="ab" * 64),
}


@pytest.mark.parametrize("change", APPROVAL_CHANGES.values(), ids=APPROVAL_CHANGES)
def test_an_approval_that_was_changed_does_not_hold(world, plan, change):
    rewrite(world, "approvals", change)
    check_refused(world, plan)


def test_a_key_that_stands_twice_in_a_stored_approval_is_refused(world, plan):
    document = stored(world, "approvals", "1 = 1")
    twice = document.replace('"by":', '"by":"bob","by":', 1)
    execute(world, "UPDATE approvals SET document = :document", document=twice)
    check_refused(world, plan, "says one thing twice")


def test_an_expired_approval_is_not_renewed_by_the_column_beside_it(world, plan):
    execute(world, "UPDATE approvals SET expires_at = '2099-01-01T00:00:00.000000+00:00'")
    world.later(hours=25)
    check_refused(world, plan, "expired", errors=(WaitingForApproval,))


def test_an_approval_of_one_plan_put_under_another_is_refused(world, plan):
    world.left.edit("partner", "1", {"name": "Other"})
    other = world.plan()
    execute(world, "UPDATE approvals SET fingerprint = :mark", mark=other.fingerprint)
    execute(world, "UPDATE plans SET state = 'approved' WHERE id = :id", id=other.id)
    check_refused(world, other, "another content")


def test_a_state_set_by_hand_is_no_approval(world):
    made = world.plan()
    execute(world, "UPDATE plans SET state = 'approved' WHERE id = :id", id=made.id)
    check_refused(world, made, "nobody approved", errors=(WaitingForApproval,))


def signed_by(world, plan, signer, person=None):
    """An approval that somebody signs on their own and writes into the database."""
    entry = person or Person(signer.person, ("approver",), signer.public_key)
    made = approving.sign(plan.id, plan.fingerprint, signer, world.clock, (entry,), reason="mine", shown=plan.shown)
    world.store.approvals.add(made)
    execute(world, "UPDATE plans SET state = 'approved' WHERE id = :id", id=plan.id)


def test_a_key_that_enrolled_itself_in_the_database_is_nobody(world):
    made = world.plan()
    signed_by(world, made, EVE)
    check_refused(world, made, "'eve' is not in the list of people")


def test_somebody_who_signs_under_another_persons_name_is_refused(world):
    made = world.plan()
    signed_by(world, made, KeySigner("ann", EVE.private_key), Person("ann", ("approver",), EVE.public_key))
    check_refused(world, made, "not the one of ann")


def test_a_plan_that_its_author_approved_is_refused_in_a_live_profile(world):
    made = world.plan(author="ann")
    signed_by(world, made, ANN)
    check_refused(world, made, "somebody else has to approve", live=True)


def test_an_author_who_writes_another_name_over_the_own_one_is_still_the_author(world):
    made = world.plan(author="ann")
    world.store.audit.record("ann", "planned", made.id, world.clock.now())
    rewrite(world, "plans", lambda d: d.update(author="bob"), "id = :id", id=made.id)
    execute(world, "UPDATE plans SET author = 'bob' WHERE id = :id", id=made.id)
    with pytest.raises(Refused, match="somebody else has to approve"):
        world.approve(world.store.plans.get(made.id), live=True)
    assert world.store.audit.rows(made.id, "refused")[0].actor == "ann"
    signed_by(world, made, ANN)
    check_refused(world, made, "somebody else has to approve", live=True)


def test_a_revoked_approval_is_not_given_back_by_clearing_the_row(world, plan):
    approving.revoke(plan, world.store, world.clock, "ann", "too early")
    execute(world, "UPDATE approvals SET revoked_at = NULL, revoked_by = ''")
    execute(world, "UPDATE plans SET state = 'approved' WHERE id = :id", id=plan.id)
    check_refused(world, plan, "nobody approved", errors=(WaitingForApproval,))


def test_the_approvals_of_a_person_who_was_revoked_are_not_given_back_by_clearing_the_row(world, plan):
    approving.revoke_person("ann", world.store, world.clock, "bob")
    execute(world, "UPDATE approvals SET revoked_at = NULL, revoked_by = ''")
    check_refused(world, plan, "nobody approved", errors=(WaitingForApproval,))


def test_an_approval_given_after_a_revocation_counts(world, plan):
    approving.revoke(plan, world.store, world.clock, "ann", "too early")
    world.later(seconds=1)
    world.approve(plan)
    assert world.run(plan).counts == {"verified": 10}


# what was used up


def test_a_plan_that_ran_is_not_run_again_by_forgetting_that_it_did(linked):
    plan = linked.store.plans.last_run("partner-sync")
    execute(linked, "DELETE FROM consumptions")
    execute(linked, "UPDATE plans SET state = 'approved' WHERE id = :id", id=plan.id)
    check_refused(linked, plan, "a plan runs once")


def test_a_plan_is_not_started_by_saying_that_it_runs_already(world, plan):
    """An approval that expired would hold for the moment that is written there."""
    started = world.clock.now() + timedelta(minutes=1)
    world.later(hours=25)
    columns = "INSERT INTO consumptions (fingerprint, at, owner, lines, standing) "
    moment = started.isoformat(timespec="microseconds")
    execute(world, columns + "VALUES (:mark, :at, 'me', 1, '')", mark=plan.fingerprint, at=moment)
    execute(world, "UPDATE plans SET state = 'running' WHERE id = :id", id=plan.id)
    check_refused(world, plan, "never claimed")


def test_another_instance_is_refused_and_written_down(world, plan):
    world.right.instance = "crm-live"
    check_refused(world, plan, "crm answers as instance crm-live")


# rulings and rules


COLUMNS = "kind, subject, system, word, target, by, at, reason, probability, master, note, assignee"
TEXTS = ["subject", "system", "word", "target", "by", "at", "reason", "master", "note", "assignee"]
RULING_CHANGES = {
    "the counterpart": "UPDATE rulings SET target = 'crm:partner:A2' WHERE word = 'link'",
    "the record": "UPDATE rulings SET subject = 'portal:partner:9' WHERE seq = 2",
    "the word": "UPDATE rulings SET word = 'exclude', target = NULL WHERE word = 'link'",
    "who ruled": "UPDATE rulings SET by = '\u0430nn' WHERE seq = 1",
    "when": "UPDATE rulings SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 1",
    "why": "UPDATE rulings SET reason = 'a person said so' WHERE seq = 1",
    "the master": "UPDATE rulings SET master = 'right' WHERE seq = 1",
    "how likely it was": "UPDATE rulings SET probability = 0.999 WHERE seq = 1",
    "the note": "UPDATE rulings SET note = 'x' WHERE seq = 1",
    "two that changed places": "UPDATE rulings SET seq = 100 WHERE seq = 1",
    "one less": "DELETE FROM rulings WHERE seq = 1",
    "the last one less": "DELETE FROM rulings WHERE seq = (SELECT max(seq) FROM rulings)",
    "none left": "DELETE FROM rulings",
    "one that stands twice": f"INSERT INTO rulings ({COLUMNS}) SELECT {COLUMNS} FROM rulings WHERE seq = 1",
    "one more": f"INSERT INTO rulings ({COLUMNS}) SELECT kind, 'portal:partner:9', system, 'create', NULL, by, at,"
    " reason, probability, master, note, assignee FROM rulings WHERE seq = 1",
}


def rulings_changed(world, statement):
    for verb in ("update", "delete"):
        execute(world, f"DROP TRIGGER IF EXISTS rulings_no_{verb}")
    execute(world, statement)


@pytest.mark.parametrize("statement", RULING_CHANGES.values(), ids=RULING_CHANGES)
def test_rulings_that_were_changed_make_no_plan_and_no_write(world, statement):
    rulings_changed(world, statement)
    with pytest.raises(Refused, match="not those that people made here"):
        world.plan()
    with pytest.raises(Refused, match="not those that people made here"):
        world.round()
    assert written(world) == [] and len(world.store.plans.known()) == 0
    rows = world.store.audit.rows(event="refused")
    assert [row.subject for row in rows] == ["partner-sync"] * 2
    world.store.audit.verify()


@pytest.mark.parametrize("column", TEXTS)
def test_a_ruling_of_which_any_bit_was_flipped_counts_for_nothing(world, column):
    with world.store.database.reading() as connection:
        before = connection.execute(text(f"SELECT {column} FROM rulings WHERE seq = 1")).scalar_one()
    flipped = [
        before[:at] + chr(ord(before[at]) ^ bit) + before[at + 1 :]
        for at in range(len(before or ""))
        for bit in (1, 2, 4, 8, 16)
        if ord(before[at]) != bit
    ]
    rulings_changed(world, "SELECT 1")
    for value in flipped or ["x"]:
        execute(world, f"UPDATE rulings SET {column} = :value WHERE seq = 1", value=value)
        with pytest.raises(Refused):
            kept_rulings("partner", world.store)
    execute(world, f"UPDATE rulings SET {column} = :value WHERE seq = 1", value=before)
    assert len(kept_rulings("partner", world.store)) == 3


def test_a_change_is_not_made_good_by_the_next_ruling(world):
    rulings_changed(world, RULING_CHANGES["the counterpart"])
    world.rule("1", "lift")
    with pytest.raises(Refused, match="not those that people made here"):
        world.plan()


def test_an_approver_reads_and_signs_the_rulings_as_they_stand_and_they_count_again(world):
    rulings_changed(world, RULING_CHANGES["the master"])
    with pytest.raises(Refused, match="is not in config/approvers.yaml"):
        approving.approve_rulings("partner", world.store, EVE, world.clock, PEOPLE, reason="mine", live=False)
    signed = approving.approve_rulings(
        "partner", world.store, ANN, world.clock, PEOPLE, reason="read one by one", live=False
    )
    assert signed.fingerprint == safety.chain(world.store.rulings.of("partner"))
    assert world.plan().counts["link"] > 0
    world.rule("1", "lift")
    assert world.plan().counts["link"] == 0


def test_rulings_changed_after_a_plan_was_signed_change_nothing_of_it(world, plan):
    rulings_changed(world, RULING_CHANGES["the counterpart"])
    assert world.run(plan).counts == {"verified": 10}


RULE_CHANGES = {
    "the fields": lambda d: d.update(fields=[]),
    "the kinds": lambda d: d.update(kinds=["partner", "contact"]),
    "the actions": lambda d: d.update(actions=["create", "update", "link"]),
    "lines a run": lambda d: d.update(per_run=10**6),
    "lines a day": lambda d: d.update(per_day=10**6),
    "the end": lambda d: d.update(ends_at="2099-01-01T00:00:00Z"),
    "the mapping": lambda d: d.update(mapping="0" * 64),
}


@pytest.mark.parametrize("change", RULE_CHANGES.values(), ids=RULE_CHANGES)
def test_a_standing_rule_that_was_changed_covers_nothing(linked, change):
    stood(linked)
    rewrite(linked, "standings", change)
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    before = len(written(linked))
    assert linked.round().ran == () and len(written(linked)) == before


def test_a_standing_rule_that_was_changed_with_its_mark_is_signed_by_nobody(linked):
    rule = stood(linked)
    wider = replace(rule, per_day=10**6)
    execute(linked, "UPDATE standings SET document = :document, fingerprint = :mark",
            document=canonical_json(wider), mark=fingerprint(wider))  # fmt: skip
    execute(linked, "UPDATE approvals SET fingerprint = :mark", mark=fingerprint(wider))
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    assert linked.round().ran == ()


def test_a_revoked_standing_rule_is_not_given_back_by_clearing_the_row(linked):
    rule = stood(linked)
    approving.withdraw(rule, linked.store, linked.clock, "ann")
    execute(linked, "UPDATE approvals SET revoked_at = NULL, revoked_by = ''")
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    assert linked.round().ran == ()


def stood(world):
    now = world.clock.now()
    rule: Standing = standing.rule(
        world.integration, kinds=["partner"], actions=["update"], fields=["Phone"], per_run=5, per_day=5,
        ends_at=now + timedelta(days=30), now=now,
    )  # fmt: skip
    approving.stand(rule, world.store, ANN, world.clock, PEOPLE, reason="phones are harmless", live=False)
    return rule


def test_an_entry_that_an_analyst_or_a_deputy_signed_counts_for_nothing(world):
    bob = Person("bob", ("analyst",), BOB.public_key, signed_by="ann")
    bob = replace(bob, signature=ANN.sign(canonical_json(bob.message()).encode()).hex())
    eve = Person("eve", ("approver",), EVE.public_key, signed_by="bob")
    eve = replace(eve, signature=BOB.sign(canonical_json(eve.message()).encode()).hex())
    assert [person.name for person in safety.trusted((*PEOPLE, bob, eve), live=True)] == ["ann", "bob"]

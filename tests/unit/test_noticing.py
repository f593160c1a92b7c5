"""Approvers are told by mail what waits for them: once, in counts and commands, under a standing approval."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from crash.world import ANN, KINDS, SYNC, a_world, mixed
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import workbench as wb
from workbench.core import safety
from workbench.core.planning.noticing import NOTICES
from workbench.errors import Refused, Unavailable, UsageError
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.people import Person
from workbench.model.ports import Description, Field, Instance, Outcome
from workbench.settings import read
from workbench.steps import approving, running, standing
from workbench.steps.keys import KeySigner, vouch
from workbench.steps.noticing import Noticing

WITH_MAIL = {**KINDS, "message": Kind("message", "Message", {"mail": KindInSystem("message", "@modified")})}
BOB = KeySigner("bob", Ed25519PrivateKey.from_private_bytes(b"b" * 32))
PEOPLE = (
    Person("ann", ("analyst", "approver"), ANN.public_key, email="ann@example.com"),
    vouch(Person("bob", ("analyst", "approver"), BOB.public_key, email="bob@example.com", deputy="cat"), ANN),
    vouch(Person("cat", ("viewer",), "c" * 64, email="cat@example.com"), ANN),
    vouch(Person("dan", ("analyst",), "d" * 64, email="dan@example.com"), ANN),
    vouch(Person("eve", ("approver",), "e" * 64), ANN),
)


class Outbox:
    """A mail server in a list; `answers` are the results of the next messages, `down` lets it not answer at all."""

    name = "mail"

    def __init__(self):
        self.sent, self.answers, self.down = [], [], False

    def identify(self):
        if self.down:
            raise Unavailable("mail does not answer")
        return Instance("mail", "mail.example.com/workbench@example.com", "workbench@example.com", "smtp://mail")

    def describe(self, kind):
        return Description("mail", kind, "message", tuple(Field(name, name) for name in ("to", "subject", "text")))

    def read(self, kind, where=None, fields=(), since=""):
        raise UsageError("mail cannot be read")

    def write(self, chunk):
        (write,) = chunk
        self.sent.append(write)
        return [Outcome(write.line, self.answers.pop(0) if self.answers else "handed over", "<id@example.com>")]


@pytest.fixture
def world():
    with a_world() as made:
        made.mail = Outbox()
        yield mixed(made)


def noticing(world, people=PEOPLE, *, live=False):
    systems = {**world.systems, "mail": world.mail}
    return Noticing(WITH_MAIL, systems, world.store, world.clock, people, live, 24)


@pytest.fixture
def allowed(world):
    noticing(world).allow(ANN, reason="people want to know")
    return world


def to(world):
    return [write.values["to"] for write in world.mail.sent]


def test_approvers_and_deputies_are_told_once_what_waits_what_it_takes_and_how_to_look(allowed):
    plan = allowed.plan()
    assert noticing(allowed).waiting(plan) == 3
    assert to(allowed) == ["ann@example.com", "bob@example.com", "cat@example.com"]
    values = allowed.mail.sent[0].values
    assert values["subject"] == f"partner-sync: plan {plan.id} waits for your approval"
    for told in (plan.summary(), str(plan.cost), "Every gate holds", "24 hours", f"workbench show {plan.id}",
                 f"workbench approve {plan.id} --reason WHY", f"workbench split {plan.id}"):  # fmt: skip
        assert told in values["text"]
    assert noticing(allowed).waiting(allowed.plan()) == 0 and len(allowed.mail.sent) == 3


def test_a_message_holds_no_value_of_a_record(allowed):
    plan = allowed.plan()
    noticing(allowed).waiting(plan)
    values = {str(change.after) for change in plan.changes() if len(str(change.after)) > 3}
    assert {"Birch", "555-0100"} <= values
    told = allowed.mail.sent[0].values["text"]
    assert not [value for value in values | {line.name for line in plan.lines} if value in told]


def test_what_is_to_be_looked_at_twice_and_what_stops_it_is_told(allowed):
    allowed.sync()
    allowed.integration = replace(SYNC, limits=replace(SYNC.limits, changed=0))
    allowed.left.edit("partner", "1", {"name": "New"})
    noticing(allowed).waiting(allowed.plan())
    assert "Stopped by changed: partner in crm: 1 changed of" in allowed.mail.sent[0].values["text"]


def test_in_a_live_profile_the_author_is_not_asked_to_approve(allowed):
    noticing(allowed, live=True).waiting(allowed.plan(author="ann"))
    assert to(allowed) == ["bob@example.com", "cat@example.com"]


def test_who_joins_later_is_told_and_nobody_twice(allowed):
    plan = allowed.plan()
    assert noticing(allowed, PEOPLE[:1]).waiting(plan) == 1
    assert noticing(allowed).waiting(plan) == 2
    assert sorted(to(allowed)) == ["ann@example.com", "bob@example.com", "cat@example.com"]


def test_without_a_standing_approval_messages_wait_like_everything_else(world):
    plan = world.plan()
    assert noticing(world).waiting(plan) == 0 and world.mail.sent == []
    (waits,) = world.store.plans.known("notices")
    assert (waits.state, waits.purpose) == ("waiting", "notice")
    (row,) = world.store.audit.rows(event="nobody told")
    assert "workbench standing add notices" in row.details["reason"]
    people = PEOPLE
    plan, how = world.store.plans.get(waits.id), {"live": False}
    approving.approve(plan, world.store, ANN, world.clock, people, reason="tell them", **how)
    how |= {"integration": NOTICES, "kinds": WITH_MAIL}
    running.run(waits.id, {"mail": world.mail}, world.store, world.clock, people, **how)
    assert len(world.mail.sent) == 3


def test_a_message_of_which_nobody_knows_whether_it_was_sent_goes_to_a_person_and_is_not_sent_again(allowed):
    allowed.mail.answers = ["unknown"]
    plan = allowed.plan()
    assert noticing(allowed).waiting(plan) == 2
    assert noticing(allowed).waiting(plan) == 0
    assert to(allowed) == ["ann@example.com", "bob@example.com", "cat@example.com"]
    last = allowed.store.plans.last_run("notices")
    assert sorted(entry.state for entry in allowed.store.journal.of(last).entries) == [
        "handed over", "handed over", "quarantined",
    ]  # fmt: skip


def test_a_mail_server_that_is_down_stops_neither_planning_nor_a_later_notice(allowed):
    plan = allowed.plan()
    allowed.mail.down = True
    assert noticing(allowed).waiting(plan) == 0
    assert "does not answer" in allowed.store.audit.rows(event="nobody told")[0].details["reason"]
    allowed.mail.down = False
    assert noticing(allowed).waiting(plan) == 3


def test_a_message_to_somebody_outside_the_reviewed_file_is_refused(world):
    """Whoever changes the notice in the database cannot make the workbench write to a stranger."""
    noticing(world).waiting(world.plan())
    (waits,) = world.store.plans.known("notices")
    forged = world.store.plans.get(waits.id)
    lines = tuple(replace(line, after={**line.after, "to": "mallory@example.net"}) for line in forged.lines)
    forged = replace(forged, lines=lines)
    world.store.plans.offer(forged, world.clock.now())
    noticing(world).allow(ANN, reason="people want to know")
    people = (*PEOPLE, Person("mallory", ("viewer",), email="mallory@example.net"))  # nobody vouched for it
    approving.approve(forged, world.store, ANN, world.clock, PEOPLE, reason="not read", live=False)

    def run(plan, people):
        systems, how = {"mail": world.mail}, {"integration": NOTICES, "kinds": WITH_MAIL, "live": False}
        return running.run(plan.id, systems, world.store, world.clock, people, **how)

    with pytest.raises(Refused, match="3 messages go to somebody who is not in config/approvers.yaml"):
        run(forged, PEOPLE)
    with pytest.raises(Refused, match="go to somebody who is not in"):
        run(forged, people)
    assert world.mail.sent == []


def test_an_approved_or_empty_plan_tells_nobody(allowed):
    plan = allowed.plan()
    allowed.approve(plan)
    assert noticing(allowed).waiting(plan) == 0
    allowed.run(plan)
    assert noticing(allowed).waiting(allowed.plan()) == 0 and allowed.mail.sent == []


def test_approvers_are_reminded_once_before_a_standing_approval_ends(allowed):
    now = allowed.clock.now()
    rule = standing.rule(SYNC, kinds=["partner"], actions=["update"], fields=["Phone"], per_run=5, per_day=5,
                         ends_at=now + timedelta(days=30), now=now)  # fmt: skip
    approving.stand(rule, allowed.store, ANN, allowed.clock, PEOPLE, reason="phones are harmless", live=False)

    def round_at(**later):
        allowed.later(**later)
        found = standing.known([SYNC], allowed.store, PEOPLE, allowed.clock.now(), live=False)
        return noticing(allowed).reminding(standing.reminders(found))

    assert round_at(days=22) == 0
    assert round_at(days=2) == 3
    assert "it ends on" in allowed.mail.sent[0].values["text"]
    assert round_at(hours=1) == 0 and len(allowed.mail.sent) == 3


def test_the_address_of_a_person_is_under_the_signature_of_who_vouched():
    altered = tuple(replace(one, email="mallory@example.net") if one.name == "bob" else one for one in PEOPLE)
    assert [one.name for one in safety.trusted(altered, live=True)] == ["ann", "cat", "dan", "eve"]


def test_in_the_sandbox_the_labelled_reviewer_is_told_by_its_own_mail_server(sandbox, admin, tmp_path):
    line = tmp_path / "sandbox.json"
    line.write_text(json.dumps(sandbox))
    known = read("sandbox", environment={})
    (tmp_path / "config").symlink_to(known.folder / "config")
    environment = {"WORKBENCH_SANDBOX": str(line), "WORKBENCH_PERSON": "ada"}
    own = {"folder": tmp_path, "database": f"sqlite:///{tmp_path / 'w.db'}", "environment": environment}
    with wb.Bench(replace(known, **own)) as bench:
        plan = bench.plan("deal-import")
        bench.plan("deal-import")
        (kept,) = admin.get("mail")
        assert kept["recipients"] == ["demo.reviewer@example.com"]
        assert kept["subject"] == f"deal-import: plan {plan.id} waits for your approval"
        assert bench.journal("notices").counts == {"handed over": 1}
        (rule,) = bench.standings("notices")
        assert (rule.state, rule.by, rule.spent_today) == ("in force", "demo reviewer", 1)

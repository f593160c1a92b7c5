"""Nothing is written that a person did not sign, and nothing larger than what was allowed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import INTEGRATION, NOW, PARTNERS, World, account, partner, ref

from workbench.core import safety
from workbench.core.planning.drafting import mapping_fingerprint
from workbench.errors import Refused, WaitingForApproval
from workbench.model.approvals import Approval, Standing
from workbench.model.integrations import Limits
from workbench.model.lines import Line
from workbench.model.people import Person
from workbench.model.plans import Gate, Plan
from workbench.model.ports import Description, Field
from workbench.model.records import DELETED
from workbench.model.values import canonical_json

ANN, BOB, EVE = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))


def public(key):
    return key.public_key().public_bytes_raw().hex()


PEOPLE = (Person("ann", ("approver",), public(ANN)), Person("bob", ("analyst",), public(BOB)))
PLAN = Plan("partner-sync", "sync", (), author="bob", made_at=NOW)
LATER = NOW + timedelta(hours=1)


def approved(plan=PLAN, by="ann", key=ANN, **changed):
    """A signed approval; `changed` is set before signing."""
    unsigned = Approval("plan", plan.fingerprint, by, public(key), NOW, NOW + timedelta(hours=24), "ok", nonce="1")
    unsigned = replace(unsigned, shown=plan.shown)
    unsigned = replace(unsigned, **changed)
    return replace(unsigned, signature=key.sign(safety.signed_bytes(unsigned)).hex())


def check(approval, plan=PLAN, people=PEOPLE, now=LATER, *, live=False, **how):
    safety.check_approval(plan, approval, people, now, live=live, **how)


def test_good_approval_holds_in_live_profiles_too():
    check(approved())
    check(approved(), live=True)


def test_missing_approval_waits():
    with pytest.raises(WaitingForApproval, match="workbench approve"):
        check(None)


def test_expired_approval_waits_again():
    with pytest.raises(WaitingForApproval, match="expired"):
        check(approved(), now=NOW + timedelta(hours=24))


def test_approval_from_the_future_is_refused():
    with pytest.raises(Refused, match="holds only from"):
        check(approved(at=LATER + timedelta(hours=1), expires_at=LATER + timedelta(hours=9)))


def test_approval_of_another_plan_is_refused():
    with pytest.raises(Refused, match="another content"):
        check(approved(), plan=replace(PLAN, mapping="changed"))


def test_stranger_is_refused():
    with pytest.raises(Refused, match="'eve' is not in the list"):
        check(approved(by="eve", key=EVE))


def test_name_that_only_looks_the_same_is_a_stranger():
    with pytest.raises(Refused, match="not in the list"):
        check(approved(by="\u0430nn"))


def test_somebody_elses_key_is_refused():
    with pytest.raises(Refused, match="not the one of ann"):
        check(approved(key=EVE))


def test_known_key_under_a_foreign_signature_is_refused():
    with pytest.raises(Refused, match="signature does not fit"):
        check(replace(approved(key=EVE), key=public(ANN)))


def test_analyst_cannot_approve():
    with pytest.raises(Refused, match="bob is no approver"):
        check(approved(by="bob", key=BOB))


def test_author_never_approves_in_a_live_profile():
    plan = replace(PLAN, author="ann")
    check(approved(plan), plan=plan)
    with pytest.raises(Refused, match="ann wrote or edited it"):
        check(approved(plan), plan=plan, live=True)
    with pytest.raises(Refused, match="ann wrote or edited it"):
        check(approved(), live=True, authors=["ann"])


def test_demo_key_counts_in_the_sandbox_alone():
    people = (replace(PEOPLE[0], demo=True),)
    check(approved(), people=people)
    with pytest.raises(Refused, match="sandbox alone"):
        check(approved(), people=people, live=True)


def test_every_reason_is_said_at_once():
    with pytest.raises(Refused) as refusal:
        check(approved(by="bob", key=EVE), plan=replace(PLAN, mapping="x"), live=True)
    for reason in ("another content", "no approver", "not the one of bob", "bob wrote or edited it"):
        assert reason in str(refusal.value)


def changed_value(value):
    if isinstance(value, tuple):
        return (*value, {"gate": "creates: partner in crm", "measured": "9", "reason": "because"})
    if hasattr(value, "isoformat"):
        return value + timedelta(seconds=1)
    return f"{value}x" if len(value) != 64 else value[:-1] + ("0" if value[-1] != "0" else "1")


@pytest.mark.parametrize("name", [field.name for field in fields(Approval)])
def test_any_field_of_an_approval_changed_after_signing_is_refused(name):
    good = approved()
    with pytest.raises(Refused):
        check(replace(good, **{name: changed_value(getattr(good, name))}))


@settings(max_examples=200, derandomize=True)
@given(st.integers(0, 127), st.integers(1, 15))
def test_any_digit_of_a_signature_changed_is_refused(place, by):
    good = approved()
    digit = f"{int(good.signature[place], 16) ^ by:x}"
    with pytest.raises(Refused):
        check(replace(good, signature=good.signature[:place] + digit + good.signature[place + 1 :]))


@pytest.mark.parametrize("signature", ["", "zz", "00" * 64, "00" * 63, "\u0660" * 128])
def test_what_is_no_signature_is_refused(signature):
    with pytest.raises(Refused):
        check(replace(approved(), signature=signature))


def enrolled(name, key, sponsor_name, sponsor, roles=("approver",)):
    person = Person(name, roles, public(key), signed_by=sponsor_name)
    return replace(person, signature=sponsor.sign(canonical_json(person.message()).encode()).hex())


def names(people, *, live=False):
    return [person.name for person in safety.trusted(people, live=live)]


def test_person_counts_only_when_an_earlier_approver_signed_the_entry():
    first = PEOPLE[0]
    bob = enrolled("bob", BOB, "ann", ANN)
    assert names([first, bob]) == ["ann", "bob"]
    assert names([first, enrolled("eve", EVE, "eve", EVE)]) == ["ann"]
    assert names([first, replace(bob, roles=("approver", "operator"))]) == ["ann"]
    assert names([first, Person("eve", ("approver",), public(EVE))]) == ["ann"]
    assert names([bob, first]) == ["ann"]


def test_analyst_vouches_for_nobody():
    bob = enrolled("bob", BOB, "ann", ANN, roles=("analyst",))
    assert names([PEOPLE[0], bob, enrolled("eve", EVE, "bob", BOB)]) == ["ann", "bob"]


def test_demo_reviewer_is_nobody_in_a_live_profile():
    demo = Person("demo", ("approver",), public(EVE), demo=True)
    assert names([demo], live=True) == []
    assert names([demo]) == ["demo"]
    assert names([demo, enrolled("bob", BOB, "demo", EVE)], live=True) == []


def gate(plan, name):
    (found,) = [gate for gate in plan.gates if gate.name.startswith(name)]
    return found


def big_world(count=100, **limits):
    world = World(replace(INTEGRATION, limits=Limits(**limits)))
    for number in range(count):
        world.put("partner", "portal", f"p{number:03}", partner(f"Partner {number}"))
        world.put("partner", "crm", f"a{number:03}", account(f"Partner {number}"))
        world.link(f"p{number:03}", f"a{number:03}")
    return world


def test_share_of_changes_is_limited():
    world = big_world()
    for number in range(21):
        world.put("partner", "portal", f"p{number:03}", {"city": "Salem"})
    found = gate(world.plan(), "changed")
    assert (found.name, found.measured, found.limit, found.holds) == ("changed: partner in crm", 21, 20, False)
    world.put("partner", "portal", "p020", {"city": None})
    assert gate(world.plan(), "changed").holds


def test_creates_are_limited_by_the_smaller_of_share_and_count():
    world = big_world()
    for number in range(6):
        world.put("partner", "portal", f"q{number}", partner(f"New {number}"))
        world.rule(ref("portal", f"q{number}"), "create")
    found = gate(world.plan(), "creates: partner in crm")
    assert (found.measured, found.limit, found.holds) == (6, 5, False)


def test_small_population_has_a_floor_so_that_one_change_is_not_too_many():
    world = big_world(3)
    world.put("partner", "portal", "p000", {"city": "Salem"})
    world.put("partner", "portal", "q", partner("New"))
    world.rule(ref("portal", "q"), "create")
    assert all(gate.holds for gate in world.plan().gates)


def test_soft_deletes_are_limited_most_of_all():
    world = big_world()
    for number in range(3):
        world.put("partner", "portal", f"p{number:03}", {DELETED: True})
    found = gate(world.plan(), "soft-deletes")
    assert (found.measured, found.limit, found.holds) == (3, 2, False)


def test_emptied_field_needs_an_override_unless_the_mapping_allows_it():
    world = big_world(10)
    world.put("partner", "crm", "a000", {"BillingCity": "Salem"})
    world.run(world.plan())
    world.put("partner", "portal", "p000", {"city": None})
    line = Line("1" * 32, "update", ref("crm", "a000"), None, "x", {"BillingCity": "Salem"}, {"BillingCity": None})
    plan = replace(world.plan(), lines=(line,))
    measured = safety.gates(plan, world.integration, world.snapshots(), {})
    assert [gate.holds for gate in measured if gate.name.startswith("blanking")] == [False]
    mapping = tuple(replace(row, blanking=True) for row in PARTNERS.mapping)
    world.integration = replace(world.integration, pairings=(replace(PARTNERS, mapping=mapping),))
    plan = world.plan()
    assert plan.lines[0].after == {"BillingCity": None}
    assert all(gate.holds for gate in plan.gates)


def test_shrunken_and_empty_reads_stop_the_plan():
    world = big_world(60)
    assert all(gate.holds for gate in world.plan(previous={"crm:partner": 65}).gates)
    found = gate(world.plan(previous={"crm:partner": 67}), "shrunken: partner in crm")
    assert (found.measured, found.limit, found.holds) == (60, 61, False)
    world.records["partner", "crm"] = {}
    assert not gate(world.plan(previous={"crm:partner": 2}), "shrunken: partner in crm").holds


@pytest.mark.parametrize("how", ["absent", "deleted"])
def test_missing_sentinel_record_stops_the_plan(how):
    world = big_world(3, canaries=("crm:partner:a001",))
    assert gate(world.plan(), "canary").holds
    if how == "absent":
        del world.records["partner", "crm"]["a001"]
    else:
        world.put("partner", "crm", "a001", {DELETED: True})
    assert not gate(world.plan(), "canary").holds


def test_another_instance_stops_the_plan():
    world = big_world(1)
    assert gate(world.plan(instances={"crm": "crm-1"}), "wrong instance").holds
    found = gate(world.plan(instances={"crm": "crm-2"}), "wrong instance")
    assert not found.holds
    assert "crm is crm-1, not crm-2" in found.message


def described(**values):
    names = PARTNERS.fields("right")
    return {("crm", "partner"): Description("crm", "partner", "Account", tuple(
        Field(name, name, values=values.get(name, ())) for name in names if values.get(name) != "gone"
    ))}  # fmt: skip


def test_vanished_field_and_picklist_value_stop_the_plan_and_are_named():
    world = big_world(1)
    statuses = tuple(PARTNERS.mapping[3].values.values())
    assert gate(world.plan(descriptions=described(Status=statuses)), "schema drift").holds
    found = gate(world.plan(descriptions=described(Status=statuses[:2], Phone="gone")), "schema drift")
    assert not found.holds
    assert "field Phone" in found.message
    assert "'Inactive Partner'" in found.message


def test_vendors_connector_is_never_raced_by_writing_both_sides():
    world = big_world(3)
    world.integration = replace(world.integration, run_by="vendor")
    world.put("partner", "portal", "p000", {"city": "Salem"})
    assert gate(world.plan(), "run by the vendor").holds
    world.put("partner", "crm", "a001", {"BillingCity": "Lynn"})
    assert not gate(world.plan(), "run by the vendor").holds


def test_first_sync_states_its_own_limits_and_needs_a_ruling_for_each_record():
    world = World()
    world.records["partner", "crm"] = {}
    for number in range(30):
        world.put("partner", "portal", f"p{number}", partner(f"P{number}"))
        if number:
            world.rule(ref("portal", f"p{number}"), "create")
    plan = world.plan(purpose="first sync")
    assert (gate(plan, "creates: partner in crm").limit, gate(plan, "creates: partner in crm").holds) == (29, True)
    assert not gate(plan, "every record ruled").holds
    world.rule(ref("portal", "p0"), "later")
    assert gate(world.plan(purpose="first sync"), "every record ruled").holds


def test_gate_is_overridden_only_by_name_with_its_measure_and_a_reason():
    closed = Gate("creates: partner in crm", 9, 5, holds=False, message="9 creates")
    good = {"gate": closed.name, "measured": "9", "reason": "new region"}
    safety.check_gates([closed], approved(overrides=(good,)))
    for changed in ({"gate": "changed: partner in crm"}, {"measured": "8"}, {"reason": " "}):
        with pytest.raises(Refused, match="9 creates"):
            safety.check_gates([closed], approved(overrides=({**good, **changed},)))
    with pytest.raises(Refused):
        safety.check_gates([closed], None)


STANDING = Standing(
    "partner-sync",
    ("partner",),
    ("update", "link"),
    (),
    5,
    10,
    NOW + timedelta(days=30),
    mapping_fingerprint(INTEGRATION),
)


def line(number, action="update", depends=(), risk=(), after=None):
    waits = tuple(f"{n:032}" for n in depends)
    after = {"Phone": "1"} if after is None else after
    return Line(f"{number:032}", action, ref("crm", f"{number}"), None, "x", after=after, depends_on=waits, risk=risk)


def planned(*lines, gates=()):
    return Plan("partner-sync", "sync", lines, gates=gates, mapping=STANDING.mapping)


def numbers(plan):
    return [int(line.id) for line in plan.lines]


def split(plan, standing=STANDING, **how):
    inside, outside = safety.divide(plan, standing, now=NOW, **how)
    return numbers(inside), numbers(outside)


def test_lines_inside_the_rule_run_and_the_rest_waits():
    assert split(planned(line(1), line(2, "create"), line(3, risk=("status",)))) == ([1], [2, 3])


def test_dependants_stay_with_their_parents():
    assert split(planned(line(1, "create"), line(2, depends=[1]), line(3))) == ([3], [1, 2])
    assert split(planned(line(1), line(2, depends=[1], risk=("status",)))) == ([], [1, 2])


def test_fields_outside_the_rule_stay_outside():
    rule = replace(STANDING, fields=("Phone",))
    assert split(planned(line(1), line(2, after={"Name": "x", "Phone": "1"})), rule) == ([1], [2])


def test_run_and_day_have_their_own_limits():
    plan = planned(*(line(n) for n in range(1, 8)))
    assert len(split(plan)[0]) == 5
    assert len(split(plan, spent_today=8)[0]) == 2
    assert split(plan, spent_today=10)[0] == []
    assert len(split(plan, replace(STANDING, per_cent=30))[0]) == 2


@pytest.mark.parametrize(
    "rule",
    [None, replace(STANDING, mapping="older"), replace(STANDING, ends_at=NOW), replace(STANDING, integration="other")],
)
def test_rule_that_is_not_in_force_covers_nothing(rule):
    assert split(planned(line(1)), rule) == ([], [1])


def test_nothing_runs_unasked_while_a_gate_is_closed():
    closed = Gate("canary", 1, 0, holds=False, message="missing")
    assert split(planned(line(1), gates=(closed,))) == ([], [1])


@settings(max_examples=300, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["create", "update", "link"]),
            st.lists(st.integers(0, 11), max_size=2),
            st.sampled_from([(), (), ("status",)]),
        ),
        max_size=12,
    ),
    st.integers(0, 12),
)
def test_dividing_loses_nothing_and_never_lets_out_what_the_rule_does_not_cover(drawn, spent):
    lines = [line(n, action, [d for d in deps if d < n], risk) for n, (action, deps, risk) in enumerate(drawn)]
    inside, outside = safety.divide(planned(*lines), STANDING, now=NOW, spent_today=spent)
    assert sorted(numbers(inside) + numbers(outside)) == list(range(len(lines)))
    assert len(inside.lines) <= max(0, min(5, 10 - spent))
    assert all(line.action != "create" and not line.risk for line in inside.lines)
    there = {line.id for line in inside.lines}
    assert all(set(line.depends_on) <= there for line in inside.lines)
    assert all(not there & set(line.depends_on) for line in outside.lines)


def test_day_of_24_runs_never_exceeds_its_limit():
    spent = 0
    for _ in range(24):
        inside, _ = safety.divide(planned(*(line(n) for n in range(4))), STANDING, now=NOW, spent_today=spent)
        spent += len(inside.lines)
    assert spent == 10


def test_the_deputy_whom_an_approver_names_approves_and_nobody_elses_deputy_does():
    by_bob = approved(by="bob", key=BOB)
    check(by_bob, people=(replace(PEOPLE[0], deputy="bob"), PEOPLE[1]), plan=replace(PLAN, author="ann"), live=True)
    with pytest.raises(Refused, match="bob is no approver"):
        check(by_bob, people=(PEOPLE[0], replace(PEOPLE[1], deputy="bob")))
    with pytest.raises(Refused, match="bob wrote or edited it"):
        check(by_bob, people=(replace(PEOPLE[0], deputy="bob"), PEOPLE[1]), live=True)


def test_a_deputy_vouches_for_nobody():
    people = (replace(PEOPLE[0], deputy="bob"), PEOPLE[1], enrolled("eve", EVE, "bob", BOB))
    assert [person.name for person in safety.trusted(people, live=False)] == ["ann"]

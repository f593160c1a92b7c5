"""Whatever people do to the records, a plan keeps to what it may touch, and running it leaves nothing to do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import CONTACTS, INTEGRATION, PARTNERS, World, account, partner, ref

from workbench.model.records import DELETED

WITH_CONTACTS = replace(INTEGRATION, pairings=(PARTNERS, CONTACTS))
NAMES = {
    ("partner", "portal"): ("name", "phone", "city"),
    ("partner", "crm"): ("Name", "Phone", "BillingCity"),
    ("contact", "portal"): ("name", "email", "name"),
    ("contact", "crm"): ("Name", "Email", "Name"),
}
FLAGS = {"portal": ("status", "Active", "Inactive"), "crm": ("Sync", True, False)}
TEXTS = ["", None, "Acme", "ACME ", "lee@acme.com", "kim@acme.com", "(555) 010-2030"]

PLACES, NUMBERS = st.sampled_from(sorted(NAMES)), st.integers(0, 2)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PLACES, NUMBERS, NUMBERS, st.sampled_from(TEXTS)),
        st.tuples(st.just("delete"), PLACES, NUMBERS, st.booleans()),
        st.tuples(st.just("flag"), st.sampled_from(["portal", "crm"]), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("rule"), st.sampled_from(["link", "create", "later", "exclude", "lift"]), st.integers(0, 2),
                  st.integers(0, 2)),
    ),
    max_size=10,
)  # fmt: skip


def made():
    world = World(WITH_CONTACTS)
    for number in range(3):
        world.put("partner", "portal", f"p{number}", partner(f"P{number}"))
        world.put("partner", "crm", f"a{number}", account(f"A{number}"))
        mail = f"c{number}@acme.com"
        world.put("contact", "portal", f"c{number}", {"name": "Lee", "email": mail, "organizationId": f"p{number}"})
        world.put("contact", "crm", f"d{number}", {"Name": "Lee", "Email": mail, "AccountId": f"a{number}"})
    world.rule(ref("portal", "p0"), "link", ref("crm", "a0"))
    world.rule(ref("portal", "p1"), "create")
    return world


def do(world, deeds):
    prefixes = {
        ("partner", "portal"): "p",
        ("partner", "crm"): "a",
        ("contact", "portal"): "c",
        ("contact", "crm"): "d",
    }
    for verb, where, number, *more in deeds:
        if verb == "write":
            world.put(*where, f"{prefixes[where]}{number}", {NAMES[where][more[0]]: more[1]})
        elif verb == "delete":
            world.put(*where, f"{prefixes[where]}{number}", {DELETED: more[0]})
        elif verb == "flag":
            name, on, off = FLAGS[where]
            world.put("partner", where, f"{prefixes['partner', where]}{number}", {name: on if more[0] else off})
        else:
            target = ref("crm", f"a{more[0]}") if where == "link" else None
            world.rule(ref("portal", f"p{number}"), where, target)


def check(world, plan):
    """What holds of every plan."""
    seen = set()
    for line in plan.lines:
        assert set(line.depends_on) <= seen, "a line stands before one that it waits for"
        assert line.id not in seen
        seen.add(line.id)
        assert line.reason
        if line.action == "create":
            assert line.marker
            assert line.counterpart is not None
            continue
        record = world.records[line.target.kind, line.target.system][line.target.id]
        assert not record[DELETED], "a deleted record is written"
        assert line.before == {name: record.get(name) for name in line.after}
        assert line.precondition["@modified"] == record["@modified"]
    targets = [(line.target, name) for line in plan.lines if line.target.id for name in line.after]
    assert len(targets) == len(set(targets)), "two lines write one field"
    assert all(held.reason and held.remedy for held in plan.held)


@settings(max_examples=25, derandomize=True, phases=[Phase.generate])
@given(DEEDS, DEEDS)
def test_plans_keep_to_what_they_may_touch_and_settle_in_one_run(first, second):
    world = made()
    for deeds in (first, second):
        do(world, deeds)
        plan = world.plan()
        check(world, plan)
        world.run(plan)
        again = world.plan()
        assert again.lines == ()
        world.run(again)  # fields that are blank on both sides of a created record agree now
        assert world.plan().settled == ()

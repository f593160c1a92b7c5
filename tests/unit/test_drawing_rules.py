"""The rule book: a clean landscape breaks no rule, and each mutant trips exactly the rules that it should."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_landscape import AS_IS, BOTH, TO_BE, small_landscape

from workbench.core.drawing import check
from workbench.core.drawing.rules import RULES
from workbench.declared import read_landscape
from workbench.errors import ConfigurationError
from workbench.model.landscape import Accepted, InventoryRow, Landscape, Move, Participant, Process
from workbench.render.layout_file import read_layout

ROOT = Path(__file__).parents[2]


def edited(group, element, **changes):
    """The landscape with one element changed."""
    return lambda whole: _with(whole, group, lambda item: item.id == element, changes)


def _with(whole, group, test, changes):
    items = tuple(dataclasses.replace(item, **changes) if test(item) else item for item in getattr(whole, group))
    return dataclasses.replace(whole, **{group: items})


def added(group, *items):
    """The landscape with further elements."""
    return lambda whole: dataclasses.replace(whole, **{group: (*getattr(whole, group), *items)})


def removed(group, element):
    """The landscape without one element."""
    kept = lambda whole: tuple(item for item in getattr(whole, group) if item.id != element)  # noqa: E731  # a fact in a line
    return lambda whole: dataclasses.replace(whole, **{group: kept(whole)})


def both(first, second):
    """One mutation after another."""
    return lambda whole: second(first(whole))


TEN_FLOWS = tuple(Move(f"F{20 + at}", "D2", "P3", f"reminder {at}") for at in range(8))
TEN_PROCESSES = tuple(Process(f"P{20 + at}", f"{20 + at}", f"Bill region {at}", "BIL", states=AS_IS) for at in range(8))
THEIR_FLOWS = tuple(
    move
    for at in range(8)
    for move in (
        Move(f"F{20 + at}", "D2", f"P{20 + at}", f"regional invoice {at}", states=AS_IS),
        Move(f"F{40 + at}", f"P{20 + at}", "D2", f"regional payment {at}", states=AS_IS),
    )
)

# rule: (mutation, every rule that the mutant trips)
MUTANTS = {
    "DFD-01": (added("systems", Participant("P1", "Twin")), {"DFD-01"}),
    "DFD-02": (edited("processes", "P3", name="Sign quote"), {"DFD-02"}),
    "DFD-03": (edited("moves", "F01", source="E9"), {"DFD-03", "DFD-11"}),
    "DFD-04": (added("moves", Move("F30", "P1", "P1", "old quote")), {"DFD-04"}),
    "DFD-05": (added("moves", Move("F30", "D1", "D2", "old quote", "INT-003")), {"DFD-05"}),
    "DFD-06": (added("moves", Move("F30", "E1", "E2", "payment")), {"DFD-06"}),
    "DFD-07": (added("moves", Move("F30", "E1", "D2", "payment")), {"DFD-07"}),
    "DFD-08": (edited("moves", "F05", data=" "), {"DFD-08"}),
    "DFD-09": (edited("moves", "F05", data="Data"), {"DFD-09"}),
    "DFD-10": (edited("moves", "F05", data="send invoice"), {"DFD-10"}),
    "DFD-11": (removed("moves", "F01"), {"DFD-11", "DFD-13"}),
    "DFD-12": (removed("moves", "F02"), {"DFD-12", "DFD-14"}),
    "DFD-13": (edited("moves", "F01", source="P1", target="E1"), {"DFD-13"}),
    "DFD-14": (removed("moves", "F11"), {"DFD-12", "DFD-14"}),
    "DFD-15": (removed("moves", "F12"), {"DFD-13", "DFD-15"}),
    "DFD-16": (edited("processes", "P1", name="Quotation"), {"DFD-16"}),
    "DFD-17": (edited("processes", "P1", name="Manage quote"), {"DFD-17"}),
    "DFD-18": (added("moves", *TEN_FLOWS), {"DFD-18"}),
    "DFD-19": (edited("moves", "F06", data="open invoice"), {"DFD-19", "DFD-22"}),
    "DFD-20": (added("moves", Move("F30", "E1", "P1", "Quote request")), {"DFD-20", "DFD-22"}),
    "DFD-21": (both(added("processes", *TEN_PROCESSES), added("moves", *THEIR_FLOWS)), {"DFD-21"}),
    "DFD-22": (edited("moves", "F05", data="bank statement"), {"DFD-22"}),
    "DFD-23": (edited("moves", "F09.1", parent="F99"), {"DFD-23"}),
    "DFD-24": (edited("moves", "F09.1", source="P4.1", target="D1"), {"DFD-13", "DFD-24"}),
    "DFD-25": (edited("moves", "F09.1", data="quote"), {"DFD-25"}),
    "DFD-26": (edited("processes", "P4.1", number="5.1"), {"DFD-26"}),
    "DFD-27": (edited("moves", "F07", integration="INT-999"), {"DFD-27"}),
    "DFD-28": (edited("moves", "F03", integration="INT-002"), {"DFD-28"}),
    "DFD-29": (added("moves", Move("F30", "D1", "P3", "credit check result")), {"DFD-29"}),
    "DFD-30": (added("integrations", InventoryRow("INT-004", "Forgotten", ("QUO",), ("BIL",))), {"DFD-30"}),
    "DFD-31": (edited("moves", "F10", fields=("Number", "Tax")), {"DFD-31"}),
    "DFD-32": (added("moves", Move("F30", "P4.2", "E1", "order notice", states=TO_BE)), {"DFD-23", "DFD-32"}),
    "DFD-33": (edited("moves", "F02", states=AS_IS), {"DFD-12", "DFD-14", "DFD-33"}),
    "DFD-34": (edited("integrations", "INT-001", personal_data=True), {"DFD-34"}),
    "DFD-35": (edited("integrations", "INT-001", replaced_by=("INT-404",)), {"DFD-35"}),
    "DFD-36": (edited("moves", "F05", data="invoice <-> payment"), {"DFD-36"}),
    "DFD-37": (edited("moves", "F03", states=BOTH), {"DFD-28", "DFD-37"}),
    "DFD-38": (edited("processes", "P1", name="Sign the quote that the buyer has asked for by letter"), {"DFD-38"}),
}


def test_the_small_landscape_breaks_no_rule():
    assert list(check(small_landscape())) == []


def test_every_rule_has_a_mutant():
    assert set(MUTANTS) == set(RULES) == {f"DFD-{number:02d}" for number in range(1, 39)}


@pytest.mark.parametrize("rule", MUTANTS)
def test_each_mutant_trips_exactly_its_rules(rule):
    mutate, expected = MUTANTS[rule]
    found = check(mutate(small_landscape()))
    assert {item.rule for item in found} == expected
    assert rule in expected
    assert all(item.message and item.remedy and item.element for item in found)


def test_one_state_alone_is_checked_alone():
    whole = MUTANTS["DFD-34"][0](small_landscape())
    assert {item.state for item in check(whole.state("as-is"))} == {"as-is"}
    assert list(check(whole.state("to-be"))) == []


def test_an_accepted_violation_stays_in_the_list_with_its_reason():
    whole = MUTANTS["DFD-17"][0](small_landscape())
    accepted = Accepted("DFD-17", "P1", "the vendor calls it so", severity="info")
    (found,) = check(dataclasses.replace(whole, accepted=(accepted,))).where(state="as-is")
    assert (found.severity, found.excused) == ("info", "the vendor calls it so")
    other = dataclasses.replace(whole, accepted=(Accepted("DFD-17", "P9", "another"),))
    assert {item.severity for item in check(other)} == {"warning"}


def test_the_sample_has_no_violation_that_is_not_accepted_with_a_reason():
    whole = read_landscape(ROOT / "config" / "landscape.yaml")
    found = check(whole)
    assert [str(item) for item in found if item.severity in ("error", "warning")] == []
    accepted = {(item.rule, item.element) for item in whole.accepted if item.rule in RULES}
    assert {(item.rule, item.element) for item in found if item.excused} == accepted


def test_a_rule_that_does_not_exist_cannot_be_accepted(tmp_path):
    text = (ROOT / "config" / "landscape.yaml").read_text(encoding="utf-8")
    (tmp_path / "landscape.yaml").write_text(text.replace("rule: DFD-21", "rule: DFD-99"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="DFD-99"):
        read_landscape(tmp_path / "landscape.yaml")


def test_every_element_of_the_sample_has_a_pinned_place():
    whole = read_landscape(ROOT / "config" / "landscape.yaml")
    layout = read_layout(ROOT / "diagrams" / "layout.yaml")
    top = {item.id for group in (whole.processes, whole.stores) for item in group if not item.parent}
    assert top | {item.id for item in whole.outsiders} == set(layout.places)


words = st.text(max_size=12)
ends = st.sampled_from(["P1", "P2", "D1", "E1", "nowhere", ""])
moves = st.builds(
    Move,
    id=words,
    source=ends,
    target=ends,
    data=words,
    integration=st.sampled_from(["", "INT-001", "?"]),
    states=st.sampled_from([AS_IS, TO_BE, BOTH]),
    parent=st.sampled_from(["", "F01", "F02"]),
)


@settings(max_examples=40)
@given(st.lists(moves, max_size=12))
def test_any_landscape_is_checked_without_an_error_and_always_alike(found):
    whole: Landscape = dataclasses.replace(small_landscape(), moves=tuple(found))
    result = check(whole)
    assert result == check(whole)
    assert all(item.rule in RULES and item.element is not None and item.message for item in result)

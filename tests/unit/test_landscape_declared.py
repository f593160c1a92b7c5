"""What the landscape file declares: both companies read completely, every mistake is named, what is drawn agrees."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from workbench import settings
from workbench.declared import collect_landscape, read_landscape
from workbench.errors import ConfigurationError

HOME = Path(__file__).parents[2]
SAMPLE = HOME / "config" / "landscape.yaml"
FJELLSTAD = HOME / "tests" / "landscapes" / "fjellstad.yaml"

SMALL = """\
title: Small
as_of: 2026-10-01
systems:
  A:
    name: System A
    system: salesforce
    stores: {SA: {name: Customers}}
    processes:
      P1:
        number: "1"
        name: Send customers
        inside:
          processes: {P1.1: {number: "1.1", name: Pick customers}}
          moves: {F1.1: {from: SA, to: P1.1, data: customer, parent: F1}}
  B:
    name: System B
    system: channeltivity
    stores: {SB: {name: Clients}}
outsiders: {X: {name: Bank}}
moves: {F9: {from: X, to: P1, data: statement}}
integrations:
  INT-1:
    name: Customers to B
    aliases: [CUST]
    source: [A]
    target: [B]
    mechanism: manual-rekey
    error_rate: 2 %
    to_be: {mechanism: vendor-connector, error_rate: 0.5 %}
    moves:
      F1: {from: SA, to: P1, data: customer}
      F2: {from: P1, to: SB, data: client, manual: false}
"""


@pytest.fixture
def declared(tmp_path):
    def write(text: str = SMALL, integrations=None):
        path = tmp_path / "landscape.yaml"
        path.write_text(text, encoding="utf-8")
        return collect_landscape(path, integrations)

    return write


def test_moves_take_integration_hand_work_and_level_from_where_they_stand(declared):
    moves = {move.id: move for move in declared()[0].moves}
    assert (moves["F1"].integration, moves["F1"].manual) == ("INT-1", True)
    assert moves["F2"].manual is False
    assert (moves["F1.1"].integration, moves["F1.1"].parent) == ("INT-1", "F1")
    assert moves["F9"].integration == ""


def test_inside_of_a_process_belongs_to_its_system_and_parent(declared):
    inner = {process.id: process for process in declared()[0].processes}["P1.1"]
    assert (inner.system, inner.parent) == ("A", "P1")


def test_to_be_holds_only_what_differs(declared):
    landscape = declared()[0]
    before, after = (landscape.state(name).integration("CUST") for name in ("as-is", "to-be"))
    assert (before.mechanism, before.error_rate) == ("manual-rekey", "2 %")
    assert (after.mechanism, after.error_rate, after.name) == ("vendor-connector", "0.5 %", before.name)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("source: [A]", "source: [AA]", 25, "there is no system or outsider 'AA'"),
        ("from: SA, to: P1, data: customer}", "from: S1, to: P1, data: customer}", 31, "no process, store or outsider"),
        ("parent: F1}", "parent: F7}", 14, "there is no move 'F7'"),
        ("SB: {name", "SA: {name", 18, "the id 'SA' is used twice (first in line 7)"),
        ("aliases: [CUST]", "aliases: [P1]", 24, "the id 'P1' is used twice"),
        ("error_rate: 2 %", "error_rate: much", 28, "'much' is not written as"),
        ("mechanism: manual-rekey", "depends_on: [INT-1]", 27, "waits for a row that waits for it"),
        ("mechanism: manual-rekey", "evidence: [S9]", 27, "there is no document 'S9'"),
        ("mechanism: manual-rekey", "basis_of: {eror_rate: measured}", 27, "there is no field 'eror_rate'"),
        ("mechanism: manual-rekey", "disposition: replace", 22, "but by nothing"),
        ("mechanism: manual-rekey", "criticality: 6", 27, "less than or equal to 5"),
        ("mechanism: manual-rekey", "ratings: {beauty: {value: 1, by: A, reason: b}}", 27, "no dimension 'beauty'"),
        ("mechanism: manual-rekey", "ratings: {reliability: {value: 7, by: A, reason: b}}", 27, "7 is no rating"),
        ("mechanism: manual-rekey", "mechanisme: manual-rekey", 27, "'mechanisme' is not known here"),
    ],
)
def test_mistake_is_named_with_its_line(declared, right, wrong, line, said):
    assert right in SMALL
    landscape, problems = declared(SMALL.replace(right, wrong, 1))
    assert landscape is None
    assert [problem.line for problem in problems if said in problem.message] == [line]


def test_mistakes_in_several_places_come_together(declared, tmp_path):
    wrong = SMALL.replace("source: [A]", "source: [AA]").replace("target: [B]", "target: [BB]")
    assert len(declared(wrong)[1]) == 2
    with pytest.raises(ConfigurationError, match="2 mistakes"):
        read_landscape(tmp_path / "landscape.yaml")


def test_ids_used_twice_are_named_beside_mistakes_of_shape(declared):
    wrong = SMALL.replace("SB: {name", "SA: {name").replace("error_rate: 2 %", "error_rate: much")
    assert [problem.line for problem in declared(wrong)[1]] == [18, 28]


@pytest.fixture(scope="module")
def integrations():
    return settings.read(folder=HOME, environment={}).integrations


def test_configured_row_takes_what_its_file_owns(integrations):
    row = read_landscape(SAMPLE, integrations).integration("INT-001")
    partner = integrations["partner-sync"]
    assert row.direction == "two-way"
    assert row.key_fields == tuple(item.key for item in partner.pairing("partner").mapping)
    assert (row.frequency, row.run_by) == (partner.schedule, partner.run_by)


CONFIGURED = SMALL.replace("mechanism: manual-rekey", "configured: partner-sync/partner")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("partner-sync/partner", "partner-sink"), "there is no integration 'partner-sink'"),
        (("partner-sync/partner", "partner-sync/ticket"), "has no kind 'ticket'"),
        (("system: salesforce", "system: connectwise"), "this row does not"),
        (("objects", "objects"), "writes into salesforce, but no move of INT-1 ends in a store there"),
        (("configured:", "direction: two-way\n    configured:"), "direction of INT-1 is owned by"),
    ],
)
def test_row_that_disagrees_with_its_integration_is_a_mistake(declared, integrations, change, said):
    _, problems = declared(CONFIGURED.replace(*change), integrations)
    assert any(said in problem.message for problem in problems), problems


def test_move_where_no_run_writes_is_a_mistake(declared, integrations):
    partner = integrations["partner-sync"]
    pairing = partner.pairing("partner")
    one_way = tuple(dataclasses.replace(item, on_create="to left", on_update="to left") for item in pairing.mapping)
    narrowed = dataclasses.replace(partner, pairings=(dataclasses.replace(pairing, mapping=one_way),))
    back = CONFIGURED.replace("      F2:", "      F3: {from: P1, to: SA, data: x}\n      F2:")
    _, problems = declared(back, {"partner-sync": narrowed})
    assert [problem.message for problem in problems] == [
        "a move of INT-1 ends in a store of salesforce, but partner-sync never writes there"
    ]


def test_what_travels_on_creation_counts_only_where_records_are_created(declared, integrations):
    partner = integrations["partner-sync"]
    pairing = partner.pairing("partner")
    created = tuple(dataclasses.replace(item, on_create="both", on_update="none") for item in pairing.mapping)
    imported = dataclasses.replace(pairing, mapping=created, create=("left",))
    landscape, problems = declared(CONFIGURED, {"partner-sync": dataclasses.replace(partner, pairings=(imported,))})
    assert problems == ()
    assert landscape.integration("INT-1").direction == "one-way into channeltivity"


def test_import_of_deals_is_the_row_that_names_it(integrations):
    row = read_landscape(SAMPLE, integrations).integration("INT-005")
    assert (row.direction, row.run_by) == ("one-way into channeltivity", integrations["deal-import"].run_by)
    assert "Amount=amount" in row.key_fields


@pytest.mark.parametrize("file", [SAMPLE, FJELLSTAD])
@pytest.mark.parametrize("state", ["as-is", "to-be"])
def test_every_integration_is_drawn_between_its_ends(file, state):
    landscape = read_landscape(file).state(state)
    place = {item.id: item.system for item in (*landscape.processes, *landscape.stores)}
    for row in landscape.integrations:
        moves = [move for move in landscape.moves if move.integration == row.id and not move.parent]
        touched = {place.get(end, end) for move in moves for end in (move.source, move.target)}
        if "BOOKS" not in row.target:
            assert {*row.source, *row.target} <= touched, row.id


def test_sample_inventories_more_than_the_two_systems_of_the_charter():
    landscape = read_landscape(SAMPLE)
    ends = {end for row in landscape.integrations for end in (*row.source, *row.target)}
    assert {system.id for system in landscape.systems} <= ends | {"WBH"}
    assert any({"SFDC", "CWP"}.isdisjoint((*row.source, *row.target)) for row in landscape.integrations)
    assert {row.mechanism for row in landscape.integrations} >= {"manual-rekey", "file-manual", "email"}


def test_sample_names_the_stakeholders_and_flags_the_broken_links_of_the_charter():
    landscape = read_landscape(SAMPLE)
    assert [(person.name, person.title) for person in landscape.stakeholders] == [
        ("Brian Jones", "CIO"),
        ("Dusty Corning", "CSO"),
        ("John Powell", "VP, NRR"),
        ("Kelvin Garrison", "VP, Procurement"),
        ("Chris Jouban", "Senior Manager, Procurement"),
        ("Amy Chestnut", "Senior Manager, Contract Distribution"),
    ]
    assert [item.id for item in landscape.documents if item.reached is False] == ["G1", "G2"]


def test_no_figure_of_the_sample_claims_to_be_more_than_an_assumption():
    for row in read_landscape(SAMPLE).integrations:
        for name in ("error_rate", "volume_month", "manual_minutes_month", "cost_year"):
            assert row.basis_of.get(name, row.basis) == "assumption", (row.id, name)

"""Each anti-pattern is seen where it is, and nowhere else."""

from __future__ import annotations

import dataclasses

import pytest
from landscapes.healthy import into_workbook, landscape, row

from workbench.core.assessing import assess
from workbench.core.assessing.findings import findings
from workbench.core.assessing.patterns import RULES
from workbench.model.landscape import Accepted, Reconciled, SourceDocument

BACK = {"source": ("B",), "target": ("A",), "objects": "Client -> Customer", "system_of_record": "B"}
UNKEYED = {"idempotency": "none"}

MUTANTS = {
    "dual-write": landscape(row(**UNKEYED), row("R2", target=("C",), **UNKEYED)),
    "redundant-path": landscape(
        row(objects="Customer -> Guest", target=("C",)),
        row("R2"),
        row("R3", source=("B",), target=("C",), objects="Client -> Guest"),
    ),
    "re-keying": landscape(row(mechanism="manual-rekey")),
    "shadow-store": landscape(row(), **into_workbook("R1")),
    "no-owner": landscape(row(owner_business="unassigned")),
    "no-idempotency": landscape(row(**UNKEYED)),
    "name-only-match": landscape(row(idempotency="name match")),
    "no-conflict-rule": landscape(row(direction="two-way", conflict_rule="undocumented")),
    "cycle-without-master": landscape(row(), row("R2", **BACK)),
    "no-failure-handling": landscape(row(failure_handling="none")),
    "no-alert": landscape(row(monitoring="log page only")),
    "late": landscape(row(latency_actual_minutes=241)),
    "personal-data-by-file": landscape(row(personal_data=True, mechanism="e-mail")),
    "named-user-credentials": landscape(row(auth="named user")),
    "unfiltered-load": landscape(row(filter="none", volume_month=50_000)),
    "undocumented": landscape(row(documentation="none")),
    "shadow-integration": landscape(
        reconciled=(Reconciled("seen, not declared", "", "", "salesforce", "Old loader", "jane", "2026-10-01"),)
    ),
    "source-unreachable": landscape(documents=(SourceDocument("G1", "Guide", "guide.pdf", reached=False),)),
}
ALONGSIDE = {
    "dual-write": {"no-idempotency"},
    "re-keying": set(),
    "no-idempotency": set(),
    "cycle-without-master": set(),
}


def test_healthy_landscape_has_no_finding():
    assert not findings(landscape().state("as-is"))


@pytest.mark.parametrize("rule", MUTANTS)
def test_mutant_trips_its_anti_pattern_and_no_other(rule):
    found = {finding.rule for finding in findings(MUTANTS[rule].state("as-is"))}
    assert found == {rule} | ALONGSIDE.get(rule, set())


def test_every_rule_has_a_mutant():
    assert {rule.name for rule in RULES} <= set(MUTANTS)


@pytest.mark.parametrize(
    ("rule", "healthy"),
    [
        ("dual-write", landscape(row(**UNKEYED), row("R2", target=("C",)))),
        ("dual-write", landscape(row(**UNKEYED), row("R2", target=("X",), **UNKEYED))),
        ("redundant-path", landscape(row("R2"), row("R3", source=("B",), target=("C",), objects="Client -> Guest"))),
        ("cycle-without-master", landscape(row(), row("R2", **{**BACK, "system_of_record": "A"}))),
        ("late", landscape(row(latency_actual_minutes=240))),
        ("no-conflict-rule", landscape(row(conflict_rule="n/a"))),
        ("personal-data-by-file", landscape(row(personal_data=True))),
        ("unfiltered-load", landscape(row(volume_month=50_000))),
        ("unfiltered-load", landscape(row(filter="none"))),
    ],
)
def test_near_miss_is_no_finding(rule, healthy):
    assert rule not in {finding.rule for finding in findings(healthy.state("as-is"))}


def test_finding_names_rows_what_was_seen_and_remedy():
    (finding,) = findings(MUTANTS["late"].state("as-is"))
    assert finding.id == "late/high"
    assert finding.rows == ("R1",)
    assert finding.kind == "data-flow improvement"
    assert (finding.names, finding.where) == (("Customers to B",), "Customers to B (241 minutes for 1 hour)")
    assert finding.message == f"Data arrives more than four times later than needed: {finding.where}"
    assert finding.remedy


def test_severity_follows_criticality():
    severities = {
        critical: findings(landscape(row(criticality=critical, latency_actual_minutes=999)).state("as-is"))[0].severity
        for critical in (5, 4, 3, 2, 1, None)
    }
    assert severities == {5: "high", 4: "high", 3: "medium", 2: "low", 1: "low", None: "medium"}


def test_accepted_finding_is_left_out_for_its_element_alone():
    late = {"latency_actual_minutes": 999}
    both = landscape(row(**late), row("R2", objects="Order -> Order", **late))
    accepted = dataclasses.replace(both, accepted=(Accepted("late", "R2", "replaced in December", "Ann"),))
    (finding,) = findings(accepted.state("as-is"))
    assert finding.rows == ("R1",)


def test_where_filters_findings_by_severity_and_kind():
    found = assess(landscape(row(monitoring="none", latency_actual_minutes=999)))
    assert {finding.rule for finding in found.where(severity="high")} == {"late"}
    assert {finding.rule for finding in found.where(kind="issue fix")} == {"no-alert"}
    assert [finding.id for finding in found.about("R1")] == [finding.id for finding in found.findings]

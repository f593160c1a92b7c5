"""Checks a landscape against the whole rule book."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.drawing.rules.book import RULES, Breach, Violation
from workbench.core.drawing.rules.inventory import inventory, transition
from workbench.core.drawing.rules.levels import levels
from workbench.core.drawing.rules.structure import Drawing, structure
from workbench.core.drawing.rules.wording import wording
from workbench.model.landscape import STATES, Accepted, Landscape
from workbench.model.rows import Rows

ORDER = ("error", "warning", "info", "ignore")


def check(landscape: Landscape) -> Rows[Violation]:
    """Every violation of DFD-01 to DFD-38, gravest first; of both states, or of the one state that is given.

    What the landscape accepts stays in the list, with its reason and the severity that was chosen for it.
    """
    accepted = {(item.rule, item.element): item for item in landscape.accepted}
    found = {_violation(state, breach, accepted) for state, breach in _breaches(landscape)}
    return Rows(sorted(found, key=lambda item: (ORDER.index(item.severity), item.rule, item.element, item.state)))


def _breaches(landscape: Landscape) -> Iterator[tuple[str, Breach]]:
    states = (landscape.only,) if landscape.only else STATES
    for state in states:
        drawing = Drawing(landscape.state(state), landscape)
        for rules in (structure, wording, levels, inventory):
            for breach in rules(drawing):
                yield state, breach
    if not landscape.only:
        for breach in transition(landscape):
            yield "to-be", breach


def _violation(state: str, breach: Breach, accepted: dict[tuple[str, str], Accepted]) -> Violation:
    rule, excuse = RULES[breach.rule], accepted.get((breach.rule, breach.element))
    return Violation(
        rule=breach.rule,
        severity=excuse.severity if excuse else rule.severity,
        state=state,
        element=breach.element,
        message=breach.message,
        remedy=rule.remedy,
        excused=excuse.reason if excuse else "",
    )

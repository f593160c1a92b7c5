"""Checks a landscape against the whole rule book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.core.drawing.rules.book import RULES, Breach, Excuse, Violation
from workbench.core.drawing.rules.inventory import inventory, transition
from workbench.core.drawing.rules.levels import levels
from workbench.core.drawing.rules.structure import Drawing, structure
from workbench.core.drawing.rules.wording import wording
from workbench.model.landscape import STATES, Landscape
from workbench.model.rows import Rows

ORDER = ("error", "warning", "info", "ignore")


def check(landscape: Landscape, excused: Iterable[Excuse] = ()) -> Rows[Violation]:
    """Every violation of DFD-01 to DFD-38, gravest first; of both states, or of the one state that is given.

    An excused violation stays in the list, with its reason and its lesser severity.
    """
    excuses = {(excuse.rule, excuse.element): excuse for excuse in excused}
    found = {_violation(state, breach, excuses) for state, breach in _breaches(landscape)}
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


def _violation(state: str, breach: Breach, excuses: dict[tuple[str, str], Excuse]) -> Violation:
    rule, excuse = RULES[breach.rule], excuses.get((breach.rule, breach.element))
    return Violation(
        rule=breach.rule,
        severity=excuse.severity if excuse else rule.severity,
        state=state,
        element=breach.element,
        message=breach.message,
        remedy=rule.remedy,
        excused=excuse.reason if excuse else "",
    )

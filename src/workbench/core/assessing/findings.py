"""Findings: each names its anti-pattern, its rows, what was seen and the remedy; gravest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.core.assessing.patterns import RULES
from workbench.core.assessing.sightings import SEVERITIES, Class, Rule, Severity, Sighting
from workbench.model.landscape import Landscape
from workbench.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Finding:
    """One anti-pattern at one severity: which rows show it, what was seen in each, and what to do.

    `title` says in a sentence what is wrong, `names` whom it is about, `where` what was seen of each; pages link by
    `id` and `rows`.
    """

    id: str
    rule: str
    severity: Severity
    kind: Class
    rows: tuple[str, ...]
    title: str
    names: tuple[str, ...]
    where: str
    remedy: str

    @property
    def message(self) -> str:
        """What is wrong and where, in one text."""
        return f"{self.title}: {self.where}"


def findings(landscape: Landscape) -> Rows[Finding]:
    """Every anti-pattern of one state of the landscape, gravest first, without what people accepted."""
    found = [finding for rule in RULES for finding in _apply(rule, landscape)]
    return Rows(
        sorted(
            [*found, *_unreached(landscape), *_shadows(landscape)],
            key=lambda item: (SEVERITIES.index(item.severity), item.id),
        )
    )


def _apply(rule: Rule, landscape: Landscape) -> Iterator[Finding]:
    accepted = {item.element for item in landscape.accepted if item.rule == rule.name}
    groups: dict[tuple[Severity, str], list[Sighting]] = defaultdict(list)
    for sighting in rule.see(landscape):
        ids = [row.id for row in sighting.rows]
        if not accepted.issuperset(ids):
            groups[_severity(sighting), "+".join(ids) if rule.together else ""].append(sighting)
    for (severity, together), sightings in groups.items():
        concerned = {row.id: row.name for sighting in sightings for row in sighting.rows}
        rows, names = tuple(sorted(concerned)), tuple(concerned.values())
        where = "; ".join(f"{' + '.join(row.name for row in item.rows)} ({item.seen})" for item in sightings)
        name = f"{rule.name}/{together or severity}"
        yield Finding(name, rule.name, severity, rule.kind, rows, rule.title, names, where, rule.remedy)


def _severity(sighting: Sighting) -> Severity:
    critical = max(row.criticality or 3 for row in sighting.rows)
    level = (0 if critical >= 4 else 1 if critical == 3 else 2) - sighting.shift
    return SEVERITIES[max(0, min(2, level))]


def _unreached(landscape: Landscape) -> Iterator[Finding]:
    lost = [item for item in landscape.documents if item.reached is False]
    if lost:
        named = "; ".join(f"{item.id} ({item.title})" for item in lost)
        title = "Source documents that cannot be reached"
        remedy = "ask their owners for the files and correct the addresses; until then they prove nothing"
        yield Finding(
            "source-unreachable",
            "source-unreachable",
            "medium",
            "issue fix",
            (),
            title,
            tuple(item.title for item in lost),
            named,
            remedy,
        )


def _shadows(landscape: Landscape) -> Iterator[Finding]:
    hidden = [item for item in landscape.reconciled if item.status == "seen, not declared"]
    if hidden:
        named = "; ".join(f"{item.system}: {item.seen} (user {item.user or 'not stated'})" for item in hidden)
        title = "Connections that the inventory does not know"
        remedy = "declare each in config/landscape.yaml, or switch it off"
        yield Finding(
            "shadow-integration",
            "shadow-integration",
            "high",
            "issue fix",
            (),
            title,
            tuple(item.seen for item in hidden),
            named,
            remedy,
        )

"""The words of a sheet: what its title block says, what the marks on it mean, and how it is told without a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.drawing.picture import Mark
from workbench.core.drawing.wording import natural, shown
from workbench.model.landscape import Landscape
from workbench.model.values import canonical_json, fingerprint

CHANGES = {"added": "added", "removed": "removed", "changed": "kept, changed", "kept": "kept as is"}
DELIVERY = {"workbench": "by the workbench", "vendor": "by a vendor's product", "not yet": "not delivered yet"}


@dataclass(frozen=True)
class Markings:
    """What a sheet says beyond the landscape: the difference, and the findings of the assessment by flow."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    difference: bool = False
    delivered: bool = False


@dataclass(frozen=True)
class Heading:
    """The words of the title block, and how the sheet is to be set.

    `page` is the name under which the layout file may pin places for this sheet alone. A `partial` sheet closes up
    where a whole one keeps every lane's band; a `spelled` one has room to write each flow's data beside its number.
    `inside` are the shapes that belong to this sheet; the others stand there for orientation. On a sheet with a `home`
    only this system has a lane, and its neighbours are stubs beside it. `numbers` are the badges of lines that stand
    for several flows.
    """

    page: str
    level: str
    state: str
    title: str
    words: str
    partial: bool = False
    spelled: bool = False
    inside: frozenset[str] = frozenset()
    home: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells this sheet from every other one on the same web page."""
        return f"{self.page} {self.state}"


def subtitle(part: Landscape, heading: Heading) -> str:
    """The line under the title: what is shown, in which notation and state, and how many flows."""
    count = len(part.moves)
    flows = f"{count} {'line' if heading.numbers else 'flow'}{'' if count == 1 else 's'}"
    return shown(f"{heading.words} · data flow diagram, Gane-Sarson · {heading.state} · {flows}", 160)


def stamp(part: Landscape, heading: Heading) -> tuple[tuple[str, str], ...]:
    """The rest of the title block. `content` is equal on two prints exactly when they show the same elements."""
    elements = (*part.systems, *part.outsiders, *part.stores, *part.processes, *part.moves)
    content = fingerprint(sorted(canonical_json(element) for element in elements))[:8]
    return ("as of", part.as_of), ("level", heading.level), ("content", content)


def legend(part: Landscape, markings: Markings) -> tuple[tuple[str, str], ...]:
    """What the reader must know to read this sheet, with counts; nothing that does not occur on it."""
    if markings.difference:
        changes: Counter[str] = Counter(markings.marks.get(move.id, "kept") for move in part.moves)
        return tuple((mark, f"{word} ({changes[mark]})") for mark, word in CHANGES.items() if changes[mark])
    manual = sum(move.manual for move in part.moves)
    found = sum(bool(markings.findings.get(move.id)) for move in part.moves)
    entries = [("manual", f"by hand ({manual})"), ("finding", f"! inefficient, see findings ({found})")]
    entries = [entry for entry, count in zip(entries, (manual, found), strict=True) if count]
    if markings.delivered:
        rows = {row.id: str(row.delivered_by) for row in part.integrations}
        counts = Counter(rows.get(move.integration, "") for move in part.moves)
        entries += [(f"by {who}", f"{word} ({counts[who]})") for who, word in DELIVERY.items() if counts[who]]
    return tuple(entries)


def description(part: Landscape, heading: Heading) -> str:
    """What a reader who does not see the picture is told first."""
    counts = (
        (len(part.systems), "systems"),
        (len(part.processes), "processes"),
        (len(part.stores), "data stores"),
        (len(part.outsiders), "outsiders"),
        (len(part.moves), "lines" if heading.numbers else "flows"),
    )
    return f"{subtitle(part, heading)}: {', '.join(f'{count} {word}' for count, word in counts)}; see the flow table."


def remarks(part: Landscape, heading: Heading) -> tuple[str, ...]:
    """The fields that each flow carries, a line each, on a sheet that has room for them."""
    if not heading.spelled:
        return ()
    keys = {row.id: row.key_fields for row in part.integrations}
    carried = ((move, move.fields or keys.get(move.integration, ())) for move in part.moves)
    said = (shown(f"{move.id} {move.data}: {', '.join(fields)}", 180) for move, fields in carried if fields)
    return tuple(sorted(said, key=natural))

"""What a plan says when it no longer names a person: only words outside its fingerprint change."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.model.lines import Line
from workbench.model.people import ERASED
from workbench.model.plans import Plan


def nameless_plan(plan: Plan, person: str) -> Plan:
    """The plan without a person's name: as author, in reasons (`ruled by …`), and as whom a notice was for."""
    lines = tuple(_nameless_line(line, person, addressed=plan.purpose == "notice") for line in plan.lines)
    held = tuple(replace(item, reason=_not_ruled_by(person, item.reason)) for item in plan.held)
    return replace(plan, author=ERASED if plan.author == person else plan.author, lines=lines, held=held)


def nameless_text(text: str, person: str) -> str:
    """A text without a person's name, wherever it stands as a word of its own."""
    return re.sub(rf"(?<!\w){re.escape(person)}(?!\w)", ERASED, text)


def _nameless_line(line: Line, person: str, *, addressed: bool) -> Line:
    """A line names whoever a message goes to; any other line names a record, which stays even if it is called so."""
    name = ERASED if addressed and line.name == person else line.name
    return replace(line, name=name, reason=_not_ruled_by(person, line.reason))


def _not_ruled_by(person: str, reason: str) -> str:
    return re.sub(rf"\bruled by {re.escape(person)}(?!\w)", f"ruled by {ERASED}", reason)

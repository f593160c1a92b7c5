"""Who allowed what: a signature over one value, and a standing rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workbench.model.lines import Action


@dataclass(frozen=True, slots=True)
class Approval:
    """A named person's Ed25519 signature over the fingerprint of a value: plan, report, rulings, standing rule.

    `signature` is over the canonical text of everything else, as hexadecimal digits; `overrides` names each gate that
    the person lets pass, with what was measured and why; `shown` is the hash of what the person read of a plan
    (`Plan.shown`): whoever changes a name, a reason or a gate in the store afterwards makes the approval worthless.
    """

    subject: str
    fingerprint: str
    by: str
    key: str
    at: datetime
    expires_at: datetime
    reason: str = ""
    overrides: tuple[Mapping[str, str], ...] = ()
    nonce: str = ""
    shown: str = ""
    signature: str = ""

    def message(self) -> dict[str, object]:
        """What is signed: everything but the signature."""
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self) if item.name != "signature"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule under which lines may be written without asking again; an Approval over its fingerprint puts it in force.

    Every line must fit: its action, its kind, its fields (native names; none means all mapped fields). `per_run` and
    `per_day` count lines, `per_cent` is a share of the plan's lines. It holds until `ends_at` and only while the
    mapping is the one named here.
    """

    integration: str
    kinds: tuple[str, ...]
    actions: tuple[Action, ...]
    fields: tuple[str, ...]
    per_run: int
    per_day: int
    ends_at: datetime
    mapping: str
    per_cent: int = 100

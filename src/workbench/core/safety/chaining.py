"""One hash over rulings in their order: each covers the one before, so a change anywhere changes the last one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from datetime import UTC

from workbench.model.links import Ruling
from workbench.model.values import canonical_json

START = "0" * 64
"""What the first ruling follows."""


def chain(rulings: Iterable[Ruling], head: str = START) -> str:
    """The hash of the last of these rulings, which follow the one whose hash is `head`."""
    for ruling in rulings:
        told = {item.name: getattr(ruling, item.name) for item in dataclasses.fields(ruling)}
        # As text: what is hashed must not depend on how a database gives numbers and moments back.
        told |= {"at": ruling.at.astimezone(UTC).isoformat(timespec="microseconds")}
        told |= {"probability": None if ruling.probability is None else repr(ruling.probability)}
        head = hashlib.sha256(f"{head}{canonical_json(told)}".encode()).hexdigest()
    return head

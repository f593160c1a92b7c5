"""What a system says about its own integrations (R-LAND-3): one row for each trace of another system."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UsageError
from workbench.model.records import Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import agrees

NOT_PERMITTED = "not permitted"
"""The type of a row that stands for a question which this user may not ask: not the same as an empty answer."""
NOT_ANSWERED = "not answered"
"""The type of a row that stands for a question which the system could not answer, or not to its end."""


@dataclass(frozen=True, slots=True)
class Found:
    """One trace of an integration: a connected app, an API member, a callback, a setting.

    `counterpart` is the host or product at the other end, `user` as whom it works here, `last_used` when it was last
    seen to work, `detail` what else a person needs to judge it. Never a password, a key or an address with a query.
    """

    name: str
    type: str
    counterpart: str = ""
    user: str = ""
    last_used: str = ""
    detail: str = ""


Ask = Callable[[], Iterable[Found]]


class Probe(NamedTuple):
    """A question to a system: what it asks for, how, and the one type of trace that it finds (blank: several)."""

    what: str
    ask: Ask
    type: str = ""


def gather(probes: Sequence[Probe], where: Where = Where()) -> pd.DataFrame:  # noqa: B008  # frozen value
    """The traces that the probes found, as a snapshot's frame; a refused probe is a row of type *not permitted*.

    One that the system could not answer, or not to its end, is a row of type *not answered*, beside what it told until
    then. A probe is left unasked when `where` names types and its own is none of them. Raises Unavailable when the
    system answers none.
    """
    types = {value for condition in where.conditions if condition.field == "type" for value in condition.values}
    asked = [probe for probe in probes if not types or not probe.type or probe.type in types]
    found = [trace for probe in asked for trace in _asked(probe)]
    if found and all(trace.type == NOT_ANSWERED for trace in found):
        raise Unavailable(f"none of the {len(asked)} questions was answered; the first: {found[0].detail}")
    rows: dict[str, dict[str, Value]] = {}
    for trace in found:
        cells: dict[str, Value] = {name: value or None for name, value in dataclasses.asdict(trace).items()}
        if trace.type in (NOT_PERMITTED, NOT_ANSWERED) or agrees("", cells, where):
            rows[_key(trace, rows)] = cells
    return frame_of(rows, [field.name for field in dataclasses.fields(Found)])


def host_of(url: str) -> str:
    """The host of an address: what may be shown of it."""
    return urlsplit(url if "//" in url else f"//{url}").hostname or ""


def insecure(url: str) -> str:
    """What is said about an address over which data travels readable to others."""
    return "plain http" if url.lower().startswith("http:") else ""


def together(*parts: str) -> str:
    """Parts of a detail that are there, in one text."""
    return "; ".join(part for part in parts if part)


def _asked(probe: Probe) -> list[Found]:
    told: list[Found] = []
    try:
        told.extend(probe.ask())  # what came before an error is kept
    except (AccessDenied, UsageError) as error:  # a hidden object is refused as unknown: absent or not permitted
        told.append(Found(probe.what, NOT_PERMITTED, detail=f"this user may not see it, or it is not there: {error}"))
    except (Unavailable, IncompleteRead) as error:
        told.append(Found(probe.what, NOT_ANSWERED, detail=f"ask again later: {error}"))
    return told


def _key(trace: Found, taken: Iterable[str]) -> str:
    base = ":".join(filter(None, (trace.type, trace.name, trace.user))).lower()
    key, count = base, 1
    while key in taken:
        count += 1
        key = f"{base}:{count}"
    return key

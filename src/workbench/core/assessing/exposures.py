"""What is wrong with a connection that a system shows, whatever the inventory says of it: who logs in how, over what.

Sources: Salesforce's end of SOAP log-in with Summer '27 and of API versions below 31; ConnectWise's advice of a role of
its own for each API member, of API members in place of integrator log-ins, and of callbacks that are watched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workbench.core.assessing.sightings import SEVERITIES, Severity
from workbench.model.records import Snapshots
from workbench.model.rows import Rows

OLDEST = 31
"""Salesforce answers no older version of its API."""

LOGGING_IN = ("API log-in", "OAuth grant", "integration user", "API member", "integrator log-in", "vendor connector")
"""Types of trace that name a user as whom a program works."""

_VERSION = re.compile(r"(?:REST|SOAP|Bulk|API version)[A-Za-z ]* (\d{1,3})\.\d")
_PERSON = re.compile(r"[a-z]+[._][a-z]+(?:@.*)?", re.IGNORECASE)
_ADMIN = re.compile(r"security role admin\b|profile [^;]*administrator", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One risk: how grave, which kind, in which system, what was seen and as whom, and how to mend it."""

    severity: Severity
    check: str
    system: str
    seen: str
    user: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Trace:
    type: str
    name: str
    user: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    severity: Severity
    holds: Callable[[_Trace], bool]
    what: str
    remedy: str


CHECKS: tuple[_Check, ...] = (
    _Check(
        "SOAP log-in", "high",
        lambda trace: trace.type in ("API log-in", "API traffic") and "SOAP" in trace.detail,
        "it logs in by SOAP, which ends with Summer '27", "move it to OAuth: client credentials or a signed assertion",
    ),
    _Check(
        "password log-in", "high",
        lambda trace: trace.type in LOGGING_IN and "password" in trace.detail.lower(),
        "it logs in with a user's name and password", "move it to OAuth; then the password can be changed and locked",
    ),
    _Check(
        "retired API version", "high",
        lambda trace: any(int(found) < OLDEST for found in _VERSION.findall(trace.detail)),
        f"it uses a version of the API below {OLDEST}, which is answered no more", "raise it to a present version",
    ),
    _Check(
        "plain http", "high",
        lambda trace: "plain http" in trace.detail,
        "what it carries can be read on the way", "give it an https address",
    ),
    _Check(
        "over-privileged", "high",
        lambda trace: _ADMIN.search(trace.detail) is not None and "inactive" not in trace.detail,
        "it may do everything there", "give it a role or permission set of its own, with what it needs and no more",
    ),
    _Check(
        "sees everything", "medium",
        lambda trace: "sees all records" in trace.detail,
        "it sees all records", "limit it to the records that it carries",
    ),
    _Check(
        "named user", "medium",
        lambda trace: trace.type in LOGGING_IN and _PERSON.fullmatch(trace.user) is not None,
        "it works as a person: nobody can tell what it wrote from what they wrote, and it stops when they leave",
        "give it a user of its own",
    ),
    _Check(
        "legacy log-in", "medium",
        lambda trace: trace.type == "integrator log-in" and "inactive" not in trace.detail,
        "integrator log-ins are the vendor's old way", "move it to an API member",
    ),
    _Check(
        "callback off", "medium",
        lambda trace: trace.type == "callback" and "inactive" in trace.detail,
        "nobody is called any more: the vendor switches a callback off after three days of failures",
        "mend its receiver and switch it on, or take it away",
    ),
    _Check(
        "anybody may authorise", "low",
        lambda trace: "any user may authorise it" in trace.detail,
        "every user may let it in", "let administrators approve its users beforehand",
    ),
)  # fmt: skip
"""Every check, in the order in which one trace is told."""


def exposures(seen: Snapshots) -> Rows[Exposure]:
    """Every risk in what the systems say about their integrations, gravest first; the same one is told once."""
    found = dict.fromkeys(one for system in seen for one in _of(system, seen))
    return Rows(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.check, one.system, one.seen)))


def _of(system: str, seen: Snapshots) -> Iterator[Exposure]:
    for record_id, record in seen[system].records():
        trace = _trace(record_id, record)
        for check in CHECKS:
            if check.holds(trace):
                where = f"{trace.type} {trace.name}"
                yield Exposure(check.severity, check.name, system, where, trace.user, check.what, check.remedy)


def _trace(record_id: str, record: Mapping[str, object]) -> _Trace:
    said = {name: str(record.get(name) or "") for name in ("type", "name", "user", "detail")}
    return _Trace(said["type"], said["name"] or record_id, said["user"], said["detail"])

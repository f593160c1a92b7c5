"""Anti-patterns, detected from the inventory alone: what each is called, how it is seen, and its cure."""

from __future__ import annotations

from workbench.core.assessing import evidence
from workbench.core.assessing.sightings import (
    Rule,
    dual_writes,
    each,
    hours,
    late,
    masterless,
    redundant,
    shadow_stores,
    span,
    stated,
)

RULES: tuple[Rule, ...] = (
    Rule(
        "dual-write",
        "The same object is written into several systems by separate flows",
        "data-flow improvement",
        "keep the healthier flow and derive the other copy from it by a shared key",
        dual_writes,
        together=True,
    ),
    Rule(
        "redundant-path",
        "The same object arrives by two ways",
        "data-flow improvement",
        "keep one way, retire the other once nothing reads it",
        redundant,
        together=True,
    ),
    Rule(
        "re-keying",
        "People carry the data by hand",
        "new feature",
        "let an approved batch or an import file carry it; keep the person for the decision only",
        each(
            lambda row: evidence.carrier(row.mechanism) == "hand",
            lambda row: f"{stated(row.mechanism)}, {hours(row)}",
        ),
    ),
    Rule(
        "shadow-store",
        "A store beside the systems is filled, which nobody backs up or checks",
        "new feature",
        "move what it holds into the crosswalk or a system, then archive it",
        shadow_stores,
    ),
    Rule(
        "no-owner",
        "Nobody answers for it",
        "issue fix",
        "name a technical and a business owner",
        each(
            lambda row: not (evidence.owned(row.owner_technical) and evidence.owned(row.owner_business)),
            lambda row: f"technical: {stated(row.owner_technical)}, business: {stated(row.owner_business)}",
        ),
    ),
    Rule(
        "no-idempotency",
        "Sent twice, it is written twice",
        "issue fix",
        "write by a stable key, so that a repetition changes nothing",
        each(
            lambda row: evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY) == 0,
            lambda row: stated(row.idempotency),
        ),
    ),
    Rule(
        "name-only-match",
        "Records are recognised by their name alone",
        "data-flow improvement",
        "match by weighed evidence once, then by the id kept in a cross-reference field",
        each(
            lambda row: (
                evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY) == 1
                or tuple(name.lower() for name in row.key_fields) in (("name",), ("name", "id"))
                and not row.idempotency
            ),
            lambda row: stated(row.idempotency),
        ),
    ),
    Rule(
        "no-conflict-rule",
        "Both sides may change the same field and nothing says who wins",
        "issue fix",
        "write down, field by field, which system is the master",
        each(
            lambda row: evidence.two_way(row) and evidence.conflict_rating(row) < 4,
            lambda row: stated(row.conflict_rule),
        ),
    ),
    Rule(
        "cycle-without-master",
        "An object travels in a circle and no one system is its master",
        "data-flow improvement",
        "name one master for each object, or for each field, and let data leave it one way",
        masterless,
        together=True,
    ),
    Rule(
        "no-failure-handling",
        "What fails is lost",
        "issue fix",
        "keep what failed with its cause, retry what may be retried, show the rest to a person",
        each(
            lambda row: evidence.rate_words(row.failure_handling, evidence.FAILURE_HANDLING) == 0,
            lambda row: stated(row.failure_handling),
        ),
    ),
    Rule(
        "no-alert",
        "A failure tells nobody",
        "issue fix",
        "alert the owner when a run fails, is late or changes unusually much",
        each(
            lambda row: evidence.rate_words(row.monitoring, evidence.MONITORING) < 4,
            lambda row: stated(row.monitoring),
            -1,
        ),
    ),
    Rule(
        "late",
        "Data arrives more than four times later than needed",
        "data-flow improvement",
        "run it as often as its target asks, or correct the target",
        each(late, lambda row: f"{span(row.latency_actual_minutes)} for {span(row.latency_target_minutes)}"),
    ),
    Rule(
        "personal-data-by-file",
        "Personal data travels in files, mails or hands",
        "issue fix",
        "send it over an authenticated connection, or send a link instead of the data",
        each(
            lambda row: bool(row.personal_data) and evidence.carrier(row.mechanism) in ("hand", "mail"),
            lambda row: stated(row.mechanism),
        ),
    ),
    Rule(
        "named-user-credentials",
        "It works with a person's credentials",
        "issue fix",
        "give it a service credential of its own with the least rights that do",
        each(
            lambda row: evidence.rate_words(row.auth, evidence.CREDENTIAL) == 1 and bool(row.auth),
            lambda row: row.auth,
            -1,
        ),
    ),
    Rule(
        "unfiltered-load",
        "Everything is loaded, wanted or not",
        "data-flow improvement",
        "filter by status and type, as read from each environment",
        each(
            lambda row: evidence.negative(row.filter) and (row.volume_month or 0) >= 10_000,
            lambda row: f"{row.volume_month:,} records a month, filter: {row.filter}",
        ),
    ),
    Rule(
        "undocumented",
        "Nothing is written down",
        "issue fix",
        "describe fields, rules and recovery on one page and name it in the inventory",
        each(lambda row: evidence.documentation_rating(row) == 0, lambda row: stated(row.documentation), -1),
    ),
)

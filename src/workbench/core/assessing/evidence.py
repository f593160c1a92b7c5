"""What a row of the inventory says, read as evidence: ratings from 0 (bad or missing) to 4 (good), and how sure it is.

The words of the rubric stand here and in docs/assessment.md; analysts write free text, so each field is read by the
words it contains. Text that says nothing known earns little; a field that says nothing earns nothing (R-LAND-4).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from workbench.model.landscape import Basis, InventoryRow

CERTAINTY: Mapping[Basis, int] = {"measured": 100, "document": 80, "public": 70, "interview": 50, "assumption": 35}
"""How far a value can be trusted, per cent, by where it comes from; a missing value counts 0."""

NOBODY = ("", "unassigned", "nobody", "none", "unknown")
"""What stands in an owner's place when there is none."""

Carrier = Literal["hub", "direct", "job", "mail", "hand", "other", ""]

_CARRIERS: tuple[tuple[Carrier, str], ...] = (
    ("hand", r"manual|rekey|re-key|typed|spreadsheet|paper|phone"),
    ("hub", r"hub|event|queue|stream|bus"),
    ("mail", r"mail"),
    ("job", r"job|batch|etl|replication|file|sftp|script|import|export"),
    ("direct", r"connector|api|feed|webhook|edi|native|plug"),
)
_NEGATIVE = r"^\s*(no|none|not|never|nothing|without|undocumented|unclear|unknown|unassigned|nobody)\b"
_NOT_APPLICABLE = r"^\s*(n/a|not applicable|read only)\s*$"

Ladder = tuple[tuple[str, int], ...]
"""Words and the rating that they earn, the first that occurs decides."""

FAILURE_HANDLING: Ladder = (
    (r"(dead.?letter|reject|compensat).*retr|retr.*(dead.?letter|reject|compensat)", 4),
    (r"by hand|manual|redo", 2),
    (r"retr|replay", 3),
    (r"log|report|code|re-?export|vendor|queue", 2),
)
MONITORING: Ladder = ((r"alert|alarm|pager|on.?call", 4), (r"report|dashboard|vendor", 2), (r"log", 1))
IDEMPOTENCY: Ladder = ((r"\bnames?\b", 1), (r"e-?mail", 2), (r"\bids?\b|key|number|sku|hash|uuid|guid|unique", 4))
CREDENTIAL: Ladder = (
    (r"named user|personal|shared|password|admin user|own account", 1),
    (r"service|connected app|oauth|integration user|api member|certificate|managed identity|token|key", 4),
    (r"n/a", 4),
    (r"vendor|supplier|partner", 3),
)


def missing(row: InventoryRow, field: str) -> bool:
    """Whether the inventory says nothing at all; `none` is an answer, an empty field is not."""
    return getattr(row, field) in (None, "", ())


def certainty(row: InventoryRow, field: str) -> int:
    """How far the value of one field can be trusted, per cent."""
    return 0 if missing(row, field) else CERTAINTY[row.basis_of.get(field, row.basis)]


def negative(text: str) -> bool:
    """Whether a text says that there is nothing (`none`, `undocumented`, `no alert`)."""
    return bool(re.search(_NEGATIVE, text, re.IGNORECASE))


def two_way(row: InventoryRow) -> bool:
    """Whether both ends are written: then a rule for conflicts and a master are needed."""
    return bool(re.search(r"two-way|both|bi-?direction", row.direction, re.IGNORECASE))


def carrier(mechanism: str) -> Carrier:
    """What carries the data: a hub, a direct connection, a job or file, mail, hands; empty when not stated."""
    if not mechanism:
        return ""
    found = (name for name, words in _CARRIERS if re.search(words, mechanism, re.IGNORECASE))
    return next(found, "other")


def rate_words(text: str, ladder: Ladder) -> int:
    """The rating of a text: 0 when empty or negative, else what its words earn, else 1 for a text of other words."""
    if not text or negative(text):
        return 0
    return next((rating for words, rating in ladder if re.search(words, text, re.IGNORECASE)), 1)


def rate_number(value: float | None, cuts: Sequence[float]) -> int:
    """4 up to the first cut, 3 up to the second …, 0 above the last; 0 when missing."""
    return 0 if value is None else next((4 - place for place, cut in enumerate(cuts) if value <= cut), 0)


def error_share(row: InventoryRow) -> float | None:
    """The share of records that fail, per cent; None when missing."""
    return None if row.error_rate is None else float(row.error_rate.removesuffix("%"))


def lateness(row: InventoryRow) -> float | None:
    """How many times the target the data needs; None when target or actual time is missing."""
    if row.latency_actual_minutes is None or row.latency_target_minutes is None:
        return None
    return row.latency_actual_minutes / max(row.latency_target_minutes, 1)


def conflict_rating(row: InventoryRow) -> int:
    """A written rule earns 4; not applicable does too, but only where data goes one way."""
    if re.search(_NOT_APPLICABLE, row.conflict_rule, re.IGNORECASE):
        return 1 if two_way(row) or not row.direction else 4
    return 0 if not row.conflict_rule or negative(row.conflict_rule) else 4


def privacy_rating(row: InventoryRow) -> int:
    """No personal data earns 4, personal data on a machine's way 3, in files, mails and hands 0."""
    if row.personal_data is None or not row.mechanism:
        return 0
    if not row.personal_data:
        return 4
    return 0 if carrier(row.mechanism) in ("mail", "hand") else 3


def documentation_rating(row: InventoryRow) -> int:
    """Full 4, partial 2, none or missing 0."""
    return {"full": 4, "partial": 2}.get(row.documentation.strip().lower(), 0)


def owned(owner: str) -> bool:
    """Whether somebody is named as owner."""
    return owner.strip().lower() not in NOBODY


def reach_rating(row: InventoryRow) -> int:
    """One point for every power of ten of the monthly volume: 10 records 1, 100 records 2 … 10,000 records 4."""
    return 0 if not row.volume_month else max(0, min(4, int(math.log10(row.volume_month))))


_REVENUE = r"order|quote|invoice|bill|payment|price|amount|deal|opportunit|contract|purchase|credit|subscription"
_RELATION = r"account|customer|compan|partner|organi[sz]ation|lead|contact|supplier|referral|user"


def obligation_rating(row: InventoryRow) -> int:
    """How near the data is to revenue or to a legal duty: money 4, business partners or personal data 2, else 1."""
    text = " ".join((row.objects, *row.key_fields))
    if re.search(_REVENUE, text, re.IGNORECASE):
        return 4
    if row.personal_data or re.search(_RELATION, text, re.IGNORECASE):
        return 2
    return 1 if row.objects else 0

"""From evidence and probability to a verdict, with the reason in words.

A link needs more than a high probability: a strong name and one more agreeing field, or two independent identifiers,
and no conflict about the site. Name and domain identify a company; premises, phone and e-mail identify the site.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.core.matching.levels import (
    ADDRESS_LEVELS,
    EQUAL_NAME,
    EXTRA_LEVELS,
    MISSING,
    NAME_LEVELS,
    PHONE_LEVELS,
    WEB_LEVELS,
    Levels,
    Mask,
)

LINK_AT = 0.90
REVIEW_AT = 0.20


def may_link(rows: Levels, *, companies: bool = True) -> Mask:
    """Whether the evidence of each pattern suffices for a link that nobody looks at.

    `companies` says whether the tables tell companies apart by domain or mailbox at all. Where they do, an address and
    a phone alone link no other name: an accountant's clients, the next tenant and a relative share both. Where they do
    not, they link no very different name.
    """
    name, address, phone, web = (rows[:, at] for at in range(4))
    street, place = np.maximum(address, 0) // 4, np.maximum(address, 0) % 4
    equal_name = np.isin(name, EQUAL_NAME)
    strong_name = equal_name | np.isin(name, (5, 6, 11, 15))
    close_name = strong_name | np.isin(name, (3, 4, 10, 12, 13))
    premises = (street == 3) & (place != 1)
    on_site = premises | (phone >= 2) | (web == 4)
    near_by = (place == 3) & ((street == 2) | ((street == 0) & (equal_name | (web >= 2))))
    further = (rows[:, 4:] >= 3).any(axis=1)
    site, company = premises.astype(int) + (phone == 3), web >= 3
    identifiers = site + company
    other_phone, moved = (phone == 0) | (phone == 1), (street == 1) & (place >= 2)
    elsewhere = (street == 1) | (place == 1) | other_phone
    another = ((phone == 3) & (company | (premises & (web == 2)))) if companies else (identifiers >= 2) & (name != 0)
    # Another branch of a company shares name and domain: something about the site must agree too.
    named = strong_name & (on_site | near_by | further)
    # A child shares premises and domain with its parent: a name that is only close needs the phone or a mailbox.
    mailbox = premises & (web == 4)
    alike = close_name & (identifiers >= 2) & ((phone == 3) | mailbox) & (web != 0)
    renamed = (another | mailbox) & ~elsewhere & (web != 0)
    # X and X Leasing at one address, with two phones or two domains, are a parent and its child.
    child = companies & np.isin(name, (10, 11)) & ((other_phone & (web != 4)) | ((web == 0) & (phone < 2)))
    # Who moved keeps the phone and stays in the city; in another one it is a branch, even behind the same phone.
    away = (street != 3) & ((place == 1) | ((street == 1) & ~moved))
    return np.asarray((named | alike | renamed) & ~(elsewhere & ~on_site) & ~away & ~child)


def verdicts(
    probability: npt.NDArray[np.float64], allowed: Mask, *, link_at: float, review_at: float
) -> npt.NDArray[np.object_]:
    """`link`, `review` or `none` for each pair."""
    words = np.array(["none", "review", "link"], dtype=object)
    return words[np.where((probability >= link_at) & allowed, 2, np.where(probability >= review_at, 1, 0))]


def reasons(rows: Levels, extra: tuple[str, ...]) -> list[str]:
    """Each pattern in words: what agrees, then what differs."""
    return [_reason(row, extra) for row in rows.tolist()]


def _reason(row: list[int], extra: tuple[str, ...]) -> str:
    agreeing: list[str] = []
    differing: list[str] = []
    name, address, phone, web = row[:4]
    if name != MISSING:
        (agreeing if name >= 3 and name != 14 else differing).append(NAME_LEVELS[name])
    if address != MISSING:
        street, place = ADDRESS_LEVELS[address].split(", ")
        for part in (street, place):
            if not part.startswith("no "):
                (differing if part.startswith("other") else agreeing).append(part)
    if phone != MISSING:
        (agreeing if phone >= 2 else differing).append(PHONE_LEVELS[phone])
    if web != MISSING:
        (agreeing if web >= 1 else differing).append(WEB_LEVELS[web])
    for label, level in zip(extra, row[4:], strict=True):
        if level != MISSING:
            (agreeing if level >= 2 else differing).append(f"{EXTRA_LEVELS[level]} {label}")
    return "; ".join(part for part in (", ".join(agreeing), ", ".join(differing)) if part) or "nothing to compare"

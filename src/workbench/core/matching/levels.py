"""Evidence: how far two records agree, field by field, as small whole numbers. Pure, one block of pairs at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from workbench.core.matching.preparing import Side

Rows = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.uint8]

MISSING = -1
"""Level of a field that one of the two records does not fill: neither for nor against."""

NAME_LEVELS = (
    "very different name", "different name", "somewhat similar name", "similar name", "close name", "very close name",
    "nearly equal name", "same common name", "same name", "same unique name", "one name within the other",
    "one name within the other, rare words", "acronym of the name", "similar name, same rare words",
    "different name, a rare word in common", "same name, given name in another form",
)  # fmt: skip
STREET_LEVELS = ("no street", "other street", "same street", "same street and number")
PLACE_LEVELS = ("no place", "other place", "same city", "same postcode")
ADDRESS_LEVELS = tuple(f"{street}, {place}" for street in STREET_LEVELS for place in PLACE_LEVELS)
PHONE_LEVELS = ("phone in another area", "other phone", "same shared phone", "same phone")
WEB_LEVELS = ("other website", "similar website", "same shared website", "same website", "same e-mail")
EXTRA_LEVELS = ("different", "somewhat similar", "similar", "very similar", "equal")

EQUAL_NAME = (7, 8, 9)
BANDS = np.array([45, 60, 72, 80, 87, 93])
"""Borders between the levels of names that are not equal, in points of rapidfuzz's ratio."""
EXTRA_BANDS = np.array([45, 65, 85, 100])


@dataclass(frozen=True, eq=False)
class Block:
    """Pairs of rows of two sides, and how they compare."""

    left: Side
    right: Side
    left_rows: Rows
    right_rows: Rows

    def __len__(self) -> int:
        return len(self.left_rows)

    def alone(self) -> Block:
        """The same pairs over just the records that they need, for another process."""
        lefts, left_rows = np.unique(self.left_rows, return_inverse=True)
        rights, right_rows = np.unique(self.right_rows, return_inverse=True)
        left, right = self.left.take(lefts.astype(np.int64)), self.right.take(rights.astype(np.int64))
        return Block(left, right, left_rows.astype(np.int32), right_rows.astype(np.int32))

    def part(self, rows: npt.NDArray[np.int64]) -> Block:
        """Some of the pairs."""
        return Block(self.left, self.right, self.left_rows[rows], self.right_rows[rows])

    def equal(self, name: str, other: str = "") -> Mask:
        """Whether a value of the left record, filled, equals that of the right one (or its `other` value)."""
        lefts, rights = self.left.codes[name][self.left_rows], self.right.codes[other or name][self.right_rows]
        return np.asarray((lefts == rights) & (lefts != 0))

    def both(self, name: str) -> Mask:
        """Whether both records fill a value."""
        filled = self.left.codes[name][self.left_rows] != 0, self.right.codes[name][self.right_rows] != 0
        return np.asarray(filled[0] & filled[1])

    def differ(self, name: str) -> Mask:
        """Whether both records fill a value, differently."""
        return self.both(name) & ~self.equal(name)

    def apart(self, name: str) -> Mask:
        """Whether only one of the two writes a value in signs whose Latin spelling is anybody's guess."""
        script = f"{name}_script"
        return np.asarray(self.left.codes[script][self.left_rows] != self.right.codes[script][self.right_rows])

    def shared(self, name: str) -> npt.NDArray[np.int32]:
        """How many left records hold the left record's value."""
        return self.left.counts[name][self.left_rows]

    def like(self, name: str, other: str = "", scorer: Callable[..., Any] = fuzz.ratio) -> Points:
        """Likeness of a text of the left record and of the right one, 0 to 100."""
        if not len(self):
            return np.zeros(0, dtype=np.uint8)
        lefts = self.left.texts[name].gather(self.left_rows).to_list()
        rights = self.right.texts[other or name].gather(self.right_rows).to_list()
        return np.asarray(cpdist(lefts, rights, scorer=scorer, dtype=np.uint8, workers=-1))


def levels(block: Block) -> Levels:
    """One row a pair, one column a field: name, address, phone, web, then each further column."""
    columns = [_name(block), _address(block), _phone(block), _web(block)]
    columns += [_extra(block, name) for name in block.left.texts if name.startswith("extra ")]
    return np.column_stack(columns).astype(np.int8)


def _name(block: Block) -> Levels:
    equal, filled = block.equal("name"), block.both("name")
    alias = block.equal("second", "name") | block.equal("name", "second") | block.equal("second")
    frequency = block.shared("name")
    level = np.where(equal, np.where(frequency == 1, 9, np.where(frequency < 4, 8, 7)), MISSING).astype(np.int8)
    level[alias & ~equal] = 8
    rest = np.flatnonzero(filled & ~equal & ~alias)
    level[rest] = _near_name(block.part(rest))
    return level


def _near_name(block: Block) -> Levels:
    """Levels of names that are not equal."""
    likeness = _likeness(block)
    rare, common, some = _shared_words(block)
    level = np.searchsorted(BANDS, likeness, side="right").astype(np.int8)
    level[(likeness < 72) & common] = 14
    level[(likeness >= 45) & (likeness < 80) & rare] = 13
    inside = np.flatnonzero(some & (likeness < 93))
    inside = inside[block.part(inside).like("sorted_name", scorer=fuzz.token_set_ratio) >= 95]
    level[inside] = np.where(rare[inside], 11, 10)
    level[(block.equal("acronym", "despaced") | block.equal("despaced", "acronym")) & (level < 5)] = 12
    level[block.equal("formal")] = 15
    # Mary and Mark are as near as a misspelling, and two people.
    level[block.differ("given") & np.isin(level, (4, 5, 6))] = 2
    # East and West, II and III, 12 and 21: near names of two, not a misspelling of one.
    both = block.differ("marks")
    one = ~both & (block.left.codes["marks"][block.left_rows] != block.right.codes["marks"][block.right_rows])
    level[both & (level >= 4)] = 2
    level[one & np.isin(level, (5, 6))] = 4
    level[block.apart("name") & (level < 4)] = MISSING
    return level


def _shared_words(block: Block) -> tuple[Mask, Mask, Mask]:
    """Whether rare words of two names agree, whether most weight of one is in common, whether any word is."""
    lefts, rights = block.left.words[block.left_rows], block.right.words[block.right_rows]
    shared = lefts.multiply(rights)
    some = np.asarray(shared.getnnz(axis=1)).ravel() > 0
    of_left, of_right = lefts.multiply(rights.astype(bool)), rights.multiply(lefts.astype(bool))
    weights = [np.asarray(held.power(2).sum(axis=1)).ravel() for held in (of_left, of_right)]
    most = np.maximum(weights[0], weights[1])
    return np.asarray(shared.sum(axis=1)).ravel() >= 0.6, most >= 0.4, some


def _likeness(block: Block) -> Points:
    best = block.like("sorted_name")
    near = np.flatnonzero((best >= 35) & (best < 93))
    best[near] = np.maximum(best[near], block.part(near).like("despaced"))
    lefts, rights = block.left.codes["second"][block.left_rows], block.right.codes["second"][block.right_rows]
    for present, first, second in ((lefts, "sorted_second", "sorted_name"), (rights, "sorted_name", "sorted_second")):
        rows = np.flatnonzero(present)
        best[rows] = np.maximum(best[rows], block.part(rows).like(first, second))
    return best


def _address(block: Block) -> Levels:
    level = 4 * _street(block) + _place(block)
    return np.where(level == 0, MISSING, level).astype(np.int8)


def _street(block: Block) -> Levels:
    whole, spelled, number = block.equal("street"), block.equal("core"), block.equal("number")
    # 53rd and 63rd are two streets, not a misspelling; King Drive and Martin Luther King Drive are one.
    near = np.flatnonzero(block.both("street") & number & ~spelled & ~block.differ("ordinal"))
    likely = block.part(near)
    spelled[near] = (likely.like("street") >= 80) | (likely.like("street", scorer=fuzz.token_set_ratio) >= 95)
    level = np.where(spelled | whole, np.where(number | whole, 3, 2), 1)
    foreign = block.apart("street") & (level == 1)
    level[foreign] = np.where(block.equal("numbers") & block.equal("postcode"), 3, 0)[foreign]
    return np.where(block.both("street"), level, 0).astype(np.int8)


def _place(block: Block) -> Levels:
    code, city = block.equal("postcode"), block.equal("city")
    near = np.flatnonzero(block.differ("city") & ~code)
    city[near] = block.part(near).like("city") >= 80
    foreign = block.apart("city")
    other_state = block.differ("state") & ~foreign
    level = np.where(block.both("postcode") | (block.both("city") & ~foreign) | other_state, 1, 0)
    level[(city & ~other_state) | block.equal("district")] = 2
    level[code] = 3
    level[block.differ("country")] = 1
    return level.astype(np.int8)


def _phone(block: Block) -> Levels:
    same = np.where(block.both("phone"), block.equal("phone"), block.equal("phone_end"))
    level = np.where(block.differ("area"), 0, 1)
    level[same] = np.where(block.shared("phone_end") > 1, 2, 3)[same]
    return np.where(block.both("phone_end"), level, MISSING).astype(np.int8)


def _web(block: Block) -> Levels:
    filled, mail = block.both("domain"), block.equal("email")
    # A record has the domain of its website and perhaps another one of its mailbox.
    own, other = (
        block.equal("domain") | block.equal("domain", "mailbox"),
        block.equal("mailbox") | block.equal("mailbox", "domain"),
    )
    same, holders = own | other, np.where(own, block.shared("domain"), block.shared("mailbox"))
    level = np.where(filled, 0, MISSING).astype(np.int8)
    near = np.flatnonzero(filled & ~same)
    level[near[block.part(near).like("label") >= 85]] = 1
    level[same] = np.where(holders > 1, 2, 3)[same]
    level[mail] = np.where(block.shared("email") > 1, 2, 4)[mail]
    return level


def _extra(block: Block, name: str) -> Levels:
    lefts, rights = block.left.texts[name].gather(block.left_rows), block.right.texts[name].gather(block.right_rows)
    filled = np.flatnonzero(((lefts != "") & (rights != "")).to_numpy())
    level = np.full(len(block), MISSING, dtype=np.int8)
    likeness = block.part(filled).like(name, scorer=fuzz.token_set_ratio)
    level[filled] = np.searchsorted(EXTRA_BANDS, likeness, side="right")
    return level

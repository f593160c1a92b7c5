"""Evidence: how far two records agree, field by field, as small whole numbers. Pure, one block of pairs at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from workbench.core.matching.preparing import Codes, Side, Texts

Rows = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

MISSING = -1
"""Level of a field that one of the two records does not fill: neither for nor against."""

NAME_LEVELS = (
    "very different name", "different name", "somewhat similar name", "similar name", "close name", "very close name",
    "nearly equal name", "same common name", "same name", "same unique name", "one name within the other",
    "one name within the other, rare words", "acronym of the name", "similar name, same rare words",
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


@dataclass(frozen=True, eq=False)
class Block:
    """Pairs of rows of two sides."""

    left: Side
    right: Side
    left_rows: Rows
    right_rows: Rows

    def apart(self) -> Block:
        """The same pairs over just the records that they need, for another process."""
        lefts, left_rows = np.unique(self.left_rows, return_inverse=True)
        rights, right_rows = np.unique(self.right_rows, return_inverse=True)
        left, right = self.left.take(lefts.astype(np.int64)), self.right.take(rights.astype(np.int64))
        return Block(left, right, left_rows.astype(np.int32), right_rows.astype(np.int32))


def levels(block: Block) -> Levels:
    """One row a pair, one column a field: name, address, phone, web, then each further column."""
    columns = [_name(block), _address(block), _phone(block), _web(block)]
    columns += [_extra(block, lefts, rights) for lefts, rights in zip(block.left.extra, block.right.extra, strict=True)]
    return np.column_stack(columns).astype(np.int8)


def ratio(lefts: Texts, rights: Texts) -> npt.NDArray[np.uint8]:
    """Likeness of each pair of texts, 0 to 100."""
    if len(lefts) == 0:
        return np.zeros(0, dtype=np.uint8)
    return np.asarray(cpdist(lefts.tolist(), rights.tolist(), scorer=fuzz.ratio, dtype=np.uint8, workers=-1))


def _equal(lefts: Codes, rights: Codes) -> Mask:
    return np.asarray((lefts == rights) & (lefts != 0))


def _both(lefts: Codes, rights: Codes) -> Mask:
    return np.asarray((lefts != 0) & (rights != 0))


def _name(block: Block) -> Levels:
    left, right, i, j = block.left, block.right, block.left_rows, block.right_rows
    filled = _both(left.name[i], right.name[j])
    equal = filled & (left.name[i] == right.name[j])
    alias = (
        _equal(left.second[i], right.name[j])
        | _equal(left.name[i], right.second[j])
        | _equal(left.second[i], right.second[j])
    )
    level = np.full(len(i), MISSING, dtype=np.int8)
    frequency = left.name_count[i]
    level[equal] = np.where(frequency == 1, 9, np.where(frequency < 4, 8, 7))[equal]
    level[alias & ~equal] = 8
    rest = np.flatnonzero(filled & ~equal & ~alias)
    level[rest] = _near_name(left, right, i[rest], j[rest])
    return level


def _near_name(left: Side, right: Side, i: Rows, j: Rows) -> Levels:
    """Levels of names that are not equal."""
    likeness = _likeness(left, right, i, j)
    shared = np.asarray(left.words[i].multiply(right.words[j]).sum(axis=1)).ravel()
    within = _within(left, right, i, j, shared)
    level = np.searchsorted(BANDS, likeness, side="right").astype(np.int8)
    middle = (likeness >= 45) & (likeness < 80)
    level[middle & (shared >= 0.6)] = 13
    inside = within & (likeness < 93)
    level[inside] = np.where(shared >= 0.6, 11, 10)[inside]
    short = _equal(left.acronym[i], right.despaced_code[j]) | _equal(left.despaced_code[i], right.acronym[j])
    level[short & (level < 5)] = 12
    # East and West, II and III, 12 and 21: near names of two, not a misspelling of one.
    distinct = left.marks[i] != right.marks[j]
    both = _both(left.marks[i], right.marks[j])
    level[distinct & both & (level >= 4)] = 2
    level[distinct & ~both & np.isin(level, (5, 6))] = 4
    return level


def _likeness(left: Side, right: Side, i: Rows, j: Rows) -> npt.NDArray[np.uint8]:
    best = ratio(left.sorted_name[i], right.sorted_name[j])
    near = np.flatnonzero((best >= 35) & (best < 93))
    best[near] = np.maximum(best[near], ratio(left.despaced[i[near]], right.despaced[j[near]]))
    for lefts, rights, present in (
        (left.sorted_second, right.sorted_name, left.second[i] != 0),
        (left.sorted_name, right.sorted_second, right.second[j] != 0),
    ):
        rows = np.flatnonzero(present)
        best[rows] = np.maximum(best[rows], ratio(lefts[i[rows]], rights[j[rows]]))
    return best


def _within(left: Side, right: Side, i: Rows, j: Rows, shared: npt.NDArray[np.float32]) -> Mask:
    """Whether the words of one name all occur in the other, give or take a misspelling."""
    within = np.zeros(len(i), dtype=np.bool_)
    some = np.flatnonzero(shared >= 0.2)
    if len(some):
        lefts, rights = left.sorted_name[i[some]].tolist(), right.sorted_name[j[some]].tolist()
        within[some] = cpdist(lefts, rights, scorer=fuzz.token_set_ratio, dtype=np.uint8, workers=-1) >= 95
    return within


def _address(block: Block) -> Levels:
    level = 4 * _street(block) + _place(block)
    return np.where(level == 0, MISSING, level).astype(np.int8)


def _street(block: Block) -> Levels:
    left, right, i, j = block.left, block.right, block.left_rows, block.right_rows
    filled = _both(left.street[i], right.street[j])
    core = _equal(left.core[i], right.core[j])
    number = _equal(left.number[i], right.number[j])
    near = np.flatnonzero(filled & number & ~core)
    spelled = core.copy()
    spelled[near] = ratio(left.street_text[i[near]], right.street_text[j[near]]) >= 80
    whole = _equal(left.street[i], right.street[j])
    level = np.where(spelled | whole, 2, 1)
    level[(spelled & number) | whole] = 3
    return np.where(filled, level, 0).astype(np.int8)


def _place(block: Block) -> Levels:
    left, right, i, j = block.left, block.right, block.left_rows, block.right_rows
    code_filled, city_filled = _both(left.postcode[i], right.postcode[j]), _both(left.city[i], right.city[j])
    city = _equal(left.city[i], right.city[j])
    near = np.flatnonzero(city_filled & ~city & ~_equal(left.postcode[i], right.postcode[j]))
    city[near] = ratio(left.city_text[i[near]], right.city_text[j[near]]) >= 80
    elsewhere = _both(left.country[i], right.country[j]) & (left.country[i] != right.country[j])
    other_state = _both(left.state[i], right.state[j]) & (left.state[i] != right.state[j])
    district = _equal(left.district[i], right.district[j])
    known = code_filled | city_filled | other_state
    level = np.where(known, 1, 0)
    level[(city & ~other_state) | district] = 2
    level[_equal(left.postcode[i], right.postcode[j])] = 3
    level[elsewhere] = 1
    return level.astype(np.int8)


def _phone(block: Block) -> Levels:
    left, right, i, j = block.left, block.right, block.left_rows, block.right_rows
    long = _both(left.phone[i], right.phone[j])
    same = np.where(long, left.phone[i] == right.phone[j], _equal(left.phone_end[i], right.phone_end[j]))
    far = _both(left.area[i], right.area[j]) & (left.area[i] != right.area[j])
    level = np.where(far, 0, 1)
    level[same] = np.where(left.phone_count[i] > 1, 2, 3)[same]
    return np.where(_both(left.phone_end[i], right.phone_end[j]), level, MISSING).astype(np.int8)


def _web(block: Block) -> Levels:
    left, right, i, j = block.left, block.right, block.left_rows, block.right_rows
    filled = _both(left.domain[i], right.domain[j])
    same = filled & (left.domain[i] == right.domain[j])
    level = np.full(len(i), MISSING, dtype=np.int8)
    level[filled] = 0
    near = np.flatnonzero(filled & ~same)
    level[near[ratio(left.label[i[near]], right.label[j[near]]) >= 85]] = 1
    level[same] = np.where(left.domain_count[i] > 1, 2, 3)[same]
    mail = _equal(left.email[i], right.email[j])
    level[mail] = np.where(left.email_count[i] > 1, 2, 4)[mail]
    return level


def _extra(block: Block, lefts: Texts, rights: Texts) -> Levels:
    a, b = lefts[block.left_rows], rights[block.right_rows]
    filled = np.flatnonzero((a != "") & (b != ""))
    level = np.full(len(a), MISSING, dtype=np.int8)
    if len(filled):
        likeness = cpdist(
            a[filled].tolist(), b[filled].tolist(), scorer=fuzz.token_set_ratio, dtype=np.uint8, workers=-1
        )
        level[filled] = np.searchsorted(np.array([45, 65, 85, 100]), likeness, side="right")
    return level

"""Ids of 15 and 18 characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.sandbox.salesforce.ids import ALPHABET, is_id, long_id, make_id, suffix

SHORT = st.text(ALPHABET, min_size=15, max_size=15)


def test_the_suffix_is_tells_upper_case_by_fives():
    assert suffix("001D000000IRFma") == "IAH"
    assert long_id("001D000000IRFma") == "001D000000IRFmaIAH"


@given(SHORT)
def test_a_long_id_survives_a_wrong_letter_case(short):
    full = long_id(short)
    assert is_id(full)
    assert long_id(full.upper()) == long_id(full.lower()) == full


@given(SHORT, st.integers(0, 14))
def test_ids_that_differ_in_case_alone_have_different_suffixes(short, place):
    other = short[:place] + short[place].swapcase() + short[place + 1 :]
    assert (suffix(other) == suffix(short)) == (other == short)


@given(st.integers(0, 62**9), st.integers(0, 62**9))
def test_different_numbers_give_different_ids(one, other):
    assert (make_id("001", one) == make_id("001", other)) == (one == other)


def test_a_wrong_suffix_is_no_id():
    assert not is_id("001D000000IRFmaIBH")
    assert not is_id("001D000000IRFm")
    assert not is_id("001D000000IRFm-")

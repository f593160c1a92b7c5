"""One canonical text of any value, and one fingerprint of it however large it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.values import canonical_json, fingerprint, fingerprint_of


@dataclass(frozen=True)
class Thing:
    name: str
    parts: tuple[int, ...] = ()


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.builds(Thing, st.text(max_size=4))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=6))
def test_a_value_digested_item_by_item_has_the_fingerprint_of_the_whole(fields):
    assert fingerprint_of(fields) == fingerprint(fields)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=6))
def test_the_order_in_which_fields_were_named_changes_no_fingerprint(fields):
    assert fingerprint_of(dict(reversed(fields.items()))) == fingerprint_of(fields)


def test_moments_and_frozen_values_have_one_canonical_text():
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert canonical_json({"b": Thing("é", (1, 2)), "a": at}) == (
        '{"a":"2026-01-05T09:00:00Z","b":{"name":"é","parts":[1,2]}}'
    )


def test_what_would_depend_on_rounding_is_refused():
    with pytest.raises(TypeError, match="use text for decimals"):
        fingerprint_of({"lines": [{"amount": 1.5}]})

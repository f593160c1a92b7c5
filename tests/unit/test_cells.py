"""Cells out of answers: what a system sends is data, whatever it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.systems.cells import parsed


@pytest.mark.parametrize("sent", ['{"name": "Acme \\ud83e"}', '["\\uDC00 Acme", {"\\ud800": 1}]', '"\\ud83e\\ud83e"'])
def test_half_a_sign_that_a_system_cut_off_is_a_replacement_character_and_stops_nothing(sent):
    found = json.dumps(parsed(sent), ensure_ascii=False)

    found.encode("utf-8")
    assert "\ufffd" in found


def test_a_whole_sign_is_what_it_is():
    assert parsed(b'{"name": "Acme \\ud83e\\udde8", "size": 1.10}') == {"name": "Acme 🧨", "size": "1.10"}


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_everything_else_comes_as_it_was_sent(value):
    assert parsed(json.dumps(value)) == value


def test_halves_that_are_not_even_escaped_make_one_sign_or_none():
    sent = b'["\xed\xa0\xbe\xed\xb7\xa8", "\xed\xa0\xbe", "\xed\x95\x9c"]'
    assert parsed(sent) == ["🧨", "\ufffd", "한"]

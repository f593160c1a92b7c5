"""When two ways of writing a value mean the same, and when they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.core.canonical import canonical, same

SAME = [
    ("phone", "(555) 010-2030", "555-010-2030"),
    ("phone", "+1 555 010 2030", "5550102030"),
    ("phone", "0044 20 7946 0958", "+44 20 7946 0958"),
    ("phone", "555 010 2030 ext. 7", "5550102030x7"),
    ("phone", "\u0665\u0665\u0665 010 2030", "555 010 2030"),
    ("url", "https://www.Acme.com/", "acme.com"),
    ("url", "http://acme.com:80/About", "acme.com/About"),
    ("email", " Lee@Acme.COM", "lee@acme.com"),
    ("picklist", "Gold; silver", "Silver;GOLD"),
    ("flag", None, False),
    ("flag", "Yes", True),
    ("decimal", "1,234.50", "1234.5"),
    ("decimal", "0.00", "0"),
    ("date", "2026-11-22T23:59:00Z", "2026-11-22"),
    ("datetime", "2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00Z"),
    ("datetime", "2026-11-22T10:00:00.000+0000", "2026-11-22T10:00:00Z"),
    ("country", "United States", "U.S.A."),
    ("country", "Deutschland", "DE"),
    ("text", "Café  Noir ", "Cafe\u0301 Noir"),
    ("text", "", None),
    ("text", True, "true"),
]
DIFFERENT = [
    ("phone", "555-010-2030", "555-010-2031"),
    ("phone", "555-010-2030", "555-010-2030 x 9"),
    ("url", "acme.com/a", "acme.com/A"),
    ("text", "Acme", "ACME"),
    ("exact", "Acme", " Acme"),
    ("flag", None, True),
    ("decimal", "1234.5", "1234.05"),
    ("decimal", "NaN", "0"),
    ("date", "2026-11-22", "2026-11-23"),
    ("country", "Austria", "Australia"),
]


@pytest.mark.parametrize(("canonicaliser", "one", "another"), SAME)
def test_same_meaning_is_no_change(canonicaliser, one, another):
    assert same(canonicaliser, one, another)


@pytest.mark.parametrize(("canonicaliser", "one", "another"), DIFFERENT)
def test_other_meaning_is_a_change(canonicaliser, one, another):
    assert not same(canonicaliser, one, another)


EVERY = ["text", "exact", "phone", "url", "email", "picklist", "flag", "decimal", "date", "datetime", "country"]


@settings(max_examples=300, derandomize=True)
@given(st.sampled_from(EVERY), st.text(max_size=30) | st.booleans() | st.integers() | st.none())
def test_only_a_blank_value_is_blank_and_spaces_around_a_value_mean_nothing(canonicaliser, value):
    text = canonical(canonicaliser, value)
    blank = value is None or str(value).strip() == ""
    assert (text is None) == (blank and canonicaliser not in ("flag", "exact")) or canonicaliser == "exact"
    assert text != "" or canonicaliser == "flag"
    if canonicaliser != "exact" and isinstance(value, str):
        assert canonical(canonicaliser, f"  {value} ") == text

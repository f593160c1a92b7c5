"""A table for a page: whole texts, numbers as people write them, nothing that a browser would run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from workbench.model.rows import Address, Rows, html_of
from workbench.render import frames


@dataclass(frozen=True)
class Step:
    name: str
    hours: int | None = None
    sure: bool = False
    after: tuple[str, ...] = ()

    @property
    def loud(self) -> str:
        return self.name.upper()


@dataclass(frozen=True)
class Read:
    at: datetime


def test_headings_are_words_and_texts_stay_whole():
    shown = Rows([Step("x" * 300)]).table(what_is_done="name", in_capitals="loud")._repr_html_()
    assert '<th scope="col">what is done</th>' in shown and '<th scope="col">in capitals</th>' in shown
    assert f"<td>{'x' * 300}</td>" in shown and f"<td>{'X' * 300}</td>" in shown


def test_numbers_flags_lists_and_gaps_read_as_people_write_them():
    shown = Rows([Step("a", 12345, True, ("b", "c")), Step("d")]).table(h="hours", s="sure", a="after")._repr_html_()
    assert [cell.partition("</td>")[0] for cell in shown.split("<td>")[1:]] == ["12,345", "yes", "b, c", "", "no", ""]


def test_what_comes_from_outside_is_escaped():
    shown = Rows([Step("<script>alert(1)</script>")]).table(name="name")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_a_table_without_rows_keeps_its_headings_and_says_none():
    empty = Rows([]).table(name="name", hours="hours")

    assert '<th scope="col">name</th>' in empty._repr_html_() and '<td colspan="2">none</td>' in empty._repr_html_()
    assert repr(empty) == "none (name, hours)"


def test_rows_by_themselves_read_like_a_table_with_digits_kept_together():
    shown = Rows([Step("a", 12345, True, ("b", "c")), Step("x" * 300)])._repr_html_()

    cells = [cell.partition("</td>")[0] for cell in shown.split("<td>")[1:]]
    assert cells == ["a", "12345", "yes", "b, c", "x" * 300, "", "no", ""]


def test_gaps_of_every_sort_are_blank_and_shares_have_four_digits():
    gaps = pd.DataFrame(
        {"a": [None, 1.5], "b": [pd.NA, "x"], "c": [float("nan"), 0.999849], "d": [pd.NaT, pd.NaT], "e": [0.99999, 1.0]}
    )

    cells = [cell.partition("</td>")[0] for cell in html_of(gaps).split("<td>")[1:]]
    assert cells == ["", "", "", "", "1.0000", "1.5", "x", "0.9998", "", "1"]


def test_an_address_is_a_link_in_the_words_of_its_heading_and_other_texts_never_are():
    rows = Rows(
        [Step(Address("https://crm.example/1?a=1&b=2")), Step(Address("javascript:alert(1)")), Step("http://x")]
    )

    shown = rows.table(Open="name")._repr_html_()

    assert shown.count("<a ") == 1
    assert '<a href="https://crm.example/1?a=1&amp;b=2" rel="noreferrer">Open</a>' in shown


def test_a_column_of_links_that_all_lead_nowhere_is_left_out_and_an_empty_text_is_not():
    nowhere = Rows([Step(Address()), Step(Address())]).table(Link="name", Again="name")._repr_html_()
    somewhere = Rows([Step(Address()), Step(Address("https://crm.example/1"))]).table(Link="name")._repr_html_()
    assert ">Link<" not in nowhere and somewhere.count(">Link<") == 2
    assert (
        ">Text<" in Rows([Step("")]).table(Text="name")._repr_html_()
        and ">Link<" in Rows().table(Link="x")._repr_html_()
    )


def test_a_long_table_says_that_its_middle_is_left_out_and_how_to_see_all():
    shown = Rows([Step(f"step {number}") for number in range(1110)])._repr_html_()

    assert shown.startswith("<p>the first and the last 100 of 1,110 rows")
    assert shown.count('<tr class="gap">') == 1
    assert "step 99<" in shown and "step 100<" not in shown and "step 1010<" in shown
    assert "<p>" not in Rows([Step("a")] * 200)._repr_html_()


def test_times_are_read_to_the_minute_with_their_zone():
    moment = datetime(2026, 3, 1, 7, 5, 9, 123456, tzinfo=UTC)

    assert "<td>2026-03-01 07:05 UTC</td>" in Rows([Read(moment)]).table(at="at")._repr_html_()
    assert "2026-03-01 07:05:09+00:00" in Rows([Read(moment)]).frame()["at"].tolist()
    assert "<td>2026-03-01 07:05 UTC</td>" in html_of(pd.DataFrame({"read at": [moment]}))


def test_a_frame_in_a_notebook_keeps_whole_texts_and_shows_an_index_that_says_something():
    plain = frames.shown(pd.DataFrame({"cause": ["x" * 300]}))
    numbered = frames.shown(pd.DataFrame({"cause": ["a", "b"]}, index=pd.RangeIndex(1, 3, name="number")))

    assert "x" * 300 in plain and plain.count("<th ") == 1
    assert numbered.count("<th ") == 2 and "<td>1</td><td>a</td>" in numbered

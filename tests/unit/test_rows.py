"""A table for a page: whole texts, numbers as people write them, nothing that a browser would run."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.rows import Rows


@dataclass(frozen=True)
class Step:
    name: str
    hours: int | None = None
    sure: bool = False
    after: tuple[str, ...] = ()

    @property
    def loud(self) -> str:
        return self.name.upper()


def test_headings_are_words_and_texts_stay_whole():
    shown = Rows([Step("x" * 300)]).table(what_is_done="name", in_capitals="loud")._repr_html_()
    assert "<th>what is done</th>" in shown and "<th>in capitals</th>" in shown
    assert f"<td>{'x' * 300}</td>" in shown and f"<td>{'X' * 300}</td>" in shown


def test_numbers_flags_lists_and_gaps_read_as_people_write_them():
    shown = Rows([Step("a", 12345, True, ("b", "c")), Step("d")]).table(h="hours", s="sure", a="after")._repr_html_()
    assert [cell.partition("</td>")[0] for cell in shown.split("<td>")[1:]] == ["12,345", "yes", "b, c", "", "no", ""]


def test_what_comes_from_outside_is_escaped():
    shown = Rows([Step("<script>alert(1)</script>")]).table(name="name")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_a_table_without_rows_keeps_its_headings():
    assert "<th>name</th>" in Rows([]).table(name="name")._repr_html_()

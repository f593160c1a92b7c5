"""Pages without code, without requests to other hosts, with everything from outside escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.model.figures import Figure
from workbench.model.folded import FILTER, Group, Part, folded
from workbench.model.rows import Rows
from workbench.render import report


@dataclass
class Mapped:
    left_field: str
    right_field: str


HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def executed(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>Flow</title></svg>'
    table = f"<table><tbody><tr><td>{HOSTILE.replace('<', '&lt;')}</td></tr></tbody></table>"
    cells = [
        new_markdown_cell("# Matching\n\nWhat fits."),
        new_code_cell('profile = "sandbox"', metadata={"tags": ["parameters"]}),
        new_code_cell('profile = "secret-parameter"', metadata={"tags": ["injected-parameters"]}),
        new_code_cell("secret_code()", outputs=[new_output("display_data", {"image/svg+xml": svg, "text/plain": "x"})]),
        new_code_cell(
            "more_code()", outputs=[new_output("execute_result", {"text/html": table, "text/plain": "frame"})]
        ),
        new_code_cell("said()", outputs=[new_output("stream", name="stdout", text=HOSTILE)]),
        new_code_cell(
            "bad()", outputs=[new_output("error", ename="Refused", evalue=HOSTILE, traceback=["secret trace"])]
        ),
    ]
    path = tmp_path / "30.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def page(executed):
    here = report.Page("Matching", "30.html", error="Refused: no")
    others = [report.Page(HOSTILE, "10.html"), here]
    return report.page(executed, here=here, pages=others, notices=["sandbox data"], footer=["audit head 12ab"])


def test_a_page_shows_words_pictures_and_tables_but_no_code_and_no_parameters(page):
    assert "<h1" in page and "<title>Flow</title>" in page and "<td>&lt;script&gt;alert(1)" in page
    for hidden in ("secret_code", "more_code", "secret-parameter", "secret trace"):
        assert hidden not in page


def test_the_heading_of_a_page_names_the_integration_that_its_title_names(executed):
    shown = report.page(executed, here=report.Page("Matching: deals", "30.html"), pages=[], notices=[], footer=[])
    other = report.page(executed, here=report.Page(HOSTILE, "30.html"), pages=[], notices=[], footer=[])

    assert re.search(r"<h1[^>]*>Matching: deals</h1>", shown) and re.search(r"<h1[^>]*>Matching</h1>", other)


def test_a_page_asks_nothing_of_another_host(page):
    outside = [address for address in re.findall(r"https?://[^\s\"'<>]+", page) if "www.w3.org" not in address]

    assert outside == []
    assert "default-src 'none'" in page


def test_whatever_comes_from_outside_is_text_on_the_page(page):
    assert HOSTILE not in page
    assert page.count("<script>") == 1


def test_a_page_whose_notebook_stopped_says_so_at_the_top(page):
    assert page.index("This page is incomplete") < page.index('<main id="content">')


def test_only_the_pages_own_script_may_run(page):
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", page)


def test_a_folded_table_is_filtered_by_the_pages_script_alone(tmp_path):
    groups = [Group(f"Acme {number}", ("because",), (("name", "a", HOSTILE),)) for number in range(20)]
    html = folded([Part("update partner in crm: 20", ("field", "before", "after"), groups)])
    cell = new_code_cell("x", outputs=[new_output("display_data", {"text/html": html, "text/plain": "x"})])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "40.ipynb")

    shown = report.page(tmp_path / "40.ipynb", here=report.Page("Plan", "40.html"), pages=[], notices=[], footer=[])

    assert "oninput" in html and "oninput" not in shown and FILTER in shown
    assert HOSTILE not in shown and shown.count("<tbody>") == 20


def test_columns_are_told_in_words_and_names_of_fields_in_cells_stay(tmp_path):
    rows = Rows([Mapped("Partner_Status__c", "first_name")])
    cell = new_code_cell(
        "x", outputs=[new_output("display_data", {"text/html": rows._repr_html_(), "text/plain": "x"})]
    )
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "25.ipynb")

    shown = report.page(tmp_path / "25.ipynb", here=report.Page("Map", "25.html"), pages=[], notices=[], footer=[])

    assert '<th scope="col">left field</th>' in shown
    assert "<td>Partner_Status__c</td><td>first_name</td>" in shown


def test_the_index_leads_with_the_numbers_and_tells_assumed_from_measured():
    figures = [
        Figure(
            "Integrations that need action", "12", "of 22", "measured", "first report", "refactor, replace or retire"
        ),
        Figure("Manual hours", "2,023", "a year", "assumed", HOSTILE, "as the inventory estimates"),
    ]
    pages = [
        report.Page("Inventory", "10.html", "now"),
        report.Page("Plan", "40.html", "now", "Refused: gate"),
    ]

    shown = report.index(
        title="Partner workbench", figures=figures, pages=pages, notices=["demo"], footer=[], first="40.html"
    )

    assert (
        shown.index("Five numbers") < shown.index('Read first: <a href="40.html">Plan</a>') < shown.index("<h2>Pages")
    )
    assert 'class="basis measured"' in shown and 'class="basis assumed"' in shown
    assert HOSTILE not in shown and "Plan did not finish" in shown and "Refused: gate" in shown


def test_pages_appear_whole_or_not_at_all(tmp_path):
    report.write({tmp_path / "a.html": "one", tmp_path / "b.html": "two"})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]

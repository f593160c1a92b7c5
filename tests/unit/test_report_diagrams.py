"""Diagrams on a page: one picture each, links that lead to rows, and a script that the page's policy lets run."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from small_landscape import small_landscape

from workbench.core.drawing.layout import Layout
from workbench.model.rows import Rows
from workbench.render import report
from workbench.render.anchors import anchored, joined
from workbench.render.diagram import diagram


@dataclass(frozen=True)
class Finding:
    id: str
    rows: tuple[str, ...]


FINDINGS = Rows([Finding("no-alert/high", ("INT-001",))])
DIAGRAM = diagram(small_landscape().state("as-is"), findings=FINDINGS, layout=Layout())


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page with a marked diagram, its flow table and the findings."""
    shown = [
        new_output("execute_result", DIAGRAM._repr_mimebundle_(include=None, exclude=None)),
        new_output("execute_result", {"text/html": FINDINGS._repr_html_(), "text/plain": "findings"}),
        new_output("execute_result", {"text/html": DIAGRAM.flows._repr_html_(), "text/plain": "flows"}),
    ]
    path = tmp_path_factory.mktemp("page") / "20.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("shown", outputs=[item]) for item in shown]), path)
    here = report.Page("Data flows", "20.html")
    return report.page(path, here=here, pages=[here], notices=[], footer=[])


def test_a_diagram_is_one_picture_on_a_page(page):
    assert page.count("<svg") == 1
    assert page.count("<figure") == 1


def test_the_policy_lets_exactly_the_script_of_the_page_run(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "svg.dfd" in script and "Filter " in script
    assert script.count('"use strict"') == 1


def test_the_badge_of_a_marked_flow_leads_to_the_finding_and_its_line_to_the_inventory(page):
    marked = next(line.id for line in DIAGRAM.picture.lines if line.findings)
    flow = re.search(rf'<g [^>]*id="[^"]*-{marked}"[^>]*>(.*?)</g>', page, re.DOTALL).group(1)
    assert re.findall('href="([^"]*)"', flow) == ["#INT-001", "#no-alert%2Fhigh"]
    assert '<tr id="no-alert/high" tabindex="-1">' in page
    assert [("<title>" in link) for link in re.findall("<a .*?</a>", flow, re.DOTALL)] == [True, True]


def test_what_the_script_focuses_by_is_in_the_picture(page):
    assert 'data-findings="no-alert/high"' in page
    lanes = set(re.findall(r'data-system="([^"]*)"', page))
    assert len(lanes) > 1
    assert lanes == {
        name for classes in re.findall(r'class="flow ([^"]*)"', page) for name in re.findall(r"in-(\S+)", classes)
    }


def test_no_address_occurs_twice_on_a_page(page):
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    twice = anchored(2 * "<table><thead><tr><th>id</th></tr></thead><tbody><tr><td>A</td></tr></tbody></table>")
    assert twice.count('id="A"') == 1


def test_only_tables_with_ids_get_addresses_and_names_stay_text():
    other = "<table><thead><tr><th>name</th></tr></thead><tbody><tr><td>A</td></tr></tbody></table>"
    assert anchored(other) == other
    hostile = other.replace("name", "row").replace(">A<", '>a"onclick=x<')
    assert '<tr id="a&quot;onclick=x" tabindex="-1">' in anchored(hostile)


def test_a_link_leads_to_the_first_page_that_holds_the_row():
    pages = {
        Path("10.html"): '<tr id="INT-001"><td>INT-001</td></tr><p id="here"></p>',
        Path("20.html"): '<a href="#INT-001">1</a> <a href="#here">2</a> <p id="here"></p> <a href="#nowhere">3</a>'
        '<tr id="INT-001"><td>INT-001</td></tr>',
    }
    links = re.findall('href="([^"]*)"', joined(pages)[Path("20.html")])
    assert links == ["10.html#INT-001", "#here", "#nowhere"]


def test_jupyterlab_gets_the_picture_with_live_links():
    bundle = DIAGRAM._repr_mimebundle_(include=None, exclude=None)
    assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
    assert bundle["image/svg+xml"] in bundle["text/html"]

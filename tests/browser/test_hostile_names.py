"""Names as attackers and the world write them, on a rendered page in a real browser: shown as text alone."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import workbench as wb
from workbench.model.figures import Figure
from workbench.model.folded import FEW, Group, Part, folded
from workbench.render import report

NAMES = (
    "<script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "</td></table><style>body{display:none}</style>",
    "=cmd|'/c calc'!A0",
    "شركة الأفق للتجارة",
    "\u202eevil\u202c Ltd",
    "W" * 300,
    "javascript:document.title='taken'",
    "\" onmouseover=\"document.title='taken'",
    "{{ 7 * 7 }} {% raw %}",
)


@dataclass
class Partner:
    name: str
    street: str


@pytest.fixture(scope="module")
def page(tmp_path_factory, open_file):
    folder = tmp_path_factory.mktemp("hostile")
    rows = wb.Rows(Partner(name, f"{number} Main Street") for number, name in enumerate(NAMES))
    groups = [Group(name, (name,), (("name", name, name),)) for name in NAMES * (1 + FEW // len(NAMES))]
    shown = {
        "as rows": rows._repr_html_(),
        "as a table": rows.table(Name="name", Street="street")._repr_html_(),
        "as a plan": folded([Part(f"update partner {NAMES[0]}", ("field", "before", "after"), groups)]),
    }
    cells = [new_markdown_cell("# Partners")]
    for heading, text in shown.items():
        output = new_output("display_data", {"text/html": text, "text/plain": "x"})
        cells += [new_markdown_cell(f"## {heading}"), new_code_cell("x", outputs=[output])]
    failed = new_output("error", ename="Refused", evalue=" ".join(NAMES), traceback=[])
    said = new_output("stream", name="stdout", text="\n".join(NAMES))
    cells.append(new_code_cell("x", outputs=[said, failed]))
    nbformat.write(new_notebook(cells=cells), folder / "30.ipynb")
    here = report.Page(NAMES[0], "30.html", error=NAMES[1])
    figures = [Figure(name, name, name, "measured", name, name) for name in NAMES[:5]]
    told = {"notices": NAMES, "footer": NAMES}
    report.write(
        {
            folder / "30.html": report.page(folder / "30.ipynb", here=here, pages=[here], **told),
            folder / "index.html": report.index(title=NAMES[0], figures=figures, pages=[here], **told),
        }
    )
    return {name: open_file(folder / f"{name}.html", "phone") for name in ("30", "index")}


@pytest.mark.parametrize("file", ["30", "index"])
def test_no_name_runs_loads_or_breaks_anything(page, file):
    found = page[file]

    assert found.errors == []
    assert len(found.asked) == 1  # the page itself
    assert found.page.title() == NAMES[0]
    assert found.page.locator("footer").is_visible()


@pytest.mark.parametrize("position", range(len(NAMES)))
def test_every_name_is_read_as_it_was_written(page, position):
    cells = page["30"].page.locator("td").all_text_contents()

    assert cells.count(NAMES[position]) >= 4


@pytest.mark.parametrize("file", ["30", "index"])
def test_three_hundred_letters_do_not_widen_the_page(page, file):
    shown = page[file].page

    assert shown.evaluate("document.documentElement.scrollWidth") == shown.viewport_size["width"]


def test_a_name_from_right_to_left_leaves_its_neighbours_where_they_are(page):
    row = page["30"].page.locator("tbody tr", has_text=NAMES[4]).first
    first, second = (row.locator("td").nth(column).bounding_box()["x"] for column in (0, 1))

    assert first < second
    assert row.locator("td").nth(1).inner_text() == "4 Main Street"

"""Every page of the demo, as a person meets it: by eye, by ear, by keyboard, on a phone, on paper, without script."""

from __future__ import annotations

import html
import io
import json
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

PAPER = {"width": 1032, "height": 700}
"""A4 across, less the margins of the style sheet, in the browser's pixels."""

GRAVE = ("serious", "critical")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_page_opens_without_a_complaint_and_asks_nothing_of_another_host(opened, name, device):
    found = opened(name, device)

    assert found.errors == []
    assert [address for address in found.asked if not address.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_axe_finds_nothing_grave_in_light_and_in_dark(opened, name, device):
    found = Axe().run(opened(name, device).page).response["violations"]

    told = [(item["id"], item["nodes"][0]["html"][:200], len(item["nodes"])) for item in found]
    assert [one for one, item in zip(told, found, strict=True) if item["impact"] in GRAVE] == []


def test_a_page_takes_its_colours_from_light_and_dark(opened, name):
    papers = {device: _paper(opened(name, device).page) for device in ("desk", "phone")}

    assert papers == {"desk": "rgb(255, 255, 255)", "phone": "rgb(20, 25, 30)"}


def test_nothing_but_the_boxes_of_tables_and_pictures_scrolls_sideways_on_a_phone(opened, name):
    page = opened(name, "phone").page

    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_headings_go_down_one_step_at_a_time_from_the_only_title(opened, name):
    levels = opened(name).page.eval_on_selector_all(
        "h1, h2, h3, h4, h5, h6", "found => found.map(one => Number(one.tagName[1]))"
    )

    assert levels[0] == 1 and levels.count(1) == 1
    assert [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1] == []


def test_every_picture_and_every_bar_has_a_name(opened, name):
    nameless = opened(name).page.eval_on_selector_all(
        "svg, img, progress, [role=img], input, select",
        """found => found.filter(one => {
          if (one.closest("[aria-hidden=true]") || one.parentElement.closest("svg")) return false;
          const said = one.getAttribute("aria-label") ?? one.getAttribute("alt");
          const told = said ?? one.querySelector("title")?.textContent;
          const labels = [...(one.labels ?? [])].map(label => label.textContent).join(" ");
          return !(told || labels).trim();
        }).map(one => one.outerHTML.slice(0, 200))""",
    )

    assert nameless == []


def test_long_tables_are_filtered_by_keyboard_and_say_how_many_rows_fit(opened, name):
    page = opened(name).page
    for position in range(page.locator("label.filter input").count()):
        field = page.locator("label.filter input").nth(position)
        field.focus()
        before = _shown_rows(page)
        page.keyboard.type("qqqq zzzz")
        assert _shown_rows(page) < before
        said = page.locator("label.filter").nth(position).locator("[role=status]").inner_text()
        assert said.startswith("0 of ")
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        assert _shown_rows(page) == before


def test_the_navigation_can_be_skipped_by_key_first_of_all(opened, name):
    page = opened(name).page
    first = page.locator("a, button, input, select, summary, [tabindex]").first
    first.focus()

    assert first.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_every_box_that_scrolls_can_be_reached_by_key_and_has_a_name(opened, name, device):
    stuck = opened(name, device).page.eval_on_selector_all(
        ".output, .picture, .said",
        """found => found.filter(one => {
          const scrolls = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
          return scrolls && (one.tabIndex < 0 || !one.getAttribute("aria-label"));
        }).map(one => one.outerHTML.slice(0, 200))""",
    )

    assert stuck == []


def test_every_link_leads_to_something_that_is_there(opened, name):
    found = opened(name)
    links = found.page.eval_on_selector_all(
        "a", "found => found.map(one => [one.getAttribute('href'), one.textContent])"
    )

    assert [words for _, words in links if not words.strip() or "://" in words] == []
    assert [href for href, _ in links if not _leads_somewhere(href, found)] == []


def test_on_paper_nothing_is_cut_off(opened, open_file, name):
    page = open_file(opened(name).file).page
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    cut = page.eval_on_selector_all(
        "body *",
        """found => found.filter(one => {
          if (one.closest("svg svg, svg *") || !one.getClientRects().length) return false;
          const style = getComputedStyle(one), box = one.getBoundingClientRect();
          const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
          const hidden = clips && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
          return box.right > innerWidth + 1 || hidden;
        }).map(one => `${one.tagName} ${one.textContent.slice(0, 60)}`)""",
    )
    page.context.close()

    assert cut == []


def test_on_paper_a_plan_is_whole_a_long_table_says_how_much_of_it_is_left_out_and_a_filter_what_it_leaves(opened):
    page = opened("40_plan_sync").page
    table = page.locator(".output:not(:has(.folded)):has(tr:nth-child(61))")
    page.get_by_label("Filter What differs from the last plan").fill("contact create")
    left, whole = (f"{table.locator(f'tbody tr{which}').count():,}" for which in (":not([hidden])", ""))
    printed = _printed(page)
    page.get_by_label("Filter What differs from the last plan").fill("")

    words = _words(printed)
    assert f"On paper: the first 60 of the {left} that the filter leaves of {whole} rows." in words
    lines = [one.rpartition("line ")[2][:8] for one in page.locator(".changes tbody th").all_text_contents()]
    assert len(lines) > 1000 and [one for one in lines if f"line {one}" not in words] == []
    assert len(printed.pages) < len(lines) / 20
    assert page.locator(".paper, .unprinted").count() == 0  # on the screen everything is back


@pytest.mark.parametrize("name", ["index", "20_draw_data_flows", "90_report_to_leadership"])
def test_the_printed_file_ends_with_the_footer_and_names_every_section(opened, name):
    page = opened(name).page
    headings = page.locator("h1, h2, h3").all_inner_texts()

    printed = _printed(page)

    words = _words(printed)
    assert [heading for heading in headings if " ".join(heading.split()) not in words] == []
    assert "audit of" in printed.pages[-1].extract_text()
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in printed.pages)


def test_without_script_every_row_is_there_and_folds_open_by_key(opened, open_file, name):
    with_script = opened(name).page
    page = open_file(opened(name).file, java_script_enabled=False).page
    rows = [one.locator("tbody tr").count() for one in (with_script, page)]
    assert rows[0] == rows[1]
    assert page.locator("main").inner_text().strip()
    fold = page.locator("summary").first
    if page.locator("summary").count():
        before = page.locator("tbody tr:visible").count()
        fold.focus()
        page.keyboard.press("Enter")
        assert page.locator("tbody tr:visible").count() != before
    page.context.close()


def _printed(page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(format="A4", landscape=True, tagged=True)))


def _words(printed: PdfReader) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)


def _paper(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def _shown_rows(page) -> int:
    """Rows that the filters leave, in folds too: those that are folded away count by their group."""
    everything, left_out = (page.locator(f"tbody{which}").count() for which in (" tr", " tr[hidden], tbody[hidden] tr"))
    return everything - left_out


def _leads_somewhere(href: str, found) -> bool:
    parts = urlsplit(href)
    if parts.scheme:
        return False
    file = found.file.parent / unquote(parts.path) if parts.path else found.file
    if not file.is_file():
        return False
    if not parts.fragment:
        return True
    if file == found.file:
        return bool(found.page.evaluate(f"document.getElementById({json.dumps(unquote(parts.fragment))}) !== null"))
    return f'id="{html.escape(unquote(parts.fragment))}"' in file.read_text(encoding="utf-8")

"""What a diagram shows: nothing overlaps, every flow is there, equal on every engine, within every reader's reach."""

import dataclasses
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from engines import ENGINES, PURE
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from small_landscape import small_landscape

from workbench.core.drawing.badges import badges
from workbench.core.drawing.layout import Layout
from workbench.core.drawing.legibility import scale
from workbench.core.drawing.picture import Box
from workbench.core.drawing.views import of_system
from workbench.core.drawing.wording import text_width
from workbench.declared import read_landscape
from workbench.errors import UnknownName, UsageError
from workbench.render.diagram import diagram, save_set, sheets
from workbench.render.engine import routes
from workbench.render.layout_file import read_layout
from workbench.render.signature import signature
from workbench.render.svg import svg_text

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
WHOLE = read_landscape(ROOT / "config" / "landscape.yaml")
LAYOUT = read_layout(ROOT / "diagrams" / "layout.yaml")
BEFORE, AFTER = WHOLE.state("as-is"), WHOLE.state("to-be")


def drawn(landscape, **wanted):
    """A diagram of the sample in its pinned places."""
    return diagram(landscape, layout=LAYOUT, **wanted)


SHEETS = {
    "as-is": drawn(BEFORE),
    "to-be": drawn(AFTER),
    "difference": drawn(AFTER, compare=BEFORE),
    "context": drawn(AFTER, level="context"),
    "level-2-15": drawn(AFTER, level="2", process="15"),
    **{f"system-{item.id}": drawn(AFTER, compare=BEFORE, system=item.id) for item in WHOLE.systems},
    "integration": drawn(BEFORE, integration="INT-001"),
    "object": drawn(AFTER, object="deal"),
}


@pytest.mark.parametrize("sheet", ("as-is", "to-be", "difference", "context", "level-2-15"))
def test_the_sample_gives_the_committed_dot_text_byte_for_byte(sheet):
    committed = (ROOT / "diagrams" / f"{sheet}.dot").read_text(encoding="utf-8")
    assert SHEETS[sheet].dot == committed, "draw them again with tests/golden/draw_diagrams.py and look at the change"


def test_the_small_landscape_has_the_golden_signature_on_every_engine():
    whole = small_landscape()
    picture = diagram(whole.state("to-be"), compare=whole.state("as-is"), layout=Layout()).picture
    golden = json.loads((ROOT / "tests" / "golden" / "diagram-signature.json").read_text(encoding="utf-8"))
    for program in ENGINES:
        assert [list(item) for item in signature(svg_text(picture, routes(picture, program)))] == golden, program


@pytest.mark.parametrize("sheet", ("as-is", "to-be", "difference"))
def test_the_sample_has_the_same_signature_on_every_engine(sheet):
    picture = SHEETS[sheet].picture
    first, *others = (signature(svg_text(picture, routes(picture, program))) for program in ENGINES)
    assert all(other == first for other in others)


@pytest.mark.parametrize("program", ENGINES)
@pytest.mark.parametrize("sheet", SHEETS)
def test_nothing_overlaps(sheet, program):
    _assert_nothing_overlaps(SHEETS[sheet].picture, program)


def _assert_nothing_overlaps(picture, program):
    placed = badges(picture, routes(picture, program))
    standing = [(f"shape {shape.id}", shape.box) for shape in picture.shapes]
    standing += [(f"badge {name}", box) for name, box in placed.items()]
    standing += [(f"title {lane.id}", lane.title) for lane in picture.lanes]
    pairs = [(one, two) for index, one in enumerate(standing) for two in standing[index + 1 :]]
    assert [(one[0], two[0]) for one, two in pairs if one[1].overlaps(two[1])] == []
    page = Box(0, 0, picture.width, picture.height)
    assert [name for name, box in standing if not _within(box, page)] == []


@pytest.mark.parametrize("program", ENGINES)
@pytest.mark.parametrize("sheet", SHEETS)
def test_no_line_crosses_a_shape_that_it_does_not_join(sheet, program):
    _assert_nothing_crosses(SHEETS[sheet].picture, program)


def _assert_nothing_crosses(picture, program):
    found = routes(picture, program)
    for line in picture.lines:
        others = [shape for shape in picture.shapes if shape.id not in (line.source, line.target)]
        for start, end in zip(found[line.id], found[line.id][1:], strict=False):
            box = Box(min(start[0], end[0]), min(start[1], end[1]), abs(start[0] - end[0]), abs(start[1] - end[1]))
            assert [shape.id for shape in others if shape.box.grown(-1).overlaps(box.grown(0.1))] == [], line.id


def _strokes(data):
    """The straight strokes of path data as we write it: M, L and Q with absolute pairs."""
    at = None
    for letter, numbers in re.findall(r"([MLQ])([^MLQ]*)", data):
        values = [float(value) for value in numbers.split()]
        end = tuple(values[-2:])
        if letter == "L":
            yield Box(min(at[0], end[0]), min(at[1], end[1]), abs(at[0] - end[0]), abs(at[1] - end[1])).grown(0.1)
        at = end


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_line_strikes_a_number_out(sheet):
    root = ElementTree.fromstring(SHEETS[sheet].svg())
    flows = [item for item in root.iter(f"{SVG}g") if item.get("id") and "flow" in item.get("class").split()]
    badge_of = {
        flow.get("id"): Box(*(float(next(flow.iter(f"{SVG}rect")).get(key)) for key in ("x", "y", "width", "height")))
        for flow in flows
    }
    for flow in flows:
        strokes = list(_strokes(next(flow.iter(f"{SVG}path")).get("d")))
        assert strokes
        for name, badge in badge_of.items():
            if name != flow.get("id"):
                assert not [stroke for stroke in strokes if stroke.overlaps(badge.grown(-2))], (flow.get("id"), name)


def _within(box, page):
    return box.left >= 0 and box.top >= 0 and box.right <= page.right and box.bottom <= page.bottom


def test_what_both_states_have_stands_in_the_same_place_on_all_three_sheets():
    places = [
        {shape.id: shape.box for shape in SHEETS[name].picture.shapes} for name in ("as-is", "to-be", "difference")
    ]
    lanes = [{lane.id: lane.box for lane in SHEETS[name].picture.lanes} for name in ("as-is", "to-be", "difference")]
    for before, after, difference in (places, lanes):
        assert {**before, **after} == difference
        assert all(before[name] == after[name] for name in before.keys() & after.keys())


def test_every_move_and_every_inventory_row_of_level_one_is_drawn():
    for state, sheet in ((BEFORE, "as-is"), (AFTER, "to-be")):
        lines = SHEETS[sheet].picture.lines
        assert {line.id for line in lines} == {move.id for move in state.moves if "." not in move.id} - {
            "F60",
            "F61",
            "F62",
            "F63",
        }
        assert {line.row for line in lines} - {""} == {row.id for row in state.integrations}


def test_the_difference_tells_added_removed_changed_and_kept_apart():
    marks = {line.id: line.mark for line in SHEETS["difference"].picture.lines}
    before, after = {move.id for move in BEFORE.moves}, {move.id for move in AFTER.moves}
    assert {name for name, mark in marks.items() if mark == "added"} == marks.keys() & (after - before)
    assert {name for name, mark in marks.items() if mark == "removed"} == marks.keys() & (before - after)
    changed = {move.id for move in WHOLE.moves if move.changed}
    assert {name for name, mark in marks.items() if mark == "changed"} == changed
    labels = {line.id: line.label for line in SHEETS["difference"].picture.lines}
    assert (labels["F42"], labels["F17"], labels["F19"], labels["F01"]) == ("+42", "\u221217", "\u039419", "01")


def test_the_ledger_names_what_changes_and_the_minutes_that_it_saves():
    whole = small_landscape()
    ledger = diagram(whole.state("to-be"), compare=whole.state("as-is"), layout=Layout()).ledger
    lines = {item.id: item for item in ledger}
    assert (lines["INT-001"].mark, lines["INT-001"].what) == ("removed", "replaced by INT-002")
    assert lines["INT-001"].minutes_saved_month == 600
    assert (lines["F08"].mark, lines["F08"].what, lines["F08"].integration) == ("changed", "daily → hourly", "INT-003")
    assert lines["F10"].delivered_by == "workbench"
    assert "F05" not in lines


def test_the_flow_table_has_the_numbers_of_the_picture():
    diagram_of = SHEETS["difference"]
    assert [flow.id for flow in diagram_of.flows] == [line.id for line in diagram_of.picture.lines]
    flow = diagram_of.flows.where(id="F19")[0]
    assert (flow.source, flow.target, flow.integration, flow.mark) == (
        "PSA companies",
        "Import customers",
        "INT-009",
        "changed",
    )
    assert flow.fields


def test_findings_mark_the_flows_of_their_rows():
    @dataclasses.dataclass
    class Finding:
        id: str
        rows: tuple

    picture = drawn(BEFORE, findings=[Finding("FND-1", ("INT-013",)), Finding("FND-2", ("INT-013", "INT-020"))]).picture
    found = {line.id: line.findings for line in picture.lines if line.findings}
    assert found == {"F17": ("FND-1", "FND-2"), "F18": ("FND-1", "FND-2"), "F34": ("FND-2",), "F98": ("FND-2",)}
    assert ("finding", "! inefficient, see findings (4)") in picture.legend
    assert {line.label for line in picture.lines if line.findings} == {"!17", "!18", "!34", "!98"}


def test_to_be_says_who_delivers_each_flow():
    delivered = {line.delivered_by for line in SHEETS["to-be"].picture.lines}
    assert delivered == {"workbench", "vendor", "not yet", ""}
    assert [kind for kind, _ in SHEETS["to-be"].picture.legend] == ["by workbench", "by vendor", "by not yet"]


def test_the_context_shows_the_net_flows_of_every_outsider():
    outsiders = {item.id for item in AFTER.outsiders}
    expected = {move.id for move in AFTER.moves if {move.source, move.target} & outsiders and not move.parent}
    assert {line.id for line in SHEETS["context"].picture.lines} == expected
    assert [shape.tag for shape in SHEETS["context"].picture.shapes if shape.kind == "process"] == ["0"]


def test_level_two_shows_the_inside_and_marks_what_stands_elsewhere():
    shapes = SHEETS["level-2-15"].picture.shapes
    assert {shape.id for shape in shapes if not shape.elsewhere and shape.kind != "outsider"} == {
        "P15.1",
        "P15.2",
        "P15.3",
        "P15.4",
        "D11",
    }
    assert {shape.id for shape in shapes if shape.elsewhere} == {"D1", "D2", "D6", "D7", "D9", "D10"}


def test_one_integration_is_drawn_down_to_its_fields():
    picture = SHEETS["integration"].picture
    assert {line.row for line in picture.lines} == {"INT-001"}
    assert picture.remarks[0].startswith("F03 changed organization: Name, Status")


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    (
        ({"level": "3"}, UnknownName, "known: 1, 2, context"),
        ({"system": "CTX"}, UnknownName, "did you mean 'CTV'"),
        ({"integration": "INT-0001"}, UnknownName, "did you mean"),
        ({"object": "spaceship"}, UsageError, "no flow carries"),
        ({"level": "2", "process": "1"}, UsageError, "process 1 has no inside; .* 15 Run approved batch"),
        ({"system": "CTV", "object": "deal"}, UsageError, "one thing"),
    ),
)
def test_what_cannot_be_drawn_is_said_with_what_can(wanted, error, says):
    with pytest.raises(error, match=says):
        drawn(AFTER, **wanted)


def test_a_landscape_without_a_state_is_not_drawn():
    with pytest.raises(UsageError, match="landscape.state"):
        drawn(WHOLE)


@pytest.mark.parametrize("sheet", ("as-is", "difference", "level-2-15"))
def test_the_svg_is_named_described_and_reached_by_keyboard(sheet):
    root = ElementTree.fromstring(SHEETS[sheet].svg())
    ids = [item.get("id") for item in root.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("role") == "graphics-document document"
    named = {item.get("id"): item.text for item in root if item.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(named) == root.get("aria-labelledby").split()
    assert all(named.values())
    links = {item.get("href") for item in root.iter(f"{SVG}a")}
    assert links == {f"#{line.row}" for line in SHEETS[sheet].picture.lines if line.row}
    assert all(item.find(f"{SVG}title").text for item in root.iter(f"{SVG}a"))


def test_links_lead_to_another_page_when_asked():
    assert 'href="inventory.html#INT-001"' in SHEETS["as-is"].svg("inventory.html")


def test_a_notebook_gets_the_picture_and_its_name():
    bundle = SHEETS["context"]._repr_mimebundle_(include=None, exclude=None)
    assert bundle["image/svg+xml"].startswith("<svg ")
    assert "Context" in bundle["text/plain"]


def test_words_fit_their_boxes():
    root = ElementTree.fromstring(SHEETS["difference"].svg())
    boxes = {shape.id: shape.box for shape in SHEETS["difference"].picture.shapes}
    prefix = "level-1-AS-IS-to-TO-BE-"
    for group in root.iter(f"{SVG}g"):
        box = boxes.get((group.get("id") or "").removeprefix(prefix))
        for text in group.iter(f"{SVG}text") if box else ():
            size = 9.6 if "small" in (text.get("class") or "") else 11.5
            if text.get("class") != "note":
                assert text_width(text.text, size) <= box.width, text.text


def test_a_flow_costs_at_most_seven_hundred_bytes():
    sheet = SHEETS["difference"]
    assert len(sheet.svg().encode()) / len(sheet.picture.lines) <= 700


def _luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] if len(colour) == 7 else None
    channels = channels or [int(digit * 2, 16) / 255 for digit in colour[1:]]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, two):
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_and_lines_stand_out_in_light_and_dark():
    style = re.search("<style>(.*)</style>", SHEETS["difference"].svg()).group(1)
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    for part, grounds in ((light, ("#fff", "#f2f5fa", "#fbf6ec", "#edf6fa")), (dark, ("#14171c", "#1b2027"))):
        for mark in ("added", "removed", "changed"):
            words = re.search(rf"\.{mark} text\{{fill:(#\w+)", part).group(1)
            line = re.search(rf"\.{mark} \.line[^{{]*\{{stroke:(#\w+)", part).group(1)
            assert min(_contrast(words, ground) for ground in grounds) >= 4.5, (mark, words)
            assert min(_contrast(line, ground) for ground in grounds) >= 3, (mark, line)


def test_paper_is_true_a3_and_a4(tmp_path):
    for paper, size in (("A3", (1190.55, 841.89)), ("A4", (841.89, 595.28))):
        content = SHEETS["context"].save(tmp_path / f"{paper}.pdf", paper).read_bytes()
        box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
        assert [float(side) for side in box.groups()] == pytest.approx(size, abs=0.5)


def test_a_diagram_is_saved_by_the_ending_of_its_name(tmp_path):
    sheet = SHEETS["context"]
    assert sheet.save(tmp_path / "deep" / "a.svg").read_text(encoding="utf-8") == sheet.svg()
    assert sheet.save(tmp_path / "a.dot").read_text(encoding="utf-8") == sheet.dot
    assert sheet.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"\.svg, \.dot, \.png, \.pdf"):
        sheet.save(tmp_path / "a.gif")


HOSTILE = [
    "<b>Acme & Sons</b>",
    '<<TABLE HREF="javascript:alert(1)"><TR><TD>x</TD></TR></TABLE>>',
    "a:b:c",
    'say "hello" \\N \\G \\"',
    "javascript:alert(1)",
    "x" * 200,
    "שלום עולם",
    "🦜🏴‍☠️ parrots",
    "nul\x00 bell\x07 line\nbreak\u202egnp.exe",
    "]]></style><script>alert(1)</script>",
    "日本語の名前",
    " ",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("program", ENGINES)
def test_a_hostile_name_is_text_and_nothing_else(name, program):
    whole = small_landscape()
    rows = tuple(dataclasses.replace(row, id=f"{row.id}{name}", name=name) for row in whole.integrations)
    hostile = dataclasses.replace(
        whole,
        title=name,
        systems=tuple(dataclasses.replace(item, name=f"{name}{item.id}") for item in whole.systems),
        outsiders=tuple(dataclasses.replace(item, name=name) for item in whole.outsiders),
        stores=tuple(dataclasses.replace(item, name=name) for item in whole.stores),
        processes=tuple(dataclasses.replace(item, name=name, who=name, number=name) for item in whole.processes),
        moves=tuple(
            dataclasses.replace(item, data=name, id=f"{item.id}{name}", integration=item.integration and rows[0].id)
            for item in whole.moves
            if not item.parent
        ),
        integrations=rows,
    )
    picture = diagram(hostile.state("as-is"), layout=Layout()).picture
    root = ElementTree.fromstring(svg_text(picture, routes(picture, program)))
    assert {item.tag.removeprefix(SVG) for item in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "path",
        "text",
        "g",
        "a",
    }
    attributes = {key for item in root.iter() for key in item.attrib}
    assert not {key for key in attributes if key.startswith("on")}
    assert all(item.get("href").startswith("#INT-001") for item in root.iter(f"{SVG}a"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join(root.itertext()).replace("\n", ""))
    drawn_flows = [
        item for item in root.iter(f"{SVG}g") if "flow" in (item.get("class") or "").split() and item.get("id")
    ]
    assert len(drawn_flows) == len(picture.lines)


def test_an_element_that_nobody_pinned_is_placed_and_named():
    picture = diagram(small_landscape().state("as-is"), layout=Layout()).picture
    assert set(picture.unpinned) == {"P1", "P2", "P3", "D1", "D2", "E1", "E2"}
    assert SHEETS["difference"].picture.unpinned == ()
    boxes = [shape.box for shape in picture.shapes]
    assert not any(one.overlaps(two) for index, one in enumerate(boxes) for two in boxes[index + 1 :])


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_change_a_pinned_diagram(random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    groups = ("systems", "outsiders", "stores", "processes", "moves", "integrations")
    before, after = (
        dataclasses.replace(state, **{name: shuffled(getattr(state, name)) for name in groups})
        for state in (BEFORE, AFTER)
    )
    assert drawn(after, compare=before).dot == SHEETS["difference"].dot
    assert drawn(after, level="2").dot == SHEETS["level-2-15"].dot


OTHER = read_landscape(ROOT / "tests" / "landscapes" / "fjellstad.yaml").state("as-is")
PAPERS = {paper: sheets(OTHER, layout=Layout(), paper=paper) for paper in ("A3", "A4")}
PAGES = [(paper, name) for paper, found in PAPERS.items() for name in found]


@pytest.mark.parametrize(("paper", "name"), PAGES)
def test_names_of_the_second_landscape_are_at_least_seven_points_high_on_paper(paper, name):
    assert 11.5 * scale(PAPERS[paper][name].picture, paper) >= 7


@pytest.mark.parametrize("program", ENGINES)
@pytest.mark.parametrize(("paper", "name"), PAGES)
def test_nothing_overlaps_or_crosses_on_the_sheets_of_the_second_landscape(paper, name, program):
    _assert_nothing_overlaps(PAPERS[paper][name].picture, program)
    _assert_nothing_crosses(PAPERS[paper][name].picture, program)


def test_the_second_landscape_has_an_overview_and_every_system_in_the_set():
    for found in PAPERS.values():
        assert "overview" in found and "level-1" not in found
        for system in OTHER.systems:
            assert [name for name in found if name == f"system-{system.id}" or name.startswith(f"system-{system.id}-")]


SAMPLE_ON_A4 = sheets(AFTER, compare=BEFORE, layout=LAYOUT, paper="A4")


@pytest.mark.parametrize("name", SAMPLE_ON_A4)
def test_the_sample_is_legible_on_a4_where_its_settled_sheets_would_not_be(name):
    picture = SAMPLE_ON_A4[name].picture
    assert 11.5 * scale(picture, "A4") >= 7
    _assert_nothing_overlaps(picture, PURE)
    _assert_nothing_crosses(picture, PURE)


def test_settled_sheets_that_are_legible_keep_their_lanes():
    found = sheets(AFTER, compare=BEFORE, layout=LAYOUT)
    assert "level-1" in found and "overview" not in found
    assert all(len(found[f"system-{item.id}"].picture.lanes) > 1 for item in WHOLE.systems)


def test_every_flow_of_a_system_is_on_one_of_its_pages():
    for system in OTHER.systems:
        pages = [sheet for name, sheet in PAPERS["A4"].items() if re.fullmatch(f"system-{system.id}(-.)?", name)]
        drawn = {line.id for page in pages for line in page.picture.lines}
        assert drawn == {move.id for move in of_system(OTHER, system.id).moves}, system.id


def test_a_stub_names_its_system_and_stands_beside_the_only_lane():
    picture = PAPERS["A3"]["system-ERP"].picture
    assert [lane.id for lane in picture.lanes] == ["ERP"]
    stub = next(shape for shape in picture.shapes if shape.id == "S02")
    assert (stub.who, stub.elsewhere) == ("Web shop", True)
    assert not stub.box.overlaps(picture.lanes[0].box)


def test_the_overview_has_a_line_for_each_pair_and_direction_that_counts_its_flows():
    picture = PAPERS["A3"]["overview"].picture
    system_of = {item.id: item.system for item in (*OTHER.processes, *OTHER.stores)}
    ends = [
        (system_of.get(move.source, move.source), system_of.get(move.target, move.target))
        for move in OTHER.moves
        if not move.parent
    ]
    expected = Counter(pair for pair in ends if pair[0] != pair[1])
    assert {(line.source, line.target): int(line.number) for line in picture.lines} == expected


def test_the_overview_of_a_difference_says_changed_where_flows_differ_in_what_happens_to_them():
    picture = drawn(AFTER, compare=BEFORE, level="overview").picture
    marks = {line.id: line.mark for line in SHEETS["difference"].picture.lines}
    system_of = {shape.id: shape.system or shape.id for shape in SHEETS["difference"].picture.shapes}
    kinds = defaultdict(set)
    for line in SHEETS["difference"].picture.lines:
        kinds[system_of[line.source], system_of[line.target]].add(marks[line.id])
    for line in picture.lines:
        found = kinds[line.source, line.target]
        assert line.mark == (next(iter(found)) if len(found) == 1 else "changed"), line.id
    assert {"added", "removed", "changed", "kept"} == {line.mark for line in picture.lines}


def test_a_page_that_a_system_does_not_have_is_said():
    with pytest.raises(UnknownName, match="page of ERP"):
        diagram(OTHER, system="ERP", page=9, layout=Layout())


def test_a_set_is_one_file_with_a_page_of_true_size_for_every_sheet(tmp_path):
    some = {name: PAPERS["A4"][name] for name in ("context", "system-ERP-1")}
    pages = PdfReader(save_set(some, tmp_path / "set.pdf", "A4")).pages
    assert [float(page.mediabox.width) for page in pages] == pytest.approx([841.89] * 2, abs=0.5)
    assert "page 1 of 2" in pages[1].extract_text()
    with pytest.raises(UsageError, match=r"ends in \.pdf"):
        save_set(some, tmp_path / "set.png")


def test_the_title_block_says_which_content_is_shown():
    stamp = dict(SHEETS["as-is"].picture.stamp)
    assert stamp["as of"] == WHOLE.as_of
    same = drawn(dataclasses.replace(BEFORE, moves=BEFORE.moves[::-1]))
    assert dict(same.picture.stamp)["content"] == stamp["content"]
    other = drawn(_with_data(BEFORE, "F01", "other application"))
    assert dict(other.picture.stamp)["content"] != stamp["content"]


def _with_data(state, name, data):
    moves = tuple(dataclasses.replace(move, data=data) if move.id == name else move for move in state.moves)
    return dataclasses.replace(state, moves=moves)


def test_the_engine_of_the_product_is_there():
    assert PURE in ENGINES
    assert Path(PURE).is_file()

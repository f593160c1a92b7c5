"""Places: settled ones never move, new ones get a free cell near their neighbours, and the file is looked over."""

import dataclasses
from pathlib import Path

from engines import PURE
from hypothesis import given, settings
from hypothesis import strategies as st
from small_landscape import small_landscape

from workbench.core.drawing.layout import Layout, Place
from workbench.core.drawing.settling import layout_text, misplaced, settled
from workbench.declared import read_landscape
from workbench.model.landscape import Move, Process
from workbench.render.diagram import diagram
from workbench.render.engine import routes
from workbench.render.layout_file import read_layout

ROOT = Path(__file__).parents[2]
WHOLE = read_landscape(ROOT / "config" / "landscape.yaml")
LAYOUT = read_layout(ROOT / "diagrams" / "layout.yaml")


def with_new_process(whole):
    """The landscape with one more process between the PSA's stores."""
    new = Process("P99", "99", "Archive company", "CWP")
    flows = (Move("F990", "D7", "P99", "old company"), Move("F991", "P99", "D8", "archived company"))
    return dataclasses.replace(whole, processes=(*whole.processes, new), moves=(*whole.moves, *flows))


def test_a_new_element_moves_nothing_that_is_settled():
    old = diagram(WHOLE.state("as-is"), layout=LAYOUT).picture
    new = diagram(with_new_process(WHOLE).state("as-is"), layout=LAYOUT).picture
    places = {shape.id: shape.box for shape in new.shapes}
    assert {shape.id: places[shape.id] for shape in old.shapes} == {shape.id: shape.box for shape in old.shapes}
    assert new.unpinned == ("P99",)
    assert not [shape.id for shape in old.shapes if shape.box.overlaps(places["P99"])]


def test_a_new_element_stands_in_its_lane_near_what_it_exchanges_data_with():
    place = settled(with_new_process(WHOLE), LAYOUT).places["P99"]
    assert (place.lane, place.row) == ("CWP", 0)
    assert 1 <= place.column <= 3  # between D7 (column 0) and D8 (column 6.2), clear of P12 (4.8)


def test_the_sample_has_nothing_to_settle():
    assert list(misplaced(WHOLE, LAYOUT)) == []


def test_every_kind_of_misplacement_is_named():
    places = {name: place for name, place in LAYOUT.places.items() if name != "P1"}
    places |= {"P3": Place("SFDC", 0, 0), "P77": Place("CWP", 5, 0)}
    found = {(item.element, item.message.split(" ", 1)[1]) for item in misplaced(WHOLE, Layout(LAYOUT.lanes, places))}
    assert found == {
        ("P1", "has no settled place"),
        ("P3", "is placed in lane SFDC but stands in CTV"),
        ("P77", "has a place but does not exist"),
        ("P12", "and P77 stand on the same cell of CWP"),
    }


def test_a_proposed_layout_is_read_back_as_it_was(tmp_path):
    proposed = settled(small_landscape(), Layout())
    path = tmp_path / "layout.yaml"
    path.write_text(layout_text(proposed), encoding="utf-8")
    assert read_layout(path) == proposed
    assert list(misplaced(small_landscape(), proposed)) == []


ends = st.sampled_from(["P1", "P2", "P3", "D1", "D2", "E1", "E2"])
moves = st.lists(st.tuples(ends, ends, st.text(max_size=20)), max_size=25)


@settings(max_examples=15)
@given(moves, st.booleans())
def test_any_flows_are_all_routed_between_boxes_that_do_not_overlap(found, by_system):
    flows = tuple(Move(f"F{at}", *flow) for at, flow in enumerate(found))
    whole = dataclasses.replace(small_landscape(), moves=flows)
    picture = diagram(whole.state("as-is"), system="BIL" if by_system else None, layout=Layout()).picture
    boxes = [shape.box for shape in picture.shapes]
    assert not any(one.overlaps(two) for index, one in enumerate(boxes) for two in boxes[index + 1 :])
    assert set(routes(picture, PURE)) == {line.id for line in picture.lines}

"""Graphviz is not believed: exit code, complaints, time and the number of flows are checked."""

import json
import sys

import pytest
from engines import PURE
from small_landscape import small_landscape

from workbench.core.drawing.layout import Layout
from workbench.errors import Failed, Unavailable
from workbench.render.diagram import diagram
from workbench.render.engine import engine, routes

PICTURE = diagram(small_landscape().state("as-is"), layout=Layout()).picture


@pytest.fixture
def program(tmp_path):
    """A program that stands in for Graphviz and does what the given lines say."""

    def written(*lines):
        path = tmp_path / "engine"
        path.write_text("\n".join([f"#!{sys.executable}", "import sys, time, subprocess", *lines]))
        path.chmod(0o755)
        return str(path)

    return written


REAL = f"done = subprocess.run(['{PURE}', *sys.argv[1:]], input=sys.stdin.read(), capture_output=True, text=True)"


def test_every_flow_of_the_model_is_routed():
    found = routes(PICTURE, PURE)
    assert set(found) == {line.id for line in PICTURE.lines}
    assert all(len(route) > 1 for route in found.values())


def test_a_route_begins_and_ends_at_the_boxes_that_it_joins():
    boxes = {shape.id: shape.box.grown(2) for shape in PICTURE.shapes}
    found = routes(PICTURE, PURE)
    for line in PICTURE.lines:
        for end, point in ((line.source, found[line.id][0]), (line.target, found[line.id][-1])):
            box = boxes[end]
            assert box.left <= point[0] <= box.right, line.id
            assert box.top <= point[1] <= box.bottom, line.id


def test_a_flow_that_the_engine_left_out_is_missed(program):
    drop = "import json; drawn = json.loads(done.stdout); drawn['edges'].pop(); print(json.dumps(drawn))"
    with pytest.raises(Failed, match="drew 7 of 8 flows"):
        routes(PICTURE, program(REAL, drop))


def test_an_exit_code_is_a_failure_even_with_a_picture(program):
    with pytest.raises(Failed, match="ended with 1: trouble in init_rank"):
        routes(
            PICTURE, program(REAL, "print(done.stdout); print('trouble in init_rank', file=sys.stderr); sys.exit(1)")
        )


def test_a_complaint_is_a_failure_even_with_exit_code_zero(program):
    with pytest.raises(Failed, match="lost edge"):
        routes(PICTURE, program(REAL, "print(done.stdout); print('Error: lost edge', file=sys.stderr)"))


def test_a_complaint_about_fonts_is_none(program):
    text = "print(done.stdout); print('Fontconfig error: no default font', file=sys.stderr)"
    assert len(routes(PICTURE, program(REAL, text))) == len(PICTURE.lines)


def test_an_empty_answer_is_a_failure(program):
    with pytest.raises(Failed, match="no drawing"):
        routes(PICTURE, program("sys.stdin.read()"))


def test_an_engine_that_hangs_is_stopped(program):
    with pytest.raises(Failed, match="did not finish within 0.3 seconds"):
        routes(PICTURE, program("sys.stdin.read(); time.sleep(60)"), seconds=0.3)


def test_the_named_engine_wins_and_a_wrong_name_is_said(monkeypatch):
    monkeypatch.setenv("WORKBENCH_DOT", "/nowhere/dot")
    assert engine() == "/nowhere/dot"
    with pytest.raises(Unavailable, match="WORKBENCH_DOT"):
        routes(PICTURE)


def test_without_dot_the_installed_engine_draws(monkeypatch):
    monkeypatch.delenv("WORKBENCH_DOT", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert engine() == PURE


def test_the_engine_gets_the_dot_text_that_the_diagram_shows(program, tmp_path):
    seen = tmp_path / "seen.dot"
    copy = f"text = sys.stdin.read(); open({json.dumps(str(seen))}, 'w').write(text); sys.exit(3)"
    with pytest.raises(Failed):
        routes(PICTURE, program(copy))
    assert seen.read_text() == diagram(small_landscape().state("as-is"), layout=Layout()).dot

"""The strict reader: every mistake at once, with its line and the nearest right name."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from workbench.errors import ConfigurationError
from workbench.yaml_lines import Strict, collect, load, validate


class Leaf(Strict):
    name: str
    colour: Literal["red", "blue"] = "red"
    size: int = 0
    share: Annotated[str, Field(pattern=r"^\d+ %$")] = "0 %"


class Tree(Strict):
    title: str
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    by_name: dict[str, Leaf] = {}
    source: str = Field(default="", alias="from")


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "tree.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)

    return write


def mistakes(document) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.message, problem.remedy) for problem in collect(document, Tree)[1]]


def test_no_and_yes_stay_text_and_so_does_a_date(written):
    assert written("no: yes\nday: 2026-01-31\n").data == {"no": "yes", "day": "2026-01-31"}


def test_right_document_becomes_the_model(written):
    tree = validate(written("title: Oak\nfrom: seed\nleaves:\n  - {name: a, size: 3}\n"), Tree)
    assert (tree.source, tree.leaves[0].size) == ("seed", 3)


def test_every_mistake_is_reported_at_once_with_its_line(written):
    document = written(
        "titel: Oak\nleaf: {name: a, color: red}\nleaves:\n  - {size: 3}\n  - {name: b, colour: bleu, size: x}\n"
        "by_name:\n  a: {name: c, share: half}\n"
    )
    found = mistakes(document)
    assert [line for line, _, _ in found] == [1, 2, 4, 5, 5, 7]
    assert (1, "'titel' is not known here", "did you mean 'title'?") in found
    assert (2, "'color' is not known here", "did you mean 'colour'?") in found
    assert (5, "'bleu' is no colour", "did you mean 'blue'?") in found
    assert any("'half' is not written as" in message for _, message, _ in found)


def test_validate_raises_one_error_that_holds_all(written):
    with pytest.raises(ConfigurationError) as raised:
        validate(written("titel: Oak\nleaf: 3\n"), Tree)
    assert len(raised.value.problems) == 2


def test_number_is_never_taken_for_text_nor_text_for_a_number(written):
    messages = [message for _, message, _ in mistakes(written('title: 12\nleaf: {name: a, size: "3"}\n'))]
    assert messages == ["title: 12 is no text", "leaf.size: '3' is no whole number"]


def test_key_that_stands_twice_is_named_with_both_lines(written):
    document = written("title: a\nleaf: {name: b}\ntitle: c\n")
    assert mistakes(document) == [(3, "'title' stands here twice (first in line 1)", "keep one of them")]


def test_syntax_error_is_a_problem_with_its_line_and_nothing_else(written):
    ((line, message, _),) = mistakes(written("title: [a\nleaf: b\n"))
    assert line == 2
    assert message.startswith("this is not YAML")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: !!python/name:os.system a\n", "the tag"),
        ("title: .nan\n", "not a number"),
        ("leaf: &a {name: x, leaf: *a}\n", "contains itself"),
        (b"title: \xff\xfe\n", "UTF-8"),
        ("title: a\n---\ntitle: b\n", "not YAML"),
        ("? [a, b]\n: c\n", "a key must be"),
    ],
)
def test_hostile_document_is_a_problem_not_a_crash(written, text, said):
    assert any(said in message for _, message, _ in mistakes(written(text)))


def test_aliases_of_aliases_do_not_exhaust_the_machine(written):
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    document = written("\n".join(["l0: &l0 [x]", *levels]))
    assert [problem.message for problem in document.problems] == ["more than 200000 values"]


@settings(max_examples=200)
@given(text=st.text(st.sampled_from("ab:{}[],-&*!|>?'\"# \n\t%@`=0.~<"), max_size=40))
def test_no_text_makes_the_reader_fail(text, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    value, problems = collect(load(path), Tree)
    assert value is None
    assert problems


def test_missing_file_is_a_problem(tmp_path):
    ((line, message, _),) = mistakes(load(tmp_path / "nothing.yaml"))
    assert (line, message) == (0, "this file is missing")


def test_anchor_and_alias_are_written_once_and_read_twice(written):
    tree = validate(written("title: a\nleaves: [&one {name: x}, *one]\n"), Tree)
    assert tree.leaves[0] == tree.leaves[1]


def test_line_of_a_place_that_does_not_exist_is_that_of_the_nearest_above(written):
    document = written("title: a\nby_name:\n  oak:\n    name: b\n")
    assert document.line(("by_name", "oak", "name")) == 4
    assert document.line(("by_name", "oak", "colour")) == 3
    assert document.line(("nowhere",)) == 1


def test_folded_text_has_no_mark_where_it_was_folded(tmp_path):
    path = tmp_path / "folded.yaml"
    path.write_text("purpose: >\n  one line\n  and another\n", encoding="utf-8")

    assert load(path).data == {"purpose": "one line and another\n"}

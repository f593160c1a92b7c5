"""The documents stay true: requirements name tests that exist, pages name modules, commands and files that exist."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from workbench.cli import app
from workbench.cli.sections import SECTIONS
from workbench.render.diagram import diagram
from workbench.render.signature import signature
from workbench.settings import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
CAPABILITIES = [row for row in ROWS if row[0].startswith("R-")]
SENTENCES = [row for row in ROWS if row[0].startswith("S-")]


def test_every_sentence_stands_once_and_is_carried_by_a_capability():
    assert [row[0] for row in SENTENCES] == [f"S-{number}" for number in range(1, 152)]
    assert {row[2] for row in SENTENCES} <= {row[0] for row in CAPABILITIES}


def test_every_capability_stands_once_and_says_whether_it_is_proven():
    ids = [row[0] for row in CAPABILITIES]
    assert len(ids) == len(set(ids)) == 75
    for row in CAPABILITIES:
        assert row[4] == "proven" or row[4].startswith(("in part", "not yet")), row
        assert (row[2] == "not yet") == row[4].startswith("not yet"), row


def test_every_test_and_notebook_named_there_exists():
    for row in CAPABILITIES:
        for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row[2]):
            text = (ROOT / path).read_text(encoding="utf-8")
            assert not name or re.search(rf"def {name}\b|class {name}\b", text), (row[0], path, name)
        for notebook in re.findall(r"`(\d\d_\w+)`", row[3]):
            assert (ROOT / "notebooks" / f"{notebook}.ipynb").is_file(), (row[0], notebook)


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_every_file_that_a_page_links_to_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/lifecycle.md"])
def test_every_room_and_module_that_a_page_names_exists(page):
    named = set(re.findall(r"`([a-z_]+/[a-z_/]*|[a-z_]+\.py)`", (ROOT / page).read_text(encoding="utf-8")))

    places = (ROOT, ROOT / "src" / "workbench")
    missing = {
        name for name in named if not any((at / f"{name}{end}").exists() for at in places for end in ("", ".py"))
    }
    assert named and missing == set()


def test_the_readme_is_short_and_names_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert "make demo" in text and "make test" in text


def test_every_module_of_the_package_says_what_it_is():
    bare = [
        path
        for path in (ROOT / "src").rglob("*.py")
        if not path.read_text(encoding="utf-8").lstrip().startswith(('"""', "'''"))
    ]
    assert bare == []


def test_conda_users_get_the_same_packages():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert '-e ".[dev]"' in text and "-c constraints.txt" in text and "graphviz" in text


def test_exact_versions_are_names_and_versions_only():
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_every_command_and_group_of_the_command_line_has_a_sentence_of_help():
    bare = [name for name, command in get_command(app).commands.items() if not command.get_short_help_str()]

    assert bare == []


def called(words):
    """The command that these words call, and what is left of them for it."""
    found, rest = get_command(app), list(words)
    while hasattr(found, "commands") and rest:
        assert rest[0] in found.commands, f"there is no command {rest[0]} in {' '.join(words)}"
        found = found.commands[rest.pop(0)]
    return found, rest


PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_gives_can_be_given_so(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    for line in (line for block in blocks for line in block.splitlines() if line.startswith("workbench ")):
        command, rest = called(shlex.split(line, comments=True)[1:])
        assert command.make_context(line, rest), f"{page}: {line}"  # refuses what is unknown or missing
    for words in re.findall(r"`workbench ([^`-][^`]*)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)):
        command, rest = called(shlex.split(words))
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in rest if word.startswith("--")} <= known, f"{page}: {words}"


def test_every_command_stands_under_one_heading_of_cli_sections():
    listed = sorted(name for names in SECTIONS.values() for name in names)

    assert listed == sorted(get_command(app).commands)


def test_the_picture_of_the_readme_shows_the_landscape_of_today():
    landscape = read().landscape
    drawn = diagram(landscape.state("to-be"), compare=landscape.state("as-is"))
    picture = ROOT / "docs" / "difference.svg"
    if os.environ.get("WORKBENCH_GOLDEN") == "write":
        drawn.save(picture)

    assert signature(picture.read_text(encoding="utf-8")) == drawn.signature()

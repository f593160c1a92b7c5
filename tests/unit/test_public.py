"""What the package promises: few names, no slow imports at the door, notebooks thin and stripped, words kept."""

from __future__ import annotations

import ast
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from homes import make_home
from typer.main import get_command

import workbench
from workbench.bench import Bench
from workbench.cli import app

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_at_most_fourteen_public_names_and_dir_shows_just_them():
    assert len(workbench.__all__) <= 14
    assert dir(workbench) == sorted(workbench.__all__)


def test_every_public_name_can_be_had_and_says_what_it_is():
    for name in workbench.__all__:
        found = getattr(workbench, name)
        assert found.__doc__ and found.__doc__.strip(), name


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match="it offers Bench"):
        workbench.sync  # noqa: B018  # the access itself is what is tested


ENGINES = [
    "polars",
    "scipy",
    "rapidfuzz",
    "alembic",
    "simple_salesforce",
    "requests",
    "papermill",
    "IPython",
    "vl_convert",
]
"""What matching, upgrading, the vendors' APIs, notebooks and pictures need: a second or more to import."""


def loaded_by(*words: str, folder: Path = ROOT) -> set[str]:
    """The modules that are there when the command line has done this command, or was only imported."""
    code = """
import contextlib, io, sys
import workbench.cli
if sys.argv[1:]:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        workbench.cli.main()
print(*sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_importing_the_package_starts_nothing_heavy():
    heavy = ["papermill", "pandas", "polars", "sqlalchemy", "requests", "graphviz", "workbench.sandbox"]
    code = f"import sys, workbench; print([name for name in {heavy!r} if name in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_help_waits_for_nothing_that_only_work_needs():
    assert loaded_by("--help") & {*ENGINES, "pandas", "numpy", "sqlalchemy", "pydantic", "workbench.bench"} == set()


def test_who_asks_the_store_alone_waits_for_no_engine_no_client_and_no_sandbox(tmp_path):
    home = make_home(tmp_path)
    assert home.command("plans").returncode == 0  # the first command makes the store, by Alembic

    assert loaded_by("plans", folder=tmp_path) & set(ENGINES) == set()
    assert not (tmp_path / ".workbench" / "sandbox.sqlite").exists()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def cells(self, path):
        return json.loads(path.read_text(encoding="utf-8"))["cells"]

    def code(self, path):
        return ["".join(cell["source"]) for cell in self.cells(path) if cell["cell_type"] == "code"]

    def test_begins_with_its_purpose_then_its_one_parameters_cell(self, path):
        first, second, *others = self.cells(path)

        assert first["cell_type"] == "markdown" and "".join(first["source"]).startswith("# ")
        assert second["metadata"]["tags"] == ["parameters"]
        assert not any("parameters" in cell["metadata"].get("tags", []) for cell in others)

    def test_every_parameter_has_a_type_a_default_and_a_comment_and_profile_is_there(self, path):
        source = self.code(path)[0]
        declared = ast.parse(source).body

        assert all(isinstance(line, ast.AnnAssign) and line.value is not None for line in declared)
        assert all("  # " in line for line in source.splitlines())
        assert declared[0].target.id == "profile"

    def test_has_thin_cells_a_verb_each(self, path):
        for source in self.code(path)[1:]:
            lines = [line for line in source.splitlines() if line.strip() and not line.startswith("import ")]
            assert len(lines) <= 5, source
            assert not any(word in source for word in ("def ", "class ", "try:", "for ", "requests", "import pandas"))

    def test_is_stored_without_outputs(self, path):
        assert not any(cell.get("outputs") for cell in self.cells(path))


COMMAND_OF = {
    "preview_likeliest": "preview",
    "check_diagrams": "check-diagrams",
    "check_documents": "check-documents",
    "save_inventory": "inventory",
    "take_inventory": "inventory",
    "connections": "connect",
    "connection_tests": "connect",
    "permissions": "connect",
    "approve_rulings": "approver",
    "credentials": "connect",
    "forget": "connect",
    "rotate_credentials": "connect",
    "confirmation": "check",
    "confirm_as_demo_reviewer": "demo",
    "save": "diagram",
    "landscape": "inventory",
    "rule_by_verdict": "demo",
    "approve_as_demo_reviewer": "demo",
    "people": "approver",
    "enrol": "approver",
    "vouch": "approver",
    "dismiss": "approver",
    "stand": "standing",
    "save_rulings": "rulings",
    "drafted_rulings": "rulings",
    "same_for_all": "rulings",
    "rule_all": "rulings",
    "standings": "standing",
    "reminders": "plans",
    "withdraw": "standing",
    "integration": "inventory",
    "kind": "snapshot",
    "journal": "log",
    "figures": "report",
    "verify_audit": "audit",
    "acknowledge": "log",
    "rounds": "sync",
    "forget_person": "forget-person",
    "close": "",
}
"""Verbs whose command has another name; the demo reviewer's are the demo's."""


SAYS_ONE_THING = {
    *(
        "approve",
        "approver-add",
        "approver-revoke",
        "approver-rulings",
        "approver-sign",
        "audit-verify",
        "backup",
        "choose",
    ),
    *("confirm", "demo", "diagram", "drop", "edit", "export", "match", "notebook"),
    *("pause", "prune", "reconsider", "reject", "rejected", "report", "resume", "revoke", "rule"),
    *("sandbox-serve", "restore", "schedule", "split", "standing-add", "standing-revoke", "undo", "upgrade"),
}
"""Commands that do one thing and say so in a line, or write a file: they list nothing."""


def options(group=None, before=""):
    """Every command, by the words that call it joined by a hyphen, with its options."""
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from options(command, f"{before}{name}-")
        else:
            yield before + name, {text for parameter in command.params for text in parameter.opts}


def test_every_verb_of_the_bench_has_its_command():
    commands = {*get_command(app).commands, ""}
    verbs = {name for name in dir(Bench) if not name.startswith("_") and callable(getattr(Bench, name))}

    assert {verb for verb in verbs if COMMAND_OF.get(verb, verb) not in commands} == set()
    assert set(COMMAND_OF) <= verbs


def commands(group=None, *before):
    """Every command, with the words that call it."""
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield (*before, name), command


COMMANDS = {" ".join(words): (words, command) for words, command in commands()}


@pytest.mark.parametrize(("words", "command"), list(COMMANDS.values()), ids=list(COMMANDS))
def test_the_help_of_every_command_has_an_example_that_can_be_given_so(words, command):
    example = shlex.split((command.epilog or "").removeprefix("Example: "))

    assert example[: len(words) + 1] == ["workbench", *words]
    assert command.make_context(words[-1], example[len(words) + 1 :])  # refuses what is unknown or missing
    assert all(getattr(parameter, "help", "") for parameter in command.params), "each argument and option has its words"


def test_every_command_that_lists_takes_json():
    found = dict(options())

    assert set(found) >= SAYS_ONE_THING
    assert {name for name, known in found.items() if "--json" not in known} - SAYS_ONE_THING == set()

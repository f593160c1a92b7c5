"""The command line: each verb of the bench has its command, each list its JSON."""

from __future__ import annotations

import json

import pytest
from typer.main import get_command

from workbench.bench import Bench
from workbench.cli import app
from workbench.cli.sections import SECTIONS

COMMAND_OF = {
    "check_diagrams": "check-diagrams",
    "check_documents": "check-documents",
    "save_inventory": "inventory",
    "take_inventory": "inventory",
    "connections": "connect",
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
    *("pause", "prune", "reject", "rejected", "report", "resume", "revoke", "rule"),
    *("sandbox-serve", "schedule", "split", "standing-add", "standing-revoke", "undo", "upgrade"),
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


def test_help_lists_the_commands_under_headings_in_the_order_of_work_each_with_its_sentence(home):
    said = home.command("--help").stdout

    headings = [said.index(f"{heading}:") for heading in SECTIONS]
    assert headings == sorted(headings) and "More:" not in said
    assert "..." not in said.partition("Begin:")[2] and "7 check found blockers" in " ".join(said.split())


def test_every_command_that_lists_takes_json():
    found = dict(options())

    assert set(found) >= SAYS_ONE_THING
    assert {name for name, known in found.items() if "--json" not in known} - SAYS_ONE_THING == set()


@pytest.mark.parametrize(
    "words",
    [
        ("inventory",),
        ("assess",),
        ("measures",),
        ("plans",),
        ("snapshot", "partner"),
        ("crosswalk", "partner-sync"),
        ("log",),
        ("log", "--by-cause"),
        ("doctor",),
        ("connect", "--list"),
        ("rulings",),
        ("approver", "list"),
        ("standing", "list"),
        ("check-diagrams",),
    ],
    ids=" ".join,
)
def test_a_list_is_json_and_nothing_else(demo, words):
    said = demo[0].command(*words, "--json")

    assert said.returncode == 0, said.stderr
    assert isinstance(json.loads(said.stdout), list)


def test_two_files_are_matched_without_any_system(home):
    (home.path / "left.csv").write_text(
        "id,name,city,phone\n1,Initech Systems Inc,Austin,512 555 0100\n2,Globex,Reno,\n"
    )
    (home.path / "right.csv").write_text(
        "id,name,city,phone\na,INITECH SYSTEMS,Austin,(512) 555-0100\nb,Umbrella,Ames,\n"
    )

    said = home.command("match", "left.csv", "right.csv", "--out", "links.csv")

    assert said.returncode == 0, said.stderr
    lines = (home.path / "links.csv").read_text().splitlines()
    assert lines[0] == "left_id,right_id,probability,verdict,reason"
    assert lines[1].startswith("1,a,") and ",link," in lines[1]


def test_an_unknown_integration_offers_the_nearest(home):
    said = home.command("plan", "partner-sink")

    assert said.returncode == 2 and "did you mean 'partner-sync'?" in said.stderr

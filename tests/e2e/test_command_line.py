"""The command line: each verb of the bench has its command, each list its JSON."""

from __future__ import annotations

import json
import re

import pytest

from workbench.bench import Bench

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


def test_every_verb_of_the_bench_has_its_command(home):
    shown = home.command("--help").stdout
    commands = set(re.findall(r"^\s{2}([a-z-]+)\s{2,}\S", shown.partition("Commands:")[2], flags=re.MULTILINE))
    verbs = {name for name in dir(Bench) if not name.startswith("_") and callable(getattr(Bench, name))}

    missing = {verb for verb in verbs if COMMAND_OF.get(verb, verb) not in {*commands, ""}}
    assert missing == set()


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
    ],
    ids=" ".join,
)
def test_every_command_that_lists_takes_json(demo, words):
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

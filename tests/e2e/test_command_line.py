"""The command line: each verb of the bench has its command, each list its JSON."""

from __future__ import annotations

import json

import pytest

from workbench.cli.sections import SECTIONS


def test_help_lists_the_commands_under_headings_in_the_order_of_work_each_with_its_sentence(home):
    said = home.command("--help").stdout

    headings = [said.index(f"{heading}:") for heading in SECTIONS]
    assert headings == sorted(headings) and "More:" not in said
    assert "..." not in said.partition("Begin:")[2] and "7 check found blockers" in " ".join(said.split())


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


def test_what_a_link_would_write_is_shown_field_by_field(demo):
    ruled = json.loads(demo[0].command("rulings", "--json").stdout)
    pair = next(row for row in ruled if row["word"] == "link" and row["system"] == "salesforce")

    said = demo[0].command("preview", "partner-sync", pair["subject"], pair["target"], "--json")

    assert said.returncode == 0, said.stderr
    assert {"name", "phone", "status"} <= {row["left_field"] for row in json.loads(said.stdout)}


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

"""What the command line prints: a record's text never steers the terminal, and programs read back what was stored."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from workbench.cli.printing import fail, say, table

HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07Acme",
    "Acme \x9b31m",
    "Acme\rplan 1 approved",
    "Acme \u202efdp.exe",
    "Acme\u2066\u2069",
    "NUL \0",
    "delete \x7f",
]
STEERING = {chr(code) for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_of_a_record_steers_the_terminal(capsys, name):
    table(pd.DataFrame({"name": [name]}), as_json=False)
    say(f"plan of {name}")
    with pytest.raises(SystemExit):
        fail(f"{name} was refused", 5)
    said = capsys.readouterr()

    assert not STEERING & set((said.out + said.err).replace("\n", ""))
    assert any(shown in said.out for shown in ("\\x", "\\u", "\\r")), "what was there is shown"


def test_a_name_of_two_lines_stays_one_row(capsys):
    table(pd.DataFrame({"name": ["Acme\nplan 1 approved by ann"]}), as_json=False)

    assert "Acme\\nplan 1 approved by ann" in capsys.readouterr().out


@pytest.mark.parametrize("name", [*HOSTILE, "two\nlines", "Łódź 🧨", "[red]not red[/red]"])
def test_a_program_reads_back_exactly_what_was_stored(capsys, name):
    table(pd.DataFrame({"name": [name]}), as_json=True)
    said = capsys.readouterr().out

    assert json.loads(said) == [{"name": name}]
    assert not STEERING & set(said.removesuffix("\n"))


def test_words_of_all_languages_and_signs_are_printed_as_they_are(capsys):
    table(pd.DataFrame({"name": ["Łódź 🧨 שלום [red]not red[/red]"]}), as_json=False)

    assert "Łódź 🧨 שלום [red]not red[/red]" in capsys.readouterr().out

"""Tables of cases: a line that is asked, and below it what must come back."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "cases"


class Case(NamedTuple):
    """One question and its answer, or the code and words of its refusal."""

    asked: str
    answer: str | None
    code: str = ""
    words: str = ""


def cases(name: str) -> list[Case]:
    """The cases of a table; a question without an answer is a mistake in the table."""
    found: list[Case] = []
    asked = ""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("  -> "):
            found.append(Case(asked, line[5:]))
        elif line.startswith("  !! "):
            code, _, words = line[5:].partition(" ")
            found.append(Case(asked, None, code, words))
        elif line and not line.startswith("#"):
            assert not asked, f"{name}: no answer to {asked}"
            asked = line
            continue
        asked = "" if line.startswith("  ") else asked
    assert not asked, f"{name}: no answer to {asked}"
    return found

"""Rulings as a sheet that people fill in elsewhere: CSV out, and back in. Rulings alone travel, never record data."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import get_args

from workbench.core.formulas import as_meant, formula_safe
from workbench.errors import Problem, UsageError
from workbench.model.links import Candidates, Ruling, RulingWord
from workbench.model.records import Ref
from workbench.model.rows import Rows

COLUMNS = ("record", "system", "word", "target", "probability", "reason", "master", "note", "assignee")
"""What is read back; a row whose word is empty rules nothing."""
SHOWN = ("by", "at", "record_name", "target_name")
"""Further columns, for the eye alone."""
Cells = Mapping[str, str]


def as_csv(rulings: Iterable[Ruling], candidates: Candidates | None = None) -> str:
    """The ruling in force about each record, then each left record of `candidates` on which nobody ruled yet.

    Those rows have an empty word, and the best candidate as target: whoever fills in `link` takes it. A cell that a
    spreadsheet would run begins with an apostrophe, which is taken off again on the way in.
    """
    now = in_force(rulings)
    rows = [_told(ruling) for ruling in now.values()]
    rows += _open(candidates, {(str(subject), system) for subject, system in now}) if candidates is not None else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*COLUMNS, *SHOWN))
    writer.writerows([formula_safe(row.get(name, "")) for name in (*COLUMNS, *SHOWN)] for row in rows)
    return text.getvalue()


def in_force(rulings: Iterable[Ruling]) -> dict[tuple[Ref, str], Ruling]:
    """The last ruling about each record with regard to each other system, in order of record."""
    last = {(ruling.subject, ruling.system): ruling for ruling in sorted(rulings, key=lambda ruling: ruling.at)}
    return dict(sorted(last.items(), key=lambda item: (str(item[0][0]), item[0][1])))


def drafted(text: str, name: str, rulings: Iterable[Ruling], *, by: str, at: datetime) -> Rows[Ruling]:
    """What a sheet would rule anew: rows that say something else than the ruling in force.

    Raises UsageError with every row that cannot be meant, and its line; `name` is the file's.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in ("record", "system", "word") if column not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(
            f"{name}:1: no column {', '.join(missing)}; `workbench rulings --out FILE` writes such a sheet"
        )
    now, made, problems, seen = in_force(rulings), list[Ruling](), list[Problem](), dict[tuple[Ref, str], int]()
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            problems.append(Problem(name, line, "another number of cells than the heading", "quote cells with commas"))
            continue
        cells = {column: as_meant(cell.strip()) for column, cell in row.items()}
        if not cells["word"]:
            continue
        try:
            ruling = _ruling(cells, by, at)
        except (UsageError, ValueError) as error:
            problems.append(Problem(name, line, str(error), "mend the row, or empty its word"))
            continue
        about = (ruling.subject, ruling.system)
        if about in seen:
            problems.append(Problem(name, line, f"line {seen[about]} rules on {ruling.subject} too", "keep one"))
        seen[about] = line
        if about not in now or _says(now[about]) != _says(ruling):
            made.append(ruling)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise UsageError(f"{len(problems)} rows of {name} cannot be meant; nothing was ruled\n{listed}")
    return Rows(made)


def _told(ruling: Ruling) -> dict[str, str]:
    held = {field.name: getattr(ruling, field.name) for field in dataclasses.fields(ruling)}
    told = {name: "" if value is None else str(value) for name, value in held.items()}
    return told | {"record": str(ruling.subject)}


def _open(candidates: Candidates, ruled: set[tuple[str, str]]) -> list[dict[str, str]]:
    frame = candidates.frame.dropna(subset=["left_id", "right_id"]).sort_values("probability", ascending=False)
    rows = []
    for row in frame.drop_duplicates("left_id").sort_values("left_id").itertuples():
        record = str(Ref(candidates.left, candidates.kind, str(row.left_id)))
        if (record, candidates.right) not in ruled:
            told = {"record": record, "system": candidates.right, "reason": str(row.reason)}
            told |= {"target": str(Ref(candidates.right, candidates.kind, str(row.right_id)))}
            told |= {"probability": str(row.probability)}
            rows.append(told | {"record_name": str(row.left_name or ""), "target_name": str(row.right_name or "")})
    return rows


def _ruling(cells: Cells, by: str, at: datetime) -> Ruling:
    subject, word = Ref.parse(cells["record"]), cells["word"]
    known = {each: each for each in get_args(RulingWord)}
    if word not in known:
        raise UsageError(f"{word!r} is no ruling; it is one of {', '.join(known)}")
    target = Ref.parse(cells["target"]) if known[word] == "link" and cells.get("target") else None
    probability = float(cells["probability"]) if cells.get("probability") else None
    told = [cells.get(name, "") for name in ("master", "note", "assignee")]
    return Ruling(subject, cells["system"], known[word], target, by, at, cells.get("reason", ""), probability, *told)


def _says(ruling: Ruling) -> tuple[object, ...]:
    return ruling.word, ruling.target, ruling.master, ruling.note, ruling.assignee

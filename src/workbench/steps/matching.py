"""Match two files and write which records are the same: the step behind `workbench match`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.core.matching import Options, match
from workbench.errors import UsageError
from workbench.model.kinds import EVIDENCE
from workbench.model.ports import Progress
from workbench.systems.tables import read_table, write_table

COLUMNS = ("left_id", "right_id", "probability", "verdict", "reason")
"""Columns of the file that is written."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of matching two files: how many records, and how many of the right ones got which verdict.

    `alone` are right records without any candidate; `review`, `none` and `link` count right records, `rows` the rows
    of the file `out`.
    """

    left: int
    right: int
    link: int
    review: int
    none: int
    alone: int
    rows: int
    out: str


def match_files(
    left_path: Path,
    right_path: Path,
    out_path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    one_to_one: bool = False,
    name_only: bool = False,
    exact: bool = False,
    progress: Progress | None = None,
) -> Matched:
    """Read two CSV files, match them and write left_id, right_id, probability, verdict and reason to a third.

    `columns` maps the words id, name … email to headings where the usual ones do not fit; any other word is a further
    evidence column, which both files need. An id that a spreadsheet would run as a formula gets an apostrophe in front,
    unless `exact`. Raises UsageError with every problem of both files; then nothing was
    written.
    """
    given = dict(columns or {})
    if out_path.resolve() in {left_path.resolve(), right_path.resolve()}:
        raise UsageError(f"{out_path} is one of the files to be matched; choose another name for the result")
    if not out_path.resolve().parent.is_dir():
        raise UsageError(f"the folder of {out_path} does not exist; make it, or choose another one")
    tables, refusals = [], []
    for path in (left_path, right_path):
        try:
            tables.append(read_table(path, given))
        except UsageError as refusal:
            refusals.append(str(refusal))
    if refusals:
        raise UsageError("\n".join(refusals))
    extra = tuple(word for word in given if word not in ("id", *EVIDENCE))
    options = Options(extra=extra, one_to_one=one_to_one, name_only=name_only)
    found = match(tables[0], tables[1], options=options, progress=progress)
    write_table(out_path, found[list(COLUMNS)], exact=exact)
    best = found.drop_duplicates("right_id")["verdict"].value_counts()
    counts = {verdict: int(best.get(verdict, 0)) for verdict in ("link", "review", "none")}
    alone = len(tables[1]) - sum(counts.values())
    return Matched(len(tables[0]), len(tables[1]), **counts, alone=alone, rows=len(found), out=str(out_path))

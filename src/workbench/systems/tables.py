"""CSV files for matching: which columns they hold, everything that is wrong with them, and a safe way out."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from workbench.errors import Problem, UsageError, nearest
from workbench.model.kinds import EVIDENCE
from workbench.systems.shapes import misplaced

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": ("recordid", "accountid", "companyid", "organizationid", "organisationid", "partnerid", "key", "recid"),
    "name": ("company", "companyname", "accountname", "organization", "organisation", "organizationname",
             "organisationname", "partner", "partnername", "legalname", "businessname", "fullname"),
    "street": ("address", "address1", "addressline1", "streetaddress", "billingstreet", "mailingstreet", "street1"),
    "city": ("town", "billingcity", "mailingcity", "locality"),
    "state": ("province", "region", "stateprovince", "billingstate", "mailingstate"),
    "postcode": ("zip", "zipcode", "postalcode", "billingpostalcode", "mailingpostalcode", "plz"),
    "country": ("countryname", "billingcountry", "mailingcountry", "countrycode"),
    "phone": ("telephone", "tel", "phonenumber", "mainphone", "businessphone", "phone1"),
    "website": ("web", "url", "site", "homepage", "websiteurl", "domain", "webaddress"),
    "email": ("mail", "emailaddress", "contactemail"),
}  # fmt: skip
"""Usual headings of the columns, in small letters without signs; the word itself comes first."""

LARGEST_ROW = 1 << 24
"""Bytes of a row: more is taken for a quotation mark that nobody closed."""
csv.field_size_limit(LARGEST_ROW)

SHOWN = 1000
"""Problems that a message lists; more of them are counted."""


def read_table(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """The records of a CSV file as text, under the words id, name … email and the further words of `columns`.

    `columns` maps a word to a heading and goes before the usual synonyms; a word that is none of the common ones is a
    further evidence column. Comma, semicolon or tab separate; UTF-8. Raises UsageError with every problem of the file
    and its line: no such column, ragged rows, text that is not UTF-8, ids that are missing or occur twice, and a column
    that holds another one's cells (swapped with it, say) unless `columns` names it.
    """
    try:
        with path.open("rb") as file:
            first = file.readline()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; check the path") from error
    separator = max(",;\t", key=first.decode("utf-8", "replace").count)
    table = _quickly(path, separator)
    if table is None:
        table = _carefully(path, separator)
    chosen = _chosen(path, list(table.columns), columns)
    named = table[list(chosen.values())].set_axis(list(chosen), axis=1)
    problems = _id_problems(path, separator, chosen["id"], named["id"])
    guessed = [word for word in chosen if word not in columns]
    for word, sort in misplaced(named[guessed]).items():
        message = f"the column {chosen[word]!r} was taken for the {word}, but most of its cells are {sort}"
        remedy = f"name the right one, or this one if you mean it: --map {word}=…"
        problems.append(Problem(path.name, 1, message, remedy))
    if problems:
        raise _refusal(path, problems)
    return named


FORMULA = r"^'*[=+\-@\t\r\n\x00＝＋－＠]"
"""What a spreadsheet would run, and what could be taken for its safe form."""


def write_table(path: Path, table: pd.DataFrame, *, exact: bool = False) -> None:
    """Write a table as CSV, whole or not at all; no cell can be taken for a formula by a spreadsheet.

    Such a cell gets one apostrophe in front, and so does one that has apostrophes in front of a sign already: taking
    one off again (`^'+[=+@-]`) gives back every text as it was. Numbers with a sign stay. `exact` writes every text as
    it is, for a program that joins by it.
    """
    frame = pl.from_pandas(table)
    texts = [] if exact else [name for name, kind in frame.schema.items() if kind == pl.String]
    formula = {
        name: pl.col(name).str.contains(FORMULA) & ~pl.col(name).str.contains(r"^[+-]?[0-9.]+$") for name in texts
    }
    safe = frame.with_columns(
        pl.when(formula[name]).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name) for name in texts
    )
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        safe.write_csv(unfinished)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another place") from error


def _quickly(path: Path, separator: str) -> pd.DataFrame | None:
    """The whole file as text, or None when it needs a careful look."""
    parsing = arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    reading = arrow_csv.ReadOptions(block_size=LARGEST_ROW)
    try:
        names = arrow_csv.open_csv(path, reading, parse_options=parsing).schema.names
        text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        table = arrow_csv.read_csv(path, reading, parse_options=parsing, convert_options=text)
    except pa.ArrowInvalid:
        return None
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    return frame


def _carefully(path: Path, separator: str) -> pd.DataFrame:
    """The file row by row; raises UsageError with every row that is wrong."""
    problems: list[Problem] = []
    rows = _rows(path, separator, problems)
    _, header = next(rows, (1, []))
    if not header:
        problems.append(Problem(path.name, 1, "the file is empty", "it needs a heading and a row a record"))
    kept = []
    for line, row in rows:
        if len(row) != len(header):
            remedy = "quote cells that hold the separator"
            problems.append(Problem(path.name, line, f"{len(row)} cells where the heading has {len(header)}", remedy))
        else:
            kept.append(row)
    if problems:
        raise _refusal(path, problems)
    return pd.DataFrame(kept, columns=header, dtype="object")


def _rows(path: Path, separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; what is no UTF-8 or no CSV is noted."""
    reader = csv.reader(_lines(path, problems), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            problems.append(Problem(path.name, line, f"no valid CSV: {error}"))
            continue
        if row is None:
            return
        if row:
            yield line, row


def _lines(path: Path, problems: list[Problem]) -> Iterator[str]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                remedy = "save the file as UTF-8"
                problems.append(Problem(path.name, number, f"byte {error.start + 1} is no UTF-8", remedy))
                yield raw.decode("utf-8", "replace")


def _chosen(path: Path, headings: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The heading of each word that the file has."""
    twice = [name for name, count in Counter(headings).items() if count > 1]
    problems = [Problem(path.name, 1, f"the heading {name!r} occurs twice", "rename one of them") for name in twice]
    plain = {re.sub(r"[^a-z0-9]", "", heading.lower()): heading for heading in reversed(headings)}
    chosen: dict[str, str] = {}
    for word, heading in columns.items():
        if heading in headings:
            chosen[word] = heading
        elif word not in (*SYNONYMS, *EVIDENCE):
            problems.append(Problem(path.name, 1, f"there is no column {heading!r}", nearest(heading, headings)))
    for word, synonyms in SYNONYMS.items():
        found = next((plain[name] for name in (word, *synonyms) if name in plain), None)
        if word not in chosen and found is not None and found not in chosen.values():
            chosen[word] = found
    for word in ("id", "name"):
        if word not in chosen:
            remedy = f"name it: --map {word}=…; the headings are {', '.join(headings)}"
            problems.append(Problem(path.name, 1, f"no column holds the {word}", remedy))
    if problems:
        raise _refusal(path, problems)
    return chosen


def _id_problems(path: Path, separator: str, heading: str, ids: pd.Series) -> list[Problem]:
    """Records without an id, and ids that occur twice, with their lines: only then is the file read again."""
    trimmed = ids.astype("object").str.strip()
    if not (trimmed == "").any() and trimmed.is_unique:
        return []
    rows = _rows(path, separator, [])
    at = next(rows)[1].index(heading)
    problems, first = [], dict[str, int]()
    for line, row in rows:
        record = row[at].strip()
        if not record:
            problems.append(Problem(path.name, line, "the record has no id", "every record needs one"))
        elif record in first:
            message = f"the id {record!r} is that of line {first[record]} already"
            problems.append(Problem(path.name, line, message, "every record needs one of its own"))
        else:
            first[record] = line
    return problems


def _refusal(path: Path, problems: list[Problem]) -> UsageError:
    ordered = sorted(problems, key=lambda problem: problem.line)
    heading = f"{len(ordered)} problem{'s' if len(ordered) != 1 else ''} in {path.name}; nothing was written"
    more = [f"  and {len(ordered) - SHOWN} more"] if len(ordered) > SHOWN else []
    return UsageError("\n".join([heading, *(f"  {problem}" for problem in ordered[:SHOWN]), *more]))

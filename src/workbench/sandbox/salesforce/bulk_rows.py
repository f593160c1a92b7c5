"""The CSV of bulk jobs: an empty cell leaves a field as it is, `#N/A` empties it; results carry id or error per row."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.sandbox.salesforce import ids, soql, writing
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.org import Org
from workbench.sandbox.salesforce.querying import Prepared, prepare
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.salesforce.rules import note_lock

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
NULL = "#N/A"
LONGEST_FIELD, MOST_FIELDS = 32_000, 5_000


def ingest(job: Mapping[str, Any], content: str, org: Org) -> tuple[dict[str, str], int, int]:
    """Work on every row; the result files by name, how many rows failed, how many there were."""
    of = org.schema.object(job["object"])
    header, rows = _read(job, content)
    _check_header(job, header, of)
    good: list[Sequence[str]] = []
    bad: list[Sequence[str]] = []
    for row in rows:
        try:
            record_id, created = _written(job, dict(zip(header, row, strict=True)), of, org)
            good.append([record_id, str(created).lower(), *row])
        except Refused as refused:
            note_lock(refused, org.state)
            error = f"{refused.code}:{refused.message}:{','.join(refused.fields or ())} --"
            bad.append(["", error, *row])
    results = {
        "successfulresults": _text(job, [["sf__Id", "sf__Created", *header], *reversed(good)]),
        "failedresults": _text(job, [["sf__Id", "sf__Error", *header], *reversed(bad)]),
        "unprocessedrecords": _text(job, [header]),
    }
    return results, len(bad), len(rows)


def query_lines(job: Mapping[str, Any], org: Org) -> list[str]:
    """The lines of a query's answer, the header first, columns in the order of SELECT."""
    prepared = prepare(soql.parse(job["query"]), org)
    header = [".".join(column.names) for column in prepared.columns]
    cells = [_cells(prepared, row) for row in prepared.rows()]
    return [_text(job, [each]) for each in [header, *cells]]


def locator_of(start: int) -> str:
    """The opaque name of the page that starts here."""
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def start_of(locator: str) -> int | None:
    """Where the page starts that the locator names; None for one that was never given out."""
    if not locator:
        return 0
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode("ascii")
    except ValueError:
        return None
    return int(text) if text.isdigit() else None


def _read(job: Mapping[str, Any], content: str) -> tuple[list[str], list[list[str]]]:
    first = content.partition("\n")[0]
    if first.endswith("\r") != (job["lineEnding"] == "CRLF") and "\n" in content:
        message = f"LineEnding is invalid on user data. Current LineEnding setting is {job['lineEnding']}"
        raise Refused("ClientInputError", message)
    csv.field_size_limit(10_000_000)
    try:
        found = list(
            csv.reader(io.StringIO(content, newline=""), delimiter=DELIMITERS[job["columnDelimiter"]], strict=True)
        )
    except csv.Error as failure:
        raise Refused("InvalidBatch", f"Failed to parse CSV: {failure}") from None
    lines = [line for line in found if line]
    if not lines:
        raise Refused("InvalidBatch", "Failed to parse CSV header: the upload is empty")
    header, rows = lines[0], lines[1:]
    header[0] = header[0].removeprefix("\ufeff")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            message = f"Row {number} has {len(row)} fields, the header {len(header)}"
            raise Refused("InvalidBatch", f"Failed to parse CSV: {message}")
    return header, rows


def _check_header(job: Mapping[str, Any], header: Sequence[str], of: Object) -> None:
    if len(header) > MOST_FIELDS or len(set(header)) < len(header):
        raise Refused("InvalidBatch", "The header has too many fields, or one twice")
    for name in header:
        start, _, _key = name.partition(".")
        known = {field.name for field in of.fields} | {str(field.relationship) for field in of.by_relationship.values()}
        if start not in known:
            raise Refused("InvalidBatch", f"Field name not found : {name}")
    if job["operation"] in {"delete", "hardDelete"} and list(header) != ["Id"]:
        raise Refused("InvalidBatch", "A delete job takes the column Id alone")


def _written(job: Mapping[str, Any], row: Mapping[str, str], of: Object, org: Org) -> tuple[str, bool]:
    body = _body(row)
    operation = job["operation"]
    if operation == "insert":
        return writing.create(of, body, org), True
    if operation == "upsert":
        key = of.by_name[str(job["externalIdFieldName"]).lower()]
        value = body.pop(key.name, None)
        if not value:
            raise Refused("MISSING_ARGUMENT", f"{key.name} not specified", fields=(key.name,))
        done = writing.upsert(of, key, str(value), body, org)
        return done.record_id, done.created
    record_id = str(body.pop("Id", ""))
    if not record_id:
        raise Refused("MISSING_ARGUMENT", "Id not specified in an update call", fields=("Id",))
    if operation == "update":
        writing.update(of, record_id, body, org)
    else:
        writing.delete(of, record_id, org)
    return ids.long_id(record_id), False


def _body(row: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, cell in row.items():
        if cell == "":
            continue
        if len(cell) > LONGEST_FIELD:
            raise Refused(
                "STRING_TOO_LONG", f"{name}: data value too large (max length={LONGEST_FIELD})", fields=(name,)
            )
        value = None if cell == NULL else cell
        start, _, key = name.partition(".")
        body[start] = {key: value} if key else value
    return body


def _cells(prepared: Prepared, row: Mapping[str, Any]) -> list[str]:
    record = prepared.record(row, "59.0")
    cells = []
    for column in prepared.columns:
        value: Any = record
        for name in column.names:
            value = value.get(name) if isinstance(value, dict) else None
        kind = column.reached.field.type if column.reached else ""
        cells.append(_cell(kind, value))
    return cells


def _cell(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).removesuffix("+0000") + "Z" if kind == "datetime" else str(value)


def _text(job: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    ending = "\r\n" if job["lineEnding"] == "CRLF" else "\n"
    delimiter = DELIMITERS[job["columnDelimiter"]]
    csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()

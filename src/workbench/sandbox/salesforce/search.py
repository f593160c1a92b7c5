"""Search by words (SOSL): `FIND {words} IN NAME FIELDS RETURNING Account(Id, Name WHERE … LIMIT 5), Contact`.

A record is found when each word, or the part before a `*`, begins a word of the searched fields. The vendor's index
also knows word stems and synonyms; this one does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sandbox.salesforce import soql
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.querying import prepare
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.wire import Response

FORM = re.compile(
    r"\s*FIND\s*\{(?P<words>(?:[^{}\\]|\\.)*)\}"
    r"(?:\s+IN\s+(?P<fields>ALL|NAME|EMAIL|PHONE)\s+FIELDS)?"
    r"(?:\s+RETURNING\s+(?P<returning>.*?))?"
    r"(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
QUOTED = r"'(?:[^'\\]|\\.)*'"
RETURNED = re.compile(
    rf"\s*(\w+)\s*(?:\((?P<inside>(?:[^()']|{QUOTED}|\((?:[^()']|{QUOTED})*\))*)\))?\s*(?:,|$)", re.DOTALL
)
KINDS = {"EMAIL": {"email"}, "PHONE": {"phone"}, "ALL": {"string", "email", "phone", "url", "textarea", "picklist"}}
LARGEST = 2000
USUAL = ("Account", "Contact", "Opportunity", "Lead")


def search(call: Call) -> Response:
    """`GET …/search?q=`."""
    found = FORM.fullmatch(call.said.get("q", ""))
    if found is None:
        raise _malformed("The search cannot be read; it begins with FIND {words}")
    tests = [_word(word) for word in re.sub(r"\\(.)", r"\1", found["words"]).split()]
    if not tests or any(len(word.strip("*")) < 2 for word in found["words"].split()):
        raise _malformed("search term must be longer than one character")
    limit = min(LARGEST, int(found["limit"] or LARGEST))
    records: list[dict[str, Any]] = []
    for name, inside in _returned(found["returning"]):
        records += _records(call, name, inside, (tests, (found["fields"] or "ALL").upper()))
    return json({"searchRecords": records[:limit]})


def _returned(text: str | None) -> Iterator[tuple[str, str]]:
    if text is None:
        yield from ((name, "Id") for name in USUAL)
        return
    position = 0
    while position < len(text):
        found = RETURNED.match(text, position)
        if found is None:
            raise _malformed(f"unexpected token in RETURNING: '{text[position : position + 20]}'")
        yield found[1], found["inside"] or "Id"
        position = found.end()


def _records(call: Call, name: str, inside: str, wanted: tuple[list[re.Pattern[str]], str]) -> list[dict[str, Any]]:
    columns, clauses = re.fullmatch(r"(.*?)((?:\s(?:WHERE|ORDER|LIMIT|OFFSET)\b.*)?)", inside, re.I | re.S).groups()  # type: ignore[union-attr]  # both parts may be empty, so it always fits
    prepared = prepare(soql.parse(f"SELECT {columns} FROM {name}{clauses}"), call.org)
    if not prepared.object.writable:
        raise Refused("INVALID_TYPE", f"sObject type '{name}' is not supported in a search")
    words, fields = wanted
    rows = [row for row in call.org.rows(prepared.object) if _matches(prepared.object, row, words, fields)]
    return [prepared.record(row, call.version) for row in prepared.rows(rows)]


def _matches(of: Object, row: Row, words: list[re.Pattern[str]], fields: str) -> bool:
    if fields == "NAME":
        searched = [row.get("Name")]
    else:
        searched = [row.get(field.name) for field in of.fields if field.type in KINDS[fields]]
    text = "\n".join(str(value) for value in searched if value)
    return all(word.search(text) for word in words)


def _word(word: str) -> re.Pattern[str]:
    parts = (".*" if character == "*" else "." if character == "?" else re.escape(character) for character in word)
    return re.compile(rf"(?<!\w){''.join(parts)}", re.IGNORECASE)


def _malformed(message: str) -> Refused:
    return Refused("MALFORMED_SEARCH", message)

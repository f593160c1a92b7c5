"""ChannelOnline's file door: tab-delimited accounts in and out of a folder, by a File Profile that maps columns.

Rules of the vendor's import wizard: a Customer ID that exists wins over everything else, parents must come before their
children, a blank type becomes customer. A file is taken once and moved to `done`, with a result beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.sandbox.channelonline import CONTRACT, SYSTEM
from workbench.sandbox.contract_refusals import Refusal
from workbench.sandbox.state import State

PROFILE: Mapping[str, str] = {
    "Customer ID": "customerId",
    "Customer Number": "customerNumber",
    "Parent ID": "parentId",
    "Type": "type",
    "Company": "name",
    "Address": "street",
    "City": "city",
    "State": "state",
    "Zip": "postcode",
    "Country": "country",
    "Phone": "phone",
    "Web Site": "website",
    "Email": "email",
    "External Key": "externalKey",
    "Salesforce ID": "salesforceId",
    "ConnectWise ID": "connectwiseId",
}
"""The default File Profile: column heading to field of an account."""


def folder_of(state: State) -> Path:
    """The folder of the file door: beside the sandbox's file."""
    return state.path.absolute().with_suffix(".channelonline")


def export(state: State) -> Path:
    """Write every living account to `accounts.txt`, parents first; its path."""
    path = folder_of(state) / "accounts.txt"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\r\n")
    writer.writerow(PROFILE)
    for account in _parents_first(list(state.find(SYSTEM, "accounts"))):
        writer.writerow([_cell(account.get(field)) for field in PROFILE.values()])
    path.parent.mkdir(exist_ok=True)
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return path


def take_in(state: State) -> list[dict[str, Any]]:
    """Import every `*.txt` of the folder `in`, then move it to `done`; what became of each line."""
    waiting, done = folder_of(state) / "in", folder_of(state) / "done"
    waiting.mkdir(parents=True, exist_ok=True)
    done.mkdir(exist_ok=True)
    results: list[dict[str, Any]] = []
    for path in sorted(waiting.glob("*.txt")):
        outcomes = _import(state, path)
        results += outcomes
        lines = ["line\tresult\tcustomer id\tmessage", *("\t".join(map(_cell, each.values())) for each in outcomes)]
        (done / f"{path.stem}.result.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.replace(done / path.name)
    return results


def _import(state: State, path: Path) -> list[dict[str, Any]]:
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter="\t")
    unknown = [name for name in rows.fieldnames or () if name not in PROFILE]
    if unknown:
        return [_outcome(1, "refused", "", f"the File Profile maps no column {', '.join(map(str, unknown))}")]
    return [_import_row(state, number, row) for number, row in enumerate(rows, start=2)]


def _import_row(state: State, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    values = {PROFILE[name]: value for name, value in row.items() if name in PROFILE and value}
    known = values.pop("customerId", "")
    try:
        with state.transaction():
            existing = state.get(SYSTEM, "accounts", known) if known else None
            if existing is not None and not existing["@deleted"]:
                record = CONTRACT.change(state, "accounts", existing, values)
                return _outcome(number, "updated", record["@id"], "")
            parent = state.get(SYSTEM, "accounts", values.get("parentId", ""))
            lost = "" if parent or "parentId" not in values else "; its parent is not there yet, so it has none"
            if lost:
                del values["parentId"]
            record = CONTRACT.create(state, "accounts", values)
            return _outcome(number, "created", record["@id"], lost.strip("; "))
    except Refusal as refusal:
        return _outcome(number, "refused", known, str(refusal))


def _outcome(line: int, result: str, id: str, message: str) -> dict[str, Any]:
    return {"line": line, "result": result, "customerId": id, "message": message}


def _parents_first(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {account["@id"]: account for account in accounts}
    return sorted(accounts, key=lambda account: _depth(account, by_id))


def _depth(account: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> int:
    steps, parent = 0, by_id.get(account.get("parentId") or "")
    while parent is not None and steps < len(by_id):
        steps, parent = steps + 1, by_id.get(parent.get("parentId") or "")
    return steps


def _cell(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())

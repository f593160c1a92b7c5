"""ChannelOnline's file door: tab-delimited accounts in and out of a folder, by File Profiles that map columns.

Rules of the vendor's import wizard: a Customer ID that exists wins over everything else, parents must come before their
children, a blank type becomes customer. A file is taken once and moved to `done`, with a result beside it. What lies in
`in` is read by the standard profile, what lies in `in/{profile}` by that one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.sandbox.channelonline import CONTRACT, SYSTEM
from workbench.sandbox.contract_refusals import Refusal
from workbench.sandbox.file_profiles import STANDARD, Profile, profiles_of
from workbench.sandbox.state import State


def folder_of(state: State) -> Path:
    """The folder of the file door: beside the sandbox's file."""
    return state.path.absolute().with_suffix(".channelonline")


def export(state: State) -> Path:
    """Write every living account to `accounts.txt`, parents first, and once more for each further profile; the path."""
    folder_of(state).mkdir(exist_ok=True)
    accounts = _parents_first(list(state.find(SYSTEM, "accounts")))
    for name, profile in profiles_of(state).items():
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter="\t", lineterminator="\r\n")
        writer.writerow(profile)
        writer.writerows([_cell(account.get(field)) for field in profile.values()] for account in accounts)
        path = folder_of(state) / ("accounts.txt" if name == STANDARD else f"accounts.{name}.txt")
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return folder_of(state) / "accounts.txt"


def take_in(state: State) -> list[dict[str, Any]]:
    """Import every `*.txt` of `in` and of its profiles' folders, then move it to `done`; what became of each line."""
    waiting = folder_of(state) / "in"
    waiting.mkdir(parents=True, exist_ok=True)
    results: list[dict[str, Any]] = []
    for path in sorted((*waiting.glob("*.txt"), *waiting.glob("*/*.txt"))):
        outcomes = _import(state, path, STANDARD if path.parent == waiting else path.parent.name)
        results += outcomes
        done = folder_of(state) / "done" / path.parent.relative_to(waiting)
        done.mkdir(parents=True, exist_ok=True)
        lines = ["line\tresult\tcustomer id\tmessage", *("\t".join(map(_cell, each.values())) for each in outcomes)]
        (done / f"{path.stem}.result.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.replace(done / path.name)
    return results


def _import(state: State, path: Path, name: str) -> list[dict[str, Any]]:
    profile = profiles_of(state).get(name)
    if profile is None:
        return [_outcome(1, "refused", "", f"there is no File Profile {name}")]
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter="\t")
    unknown = [name for name in rows.fieldnames or () if name not in profile]
    if unknown:
        return [_outcome(1, "refused", "", f"the File Profile maps no column {', '.join(map(str, unknown))}")]
    return [_import_row(state, number, row, profile) for number, row in enumerate(rows, start=2)]


def _import_row(state: State, number: int, row: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    values = {profile[name]: value for name, value in row.items() if name in profile and value}
    known = values.pop("customerId", "")
    try:
        with state.transaction():
            existing = state.get(SYSTEM, "accounts", known) if known else None
            lost = _find_parent(state, values)
            if existing is not None and not existing["@deleted"]:
                record = CONTRACT.change(state, "accounts", existing, values)
                return _outcome(number, "updated", record["@id"], lost)
            record = CONTRACT.create(state, "accounts", values)
            return _outcome(number, "created", record["@id"], lost)
    except Refusal as refusal:
        return _outcome(number, "refused", known, str(refusal))


def _find_parent(state: State, values: dict[str, Any]) -> str:
    """Put the id of the parent in place, which a Parent ID names before a Parent Customer Number; why there is none."""
    number = values.get("parentCustomerNumber")
    if "parentId" in values:
        parent = state.get(SYSTEM, "accounts", values.pop("parentId"))
        found = [parent] if parent and not parent["@deleted"] else []
    elif number:
        found = list(state.find(SYSTEM, "accounts", by=("customerNumber", number)))
    else:
        return ""
    if len(found) == 1:
        values["parentId"] = found[0]["@id"]
        return ""
    if found:
        return f"{len(found)} accounts have the customer number {number}, so it has no parent; name it by Parent ID"
    return "its parent is not there yet, so it has none"


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

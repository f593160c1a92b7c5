"""The org's own rules, switched on by settings: locked rows, validation rules, duplicate rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.salesforce import matching, soql
from workbench.sandbox.salesforce.answers import one_row
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.org import EVERYTHING, SYSTEM, Org
from workbench.sandbox.salesforce.querying import prepare
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.state import State


@dataclass(frozen=True)
class DuplicateHeader:
    """What the caller says in Sforce-Duplicate-Rule-Header, and the API version that links are written in."""

    allow_save: bool = False
    include_record_details: bool = False
    version: str = "59.0"


def check_locks(of: Object, changes: Mapping[str, Any], before: Row | None, org: Org) -> None:
    """Refuse a write that needs a locked row: the record itself, or the account and deal that it hangs on."""
    locked: dict[str, int] = org.state.setting(SYSTEM, "locked", {})
    if not locked:
        return
    touched = {**(before or {}), **changes}
    needed = [touched.get("Id"), *(touched.get(name) for name in ("AccountId", "OpportunityId", "ParentId"))]
    for record_id in needed:
        if record_id and locked.get(record_id, 0) > 0:
            message = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
            refusal = Refused("UNABLE_TO_LOCK_ROW", message, fields=())
            refusal.locked_by = record_id
            raise refusal


def note_lock(refused: Refused, state: State) -> None:
    """Count a refusal by a locked row; done where the refusal is answered, after the write has been taken back."""
    if refused.locked_by is None:
        return
    with state.transaction():
        locked: dict[str, int] = state.setting(SYSTEM, "locked", {})
        state.keep(SYSTEM, "locked", {**locked, refused.locked_by: locked.get(refused.locked_by, 1) - 1})


def check_validation_rules(of: Object, after: Mapping[str, Any], org: Org) -> None:
    """Refuse a record that meets the condition of a validation rule."""
    rules: list[dict[str, str]] = org.state.setting(SYSTEM, "validation_rules", [])
    for rule in rules:
        if rule["object"] != of.name:
            continue
        query = soql.parse(f"SELECT Id FROM {of.name} WHERE {rule['condition']}")
        if prepare(query, org).rows([after]):
            named = (rule["field"],) if rule.get("field") else ()
            raise Refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], fields=named)


def check_duplicates(of: Object, changes: Mapping[str, Any], after: Row, org: Org, said: DuplicateHeader) -> None:
    """Refuse a record that the object's active duplicate rule takes for others, unless the caller insists."""
    rule = matching.RULES.get(of.name)
    if said.allow_save or rule is None or of.name not in org.state.setting(SYSTEM, "duplicate_rules", []):
        return
    if not {"AccountId" if name == "Account.Name" else name for name in rule.fields} & set(changes):
        return
    mine = _values(after, org)
    scored = ((row, matching.confidence(rule, mine, _values(row, org))) for row in org.rows(EVERYTHING.object(of.name)))
    found = [(row, score) for row, score in scored if score and row["Id"] != after.get("Id") and not row["IsDeleted"]]
    if found:
        names = None if said.include_record_details else ("Id",)
        raise _duplicates(of, [(one_row(of, names, row, said.version), score) for row, score in found])


def _values(row: Row, org: Org) -> matching.Values:
    def value(name: str) -> Any:
        if name != "Account.Name":
            return row.get(name)
        account = org.row(EVERYTHING.object("Account"), str(row["AccountId"])) if row.get("AccountId") else None
        return account.get("Name") if account else None

    return value


def _duplicates(of: Object, found: Sequence[tuple[dict[str, Any], float]]) -> Refused:
    refused = Refused("DUPLICATES_DETECTED", "Use one of these records?")
    duplicate_rule, matching_rule = matching.rule_names(of.name)
    matched = {
        "entityType": of.name,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": [
            {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": score, "record": record}
            for record, score in found
        ],
        "rule": matching_rule,
        "size": len(found),
        "success": True,
    }
    # The misspelt key is the vendor's.
    refused.details = {
        "duplicateResut": {
            "allowSave": True,
            "duplicateRule": duplicate_rule,
            "duplicateRuleEntityType": of.name,
            "errorMessage": refused.message,
            "matchResults": [matched],
        }
    }
    return refused

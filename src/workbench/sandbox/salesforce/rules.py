"""The org's own rules, switched on by settings: locked rows, validation rules, duplicate rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.sandbox.salesforce import soql
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.org import SYSTEM, Org
from workbench.sandbox.salesforce.querying import prepare
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.state import State

# What the standard rules compare, much simplified: the vendor's engine is fuzzy, ours ignores letter case alone.
DUPLICATE_KEYS = {"Account": "Name", "Contact": "Email"}


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


def check_duplicates(
    of: Object, changes: Mapping[str, Any], after: Mapping[str, Any], before: Row | None, org: Org
) -> None:
    """Refuse a record that the object's active duplicate rule takes for another one; the caller may insist."""
    key = DUPLICATE_KEYS.get(of.name)
    if key is None or key not in changes or of.name not in org.state.setting(SYSTEM, "duplicate_rules", []):
        return
    value = after.get(key)
    found = [] if value is None else [row for row in org.having(of, key, value) if not row["IsDeleted"]]
    others = [row for row in found if before is None or row["Id"] != before["Id"]]
    if others:
        raise _duplicates(of, others)


def _duplicates(of: Object, found: Iterable[Row]) -> Refused:
    refusal = Refused("DUPLICATES_DETECTED", "Use one of these records?")
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": of.name, "url": f"/services/data/v59.0/sobjects/{of.name}/{row['Id']}"},
                "Id": row["Id"],
            },
        }
        for row in found
    ]
    # The misspelt key is the vendor's.
    refusal.details = {
        "duplicateResut": {
            "allowSave": True,
            "duplicateRule": f"Standard_{of.name}_Duplicate_Rule",
            "duplicateRuleEntityType": of.name,
            "errorMessage": refusal.message,
            "matchResults": [
                {
                    "entityType": of.name,
                    "errors": [],
                    "matchEngine": "FuzzyMatchEngine",
                    "matchRecords": records,
                    "rule": f"Standard_{of.name}_Match_Rule_v1_1",
                    "size": len(records),
                    "success": True,
                }
            ],
        }
    }
    return refusal

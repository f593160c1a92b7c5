"""What others do to a list while a caller turns its pages: a record comes or goes between two of them."""

from __future__ import annotations

from typing import Any

from workbench.sandbox.rows import rows_of
from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

_OF_ONE_ALONE = {
    "externalKey",
    "salesforceId",
    "connectwiseId",
    "Workbench_Key__c",
    "Channeltivity_Id__c",
    "customerId",
}
"""Fields that no second record may have."""


def drift(system: str, request: Request, response: Response, state: State, change: str) -> None:
    """Remove the first record that an answer shows, or insert one like it: past the API, so nobody is told.

    An answer that shows no records changes nothing.
    """
    shown = next((row for row in rows_of(response) if isinstance(row, dict)), None)
    if shown is None:
        return
    object, id = _object_of(system, request, shown), str(shown.get("Id") or shown.get("id"))
    with state.transaction():
        record = state.get(system, object, id)
        if record is None:
            return
        if change == "remove":
            state.delete(system, object, id)
            return
        number = state.next_id(system, object)
        new = make_id(id[:3], number) if system == "salesforce" else str(number)
        fields = {name: value for name, value in record.items() if name[0] != "@" and name not in _OF_ONE_ALONE}
        if "identifier" in fields:
            fields["identifier"] = f"{fields['identifier'][:20]}-{new}"
        state.insert(system, object, new, fields)


def _object_of(system: str, request: Request, row: dict[str, Any]) -> str:
    """Under which name the state keeps the records of a list."""
    if system == "salesforce":
        return str((row.get("attributes") or {}).get("type", ""))
    return "/".join(request.segments[3:])

"""The settings of a scenario: how a system's administrator has set it up, as the documents of the systems list them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.sandbox.file_profiles import check_profiles
from workbench.sandbox.state import State

SETTINGS: Mapping[str, Mapping[str, type]] = {
    "salesforce": {
        "hidden_fields": dict,
        "off_layout": dict,
        "read_only_fields": dict,
        "allowed_values": dict,
        "validation_rules": list,
        "duplicate_rules": list,
        "locked": dict,
        "daily_limit": int,
        "session_seconds": int,
        "jwt_public_key": str,
        "default_record_types": dict,
        "hard_delete_allowed": bool,
    },
    "channeltivity": {"settings": dict},
    "channelonline": {"file_profiles": dict},
    "connectwise": {
        "codebase": str,
        "hide_bad_credentials": bool,
        "poisoned": dict,
        "ssl_required": bool,
        "api_host_required": bool,
        "callers": dict,
    },
}
"""What can be set, by section and key, and the kind of value that it takes."""

_CHECKS: Mapping[tuple[str, str], Callable[[Any], None]] = {("channelonline", "file_profiles"): check_profiles}
"""What must hold beyond the kind of value: raises ValueError."""

_KINDS = {dict: "an object", list: "a list", int: "a whole number", bool: "true or false", str: "a text"}


def keep(state: State, section: str, key: str, value: Any) -> dict[str, Any]:
    """Set one thing; null goes back to what it was without. Raises ValueError that names what cannot be meant."""
    known = SETTINGS.get(section, {})
    if key not in known:
        names = sorted(known) or [f"{each}/…" for each in SETTINGS]
        raise ValueError(f"there is no setting {section}/{key}; known: {', '.join(names)}")
    if value is None:
        state.forget(section, key)
    elif type(value) is not known[key]:  # true is no whole number
        raise ValueError(f"{section}/{key} takes {_KINDS[known[key]]}, or null for none")
    else:
        _CHECKS.get((section, key), lambda _: None)(value)
        state.keep(section, key, value)
    return {key: value}

"""Edge: credentials of live profiles, from the environment or the keyring; never from files under `config/`."""

from __future__ import annotations

import json
from collections.abc import Mapping

import keyring
from keyring.errors import KeyringError

from workbench.errors import AccessDenied

SERVICE = "partner-workbench"
"""The keyring service under which `PROFILE/SYSTEM` holds a JSON object of credentials."""


def credentials(profile: str, system: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What a system wants to know who we are: `WORKBENCH_<SYSTEM>_<NAME>` variables, else the keyring's entry.

    Raises AccessDenied that names both places when neither holds anything.
    """
    prefix = f"WORKBENCH_{system.upper()}_"
    named = {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}
    if named:
        return named
    try:
        stored = keyring.get_password(SERVICE, f"{profile}/{system}")
    except KeyringError:
        stored = None
    if not stored:
        raise AccessDenied(
            f"{system} has no credentials for profile {profile}; set {prefix}URL and its companions in the environment "
            f"or store them in the keyring as {SERVICE} {profile}/{system}"
        )
    return {str(name): str(value) for name, value in json.loads(stored).items()}

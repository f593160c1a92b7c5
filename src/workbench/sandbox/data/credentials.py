"""Credentials of a new sandbox: drawn by lot, kept in its file, worth nothing elsewhere."""

from __future__ import annotations

import secrets

from workbench.sandbox.salesforce.setup import organization_id
from workbench.sandbox.state import State


def make_credentials(state: State) -> None:
    """Give every system of a new sandbox its credentials."""
    salesforce = {
        "access_token": f"{organization_id(state)[:15]}!AQ{secrets.token_hex(24)}",
        "username": "workbench@northwind-channel.example",
        "password": secrets.token_hex(8),
        "security_token": secrets.token_hex(12),
        "client_id": "3MVG9" + secrets.token_hex(16),
        "client_secret": secrets.token_hex(24),
    }
    connectwise = {
        "company": "northwind",
        "public_key": secrets.token_hex(8),
        "private_key": secrets.token_hex(8),
        "client_id": "6f6d2a3e-1f0a-4b6e-9a53-6f1c2f7a9b10",
    }
    state.keep("credentials", "salesforce", salesforce)
    state.keep("credentials", "connectwise", connectwise)
    for system in ("channeltivity", "channelonline"):
        state.keep("credentials", system, {"api_key": secrets.token_hex(16)})

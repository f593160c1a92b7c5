"""What is no plain collection: system info, type associations, communications of a contact, merging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.sandbox.connectwise import access
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response


def system_info(state: State) -> Response:
    """`GET /system/info`: answers without credentials, so it proves nothing about them."""
    year, _, release = access.codebase(state).removeprefix("v").partition("_")
    return Response.of_json(
        {
            "version": f"v{year}.{release}.10000",
            "isCloud": True,
            "serverTimeZone": "UTC",
            "licenseBits": [],
            "cloudRegion": "NA",
            "maxWorkFlowRecordsAllowed": 5000,
        }
    )


Action = Callable[[Request, Tenant, list[str]], Response]


def find(request: Request, tenant: Tenant, path: list[str]) -> Response | None:
    """The answer of an action, None when the path names none."""
    return None


__all__ = ["Any", "find", "system_info"]

"""Which integrations a ConnectWise tenant knows of: API members, legacy log-ins, callbacks, embedded pages, writers.

Collections as in the vendor's OpenAPI description, version 2025.8. `fields` leaves out whatever could be a password.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from workbench.systems.cells import dig, instant
from workbench.systems.connectwise.access import Access
from workbench.systems.discovery import Found, Probe, gather, host_of, insecure, together

MODULES = ("company", "contact", "opportunity", "invoice", "serviceTicket", "purchaseOrder", "product")
"""The parts of a legacy integrator log-in whose `…ApiFlag` and `…CallbackUrl` are looked at."""

WRITTEN = ("company/companies", "company/contacts", "sales/opportunities")
"""Collections whose last writers are counted."""


def discover(access: Access) -> pd.DataFrame:
    """Every trace of an integration, one row each."""
    return gather(
        [
            Probe("API members", partial(_members, access)),
            Probe("integrator log-ins", partial(_log_ins, access)),
            Probe("callbacks", partial(_callbacks, access)),
            Probe("hosted pages", partial(_hosted, access)),
            Probe("managed devices", partial(_devices, access)),
            *(Probe(f"writers of {name}", partial(_writers, access, name)) for name in WRITTEN),
        ]
    )


def _members(access: Access) -> Iterator[Found]:
    for row in _rows(
        access, "system/apiMembers", "id,identifier,name,inactiveFlag,securityRole/name,_info/lastUpdated"
    ):
        role = dig(row, "securityRole/name", "/")
        state = "inactive" if row.get("inactiveFlag") else ""
        used = instant(str(dig(row, "_info/lastUpdated", "/") or ""))
        said = together(f"security role {role}" if role else "", state, f"changed {used}" if used else "")
        yield Found(str(row.get("name") or row["identifier"]), "API member", user=str(row["identifier"]), detail=said)


def _log_ins(access: Access) -> Iterator[Found]:
    flags = [f"{module}ApiFlag" for module in MODULES]
    urls = [f"{module}CallbackUrl" for module in MODULES]
    fields = ",".join(["id", "username", "inactiveFlag", "canAccessAllRecordsFlag", *flags, *urls])
    for row in _rows(access, "system/integratorlogins", fields):
        used_for = ", ".join(module for module in MODULES if row.get(f"{module}ApiFlag"))
        called = [str(row[url]) for url in urls if row.get(url)]
        said = together(
            f"legacy log-in for {used_for}" if used_for else "legacy log-in",
            "sees all records" if row.get("canAccessAllRecordsFlag") else "",
            "inactive" if row.get("inactiveFlag") else "",
            *sorted(set(filter(None, map(insecure, called)))),
        )
        hosts = ", ".join(sorted(set(map(host_of, called))))
        yield Found(str(row["username"]), "integrator log-in", hosts, user=str(row["username"]), detail=said)


def _callbacks(access: Access) -> Iterator[Found]:
    for row in _rows(access, "system/callbacks", "id,description,url,type,level,inactiveFlag,isSoapCallbackFlag"):
        url = str(row.get("url") or "")
        said = together(
            f"{row.get('type')} at level {row.get('level')}",
            "inactive" if row.get("inactiveFlag") else "",
            "SOAP" if row.get("isSoapCallbackFlag") else "",
            insecure(url),
        )
        yield Found(str(row.get("description") or host_of(url)), "callback", host_of(url), detail=said)


def _hosted(access: Access) -> Iterator[Found]:
    for row in _rows(access, "system/connectwisehostedsetups", "id,description,url,type,disabledFlag,createdBy"):
        url = str(row.get("url") or "")
        said = together(str(row.get("type") or ""), "disabled" if row.get("disabledFlag") else "", insecure(url))
        yield Found(str(row["description"]), "hosted page", host_of(url), str(row.get("createdBy") or ""), detail=said)


def _devices(access: Access) -> Iterator[Found]:
    for row in _rows(access, "company/managedDevicesIntegrations", "id,name,solution,portalUrl,loginBy"):
        url = str(row.get("portalUrl") or "")
        said = together(str(row.get("solution") or ""), insecure(url))
        yield Found(str(row["name"]), "managed devices", host_of(url), detail=said)


def _writers(access: Access, collection: str) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    last: dict[str, str] = {}
    for row in _rows(access, collection, "id,_info/lastUpdated,_info/updatedBy"):
        user = str(dig(row, "_info/updatedBy", "/") or "unknown")
        seen[user] += 1
        last[user] = max(last.get(user, ""), instant(str(dig(row, "_info/lastUpdated", "/") or "")))
    for user, count in seen.most_common():
        said = f"last writer of {count} records"
        yield Found(collection, "last writer", user=user, last_used=last[user], detail=said)


def _rows(access: Access, path: str, fields: str) -> Iterator[dict[str, Any]]:
    for page in access.pages(path, fields=fields):
        yield from page

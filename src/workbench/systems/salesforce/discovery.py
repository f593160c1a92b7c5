"""Which integrations a Salesforce organisation knows of: packages, apps, grants, endpoints, log-ins, writers, traffic.

Every probe reads setup objects that an integration user often may not see; each then says so by itself. Objects and
fields as in the Salesforce object and Tooling API references.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from simple_salesforce.format import format_soql

from workbench.errors import AccessDenied, UsageError
from workbench.systems.cells import instant
from workbench.systems.discovery import Found, Probe, gather, host_of, insecure, together

if TYPE_CHECKING:
    from workbench.systems.salesforce.client import SalesforceSystem

WRITTEN = ("Account", "Contact", "Opportunity")
"""Objects whose last writers are counted."""


def discover(system: SalesforceSystem) -> pd.DataFrame:
    """Every trace of an integration, one row each."""
    users = _users(system)
    return gather(
        [
            Probe("installed packages", partial(_packages, system)),
            Probe("connected apps", partial(_apps, system)),
            Probe("OAuth grants", partial(_grants, system, users)),
            Probe("named credentials", partial(_named_credentials, system)),
            Probe("remote sites", partial(_remote_sites, system)),
            Probe("outbound messages", partial(_outbound_messages, system, users)),
            Probe("integration users", partial(_integration_users, system)),
            Probe("API log-ins", partial(_log_ins, system, users)),
            *(Probe(f"writers of {name}", partial(_writers, system, name)) for name in WRITTEN),
            Probe("API traffic", partial(_traffic, system)),
        ]
    )


class _User(NamedTuple):
    """As whom a program works, and the profile where it is an administrator's."""

    name: str
    profile: str = ""


def _users(system: SalesforceSystem) -> Mapping[str, _User]:
    try:
        rows = list(system.rows("SELECT Id, Username, Profile.Name FROM User"))
    except (AccessDenied, UsageError):
        return {}
    return {str(row["Id"]): _user(row) for row in rows}


def _user(row: Mapping[str, Any]) -> _User:
    profile = str((row.get("Profile") or {}).get("Name") or "")
    return _User(str(row["Username"]), f"profile {profile}" if "admin" in profile.lower() else "")


def _packages(system: SalesforceSystem) -> Iterator[Found]:
    query = (
        "SELECT Id, SubscriberPackage.Name, SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion, "
        "SubscriberPackageVersion.MinorVersion FROM InstalledSubscriberPackage ORDER BY SubscriberPackageId"
    )
    for row in system.rows(query, tooling=True):
        package, version = row["SubscriberPackage"] or {}, row["SubscriberPackageVersion"] or {}
        number = f"version {version.get('MajorVersion')}.{version.get('MinorVersion')}" if version else ""
        space = f"namespace {package['NamespacePrefix']}" if package.get("NamespacePrefix") else ""
        yield Found(str(package.get("Name")), "installed package", detail=together(number, space))


def _apps(system: SalesforceSystem) -> Iterator[Found]:
    query = "SELECT Name, OptionsAllowAdminApprovedUsersOnly, StartUrl, LastModifiedDate FROM ConnectedApplication"
    for row in system.rows(query):
        url = str(row.get("StartUrl") or "")
        who = "" if row.get("OptionsAllowAdminApprovedUsersOnly") else "any user may authorise it"
        yield Found(str(row["Name"]), "connected app", host_of(url), detail=together(who, insecure(url)))


def _grants(system: SalesforceSystem, users: Mapping[str, _User]) -> Iterator[Found]:
    query = "SELECT AppName, UserId, UseCount, LastUsedDate FROM OauthToken"
    for row in system.rows(query):
        user = users.get(str(row["UserId"]), _User(str(row["UserId"])))
        yield Found(
            name=str(row["AppName"]),
            type="OAuth grant",
            user=user.name,
            last_used=instant(str(row.get("LastUsedDate") or "")),
            detail=together(f"used {row.get('UseCount') or 0} ×", user.profile),
        )


def _named_credentials(system: SalesforceSystem) -> Iterator[Found]:
    for row in system.rows("SELECT DeveloperName, MasterLabel, Endpoint, PrincipalType FROM NamedCredential"):
        url = str(row.get("Endpoint") or "")
        kind = f"principal: {row['PrincipalType']}" if row.get("PrincipalType") else ""
        yield Found(str(row["MasterLabel"]), "named credential", host_of(url), detail=together(kind, insecure(url)))


def _remote_sites(system: SalesforceSystem) -> Iterator[Found]:
    query = "SELECT SiteName, EndpointUrl, IsActive FROM RemoteProxy"
    for row in system.rows(query, tooling=True):
        url = str(row.get("EndpointUrl") or "")
        state = "" if row.get("IsActive") else "inactive"
        yield Found(str(row["SiteName"]), "remote site", host_of(url), detail=together(state, insecure(url)))


def _outbound_messages(system: SalesforceSystem, users: Mapping[str, _User]) -> Iterator[Found]:
    query = "SELECT Id, Name, ApiVersion, EntityDefinitionId, IntegrationUserId FROM WorkflowOutboundMessage"
    for row in system.rows(query, tooling=True):
        # Metadata is given for one row at a time only.
        one = format_soql("SELECT Metadata FROM WorkflowOutboundMessage WHERE Id = {}", row["Id"])
        url = next(
            (str((found["Metadata"] or {}).get("endpointUrl") or "") for found in system.rows(one, tooling=True)), ""
        )
        user_id = str(row.get("IntegrationUserId") or "")
        user = users.get(user_id, _User(user_id))
        said = together(
            f"on {row['EntityDefinitionId']}", f"API version {row['ApiVersion']}", insecure(url), user.profile
        )
        yield Found(str(row["Name"]), "outbound message", host_of(url), user.name, detail=said)


def _integration_users(system: SalesforceSystem) -> Iterator[Found]:
    query = (
        "SELECT Username, Name, Profile.Name, LastLoginDate FROM User "
        "WHERE IsActive = true AND Profile.Name LIKE '%Integration%'"
    )
    for row in system.rows(query):
        profile = f"profile {(row['Profile'] or {}).get('Name')}"
        used = instant(str(row.get("LastLoginDate") or ""))
        yield Found(str(row["Name"]), "integration user", user=str(row["Username"]), last_used=used, detail=profile)


def _log_ins(system: SalesforceSystem, users: Mapping[str, _User]) -> Iterator[Found]:
    query = (
        "SELECT UserId, Application, LoginType, ApiType, ApiVersion, LoginTime FROM LoginHistory "
        "WHERE LoginTime = LAST_N_DAYS:30 ORDER BY LoginTime DESC LIMIT 2000"
    )
    seen: Counter[tuple[str, str, str, str, str]] = Counter()
    last: dict[tuple[str, str, str, str, str], str] = {}
    for row in system.rows(query):
        key = tuple(
            str(row.get(name) or "") for name in ("Application", "UserId", "LoginType", "ApiType", "ApiVersion")
        )
        application, user_id, login, api, version = key
        what = (application, user_id, login, api, version)
        seen[what] += 1
        last.setdefault(what, instant(str(row["LoginTime"])))
    for (application, user_id, login, api, version), count in seen.items():
        user = users.get(user_id, _User(user_id))
        said = together(login, f"{api} {version}".strip(), f"{count} × in 30 days", user.profile)
        used = last[application, user_id, login, api, version]
        yield Found(application, "API log-in", user=user.name, last_used=used, detail=said)


def _writers(system: SalesforceSystem, object_name: str) -> Iterator[Found]:
    query = format_soql(
        "SELECT LastModifiedBy.Name who, COUNT(Id) many, MAX(LastModifiedDate) latest FROM {name:literal} "
        "WHERE LastModifiedDate = LAST_N_DAYS:30 GROUP BY LastModifiedBy.Name",
        name=object_name,
    )
    for row in system.rows(query):
        used = instant(str(row.get("latest") or ""))
        said = f"last writer of {row['many']} records in 30 days"
        yield Found(object_name, "last writer", user=str(row.get("who")), last_used=used, detail=said)


def _traffic(system: SalesforceSystem) -> Iterator[Found]:
    """Who calls what, from the event log files of ApiTotalUsage: the best single source where they are kept."""
    query = "SELECT Id, LogDate FROM EventLogFile WHERE EventType = 'ApiTotalUsage' ORDER BY LogDate DESC LIMIT 7"
    seen: Counter[tuple[str, str, str]] = Counter()
    last: dict[tuple[str, str, str], str] = {}
    for log in system.rows(query):
        for row in _log_rows(system, str(log["Id"])):
            name = row.get("CONNECTED_APP_NAME") or row.get("CLIENT_NAME") or "unnamed client"
            key = (
                name,
                row.get("ENTITY_NAME", ""),
                f"{row.get('API_FAMILY', '')} {row.get('API_VERSION', '')}".strip(),
            )
            seen[key] += 1
            last.setdefault(key, instant(str(log["LogDate"])))
    for (name, entity, api), count in seen.items():
        yield Found(name, "API traffic", entity, last_used=last[name, entity, api], detail=f"{count} × by {api}")


def _log_rows(system: SalesforceSystem, log_id: str) -> Iterable[dict[str, Any]]:
    answer = system.transport.request("GET", f"{system.base}/sobjects/EventLogFile/{log_id}/LogFile")
    if answer.status_code != 200:
        raise AccessDenied(f"{system.name} does not give the event log file ({answer.status_code})")
    return csv.DictReader(io.StringIO(answer.text))

"""The integrations that the org knows of: packages, apps, grants, credentials, endpoints, triggers.

They are those of the sandbox's landscape, and belong to the integration users that are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from workbench.sandbox.salesforce import ids
from workbench.sandbox.salesforce.dates import stamp
from workbench.sandbox.state import State

Rows = list[dict[str, Any]]

PACKAGES = (
    ("Channeltivity PRM", "CTVPRM", (4, 12, 0, 2), "Partner and deal synchronisation with Channeltivity"),
    ("ChannelOnline Connector", "COLSYNC", (2, 7, 1, 5), "Quotes and sales orders from ChannelOnline"),
)
APPS = (
    ("Channeltivity", "channeltivity", "https://app.channeltivity.example/salesforce"),
    ("ChannelOnline", "channelonline", "https://channelonline.example/integrations"),
    ("Partner Workbench", "workbench", ""),
)


def ago(state: State, days: float) -> str:
    """The moment so many days before now, as it is stored."""
    return stamp(state.now() - timedelta(days=days))


def stamped(state: State, record_id: str, days: float) -> dict[str, Any]:
    """The id and the stamps of a row that was made and last changed so many days ago."""
    changed = ago(state, days)
    return {"Id": record_id, "CreatedDate": changed, "LastModifiedDate": changed, "SystemModstamp": changed}


def user_of(state: State, word: str) -> str | None:
    """The id of the user whose name holds the word, as integration users' names hold their system's."""
    for user in state.find("salesforce", "User"):
        if word in f"{user.get('Username')} {user.get('Name')}".lower():
            return str(user["@id"])
    return None


def _installed(state: State) -> Rows:
    return [
        {
            "Id": ids.make_id("0A3", number),
            "SubscriberPackageId": ids.make_id("033", number),
            "SubscriberPackageVersionId": ids.make_id("04t", number),
        }
        for number, _ in enumerate(PACKAGES, 1)
    ]


def _packages(state: State) -> Rows:
    return [
        {"Id": ids.make_id("033", number), "Name": name, "NamespacePrefix": namespace, "Description": purpose}
        for number, (name, namespace, _, purpose) in enumerate(PACKAGES, 1)
    ]


def _versions(state: State) -> Rows:
    parts = ("MajorVersion", "MinorVersion", "PatchVersion", "BuildNumber")
    return [
        {"Id": ids.make_id("04t", number), "Name": f"{name} {version[0]}.{version[1]}", "IsBeta": False}
        | dict(zip(parts, version, strict=True))
        for number, (name, _, version, _) in enumerate(PACKAGES, 1)
    ]


def _apps(state: State) -> Rows:
    return [
        stamped(state, ids.make_id("0H4", number), 400)
        | {
            "Name": name,
            "OptionsAllowAdminApprovedUsersOnly": True,
            "OptionsHasSessionLevelPolicy": False,
            "RefreshTokenValidityPeriod": None,
            "StartUrl": url,
        }
        for number, (name, _, url) in enumerate(APPS, 1)
    ]


def _menu_items(state: State) -> Rows:
    return [
        {
            "Id": ids.make_id("0DS", number),
            "Name": name.replace(" ", "_"),
            "Label": name,
            "Type": "ConnectedApplication",
        }
        for number, (name, _, _) in enumerate(APPS, 1)
    ]


def _grants(state: State) -> Rows:
    grants: Rows = []
    for number, (name, word, _) in enumerate(APPS, 1):
        if (user := user_of(state, word)) is None:
            continue
        grants.append(
            {
                "Id": ids.make_id("0CZ", number),
                "AppName": name,
                "AppMenuItemId": ids.make_id("0DS", number),
                "UserId": user,
                "UseCount": 4000 + 17 * number,
                "LastUsedDate": ago(state, 0.02),
                "CreatedDate": ago(state, 400),
            }
        )
    return grants


def _credentials(state: State) -> Rows:
    return [
        stamped(state, ids.make_id("0XA", 1), 400)
        | {
            "DeveloperName": "Channeltivity_API",
            "MasterLabel": "Channeltivity API",
            "NamespacePrefix": PACKAGES[0][1],
            "Endpoint": "https://api.channeltivity.example",
            "PrincipalType": "NamedUser",
        }
    ]


def _remote_sites(state: State) -> Rows:
    return [
        stamped(state, ids.make_id("0rp", 1), 400)
        | {
            "SiteName": "Channeltivity",
            "EndpointUrl": "https://api.channeltivity.example",
            "IsActive": True,
            "Description": "Calls of the Channeltivity package",
        }
    ]


def _triggers(state: State) -> Rows:
    return [
        stamped(state, ids.make_id("01q", number), 400)
        | {
            "Name": f"CTVPRM_{of}Sync",
            "TableEnumOrId": of,
            "Status": "Active",
            "NamespacePrefix": PACKAGES[0][1],
            "ApiVersion": 58.0,
        }
        for number, of in enumerate(("Account", "Contact", "Opportunity"), 1)
    ]


def _outbound_messages(state: State) -> Rows:
    return [
        stamped(state, ids.make_id("04k", 1), 700)
        | {
            "Name": "Account changes to ChannelOnline",
            "ApiVersion": 48.0,
            "EntityDefinitionId": "Account",
            "IntegrationUserId": user_of(state, "channelonline"),
            "FullName": "Account.Account_changes_to_ChannelOnline",
            "Metadata": {
                "endpointUrl": "http://callbacks.channelonline.example/salesforce",
                "fields": ["Id", "Name", "BillingCity"],
                "includeSessionId": True,
                "name": "Account changes to ChannelOnline",
            },
        }
    ]


CONTENT: Mapping[str, Callable[[State], Rows]] = {
    "ConnectedApplication": _apps,
    "AppMenuItem": _menu_items,
    "OauthToken": _grants,
    "NamedCredential": _credentials,
    "InstalledSubscriberPackage": _installed,
    "SubscriberPackage": _packages,
    "SubscriberPackageVersion": _versions,
    "RemoteProxy": _remote_sites,
    "WorkflowOutboundMessage": _outbound_messages,
    "ApexTrigger": _triggers,
}

"""What the org says about itself: the packages, apps, credentials and traffic of the sandbox's landscape.

The rows are true to the sandbox: the connector packages are those of the systems it serves, grants belong to the
stored integration users, the usage of the last day is counted from the sandbox's own request log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from zlib import crc32

from workbench.sandbox.salesforce import ids, traffic
from workbench.sandbox.salesforce.dates import stamp
from workbench.sandbox.salesforce.fields import Object
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


def organization_id(state: State) -> str:
    """The id of the org: each sandbox file is another org."""
    stored = next((str(each["@id"]) for each in state.find("salesforce", "Organization")), None)
    return stored or ids.make_id("00D", int(str(state.setting("identity", "instance")), 16) % 62**11)


def _organizations(state: State) -> Rows:
    stored = [
        {**each, "Id": each["@id"], "CreatedDate": each["@created"], "SystemModstamp": each["@modified"]}
        for each in state.find("salesforce", "Organization")
    ]
    made = {"Name": "Northwind Channel", "OrganizationType": "Enterprise Edition", "InstanceName": "SBX1"}
    return stored or [_stamped(state, organization_id(state), 1500) | made | {"IsSandbox": True}]


def profile_id(name: str) -> str:
    """The id of the profile of this name."""
    return ids.make_id("00e", crc32(name.encode()))


def _profiles(state: State) -> Rows:
    users = state.find("salesforce", "User", include_deleted=True)
    names = sorted({str(user["Profile_Name"]) for user in users if user.get("Profile_Name")})
    return [
        _stamped(state, profile_id(name), 900)
        | {"Name": name, "UserType": "Standard", "UserLicenseId": _license_id(name)}
        for name in names
    ]


def _licenses(state: State) -> Rows:
    modified = _ago(state, 900)
    return [
        {"Id": ids.make_id("100", 1), "Name": "Salesforce", "LicenseDefinitionKey": "SFDC", "SystemModstamp": modified},
        {
            "Id": ids.make_id("100", 2),
            "Name": "Salesforce Integration",
            "LicenseDefinitionKey": "PID_Salesforce_Integration",
            "SystemModstamp": modified,
        },
    ]


def _license_id(profile: str) -> str:
    return ids.make_id("100", 2 if "integration" in profile.lower() else 1)


def _ago(state: State, days: float) -> str:
    return stamp(state.now() - timedelta(days=days))


def _stamped(state: State, record_id: str, days: float) -> dict[str, Any]:
    changed = _ago(state, days)
    return {"Id": record_id, "CreatedDate": changed, "LastModifiedDate": changed, "SystemModstamp": changed}


def _apps(state: State) -> Rows:
    return [
        _stamped(state, ids.make_id("0H4", number), 400)
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


def user_of(state: State, word: str) -> str | None:
    """The id of the user whose name holds the word, as integration users' names hold their system's."""
    for user in state.find("salesforce", "User"):
        if word in f"{user.get('Username')} {user.get('Name')}".lower():
            return str(user["@id"])
    return None


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
                "LastUsedDate": _ago(state, 0.02),
                "CreatedDate": _ago(state, 400),
            }
        )
    return grants


def _credentials(state: State) -> Rows:
    return [
        _stamped(state, ids.make_id("0XA", 1), 400)
        | {
            "DeveloperName": "Channeltivity_API",
            "MasterLabel": "Channeltivity API",
            "NamespacePrefix": PACKAGES[0][1],
            "Endpoint": "https://api.channeltivity.example",
            "PrincipalType": "NamedUser",
        }
    ]


def _nothing(state: State) -> Rows:
    return []


def _logins(state: State) -> Rows:
    """Every log-in that the sandbox saw, and one each of the vendors' connectors, ChannelOnline's still by SOAP."""
    rows: Rows = [
        {name: value for name, value in each.items() if not name.startswith("@")} | {"Id": each["@id"]}
        for each in state.find("salesforce", "LoginHistory")
    ]
    connectors = (
        ("Channeltivity", "Remote Access 2.0", "REST", "59.0"),
        ("ChannelOnline", "Other Apex API", "SOAP Partner", "48.0"),
    )
    for number, (name, kind, api, version) in enumerate(connectors, 1):
        if (user := user_of(state, name.lower())) is not None:
            row = login_row(user, _ago(state, number / 24), LoginType=kind, ApiType=api, ApiVersion=version)
            ip = {"SourceIp": f"203.0.113.{number}"}
            rows.append(row | ip | {"Id": ids.make_id("0Ya", number), "Application": name})
    return rows


def login_row(user_id: str, moment: str, **how: str) -> dict[str, Any]:
    """What LoginHistory keeps of one log-in."""
    usual = {"Application": "Partner Workbench", "ClientVersion": "N/A", "SourceIp": "127.0.0.1", "Status": "Success"}
    return usual | how | {"UserId": user_id, "LoginTime": moment}


def entities(objects: Iterable[Object]) -> Rows:
    """What EntityDefinition says of these objects."""
    return [
        {
            "Id": ids.make_id("4ie", number),
            "QualifiedApiName": each.name,
            "DeveloperName": each.name,
            "Label": each.name,
            "KeyPrefix": each.prefix,
            "NamespacePrefix": None,
            "IsCustomizable": each.writable,
        }
        for number, each in enumerate(objects, 1)
    ]


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


def _remote_sites(state: State) -> Rows:
    return [
        _stamped(state, ids.make_id("0rp", 1), 400)
        | {
            "SiteName": "Channeltivity",
            "EndpointUrl": "https://api.channeltivity.example",
            "IsActive": True,
            "Description": "Calls of the Channeltivity package",
        }
    ]


def _triggers(state: State) -> Rows:
    return [
        _stamped(state, ids.make_id("01q", number), 400)
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
        _stamped(state, ids.make_id("04k", 1), 700)
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


def _rules(state: State) -> Rows:
    rules: list[dict[str, Any]] = state.setting("salesforce", "validation_rules", [])
    return [
        _stamped(state, ids.make_id("03d", number), 30)
        | {
            "ValidationName": rule["name"],
            "EntityDefinitionId": rule["object"],
            "Active": True,
            "Description": None,
            "ErrorMessage": rule["message"],
            "ErrorDisplayField": rule.get("field"),
        }
        for number, rule in enumerate(rules, 1)
    ]


def _duplicate_rules(state: State) -> Rows:
    active: list[str] = state.setting("salesforce", "duplicate_rules", [])
    return [
        _stamped(state, ids.make_id("0Bm", number), 800)
        | {
            "DeveloperName": f"Standard_{each}_Duplicate_Rule",
            "MasterLabel": f"Standard {each} Duplicate Rule",
            "SobjectType": each,
            "IsActive": each in active,
        }
        for number, each in enumerate(("Account", "Contact"), 1)
    ]


def _matching_rules(state: State) -> Rows:
    active: list[str] = state.setting("salesforce", "duplicate_rules", [])
    return [
        _stamped(state, ids.make_id("0JD", number), 800)
        | {
            "DeveloperName": f"Standard_{each}_Match_Rule_v1_1",
            "MasterLabel": f"Standard {each} Match Rule",
            "SobjectType": each,
            "RuleStatus": "Active" if each in active else "Inactive",
        }
        for number, each in enumerate(("Account", "Contact"), 1)
    ]


CONTENT: Mapping[str, Callable[[State], Rows]] = {
    "Organization": _organizations,
    "Profile": _profiles,
    "UserLicense": _licenses,
    "ConnectedApplication": _apps,
    "AppMenuItem": _menu_items,
    "OauthToken": _grants,
    "NamedCredential": _credentials,
    "ExternalDataSource": _nothing,
    "LoginHistory": _logins,
    "EventLogFile": traffic.files,
    "EventBusSubscriber": _nothing,
    "DuplicateRule": _duplicate_rules,
    "MatchingRule": _matching_rules,
    "InstalledSubscriberPackage": _installed,
    "SubscriberPackage": _packages,
    "SubscriberPackageVersion": _versions,
    "RemoteProxy": _remote_sites,
    "WorkflowOutboundMessage": _outbound_messages,
    "ValidationRule": _rules,
    "FlowDefinition": _nothing,
    "ApexTrigger": _triggers,
}

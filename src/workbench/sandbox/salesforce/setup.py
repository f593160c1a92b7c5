"""What the org says about itself: its people, log-ins, rules and traffic; the integrations are in `connectors`.

The rows are true to the sandbox: log-ins and log files are those that it saw, rules are those that are switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zlib import crc32

from workbench.sandbox.salesforce import connectors, ids, matching, traffic
from workbench.sandbox.salesforce.connectors import Rows, ago, stamped, user_of
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.state import State


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
    return stored or [stamped(state, organization_id(state), 1500) | made | {"IsSandbox": True}]


def profile_id(name: str) -> str:
    """The id of the profile of this name."""
    return ids.make_id("00e", crc32(name.encode()))


def _profiles(state: State) -> Rows:
    users = state.find("salesforce", "User", include_deleted=True)
    names = sorted({str(user["Profile_Name"]) for user in users if user.get("Profile_Name")})
    return [
        stamped(state, profile_id(name), 900)
        | {"Name": name, "UserType": "Standard", "UserLicenseId": _license_id(name)}
        for name in names
    ]


def _licenses(state: State) -> Rows:
    modified = ago(state, 900)
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
            row = login_row(user, ago(state, number / 24), LoginType=kind, ApiType=api, ApiVersion=version)
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


def _rules(state: State) -> Rows:
    rules: list[dict[str, Any]] = state.setting("salesforce", "validation_rules", [])
    return [
        stamped(state, ids.make_id("03d", number), 30)
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
    return [
        row
        | {"DeveloperName": matching.rule_names(each)[0], "MasterLabel": f"Standard {each} Duplicate Rule"}
        | {"IsActive": active}
        for each, active, row in _standard_rules(state, "0Bm")
    ]


def _matching_rules(state: State) -> Rows:
    return [
        row
        | {"DeveloperName": matching.rule_names(each)[1], "MasterLabel": f"Standard {each} Match Rule"}
        | {"RuleStatus": "Active" if active else "Inactive"}
        for each, active, row in _standard_rules(state, "0JD")
    ]


def _standard_rules(state: State, prefix: str) -> list[tuple[str, bool, dict[str, Any]]]:
    """Each object that has a standard rule, whether it is switched on, and what every such row begins with."""
    active: list[str] = state.setting("salesforce", "duplicate_rules", [])
    return [
        (each, each in active, stamped(state, ids.make_id(prefix, number), 800) | {"SobjectType": each})
        for number, each in enumerate(matching.RULES, 1)
    ]


CONTENT: Mapping[str, Callable[[State], Rows]] = {
    **connectors.CONTENT,
    "Organization": _organizations,
    "Profile": _profiles,
    "UserLicense": _licenses,
    "ExternalDataSource": _nothing,
    "LoginHistory": _logins,
    "EventLogFile": traffic.files,
    "EventBusSubscriber": _nothing,
    "DuplicateRule": _duplicate_rules,
    "MatchingRule": _matching_rules,
    "ValidationRule": _rules,
    "FlowDefinition": _nothing,
}

"""What the tenant says about its integrations, true to the sandbox: who may call, who is called, what is embedded.

Rows for the collections whose records the generator does not store; stored records take their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rows = tuple[dict[str, Any], ...]

CONTENT: Mapping[str, Rows] = {
    "company/countries": (
        {"name": "United States"},
        {"name": "Canada"},
        {"name": "Germany"},
        {"name": "United Kingdom"},
    ),
    "company/states": ({"identifier": "NY", "name": "New York"}, {"identifier": "CA", "name": "California"}),
    "company/marketDescriptions": ({"name": "Business Services"}, {"name": "Healthcare"}, {"name": "Manufacturing"}),
    "company/contacts/types": ({"description": "Billing"}, {"description": "Decision Maker"}),
    "company/contacts/relationships": ({"name": "Employee"}, {"name": "Owner"}),
    "company/communicationTypes": (
        {"description": "Email", "emailFlag": True, "defaultFlag": True},
        {"description": "Direct", "phoneFlag": True, "defaultFlag": True},
        {"description": "Cell", "phoneFlag": True},
        {"description": "Fax", "faxFlag": True, "defaultFlag": True},
    ),
    "company/managedDevicesIntegrations": (
        {
            "name": "Remote monitoring",
            "solution": "Custom",
            "portalUrl": "https://monitoring.example",
            "loginBy": "Global",
            "defaultBillingLevel": "Summary",
        },
    ),
    "company/configurations/statuses": (
        {"description": "Active", "defaultFlag": True},
        {"description": "Retired", "closedFlag": True},
    ),
    "company/configurations/types": ({"name": "Server"}, {"name": "Workstation"}),
    "finance/agreements/types": ({"name": "Managed services"},),
    "finance/billingStatuses": ({"name": "New", "defaultFlag": True}, {"name": "Closed", "closedFlag": True}),
    "finance/billingTerms": ({"name": "Net 30"},),
    "marketing/campaigns": ({"name": "Partner day"},),
    "procurement/manufacturers": ({"name": "Northwind Devices"},),
    "procurement/purchaseorderstatuses": ({"name": "Open"}, {"name": "Closed"}),
    "procurement/subcategories": ({"name": "Hardware"}, {"name": "Licences"}),
    "procurement/types": ({"name": "Product"}, {"name": "Service"}),
    "procurement/unitOfMeasures": ({"name": "Each", "defaultFlag": True}, {"name": "Hour"}),
    "sales/opportunities/ratings": ({"name": "Hot"}, {"name": "Cold"}),
    "sales/priorities": ({"name": "High"}, {"name": "Low"}),
    "sales/probabilities": tuple({"probability": share} for share in (0, 25, 50, 75, 100)),
    "sales/roles": ({"description": "Approver"}, {"description": "Evaluator"}),
    "sales/opportunities/types": ({"description": "New business"}, {"description": "Renewal"}),
    "service/boards": (
        {"name": "Help Desk", "location": {"id": 1}},
        {"name": "Projects", "location": {"id": 1}},
    ),
    "service/priorities": (
        {"name": "Priority 1 - Urgent", "color": "Red", "sortOrder": 1},
        {"name": "Priority 3 - Normal", "color": "Green", "sortOrder": 3, "defaultFlag": True},
    ),
    "service/sources": ({"name": "Phone", "defaultFlag": True}, {"name": "Email Connector"}),
    # The same status name on two boards is two statuses.
    "service/statuses": (
        {"name": "New", "boardId": 1, "sortOrder": 1},
        {"name": "Closed", "boardId": 1, "closedStatus": True, "sortOrder": 2},
        {"name": "New", "boardId": 2, "sortOrder": 1},
        {"name": "Completed", "boardId": 2, "closedStatus": True, "sortOrder": 2},
    ),
    "system/locations": ({"name": "Headquarters"}, {"name": "Warehouse"}),
    "system/securityroles": ({"name": "Admin", "adminFlag": True}, {"name": "Integration: companies and sales"}),
    "system/apiMembers": (
        {
            "identifier": "channelonline",
            "name": "ChannelOnline integration",
            "emailAddress": "integrations@channelonline.example",
            "securityRole": {"id": 1},
            "notes": "Imports customers, exports quotes and orders",
        },
        {
            "identifier": "workbench",
            "name": "Partner workbench",
            "emailAddress": "workbench@northwind-channel.example",
            "securityRole": {"id": 2},
        },
        {
            "identifier": "oldportal",
            "name": "Former partner portal",
            "emailAddress": "portal@northwind-channel.example",
            "securityRole": {"id": 1},
            "inactiveFlag": True,
        },
    ),
    "system/integratorlogins": (
        {
            "username": "channelonline",
            "companyApiFlag": True,
            "contactApiFlag": True,
            "opportunityApiFlag": True,
            "productApiFlag": True,
            "companyCallbackUrl": "http://callbacks.channelonline.example/connectwise",
            "companyLegacyCallbackFlag": True,
            "canAccessAllRecordsFlag": True,
        },
    ),
    "system/connectwisehostedsetups": (
        {
            "screenId": 3,
            "description": "ChannelOnline quotes",
            "url": "https://channelonline.example/connectwise/quotes",
            "type": "Tab",
            "createdBy": "channelonline",
        },
    ),
    "system/userDefinedFields": (
        {
            "podId": 1,
            "caption": "Partner Key",
            "sequenceNumber": 1,
            "fieldTypeIdentifier": "Text",
            "entryTypeIdentifier": "EntryField",
            "screenId": "company",
            "numberOfDecimals": 0,
        },
    ),
}


FIRST, SECOND = "connectwise", "connectwise.second"
"""The systems under which the records of the two tenants are stored."""

SECOND_COMPANY = "southwind"
# Another tenant has other ids and other names for the same things.
SECOND_CONTENT: Mapping[str, Rows] = {
    **CONTENT,
    "company/companies/statuses": (
        {"@id": "31", "name": "Current", "defaultFlag": True},
        {"@id": "32", "name": "Dormant", "inactiveFlag": True},
    ),
    "company/companies/types": ({"@id": "41", "name": "Reseller"}, {"@id": "42", "name": "End user"}),
    "company/companies": (
        {"@id": "501", "identifier": "BREEZE", "name": "Breeze Networks", "status": {"id": 31}, "city": "Lyon"},
        {"@id": "502", "identifier": "GALE", "name": "Gale & Sons", "status": {"id": 32}, "types": [{"id": 42}]},
    ),
    "system/members": ({"@id": "7", "identifier": "sroot", "firstName": "Sam", "lastName": "Root"},),
}


def content(system: str) -> Mapping[str, Rows]:
    """The fixed records of a tenant."""
    return SECOND_CONTENT if system == SECOND else CONTENT


def rows(system: str, object_name: str) -> list[dict[str, Any]]:
    """The fixed rows of the object, numbered from 1 unless they say otherwise, entered long ago by an administrator."""
    entered = {"@created": "2024-03-01T08:00:00.000Z", "@modified": "2024-03-01T08:00:00.000Z", "@deleted": False}
    return [
        {"@id": str(place), **row, **entered, "_updatedBy": "Admin", "_enteredBy": "Admin"}
        for place, row in enumerate(content(system).get(object_name, ()), 1)
    ]

"""What the tenant says of itself: members, integrations, callbacks, user-defined fields, as data."""

from __future__ import annotations

from workbench.sandbox.connectwise.fields import (
    Collection,
    date,
    flag,
    number,
    reference,
    setup_list,
    text,
)

COLLECTIONS = (
    setup_list("system/locations", "Location", text("name", 50)),
    setup_list("system/securityroles", "SecurityRole", text("name", 50), flag("adminFlag")),
    setup_list(
        "system/members",
        "Member",
        text("identifier", 15),
        text("firstName", 30),
        text("lastName", 30),
        text("officeEmail", 250),
        text("primaryEmail", 250),
        flag("inactiveFlag"),
        reference("securityRole", "system/securityroles"),
        text("licenseClass"),
        text("defaultEmail"),
        text("defaultPhone"),
        label="",
    ),
    setup_list(
        "system/apiMembers",
        "ApiMember",
        text("identifier", 15),
        text("name", 50),
        text("emailAddress", 250),
        flag("inactiveFlag"),
        reference("securityRole", "system/securityroles"),
        text("notes"),
    ),
    setup_list(
        "system/integratorlogins",
        "IntegratorLogin",
        text("username", 50),
        *(
            field
            for module in ("company", "contact", "opportunity", "invoice", "serviceTicket", "purchaseOrder", "product")
            for field in (flag(f"{module}ApiFlag"), text(f"{module}CallbackUrl"), flag(f"{module}LegacyCallbackFlag"))
        ),
        flag("canAccessAllRecordsFlag"),
        flag("inactiveFlag"),
        date("dateInactivated"),
        label="username",
    ),
    Collection(
        "system/callbacks",
        "CallbackEntry",
        (
            text("description", 100),
            text("url", 1000, required=True),
            number("objectId", required=True),
            text("type", required=True),
            text("level", required=True),
            number("memberId", writable="never"),
            text("payloadVersion", writable="never"),
            flag("inactiveFlag"),
            flag("isSoapCallbackFlag", writable="never"),
            flag("isSelfSuppressedFlag"),
            text("connectWiseID", writable="never"),
        ),
        label="description",
    ),
    setup_list(
        "system/connectwisehostedsetups",
        "ConnectWiseHostedSetup",
        number("screenId"),
        text("description", 50),
        text("url"),
        text("clientId"),
        text("origin"),
        text("type"),
        text("createdBy"),
        flag("disabledFlag"),
        label="description",
    ),
    setup_list(
        "system/userDefinedFields",
        "UserDefinedField",
        number("podId"),
        text("caption", 25),
        number("sequenceNumber"),
        text("fieldTypeIdentifier"),
        text("entryTypeIdentifier"),
        text("screenId"),
        number("numberOfDecimals"),
        label="caption",
    ),
)

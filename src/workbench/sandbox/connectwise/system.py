"""What the tenant says of itself: members, integrations, callbacks, user-defined fields, as data."""

from __future__ import annotations

from workbench.sandbox.connectwise.fields import (
    TEXT,
    Collection,
    Field,
    date,
    flag,
    number,
    reference,
    setup_list,
    text,
)

# Always there: clients that check records insist on them.
MEMBER_OPTIONS = (
    ("licenseClass", "F"),
    ("defaultEmail", "Office"),
    ("defaultPhone", "Office"),
    ("agreementInvoicingDisplayOptions", "RemainOnInvoicingScreen"),
    ("invoicingDisplayOptions", "RemainOnInvoicingScreen"),
    ("invoiceScreenDefaultTabFormat", "ShowInvoicingTab"),
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
        *(Field(name, TEXT, default=usual) for name, usual in MEMBER_OPTIONS),
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

"""Companies, their sites and lists, and contacts, as data."""

from __future__ import annotations

from workbench.sandbox.connectwise.fields import (
    DECIMAL,
    Collection,
    Field,
    Inside,
    date,
    flag,
    items,
    number,
    reference,
    references,
    setup_list,
    text,
    values,
)


def _address() -> tuple[Field, ...]:
    return (
        text("addressLine1", 50),
        text("addressLine2", 50),
        text("city", 50),
        text("state", 50),
        text("zip", 12),
        reference("country", "company/countries"),
    )


def _user_fields() -> tuple[Field, ...]:
    return tuple(text(f"userDefinedField{place}", 50) for place in range(1, 11))


def _communication() -> tuple[Field, ...]:
    """A way to reach a contact, as an entry of the contact and as a record of its own."""
    return (
        reference("type", "company/communicationTypes", required=True),
        text("value", 250, required=True),
        text("extension", 15),
        flag("defaultFlag"),
        text("domain", writable="never"),
        text("communicationType", one_of=("Email", "Fax", "Phone")),
    )


def _associations(of: str, owner: str, types: str, path: str) -> tuple[Collection, Collection]:
    """The types of one record, and those of all, as records that can be made and deleted."""
    fields = (reference("type", types, required=True), reference(of, owner, required=True, writable="on POST"))
    name, inside = f"{of.capitalize()}TypeAssociation", Inside(owner, "types", of, "type")
    return (
        Collection(f"{owner}/*/typeAssociations", name, fields, parent=of, parent_path=owner, inside=inside, label=""),
        Collection(path, name, fields, inside=inside, label=""),
    )


CUSTOM_FIELDS = items(
    "customFields",
    number("id", required=True),
    text("caption"),
    text("type"),
    text("entryMethod"),
    number("numberOfDecimals"),
    text("value"),
    text("connectWiseId"),
)
COMPANY = Collection(
    "company/companies",
    "Company",
    (
        text("identifier", 30, required=True),
        text("name", 50, required=True),
        reference("status", "company/companies/statuses"),
        *_address(),
        text("phoneNumber", 30),
        text("faxNumber", 30),
        text("website", 255),
        reference("territory", "system/locations"),
        reference("market", "company/marketDescriptions"),
        text("accountNumber", 100),
        reference("defaultContact", "company/contacts"),
        date("dateAcquired"),
        reference("parentCompany", "company/companies"),
        number("annualRevenue", DECIMAL),
        number("numberOfEmployees"),
        text("leadSource", 50),
        *_user_fields(),
        text("vendorIdentifier", 50),
        text("taxIdentifier", 50),
        flag("deletedFlag", writable="never"),
        date("dateDeleted", writable="never"),
        text("deletedBy", writable="never"),
        text("mobileGuid", writable="never"),
        reference("territoryManager", "system/members"),
        reference("billToCompany", "company/companies"),
        reference("billingSite", "company/sites"),
        text("resellerIdentifier", 50),
        values("integratorTags", text("integratorTag", 50)),
        flag("isVendorFlag"),
        references("types", "company/companies/types", writable="on POST"),
        reference("site", "company/sites"),
        CUSTOM_FIELDS,
    ),
    unique=("identifier", "Company ID already in use."),
)
COMPANY_STATUS = Collection(
    "company/companies/statuses",
    "CompanyStatus",
    (
        text("name", 50, required=True),
        flag("defaultFlag"),
        flag("inactiveFlag"),
        flag("notifyFlag"),
        flag("disallowSavingFlag"),
        text("notificationMessage", 500),
    ),
    unique=("name", "Status name already in use."),
)
COMPANY_TYPE = Collection(
    "company/companies/types",
    "CompanyType",
    (text("name", 50, required=True), flag("defaultFlag"), flag("vendorFlag"), flag("serviceAlertFlag")),
    unique=("name", "Type name already in use."),
)
CONTACT = Collection(
    "company/contacts",
    "Contact",
    (
        text("firstName", 30, required=True),
        text("lastName", 30),
        reference("company", "company/companies"),
        reference("site", "company/sites"),
        *_address(),
        flag("inactiveFlag"),
        text("title", 100),
        reference("relationship", "company/contacts/relationships"),
        references("types", "company/contacts/types", writable="on POST"),
        values("typeIds", number("typeId"), writable="on POST"),
        flag("defaultFlag"),
        *_user_fields(),
        reference("managerContact", "company/contacts"),
        reference("assistantContact", "company/contacts"),
        text("nickName", 30),
        text("school", 50),
        date("birthDay"),
        flag("unsubscribeFlag"),
        flag("disablePortalLoginFlag"),
        values("integratorTags", text("integratorTag", 50)),
        items("communicationItems", number("id"), *_communication()),
        CUSTOM_FIELDS,
    ),
    label="",
)

COLLECTIONS = (
    COMPANY_STATUS,
    COMPANY_TYPE,
    COMPANY,
    Collection(
        "company/companies/*/sites",
        "CompanySite",
        (
            text("name", 50, required=True),
            text("addressLine1", 50),
            text("addressLine2", 50),
            text("city", 50),
            reference("stateReference", "company/states"),
            text("zip", 12),
            reference("country", "company/countries"),
            text("phoneNumber", 30),
            flag("primaryAddressFlag"),
            flag("defaultShippingFlag"),
            flag("defaultBillingFlag"),
            flag("defaultMailingFlag"),
            flag("inactiveFlag"),
            reference("company", "company/companies", writable="never"),
            CUSTOM_FIELDS,
        ),
        store="company/sites",
        parent="company",
        parent_path="company/companies",
    ),
    setup_list("company/countries", "Country", text("name", 50)),
    setup_list("company/states", "State", text("identifier", 50), text("name", 50)),
    setup_list("company/marketDescriptions", "MarketDescription", text("name", 50)),
    setup_list(
        "company/communicationTypes",
        "CommunicationType",
        text("description", 30),
        flag("phoneFlag"),
        flag("faxFlag"),
        flag("emailFlag"),
        flag("defaultFlag"),
        label="description",
    ),
    setup_list(
        "company/contacts/types", "ContactType", text("description", 50), flag("defaultFlag"), label="description"
    ),
    setup_list("company/contacts/relationships", "ContactRelationship", text("name", 50), flag("defaultFlag")),
    CONTACT,
    Collection(
        "company/contacts/*/communications",
        "ContactCommunication",
        (*_communication(), number("contactId", writable="never")),
        parent="contactId",
        parent_path="company/contacts",
        inside=Inside("company/contacts", "communicationItems", "contactId"),
        label="value",
    ),
    *_associations("company", "company/companies", "company/companies/types", "company/companyTypeAssociations"),
    *_associations("contact", "company/contacts", "company/contacts/types", "company/contactTypeAssociations"),
    setup_list(
        "company/managedDevicesIntegrations",
        "ManagedDevicesIntegration",
        text("name", 30),
        text("solution", 30, required=True),
        text("portalUrl", 200),
        text("loginBy", required=True, one_of=("Global", "Member")),
        text("defaultBillingLevel", required=True, one_of=("Detail", "Summary")),
        flag("matchOnSerialNumberFlag"),
    ),
)

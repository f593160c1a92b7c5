"""What the REST description says about the objects that we write: ConnectWise PSA has no describe call.

Fields, lengths and what must be filled as in the vendor's OpenAPI description, version 2025.8. `identifier` of a
company took 25 characters before 2025.1. References are told by the field that identifies them for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.model.ports import Field, FieldType


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that points to a record of a list: `status/name` is looked up among `company/companies/statuses`."""

    list: str = ""
    by: str = "name"
    many: bool = False


def _text(name: str, length: int, label: str, *, required: bool = False, unique: bool = False) -> Field:
    return Field(name, label, "text", required, length=length, unique=unique)


def _plain(
    name: str, label: str, kind: FieldType, *, required: bool = False, createable: bool = True, updateable: bool = True
) -> Field:
    return Field(name, label, kind, required, createable, updateable)


def _shown(name: str, label: str, kind: FieldType = "text") -> Field:
    return Field(name, label, kind, createable=False, updateable=False)


_COMPANY = (
    _text("identifier", 30, "Company ID", required=True, unique=True),
    _text("name", 50, "Company name", required=True),
    _plain("status/name", "Status", "picklist"),
    _plain("types/name", "Types", "multipicklist"),
    _text("addressLine1", 50, "Address line 1"),
    _text("addressLine2", 50, "Address line 2"),
    _text("city", 50, "City"),
    _text("state", 50, "State"),
    _text("zip", 12, "Postcode"),
    _plain("country/name", "Country", "reference"),
    Field("phoneNumber", "Phone", "phone", length=30),
    Field("faxNumber", "Fax", "phone", length=30),
    Field("website", "Website", "url", length=255),
    _plain("territory/name", "Territory", "reference"),
    _plain("market/name", "Market", "reference"),
    _text("accountNumber", 100, "Account number"),
    _plain("defaultContact/id", "Default contact", "reference"),
    _plain("parentCompany/id", "Parent company", "reference"),
    _plain("annualRevenue", "Annual revenue", "decimal"),
    _plain("numberOfEmployees", "Employees", "integer"),
    _text("leadSource", 50, "Lead source"),
    _plain("dateAcquired", "Acquired", "datetime"),
    *(_text(f"userDefinedField{number}", 50, f"User field {number}") for number in range(1, 11)),
    _plain("deletedFlag", "Deleted", "flag", createable=False, updateable=False),
    _plain("isVendorFlag", "Vendor", "flag"),
)

_CONTACT = (
    _text("firstName", 30, "First name", required=True),
    _text("lastName", 30, "Last name"),
    _text("title", 100, "Title"),
    _plain("company/id", "Company", "reference"),
    _plain("company/name", "Company", "reference", updateable=False),
    _text("addressLine1", 50, "Address line 1"),
    _text("city", 50, "City"),
    _text("state", 50, "State"),
    _text("zip", 12, "Postcode"),
    _plain("country/name", "Country", "reference"),
    _plain("inactiveFlag", "Inactive", "flag"),
    _plain("defaultFlag", "Default", "flag"),
    Field("communicationItems/Email", "E-mail", "email", updateable=False, length=250),
    Field("communicationItems/Phone", "Phone", "phone", updateable=False, length=250),
    *(_text(f"userDefinedField{number}", 50, f"User field {number}") for number in range(1, 11)),
)

_OPPORTUNITY = (
    _text("name", 100, "Opportunity name", required=True),
    _plain("company/id", "Company", "reference", required=True),
    _plain("contact/id", "Contact", "reference", required=True),
    _plain("primarySalesRep/identifier", "Sales representative", "reference", required=True),
    _plain("status/name", "Status", "picklist"),
    _plain("stage/name", "Stage", "picklist"),
    _plain("expectedCloseDate", "Expected to close", "datetime"),
    _text("customerPO", 25, "Customer PO"),
    _text("source", 50, "Source"),
)

_MEMBER = (
    _shown("identifier", "Member ID"),
    _shown("firstName", "First name"),
    _shown("lastName", "Last name"),
    _shown("officeEmail", "E-mail", "email"),
    _shown("inactiveFlag", "Inactive", "flag"),
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "company/companies": _COMPANY,
    "company/contacts": _CONTACT,
    "sales/opportunities": _OPPORTUNITY,
    "system/members": _MEMBER,
}
"""The fields of each collection that is described; of another one, only named fields can be read."""

LISTS: Mapping[str, Mapping[str, Reference]] = {
    "company/companies": {
        "status": Reference("company/companies/statuses"),
        "types": Reference("company/companies/types", many=True),
        "country": Reference("company/countries"),
        "market": Reference("company/marketDescriptions"),
        "territory": Reference("system/locations"),
    },
    "company/contacts": {"country": Reference("company/countries")},
    "sales/opportunities": {
        "status": Reference("sales/opportunities/statuses"),
        "stage": Reference("sales/stages"),
        "primarySalesRep": Reference("system/members", by="identifier"),
    },
}
"""Where the values of a reference are listed: every tenant has its own statuses and types."""

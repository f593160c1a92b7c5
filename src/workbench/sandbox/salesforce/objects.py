"""The business objects of the sandbox's org, as data: the standard ones that a channel syncs, and its own fields.

Names and lengths of standard fields are Salesforce's; the custom ones are those that Channeltivity's set-up asks for
and the external id that the workbench writes (`Workbench_Key__c`).
"""

from __future__ import annotations

from workbench.sandbox.salesforce.fields import (
    Children,
    Field,
    Object,
    picklist,
    reference,
    system_fields,
    text,
    typed,
)

# The status set of a portal with the Distributor module, and what a deletion over there makes of each status.
PARTNER_STATUSES = (
    "Prospective Partner",
    "Active Partner",
    "Inactive Partner",
    "Active Distributor",
    "Inactive Distributor",
)
RECORD_STATUSES = (*PARTNER_STATUSES, *(f"{status} (Deleted)" for status in PARTNER_STATUSES))
CONTACT_STATUSES = (*RECORD_STATUSES, "Contact (Deleted)")
ACCOUNT_TYPES = (
    "Channel Partner / Reseller",
    "Customer - Channel",
    "Customer - Direct",
    "Installation Partner",
    "Other",
    "Prospect",
    "Technology Partner",
)
INDUSTRIES = (
    "Communications",
    "Consulting",
    "Education",
    "Electronics",
    "Finance",
    "Healthcare",
    "Manufacturing",
    "Media",
    "Other",
    "Retail",
    "Technology",
    "Telecommunications",
)
# Stage, its probability, whether the deal is closed, whether it is won.
STAGES = {
    "Prospecting": (10, False, False),
    "Qualification": (10, False, False),
    "Needs Analysis": (20, False, False),
    "Value Proposition": (50, False, False),
    "Proposal/Price Quote": (75, False, False),
    "Negotiation/Review": (90, False, False),
    "Closed Won": (100, True, True),
    "Closed Lost": (0, True, False),
}
ROLES = (
    "Business User",
    "Decision Maker",
    "Economic Buyer",
    "Evaluator",
    "Executive Sponsor",
    "Influencer",
    "Technical Buyer",
    "Other",
)
DEAL_OWNER_TYPES = ("Partner-owned", "Distributor-owned")
LEAD_STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")


def _address(kind: str) -> tuple[Field, ...]:
    return (
        typed(f"{kind}Street", "textarea", 255),
        text(f"{kind}City", 40),
        text(f"{kind}State", 80),
        text(f"{kind}PostalCode", 20),
        text(f"{kind}Country", 80),
    )


ACCOUNT = Object(
    "Account",
    "001",
    (
        *system_fields(),
        text("Name", 255, required=True),
        picklist("Type", *ACCOUNT_TYPES),
        reference("RecordTypeId", "RecordType"),
        reference("ParentId", "Account"),
        reference("MasterRecordId", "Account", createable=False, updateable=False),
        *_address("Billing"),
        *_address("Shipping"),
        typed("Phone", "phone", 40),
        typed("Fax", "phone", 40),
        text("AccountNumber", 40),
        typed("Website", "url", 255),
        picklist("Industry", *INDUSTRIES),
        typed("AnnualRevenue", "currency"),
        typed("NumberOfEmployees", "int"),
        typed("Description", "textarea", 32000, filterable=False),
        picklist("AccountSource", "Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"),
        reference("OwnerId", "User"),
        typed("Sync_with_Channeltivity__c", "boolean", default=False),
        picklist("Channeltivity_Partner_Status__c", *PARTNER_STATUSES, restricted=True),
        text("Channeltivity_Id__c", 40),
        picklist("Record_Status__c", *RECORD_STATUSES, restricted=True),
        text("ChannelOnline_Customer_Id__c", 40),
        text("Workbench_Key__c", 80, unique=True, external=True),
    ),
    (
        Children("Contacts", "Contact", "AccountId"),
        Children("Opportunities", "Opportunity", "AccountId"),
        Children("ChildAccounts", "Account", "ParentId"),
    ),
)

CONTACT = Object(
    "Contact",
    "003",
    (
        *system_fields(),
        reference("AccountId", "Account"),
        text("LastName", 80, required=True),
        text("FirstName", 40),
        picklist("Salutation", "Mr.", "Ms.", "Mrs.", "Dr.", "Prof."),
        text("Name", 121, createable=False, updateable=False, calculated=True),
        text("Title", 128),
        text("Department", 80),
        typed("Email", "email", 80),
        typed("Phone", "phone", 40),
        typed("MobilePhone", "phone", 40),
        *_address("Mailing"),
        typed("Description", "textarea", 32000, filterable=False),
        reference("OwnerId", "User"),
        typed("HasOptedOutOfEmail", "boolean", default=False),
        typed("Sync_with_Channeltivity__c", "boolean", default=False),
        text("Channeltivity_Id__c", 40),
        picklist("Record_Status__c", *CONTACT_STATUSES, restricted=True),
        text("Workbench_Key__c", 80, unique=True, external=True),
    ),
    (Children("OpportunityContactRoles", "OpportunityContactRole", "ContactId"),),
)

OPPORTUNITY = Object(
    "Opportunity",
    "006",
    (
        *system_fields(),
        reference("AccountId", "Account"),
        text("Name", 120, required=True),
        typed("Description", "textarea", 32000, filterable=False),
        picklist("StageName", *STAGES, required=True),
        typed("Amount", "currency"),
        typed("Probability", "percent"),
        typed("CloseDate", "date", required=True),
        picklist("Type", "Existing Business", "New Business", "Renewal"),
        text("NextStep", 255),
        picklist("LeadSource", "Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"),
        typed("IsClosed", "boolean", createable=False, updateable=False, calculated=True),
        typed("IsWon", "boolean", createable=False, updateable=False, calculated=True),
        reference("OwnerId", "User"),
        typed("Sync_with_Channeltivity__c", "boolean", default=False),
        typed("Export_to_Channeltivity_Deal__c", "boolean", default=False),
        typed("Channeltivity_Partner_Email__c", "email", 80),
        typed("Channeltivity_Distributor_Email__c", "email", 80),
        picklist("Deal_Owner_Type__c", *DEAL_OWNER_TYPES, restricted=True),
        text("ChannelOnline_Document__c", 80),
        text("Channeltivity_Id__c", 40),
        text("Workbench_Key__c", 80, unique=True, external=True),
    ),
    (Children("OpportunityContactRoles", "OpportunityContactRole", "OpportunityId"),),
)

OPPORTUNITY_CONTACT_ROLE = Object(
    "OpportunityContactRole",
    "00K",
    (
        *system_fields(),
        reference("OpportunityId", "Opportunity", required=True, updateable=False),
        reference("ContactId", "Contact", required=True),
        picklist("Role", *ROLES),
        typed("IsPrimary", "boolean", default=False),
    ),
)

LEAD = Object(
    "Lead",
    "00Q",
    (
        *system_fields(),
        text("LastName", 80, required=True),
        text("FirstName", 40),
        text("Name", 121, createable=False, updateable=False, calculated=True),
        text("Company", 255, required=True),
        text("Title", 128),
        typed("Email", "email", 80),
        typed("Phone", "phone", 40),
        picklist("Status", *LEAD_STATUSES, default=LEAD_STATUSES[0]),
        picklist("LeadSource", "Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"),
        typed("IsConverted", "boolean", createable=False, updateable=False, default=False),
        reference("OwnerId", "User"),
        typed("Sync_with_Channeltivity__c", "boolean", default=False),
        text("Channeltivity_Id__c", 40),
    ),
)

BUSINESS = (ACCOUNT, CONTACT, OPPORTUNITY, OPPORTUNITY_CONTACT_ROLE, LEAD)

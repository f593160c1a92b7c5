"""What is stored when a sandbox is made: one hidden truth, and how each system happens to have recorded it.

Stored shapes, by system and object (`State.get(system, object, id)`), wire-near, references as ids:

salesforce. The record id is the 18-character `Id`; `Id`, `SystemModstamp`, `CreatedDate`, `IsDeleted` are not stored
but come from `@id`, `@modified`, `@created`, `@deleted`. `LastModifiedById` and `CreatedById` are stored.
What is absent is null.
  Account: Name, Type, RecordTypeId, OwnerId, ParentId, MasterRecordId, AccountNumber, Phone, Website, Description,
    Industry, NumberOfEmployees, BillingStreet, BillingCity, BillingState, BillingPostalCode, BillingCountry,
    Sync_with_Channeltivity__c, Channeltivity_Partner_Status__c, Channeltivity_Id__c, Record_Status__c, Workbench_Key__c
  Contact: AccountId, FirstName, LastName, Email, Phone, Title, OwnerId, Channeltivity_Id__c, Record_Status__c,
    Workbench_Key__c
  Opportunity: AccountId, Name, StageName, CloseDate, Amount, Probability, IsClosed, IsWon, OwnerId,
    Sync_with_Channeltivity__c, Export_to_Channeltivity_Deal__c, Channeltivity_Partner_Email__c,
    Channeltivity_Distributor_Email__c, Deal_Owner_Type__c, Workbench_Key__c
  OpportunityContactRole: OpportunityId, ContactId, Role, IsPrimary
  User: Username, FirstName, LastName, Name, Email, IsActive, UserType, ProfileId, Profile_Name (a plain text here)
  RecordType: SobjectType, DeveloperName, Name, IsActive
  Settings: `credentials.salesforce` {access_token, username, password, security_token, client_id, client_secret};
    section `session.salesforce`, key = token, value = {"user": User id}

connectwise. The record id is the number as text; `id` and `_info.lastUpdated/dateEntered` come from `@id`, `@modified`,
`@created`; `_info.updatedBy/enteredBy` are stored as `_updatedBy`, `_enteredBy`. A reference is stored as `{"id": 7}`.
  company/companies: identifier, name, status {id}, types [{id}], addressLine1, addressLine2, city, state, zip,
    country {id}, phoneNumber, website, accountNumber, parentCompany {id}, territory {id}, userDefinedField1…10,
    deletedFlag, dateDeleted, deletedBy
  company/companies/statuses: name, defaultFlag, inactiveFlag · company/companies/types: name, defaultFlag, vendorFlag
  company/countries: name
  company/contacts: firstName, lastName, company {id}, title, inactiveFlag, defaultFlag,
    communicationItems [{id, type {id}, value, communicationType, defaultFlag}]
  company/communicationTypes: description, emailFlag, phoneFlag, faxFlag
  sales/opportunities: name, company {id}, contact {id}, primarySalesRep {id}, status {id}, stage {id},
    expectedCloseDate, closedDate, customerPO, source
  sales/opportunities/statuses: name, wonFlag, lostFlag, closedFlag · sales/stages: name, sequenceNumber
  system/members: identifier, firstName, lastName, officeEmail, inactiveFlag
  Settings: `credentials.connectwise` {company, public_key, private_key, client_id}; `connectwise.codebase`, a path part
    like `v2025_8` that a fault may change at any moment: the protocol reads it at each call
    (`state.setting("connectwise", "codebase")`) and answers 404 to another one, v4_6_release always being right.

channeltivity and channelonline: as docs/channeltivity-contract.md and docs/channelonline-contract.md name their fields.
"""

from __future__ import annotations

from workbench.sandbox.data import channelonline, channeltivity
from workbench.sandbox.data.credentials import make_credentials
from workbench.sandbox.data.shares import record_all
from workbench.sandbox.data.size import Size
from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.state import State


def size_of(state: State) -> Size:
    """How much data a filled state was made with."""
    default = Size()
    return Size(
        *(state.setting("identity", name, getattr(default, name)) for name in ("seed", "partners", "companies"))
    )


def fill(state: State, size: Size) -> None:
    """Fill an empty state; one that is filled already stays as it is, whatever the size says."""
    if state.setting("identity", "filled"):
        return
    with state.loading():
        if state.setting("identity", "filled"):
            return  # another process was quicker
        state.keep("identity", "filled", True)
        for name in ("seed", "partners", "companies"):
            state.keep("identity", name, getattr(size, name))
        if not state.setting("credentials", "salesforce"):
            make_credentials(state)
        token = state.setting("credentials", "salesforce")["access_token"]
        state.keep("session.salesforce", token, {"user": make_id("005", 1)})
        state.keep("connectwise", "codebase", "v2025_8")
        channeltivity.set_up(state)
        channelonline.set_up(state)
        record_all(state, size)
        if size.small:
            state.remember()

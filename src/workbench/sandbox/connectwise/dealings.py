"""Opportunities with their stages, tickets with their boards, as data."""

from __future__ import annotations

from workbench.sandbox.connectwise.companies import CUSTOM_FIELDS
from workbench.sandbox.connectwise.fields import (
    DECIMAL,
    Collection,
    date,
    flag,
    number,
    reference,
    setup_list,
    text,
)

OPPORTUNITY = Collection(
    "sales/opportunities",
    "Opportunity",
    (
        text("name", 100, required=True),
        date("expectedCloseDate"),
        reference("type", "sales/opportunities/types"),
        reference("stage", "sales/stages"),
        reference("status", "sales/opportunities/statuses"),
        reference("primarySalesRep", "system/members", required=True),
        reference("company", "company/companies", required=True),
        reference("contact", "company/contacts", required=True),
        reference("site", "company/sites"),
        text("source", 50),
        text("customerPO", 25),
        date("closedDate"),
        text("notes"),
        number("locationId"),
        number("businessUnitId"),
        number("totalSalesTax", DECIMAL),
        CUSTOM_FIELDS,
    ),
)
TICKET = Collection(
    "service/tickets",
    "Ticket",
    (
        text("summary", 100, required=True),
        reference("company", "company/companies", required=True),
        reference("board", "service/boards"),
        reference("status", "service/statuses"),
        reference("contact", "company/contacts"),
        reference("owner", "system/members"),
        reference("priority", "service/priorities"),
        reference("source", "service/sources"),
        reference("type", "service/types"),
        text("externalXRef", 100),
        text("recordType", writable="never"),
        text("initialDescription", writable="on POST"),
        text("initialInternalAnalysis", writable="on POST"),
        flag("closedFlag", writable="never"),
        date("closedDate", writable="never"),
        flag("skipCallback", writable="on POST"),
        CUSTOM_FIELDS,
    ),
    label="summary",
)

COLLECTIONS = (
    Collection(
        "sales/opportunities/statuses",
        "OpportunityStatus",
        (
            text("name", 30, required=True),
            flag("wonFlag"),
            flag("lostFlag"),
            flag("closedFlag"),
            flag("inactiveFlag"),
            flag("defaultFlag"),
        ),
    ),
    setup_list("sales/opportunities/types", "OpportunityType", text("description", 30), label="description"),
    Collection("sales/stages", "OpportunityStage", (text("name", 50, required=True), number("sequenceNumber"))),
    Collection(
        "sales/opportunities/*/notes",
        "OpportunityNote",
        (text("text", required=True), number("opportunityId", writable="never"), flag("flagged")),
        store="sales/notes",
        parent="opportunityId",
        parent_path="sales/opportunities",
    ),
    OPPORTUNITY,
    setup_list(
        "service/boards", "Board", text("name", 50), reference("location", "system/locations"), flag("inactiveFlag")
    ),
    setup_list(
        "service/priorities", "Priority", text("name", 50), text("color"), number("sortOrder"), flag("defaultFlag")
    ),
    setup_list("service/sources", "Source", text("name", 50), flag("defaultFlag")),
    Collection(
        "service/boards/*/statuses",
        "BoardStatus",
        (
            text("name", 50, required=True),
            number("boardId", writable="never"),
            flag("closedStatus"),
            flag("inactive"),
            number("sortOrder"),
        ),
        store="service/statuses",
        parent="boardId",
        parent_path="service/boards",
    ),
    Collection(
        "service/boards/*/types",
        "BoardType",
        (
            text("name", 50, required=True),
            number("boardId", writable="never"),
            flag("inactiveFlag"),
            flag("defaultFlag"),
        ),
        store="service/types",
        parent="boardId",
        parent_path="service/boards",
    ),
    Collection(
        "service/tickets/*/notes",
        "ServiceNote",
        (
            text("text", required=True),
            number("ticketId", writable="never"),
            flag("detailDescriptionFlag"),
            flag("internalAnalysisFlag"),
            flag("resolutionFlag"),
            flag("internalFlag"),
            flag("externalFlag"),
            reference("member", "system/members"),
            reference("contact", "company/contacts"),
        ),
        store="service/notes",
        parent="ticketId",
        parent_path="service/tickets",
    ),
    TICKET,
)

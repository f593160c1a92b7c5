"""Agreements, invoices, configurations, catalogue and purchase orders, as data: empty until somebody writes them."""

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

INVOICE_TYPES = ("Agreement", "CreditMemo", "DownPayment", "Miscellaneous", "Progress", "Standard")

COLLECTIONS = (
    setup_list("finance/agreements/types", "AgreementType", text("name", 30)),
    Collection(
        "finance/agreements",
        "Agreement",
        (
            text("name", 100, required=True),
            reference("type", "finance/agreements/types", required=True),
            reference("company", "company/companies", required=True),
            reference("contact", "company/contacts", required=True),
            date("startDate"),
            date("endDate"),
            flag("cancelledFlag"),
            number("billAmount", DECIMAL),
            CUSTOM_FIELDS,
        ),
    ),
    Collection(
        "finance/invoices",
        "Invoice",
        (
            text("type", required=True, one_of=INVOICE_TYPES),
            reference("company", "company/companies", required=True),
            text("invoiceNumber", 15),
            date("date"),
            date("dueDate"),
            number("total", DECIMAL),
            number("balance", DECIMAL),
            CUSTOM_FIELDS,
        ),
        label="invoiceNumber",
    ),
    setup_list("company/configurations/types", "ConfigurationType", text("name", 50)),
    Collection(
        "company/configurations",
        "Configuration",
        (
            text("name", 100, required=True),
            reference("type", "company/configurations/types", required=True),
            reference("company", "company/companies", required=True),
            reference("contact", "company/contacts"),
            text("serialNumber", 250),
            text("modelNumber", 250),
            flag("activeFlag", default=True),
            CUSTOM_FIELDS,
        ),
    ),
    setup_list("procurement/types", "ProductType", text("name", 30)),
    setup_list("procurement/subcategories", "SubCategory", text("name", 50)),
    Collection(
        "procurement/catalog",
        "CatalogItem",
        (
            text("identifier", 75, required=True),
            text("description", 60, required=True),
            reference("subcategory", "procurement/subcategories", required=True),
            reference("type", "procurement/types", required=True),
            text("customerDescription", 6000, required=True),
            text("manufacturerPartNumber", 50),
            text("vendorSku", 50),
            number("price", DECIMAL),
            number("cost", DECIMAL),
            flag("inactiveFlag"),
            CUSTOM_FIELDS,
        ),
        label="description",
        unique=("identifier", "Product ID already in use."),
    ),
    setup_list("procurement/purchaseorderstatuses", "PurchaseOrderStatus", text("name", 50)),
    setup_list("finance/billingTerms", "BillingTerms", text("name", 30)),
    Collection(
        "procurement/purchaseorders",
        "PurchaseOrder",
        (
            reference("status", "procurement/purchaseorderstatuses", required=True),
            reference("terms", "finance/billingTerms", required=True),
            reference("vendorCompany", "company/companies", required=True),
            text("poNumber", 50),
            number("total", DECIMAL, writable="never"),
            CUSTOM_FIELDS,
        ),
        label="poNumber",
    ),
)

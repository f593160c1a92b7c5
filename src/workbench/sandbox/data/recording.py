"""Who recorded what: lets each system write down the companies that it knows."""

from __future__ import annotations

from workbench.sandbox.data import channelonline, channeltivity, connectwise, leads, salesforce, trade
from workbench.sandbox.data.ledger import Ledger
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.size import Share
from workbench.sandbox.data.truth import Company, companies
from workbench.sandbox.state import State


def record(state: State, share: Share) -> None:
    """Fill an empty state with a share of the data; set-up and trade are the first one's."""
    random = Lots(share.lots)
    ledger = Ledger(state, salesforce.IDS)
    salesforce.prepare(ledger)
    tenant = connectwise.prepare(ledger, share.seed)
    channeltivity.prepare(ledger)
    channelonline.prepare(ledger)
    if share.skipped:
        ledger.skip(share.skipped)
    books = trade.Books()
    for company in companies(share, random):
        if company.kind == "customer":
            _record_customer(company, random, ledger, tenant, books)
        else:
            _record_partner(company, random, ledger, tenant, books)
    if not share.skipped:
        trade.record(books, random, ledger, tenant)
        leads.record(books, random, ledger)
    ledger.close()


def _record_partner(
    company: Company, random: Lots, ledger: Ledger, tenant: connectwise.Tenant, books: trade.Books
) -> None:
    lot = random.random()
    if lot < 0.885:
        books.know(company, "channeltivity", channeltivity.organization(company, random, ledger))
    if lot >= 0.115:
        books.know(company, "salesforce", salesforce.partner_account(company, random, ledger))
    if random.random() < 0.6:
        books.know(company, "connectwise", connectwise.company(company, random, ledger, tenant))
    if random.random() < 0.5:
        books.know(company, "channelonline", channelonline.account(company, random, ledger, books))


_SHARES = {  # standing: how likely Salesforce and ChannelOnline know a customer that ConnectWise has
    "Client": (0.95, 0.9),
    "Credit Hold": (1.0, 1.0),
    "Former Client": (0.5, 0.3),
    "Prospect": (0.3, 0.15),
}


def _record_customer(
    company: Company, random: Lots, ledger: Ledger, tenant: connectwise.Tenant, books: trade.Books
) -> None:
    in_salesforce, in_channelonline = _SHARES[company.standing]
    books.know(company, "connectwise", connectwise.company(company, random, ledger, tenant))
    if random.random() < in_salesforce:
        books.know(company, "salesforce", salesforce.customer_account(company, random, ledger))
    if random.random() < in_channelonline:
        books.know(company, "channelonline", channelonline.account(company, random, ledger, books))

"""A landscape that breaks no rule of the diagrams: two systems, a hub in TO-BE with a level 2, two outsiders."""

from workbench.model.landscape import (
    DataStore,
    InventoryRow,
    Landscape,
    Move,
    Outsider,
    Participant,
    Process,
)

AS_IS, TO_BE, BOTH = ("as-is",), ("to-be",), ("as-is", "to-be")


def small_landscape() -> Landscape:
    """Orders travel from quoting to billing: by hand today, through a hub tomorrow."""
    return Landscape(
        title="Orders of a small shop",
        as_of="2026-01-31",
        systems=(
            Participant("QUO", "Quoting"),
            Participant("PPL", "People and spreadsheets", nature="shadow", states=AS_IS),
            Participant("HUB", "Order hub", nature="hub", states=TO_BE),
            Participant("BIL", "Billing"),
        ),
        outsiders=(Outsider("E1", "Buyer"), Outsider("E2", "Bank")),
        stores=(
            DataStore("D1", "Signed quotes", "QUO"),
            DataStore("D2", "Open invoices", "BIL"),
            DataStore("D3", "Prepared orders", "HUB", states=TO_BE, parent="P4"),
        ),
        processes=(
            Process("P1", "1", "Sign quote", "QUO", "Sales"),
            Process("P2", "2", "Type order", "PPL", "Clerk", manual=True, states=AS_IS),
            Process("P3", "3", "Bill buyer", "BIL", "Finance", changed="reminds by itself"),
            Process("P4", "4", "Forward order", "HUB", "hub", states=TO_BE),
            Process("P4.1", "4.1", "Prepare order", "HUB", "hub", states=TO_BE, parent="P4"),
            Process("P4.2", "4.2", "Book order", "HUB", "hub", states=TO_BE, parent="P4"),
        ),
        moves=(
            Move("F01", "E1", "P1", "quote request"),
            Move("F02", "P1", "D1", "signed quote", fields=("Number", "Total")),
            Move("F03", "D1", "P2", "quote on paper", "INT-001", manual=True, states=AS_IS),
            Move("F04", "P2", "D2", "typed invoice", "INT-001", manual=True, states=AS_IS),
            Move("F05", "D2", "P3", "open invoice"),
            Move("F06", "P3", "D2", "paid mark"),
            Move("F07", "P3", "E2", "collection order", "INT-003"),
            Move("F08", "E2", "P3", "bank statement", "INT-003", changed="daily → hourly"),
            Move("F09", "D1", "P4", "order to forward", "INT-002", ("Number", "Total"), states=TO_BE),
            Move("F10", "P4", "D2", "booked invoice", "INT-002", ("Number", "Total"), states=TO_BE),
            Move("F09.1", "D1", "P4.1", "order to forward", "INT-002", states=TO_BE, parent="F09"),
            Move("F11", "P4.1", "D3", "prepared order", states=TO_BE),
            Move("F12", "D3", "P4.2", "order to book", states=TO_BE),
            Move("F10.1", "P4.2", "D2", "booked invoice", "INT-002", states=TO_BE, parent="F10"),
        ),
        integrations=(
            InventoryRow(
                "INT-001",
                "Typed orders",
                ("QUO",),
                ("BIL",),
                AS_IS,
                manual_minutes_month=600,
                replaced_by=("INT-002",),
            ),
            InventoryRow("INT-002", "Order hub", ("QUO",), ("BIL",), TO_BE, delivered_by="workbench"),
            InventoryRow("INT-003", "Bank files", ("BIL",), ("BANK",), BOTH, delivered_by="vendor"),
        ),
    )

"""Two systems in dicts, rulings, links and bases: what a plan is made from, and run on, in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.core import linking, planning
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.lines import Agreed, Base, Promise
from workbench.model.links import Link, Ruling
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.plans import Plan
from workbench.model.records import DELETED, MODIFIED, Ref, Snapshot, Snapshots, Where, frame_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
Records = dict[str, dict[str, Any]]

KINDS = {
    "partner": Kind(
        "partner",
        "Partner",
        {
            "portal": KindInSystem("organizations", "updatedAt", evidence={"name": "name"}),
            "crm": KindInSystem("Account", "SystemModstamp", evidence={"name": "Name"}),
        },
    ),
    "contact": Kind(
        "contact",
        "Contact",
        {
            "portal": KindInSystem("contacts", "updatedAt", parent="organizationId", evidence={"email": "email"}),
            "crm": KindInSystem("Contact", "SystemModstamp", parent="AccountId", evidence={"email": "Email"}),
        },
        parent="partner",
        match_by="email",
    ),
}
STATUSES = {"Active": "Active Partner", "Prospective": "Prospective Partner", "Inactive": "Inactive Partner"}
PARTNERS = Pairing(
    "partner",
    (
        FieldMapping("name", "Name"),
        FieldMapping("phone", "Phone", canonicaliser="phone"),
        FieldMapping("city", "BillingCity"),
        FieldMapping("status", "Status", canonicaliser="picklist", values=STATUSES),
    ),
    admit={"left": Where.of({"status": ["Active"]}), "right": Where.of({"Sync": [True]})},
    stamp={"right": {"Sync": True, "Status": "Active Partner", "Type": "Reseller"}},
    reference={"left": "crmId", "right": "PortalId"},
    deleted={"right": {"Record": "{Status} (Deleted)"}},
)
CONTACTS = Pairing(
    "contact",
    (FieldMapping("name", "Name"), FieldMapping("email", "Email", canonicaliser="email")),
    reference={"right": "PortalId"},
    deleted={"right": {"Record": "Contact (Deleted)"}},
)
INTEGRATION = Integration("partner-sync", "Partners", "portal", "crm", (PARTNERS,), master="left")


def ref(system: str, record_id: str, kind: str = "partner") -> Ref:
    return Ref(system, kind, record_id)


def partner(name: str, **fields: Any) -> dict[str, Any]:
    """An active partner of the portal."""
    return {"name": name, "phone": None, "city": None, "status": "Active", "crmId": None, **fields}


def account(name: str, **fields: Any) -> dict[str, Any]:
    """An account that syncs."""
    return {"Name": name, "Phone": None, "BillingCity": None, "Status": "Active Partner", "Sync": True,
            "Type": "Reseller", "PortalId": None, "Record": None, **fields}  # fmt: skip


def _as_given(system: str, name: str, value: Any) -> Any:
    return value


@dataclass
class World:
    """Records by kind, system and id, and everything that people and runs have said about them."""

    integration: Integration = INTEGRATION
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    records: dict[tuple[str, str], Records] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bases: dict[tuple[str, Ref, Ref], Base] = field(default_factory=dict)
    stores: Callable[[str, str, Any], Any] = _as_given
    ticks: int = 0

    def put(self, kind: str, system: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Somebody writes a record."""
        self.ticks += 1
        known = self.records.setdefault((kind, system), {}).setdefault(record_id, {DELETED: False})
        known.update({name: self.stores(system, name, value) for name, value in fields.items()})
        known[MODIFIED] = f"{self.ticks:06}"

    def record(self, system: str, record_id: str, kind: str = "partner") -> dict[str, Any]:
        return self.records[kind, system][record_id]

    def rule(self, subject: Ref, word: str, target: Ref | None = None, **said: Any) -> None:
        """Ann rules."""
        system = self.integration.right if subject.system == self.integration.left else self.integration.left
        at = NOW + timedelta(minutes=len(self.rulings))
        self.rulings.append(Ruling(subject, system, word, target, "ann", at, **said))

    def link(self, left_id: str, right_id: str, kind: str = "partner", *, agreed: bool = True) -> None:
        """A run linked these two; with `agreed`, what both hold now is their base."""
        name, left, right = self.integration.name, self.integration.left, self.integration.right
        pair = (ref(left, left_id, kind), ref(right, right_id, kind))
        self.links.append(Link(kind, name, *pair, "plan", "line", NOW))
        for side, own, counterpart in (("left", left_id, right_id), ("right", right_id, left_id)):
            field_name = self.integration.pairing(kind).reference.get(side)
            if field_name:
                self.record(self.integration.system(side), own, kind)[field_name] = counterpart
        if agreed:
            self.settle(kind, *pair, [mapping.key for mapping in self.integration.pairing(kind).mapping])

    def settle(self, kind: str, left: Ref, right: Ref, keys: Any) -> None:
        """Take what both sides hold as the base of these fields."""
        pairing = self.integration.pairing(kind)
        base = self.bases.get((kind, left, right)) or Base(self.integration.name, kind, left, right, {})
        lefts, rights = self.record(left.system, left.id, kind), self.record(right.system, right.id, kind)
        read = {m.key: Agreed(lefts.get(m.left), rights.get(m.right)) for m in pairing.mapping if m.key in keys}
        self.bases[kind, left, right] = replace(base, fields={**base.fields, **read})

    def snapshots(self) -> dict[str, Snapshots]:
        found = {}
        for kind in self.integration.kinds:
            both = (self.integration.left, self.integration.right)
            pairing = self.integration.pairing(kind)
            found[kind] = Snapshots(
                kind,
                [
                    Snapshot(system, kind, f"{system}-1", NOW, "", frame_of(
                        self.records.get((kind, system), {}), pairing.fields(self.integration.side(system))))
                    for system in both
                ],
            )  # fmt: skip
        return found

    def crosswalks(self, read: Mapping[str, Snapshots] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, snapshots in (read or self.snapshots()).items():
            sides = (snapshots[self.integration.left], snapshots[self.integration.right])
            if self.kinds[kind].match_by == "email":
                found[kind] = linking.by_email(
                    self.kinds[kind], *sides, found[self.kinds[kind].parent], self.links, self.rulings
                )
            else:
                found[kind] = linking.fold(self.kinds[kind], *sides, self.rulings, self.links)
        return found

    def plan(self, **how: Any) -> Plan:
        read = self.snapshots()
        return planning.plan(self.integration, self.kinds, read, self.crosswalks(read), self.bases.values(), **how)

    def run(self, plan: Plan) -> None:
        """Write the plan as the runner would: promises filled, read back, links and bases advanced line by line."""
        for base in plan.settled:
            self.settle(base.kind, base.left, base.right, base.fields)
        created: dict[str, str] = {}
        for line in plan.lines:
            target = line.target
            values = {n: created[v.line] if isinstance(v, Promise) else v for n, v in line.after.items()}
            record_id = target.id or f"new{len(self.records.get((target.kind, target.system), {}))}"
            self.put(target.kind, target.system, record_id, values)
            created[line.id] = record_id
            if line.counterpart is None:
                continue
            own = replace(target, id=record_id)
            pair = (own, line.counterpart) if target.system == self.integration.left else (line.counterpart, own)
            if line.action in ("link", "create"):
                self.links.append(Link(target.kind, self.integration.name, *pair, plan.id, line.id, NOW))
            if line.agreed:
                self.settle(target.kind, *pair, line.agreed)

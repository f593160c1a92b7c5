"""A small world to run plans in: a portal and a CRM in memory, partners, contacts, a clock, a store, an approver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from databases import a_store

from workbench.model.integrations import Integration, Limits
from workbench.model.journals import Journal
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.links import Ruling
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.people import Person
from workbench.model.plans import Plan
from workbench.model.ports import Field
from workbench.model.records import Ref, Where
from workbench.steps import approving, planning, reading, ruling, running, undoing
from workbench.steps.keys import KeySigner
from workbench.store import Store
from workbench.systems.memory import MemoryClock, MemorySystem

LEFT, RIGHT = "portal", "crm"


def place(name: str, **more: str) -> KindInSystem:
    evidence = {"name": name, **({"email": more.pop("email")} if "email" in more else {})}
    return KindInSystem("records", "changedAt", evidence=evidence, **more)


KINDS = {
    "partner": Kind("partner", "Partner", {LEFT: place("name", marker="key"), RIGHT: place("Name", marker="Key__c")}),
    "contact": Kind(
        "contact",
        "Contact",
        {
            LEFT: place("lastName", marker="key", parent="organization", email="email"),
            RIGHT: place("LastName", marker="Key__c", parent="AccountId", email="Email"),
        },
        parent="partner",
        match_by="email",
    ),
}

PARTNERS = Pairing(
    "partner",
    (
        FieldMapping("name", "Name", master="left"),
        FieldMapping("phone", "Phone", master="left", canonicaliser="phone"),
    ),
    admit={"left": Where.of({"status": ["Active"]})},
    stamp={"right": {"Sync": True}, "left": {"status": "Active"}},
    reference={"right": "PortalId", "left": "crmId"},
)
CONTACTS = Pairing(
    "contact",
    (FieldMapping("lastName", "LastName", master="left"), FieldMapping("email", "Email", canonicaliser="email")),
    reference={"right": "PortalId", "left": "crmId"},
)
WIDE = Limits(changed_per_cent=100, creates_per_cent=100)
SYNC = Integration("partner-sync", "Partners", LEFT, RIGHT, (PARTNERS, CONTACTS), limits=WIDE, master="left")
FIELDS = {
    LEFT: {"partner": "name phone status crmId key", "contact": "lastName email organization crmId key"},
    RIGHT: {"partner": "Name Phone Sync PortalId Key__c Note", "contact": "LastName Email AccountId PortalId Key__c"},
}


def described(system: str) -> dict[str, list[Field]]:
    return {
        kind: [Field(name, name, "flag" if name == "Sync" else "text") for name in names.split()]
        for kind, names in FIELDS[system].items()
    }


def ready(_read: Any) -> None:
    """Nothing has to be prepared in this world."""


SHM = Path("/dev/shm")


@contextmanager
def a_world(**how: Any) -> Iterator[World]:
    """A world with a store in memory where the machine has such a place: these tests try logic, not disks."""
    with TemporaryDirectory(dir=SHM if SHM.is_dir() else None) as folder:
        made = World(a_store(Path(folder)), **how)
        yield made
        made.store.close()


ANN = KeySigner("ann", Ed25519PrivateKey.from_private_bytes(b"a" * 32))
PEOPLE = (Person("ann", ("analyst", "approver"), ANN.public_key),)


@dataclass
class World:
    """Everything a step needs, and other people's hands to edit with."""

    store: Store
    clock: Any = field(default_factory=MemoryClock)
    integration: Integration = SYNC
    left: MemorySystem = field(init=False)
    right: MemorySystem = field(init=False)
    chunk_size: int = 200
    concurrency: int = 0
    unique_marker: bool = True
    guards: bool = False
    stores: Any = None
    systems: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        how = {"clock": self.clock, "chunk_size": self.chunk_size, "concurrency": self.concurrency}
        how |= {"unique_marker": self.unique_marker, "guards": self.guards}
        self.left = MemorySystem(LEFT, KINDS, fields=described(LEFT), **how)
        self.right = MemorySystem(RIGHT, KINDS, fields=described(RIGHT), stores=self.stores, **how)
        self.systems = {LEFT: self.left, RIGHT: self.right}

    def rule(self, subject: str, word: str, target: str = "", side: str = LEFT) -> None:
        """Ann rules on a partner."""
        other = RIGHT if side == LEFT else LEFT
        ref = Ref(other, "partner", target) if target else None
        ruled = Ruling(Ref(side, "partner", subject), other, word, ref, "ann", self.clock.now())
        ruling.rule_all(self.store, [ruled])

    def plan(self, **how: Any) -> Plan:
        how = {"ready": ready, **how}
        return planning.prepare(
            self.integration, KINDS, self.systems, self.store, self.clock, author=how.pop("author", "bob"), **how
        )

    def approve(self, plan: Plan, **how: Any) -> Any:
        how = {"reason": "checked", "people": PEOPLE, "live": False, **how}
        return approving.approve(plan, self.store, how.pop("signer", ANN), self.clock, how.pop("people"), **how)

    def run(self, plan: Plan | str, **how: Any) -> Journal:
        plan_id = plan if isinstance(plan, str) else plan.id
        how = {"integration": self.integration, "kinds": KINDS, "owner": "me", "live": False, **how}
        return running.run(plan_id, how.pop("systems", self.systems), self.store, self.clock, PEOPLE, **how)

    def sync(self, **how: Any) -> Journal | None:
        """Plan, approve and run; None when everything is in step."""
        plan = self.plan(**how)
        if not plan.lines:
            return None
        self.approve(plan)
        return self.run(plan)

    def round(self, **how: Any) -> running.Synced:
        """What a schedule does."""
        people = how.pop("people", PEOPLE)
        return running.sync(
            self.integration,
            KINDS,
            self.systems,
            self.store,
            self.clock,
            people,
            author="schedule",
            **{
                "ready": ready,
                "live": False,
                **how,
            },
        )

    def undo(self, plan: Plan) -> Plan:
        return undoing.undo(plan, self.integration, KINDS, self.systems, self.store, self.clock, author="bob")

    def read(self, kind: str = "partner", **how: Any) -> Any:
        integrations = how.pop("integrations", [self.integration])
        return reading.snapshot(self.systems, KINDS, kind, self.store, self.clock, integrations=integrations, **how)

    def later(self, **how: float) -> None:
        self.clock.sleep(timedelta(**how).total_seconds())


def mixed(world: World) -> World:
    """Partners of every sort: one to link, one to create on each side, contacts of linked and of created ones."""
    world.left.create("partner", {"name": "Acme", "phone": "555-0100", "status": "Active"}, "1")
    world.left.create("partner", {"name": "Birch", "phone": "555-0101", "status": "Active"}, "2")
    world.left.create("contact", {"lastName": "Ito", "email": "ito@acme.example", "organization": "1"}, "11")
    world.left.create("contact", {"lastName": "Ray", "email": "ray@birch.example", "organization": "2"}, "12")
    world.right.create("partner", {"Name": "ACME Inc", "Phone": None}, "A1")
    world.right.create("partner", {"Name": "Cedar", "Phone": "555-0102"}, "A2")
    world.right.create("contact", {"LastName": "Ito", "Email": "ITO@acme.example", "AccountId": "A1"}, "C1")
    world.rule("1", "link", "A1")
    world.rule("2", "create")
    world.rule("A2", "create", side=RIGHT)
    return world

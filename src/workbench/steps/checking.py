"""Look whether everything is in order, without changing anything: what draws, what is stored, who answers."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version

from workbench.errors import WorkbenchError
from workbench.model.landscape import SourceDocument
from workbench.model.ports import System
from workbench.model.rows import Rows
from workbench.render.engine import engine
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.tables import REVISION

DECLARED: Mapping[bool | None, str] = {True: "reached", False: "unreachable", None: "nobody has tried"}
"""What the landscape's file says of a source document."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is in order, what was found, and what to do if not."""

    what: str
    ok: bool
    found: str


@dataclass(frozen=True, slots=True)
class Document:
    """A source document asked for now: `state` is what came of it, `declared` what the landscape's file says."""

    id: str
    title: str
    address: str
    declared: str
    state: str
    found: str


def documents(declared: Iterable[SourceDocument]) -> Rows[Document]:
    """Ask once for each source document that has an address; being offline is told from being unreachable."""
    with ThreadPoolExecutor(4) as side_by_side:
        return Rows(side_by_side.map(_asked, declared))


def doctor(settings: Settings, systems: Mapping[str, System], store: Store) -> Rows[Check]:
    """Versions, Graphviz, store, audit, the first approver, and every system by a live probe."""
    return Rows([*_here(settings, store), *(_answers(name, systems) for name in systems)])


def audit(store: Store) -> Check:
    """The chain of what people did, recomputed: its length and head, or where it is broken."""
    try:
        held = store.audit.verify()
    except WorkbenchError as error:
        return Check("audit", False, str(error))
    return Check("audit", True, f"audit of {held.rows} entries is whole, head {held.head[:12]}")


def _asked(document: SourceDocument) -> Document:
    said = (document.id, document.title, document.address, DECLARED[document.reached])
    if not document.address:
        return Document(*said, "no address", "a copy is at hand" if document.reached else "ask whoever named it")
    from workbench.systems import web  # only who asks an address waits for it

    asked = web.ask(document.address)
    return Document(*said, asked.state, asked.found)


def _here(settings: Settings, store: Store) -> Iterator[Check]:
    yield Check("workbench", True, f"{version('partner-workbench')} on Python {platform.python_version()}")
    yield Check("profile", True, f"{settings.profile} in {settings.folder}")
    yield _drawing()
    yield Check("store", True, f"{store.database.url.render_as_string()}, schema {REVISION}, the newest")
    yield audit(store)
    first = settings.people[0].name if settings.people else ""
    whom = (
        f"the chain of approvers starts with {first}"
        if first
        else "nobody yet; begin: workbench approver add NAME --roles approver"
    )
    yield Check("first approver", bool(first) or settings.sandbox, whom)


def _drawing() -> Check:
    try:
        return Check("graphviz", True, str(engine()))
    except WorkbenchError as error:
        return Check("graphviz", False, str(error))


def _answers(name: str, systems: Mapping[str, System]) -> Check:
    try:
        found = systems[name].identify()
    except WorkbenchError as error:
        return Check(name, False, str(error))
    return Check(name, True, f"{found.name} ({found.id}) as {found.user or 'nobody named'}")

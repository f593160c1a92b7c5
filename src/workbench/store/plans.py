"""Plans and their states: at most one open an integration, at most one waiting an integration and purpose."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select, update

from workbench.core.erasing import nameless_plan, nameless_text
from workbench.errors import Refused, UnknownName, WaitingForApproval
from workbench.model.plans import FORMAT, Plan, PlanState, Purpose
from workbench.model.rows import Rows
from workbench.model.values import canonical_json
from workbench.store.database import AnyRow, Database
from workbench.store.documents import plan_from
from workbench.store.tables import consumptions, plans

UNFINISHED: tuple[PlanState, ...] = ("waiting", "approved", "running")


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A plan in a list: what it would do, and how far it is."""

    id: str
    integration: str
    purpose: Purpose
    state: PlanState
    summary: str
    author: str
    made_at: datetime
    changed_at: datetime
    note: str


class Plans:
    """Every plan ever made. A document is read again only when it still has the fingerprint it was stored with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, plan: Plan, now: datetime) -> PlanState:
        """Store a plan to wait for approval; an identical one is kept, a different one of this purpose superseded.

        One that waits takes over what was read anew besides its content; one that is approved stays as it was read.
        A plan without lines needs no approval and is done at once; an identical rejected one stays rejected.
        """
        with self._database.writing() as connection:
            known = connection.execute(select(plans).where(plans.c.fingerprint == plan.fingerprint)).one_or_none()
            if known is not None and known.state == "approved":
                return "approved"
            if known is not None and known.state == "waiting":
                _refresh(connection, known, plan)
                return "waiting"
            _supersede(connection, plan, now)
            if known is None:
                state: PlanState = "waiting" if plan.lines else "done"
                connection.execute(insert(plans).values(**_row(plan, state, now)))
                return state
            if known.state == "superseded":
                _refresh(connection, known, plan)
                _move(connection, plan.id, "waiting", now, "wanted again")
                return "waiting"
            return cast(PlanState, known.state)

    def get(self, plan_id: str) -> Plan:
        """The plan of this id; raises UnknownName, or Refused when what is stored was tampered with."""
        row = self._row(plan_id)
        plan = plan_from(row.document)
        if plan.format != FORMAT:
            raise Refused(f"plan {plan_id} has format {plan.format}, this workbench runs format {FORMAT}; plan again")
        told = (row.fingerprint, row.id, row.integration, row.purpose, row.author)
        if told != (plan.fingerprint, plan.id, plan.integration, plan.purpose, plan.author):
            raise Refused(f"the stored plan {plan_id} is not what was planned (fingerprint differs); plan again")
        return plan

    def state(self, plan_id: str) -> PlanState:
        """How far a plan is; its document, which may be large, is left alone."""
        with self._database.reading() as connection:
            found = connection.execute(select(plans.c.state).where(plans.c.id == plan_id)).scalar()
        return cast(PlanState, found or self._row(plan_id).state)

    def known(self, integration: str = "", states: Sequence[PlanState] = ()) -> Rows[KnownPlan]:
        """Plans, newest first; of one integration, in some states."""
        wanted = select(plans).order_by(plans.c.seq.desc())
        if integration:
            wanted = wanted.where(plans.c.integration == integration)
        if states:
            wanted = wanted.where(plans.c.state.in_(states))
        with self._database.reading() as connection:
            return Rows(_known(row) for row in connection.execute(wanted))

    def open(self, integration: str) -> Plan | None:
        """The plan of this integration that is being run, if any."""
        running = self.known(integration, ("running",))
        return self.get(running[0].id) if running else None

    def last_run(self, integration: str) -> Plan | None:
        """The plan of this integration that was claimed last, if any."""
        wanted = _claimed(integration).order_by(consumptions.c.at.desc(), plans.c.seq.desc()).limit(1)
        with self._database.reading() as connection:
            found = connection.execute(wanted).scalar()
        return None if found is None else self.get(found)

    def ran_since(self, integration: str, moment: datetime) -> list[Plan]:
        """The plans of an integration that were claimed since a moment, oldest first."""
        wanted = _claimed(integration).where(consumptions.c.at >= moment).order_by(consumptions.c.at, plans.c.seq)
        with self._database.reading() as connection:
            found = connection.execute(wanted).scalars().all()
        return [self.get(plan_id) for plan_id in found]

    def move(self, plan_id: str, state: PlanState, now: datetime, note: str, *, out_of: Sequence[PlanState]) -> None:
        """Take a plan from one of the states `out_of` to another; raises Refused when it is in none of them."""
        with self._database.writing() as connection:
            found = self.state(plan_id)
            if found not in out_of:
                raise Refused(f"plan {plan_id} is {found}, so it cannot become {state}; see `workbench plans`")
            _move(connection, plan_id, state, now, note)

    def claim(self, plan: Plan, owner: str, now: datetime, standing: str = "") -> None:
        """Start an approved plan, once: its fingerprint is consumed. Part of the claim's transaction.

        `standing` is the fingerprint of the standing rule whose limits its lines consume, if any.
        """
        with self._database.writing() as connection:
            state = self.state(plan.id)
            if state == "waiting":
                raise WaitingForApproval(
                    f"nobody approved plan {plan.id}; look at it with `workbench show {plan.id}`, "
                    f"then `workbench approve {plan.id}`"
                )
            used = select(consumptions).where(consumptions.c.fingerprint == plan.fingerprint)
            if state != "approved" or connection.execute(used).first() is not None:
                raise Refused(f"plan {plan.id} is {state}: a plan runs once; plan again with `workbench plan`")
            told = {"at": now, "owner": owner, "lines": len(plan.lines), "standing": standing}
            connection.execute(insert(consumptions).values(fingerprint=plan.fingerprint, **told))
            _move(connection, plan.id, "running", now, "")

    def consumed(self, fingerprint: str) -> datetime | None:
        """When the plan of this fingerprint was claimed, or None."""
        with self._database.reading() as connection:
            return connection.execute(
                select(consumptions.c.at).where(consumptions.c.fingerprint == fingerprint)
            ).scalar()

    def erase(self, person: str) -> int:
        """Take a person's name out of plans, where it lies outside the fingerprint; says how many plans named it.

        It stands there as the author, in notes, in reasons (`ruled by …`), and as whom a notice was for. Raises Refused
        for a plan that is approved or runs: its approval covers these words as they were read.
        """
        with self._database.writing() as connection:
            rows = connection.execute(select(plans).where(_naming(person))).all()
            return sum(_erase(connection, row, person) for row in rows)

    def _row(self, plan_id: str) -> AnyRow:
        with self._database.reading() as connection:
            row = connection.execute(select(plans).where(plans.c.id == plan_id)).one_or_none()
            if row is None:
                known = connection.execute(select(plans.c.id).order_by(plans.c.seq.desc()).limit(20)).scalars()
                raise UnknownName("plan", plan_id, known)
        return row


def _claimed(integration: str) -> Select[str]:
    """The ids of the plans of an integration that were claimed."""
    of_plan = consumptions.c.fingerprint == plans.c.fingerprint
    return select(plans.c.id).join(consumptions, of_plan).where(plans.c.integration == integration)


def _naming(person: str) -> ColumnElement[bool]:
    told = (column.contains(person, autoescape=True) for column in (plans.c.note, plans.c.document))
    return or_(plans.c.author == person, *told)


def _erase(connection: Connection, row: AnyRow, person: str) -> bool:
    """Take the name out of one plan; says whether it stood there."""
    plan = plan_from(row.document)
    kept, note = nameless_plan(plan, person), nameless_text(row.note, person)
    if kept == plan and note == row.note:
        return False
    if row.state in ("approved", "running"):
        raise Refused(f"plan {row.id} is {row.state} and names {person}; `workbench run {row.id}` first")
    told = {"author": kept.author, "note": note, "document": canonical_json(_stored(kept))}
    connection.execute(update(plans).where(plans.c.seq == row.seq).values(**told))
    return True


def _supersede(connection: Connection, plan: Plan, now: datetime) -> None:
    slot = and_(
        plans.c.integration == plan.integration,
        plans.c.purpose == plan.purpose,
        plans.c.state.in_(("waiting", "approved")),
    )
    told = {"state": "superseded", "changed_at": now, "note": f"superseded by {plan.id}"}
    connection.execute(update(plans).where(slot).values(**told))


def _refresh(connection: Connection, known: AnyRow, plan: Plan) -> None:
    # What was read anew may differ outside the fingerprint (held records, snapshots); its author and time do not.
    stored = plan_from(known.document)
    fresh = dataclasses.replace(plan, author=stored.author, made_at=stored.made_at)
    told = {"document": canonical_json(_stored(fresh)), "summary": fresh.summary()}
    connection.execute(update(plans).where(plans.c.id == known.id).values(**told))


def _move(connection: Connection, plan_id: str, state: PlanState, now: datetime, note: str) -> None:
    connection.execute(update(plans).where(plans.c.id == plan_id).values(state=state, changed_at=now, note=note))


def _row(plan: Plan, state: PlanState, now: datetime) -> dict[str, object]:
    return {
        "id": plan.id,
        "fingerprint": plan.fingerprint,
        "integration": plan.integration,
        "purpose": plan.purpose,
        "state": state,
        "made_at": plan.made_at or now,
        "changed_at": now,
        "summary": plan.summary(),
        "author": plan.author,
        "note": "",
        "document": canonical_json(_stored(plan)),
    }


def _stored(plan: Plan) -> dict[str, object]:
    # Settled fields become bases when the plan is stored; keeping them twice would double a large document.
    return {item.name: getattr(plan, item.name) for item in dataclasses.fields(plan) if item.name != "settled"}


def _known(row: AnyRow) -> KnownPlan:
    return KnownPlan(
        id=row.id,
        integration=row.integration,
        purpose=row.purpose,
        state=row.state,
        summary=row.summary,
        author=row.author,
        made_at=row.made_at,
        changed_at=row.changed_at,
        note=row.note,
    )

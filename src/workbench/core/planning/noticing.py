"""What approvers are told by mail: a plan of messages, one a person, approved and run like any other plan.

A notice holds counts, risks and commands, never a value of a record: mail is read in more places than the workbench.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from workbench.core.planning.drafting import mapping_fingerprint
from workbench.core.safety import addressed, may_approve
from workbench.model.integrations import Integration
from workbench.model.lines import Line
from workbench.model.mappings import Pairing
from workbench.model.people import Person
from workbench.model.plans import Cost, Plan
from workbench.model.ports import Instance
from workbench.model.records import Ref
from workbench.model.values import fingerprint

MESSAGE = "message"
NOTICES = Integration(
    "notices", "What approvers are told by mail", "workbench", "mail", (Pairing(MESSAGE, ()),), shape="importing"
)
"""Messages of the workbench itself. No file configures it: whom it reaches stands in config/approvers.yaml."""


def told(people: Iterable[Person], *, apart: Iterable[str] = ()) -> list[Person]:
    """Who is told: approvers and their deputies who gave an address, but for those who may not approve this."""
    known, without = tuple(people), set(apart)
    return [one for one in known if one.email and one.name not in without and may_approve(one, known)]


def notice(
    subject: str, text: str, about: str, recipients: Sequence[Person], mail: Instance, *, made_at: datetime
) -> Plan:
    """One message for each recipient. `about` is what it tells of: the same is never told twice to the same person."""
    lines = tuple(_line(subject, text, about, person, mail.system) for person in recipients)
    return Plan(
        integration=NOTICES.name,
        purpose="notice",
        lines=lines,
        gates=(addressed(lines, recipients),),
        mapping=mapping_fingerprint(NOTICES),
        instances={mail.system: mail.id},
        cost=Cost(2 * len(lines), len(lines)),
        author="workbench",
        made_at=made_at,
    )


def waiting(plan: Plan, *, hours: int) -> tuple[str, str]:
    """Subject and text of what approvers are told of a plan that waits: summary, cost, risks, expiry, how to look."""
    subject = f"{plan.integration}: plan {plan.id} waits for your approval"
    text = f"""\
{plan.integration}, {plan.purpose}: {plan.summary()}.
Plan {plan.id}, made by {plan.author or "a schedule"}.

It takes {plan.cost}.
{_risks(plan)}
It is replaced as soon as something else is planned. An approval holds for {hours} hours and can be taken back until the
run begins.

To look:           workbench show {plan.id}
What differs:      workbench differences {plan.id}
As a file:         workbench export {plan.id} plan.txt
To approve all:    workbench approve {plan.id} --reason WHY
To approve a part: workbench split {plan.id} LINE ...
To say no:         workbench reject {plan.id} --reason WHY
"""
    return subject, text


def reminding(reminders: Sequence[str]) -> tuple[str, str]:
    """Subject and text of what approvers are told of standing approvals that end or do not hold any more."""
    told = "\n".join(f"- {reminder}" for reminder in reminders)
    text = f"What they cover will wait for a person again.\n\n{told}\n\nTo look: workbench standing list\n"
    return "Standing approvals that need you", text


def _risks(plan: Plan) -> str:
    risks = Counter(risk for line in plan.lines for risk in line.risk)
    twice = ", ".join(f"{count} {risk}" for risk, count in sorted(risks.items()))
    stopping = [f"Stopped by {gate.name}: {gate.message}." for gate in plan.gates if not gate.holds]
    said = f"To be looked at twice: {twice}." if twice else "No line is to be looked at twice."
    return "\n".join([said, *(stopping or ["Every gate holds."])])


def _line(subject: str, text: str, about: str, person: Person, system: str) -> Line:
    # The same for the same content to the same person: what was sent, or may have been, is never sent again.
    mark = fingerprint([NOTICES.name, about, person.email])[:32]
    return Line(
        id=mark,
        action="create",
        target=Ref(system, MESSAGE, ""),
        counterpart=None,
        name=person.name,
        after={"to": person.email, "subject": subject[:200], "text": text},
        reason="an approver is told",
        marker=mark,
    )

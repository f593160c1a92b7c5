"""Take people on who sign, vouch for them, let them go; `config/approvers.yaml` itself is for people to write."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import get_args

from workbench.core import safety
from workbench.errors import Refused, UnknownName, UsageError
from workbench.model.people import Person, Role
from workbench.model.ports import Clock
from workbench.steps import approving
from workbench.steps.keys import KeySigner, forget_key, make_key, no_passphrase, vouch
from workbench.store import Store

LONGEST = 64
ALLOWED = " ._-'@"
"""What a name may hold besides letters and digits: it also names a file."""


def enrol(
    name: str,
    roles: Sequence[str],
    people: Iterable[Person],
    folder: Path,
    *,
    deputy: str = "",
    email: str = "",
    passphrase: Callable[[], str] = no_passphrase,
) -> Person:
    """Make a person's key on this computer; returns the entry for config/approvers.yaml, which nobody signed yet.

    Raises UsageError for a name that cannot be told from others, a role that does not exist, or a person known already.
    """
    check_name(name)
    known: tuple[Role, ...] = get_args(Role)
    taken = [role for role in known if role in roles]
    strange = sorted(set(roles) - set(known))
    if strange or not taken:
        raise UnknownName("role", strange[0] if strange else "", known)
    names = {person.name.casefold(): person.name for person in people}
    if name.casefold() in names:
        raise UsageError(f"{names[name.casefold()]} stands in config/approvers.yaml already; revoke that entry first")
    if deputy:
        check_name(deputy)
    return Person(name, tuple(taken), make_key(name, folder, passphrase).public_key, deputy=deputy, email=email)


def vouch_for(name: str, signer: KeySigner, people: Iterable[Person], *, live: bool) -> Person:
    """The entry of somebody in the file, signed by an approver who counts already; it is for the file again.

    Compare the public key with that person before: the signature says that it is theirs.
    """
    people = tuple(people)
    person = next((known for known in people if known.name == name), None)
    if person is None:
        raise UnknownName("entry of config/approvers.yaml", name, [known.name for known in people])
    check_name(name)
    counting = safety.trusted(people, live=live)
    sponsor = next((known for known in counting if known.name == signer.person), None)
    if sponsor is None or "approver" not in sponsor.roles or sponsor.public_key != signer.public_key:
        raise Refused(f"{signer.person} is no approver whom config/approvers.yaml vouches for; ask one who is")
    if name == signer.person:
        raise Refused(f"{name} cannot vouch for {name}; another approver has to")
    return vouch(person, signer)


def dismiss(name: str, store: Store, clock: Clock, by: str, folder: Path, *, reason: str = "") -> int:
    """Take back every approval that a person gave, standing ones too, and their key from this computer.

    Says how many approvals there were. Plans that only they had approved wait again; a plan that runs goes on.
    The entry in config/approvers.yaml is for people to remove: as long as it stands there, the key still signs.
    """
    with store.writing():
        taken_back = approving.revoke_person(name, store, clock, by, reason)
        for known in store.plans.known(states=("approved",)):
            if not store.approvals.of(store.plans.get(known.id).fingerprint):
                store.plans.move(known.id, "waiting", clock.now(), f"{name} was revoked by {by}", out_of=("approved",))
    forget_key(name, folder)
    return taken_back


def entry(person: Person) -> str:
    """A person as an entry of `people:` in config/approvers.yaml."""
    told = {
        "public_key": person.public_key, "deputy": person.deputy, "email": person.email, "signed_by": person.signed_by,
    }  # fmt: skip
    lines = [f"  - name: {_quoted(person.name)}", f"    roles: [{', '.join(person.roles)}]"]
    lines += [f"    {name}: {_quoted(value)}" for name, value in told.items() if value]
    return "\n".join([*lines, *([f"    signature: {person.signature}"] if person.signature else [])])


def check_name(name: str) -> None:
    """Return when a name can be told from others by eye; else UsageError. Letters of two scripts look alike."""
    strange = sorted({sign for sign in name if not (sign.isalnum() or sign in ALLOWED)})
    scripts = {unicodedata.name(sign).split()[0] for sign in name if sign.isalpha()}
    if not name or strange or not name[0].isalnum() or len(name) > LONGEST or name != name.strip():
        raise UsageError(f"{name!r} is no name: letters, digits and {ALLOWED.strip()} up to {LONGEST}, a letter first")
    if len(scripts) > 1 or unicodedata.normalize("NFKC", name) != name:
        raise UsageError(f"{name!r} mixes {' and '.join(sorted(scripts))} letters, which look alike; write it in one")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

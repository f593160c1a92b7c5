"""How one kind takes part in an integration: fields, filters, stamps and the records that it needs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.model.records import Where
from workbench.model.values import Value

Side = Literal["left", "right"]
Direction = Literal["both", "to right", "to left", "none"]
Master = Literal["left", "right", "person"]
Canonicaliser = Literal[
    "by type", "text", "exact", "phone", "url", "email", "picklist", "flag", "decimal", "date", "datetime", "country"
]
"""How two ways of writing a value are compared; `by type`: as the systems describe the field (core.planning)."""

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
"""A field's name in braces, as templates of `Pairing.deleted` write it."""


def other(side: Side) -> Side:
    """The opposite side of a pair."""
    return "right" if side == "left" else "left"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A field on the left, a field on the right, and what may travel between them.

    `on_create` and `on_update` are directions; `master` decides when both sides are filled or both changed (`person`:
    the integration's master for the first merge, the conflict queue afterwards, R-SYNC-5); `values` maps a left value
    to a right value, one to one; `blanking` allows an emptied field to travel.
    """

    left: str
    right: str
    on_create: Direction = "both"
    on_update: Direction = "both"
    master: Master = "person"
    canonicaliser: Canonicaliser = "text"
    values: Mapping[str, str] = field(default_factory=dict)
    blanking: bool = False

    @property
    def key(self) -> str:
        """What a base calls this pair of fields."""
        return f"{self.left}={self.right}"


@dataclass(frozen=True, slots=True)
class Through:
    """Records of a kind between two others: contact roles, which name an opportunity and a contact.

    `left` is the field that names the record we start from, `right` the one that names the record we look for; only
    records for which `where` holds count.
    """

    kind: str
    left: str
    right: str
    where: Where = Where()


@dataclass(frozen=True, slots=True)
class Relation:
    """A record that an imported record needs: its account, its primary contact, the owner with that e-mail address.

    It is looked for in `kind` on `side`: the one whose `field` (`id`, or an e-mail field) equals the field `by` of the
    imported record, or that `through` leads to. It must hold `where`, and one of the records that its field `group`
    names must hold `group_where`. `when` says for which imported records this relation is meant; `optional` ones may be
    blank. Its fields are mapped as `name.Field`, its id as `name.id`. Exactly one must be found.

    With `match` it is looked for by several fields at once, each with what it must equal of relations before it
    (`{ownerId: owner.id}`); with `make` it is created where none is found, with these fields and those of `match`.
    """

    name: str
    side: Side
    kind: str
    by: str = ""
    field: str = "id"
    through: Through | None = None
    where: Where = Where()
    group: str = ""
    group_kind: str = ""
    group_where: Where = Where()
    when: Where = Where()
    optional: bool = False
    match: Mapping[str, str] = dataclasses.field(default_factory=dict)
    make: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """What it takes of relations before it, as `name.Field`."""
        return tuple(dict.fromkeys((*self.match.values(), *self.make.values())))


@dataclass(frozen=True, slots=True)
class Pairing:
    """How one kind takes part in an integration.

    `suggest` says which records are offered as suggestions, `admit` which ones sync (judged in core, per side);
    `stamp` are fields set on a side when the sync creates or links a record there; `reference` is the native field,
    per side, that takes the other side's id when a link is made; `create` says on which sides missing records are
    created; `deleted` are fields set on a side when its counterpart was deleted, where `{Field}` stands for what that
    field holds now: `{Channeltivity_Partner_Status__c} (Deleted)` (R-PSYNC-5); `relations` are the records that an
    imported record needs (shape `importing`: the left side is imported into the right one).
    """

    kind: str
    mapping: tuple[FieldMapping, ...]
    suggest: Mapping[Side, Where] = field(default_factory=dict)
    admit: Mapping[Side, Where] = field(default_factory=dict)
    stamp: Mapping[Side, Mapping[str, Value]] = field(default_factory=dict)
    reference: Mapping[Side, str] = field(default_factory=dict)
    create: tuple[Side, ...] = ("left", "right")
    deleted: Mapping[Side, Mapping[str, str]] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()

    def fields(self, side: Side) -> tuple[str, ...]:
        """The native fields of a side that planning looks at: mapped, filtered on, stamped, referring; sorted."""
        where = (self.suggest.get(side, Where()), self.admit.get(side, Where()))
        found = {getattr(mapping, side) for mapping in self.mapping} | set(self.stamp.get(side, {}))
        found |= {name for condition in where for name in condition.fields} | {self.reference.get(side, "")}
        for name, template in self.deleted.get(side, {}).items():
            found |= {name, *PLACEHOLDER.findall(template)}
        if side == "left":
            prefixes = tuple(f"{relation.name}." for relation in self.relations)
            found = {name for name in found if not name.startswith(prefixes)} if prefixes else found
            found |= {name for relation in self.relations for name in (relation.by, *relation.when.fields)}
        return tuple(sorted(found - {""}))

    def deletion_mark(self, side: Side, held: Callable[[str], Value]) -> dict[str, Value]:
        """The fields that say on a side that a record counts as deleted; `held` says what a field holds now."""
        return {
            name: PLACEHOLDER.sub(lambda found: str(held(found[1]) or ""), template).strip()
            for name, template in self.deleted.get(side, {}).items()
        }

"""Kinds of records and where they live, as `config/kinds.yaml` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.model.records import Where
from workbench.model.rows import Address
from workbench.model.values import Value

EVIDENCE = ("name", "street", "city", "state", "postcode", "country", "phone", "website", "email")
"""The words for matching and display; kinds.yaml says which native field holds each in a system."""


@dataclass(frozen=True, slots=True)
class KindInSystem:
    """Where a kind lives in a system: object, change stamp, deleted marker, evidence, parent, creation marker.

    `modified` and `deleted` are native fields; `evidence` maps the common words (name … email) to native fields;
    `parent` is the native field that holds the id of the parent record (a contact's account); `marker` takes the
    creation marker; `defaults` are fields set on every record created here; `page` is the address of a record for
    people, with `{id}`; `only` says which records of the object are of this kind, where others stand beside them.
    """

    object: str
    modified: str
    deleted: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    marker: str = ""
    page: str = ""
    defaults: Mapping[str, Value] = field(default_factory=dict)
    only: Where = Where()

    def address(self, record_id: str, url: str) -> Address:
        """A record's address for people, at the host that answered; blank where the system has no such page.

        The sandbox, which answers on this computer alone, has none.
        """
        host = "/".join(url.split("/", 3)[:3])  # scheme and host, without the path of the API
        shown = self.page and "://" in host and "://127.0.0.1" not in host
        return Address(host + self.page.replace("{id}", record_id) if shown else "")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record and where it lives. `parent` is the kind above it (partner, for a contact)."""

    name: str
    label: str
    systems: Mapping[str, KindInSystem]
    parent: str = ""
    match_by: Literal["evidence", "email"] = "evidence"

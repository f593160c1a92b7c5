"""The lists of a tenant (statuses, types, countries …): names become ids, both ways, fetched and never assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.errors import UnknownName
from workbench.model.values import Value
from workbench.systems.connectwise.access import Access
from workbench.systems.connectwise.objects import LISTS, Reference


class Lists:
    """The lists of one tenant, each fetched once for as long as this connection lives."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._known: dict[str, Mapping[str, int]] = {}

    def reference(self, collection: str, name: str) -> Reference:
        """How the field `status/name` of a collection is looked up."""
        return LISTS.get(collection, {}).get(name.partition("/")[0], Reference())

    def names(self, reference: Reference) -> tuple[str, ...]:
        """The names on a list, as this tenant has them."""
        return tuple(sorted(self._ids(reference)))

    def id_of(self, reference: Reference, name: Value) -> int:
        """The id of a name on a list; raises UnknownName with the nearest one that is there."""
        ids = self._ids(reference)
        if str(name) not in ids:
            raise UnknownName(f"entry of ConnectWise's {reference.list}", str(name), ids)
        return ids[str(name)]

    def ids_of(self, reference: Reference, names: Sequence[Value]) -> list[Value]:
        """The ids of several names; an empty field stays empty."""
        return [None if name is None else self.id_of(reference, name) for name in names]

    def forget(self) -> None:
        """Fetch every list anew when it is next needed."""
        self._known.clear()

    def _ids(self, reference: Reference) -> Mapping[str, int]:
        if reference.list not in self._known:
            fields = f"id,{reference.by}"
            pages = self._access.pages(reference.list, fields=fields)
            rows: list[dict[str, Any]] = [row for page in pages for row in page]
            self._known[reference.list] = {
                str(row[reference.by]): int(row["id"]) for row in rows if reference.by in row
            }
        return self._known[reference.list]

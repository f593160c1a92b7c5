"""Every collection of the sandbox's tenant: names, kinds and lengths as in the vendor's description 2025.8."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.sandbox.connectwise import companies, dealings, finance, system
from workbench.sandbox.connectwise.fields import Collection

COLLECTIONS = (*companies.COLLECTIONS, *dealings.COLLECTIONS, *finance.COLLECTIONS, *system.COLLECTIONS)
BY_STORE: Mapping[str, Collection] = {collection.object: collection for collection in COLLECTIONS}
"""The collections by the name under which the state keeps their records."""

"""How much data, from which seed, and how a large amount is shared out."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

SMALL = 5000
"""Up to so many companies one process records them all, and a copy is kept, so that going back to it takes no time."""
MOST_RECORDS = 25
"""No company leaves more records than this, all systems together."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much data, from which seed; `companies` counts those of ConnectWise that are no partners."""

    seed: int = 1
    partners: int = 300
    companies: int = 400

    @property
    def small(self) -> bool:
        """Whether one process records it all."""
        return self.partners + self.companies <= SMALL

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each process records: two processes when there is much, whatever the machine, for the same data."""
        if self.small:
            return (Share(self.seed, range(1, self.partners + 1), range(1, self.companies + 1)),)
        partners, companies = self.partners // 2, self.companies // 2
        first = Share(self.seed, range(1, partners + 1), range(1, companies + 1), 0, 2)
        rest = range(partners + 1, self.partners + 1), range(companies + 1, self.companies + 1)
        return first, Share(self.seed, *rest, 1, 2, skipped=MOST_RECORDS * (partners + companies) + 10_000)


@dataclass(frozen=True, slots=True)
class Share:
    """The companies that one process makes up and lets every system record.

    `partners` and `companies` are the numbers of its companies, `position` its place among so many (`of`) shares;
    `skipped` record numbers belong to the shares before it.
    """

    seed: int
    partners: range
    companies: range
    position: int = 0
    of: int = 1
    skipped: int = 0

    @property
    def lots(self) -> int:
        """The seed of its lots."""
        return self.seed + 1_000_003 * self.position

    def owns(self, name: str) -> bool:
        """Whether a company's name is for this share to give: so no two shares give the same one."""
        return self.of == 1 or zlib.crc32(name.encode()) % self.of == self.position

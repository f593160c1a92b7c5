"""Partner accounts before the first sync, one by one: flag, status, and which look like the same company."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from workbench.core.admitting import admitted
from workbench.core.columns import by_id
from workbench.core.readiness.asking import flags, status_row, statuses
from workbench.core.readiness.finding import Finding
from workbench.model.kinds import KindInSystem
from workbench.model.mappings import Pairing, Side
from workbench.model.records import Ref, Snapshot
from workbench.model.values import Value


class Accounts:
    """The partner accounts of one side: those that the suggestion filter names and nobody excluded."""

    def __init__(
        self,
        pairing: Pairing,
        side: Side,
        snapshot: Snapshot,
        place: KindInSystem,
        *,
        url: str,
        excluded: frozenset[str],
    ) -> None:
        self._pairing, self._side, self._snapshot, self._place, self._url = pairing, side, snapshot, place, url
        ids = admitted(snapshot, pairing.suggest[side])
        self.ids = sorted(key for key in ids if str(self._ref(key)) not in excluded)
        self._names = by_id(snapshot.frame, place.evidence.get("name", ""))

    def unprepared(self) -> Iterator[Finding]:
        """Accounts whose flag is not set or whose status is none of the status set."""
        row = status_row(self._pairing)
        status = getattr(row, self._side) if row else ""
        wanted = statuses(row, self._side) if row else ()
        for key in self.ids:
            record = self._snapshot.record(key)
            for flag in flags(self._pairing, self._side):
                if record.get(flag) is not True:
                    words = f"{flag} is not set: the sync would not see it, and would create the partner a second time"
                    yield self._finding("not flagged", words, key, f"set {flag}, or rule that it does not sync")
            value = record.get(status) if status else ""
            if status and not value:
                words = f"{status} is blank"
                yield self._finding("no status", words, key, f"set {status} to {' or '.join(wanted)}")
            elif status and value not in wanted:
                words = f"{status} is {value!r}, which is none of the status set"
                yield self._finding("unknown status", words, key, f"set {status} to {' or '.join(wanted)}")

    def doubles(self) -> Iterator[Finding]:
        """Pairs that share two of name, web domain, phone and postcode; never merged here."""
        from workbench.core.readiness.doubles import alike  # polars takes a while to import

        ready = (
            admitted(self._snapshot, self._pairing.admit[self._side]) if self._side in self._pairing.admit else set()
        )
        for (one, two), shared in sorted(alike(self._evidence()).items()):
            both = one in ready and two in ready
            words = f"looks like {self._name(two)} ({two}): the same {' and '.join(shared)}"
            remedy = "keep one and link it; take the flag from the other: nothing is merged here"
            yield self._finding("possible duplicate", words, one, remedy, critical=both, beside=two)

    def _finding(
        self, check: str, what: str, key: str, remedy: str, *, critical: bool = True, beside: str = ""
    ) -> Finding:
        ref = str(self._ref(key))
        return Finding(
            "critical" if critical else "warning", check, what, self._name(key), remedy,
            f"{ref} and {beside}" if beside else ref, self._place.address(key, self._url),
        )  # fmt: skip

    def _ref(self, key: str) -> Ref:
        return Ref(self._snapshot.system, self._snapshot.kind, key)

    def _name(self, key: str) -> str:
        return str(self._names.get(key) or key)

    def _evidence(self) -> pd.DataFrame:
        frame, words = self._snapshot.frame.loc[self.ids], ("name", "website", "phone", "postcode")
        columns = {word: by_id(frame, self._place.evidence.get(word, "")) for word in words}
        return pd.DataFrame({word: [_text(column[key]) for key in self.ids] for word, column in columns.items()},
                            index=pd.Index(self.ids, dtype="object"))  # fmt: skip


def _text(value: Value) -> str:
    return "" if value is None else str(value)

"""Channeltivity, the partner portal, by our own contract (docs/systems/channeltivity.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from workbench.systems.contract import ContractSystem
from workbench.systems.discovery import Found, Probe, host_of, insecure, together


class ChanneltivitySystem(ContractSystem):
    """A portal whose own Salesforce synchronisation tells about itself in its settings and its log."""

    def probes(self) -> list[Probe]:
        """The listed integrations, the synchronisation's settings and what its log holds."""
        return [
            *super().probes(),
            Probe("synchronisation settings", partial(_settings, self), "synchronisation setting"),
            Probe("integration log", partial(_log, self), "integration log"),
        ]


def _settings(system: ChanneltivitySystem) -> Iterator[Found]:
    for name, value in system.get("settings").items():
        url = value if isinstance(value, str) and value.startswith("http") else ""
        host, shown = (host_of(url), "") if url else ("", _shown(value))
        yield Found(str(name), "synchronisation setting", host, detail=together(shown, insecure(url)))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _log(system: ChanneltivitySystem) -> Iterator[Found]:
    seen: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], str] = {}
    for row in system.rows("log"):
        key = (str(row["task"]), str(row["level"]))
        seen[key] += 1
        last[key] = max(last.get(key, ""), str(row["createdAt"]))
    for (task, level), count in seen.items():
        used = last[task, level]
        yield Found(task, "integration log", last_used=used, detail=f"{count} entries of level {level}")

"""What running a plan takes, estimated before anybody approves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil

from workbench.model.lines import Line
from workbench.model.plans import Cost
from workbench.model.ports import Description

READ_PAGE = 200
"""Records that one call reads again before a chunk is written, and once more after it."""
CALL_MILLISECONDS = 250
"""A cautious guess at one round trip; the Integration Log shows what it really took."""

Descriptions = Mapping[tuple[str, str], Description]
"""What systems say about kinds, by system and kind."""


def cost(lines: Iterable[Line], descriptions: Descriptions) -> Cost:
    """Calls, seconds, quota: each chunk is read, written and read back; single-record systems write side by side.

    The quota's share is that of the system that gives most of its day's calls; 0 where none says how many it allows.
    """
    counts = Counter((line.target.system, line.target.kind) for line in lines if line.after)
    calls, milliseconds = Counter[str](), 0
    allowed = {system: described.calls_a_day for (system, _), described in descriptions.items()}
    for place, count in sorted(counts.items()):
        described = descriptions.get(place)
        chunk, concurrency = (described.chunk_size, described.concurrency) if described else (1, 1)
        reads, writes = 2 * ceil(count / READ_PAGE), ceil(count / max(chunk, 1))
        calls[place[0]] += reads + writes
        milliseconds += CALL_MILLISECONDS * (reads + ceil(writes / max(concurrency, 1)))
    shares = (ceil(count * 100 / allowed[system]) for system, count in calls.items() if allowed.get(system))
    return Cost(calls.total(), ceil(milliseconds / 1000), max(shares, default=0))

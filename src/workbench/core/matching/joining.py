"""Pairwise results joined: which record a partner is in each of several systems, and do the pairs agree (R-FLOW-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from workbench.model.links import Candidates

Node = tuple[str, str]
"""System and record id."""


def join(found: Sequence[Candidates]) -> pd.DataFrame:
    """One row a partner from the links between several systems, contradictions first.

    A column a system holds the record ids (several, with `; ` between, where they contradict), `state` is
    `contradicted` (two records of one system hang together), `incomplete` (a pair of systems that was matched did not
    link what the others link) or `agreed`, and `why` says through which records.
    """
    links: dict[Node, set[Node]] = defaultdict(set)
    for candidates in found:
        frame = candidates.frame[candidates.frame["verdict"] == "link"]
        for left_id, right_id in zip(frame["left_id"], frame["right_id"], strict=True):
            left, right = (candidates.left, str(left_id)), (candidates.right, str(right_id))
            links[left].add(right)
            links[right].add(left)
    systems = list(dict.fromkeys(name for candidates in found for name in (candidates.left, candidates.right)))
    matched = [{candidates.left, candidates.right} for candidates in found]
    rows = [_row(group, links, systems, matched) for group in _groups(links)]
    table = pd.DataFrame(rows, columns=[*systems, "state", "why"])
    rank = table["state"].map({"contradicted": 0, "incomplete": 1, "agreed": 2})
    return table.assign(rank=rank).sort_values(["rank", *systems], ignore_index=True).drop(columns="rank")


def _groups(links: dict[Node, set[Node]]) -> Iterable[list[Node]]:
    seen: set[Node] = set()
    for start in sorted(links):
        group, waiting = [], [start]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                group.append(node)
                waiting.extend(links[node])
        if group:
            yield sorted(group)


def _row(
    group: list[Node], links: dict[Node, set[Node]], systems: list[str], matched: list[set[str]]
) -> dict[str, str]:
    held = {system: [record for name, record in group if name == system] for system in systems}
    row = {system: "; ".join(records) for system, records in held.items()}
    twice = [system for system, records in held.items() if len(records) > 1]
    if twice:
        through = [
            f"{system}:{record} by {', '.join(f'{name}:{other}' for name, other in sorted(links[system, record]))}"
            for system in twice
            for record in held[system]
        ]
        return row | {"state": "contradicted", "why": "; ".join(through)}
    present = dict(group)
    missing = [" and ".join(sorted(pair)) for pair in matched if _unlinked(sorted(pair), present, links)]
    if missing:
        return row | {"state": "incomplete", "why": f"no link between {', '.join(missing)}"}
    return row | {"state": "agreed", "why": ""}


def _unlinked(pair: list[str], present: dict[str, str], links: dict[Node, set[Node]]) -> bool:
    """Whether both systems of a pair are in the group, and their own matching did not link them."""
    if not set(pair) <= set(present):
        return False
    first, second = ((name, present[name]) for name in pair)
    return second not in links[first]

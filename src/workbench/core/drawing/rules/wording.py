"""Rules of wording and size: what a reader can take in (DFD-09, 10, 16 to 19, 21, 22, 38)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workbench.core.drawing.rules.book import Breach
from workbench.core.drawing.rules.structure import Drawing
from workbench.model.landscape import Process

_VAGUE = "data details file files info information input message output payload record records stuff"
VAGUE = frozenset(_VAGUE.split())
_VERBS = (
    "add calculate check compute copy create delete export fetch get import insert load merge move notify "
    "pull push read receive replicate retrieve save send store submit sync synchronise synchronize "
    "transfer update upload validate verify"
)
VERBS = frozenset(_VERBS.split())
_WEAK = "administer control deal do handle manage perform process support work"
WEAK = frozenset(_WEAK.split())
NOUN_ENDINGS = ("tion", "sion", "ment", "ness", "ing", "ance", "ence", "ity", "ship")
MOST_FLOWS, MOST_PROCESSES = 9, 9
LONGEST_NAME, LONGEST_DATA, LONGEST_SYSTEM = 48, 48, 60


def wording(drawing: Drawing) -> Iterator[Breach]:
    """Every breach of the rules of wording and size."""
    yield from _flow_names(drawing)
    for process in drawing.part.processes:
        yield from _process_name(process)
        yield from _process_flows(process, drawing)
    top = [process for process in drawing.part.processes if not process.parent]
    if len(top) > MOST_PROCESSES:
        yield Breach("DFD-21", "level 1", f"level 1 shows {len(top)} processes")
    yield from _lengths(drawing)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.casefold())


def _flow_names(drawing: Drawing) -> Iterator[Breach]:
    used = Counter(move.data.casefold().strip() for move in drawing.part.moves if not move.parent)
    for move in drawing.part.moves:
        words = _words(move.data)
        if words and all(word in VAGUE for word in words):
            yield Breach("DFD-09", move.id, f"flow {move.id} is named {move.data!r}, which could be anything")
        if len(words) > 1 and words[0] in VERBS and words[1] not in VERBS:
            yield Breach("DFD-10", move.id, f"flow {move.id} is named {move.data!r}: that is an action, not data")
        if words and not move.parent and used[move.data.casefold().strip()] > 1:
            yield Breach("DFD-22", move.id, f"flow {move.id} shares its name {move.data!r} with another flow")


def _process_name(process: Process) -> Iterator[Breach]:
    words = _words(process.name)
    named = f"process {process.id} is named {process.name!r}"
    if len(words) < 2 or words[0].endswith(NOUN_ENDINGS):
        yield Breach("DFD-16", process.id, f"{named}: no verb and object")
    if words and words[0] in WEAK:
        yield Breach("DFD-17", process.id, f"{named}: {words[0]!r} says nothing about the data")


def _process_flows(process: Process, drawing: Drawing) -> Iterator[Breach]:
    taken, given = drawing.incoming(process.id), drawing.outgoing(process.id)
    divided = any(other.parent == process.id for other in drawing.part.processes)
    if len(taken) + len(given) > MOST_FLOWS and not divided:
        yield Breach("DFD-18", process.id, f"process {drawing.named(process.id)} has {len(taken) + len(given)} flows")
    incoming = {move.data.casefold().strip() for move in taken if move.source != process.id}
    same = incoming & {move.data.casefold().strip() for move in given} - {""}
    for data in sorted(same):
        yield Breach("DFD-19", process.id, f"process {drawing.named(process.id)} gives {data!r} out as it took it in")


def _lengths(drawing: Drawing) -> Iterator[Breach]:
    part = drawing.part
    shapes = [(name, words, LONGEST_NAME) for name, words in drawing.names.items()]
    lanes = [(item.id, item.name, LONGEST_SYSTEM) for item in part.systems]
    for name, words, most in [*shapes, *lanes, *((move.id, move.data, LONGEST_DATA) for move in part.moves)]:
        if len(words) > most:
            yield Breach("DFD-38", name, f"the name of {name} has {len(words)} characters; {most} can be read")

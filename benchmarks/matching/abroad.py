"""The countries of `abroad.yaml`: how people there write names, addresses and phones."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from ruamel.yaml import YAML

Spelled = tuple[str, str]
"""A text in native and in Latin spelling."""


@dataclass(frozen=True)
class Land:
    """How a country writes; cities are native name, Latin name, state, postcode pattern and area code."""

    code: str
    half: str
    dial: str
    local: int
    largest: int
    name: tuple[str, ...]
    cities: tuple[tuple[str, ...], ...]
    streets: tuple[Spelled, ...]
    surnames: tuple[Spelled, ...]
    given: tuple[Spelled, ...]
    trades: tuple[Spelled, ...]
    forms: tuple[Spelled, ...]
    address: tuple[str, ...]
    unit: tuple[str, ...]
    written: tuple[str, ...]
    ending: tuple[str, ...]


SPELLED = ("streets", "surnames", "given", "trades", "forms")


def spelled(text: str) -> Spelled:
    """Native and Latin spelling; one stands for both where there is no other."""
    native, _, latin = text.partition("|")
    return native.strip(), (latin or native).strip()


def land(code: str, held: dict[str, object]) -> Land:
    """A country out of the file."""
    read = {name: tuple(map(spelled, held[name])) for name in SPELLED} | {"cities": tuple(map(tuple, held["cities"]))}
    plain = {field.name: held[field.name] for field in fields(Land) if field.name not in {*read, "code"}}
    return Land(code, **plain | read)


_FILE = YAML(typ="safe").load((Path(__file__).parent / "abroad.yaml").read_text(encoding="utf-8"))
LANDS = {code: land(code, held) for code, held in _FILE["lands"].items()}
HALVES = sorted({land.half for land in LANDS.values()})
"""`development` is what the engine was written with in sight, `held-out` is for judging it."""
COINED, ENDINGS, PLACEHOLDERS = _FILE["coined"], _FILE["endings"], _FILE["placeholders"]
"""Parts of coined names, and what people type where a form insists."""

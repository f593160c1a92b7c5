"""The rules by their stable ids, with severity and remedy, and what a violation is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info", "ignore"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: how grave a violation is, what the rule demands and what to do about a violation."""

    severity: Severity
    demand: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Violation:
    """One element that breaks a rule in one state; `excused` is the reason why that is accepted, or empty."""

    rule: str
    severity: Severity
    state: str
    element: str
    message: str
    remedy: str
    excused: str = ""


class Breach(NamedTuple):
    """A rule broken by an element, before severity, state and excuses are known."""

    rule: str
    element: str
    message: str


RULES: dict[str, Rule] = {
    "DFD-01": Rule("error", "every id is used once", "give one of them a new id"),
    "DFD-02": Rule("error", "a name is used once per kind of element", "rename one of them, or merge them"),
    "DFD-03": Rule("error", "a flow begins and ends at an element", "correct the end, or declare the element"),
    "DFD-04": Rule("error", "no flow returns to where it began", "split the process, or remove the flow"),
    "DFD-05": Rule("error", "no flow runs from store to store", "name the process that moves the data"),
    "DFD-06": Rule("error", "no flow runs from outsider to outsider", "leave it out, or name our process in between"),
    "DFD-07": Rule("error", "no outsider reaches a store directly", "name the process in between"),
    "DFD-08": Rule("error", "a flow is named after its data", "write what data moves"),
    "DFD-09": Rule("warning", "a flow's name says which data", "name the record, such as 'signed order'"),
    "DFD-10": Rule("warning", "a flow's name is a noun", "name the data, and let the process say what is done"),
    "DFD-11": Rule("error", "every element takes part in a flow", "draw its flows, or remove it"),
    "DFD-12": Rule("error", "a process gives something out", "draw what comes out of it"),
    "DFD-13": Rule("error", "a process takes something in", "draw what it works from"),
    "DFD-14": Rule("warning", "a store that is read is written", "draw who writes it, or make it an outsider"),
    "DFD-15": Rule("warning", "a store that is written is read", "draw who reads it, or ask whether it is needed"),
    "DFD-16": Rule("warning", "a process is named verb and object", "name it like 'Import customers'"),
    "DFD-17": Rule("warning", "a process has a strong verb", "say what is done to the data"),
    "DFD-18": Rule("warning", "an undivided process has at most nine flows", "divide it, or give it a level 2"),
    "DFD-19": Rule("warning", "a process changes its data", "name what comes out, or remove the process"),
    "DFD-20": Rule("error", "a flow is drawn once", "remove one of the two"),
    "DFD-21": Rule("info", "a level shows at most nine processes", "show one system at a time, or group processes"),
    "DFD-22": Rule("info", "a flow's name is used once", "name each flow for its own data"),
    "DFD-23": Rule("error", "a level 2 has the flows of its process, all and no more", "name each child flow's parent"),
    "DFD-24": Rule("error", "a child flow runs the same way as its parent", "turn it round, or name another parent"),
    "DFD-25": Rule("warning", "a child flow is named like its parent", "use one name on both levels"),
    "DFD-26": Rule("error", "a child process carries its parent's number", "number it like 15.1"),
    "DFD-27": Rule("error", "a flow's inventory row exists", "correct the id, or add the row to the inventory"),
    "DFD-28": Rule("error", "a flow's inventory row exists in the same state", "correct the states of flow or row"),
    "DFD-29": Rule("warning", "a flow between systems has an inventory row", "add the integration to the inventory"),
    "DFD-30": Rule("warning", "an inventory row is drawn", "draw its flows, or say why it has none"),
    "DFD-31": Rule("warning", "what comes out can be made from what goes in", "add the missing input or 'computed:'"),
    "DFD-32": Rule("error", "the context shows every flow of an outsider", "give the flow a parent on level 1"),
    "DFD-33": Rule("error", "no store loses its last writer", "draw who writes it in TO-BE, or retire the store"),
    "DFD-34": Rule("warning", "personal data does not travel by hand", "automate the flow, or leave the data out"),
    "DFD-35": Rule("error", "what replaces a row exists in TO-BE", "add the row, or correct `replaced_by`"),
    "DFD-36": Rule("error", "a flow runs one way", "draw two flows, each with its own data"),
    "DFD-37": Rule("error", "nothing that is gone is still referred to", "end the flow with the element, or keep both"),
    "DFD-38": Rule("info", "names are short enough to read on the sheet", "shorten the name"),
}

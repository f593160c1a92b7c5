"""From the nodes of a YAML document to plain values, each with its line."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workbench.errors import Problem
from workbench.yaml_lines.document import Path

MOST_VALUES = 200_000
"""What a configuration file may hold at most: aliases of aliases grow without end."""


class Reader:
    """Turns YAML nodes into plain values and remembers where each one stood."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._open: list[Node] = []

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node; mistakes go to `problems`."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(self.lines) > MOST_VALUES:
            self.problems = [Problem(self.file, 0, f"more than {MOST_VALUES} values", "write out fewer aliases")]
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if any(node is above for above in self._open):
            return self._wrong(node, "this alias contains itself", "write the value out")
        self._open.append(node)
        data: Any = None
        if isinstance(node, MappingNode):
            data = self._mapping(node, path)
        elif isinstance(node, SequenceNode):
            data = self._sequence(node, path)
        self._open.pop()
        return data

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, "a key must be a plain word", "put quotes round it")
                continue
            key = str(key_node.value)
            if key in data:
                first = self.lines[(*path, key)]
                self._wrong(key_node, f"{key!r} stands here twice (first in line {first})", "keep one of them")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            data[key] = self.value(value_node, (*path, key))
        return data

    def _sequence(self, node: SequenceNode, path: Path) -> list[Any]:
        return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode) -> Any:
        # ruamel.yaml marks the folds of a folded text with BEL, to write it back as it stood; nobody reads that.
        tag, text = str(node.tag).rpartition(":")[2], str(node.value).replace("\a", "")
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag == "int":
            return int(text.replace("_", ""), 0 if text[:2].lower() in ("0x", "0o") else 10)
        if tag == "float":
            return self._number(node, text)
        if tag not in ("str", "timestamp"):
            return self._wrong(node, f"the tag {node.tag} is not allowed here", "write plain text or a number")
        return text

    def _number(self, node: ScalarNode, text: str) -> float | None:
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            number = float("nan")
        if number - number == 0:
            return number
        self._wrong(node, f"{text} is not a number that can be used", "write a finite number")
        return None

    def _wrong(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message, remedy))

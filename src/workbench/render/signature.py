"""What a picture shows, apart from where its lines run: equal for every Graphviz, so that tests can hold it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

Signature = tuple[tuple[str, str, str, str, str], ...]
"""Sorted: class, id, title, words and link of every lane, shape and flow."""

_SVG = "{http://www.w3.org/2000/svg}"


def signature(svg: str) -> Signature:
    """The signature of a picture, from its SVG (written by us: no foreign markup is parsed here)."""
    return tuple(sorted(_elements(ElementTree.fromstring(svg))))


def _elements(root: ElementTree.Element) -> Iterator[tuple[str, str, str, str, str]]:
    for group in root.iter(f"{_SVG}g"):
        name = group.get("id")
        if name:
            title = next((item.text or "" for item in group.iter(f"{_SVG}title")), "")
            words = " ".join(item.text or "" for item in group.iter(f"{_SVG}text"))
            link = next((item.get("href", "") for item in group.iter(f"{_SVG}a")), "")
            yield group.get("class", ""), name, title, words, link

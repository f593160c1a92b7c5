"""What the cells of a column look like: a column that is taken for another one is named, not matched."""

from __future__ import annotations

import pandas as pd

SHAPES = {
    "e-mail addresses": r"^\S+@\S+\.[a-zA-Z]{2,}$",
    "web addresses": r"^(?:https?://\S+|[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?:/\S*)?)$",
    "phone numbers": r"^\+?(?:[\s()./-]*\d){7,15}$",
    "postcodes": r"^\d{4,6}(?:-\d{3,4})?$",
}
"""How a cell of each sort is written."""
FITTING = {
    "email": {"e-mail addresses"},
    "website": {"web addresses", "e-mail addresses"},  # a mailbox has a domain too
    "phone": {"phone numbers", "postcodes"},  # a short local number
    "postcode": {"postcodes", "phone numbers"},  # seven or eight digits in some countries
}
"""Which sorts a column may hold; an id may hold any, other columns none."""
FEWEST, LEAST, LOOKED_AT = 5, 0.1, 2000
"""A column with fewer filled cells, or a smaller share of them, says nothing: a few slips in an empty column are no
swapped column. The first rows show what it holds."""


def misplaced(table: pd.DataFrame) -> dict[str, str]:
    """Columns of which most cells are of a sort that does not belong there, by word: what they hold."""
    found = {}
    for word in table.columns:
        cells = table[word].head(LOOKED_AT).astype("object").str.strip()
        filled = cells[cells != ""]
        if word == "id" or len(filled) < max(FEWEST, LEAST * len(cells)):
            continue
        for sort, written in SHAPES.items():
            if sort not in FITTING.get(word, set()) and 2 * filled.str.fullmatch(written).sum() > len(filled):
                found[word] = sort
                break
    return found

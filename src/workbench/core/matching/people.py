"""Contacts and users: matched by e-mail address alone, and never by being first (R-MATCH-3)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd
import polars as pl

from workbench.core import normalizing
from workbench.core.matching.preparing import text_column
from workbench.model.links import CANDIDATE_COLUMNS

Pair = Mapping[Hashable, object]
COLUMNS = (*CANDIDATE_COLUMNS, "level_email")


def by_email(left: pd.DataFrame, right: pd.DataFrame, parents: Mapping[str, str]) -> pd.DataFrame:
    """Candidates with CANDIDATE_COLUMNS and `level_email` (1 the same address, -1 none to compare).

    The same address once on each side is a link; twice on a side, or under an organisation that is linked elsewhere,
    it is held for a person. A record without an address is listed alone, as one that is not matched.
    """
    lefts, rights = _addressed(left), _addressed(right)
    pairs = lefts.merge(rights, on="email", suffixes=("_left", "_right"))
    taken = frozenset(parents.values())
    rows = [_judged(pair, parents, taken) for pair in pairs.to_dict("records")]
    rows += [_alone("left", record) for record in _without_address(left)]
    rows += [_alone("right", record) for record in _without_address(right)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["right_id", "left_id"], kind="stable", na_position="last", ignore_index=True)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    texts = pl.DataFrame({name: text_column(frame, name) for name in ("id", "name", "email", "parent")})
    plain = texts.with_columns(normalizing.email(normalizing.fold(pl.col("email")))).rename({"name": "shown"})
    return pd.DataFrame(plain.to_dict(as_series=False), dtype="object")


def _addressed(frame: pd.DataFrame) -> pd.DataFrame:
    plain = _plain(frame)
    held = plain[plain["email"] != ""]
    return held.assign(times=held.groupby("email")["id"].transform("size"))


def _without_address(frame: pd.DataFrame) -> list[dict[str, str]]:
    plain = _plain(frame)
    return [
        {"id": str(row["id"]), "shown": str(row["shown"])} for row in plain[plain["email"] == ""].to_dict("records")
    ]


def _judged(pair: Pair, parents: Mapping[str, str], taken: frozenset[str]) -> dict[str, object]:
    held = _why_held(pair, parents, taken)
    return {
        "left_id": pair["id_left"],
        "right_id": pair["id_right"],
        "probability": 0.5 if held else 1.0,
        "verdict": "review" if held else "link",
        "reason": f"same e-mail; {held}" if held else "same e-mail",
        "left_name": pair["shown_left"],
        "right_name": pair["shown_right"],
        "level_email": 1,
    }


def _why_held(pair: Pair, parents: Mapping[str, str], taken: frozenset[str]) -> str:
    for side, times in (("left", pair["times_left"]), ("right", pair["times_right"])):
        if times != 1:
            return f"{times} records on the {side} have it"
    owner, holder = str(pair["parent_left"]), str(pair["parent_right"])
    if owner in parents and parents[owner] != holder:
        return "under another organisation than the linked one"
    if owner not in parents and holder in taken:
        return "under an organisation that is linked to another one"
    return ""


def _alone(side: str, record: Mapping[str, str]) -> dict[str, object]:
    other = "right" if side == "left" else "left"
    return {
        f"{side}_id": record["id"],
        f"{other}_id": None,
        "probability": 0.0,
        "verdict": "none",
        "reason": "no e-mail: not matched and not created",
        f"{side}_name": record["shown"],
        f"{other}_name": None,
        "level_email": -1,
    }

"""What else a user might pick, each configured as its own documentation advises, without labels.

    python peers.py ENGINE LEFT.csv RIGHT.csv OUT.csv

runs in an environment that holds the engine and pandas, and writes left_id, right_id and probability: for each right
record the best left one. All engines get the same cleaned columns; none sees the truth.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

TEXTS = ("name", "street", "city", "state", "postcode")
KNOWN = (*TEXTS, "phone", "website", "email")


def clean(path: Path) -> pd.DataFrame:
    """Small letters and digits, phones as ten digits, domains without www; empty cells missing."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    shown = pd.DataFrame({"id": table["id"]})
    for name in KNOWN:
        if name not in table:
            continue
        cells = table[name].str.lower().str.strip()
        if name in TEXTS:
            cells = cells.str.replace(r"[^\w]+", " ", regex=True).str.strip()
        elif name == "phone":
            cells = cells.str.replace(r"\D", "", regex=True).str[-10:]
        elif name == "website":
            cells = (
                cells.str.replace(r"^https?://", "", regex=True)
                .str.replace(r"^www\.", "", regex=True)
                .str.split("/")
                .str[0]
            )
        if (cells != "").any():
            shown[name] = cells.where(cells != "", None)
    return shown


def shared(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    """The columns that both sides fill."""
    return [name for name in KNOWN if name in left and name in right]


def rapidfuzz(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The most alike name by token_sort_ratio, from 90 points."""
    from rapidfuzz import fuzz, process

    names = left["name"].fillna("").tolist()
    found = []
    for record, name in zip(right["id"], right["name"].fillna(""), strict=True):
        best = process.extractOne(name, names, scorer=fuzz.token_sort_ratio, score_cutoff=90) if name else None
        if best:
            found.append((left["id"].iloc[best[2]], record, best[1] / 100))
    return pd.DataFrame(found, columns=["left_id", "right_id", "probability"])


def string_grouper(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """TF-IDF of letter triples of the name, cosine from 0.8, the library's own settings."""
    from string_grouper import match_strings

    sides = [frame.dropna(subset=["name"]) for frame in (left, right)]
    found = match_strings(sides[0]["name"], sides[1]["name"], sides[0]["id"], sides[1]["id"], min_similarity=0.8)
    return found.rename(columns={"similarity": "probability"})[["left_id", "right_id", "probability"]]


def recordlinkage(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Blocks on each column and neighbouring names; Jaro-Winkler from 0.9 or equality; ECM classifier."""
    import recordlinkage as rl

    sides = [frame.set_index("id").fillna("") for frame in (left, right)]
    columns = shared(left, right)
    indexer = rl.Index()
    indexer.sortedneighbourhood("name", window=9)
    for name in columns:
        if name not in {"state", "city"}:
            indexer.block(name)
    filled = [frame.mask(frame == "") for frame in sides]
    pairs = indexer.index(*filled)
    compare = rl.Compare()
    for name in columns:
        if name in {"name", "street", "city"}:
            compare.string(name, name, method="jarowinkler", threshold=0.9, label=name)
        else:
            compare.exact(name, name, label=name)
    features = compare.compute(pairs, *filled)
    varied = features.loc[:, features.nunique() > 1]
    scores = rl.ECMClassifier(binarize=0.5).fit(varied) if varied.shape[1] else None
    probability = scores.prob(varied) if scores is not None else features.mean(axis=1)
    found = probability.rename("probability").reset_index()
    found.columns = ["left_id", "right_id", "probability"]
    return found


def splink(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Link-only model: comparison library per column, u by random sampling, m by EM over two blockings."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = shared(left, right)
    make = {
        "name": lambda: cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(
            term_frequency_adjustments=True
        ),
        "street": lambda: cl.JaroWinklerAtThresholds("street", [0.95, 0.85]),
        "city": lambda: cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
        "state": lambda: cl.ExactMatch("state"),
        "postcode": lambda: cl.ExactMatch("postcode"),
        "phone": lambda: cl.LevenshteinAtThresholds("phone", [1]),
        "website": lambda: cl.ExactMatch("website").configure(term_frequency_adjustments=True),
        "email": lambda: cl.ExactMatch("email"),
    }
    keys = [name for name in columns if name not in {"city", "state"}]
    rules = [block_on(name) for name in keys] + [block_on("substr(name, 1, 5)")]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[make[name]() for name in columns],
        blocking_rules_to_generate_predictions=rules,
    )
    database = DuckDBAPI()
    tables = [database.register(frame, dataset_display_name=name) for frame, name in ((left, "a"), (right, "b"))]
    linker = Linker(tables, settings)
    sure = [block_on(name) for name in keys if name in {"phone", "email", "name"}]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    for name in [name for name in ("name", "phone", "postcode", "street", "website") if name in columns][:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(name))
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    flipped = found["source_dataset_l"] == "b"
    found["left_id"] = found["id_l"].where(~flipped, found["id_r"])
    found["right_id"] = found["id_r"].where(~flipped, found["id_l"])
    return found.rename(columns={"match_probability": "probability"})[["left_id", "right_id", "probability"]]


ENGINES = {"rapidfuzz": rapidfuzz, "string-grouper": string_grouper, "recordlinkage": recordlinkage, "splink": splink}


def main() -> None:
    """Run one engine on one set."""
    engine, left, right, out = sys.argv[1:]
    found = ENGINES[engine](clean(Path(left)), clean(Path(right)))
    best = found.sort_values(["right_id", "probability", "left_id"], ascending=[True, False, True]).drop_duplicates(
        "right_id"
    )
    best.to_csv(out, index=False)


if __name__ == "__main__":
    main()

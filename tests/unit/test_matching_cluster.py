"""Blocks of pairs spread over a Dask cluster of two workers give the very candidates that one process gives."""

import numpy as np
import pandas as pd
from dask.distributed import Client, LocalCluster

from workbench.core.matching import match

FIRMS = ("Acme", "Borealis", "Corvus", "Delta", "Eridan", "Falcon")


def table(letter, shift):
    rows = [
        (f"{letter}{at}", f"{FIRMS[at % 6]} {at // 6}", f"{at + shift} Main St", "Boston", f"617-555-{1000 + at}")
        for at in range(60)
    ]
    return pd.DataFrame(rows, columns=["id", "name", "street", "city", "phone"])


def test_two_workers_give_identical_candidates():
    left, right, workers = table("L", 0), table("R", 1), set()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):

        def spread(compare, blocks):
            halves = [block.part(half) for block in blocks for half in np.array_split(np.arange(len(block)), 2)]
            futures = client.map(compare, halves, pure=False)
            found = client.gather(futures)
            workers.update(worker for held in client.who_has(futures).values() for worker in held)
            return found

        there = match(left, right, map_blocks=spread)
        assert len(client.scheduler_info()["workers"]) == 2
    assert len(workers) == 2
    pd.testing.assert_frame_equal(there, match(left, right))

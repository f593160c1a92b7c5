"""What a diagram costs against its flows: seconds from landscape to finished SVG, and bytes a flow.

Seconds on the clock depend on what else the machine does; the limit is held against processor time, Graphviz included.
Run: python benchmarks/diagrams.py. Prints a table and writes benchmarks/results/diagrams.json.
"""

import json
import resource
import sys
import time
from pathlib import Path

from workbench.core.drawing.layout import Layout, Place
from workbench.model.landscape import DataStore, InventoryRow, Landscape, Move, Participant, Process
from workbench.render.diagram import diagram
from workbench.render.engine import engine

SYSTEMS = 10
ROUNDS, LIMIT_SECONDS = 5, 0.5


def landscape(flows: int) -> tuple[Landscape, Layout]:
    """Systems with a row of processes and a row of stores each, every process between three or four stores."""
    wide = max(3, flows * 2 // (5 * SYSTEMS))
    systems = tuple(Participant(f"S{at}", f"System number {at}") for at in range(SYSTEMS))
    cells = [(lane, column) for lane in range(SYSTEMS) for column in range(wide)]
    processes = tuple(Process(f"P{i}", str(i), f"Import records {i}", f"S{lane}") for i, (lane, _) in enumerate(cells))
    stores = tuple(DataStore(f"D{i}", f"Kept records {i}", f"S{lane}") for i, (lane, _) in enumerate(cells))
    places = {f"P{i}": Place(f"S{lane}", column, 0) for i, (lane, column) in enumerate(cells)}
    places |= {f"D{i}": Place(f"S{lane}", column, 1) for i, (lane, column) in enumerate(cells)}
    steps = (0, 1, wide, -1, 2)
    moves = []
    for at in range(flows):
        process = at % len(cells)
        store = (process + steps[at // len(cells) % len(steps)]) % len(cells)
        ends = (f"P{process}", f"D{store}") if at % 2 else (f"D{store}", f"P{process}")
        moves.append(Move(f"F{at}", *ends, f"changed records {at}", f"INT-{at % 90:03d}"))
    rows = tuple(InventoryRow(f"INT-{at:03d}", f"Integration {at}", ("S0",), ("S1",)) for at in range(90))
    whole = Landscape("Many flows", "2026-01-31", systems, (), stores, processes, tuple(moves), rows)
    return whole, Layout(tuple(item.id for item in systems), places)


def processor() -> float:
    """Processor seconds so far, of this process and of the Graphviz processes that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def measured(flows: int) -> dict:
    """The best of a few rounds, from the landscape to the finished SVG."""
    whole, layout = landscape(flows)
    state, rounds, size = whole.state("as-is"), [], 0
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), processor()
        size = len(diagram(state, layout=layout).svg().encode())
        rounds.append((time.perf_counter() - started, processor() - used))
    seconds, processors = (round(min(values), 3) for values in zip(*rounds, strict=True))
    return {"flows": flows, "seconds": seconds, "processor_seconds": processors, "bytes_a_flow": round(size / flows)}


def main() -> None:
    """Measure, print the table, write it as JSON; a number of seconds that is too high ends with an error."""
    rows = [measured(flows) for flows in (50, 100, 200, 500)]
    print(f"{'flows':>6} {'seconds':>8} {'processor':>10} {'bytes a flow':>13}   ({Path(engine()).name})")
    for row in rows:
        print(f"{row['flows']:>6} {row['seconds']:>8.3f} {row['processor_seconds']:>10.3f} {row['bytes_a_flow']:>13}")
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps({"engine": Path(engine()).name, "limit_seconds": LIMIT_SECONDS, "rows": rows}, indent=2)
    (results / "diagrams.json").write_text(f"{text}\n", encoding="utf-8")
    if rows[-1]["processor_seconds"] > LIMIT_SECONDS:
        sys.exit(f"500 flows took {rows[-1]['processor_seconds']} s of the processor; the limit is {LIMIT_SECONDS} s")


if __name__ == "__main__":
    main()

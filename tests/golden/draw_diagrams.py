"""Writes the golden diagrams again, after a wanted change: run it, look at the pictures, commit both."""

import json
import sys
from pathlib import Path

from workbench.core.drawing.layout import Layout
from workbench.declared import read_landscape
from workbench.render.diagram import diagram
from workbench.render.layout_file import read_layout

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from small_landscape import small_landscape  # noqa: E402  # a neighbour of this file, found through the line above


def main() -> None:
    """Write diagrams/*.dot of the sample and the golden signature of the small landscape."""
    whole, layout = read_landscape(ROOT / "config" / "landscape.yaml"), read_layout(ROOT / "diagrams" / "layout.yaml")
    before, after = whole.state("as-is"), whole.state("to-be")
    sheets = {
        "as-is": diagram(before, layout=layout),
        "to-be": diagram(after, layout=layout),
        "difference": diagram(after, compare=before, layout=layout),
        "context": diagram(after, level="context", layout=layout),
        "level-2-15": diagram(after, level="2", process="15", layout=layout),
    }
    for name, sheet in sheets.items():
        sheet.save(ROOT / "diagrams" / f"{name}.dot")
    small = small_landscape()
    signature = diagram(small.state("to-be"), compare=small.state("as-is"), layout=Layout()).signature()
    text = json.dumps(signature, ensure_ascii=False, indent=0)
    (ROOT / "tests" / "golden" / "diagram-signature.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

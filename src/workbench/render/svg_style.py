"""The stylesheet of the diagrams: Okabe-Ito colours, each with a sign, a dash or a width beside it; light and dark."""

from __future__ import annotations

FONT = "Liberation Sans,Arial,Helvetica,sans-serif"

_LIGHT = """
.dfd{font-family:FONT;background:#fff}
.dfd text{fill:#1c2026;font-size:11px;text-anchor:middle}
.dfd .left{text-anchor:start}
.dfd .page{fill:#fff}
.dfd .mute,.dfd .who,.dfd .tag{fill:#57606a}
.dfd .head{font-size:22px;font-weight:bold}
.dfd .lane rect{stroke:#c6ccd5;fill:#f2f5fa}
.dfd .t1 rect{fill:#f4f7ef}.dfd .t2 rect{fill:#fbf6ec}.dfd .t3 rect{fill:#edf6fa}
.dfd .t4 rect{fill:#f7f2f9}.dfd .t5 rect{fill:#f4f4f1}
.dfd .lane text{font-size:12px;font-weight:bold;fill:#3f4853}
.dfd .shape path,.dfd .shape rect{fill:#fff;stroke:#59636e;stroke-width:1.2}
.dfd .shape .rule,.dfd .shape.manual .rule{fill:none}
.dfd .outsider rect{fill:#e6e9ee}
.dfd .shape.manual rect,.dfd .shape.manual path{fill:#fff1d6}
.dfd .shape .name{font-weight:bold;font-size:11.5px}
.dfd .shape .small{font-size:9.6px}
.dfd .store .name{font-weight:normal;font-size:11px}
.dfd .store .small{font-size:9.2px}
.dfd .who,.dfd .tag,.dfd .note{font-size:9px}
.dfd .process .tag,.dfd .store .tag{font-size:10.5px;font-weight:bold}
.dfd .note{fill:#8a6100;stroke:#fff;stroke-width:3px;paint-order:stroke}
.dfd .line{fill:none;stroke:#59636e;stroke-width:1.2}
.dfd .tip{fill:#59636e}
.dfd .flow rect{fill:#fff;stroke:#59636e}
.dfd .flow text{font-size:9.5px;font-weight:bold;fill:#3f4853}
.dfd .flow.manual rect{fill:#fff1d6}
.dfd .added .line{stroke:#0072b2;stroke-width:2.4}
.dfd .added .tip{fill:#0072b2}
.dfd .shape.added path,.dfd .shape.added rect,.dfd .lane.added rect{stroke:#0072b2;stroke-width:2.2}
.dfd .flow.added rect{stroke:#0072b2}
.dfd .added text{fill:#005a8d}
.dfd .removed .line{stroke:#d55e00;stroke-width:1.8;stroke-dasharray:7 4}
.dfd .removed .tip{fill:#d55e00}
.dfd .shape.removed path,.dfd .shape.removed rect,
.dfd .lane.removed rect{stroke:#d55e00;stroke-width:1.8;stroke-dasharray:6 4}
.dfd .flow.removed rect{stroke:#d55e00}
.dfd .removed text{fill:#a84a00}
.dfd .changed .line{stroke:#8a6100;stroke-width:2.4}
.dfd .changed .tip{fill:#8a6100}
.dfd .shape.changed path,.dfd .shape.changed rect,.dfd .lane.changed rect{stroke:#8a6100;stroke-width:2.2}
.dfd .flow.changed rect{stroke:#8a6100}
.dfd .changed text{fill:#6f4e00}
.dfd .finding .line{stroke:#b5380b;stroke-width:1.9}
.dfd .finding .tip{fill:#b5380b}
.dfd .flow.finding rect{fill:#b5380b;stroke:#b5380b}
.dfd .flow.finding text{fill:#fff}
.dfd .workbench rect{fill:#3f4853}
.dfd .workbench text{fill:#fff}
.dfd .legend{font-weight:bold;font-size:10.5px}
.dfd .not-yet .line{stroke-dasharray:1.5 4}
.dfd .faded{opacity:.1}
.dfd a:focus{outline:none}
.dfd a:focus .line,.dfd a:hover .line{stroke-width:4}
.dfd a:focus rect{stroke-width:3}
"""

_DARK = """
@media (prefers-color-scheme:dark){
.dfd{background:#14171c}
.dfd text{fill:#e8eaed}
.dfd .page{fill:#14171c}
.dfd .mute,.dfd .who,.dfd .tag{fill:#aab2bd}
.dfd .lane rect,.dfd .t1 rect,.dfd .t2 rect,.dfd .t3 rect,.dfd .t4 rect,.dfd .t5 rect{fill:#1b2027;stroke:#3b444f}
.dfd .lane text{fill:#c4cbd4}
.dfd .shape path,.dfd .shape rect{fill:#232a33;stroke:#98a2af}
.dfd .outsider rect{fill:#303944}
.dfd .shape.manual rect,.dfd .shape.manual path,.dfd .flow.manual rect{fill:#40351c}
.dfd .note{fill:#e5b94e;stroke:#14171c}
.dfd .line{stroke:#98a2af}.dfd .tip{fill:#98a2af}
.dfd .flow rect{fill:#14171c;stroke:#98a2af}.dfd .flow text{fill:#dfe3e8}
.dfd .added .line,.dfd .shape.added path,.dfd .shape.added rect,.dfd .lane.added rect,
.dfd .flow.added rect{stroke:#56b4e9}
.dfd .added .tip,.dfd .added text{fill:#56b4e9}
.dfd .removed .line,.dfd .shape.removed path,.dfd .shape.removed rect,.dfd .lane.removed rect,
.dfd .flow.removed rect{stroke:#ff8f52}
.dfd .removed .tip,.dfd .removed text{fill:#ff8f52}
.dfd .changed .line,.dfd .shape.changed path,.dfd .shape.changed rect,.dfd .flow.changed rect{stroke:#e5b94e}
.dfd .changed .tip,.dfd .changed text{fill:#e5b94e}
.dfd .finding .line,.dfd .flow.finding rect{stroke:#ff8f52}
.dfd .finding .tip{fill:#ff8f52}
}
"""


def stylesheet() -> str:
    """The rules, all below `.dfd`, so that they change nothing else on a page."""
    return "".join(line for line in (_LIGHT + _DARK).replace("FONT", FONT).splitlines())

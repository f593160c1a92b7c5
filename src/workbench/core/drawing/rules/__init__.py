"""The rule book of the diagrams, DFD-01 to DFD-38: what is wrong with a landscape before anybody draws it.

The rules of structure follow Ibrahim and Yen's formal rules for data flow diagrams; those of wording follow Gane and
Sarson; those of levels, inventory and states are ours. Each violation names its element and a remedy. What the
landscape file accepts for an element, with a reason, stays in the list with the severity that is named there.
"""

from workbench.core.drawing.rules.book import RULES, Rule, Severity, Violation
from workbench.core.drawing.rules.checking import check

__all__ = ["RULES", "Rule", "Severity", "Violation", "check"]

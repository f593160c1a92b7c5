"""What leadership, analysts and operators ask afterwards: five numbers, the Integration Log, the why of one record."""

from workbench.steps.reporting.explaining import Explanation, why
from workbench.steps.reporting.figures import agreement, figures
from workbench.steps.reporting.integration_log import LogEntry, acknowledge, as_csv, last_journal, log
from workbench.steps.reporting.measuring import measures
from workbench.steps.reporting.naming import addressing, naming

__all__ = [
    "Explanation",
    "LogEntry",
    "acknowledge",
    "addressing",
    "agreement",
    "as_csv",
    "figures",
    "last_journal",
    "log",
    "measures",
    "naming",
    "why",
]

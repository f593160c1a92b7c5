"""What leadership, analysts and operators ask afterwards: five numbers, the Integration Log, the why of one record."""

from workbench.steps.reporting.explaining import Explanation, why
from workbench.steps.reporting.figures import agreement, figures
from workbench.steps.reporting.integration_log import LogEntry, acknowledge, last_journal, log

__all__ = ["Explanation", "LogEntry", "acknowledge", "agreement", "figures", "last_journal", "log", "why"]

"""Whether everything is in place before the first match: fields, statuses, every partner account, duplicates."""

from workbench.core.readiness.checking import check
from workbench.core.readiness.finding import Finding, Readiness

__all__ = ["Finding", "Readiness", "check"]

"""What stops a write: gates over size and sources, approvals that do not hold, limits of standing approvals."""

from workbench.core.safety.approving import check_approval, check_gates, check_role, may_approve, signed_bytes, trusted
from workbench.core.safety.chaining import chain
from workbench.core.safety.dividing import divide, families
from workbench.core.safety.gating import ADDRESSED, PREPARED, RULED, addressed, gates, prepared

__all__ = [
    "ADDRESSED", "PREPARED", "RULED", "addressed", "chain", "check_approval", "check_gates", "check_role", "divide",
    "families", "gates", "may_approve", "prepared", "signed_bytes", "trusted",
]  # fmt: skip

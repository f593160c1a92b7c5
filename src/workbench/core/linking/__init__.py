"""Which record here is which record there: rulings and links folded over snapshots, contacts paired by e-mail."""

from workbench.core.linking.contacts import by_email
from workbench.core.linking.folding import fold
from workbench.core.linking.members import Member, members

__all__ = ["Member", "by_email", "fold", "members"]

"""Which record here is which record there: rulings and links folded over snapshots, contacts paired by e-mail."""

from workbench.core.linking.contacts import by_email
from workbench.core.linking.folding import fold
from workbench.core.linking.members import Member, members
from workbench.core.linking.sheets import as_csv as rulings_as_csv
from workbench.core.linking.sheets import drafted as drafted_rulings

__all__ = ["Member", "by_email", "drafted_rulings", "fold", "members", "rulings_as_csv"]

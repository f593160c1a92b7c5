"""Our own small HTTP contract, which Channeltivity and ChannelOnline are reached by.

No public description of either API was found, so the contract is ours and called that (docs/channeltivity-contract.md).
A live portal is reached by a profile that says how its own door differs; until one is written, it is not configured.
"""

from workbench.systems.contract.client import ContractSystem
from workbench.systems.contract.profile import Profile

__all__ = ["ContractSystem", "Profile"]

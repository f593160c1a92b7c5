"""A dict that behaves like a system: what the kernel is tried on, and what every client is compared with."""

from workbench.systems.memory.clock import MemoryClock
from workbench.systems.memory.faults import Fault, Happening, Killed
from workbench.systems.memory.system import Call, MemorySystem

__all__ = ["Call", "Fault", "Happening", "Killed", "MemoryClock", "MemorySystem"]

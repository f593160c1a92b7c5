"""Run an approved plan: the only place from which anything is written to a system."""

from workbench.steps.running.executing import run
from workbench.steps.running.syncing import Synced, sync

__all__ = ["Synced", "run", "sync"]

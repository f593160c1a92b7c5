"""Run an approved plan: the only place from which anything is written to a system."""

from workbench.steps.running.executing import run

__all__ = ["run"]

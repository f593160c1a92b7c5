"""What a readiness check found, and the report that a person confirms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workbench.model.rows import Address, Rows
from workbench.model.values import fingerprint

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in place: what, where (a field or a record, with its address for people), how to mend it.

    A critical one would make a sync fail or make duplicates; a warning is worth a look. `check` names the kind of
    finding, `record` is `system:kind:id` where it is about one record.
    """

    severity: Severity
    check: str
    what: str
    where: str
    remedy: str
    record: str = ""
    link: Address = Address()

    @property
    def key(self) -> str:
        """What a confirmation calls this finding: the same as long as the same thing is wrong in the same place."""
        return f"{self.check}: {self.record or self.where}"


@dataclass(frozen=True)
class Readiness:
    """The findings for one integration, critical ones first, and the instances that were looked at."""

    integration: str
    instances: Mapping[str, str]
    findings: Rows[Finding]

    @cached_property
    def critical(self) -> Rows[Finding]:
        """What has to be mended, or accepted by name, before anything is matched."""
        return self.findings.where(severity="critical")

    def fingerprint(self, accepted: Iterable[str]) -> str:
        """What a confirmation signs: this integration, these instances, these critical findings accepted by key."""
        content = {"integration": self.integration, "instances": self.instances, "accepted": sorted(set(accepted))}
        return fingerprint(content)

    def __repr__(self) -> str:
        warnings = len(self.findings) - len(self.critical)
        return f"{self.integration}: {len(self.critical)} critical findings, {warnings} warnings"

    def _repr_html_(self) -> str:
        shown = self.findings.table(Severity="severity", What="what", Where="where", How_to_mend="remedy")
        return f"<p>{self!r}</p>{shown._repr_html_()}"

"""The exact shape of every file under `config/` but the landscape: what may stand where, and of what type."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from workbench.core.scheduling import SCHEDULE, WINDOW
from workbench.model.integrations import Limits, RunBy, Shape
from workbench.model.mappings import Canonicaliser, Direction, Master, Side
from workbench.model.people import Role
from workbench.model.values import Value
from workbench.yaml_lines import Strict


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/Oslo or UTC")
    return name


Values = Annotated[list[Value], BeforeValidator(_one_or_many)]
Conditions = dict[str, Values]


class EvidenceShape(Strict):
    """Which native field holds which word of evidence."""

    name: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""


class KindInSystemShape(Strict):
    """Where a kind lives in one system."""

    object: str
    modified: str
    deleted: str = ""
    parent: str = ""
    marker: str = ""
    page: str = ""
    evidence: EvidenceShape = EvidenceShape()
    defaults: dict[str, Value] = {}
    only: Conditions = {}


class KindShape(Strict):
    """A kind of record."""

    label: str
    parent: str = ""
    match_by: Literal["evidence", "email"] = "evidence"
    systems: dict[str, KindInSystemShape]


class KindsFile(Strict):
    """`config/kinds.yaml`."""

    kinds: dict[str, KindShape] = Field(min_length=1)


class FieldMappingShape(Strict):
    """One row of a mapping."""

    left: str
    right: str
    on_create: Direction = "both"
    on_update: Direction = "both"
    master: Master = "person"
    canonicaliser: Canonicaliser = "by type"
    values: dict[str, str] = {}
    blanking: bool = False


class ThroughShape(Strict):
    """Records of a kind between two others."""

    kind: str
    left: str
    right: str
    where: Conditions = {}


class RelationShape(Strict):
    """A record that an imported record needs."""

    name: str
    side: Side
    kind: str
    by: str = ""
    field: str = "id"
    through: ThroughShape | None = None
    where: Conditions = {}
    group: str = ""
    group_kind: str = ""
    group_where: Conditions = {}
    when: Conditions = {}
    optional: bool = False
    match: dict[str, str] = {}
    make: dict[str, str] = {}


class PairingShape(Strict):
    """How one kind takes part in an integration."""

    mapping: list[FieldMappingShape] = Field(min_length=1)
    suggest: dict[Side, Conditions] = {}
    admit: dict[Side, Conditions] = {}
    stamp: dict[Side, dict[str, Value]] = {}
    reference: dict[Side, str] = {}
    create: list[Side] = ["left", "right"]
    relations: list[RelationShape] = []
    deleted: dict[Side, dict[str, str]] = {}


_LIMITS = Limits()
Share = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]


class LimitsShape(Strict):
    """Where the gates stand."""

    changed_per_cent: Share = _LIMITS.changed_per_cent
    changed: Count = _LIMITS.changed
    creates_per_cent: Share = _LIMITS.creates_per_cent
    creates: Count = _LIMITS.creates
    soft_deletes_per_cent: Share = _LIMITS.soft_deletes_per_cent
    soft_deletes: Count = _LIMITS.soft_deletes
    blankings: Count = _LIMITS.blankings
    shrunken_per_cent: Share = _LIMITS.shrunken_per_cent
    canaries: list[str] = []


class SwitchesShape(Strict):
    """Which of a system's own settings matter to an integration."""

    must_be_on: list[str] = []
    shares_flag: list[str] = []
    modules: dict[str, list[str]] = {}


class IntegrationFile(Strict):
    """`config/integrations/<name>.yaml`."""

    title: str
    left: str
    right: str
    shape: Shape = "reconciling"
    run_by: RunBy | None = None
    schedule: str = Field(default="", pattern=SCHEDULE)
    window: str = Field(default="", pattern=WINDOW)
    after: list[str] = []
    master: Master = "person"
    kinds: dict[str, PairingShape] = Field(min_length=1)
    limits: LimitsShape = LimitsShape()
    switches: dict[Side, SwitchesShape] = {}


class PersonShape(Strict):
    """One entry of `config/approvers.yaml`."""

    name: str
    roles: list[Role] = Field(min_length=1)
    public_key: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    signed_by: str = ""
    signature: str = Field(default="", pattern=r"^([0-9a-f]{128})?$")
    deputy: str = ""
    email: str = Field(default="", pattern=r"^([^@\s,;<>]+@[^@\s,;<>]+)?$")


class ApproversFile(Strict):
    """`config/approvers.yaml`."""

    people: list[PersonShape] = []


class SystemShape(BaseModel):
    """How a profile reaches a system; what else a client wants is passed on to it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    client: str


class ProfileShape(Strict):
    """An environment: sandbox, live, …"""

    sandbox: bool = False
    run_by: RunBy = "vendor"
    systems: dict[str, SystemShape]


class WorkbenchFile(Strict):
    """`config/workbench.yaml`."""

    profile: str = "sandbox"
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    database: str = "sqlite:///.workbench/workbench.db"
    approval_hours: int = Field(default=24, ge=1)
    profiles: dict[str, ProfileShape] = Field(min_length=1)

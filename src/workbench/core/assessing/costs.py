"""Cost and benefit in three cases. Only hours of hand work and running costs count; every parameter is declared.

Minutes of hand work contain the mending of errors, so errors are not counted a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.core.assessing.recipes import hours_year
from workbench.core.assessing.standing import Standing
from workbench.model.landscape import Estimate
from workbench.model.rows import Rows

Case = Literal["cautious", "likely", "hopeful"]
CASES: Mapping[Case, str] = {"cautious": "low", "likely": "likely", "hopeful": "high"}
NEEDED = ("labour_rate", "saving_realised", "effort_day_cost", "effort_growth", "discount_rate")
"""The estimates that the landscape must declare for costs to be computed."""
YEARS = 3


@dataclass(frozen=True, slots=True)
class CostCase:
    """One case, money in `currency`. `payback_months` is None when the investment never comes back.

    `net_value` is that of three years, discounted, less the investment.
    """

    case: Case
    hours_as_is: int
    hours_to_be: int
    saving_year: int
    running_cost_change: int
    net_year: int
    investment: int
    payback_months: int | None
    net_value: int
    currency: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that the costs rest on, in the three cases, with its unit, basis and source."""

    name: str
    cautious: int
    likely: int
    hopeful: int
    unit: str
    basis: str
    source: str


def parameters(estimates: Mapping[str, Estimate]) -> Rows[Parameter]:
    """What the costs are computed from, as the landscape declares it."""
    found = ((name.replace("_", " "), item) for name, item in estimates.items())
    return Rows(Parameter(name, e.low, e.likely, e.high, e.unit, e.basis, e.source) for name, e in found)


def costs(before: Standing, after: Standing) -> Rows[CostCase]:
    """The three cases; none when an estimate is not declared."""
    estimates = before.landscape.estimates
    if any(name not in estimates for name in NEEDED):
        return Rows()
    return Rows(_case(case, before, after, estimates) for case in CASES)


def _case(case: Case, before: Standing, after: Standing, estimates: Mapping[str, Estimate]) -> CostCase:
    rate, realised, day, growth, discount = (getattr(estimates[name], CASES[case]) for name in NEEDED)
    was, would_be = hours_year(before.rows), hours_year(after.rows)
    saving = (was - would_be) * rate * realised // 100
    running = sum(row.cost_year or 0 for row in after.rows) - sum(row.cost_year or 0 for row in before.rows)
    days = sum(row.effort_days or 0 for row in after.rows)
    investment = days * growth * day // 100
    net = saving - running
    currency = before.landscape.currency
    value = sum(net * 100**year // (100 + discount) ** year for year in range(1, YEARS + 1)) - investment
    payback = -(-investment * 12 // net) if net > 0 else None
    return CostCase(case, was, would_be, saving, running, net, investment, payback, value, currency)

"""The ten questions of docs/landscape-questions.md: both companies answer them, and the page tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench import settings
from workbench.core.assessing import assess
from workbench.core.assessing.indicators import MEASURES
from workbench.core.assessing.patterns import RULES
from workbench.core.assessing.rubric import HEALTH, VALUE
from workbench.declared import read_landscape

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs" / "landscape-questions.md").read_text(encoding="utf-8")
RUBRIC = (HOME / "docs" / "assessment.md").read_text(encoding="utf-8")
FILES = {"sample": HOME / "config" / "landscape.yaml", "fjellstad": HOME / "tests" / "landscapes" / "fjellstad.yaml"}


@pytest.fixture(scope="module")
def companies():
    integrations = settings.read(folder=HOME, environment={}).integrations
    return {name: read_landscape(file, integrations) for name, file in FILES.items()}


def answers(landscape) -> list[str]:
    """What the assessment answers to each question, in order."""
    found = assess(landscape)
    figure = {item.name: item for item in found.indicators}
    today = landscape.state("as-is").integrations
    busiest = sorted(today, key=lambda row: -(row.manual_minutes_month or 0))[:3]
    sure = found.decisions.where(row=busiest[0].id)[0]
    cases = {case.case: case for case in found.costs}
    first = found.roadmap.where(wave=1)
    lost = [item.id for item in landscape.documents if item.reached is False]
    return [
        f"{len(found.scores)}; people carry {figure['duplicate entry'].as_is}",
        ", ".join(f"{row.id} ({(row.manual_minutes_month or 0) * 12 // 60} h" for row in busiest),
        f"{len(found.where(severity='high'))} grave findings of {len(found.findings)}",
        f"{found.landscape.to_change} of {found.landscape.of} ask",
        f"{sure.computed} {sure.stability} {sure.share} {sure.why}",
        ", ".join(item.row for item in found.decisions.where(agreement="differs")),
        ", ".join(step.row for step in first),
        f"likely: {cases['likely'].investment:,}; cautious: {cases['cautious'].investment:,}",
        f"{figure['point-to-point links'].as_is} to {figure['point-to-point links'].to_be}",
        f"confidence {figure['confidence'].as_is} %; {', '.join(lost)}",
    ]


@pytest.mark.parametrize("company", FILES)
def test_every_question_has_an_answer(companies, company):
    found = answers(companies[company])
    assert len(found) == 10
    assert all(re.search(r"\w", answer) for answer in found)


def test_the_page_says_what_the_sample_answers(companies):
    found = answers(companies["sample"])
    lines = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(lines) == 10
    for line, answer in zip(lines, found, strict=True):
        if line.startswith("| 5 |"):
            continue
        for figure in re.findall(r"INT-\d+|G\d|\d[\d,]*", answer):
            assert figure in line, (line, figure)


def test_the_page_says_how_sure_the_decision_about_orders_is(companies):
    decision = assess(companies["sample"]).decisions.where(row="INT-010")[0]
    line = next(line for line in PAGE.splitlines() if line.startswith("| 5 |"))
    assert all(word in line for word in (decision.computed, decision.stability, f"{decision.share} %"))
    assert ("provisional" in line) == decision.provisional


def test_the_written_rubric_has_every_dimension_with_its_weight_fields_and_benefit():
    for item in (*VALUE, *HEALTH):
        line = next(line for line in RUBRIC.splitlines() if line.startswith(f"| {item.name} |"))
        assert line.split("|")[2].strip() == str(item.weight)
        assert all(f"`{name}`" in line for name in item.fields)
        assert item.benefit in line


def test_the_written_rubric_has_every_rule_and_measure():
    assert {f"| {rule.name} |" for rule in RULES} <= {line[: line.find("|", 2) + 1] for line in RUBRIC.splitlines()}
    assert all(name in " ".join(RUBRIC.split()) for name in MEASURES)

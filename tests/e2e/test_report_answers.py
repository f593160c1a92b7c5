"""The ten questions of docs/landscape-questions.md, answered from the pages alone: as a reader sees them."""

from __future__ import annotations

import html
import re

import pytest


@pytest.fixture(scope="module")
def report(demo):
    return Read(demo[0].page("90_report_to_leadership"))


class Read:
    """A page as text: its words, and its table rows as cells."""

    def __init__(self, page: str) -> None:
        bare = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page)
        rows = re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", bare)
        self.rows = [[_text(cell) for cell in re.findall(r"(?s)<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]
        self.words = _text(bare)

    def row(self, *begins: str) -> list[str]:
        """The first table row whose cells begin like that."""
        return next(cells for cells in self.rows if cells[: len(begins)] == list(begins))

    def after(self, heading: str) -> list[list[str]]:
        """The rows of the table with this first heading and everything that follows."""
        return self.rows[next(at for at, cells in enumerate(self.rows) if cells[:1] == [heading]) + 1 :]


def _text(part: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_1_how_many_integrations_and_how_many_people_carry(report):
    assert report.row("interfaces")[2] == "22"
    assert report.row("duplicate entry")[2] == "7" and "rows that people carry" in report.row("duplicate entry")


def test_2_which_take_the_most_hand_work(report):
    steps = [cells for cells in report.after("wave") if re.fullmatch(r"INT-\d+", (cells + ["", ""])[1])]
    most = sorted(steps, key=lambda cells: -int(cells[6].replace(",", "")))[:3]
    assert [(cells[1], cells[6]) for cells in most] == [("INT-020", "336"), ("INT-013", "256"), ("INT-015", "192")]


def test_3_what_is_wrong_gravest_first(report):
    rows = {word: cells for cells in report.rows for word in ("high", "medium", "low") if word in cells[:2]}
    counted = {severity: int(cells[-1]) for severity, cells in rows.items()}
    assert counted["high"] == 12 and sum(counted.values()) == 40  # one more than declared: what only the systems know
    what, where, *_ = report.after("what is wrong")[0]
    assert what == "The same object is written into several systems by separate flows"
    assert where.startswith("Export quotes and orders to ConnectWise + Export quotes and orders to Salesforce")
    sections = report.words.partition("It rests on")[2].partition("Every integration")[0] + " ".join(
        cell for cells in report.after("what is wrong")[:12] for cell in cells
    )
    assert not re.findall(r"[a-z-]+/(?:high|INT-\d+)|INT-\d+", sections)  # leadership reads words


def test_4_is_refactoring_necessary_and_what_does_that_rest_on(report):
    assert "Refactoring is necessary: 14 of 22 integrations ask for a change (12 to 17" in report.words
    assert (
        "Scope: architecture" in report.words and "It rests on what is gravely wrong: The same object" in report.words
    )


def test_5_how_sure_the_decision_about_the_export_of_orders_is(report):
    assert report.after("id")[0] and "68" in report.row("INT-010")
    assert {"refactor", "fragile", "yes"} <= set(report.row("INT-010"))


def test_6_where_computed_and_declared_decisions_differ(report):
    wanted = report.words.rpartition("Decisions wanted from you")[2].partition("Cost and benefit")[0]
    differing = re.findall(r"(INT-\d+) (?:(?!INT-).)*? differs ", wanted)
    assert differing == ["INT-001", "INT-002", "INT-004", "INT-006"]


def test_7_what_comes_first_and_what_waits(report):
    first = {cells[1] for cells in report.after("wave") if cells[0] == "1"}
    assert first == {"INT-101", "INT-105", "INT-009", "INT-010", "INT-001"}
    assert report.row("4", "INT-014")[4] == "INT-103"


def test_8_what_it_costs_and_brings_if_the_estimates_are_too_kind(report):
    assert report.row("likely")[6:8] == ["58,240", "21"]
    assert report.row("cautious")[6:9] == ["103,680", "89", "-69,780"]


def test_9_what_will_be_better_and_what_is_measured_already(report):
    assert report.row("point-to-point links")[2:4] == ["12", "5"]
    assert report.row("hand work")[2:4] == ["2,023", "602"]
    assert report.row("match rate")[4] == "measured" and 0 < int(report.row("match rate")[1]) <= 100
    assert report.row("calls")[4] == "not measured yet: a day's calls are not recorded"


def test_10_how_far_one_can_trust_it_and_which_sources_are_missing(report):
    assert report.row("confidence")[2] == "51"
    values = {basis: int(report.row(basis)[1]) for basis in ("document", "public", "assumption")}
    assert (values["assumption"], sum(values.values())) == (509, 839)
    assert [report.row(name)[2] for name in ("G1", "G2")] == ["no", "no"]

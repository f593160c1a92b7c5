"""Whoever waits for a run sees how far it is, how fast it goes and how long it takes, in a notebook and a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from crash.world import a_world, mixed
from rich.console import Console

import workbench as wb
from workbench.render.progress import bar, in_notebook, in_terminal, pace


class Watch:
    """A clock that is moved by whoever works."""

    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds

    def working(self, items, each):
        for item in items:
            self.seconds += each
            yield item


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (0, 10, 0, "0 of 10"),
        (40, 10_000, 20, "40 of 10,000, 2 a second, about 83 min left"),
        (5_000, 10_000, 20, "5,000 of 10,000, 250 a second, about 20 s left"),
        (3, 12, 60, "3 of 12, 3 a minute, about 3 min left"),
        (100, 10_000, 100, "100 of 10,000, 1 a second, about 2 h 45 min left"),
        (10, 10, 4, "10 of 10, 2 a second"),
        (4_000, None, 4, "4,000, 1,000 a second"),
    ],
)
def test_count_rate_and_remaining_time_are_said_in_words(done, total, seconds, said):
    assert pace(done, total, seconds) == said


def test_a_terminal_shows_them_in_one_line_that_is_gone_afterwards():
    watch, written = Watch(), io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    shown = in_terminal(watch.working(range(8), 0.5), total=8, label="partner-sync [b]", console=console, clock=watch)
    assert list(shown) == [*range(8)]
    assert "partner-sync [b]" in written.getvalue() and "8 of 8, 2 a second" in written.getvalue()


def test_a_terminal_says_the_rest_while_it_lasts():
    watch, written = Watch(), io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    shown = in_terminal(watch.working(range(8), 0.5), total=8, label="partner-sync", console=console, clock=watch)
    assert [next(shown) for _ in range(4)] == [0, 1, 2, 3]
    shown.close()
    assert "3 of 8, 2 a second, about 2 s left" in written.getvalue()


def test_where_nobody_sits_at_a_terminal_nothing_is_written(capfd):
    assert list(bar(range(3), total=3, label="partner-sync")) == [0, 1, 2]
    assert capfd.readouterr() == ("", "")


def test_a_notebook_shows_them_in_one_element_four_times_a_second_at_most():
    watch, elements = Watch(), []
    items = watch.working(range(1000), 0.01)
    assert list(in_notebook(items, total=1000, label="<b>", show=elements.append, clock=watch)) == [*range(1000)]
    assert "about 10 s left" in elements[1] and "&lt;b&gt;" in elements[0]
    assert '<progress max="1000" value="1000">1,000 of 1,000, 100 a second</progress>' in elements[-1]
    assert 35 <= len(elements) <= 45


def test_what_nobody_counted_is_shown_without_an_end():
    watch, elements = Watch(), []
    assert (
        len([*in_notebook(watch.working(range(8), 0.5), total=None, label="x", show=elements.append, clock=watch)]) == 8
    )
    assert "<progress>8, 2 a second</progress>" in elements[-1]


def test_what_is_short_as_a_rule_shows_nothing_in_its_first_seconds_and_nothing_when_it_is_done():
    watch, short, long = Watch(), [], []
    for each, elements in ((0.1, short), (1, long)):
        items = watch.working(range(10), each)
        assert [*in_notebook(items, total=10, label="x", show=elements.append, clock=watch, after=2)] == [*range(10)]
    assert short == [""]
    assert "2 of 10" in long[0] and "about 8 s left" in long[0] and long[-1] == ""


def test_a_terminal_waits_as_long():
    watch, written = Watch(), io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    shown = in_terminal(watch.working(range(4), 0.1), total=4, label="x", console=console, clock=watch, after=2)
    assert [*shown] == [*range(4)] and not written.getvalue()
    shown = in_terminal(watch.working(range(4), 1), total=4, label="x", console=console, clock=watch, after=2)
    assert [*shown] == [*range(4)] and "4 of 4, 1 a second" in written.getvalue()


def test_inside_work_that_shows_a_bar_no_other_one_is_shown():
    watch, outer, inner = Watch(), [], []
    for _ in in_notebook(range(2), total=2, label="outer", show=outer.append, clock=watch):
        assert [*in_notebook(range(3), total=3, label="inner", show=inner.append, clock=watch)] == [0, 1, 2]
    assert inner == [] and "2 of 2" in outer[-1]
    assert [*in_notebook(range(3), total=3, label="alone", show=inner.append, clock=watch)] == [0, 1, 2]
    assert "alone" in inner[-1]


def test_a_bar_whose_work_fails_makes_room_for_the_next():
    def failing():
        yield 1
        raise OSError

    elements = []
    with pytest.raises(OSError):
        list(in_notebook(failing(), total=2, label="fails", show=elements.append, clock=Watch()))
    assert list(in_notebook(range(1), total=1, label="next", show=elements.append, clock=Watch())) == [0]
    assert "next" in elements[-1]


def test_whatever_a_bench_reads_is_shown_by_its_bar(sandbox_bench):
    told = []

    class Watched(wb.Bench):
        @property
        def progress(self):
            return lambda items, *, total, label: (told.append(label), items)[1]

    with Watched(replace(sandbox_bench.settings)) as bench:
        partners = bench.snapshot("partner")
        bench.check("deal-import")
        wb.match(partners, left="channeltivity", right="salesforce", progress=bench.progress)
    assert {"salesforce: partner", "channeltivity: partner", "salesforce: opportunity", "comparing"} <= {*told}


def test_a_run_shows_each_line_that_came_to_its_end():
    with a_world() as world:
        mixed(world)
        elements = []

        def shown(items, *, total, label):
            return in_notebook(items, total=total, label=label, show=elements.append, clock=Watch())

        plan = world.plan()
        world.approve(plan)
        world.run(plan, progress=shown)
        assert "partner-sync" in elements[-1] and "10 of 10" in elements[-1]

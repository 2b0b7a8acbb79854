"""What a user sees while a campaign runs."""

import io
import math
from types import SimpleNamespace

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from mcbelt.campaign.case import CaseRun, Progress
from mcbelt.cli import progress
from mcbelt.figures.tables import with_error


def at(done, case="L=1.2", rate=0.5, error=0.04):
    return Progress(case, done, 10, 100 * done, error, done, rate)


def test_line_tells_blocks_histories_error_and_time_left():
    assert progress.line(at(4)) == "L=1.2: 4 of 10 blocks, 400 histories, worst error 0.04, 12 s left"


def test_nothing_is_invented_before_there_is_a_rate():
    assert progress.line(at(1, rate=math.nan, error=math.nan)) == "L=1.2: 1 of 10 blocks, 100 histories, ? left"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (7322, "2 h 2 min"), (math.inf, "?")],
)
def test_duration(seconds, text):
    assert progress.duration(seconds) == text


def test_lines_in_a_log(capsys, monkeypatch):
    monkeypatch.setattr(progress, "_LINE_SECONDS", 1e9)
    with progress.shown_progress(2) as watch:
        for done in range(1, 11):
            watch(at(done))
    assert capsys.readouterr().out == "L=1.2: 10 of 10 blocks, 1000 histories, worst error 0.04, 0 s left\n"


def test_bars_on_a_terminal():
    screen = io.StringIO()
    bars = Bars(console=Console(file=screen, force_terminal=True, width=120))
    watch = progress._Bars(bars, 2)
    for case in ("L=1.2", "L=1.3"):
        for done in range(1, 11):
            watch(at(done, case))
    campaign, *cases = bars.tasks
    assert (campaign.description, campaign.completed, campaign.total) == ("cases", 2, 2)
    assert [(task.description, task.completed, task.total, task.visible) for task in cases] == [
        ("L=1.2", 10, 10, False),
        ("L=1.3", 10, 10, False),
    ]
    assert cases[0].fields["left"] == "0.5 blocks/s, 0 s left, worst error 0.04"


def test_a_preparation_on_a_terminal():
    """Its words stand where the time left will be, on a bar without an end; a kernel that is compiled keeps the bar."""
    bars = Bars(console=Console(file=io.StringIO(), force_terminal=True, width=120))
    watch = progress._Bars(bars, 1)
    watch.phase("reading it")
    assert [task.description for task in bars.tasks] == ["reading it"]
    watch(at(0)._replace(phase="the air"))
    (task,) = bars.tasks
    assert (task.description, task.total, task.fields["left"]) == ("L=1.2", None, "the air")
    watch(at(4)._replace(phase="compiling"))
    assert (task.completed, task.total, task.fields["left"]) == (4, 10, "compiling")
    watch(at(5))
    assert (task.completed, task.fields["left"]) == (5, "0.5 blocks/s, 10 s left, worst error 0.04")


def test_figures_on_a_terminal():
    bars = Bars(console=Console(file=io.StringIO(), force_terminal=True, width=120))
    shown = progress._Bars(bars, 1)
    shown.items(2)
    shown.item("figure 1")
    shown.phase("the air")
    assert [(task.description, task.fields["left"]) for task in bars.tasks] == [("cases", ""), ("figure 1", "the air")]
    shown.item_done("figure 1")
    assert bars.tasks[0].completed == 1
    assert bars.tasks[0].fields["left"].endswith(" left")


@pytest.mark.parametrize(
    ("value", "sigma", "text"),
    [
        (227.3, 99.1, "227 ± 99"),
        (0.00666, 0.00104, "0.0067 ± 0.0010"),
        (6.31e-5, 1.7e-5, "(6.3 ± 1.7)e-05"),
        (12.0, 0.0, "12"),
        (12.0, math.nan, "12"),
        (math.nan, 1.0, "–"),
    ],
)
def test_value_with_error(value, sigma, text):
    assert with_error(value, sigma) == text


def test_the_rate_is_that_between_the_first_block_and_the_last(monkeypatch):
    """The first began when nobody looked: with it alone the rate, and with it the time left, is not known."""
    monkeypatch.setattr("time.monotonic", lambda: 104.0)
    rates = [CaseRun._rate(SimpleNamespace(_first_back=100.0, blocks_computed=n)) for n in (0, 1, 2, 5)]
    assert rates == pytest.approx([math.nan, math.nan, 0.25, 1.0], nan_ok=True)

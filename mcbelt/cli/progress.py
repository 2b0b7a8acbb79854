"""Progress of a run: bars with the time left on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the program should start without loading xarray
    from mcbelt.campaign.case import Progress

_LINE_SECONDS = 30.0


def seconds_left(progress: Progress) -> float:
    """Time to the end of the case at the rate so far [s]; NaN before there is one."""
    return (progress.blocks_planned - progress.blocks_done) / progress.blocks_per_second


def duration(seconds: float) -> str:
    """A time as 12 s, 3 min 20 s or 5 h 12 min."""
    if not math.isfinite(seconds):
        return "?"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def line(progress: Progress) -> str:
    """Progress as one plain line."""
    error = f", worst error {progress.relative_error:.2g}" if math.isfinite(progress.relative_error) else ""
    return (
        f"{progress.case}: {progress.blocks_done} of {progress.blocks_planned} blocks, {progress.histories} histories"
        f"{error}, {duration(seconds_left(progress))} left"
    )


@contextlib.contextmanager
def shown_progress(cases: int) -> Iterator[Callable[[Progress], None]]:
    """Watcher of a campaign: rich bars if standard output is a terminal, else lines."""
    if not sys.stdout.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, TextColumn("{task.fields[left]}")) as bars:
        yield _bars(bars, cases)


def _lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def watch(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _LINE_SECONDS or progress.blocks_done == progress.blocks_planned:
            last = now
            print(line(progress), flush=True)

    return watch


def _bars(bars: Any, cases: int) -> Callable[[Progress], None]:
    campaign = bars.add_task("cases", total=cases, left="") if cases > 1 else None
    tasks: dict[str, Any] = {}

    def watch(progress: Progress) -> None:
        if progress.case not in tasks:
            tasks[progress.case] = bars.add_task(progress.case, total=progress.blocks_planned, left="")
        error = f", worst error {progress.relative_error:.2g}" if math.isfinite(progress.relative_error) else ""
        left = f"{duration(seconds_left(progress))} left{error}"
        bars.update(tasks[progress.case], completed=progress.blocks_done, total=progress.blocks_planned, left=left)
        if progress.blocks_done == progress.blocks_planned and campaign is not None and bars.tasks:
            bars.update(tasks[progress.case], visible=False)
            done = sum(task.finished for task in bars.tasks if task.id != campaign)
            bars.update(campaign, completed=done)

    return watch

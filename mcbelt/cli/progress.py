"""What a command is at, from its first second: bars on a terminal, in a log or pipe a line at least every few seconds.

A thread that only waits prints the lines, so they come also while the command is inside a compiled loop, a compiler or
the preparation of a model.
"""

from __future__ import annotations

import contextlib
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:  # the program should start without loading xarray
    from mcbelt.campaign.case import Progress

_FIRST_SECONDS = 0.7  # to the first line: a command that is done or refused by then has said what it had to say
_LINE_SECONDS = 3.0  # from line to line at the most; the thread may be late, and five are promised
_WAKE_SECONDS = 0.25
_MOST_TOLD = 3  # cases in one line


class Shown(Protocol):
    """What a command tells of its progress."""

    def phase(self, words: str) -> None:
        """What the command is at, besides cases; empty: nothing."""

    def items(self, total: int) -> None:
        """How many cases or figures there are."""

    def item(self, name: str) -> None:
        """One of them is begun: `phase` is about it."""

    def item_done(self, name: str) -> None:
        """One of them is complete."""

    def __call__(self, progress: Progress) -> None:
        """How far a case is."""


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
    if progress.phase:
        return f"{progress.case}: {progress.phase}"
    error = f", worst error {progress.relative_error:.2g}" if math.isfinite(progress.relative_error) else ""
    return (
        f"{progress.case}: {progress.blocks_done} of {progress.blocks_planned} blocks, {progress.histories} histories"
        f"{error}, {duration(seconds_left(progress))} left"
    )


def complete(progress: Progress) -> bool:
    """Whether all blocks that are planned are there."""
    return not progress.phase and progress.blocks_done == progress.blocks_planned


@contextlib.contextmanager
def shown_progress(cases: int = 1, words: str = "", aside: bool = False, quiet: bool = False) -> Iterator[Shown]:
    """Watcher of a command: rich bars if standard output is a terminal, else lines.

    Parameters
    ----------
    cases : int
        How many there are, as far as is known.
    words : str
        What the command begins with; told within its first second.
    aside : bool
        Lines go to standard error: standard output is what the command has to say.
    quiet : bool
        Standard output is read by a program: there are lines alone, on standard error, if the command takes its time.

    Returns
    -------
    context manager of Shown
    """
    if quiet or not sys.stdout.isatty():
        lines = _Lines(sys.stderr if aside or quiet else sys.stdout, cases)
        lines.phase(words)
        if words and not quiet:
            lines.soon()
        with _ticking(lines.tick):
            yield lines
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, TextColumn("{task.fields[left]}")) as bars:
        shown = _Bars(bars, cases)
        shown.phase(words)
        yield shown


@contextlib.contextmanager
def told_phases(words: str) -> Iterator[Shown]:
    """As `shown_progress` for a command without a campaign: phases and compilations of this thread are told aside."""
    with shown_progress(words=words, aside=True) as shown:
        from kernelcache import prepared

        with prepared.told_to(shown.phase):
            yield shown


@contextlib.contextmanager
def _ticking(tick: Callable[[], None]) -> Iterator[None]:
    """While this lasts, a thread calls a function now and then."""
    over = threading.Event()

    def life() -> None:
        while not over.wait(_WAKE_SECONDS):
            tick()

    thread = threading.Thread(target=life, daemon=True, name="progress")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class _Lines:
    """Plain lines."""

    def __init__(self, stream: TextIO, cases: int) -> None:
        self._stream, self._total = stream, cases
        self._done: set[str] = set()
        self._began = self._last = time.monotonic()
        self._texts: dict[str, tuple[str, float]] = {}  # case, or nothing of the command -> words, since when
        self._name = ""
        self._wait = _LINE_SECONDS
        self._speaking = threading.RLock()

    def soon(self) -> None:
        """The first line comes sooner than the others."""
        self._wait = _FIRST_SECONDS

    def items(self, total: int) -> None:
        self._total = total

    def item(self, name: str) -> None:
        with self._speaking:
            self._name = name
            self._set("", name)
            self._print(self._sentence())

    def item_done(self, name: str) -> None:
        self._done.add(name)

    def phase(self, words: str) -> None:
        self._set("", f"{self._name}: {words}" if self._name and words else words or self._name)

    def _set(self, name: str, words: str) -> None:
        with self._speaking:
            if not words:
                self._texts.pop(name, None)
            elif self._texts.get(name, ("",))[0] != words:
                self._texts[name] = (words, time.monotonic())

    def __call__(self, progress: Progress) -> None:
        with self._speaking:
            self._texts.pop("", None)
            self._set(progress.case, "" if complete(progress) else line(progress))
            if complete(progress) and progress.case not in self._done:
                self._done.add(progress.case)
                if progress.blocks_planned:
                    self._print(line(progress))
            elif not complete(progress) and not progress.phase:
                self._done.discard(progress.case)  # a stop rule asks for more

    def say(self) -> None:
        """A line of what is going on now."""
        with self._speaking:
            self._print(self._sentence())

    def tick(self) -> None:
        """A line, if there was none for so long."""
        if time.monotonic() - self._last >= self._wait:
            self.say()

    def _sentence(self) -> str:
        now = time.monotonic()
        told = [
            f"{words}, for {duration(now - since)}" if now - since >= 1.0 and "blocks" not in words else words
            for words, since in list(self._texts.values())
        ]
        more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
        text = "; ".join(told[:_MOST_TOLD]) + more or f"at work, for {duration(now - self._began)}"
        if self._total < 2:
            return text
        done = len(self._done)
        left = (self._total - done) * (now - self._began) / done if done else math.nan
        about = f", about {duration(left)} left" if math.isfinite(left) else ""
        return f"{done} of {self._total} done{about}; {text}"

    def _print(self, text: str) -> None:
        self._last, self._wait = time.monotonic(), _LINE_SECONDS
        with contextlib.suppress(OSError, ValueError):  # a pipe that nobody reads any more: not this thread's affair
            print(text, file=self._stream, flush=True)


class _Bars:
    """Bars of rich, whose own thread draws them."""

    def __init__(self, bars: Any, cases: int) -> None:
        self._bars, self._tasks = bars, {}
        self._campaign: int | None = None
        self._phase: int | None = None
        self._done: set[str] = set()
        self._name = ""
        self.items(cases)

    def items(self, total: int) -> None:
        if total > 1 and self._campaign is None:
            self._campaign = self._bars.add_task("cases", total=total, left="")

    def item(self, name: str) -> None:
        self._name = name
        self.phase("")

    def item_done(self, name: str) -> None:
        self._count(name)

    def phase(self, words: str) -> None:
        if self._phase is not None:
            self._bars.remove_task(self._phase)
            self._phase = None
        if words or self._name:
            self._phase = self._bars.add_task(self._name or words, total=None, left=words if self._name else "")

    def __call__(self, progress: Progress) -> None:
        if self._phase is not None:
            self.phase("")
        if progress.case not in self._tasks:
            self._tasks[progress.case] = self._bars.add_task(progress.case, total=None, left="")
        task, done = self._tasks[progress.case], complete(progress)
        if progress.phase:
            total = progress.blocks_planned if progress.blocks_done else None
            self._bars.update(task, completed=progress.blocks_done, total=total, left=progress.phase)
            return
        error = f", worst error {progress.relative_error:.2g}" if math.isfinite(progress.relative_error) else ""
        rate = progress.blocks_per_second
        speed = f"{rate:.3g} blocks/s, " if math.isfinite(rate) else ""
        left = f"{speed}{duration(seconds_left(progress))} left{error}"
        self._bars.update(task, completed=progress.blocks_done, total=progress.blocks_planned, left=left)
        if done and self._campaign is not None:
            self._bars.update(task, visible=False)
            self._count(progress.case)

    def _count(self, name: str) -> None:
        self._done.add(name)
        if self._campaign is not None:
            self._bars.update(self._campaign, completed=len(self._done), left=self._left())

    def _left(self) -> str:
        (task,) = [each for each in self._bars.tasks if each.id == self._campaign]
        rest = task.total - len(self._done)
        return f"{duration((task.elapsed or 0.0) * rest / len(self._done))} left" if rest else ""

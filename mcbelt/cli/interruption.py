"""Ctrl-C and SIGTERM (a batch system that ends a job sends it first): every command leaves within five seconds.

The first signal raises KeyboardInterrupt in the main thread, which leaves in good order. Python delivers it only
between two bytecodes of that thread, so not while it is inside a compiled kernel or waits for a pool of threads.
In a function that a library in C calls back (LLVM does while it compiles) the exception is raised and then lost.
Therefore a second thread listens to a pipe that the signal handler in C writes to; when the command has not left
after `GRACE` seconds, or at a second signal, that thread ends the process, from wherever it is. This is safe: files
are written whole or not at all (`mcbelt.files.sealed`), locks are the operating system's, and the worker processes
are ended before.
"""

import atexit
import contextlib
import multiprocessing
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from mcbelt.files import sealed

STATUS = 130  # of a command that was interrupted, as a shell has it for Ctrl-C
GRACE = 1.5  # from the first signal to the end of the process [s]
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR = "\033[?25h"  # a progress bar hides it


class _Command:
    """What is to be said, and done at the last, when the command that runs is interrupted."""

    words = "interrupted."
    signalled = False
    last_act: Callable[[], None] | None = None
    ended = threading.Lock()


def announce(words: str, last_act: Callable[[], None] | None = None) -> None:
    """Have the command that runs say more than that it was interrupted.

    Parameters
    ----------
    words : str
        A sentence for standard error: what is kept, how to go on.
    last_act : callable, optional
        Called before the process is ended from outside the main thread; quick, and never waits for that thread.
    """
    _Command.words, _Command.last_act = words, last_act


def words() -> str:
    """What to say of the interruption."""
    return _Command.words


def signalled() -> bool:
    """Whether a signal has come: whatever the command raises after it is the interruption."""
    return _Command.signalled


def leave() -> None:
    """End the process of a command that has left in good order after a signal.

    At once: what an interpreter takes down at its end, compiled kernels above all, takes seconds on a busy machine.
    """
    if _Command.signalled:
        with contextlib.suppress(OSError, ValueError):  # a pipe that nobody reads any more, or a stream that is closed
            sys.stdout.flush()
            sys.stderr.flush()
        _end_children()
        os._exit(STATUS)


@contextlib.contextmanager
def answered() -> Iterator[None]:
    """While this lasts, Ctrl-C and SIGTERM interrupt the command; outside the main thread nothing is changed.

    A signal that is ignored when the command begins (`nohup`, a job in the background of a script) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    listening, telling = os.pipe()
    os.set_blocking(telling, False)
    threading.Thread(target=_listen, args=(listening,), daemon=True, name="interruption").start()
    pipe_before = signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    hook_before, sys.unraisablehook = sys.unraisablehook, _lost
    heard = [number for number in _SIGNALS if before[number] is not signal.SIG_IGN]
    announce("interrupted.")
    atexit.register(_ignore)
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        if not _Command.signalled:  # else the process is about to end, and a further signal should still be heard
            for number in heard:
                signal.signal(number, before[number])
            signal.set_wakeup_fd(pipe_before, warn_on_full_buffer=False)
            sys.unraisablehook = hook_before
            os.close(telling)  # which ends the listener


def _ignore() -> None:
    """Of a command that has ended only the interpreter is left to be taken down: its status stands.

    Registered before all else that the command registers, so this is done when nothing is left that could hang.
    """
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _lost(lost: "sys.UnraisableHookArgs") -> None:
    """An exception that nobody can catch: of the interruption nothing is said, the second thread ends the command."""
    if not (_Command.signalled and issubclass(lost.exc_type, KeyboardInterrupt)):
        sys.__unraisablehook__(lost)


def _interrupt(number: int, frame: object) -> None:
    if _Command.signalled:
        _end()
    _Command.signalled = True
    raise KeyboardInterrupt


def _listen(pipe: int) -> None:
    """Life of the second thread: until the pipe closes, or to the end of the process after a signal."""
    while True:
        told = os.read(pipe, 1)
        if not told:
            os.close(pipe)
            return
        if told[0] in _SIGNALS:
            break
    deadline = time.monotonic() + GRACE
    while (left := deadline - time.monotonic()) > 0.0:  # few turns: each waits for the interpreter's lock
        if select.select([pipe], [], [], left)[0] and set(os.read(pipe, 64)) & set(_SIGNALS):
            break
    _end()


def _end() -> None:
    """Leave at once: nobody waits for the main thread, so no lock that it may hold is asked for."""
    _Command.ended.acquire()  # never given back: one thread ends the process
    _end_children()
    with contextlib.suppress(Exception):
        sealed.abandon()
    with contextlib.suppress(Exception):
        if _Command.last_act is not None:
            _Command.last_act()
    with contextlib.suppress(Exception):
        cursor = _SHOW_CURSOR if os.isatty(2) else ""
        os.write(2, f"{cursor}{_Command.words}\n".encode())  # not by sys.stderr, whose lock the main thread may hold
    os._exit(STATUS)


def _end_children() -> None:
    with contextlib.suppress(Exception):
        for process in multiprocessing.active_children():
            process.kill()

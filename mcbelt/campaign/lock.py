"""One driver per directory: a lock that the operating system gives back when its holder dies, however it dies.

The lock is on the file `lock`; who holds it is said in `lock.holder`, because Windows lets nobody read a locked file.
"""

import contextlib
import datetime
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import filelock

from mcbelt.errors import ExecutionError, ResultsError


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory.

    Raises
    ------
    ExecutionError
        Another process holds it.
    ResultsError
        The directory cannot be written.
    """
    lock, holder = filelock.FileLock(directory / "lock"), _holder(directory)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise ExecutionError(
            f"{directory}: another mcbelt is at work there ({_words(holder)}); wait for it, or give another directory "
            "by --output."
        ) from None
    except OSError as error:
        raise ResultsError(
            f"{directory}: cannot be written ({error.strerror or error}); choose another directory by --output."
        ) from None
    try:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):  # a full disk: the lock holds without it
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}\n", encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def holder(directory: Path) -> str | None:
    """Who is at work in a directory, as "process PID on HOST since TIME"; None where nobody is, whatever was left."""
    return _words(_holder(directory)) if is_locked(directory) else None


def is_locked(directory: Path) -> bool:
    """Whether a driver is at work in a directory.

    Where the lock may not be tried, in a directory of somebody else, the word of the last holder counts: one that was
    killed there has left it.
    """
    path = directory / "lock"
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return _holder(directory).exists()


def _holder(directory: Path) -> Path:
    return directory / "lock.holder"


def _words(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8").strip() or "unknown"
    except OSError:
        return "unknown"

"""One driver per directory: a lock that the operating system gives back when its holder dies, however it dies."""

import contextlib
import datetime
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

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
    path = directory / "lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ResultsError(
            f"{directory}: cannot be written ({error.strerror}); choose another directory by --output."
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "unknown"
            raise ExecutionError(
                f"{directory}: another mcbelt is at work there ({holder}); wait for it, or give another directory by "
                "--output."
            ) from None
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()} since {now}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(directory: Path) -> str | None:
    """Who is at work in a directory, as "process PID on HOST since TIME"; None where nobody is, whatever was left."""
    if not is_locked(directory):
        return None
    try:
        return (directory / "lock").read_text(encoding="utf-8", errors="replace").strip() or "unknown"
    except OSError:
        return "unknown"


def is_locked(directory: Path) -> bool:
    """Whether a driver is at work in a directory."""
    try:
        handle = os.open(directory / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False

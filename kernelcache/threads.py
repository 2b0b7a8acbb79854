"""How many threads a process may use: one answer for every pool of threads.

The answer is the number that was asked for (`limit`, from `--workers`), else the cores that the process may use.
Work that runs beside other work of its own kind (a thread of one of our pools, a task of a Dask worker) is `alone`:
pools within it have one thread, so that pools never multiply. Results do not depend on any of this, and so BLAS has
one thread wherever a result is made (`serial_blas`): on more, it adds in another order for each number of threads.
"""

import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import threadpoolctl

_MOST = 8  # in preparation; between compiled loops its threads wait for the interpreter's lock
_asked: int | None = None
_changing = threading.Lock()
_serial = 0  # how many are in `serial_blas`
_blas: Any = None  # what BLAS had before
_here = threading.local()  # .alone: this thread is one of several that compute


def usable_cores() -> int:
    """Processor cores that this process may use: its affinity where the system has that, else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit(most: int | None) -> None:
    """Let this process use at most so many threads from now on.

    Parameters
    ----------
    most : int or None
        For every pool; None: the usable cores.

    Raises
    ------
    ValueError
        The number is below 1.
    """
    global _asked
    if most is not None and most < 1:
        raise ValueError(f"threads: a limit of {most} is not a number of threads; give 1 or more, or None.")
    _asked = most


@contextlib.contextmanager
def limited(most: int | None) -> Iterator[None]:
    """`limit` while this lasts."""
    before = _asked
    limit(most)
    try:
        yield
    finally:
        limit(before)


@contextlib.contextmanager
def serial_blas() -> Iterator[None]:
    """While this lasts, the matrix products of this process run on one thread, with the same bits on every machine."""
    import scipy.linalg  # noqa: F401  its own BLAS can only be limited once it is loaded

    global _serial, _blas
    with _changing:  # threads of a Dask worker come and go: the first sets, the last restores
        if _serial == 0:
            _blas = threadpoolctl.threadpool_limits(1, user_api="blas")
        _serial += 1
    try:
        yield
    finally:
        with _changing:
            _serial -= 1
            if _serial == 0:
                _blas.restore_original_limits()


def count() -> int:
    """Threads that a pool may have, started here and now."""
    return 1 if getattr(_here, "alone", False) else _asked or usable_cores()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """While this lasts, pools started in this thread have one thread."""
    before = getattr(_here, "alone", False)
    _here.alone = True
    try:
        yield
    finally:
        _here.alone = before


def side_by_side(work: Callable[[Any], Any], places: Iterable[Any], most: int | None = None) -> list[Any]:
    """Results of a function at each place, in order; compiled loops and numpy run beside each other.

    Parameters
    ----------
    work : callable
        Of one place. What it compiles should be compiled before: two threads that ask would wait for each other.
    places : iterable
    most : int, optional
        Threads; when not given `count()`, but not more than 8.

    Returns
    -------
    list
        What `work` gave.

    Raises
    ------
    Exception
        The first of `work`; the places that nobody has begun are left out then, after Ctrl-C too.
    """
    places = list(places)
    threads = min(most or min(count(), _MOST), len(places))
    if threads < 2:
        return [work(place) for place in places]

    def one(place: Any) -> Any:
        with alone():
            return work(place)

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        try:
            return list(pool.map(one, places))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

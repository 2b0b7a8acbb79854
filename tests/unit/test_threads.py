"""One limit on threads for every pool, one thread for BLAS, and results that do not depend on it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg  # noqa: F401  its BLAS is counted too
import threadpoolctl

from kernelcache import threads

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_limit():
    threads.limit(None)
    yield
    threads.limit(None)


def blas():
    return [library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"]


def used(places=24):
    """Threads that a pool started here takes, and those within it."""
    names, inner = set(), set()
    together = threading.Barrier(min(threads.count(), 8))

    def work(place):
        names.add(threading.get_ident())
        if place < together.parties:
            together.wait(timeout=20)
        inner.add(threads.count() if together.parties > 1 else 1)
        return place

    assert threads.side_by_side(work, range(places)) == list(range(places))
    assert inner == {1}
    return len(names)


def test_affinity_is_the_default():
    assert threads.count() == threads.usable_cores() == len(os.sched_getaffinity(0))
    script = "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nfrom kernelcache import threads\n"
    script += "print(threads.count(), os.cpu_count())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["1", str(os.cpu_count())]


def test_limit_binds_pools():
    for most in (1, 2, 5):
        threads.limit(most)
        assert used() == most
    threads.limit(None)
    with threads.limited(1):
        assert used() == 1
    assert threads.count() == threads.usable_cores()
    with pytest.raises(ValueError, match="a limit of 0"):
        threads.limit(0)


def test_one_of_many_is_alone():
    with threads.alone():
        assert used() == 1
    assert threads.count() == threads.usable_cores()


def test_no_pool_of_threads_but_this_one():
    """A pool made elsewhere would not obey."""
    for package in ("mcbelt", "geomag", "atmosphere", "kernelcache"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found = [word for word in ("ThreadPoolExecutor", "cpu_count", "prange", "parallel=True") if word in text]
            assert not found or path.name == "threads.py", (path, found)


def test_first_error_is_raised():
    threads.limit(3)
    with pytest.raises(ZeroDivisionError):
        threads.side_by_side(lambda place: 1 / place, [1, 0, 2])


def test_matrix_products_of_a_result_have_one_thread():
    """On two, this very product has other bits in a third of its numbers (OpenBLAS 0.3)."""
    before = blas()
    rng = np.random.default_rng(3)
    left, right = rng.random((7, 2000)), rng.random((2000, 150))
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        expected = left @ right
    with threads.serial_blas():
        assert set(blas()) == {1}
        np.testing.assert_array_equal(left @ right, expected)
    assert blas() == before


def test_blas_of_several_threads_at_once():
    """One leaves while the other is still at work, as in a Dask worker."""
    before = blas()
    one, other = threads.serial_blas(), threads.serial_blas()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert set(blas()) == {1}
    other.__exit__(None, None, None)
    assert blas() == before

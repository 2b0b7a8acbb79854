"""Tests on several workers: the units of `suite_units` in their order, and no kernel compiled by two at once."""

import contextlib
import gc
import hashlib
import os

import pytest
import suite_units
from numba.core.caching import NullCache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On a worker, units in their order; by itself pytest keeps the order of the files."""
    if hasattr(config, "workerinput"):
        by_name = {item.nodeid: item for item in items}
        slow = {name: item.get_closest_marker("slow") is not None for name, item in by_name.items()}
        items[:] = [by_name[name] for name in suite_units.ordered(slow)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """For `--dist loadfile`: units as they come, where pytest-xdist has files, those of most tests first.

    Groups by its mark `xdist_group` are no way: version 3.8 writes them into names that pytest 9 takes no more.
    """
    from xdist.scheduler import LoadFileScheduling

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return suite_units.unit(nodeid)

    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Units(config, log)


@pytest.fixture(scope="session", autouse=True)
def collected_seldom():
    """Garbage is looked for after 100 000 new objects, not 700: a tenth of the time of the compiler."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    yield
    gc.set_threshold(*usual)


@contextlib.contextmanager
def _alone(path):
    """While this lasts, no other process is in it with the same path."""
    import fcntl  # POSIX alone has it

    with open(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once(request, tmp_path_factory):
    """Two workers that want the same kernel at once: one compiles, the other waits and takes it from the disk.

    Without it both compile nearly all, because they begin with an empty cache and go through the same callees. Callees
    are locked inside their callers, so no two processes wait for each other; numba's own lock, of the threads of one
    process, is taken first for the same reason.
    """
    if not hasattr(request.config, "workerinput") or os.name != "posix":
        yield
        return
    locks, compiling = tmp_path_factory.getbasetemp().parent / "kernels", Dispatcher.compile
    locks.mkdir(exist_ok=True)

    def compile(self, sig):
        if isinstance(self._cache, NullCache):
            return compiling(self, sig)
        name = f"{self.py_func.__code__.co_filename} {self.py_func.__qualname__}"
        with global_compiler_lock, _alone(locks / hashlib.sha256(name.encode()).hexdigest()):
            return compiling(self, sig)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dispatcher, "compile", compile)
        yield

"""Numba's disk cache in all weathers: files cut, emptied, changed, removed; no disk; several that write at once."""

import importlib.util
import logging
import shutil
import threading

import numba
import pytest
from numba.core import caching

from kernelcache import whole_files

KERNEL = """
from numba import njit

@njit(cache=True)
def twice(x):
    return x + x
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A fresh compiled function on each call, as another process would import it; its cache is `tmp_path/cache`."""
    path = tmp_path / "a_kernel.py"
    path.write_text(KERNEL)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(whole_files, "_warned", False)

    def imported():
        spec = importlib.util.spec_from_file_location("a_kernel", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return imported


def hits(twice):
    return sum(twice.stats.cache_hits.values())


def of(tmp_path, ending):
    (found,) = (tmp_path / "cache").rglob(f"*{ending}")
    return found


def test_this_is_how_numba_keeps_kernels():
    """A version of numba that does it otherwise fails here, not in the middle of a run."""
    assert caching.IndexDataCacheFile is whole_files.WholeFiles
    assert caching.Cache._guard_against_spurious_io_errors is whole_files._no_disk_is_no_error


CONTENT = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "zeros": lambda content: bytes(len(content)),
    "one bit": lambda content: content[:-20] + bytes([content[-20] ^ 1]) + content[-19:],
}


@pytest.mark.parametrize("ending", [".nbc", ".nbi"])
@pytest.mark.parametrize("damage", CONTENT)
def test_what_is_not_whole_is_compiled_again(kernel, tmp_path, ending, damage):
    assert kernel()(21) == 42
    damaged = of(tmp_path, ending)
    damaged.write_bytes(CONTENT[damage](damaged.read_bytes()))
    again = kernel()
    assert (again(21), hits(again)) == (42, 0)
    last = kernel()
    assert (last(21), hits(last)) == (42, 1)
    assert of(tmp_path, ".nbc").exists()  # one: what is not named by the index was removed


def test_removed_in_the_middle_of_a_run(kernel, tmp_path, caplog):
    twice = kernel()
    assert twice(21) == 42
    shutil.rmtree(tmp_path / "cache")
    assert twice(1.5) == 3.0  # a new form, after the directory has gone
    assert caplog.records == []
    again = kernel()
    assert (again(1.5), hits(again)) == (3.0, 1)


def test_a_disk_that_takes_nothing_is_one_warning(kernel, tmp_path, caplog, monkeypatch):
    twice = kernel()
    assert twice(21) == 42
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("a file in the way")
    with caplog.at_level(logging.WARNING, logger="mcbelt"):
        assert (twice(1.5), twice(1j)) == (3.0, 2j)
    (record,) = caplog.records
    assert "compiled kernels cannot be kept (Not a directory)" in record.getMessage()


def test_a_disk_that_is_full_leaves_no_part_of_a_file(kernel, tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    twice = kernel()
    with monkeypatch.context() as now:
        now.setattr(whole_files.WholeFiles, "_save_index", full)
        assert twice(21) == 42
    again = kernel()
    assert (again(21), hits(again)) == (42, 0)
    assert of(tmp_path, ".nbc").exists()
    assert list((tmp_path / "cache").rglob("*.tmp.*")) == []


def test_several_that_write_at_once_lose_and_mix_nothing(tmp_path):
    """Forms of one function from four writers: every one is found under its own name. (flock holds between threads as
    between processes, for each has opened the file itself.)
    """

    def write(writer):
        files = whole_files.WholeFiles(str(tmp_path), "f-1.py3", "stamp")
        for number in range(25):
            files.save((writer, number), {"code": [writer, number]})

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    files = whole_files.WholeFiles(str(tmp_path), "f-1.py3", "stamp")
    for writer in range(4):
        for number in range(25):
            assert files.load((writer, number)) == {"code": [writer, number]}
    assert len(list(tmp_path.glob("*.nbc"))) == 100

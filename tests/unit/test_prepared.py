"""Parts of a preparation: the same bits kept or made, what is wrong with the store costs a line, phases are told."""

import datetime
import logging
import multiprocessing
import os
import threading
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numba import njit

from kernelcache import prepared
from mcbelt.errors import ConfigError
from mcbelt.files import preparations, provenance, sealed


class Pair(NamedTuple):
    rows: np.ndarray
    words: str


MADE = []  # arguments of each making


@prepared.part("a pair", of=Pair)
def pair(scale, grid, option="plain"):
    MADE.append((scale, option))
    return Pair(scale * np.sin(grid), str(option))


@prepared.part("many things")
def many():
    turned = np.arange(12.0).reshape(3, 4)
    return {
        "columns": np.asfortranarray(turned),
        "slice": turned[:, ::2],
        "shared": np.broadcast_to(1.0, (2, 3)),
        "single": np.float32(0.1),
        "whole": np.int64(3),
        "floats": (0.1, float("nan"), -0.0, 5e-324),
        "list": [None, True, 2, "three"],
        "empty": np.empty((0, 2), dtype=np.float32),
        "point": np.array(1.5),
    }


GRID = np.linspace(0.0, 1.0, 5)


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(provenance, "code_hash", lambda entries: "code")
    preparations._say_once.cache_clear()
    MADE.clear()
    return MADE


@pytest.fixture
def store(tmp_path):
    entries = preparations.Entries(tmp_path / "prepared", 10**8)
    with prepared.kept_in(entries):
        yield tmp_path / "prepared"


def same(left, right):
    """Whether two results are equal in type, layout and every bit."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, tuple | list):
        return type(left) is type(right) and all(same(*both) for both in zip(left, right, strict=True))
    if isinstance(left, np.ndarray):
        flags = ("c_contiguous", "f_contiguous", "writeable", "aligned")
        return (
            (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
            and (left.strides == right.strides or left.size == 0)
            and all(getattr(left.flags, flag) == getattr(right.flags, flag) for flag in flags)
        )
    return type(left) is type(right) and (repr(left) == repr(right))


def test_a_part_is_made_once_and_comes_back_the_same(store, made):
    first, again = pair(2.0, GRID), pair(2.0, grid=GRID, option="plain")
    assert isinstance(again, Pair)
    assert same(first, again)
    assert made == [(2.0, "plain")]


def test_kept_and_made_are_the_same_bits_in_the_same_layout(store):
    with prepared.kept_in(None):
        alone = many()
    assert same(alone, many())
    assert same(alone, many())
    assert alone["columns"].flags.f_contiguous
    assert alone["slice"].flags.c_contiguous
    assert alone["single"] == np.float32(0.1)


def test_numba_takes_both_for_the_same_type(store):
    """Else a kernel would be compiled anew for what comes from the disk."""

    @njit
    def total(rows):
        return rows.sum()

    for kept_in in (None, preparations.Entries(store, 10**8), preparations.Entries(store, 10**8)):
        with prepared.kept_in(kept_in):
            total(pair(1.0, GRID).rows)
    assert len(total.signatures) == 1


@pytest.mark.parametrize(
    "other",
    [
        (2.5, GRID),
        (np.nextafter(2.0, 3.0).item(), GRID),
        (2.0, GRID + 1e-16),
        (2.0, GRID.astype("f4")),
        (2.0, GRID, "other"),
        (2.0, GRID[:, None]),
    ],
)
def test_another_input_is_another_entry(store, made, other):
    pair(2.0, GRID)
    pair(*other)
    assert len(made) == 2
    assert len(preparations.entries(store)) == 2


def test_other_code_is_another_entry(store, made, monkeypatch):
    pair(2.0, GRID)
    monkeypatch.setattr(provenance, "code_hash", lambda entries: "other code")
    pair(2.0, GRID)
    assert len(made) == 2


def test_another_processor_is_another_entry(store, made, monkeypatch):
    pair(2.0, GRID)
    monkeypatch.setattr(preparations, "_processor", lambda: "another")
    pair(2.0, GRID)
    assert len(made) == 2


def test_what_is_no_plain_value_is_made_each_time(store, made):
    pair(2.0, GRID, option=len)
    pair(2.0, GRID, option=len)
    assert len(made) == 2
    assert preparations.entries(store) == []


class Settings:
    def __init__(self, L, date):
        self.L, self.date = L, date


def test_fingerprints():
    """Of equal content equal, of other types, shapes and bits other; what has no plain content is refused."""
    date = datetime.date(1998, 6, 5)
    values = [1, 1.0, True, "1", b"1", None, date, GRID, GRID[:4], [1], (1,), {"a": 1}, {"b": 1}, Pair(GRID, "x")]
    values += [np.float32(1), 0.0, -0.0, ("ab", "c"), ("a", "bc"), Settings(1.2, date), Settings(1.3, date)]
    assert len({prepared.fingerprint(value) for value in values}) == len(values)
    assert prepared.fingerprint(Settings(1.2, date)) == prepared.fingerprint(Settings(1.2, date))
    assert prepared.fingerprint(GRID) == prepared.fingerprint(GRID.copy())
    for odd in (len, lambda: 0, np.array([object()])):
        with pytest.raises(TypeError):
            prepared.fingerprint(odd)


# ---------------------------------------------------------------- a store with something wrong


def cut(path):
    path.write_bytes(path.read_bytes()[:-40])


def changed(path):
    image = bytearray(path.read_bytes())
    image[len(image) // 2] ^= 1
    path.write_bytes(image)


def nothing(path):
    path.write_bytes(b"")


def foreign(path):
    path.write_bytes(sealed.sealed(b"no archive"))


def of_another(path):
    (other,) = path.parent.glob("*.npz")
    pair(3.0, GRID)
    (another,) = set(path.parent.glob("*.npz")) - {other}
    path.write_bytes(another.read_bytes())


@pytest.mark.parametrize("harm", [cut, changed, nothing, foreign, of_another])
def test_a_bad_entry_is_made_again_and_costs_one_line(store, made, caplog, harm):
    first = pair(2.0, GRID)
    (entry,) = preparations.entries(store)
    harm(entry.path)
    made.clear()
    with caplog.at_level(logging.WARNING, "mcbelt"):
        assert same(first, pair(2.0, GRID))
        assert same(first, pair(2.0, GRID))
    assert len(made) == 1
    (record,) = caplog.records
    assert str(entry.path) in record.getMessage()
    assert "it is made again" in record.getMessage()


def test_a_full_disk_is_one_line(store, made, caplog, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with caplog.at_level(logging.WARNING, "mcbelt"):
        first = pair(2.0, GRID)
        assert same(first, pair(2.0, GRID))
        many()
    assert len(made) == 2
    (record,) = caplog.records
    assert "cannot be kept (No space left on device)" in record.getMessage()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_directory_that_cannot_be_made_is_one_line(tmp_path, made, caplog):
    (tmp_path / "file").write_text("")
    entries = preparations.Entries(tmp_path / "file" / "prepared", 10**8)
    with prepared.kept_in(entries), caplog.at_level(logging.WARNING, "mcbelt"):
        pair(2.0, GRID)
        pair(2.0, GRID)
    assert len(made) == 2
    assert len(caplog.records) == 1


def test_what_was_used_least_lately_goes(tmp_path, made):
    """Entries of 40 kB where 100 kB may be kept: the third drives out the one that was read longest ago."""
    grid = np.linspace(0.0, 1.0, 5000)
    with prepared.kept_in(preparations.Entries(tmp_path, 100_000)):
        pair(1.0, grid)
        pair(2.0, grid)
        for age, entry in zip((200, 100), preparations.entries(tmp_path), strict=True):
            os.utime(entry.path, (time.time() - age,) * 2)
        pair(1.0, grid)  # read: now the second is the oldest
        pair(3.0, grid)
        assert len(preparations.entries(tmp_path)) == 1 + (2 * 40_600 <= 80_000)
        made.clear()
        pair(3.0, grid)
        pair(2.0, grid)
    assert made == [(2.0, "plain")]


def test_too_much_for_the_cap_is_not_kept(tmp_path, made):
    with prepared.kept_in(preparations.Entries(tmp_path, 1000)):
        pair(1.0, np.linspace(0.0, 1.0, 5000))
    assert preparations.entries(tmp_path) == []


@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf"])
def test_a_cap_that_is_no_number_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv(preparations.VARIABLE, text)
    with pytest.raises(ConfigError, match="is no number of megabytes"):
        preparations.most_bytes()


def test_no_cap_keeps_nothing(monkeypatch, tmp_path, made):
    monkeypatch.setenv(preparations.VARIABLE, "0")
    monkeypatch.setattr(preparations, "default_directory", lambda: tmp_path)
    with preparations.in_use():
        pair(2.0, GRID)
        pair(2.0, GRID)
    assert (len(made), list(tmp_path.iterdir())) == (2, [])


def test_clear(store):
    pair(2.0, GRID)
    many()
    (store / "pair" / f".left.npz.{2**22 + 1}.tmp").write_text("of a process that was killed")
    assert len(preparations.clear(store)) == 2
    assert list(store.iterdir()) == []
    assert preparations.clear(store / "nowhere") == []


# ---------------------------------------------------------------- several at once


def test_one_makes_and_the_others_wait(tmp_path, made):
    """Threads here, as in a Dask worker; a claim is a file, so it is the same for processes."""
    entries, results = preparations.Entries(tmp_path, 10**8), []

    @prepared.part("something slow")
    def slow(scale):
        MADE.append(scale)
        time.sleep(0.5)
        return scale * GRID

    def ask():
        with prepared.kept_in(entries):
            results.append(slow(2.0))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [2.0]
    assert all(same(results[0], each) for each in results[1:])
    assert not list(tmp_path.rglob("*.claim"))


@pytest.mark.parametrize("claim", ["{gone} 1 {host}", "", "{here} {thread} {host}"])
def test_a_claim_of_nobody_is_taken_over(store, made, claim, monkeypatch):
    """Of a process that was killed, one that was not written to the end, and one of this very thread."""
    pair(2.0, GRID)
    (entry,) = preparations.entries(store)
    entry.path.unlink()
    ended = multiprocessing.get_context("fork").Process(target=int)
    ended.start()
    ended.join()
    about = {"gone": ended.pid, "here": os.getpid(), "thread": threading.get_ident()}
    path = entry.path.with_name(f".{entry.path.stem}.claim")
    path.write_text(claim.format(host=preparations.socket.gethostname(), **about))
    os.utime(path, (time.time() - 10.0,) * 2)
    begun = time.monotonic()
    pair(2.0, GRID)
    assert time.monotonic() - begun < 2.0
    assert len(made) == 2


# ---------------------------------------------------------------- what is told


@prepared.part("the outer part")
def outer():
    return pair(1.0, GRID).rows


def test_phases_are_told_and_the_outer_one_again():
    told = []
    with prepared.told_to(told.append):
        outer()
        many()
    assert told == ["the outer part", "a pair", "the outer part", "many things"]


def test_compilation_is_told(monkeypatch):
    told = []

    @njit
    def fresh(x):
        return x + 1.0

    @prepared.part("a compiled part")
    def compiled():
        return fresh(1.0)

    with prepared.told_to(told.append):
        compiled()
        compiled()
    assert told[0] == "a compiled part"
    assert told[1] == "a compiled part: compiling kernels, once for this version of the program"
    assert told[2:] == ["a compiled part"]

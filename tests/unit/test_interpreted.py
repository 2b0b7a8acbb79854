"""Tests without the compiler, and the coverage of the rooms that comes of them."""

import subprocess
import sys

from toy_simulation import ROOT

TESTS = """
import mcbelt.grid, numba, numpy as np

def test_passes():
    assert mcbelt.grid.bin_refuse(np.array([1.0, 2.0]), 1.5) == 0
    assert not hasattr(mcbelt.grid.bin_refuse, "py_func")

def test_is_dear():
    while True:
        pass

def test_fails():
    assert False
"""


def test_what_is_dear_or_fails_is_told_apart_and_kernels_are_counted(tmp_path):
    file, log = tmp_path / "test_three.py", tmp_path / "log"
    file.write_text(TESTS)
    arguments = ["-m", "tools.interpreted", str(file), "--limit", "0.5", "--log", str(log)]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    ended = [line.split("::") for line in log.read_text().splitlines()]
    assert [(outcome.split()[0], name) for outcome, name in ended] == [
        ("passed", "test_passes"), ("dear", "test_is_dear"), ("failed", "test_fails")
    ]  # fmt: skip
    assert "1 tests pass without the compiler; 1 take more than 0.5 s" in done.stdout
    (grid,) = (line for line in done.stdout.splitlines() if line.startswith("| mcbelt.grid |"))
    assert 0 < int(grid.split("|")[3].strip(" %")) < 100

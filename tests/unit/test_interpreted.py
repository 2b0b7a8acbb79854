"""Tests without the compiler, and the coverage of the rooms that comes of them."""

import json
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
    file, parts = tmp_path / "test_three.py", tmp_path / "parts"
    file.write_text(TESTS)
    command = [sys.executable, "-m", "tools.interpreted", str(file), "--limit", "0.5", "--parts", str(parts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (part,) = parts.iterdir()
    found = json.loads(part.read_text())
    assert [(name.split("::")[1], outcome) for name, outcome in found["outcomes"].items()] == [
        ("test_passes", "passed"), ("test_is_dear", "dear"), ("test_fails", "failed")
    ]  # fmt: skip
    ran = set().union(*found["lines"]["mcbelt/grid.py"].values())
    assert {name.split("::")[1] for name in ran if name} == {"test_passes"}
    assert "1 tests pass without the compiler; 1 take more than 0.5 s" in done.stdout
    (grid,) = (line for line in done.stdout.splitlines() if line.startswith("| mcbelt.grid |"))
    assert 0 < int(grid.split("|")[3].strip(" %")) < 100
    part.write_text(json.dumps(found | {"outcomes": {}}))
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "0 tests pass without the compiler; 0 take more" in again.stdout  # what is there is not run again

"""The real physics: a small belt campaign gives the same bits from one process, two processes and Dask."""

import os
import subprocess
import sys

import pytest
from toy_simulation import ROOT, same_bits

from mcbelt.files import result as results

CAMPAIGN = """\
kind = "belt"
name = "small"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
[energy]
bins = 4
[run]
histories = 45
block_size = 10
"""


@pytest.mark.slow
def test_every_backend_gives_the_same_bits(tmp_path):
    (tmp_path / "campaign.toml").write_text(CAMPAIGN)
    found = []
    for number, options in enumerate((["--workers", "1"], ["--workers", "2"], ["--workers", "2", "--dask", "local"])):
        output = tmp_path / f"results{number}"
        command = [sys.executable, "-m", "mcbelt", "run", str(tmp_path), "--output", str(output), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)
        assert done.returncode == 0, done.stderr
        found.append(results.open_result(output))
    assert int(found[0]["fate_count"].sum()) == 45
    assert len({result.attrs["code_hash"] for result in found}) == 1  # nobody edited the sources between the runs
    assert same_bits(found[0], found[1])
    assert same_bits(found[0], found[2])

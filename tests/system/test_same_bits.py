"""The same bits on other cores: a run that is killed and resumed with another affinity, another number of workers and
other threads of BLAS and OpenMP, its preparation included.
"""

import os
import shutil
import subprocess
import sys
import time

import pytest
from toy_simulation import ROOT, same_bits

from mcbelt.files import result as results

HEAD = """\
kind = "belt"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
times = "instant"
"""
COSMIC = """\
[source]
kind = "cosmic_rays"
species = "proton"
second_spectrum = false
radiated_photons = false
neutral_pions = false
muon_flight = false
east_west = false
time_limit_s = 0.2
[energy]
min_MeV = 1000.0
max_MeV = 4000.0
bins = 2
[run]
histories = 8
block_size = 2
"""
CAMPAIGNS = {  # the second has the cascade, in single precision, and the drift average
    "trapped": 'name = "trapped"\n' + HEAD + "[energy]\nbins = 4\n[run]\nhistories = 60\nblock_size = 15\n",
    "cosmic": 'name = "cosmic"\n' + HEAD.replace("L = 1.2", 'L = 1.12\nfield = "eccentric"') + COSMIC,
}
TWO_CORES = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1 and shutil.which("taskset")


def started(campaign, cores, workers, library_threads):
    """`mcbelt run` on some of the cores of this process."""
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    command = ["taskset", "-c", ",".join(map(str, chosen)), sys.executable, "-m", "mcbelt", "run", str(campaign)]
    pools = {name: str(library_threads) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return subprocess.Popen(
        [*command, "--workers", str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **pools, "PYTHONPATH": str(ROOT)},
    )


def finished(process):
    """Wait for the end of a run that goes well."""
    _, errors = process.communicate(timeout=1800)
    assert process.returncode == 0, errors


@pytest.mark.slow
@pytest.mark.skipif(not TWO_CORES, reason="needs two cores and taskset")
@pytest.mark.parametrize("name", CAMPAIGNS)
def test_resumed_on_other_cores(name, tmp_path):
    for part in ("whole", "parts"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "campaign.toml").write_text(CAMPAIGNS[name])
    finished(started(tmp_path / "whole", 2, 2, 2))
    first = started(tmp_path / "parts", 1, 1, 1)
    blocks = tmp_path / "parts" / "results" / "blocks"
    while not list(blocks.glob("*.nc")):
        assert first.poll() is None, first.communicate()[1]
        time.sleep(0.02)
    first.kill()
    first.wait()
    kept = len(list(blocks.glob("*.nc")))
    finished(started(tmp_path / "parts", 2, 2, 3))
    whole, parts = (results.open_result(tmp_path / part) for part in ("whole", "parts"))
    assert 1 <= kept < 4
    assert parts.attrs["blocks_computed"] == 4 - kept
    assert whole.attrs["code_hash"] == parts.attrs["code_hash"]
    assert same_bits(whole, parts)

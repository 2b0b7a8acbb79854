"""The real physics: a small belt campaign gives the same bits from one process, two processes and Dask."""

import os
import subprocess
import sys

import numpy as np
import pytest
from toy_simulation import ROOT, same_bits

import mcbelt
from mcbelt.files import parts
from mcbelt.files import result as results
from mcbelt.tally.parts import seed_of

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


SHORT = """\
kind = "belt"
name = "short"
preset = "paper"
[shell]
L = 1.2
date = 1998-06-05
[air]
f107 = 112.0
f107a = 108.0
ap = 10.0
times = "instant"
[energy]
min_MeV = 15.0
max_MeV = 400.0
bins = 3
[run]
histories = 40
block_size = 20
"""
PROTONS = f'kind = "table"\nspectrum_csv = "{ROOT}/tests/regression/campaigns/protons.csv"\npitch_angle_power = 20.0\n'


@pytest.mark.slow
def test_each_of_two_real_sources_is_what_it_is_alone():
    """Trapped protons and a table of protons: all variables, tallies and fates of each, to the last bit."""
    of_each = ('kind = "trapped_protons"\n', PROTONS)
    both = mcbelt.run(SHORT + "".join(f"[[source]]\n{text}" for text in of_each))
    for stream, (name, text) in enumerate(zip(parts.names(both), of_each, strict=True)):
        alone = mcbelt.run(f"{SHORT}seed = {seed_of(1, stream)}\n[source]\n{text}")
        own = parts.part(both, name)
        assert same_bits(alone, own)
        assert alone.attrs["physics_hash"] == own.attrs["physics_hash"]
    fluxes = [parts.part(both, name)["flux_positron"].values for name in parts.names(both)]
    np.testing.assert_allclose(both["flux_positron"], fluxes[0] + fluxes[1], rtol=1e-15)
    assert np.all(both["age_positron"].values[-1] > 0.0)

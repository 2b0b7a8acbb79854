"""A small cosmic-ray campaign by both estimators, through the command line."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from toy_simulation import ROOT, same_bits

from mcbelt.files import result as results
from mcbelt.tally.means import FEWEST

CAMPAIGN = """\
kind = "belt"
name = "both"
preset = "paper_eccentric"
[shell]
L = 1.09
date = 1998-06-05
[air]
f107 = 120.0
f107a = 120.0
ap = 7.0
[source]
kind = "cosmic_rays"
[place]
kind = "shell"
pitch_cosine_max = 0.3
past_anomaly_min_deg = 55.0
past_anomaly_max_deg = 85.0
[energy]
min_MeV = 200.0
max_MeV = 800.0
bins = 2
[run]
"""
RUNS = {
    "forward": 'estimator = "forward"\nhistories = 24000\nblock_size = 3000\n',
    "adjoint": "histories = 48\nblock_size = 24\n",
}


def computed(home, estimator, workers):
    """Result of the command line."""
    (home / "campaign.toml").write_text(CAMPAIGN + RUNS[estimator])
    output = home / f"{estimator}-{workers}"
    command = [sys.executable, "-m", "mcbelt", "run", str(home), "--output", str(output), "--workers", str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)
    assert done.returncode == 0, done.stderr
    return results.open_result(output)


@pytest.mark.slow
def test_forward_campaign_agrees_with_the_adjoint_one(tmp_path):
    """4 sigma per bin and charge (half the 68 % interval, where too few histories score for an error); the account of
    energy closes; no orbit is lost or gains energy; any workers.
    """
    one, two = (computed(tmp_path, "forward", workers) for workers in (1, 2))
    adjoint = computed(tmp_path, "adjoint", 2)
    assert same_bits(one, two)
    assert (one.attrs["estimator"], adjoint.attrs["estimator"]) == ("forward", "adjoint")
    assert one.attrs["physics_hash"] != adjoint.attrs["physics_hash"]
    assert not {"LOST", "HEATED"} & set(one["fate"].values.tolist())
    for name in ("positron", "electron"):
        assert abs(float(one[f"energy_account_rest_{name}"])) < 1e-6
        assert (one[f"energy_account_{name}"].values >= 0.0).all()
        assert one[f"energy_account_{name}"].attrs["units"] == "GeV s-1"
        for bin_number in range(2):
            found, expected = (float(result[f"flux_{name}"][bin_number]) for result in (one, adjoint))
            ends = [
                [float(result[f"flux_{name}_{end}"][bin_number]) for end in ("low", "high")]
                for result in (one, adjoint)
            ]
            errors = [0.5 * (high - low) for low, high in ends]
            assert found > 0.0
            assert abs(found - expected) < 4.0 * math.hypot(*errors), (name, bin_number)
    few = one["ratio_effective_histories"].values < FEWEST
    assert few.any()  # a handful of births bring the flux of 24000, those of e+ and e- together
    assert np.isnan(one["ratio_sigma"].values[few]).all()
    assert (adjoint["ratio_sigma"].values > 0.0).all()

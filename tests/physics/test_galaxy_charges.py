"""Losses in ionised gas against the number of the textbooks, and those of nuclei by their charge."""

import math

import numpy as np
import pytest

from mcbelt.constants import ALPHA_MASS, ELECTRON_MASS, PROTON_MASS
from mcbelt.interstellar import losses
from mcbelt.interstellar.scales import EV


@pytest.mark.parametrize("density", [1.0e-3, 0.03, 1.0])
@pytest.mark.parametrize("gamma", [30.0, 1.0e3, 1.0e5])
def test_electrons_in_ionised_gas(density, gamma):
    """7.62e-9 n (ln(gamma / n) + 73.6) eV/s (Ginzburg 1979, as printed): the constants of today make it 0.3 % more."""
    found = losses.electron_coulomb(gamma * ELECTRON_MASS, density) / EV
    assert found == pytest.approx(7.62e-9 * density * (math.log(gamma / density) + 73.6), rel=0.005)


@pytest.mark.parametrize("loss", [losses.nucleus_ionisation, losses.nucleus_coulomb])
@pytest.mark.parametrize("per_nucleon", [0.1, 1.0, 10.0])
def test_a_nucleus_loses_by_its_charge_squared(loss, per_nucleon):
    """An alpha against a proton of the same speed: 4, but for the recoil in the largest transfer (1 %)."""
    gamma = 1.0 + per_nucleon / PROTON_MASS
    proton = loss(PROTON_MASS * (gamma - 1.0), 0.5)
    alpha = loss(ALPHA_MASS * (gamma - 1.0), 0.5, charge=2, mass=ALPHA_MASS)
    assert alpha / proton == pytest.approx(4.0, rel=0.01)
    assert np.all(proton > 0.0)

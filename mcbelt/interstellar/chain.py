"""The muons between pion and positron, which a lecture shows and the closed form of `mcbelt.physics.decay` skips.

The muon of a pion in flight is spread evenly in energy, because the pion has no spin.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import CHARGED_PION_MASS, MUON_MASS
from mcbelt.physics.decay import PION_MUON_ENERGY


def muon_energy_range(pion_energy: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest muon energy [GeV] of a pion of total energy E_pi [GeV]."""
    gamma = np.asarray(pion_energy, float) / CHARGED_PION_MASS
    boost = np.sqrt((gamma - 1.0) * (gamma + 1.0))
    momentum = math.sqrt(PION_MUON_ENERGY**2 - MUON_MASS**2)
    return gamma * PION_MUON_ENERGY - boost * momentum, gamma * PION_MUON_ENERGY + boost * momentum

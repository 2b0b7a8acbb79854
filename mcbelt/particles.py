"""Particles by their PDG codes, and the ways in which a history ends.

Codes are those of the Monte Carlo particle numbering scheme (PDG 2022, section 45). Kernels use the integers.
"""

import enum
import math

from numba import njit

from mcbelt import constants

ELECTRON = 11
POSITRON = -11
MUON_MINUS = 13
MUON_PLUS = -13
PHOTON = 22
PION_PLUS = 211
PION_MINUS = -211
PION_ZERO = 111
KAON_PLUS = 321
KAON_MINUS = -321
KAON_SHORT = 310
PROTON = 2212
NEUTRON = 2112
ALPHA = 1000020040

NAMES = {
    ELECTRON: "e-",
    POSITRON: "e+",
    MUON_MINUS: "mu-",
    MUON_PLUS: "mu+",
    PHOTON: "gamma",
    PION_PLUS: "pi+",
    PION_MINUS: "pi-",
    PION_ZERO: "pi0",
    KAON_PLUS: "K+",
    KAON_MINUS: "K-",
    KAON_SHORT: "K0S",
    PROTON: "p",
    NEUTRON: "n",
    ALPHA: "alpha",
}


class Fate(enum.IntEnum):
    """How a history ended. Each history has one; the counts sum to the histories; LOST > 0 fails the run."""

    LOST = 0  # a value became NaN: a bug, never a result
    COOLED = 1  # below the lowest energy that is followed
    ABSORBED = 2  # reached the dense air
    ESCAPED = 3  # left the region
    DECAYED = 4
    STOPPED = 5  # annihilated or came to rest
    STEP_LIMIT = 6  # still alive when the steps ran out; reported beside the flux


N_FATES = len(Fate)


@njit(cache=True, error_model="numpy")
def mass(code):
    """Rest mass [GeV] of a PDG code; NaN for a code that is not in this module."""
    size = abs(code)
    if size == ELECTRON:
        return constants.ELECTRON_MASS
    if size == MUON_MINUS:
        return constants.MUON_MASS
    if size == PHOTON:
        return 0.0
    if size == PION_PLUS:
        return constants.CHARGED_PION_MASS
    if code == PION_ZERO:
        return constants.NEUTRAL_PION_MASS
    if size == KAON_PLUS:
        return constants.CHARGED_KAON_MASS
    if code == KAON_SHORT:
        return constants.NEUTRAL_KAON_MASS
    if size == PROTON:
        return constants.PROTON_MASS
    if size == NEUTRON:
        return constants.NEUTRON_MASS
    if size == ALPHA:
        return constants.ALPHA_MASS
    return math.nan


@njit(cache=True, error_model="numpy")
def charge(code):
    """Charge in units of e of a PDG code; 0 for neutral and unknown ones (whose `mass` is NaN)."""
    sign = 1 if code > 0 else -1
    size = abs(code)
    if size == ELECTRON or size == MUON_MINUS:
        return -sign
    if size == PION_PLUS or size == KAON_PLUS or size == PROTON:
        return sign
    if size == ALPHA:
        return 2 * sign
    return 0

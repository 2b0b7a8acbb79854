"""What an e+- meets on its full orbit, summed for means over a drift: the detector `DriftMeans`.

Losses and scattering power of the air are asked for at every fifth step alone: five is prime to the eight steps of a
gyration, so every gyrophase is met. A mirror point is where the pitch angle came near 90 degrees since it was last well
away from it; the two limits lie apart, as the pitch angle ripples with the gyration.
"""

from typing import Any, NamedTuple

from numba import njit

from atmosphere.density import mass_fractions
from mcbelt import constants
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import register_detector
from mcbelt.physics import kinematics
from mcbelt.physics.loss_table import ElementLosses, mixture_loss
from mcbelt.physics.scattering import pitch_angle_diffusion

# Columns of a tally.
AWAY = 0  # given: cos^2(pitch angle) that is well away from a mirror point; infinite: none is counted
STEPS = 1  # steps seen
MATTER = 2  # grammage [kg m-2]
PATH = 3  # [m]
FIELD_SQUARED = 4  # integral of B_perp^2 ds [T^2 m]
COTANGENT = 5  # grammage times cot^2(pitch angle) [kg m-2]
ASKED = 6  # grammage of the steps at which the air was asked [kg m-2]
LOSS = 7  # of these: grammage times loss [GeV]
DIFFUSION = 8  # of these: grammage times diffusion coefficient of the local pitch angle [rad^2]
DIFFUSION_COTANGENT = 9  # of these: that times cot^2(pitch angle) [rad^2]
AT_MIRROR = 10  # 1 from a mirror point until well away from it, else 0
MIRRORS = 11  # how many were passed
FIRST_MIRROR, LAST_MIRROR = 12, 13  # PATH when the first and the last were passed [m]
COLUMNS = 14

EVERY = 5  # steps between two questions to the air
NEAR = 0.25  # share of AWAY below which a mirror point is near


class DriftMeans(NamedTuple):
    """Sums of what e+- meet; one tally of `COLUMNS` a charge, zeros but for AWAY."""

    air: Any
    losses: ElementLosses
    on: bool = True


@njit(error_model="numpy", cache=True)
def _sum_up(detector, tally, lanes, k):
    step, across = abs(lanes[row.STEP_NOW, k]), lanes[row.B_PERP2, k]
    along = max(lanes[row.FIELD2, k] - across, 0.0)
    met, cotangent2, cosine2 = lanes[row.DENSITY, k] * step, along / across, along / lanes[row.FIELD2, k]
    tally[STEPS] += 1.0
    tally[MATTER] += met
    tally[PATH] += step
    tally[FIELD_SQUARED] += across * step
    tally[COTANGENT] += met * cotangent2
    if cosine2 < NEAR * tally[AWAY]:
        tally[AT_MIRROR] = 1.0
    elif cosine2 > tally[AWAY] and tally[AT_MIRROR] == 1.0:
        tally[AT_MIRROR] = 0.0
        tally[MIRRORS] += 1.0
        tally[LAST_MIRROR] = tally[PATH]
        if tally[MIRRORS] == 1.0:
            tally[FIRST_MIRROR] = tally[PATH]
    if tally[STEPS] % EVERY == 0.0:
        latitude, longitude, altitude = lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k], lanes[row.ALTITUDE, k]
        fractions = mass_fractions(detector.air, latitude, longitude, altitude)
        kinetic = kinematics.kinetic_energy(lanes[row.MOMENTUM, k], constants.ELECTRON_MASS)
        turned = met * pitch_angle_diffusion(kinetic, fractions)
        tally[ASKED] += met
        tally[LOSS] += met * mixture_loss(detector.losses, kinetic, lanes[row.CHARGE, k], fractions)[0]
        tally[DIFFUSION] += turned
        tally[DIFFUSION_COTANGENT] += turned * cotangent2


register_detector(DriftMeans, _sum_up)

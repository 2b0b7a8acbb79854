"""Multiple Coulomb scattering: mean square angle per grammage, and pitch angle diffusion.

A fast charge is turned by many small deflections. What diffusion needs is the mean of 2 (1 - cos theta) per grammage
(twice the inverse transport length), here the integral over the screened Rutherford (for electrons Mott) cross
section from Moliere's screening angle up to the size of the nucleus or to backward scattering, with Z^2 -> Z (Z + 1)
for the atomic electrons. That is the scattering power of ICRU Report 35 (1984, eq. 2.9) with exact solid angle. It
holds for thick and thin layers alike because it is linear in grammage; the shape is Gaussian only after many mean
free paths (1e-5 g/cm2 in air), and its tail of single large deflections is then part of the variance. The older
constant of Rossi and Greisen 1941 (E_s = 21.2 MeV and a radiation length) is 8 % larger at 100 MeV and 39 % at 10 MeV,
because it extends the small-angle law to angles above one radian.
"""

import math

from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE
from mcbelt.physics import kinematics
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions

# Momentum transfer [GeV] where the nucleus stops acting as a point: Gaussian form factor, q^2 = 3 exp(-0.5772) /
# r_rms^2, with
# charge radii 0.84, 1.68, 2.56, 2.70, 3.43 fm (Angeli and Marinova 2013).
_NUCLEAR_MOMENTUM = (0.305, 0.1525, 0.1001, 0.0949, 0.0747)


@njit(cache=True, error_model="numpy")
def mean_square_angle(p: float, mass: float, composition: MassFractions) -> float:
    """Mean square space angle per grammage of a particle of unit charge (mean of 2 (1 - cos) of a thin layer).

    Parameters
    ----------
    p, mass : float
        Momentum and mass [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        [rad^2 m2/kg]. One plane has half of it. NaN for p <= 0. For charge z multiply by z^2 (screening angles of
        heavy charges are those of z = 1 here, a logarithm's difference).
    """
    if not p > 0.0:
        return math.nan
    energy = math.sqrt(p * p + mass * mass)
    beta = p / energy
    total = 0.0
    for i in range(5):
        if composition[i] > 0.0:
            Z = CHARGE[i]
            screening = FINE_STRUCTURE * ELECTRON_MASS * Z ** (1.0 / 3.0) / (0.885 * p)
            screening2 = screening**2 * (1.13 + 3.76 * (FINE_STRUCTURE * Z / beta) ** 2)
            largest = min(4.0, (_NUCLEAR_MOMENTUM[i] / p) ** 2)
            ratio = largest / screening2
            bracket = math.log1p(ratio) - ratio / (1.0 + ratio) - 0.25 * beta**2 * largest
            total += composition[i] * ATOMS_PER_KG[i] * Z * (Z + 1.0) * bracket
    return 4.0 * math.pi * (CLASSICAL_ELECTRON_RADIUS * ELECTRON_MASS / (p * beta)) ** 2 * total


@njit(cache=True, error_model="numpy")
def pitch_angle_diffusion(T: float, composition: MassFractions) -> float:
    """Diffusion coefficient of the local pitch angle of e+- per grammage, <(d alpha)^2> / (2 dX) [rad^2 m2/kg].

    A quarter of `mean_square_angle`: one of two planes, and the half of the definition. The drift that keeps
    isotropy, D cot(alpha), belongs to the caller's operator. T is the kinetic energy [GeV], composition the mass
    fractions of H, He, N, O, Ar.
    """
    return 0.25 * mean_square_angle(kinematics.momentum(T, ELECTRON_MASS), ELECTRON_MASS, composition)

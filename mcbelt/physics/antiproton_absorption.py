"""Inelastic collisions of antiprotons, annihilation included, with the nuclei of the upper air.

H: Tan and Ng 1983 (J. Phys. G 9, 227) to 14 GeV; above, their inelastic p + p and the difference of the total cross
sections of pbar + p and p + p, 2 x 35.43 s^-0.560 mb (PDG 2000), 1 % higher where they meet. Nuclei: Moiseev and Ormes
1997, a fit to data on C between 0.4 and 300 GeV/c scaled by A^(2/3), as Moskalenko et al. 2002 (ApJ 565, 280) use it
(He with A = 3.3). The coefficients were read in programs that use them, not on the printed pages. For C another fit to
the same data differs by up to 14 % (10 GeV/c), 5 % at 0.7 to 2 GeV/c: take 15 % as the error.

Protons and alphas: `mcbelt.physics.pion_production.inelastic_cross_section`, 0.2 to 500 GeV.
"""

import math

from numba import njit

from mcbelt.constants import MB_TO_M2, PROTON_MASS, TARGET_MASS_NUMBER
from mcbelt.errors import PhysicsError
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, ELEMENTS, MassFractions, mass_fractions

T_MIN, T_MAX = 0.1, 298.0  # [GeV]: 0.44 and 299 GeV/c
_TAN_NG_END = 14.0  # [GeV]
_HELIUM = 3.3  # mass number that stands for helium
_NUCLEONS = tuple(_HELIUM if name == "He" else float(TARGET_MASS_NUMBER[name]) for name in ELEMENTS)


@njit(cache=True, error_model="numpy")
def on_hydrogen(T: float) -> float:
    """Inelastic cross section on a proton [mb] at kinetic energy T [GeV]; NaN outside 0.1-298 GeV."""
    if not T_MIN <= T <= T_MAX:
        return math.nan
    if T <= _TAN_NG_END:
        return 24.7 * (1.0 + 0.584 * T**-0.115 + 0.856 * T**-0.566)
    u = math.log((T + PROTON_MASS) / 200.0)
    proton = 32.2 * (1.0 + 0.0273 * u + 0.01 * max(u, 0.0) ** 2)
    return proton + 70.86 * (2.0 * PROTON_MASS * (T + 2.0 * PROTON_MASS)) ** -0.560


@njit(cache=True, error_model="numpy")
def on_nucleus(T: float, charge: float, mass_number: float) -> float:
    """Inelastic cross section [mb] on a nucleus heavier than H at kinetic energy T [GeV]; NaN outside 0.1-298 GeV.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV].
    charge, mass_number : float
        Of the nucleus, charge 2 and more.

    Returns
    -------
    float
        [mb]; Moiseev and Ormes 1997.
    """
    if not T_MIN <= T <= T_MAX:
        return math.nan
    shape = 48.2 + 19.0 * T**-0.55 + (0.1 - 0.18 * T**-1.2) * charge + 0.0012 * T**-1.5 * charge * charge
    return mass_number ** (2.0 / 3.0) * shape


@njit(cache=True, error_model="numpy")
def collisions_per_grammage(T: float, composition: MassFractions) -> float:
    """Inelastic collisions of an antiproton in a mixture.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Probability per grammage [m2/kg]; NaN outside 0.1-298 GeV.
    """
    total = composition[0] * ATOMS_PER_KG[0] * on_hydrogen(T)
    for i in range(1, 5):
        total += composition[i] * ATOMS_PER_KG[i] * on_nucleus(T, CHARGE[i], _NUCLEONS[i])
    return MB_TO_M2 * total


def interaction_length(T_GeV: float, composition: MassFractions) -> float:
    """Mean grammage [kg/m2] between inelastic collisions of an antiproton.

    Parameters
    ----------
    T_GeV : float
        Kinetic energy [GeV], 0.1 to 298.
    composition : Composition or sequence of 5 floats
        Mass fractions of H, He, N, O, Ar, sum 1.

    Returns
    -------
    float

    Raises
    ------
    PhysicsError
        Another energy, mass fractions that do not sum to 1.
    """
    fractions = mass_fractions("antiproton_absorption", composition)
    if not T_MIN <= T_GeV <= T_MAX:
        raise PhysicsError(
            f"antiproton_absorption: T = {T_GeV:g} GeV is outside {T_MIN} to {T_MAX:g} GeV. "
            "Stop following antiprotons before."
        )
    return 1.0 / collisions_per_grammage(float(T_GeV), fractions)

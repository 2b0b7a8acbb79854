"""The five elements of the upper air, and mixtures of them.

A composition is a tuple of mass fractions in the order of `ELEMENTS`; a gas counts by element (N2, N and NO all as N
and O), since energy loss, scattering and nuclear interactions of fast particles do not see the molecules beyond the
mean excitation energy. Those energies are for the gases H2, He, N2, O2, Ar: ICRU Report 37 (1984), as in the NIST
data base ESTAR (Berger et al.). Free atoms differ (H 14.99 eV); that moves the collision loss above 10 MeV by less
than 1.6 % for H, less for the others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mcbelt.constants import AVOGADRO, TARGET_CHARGE, TARGET_MOLAR_MASS
from mcbelt.errors import PhysicsError

ELEMENTS = ("H", "He", "N", "O", "Ar")
CHARGE = tuple(float(TARGET_CHARGE[name]) for name in ELEMENTS)
ATOMS_PER_KG = tuple(1.0e3 * AVOGADRO / TARGET_MOLAR_MASS[name] for name in ELEMENTS)
MEAN_EXCITATION_ENERGY_eV = (19.2, 41.8, 82.0, 95.0, 188.0)
MassFractions = Sequence[float] | np.ndarray  # in the order of ELEMENTS, sum 1


class Composition(NamedTuple):
    """Mass fractions by element; sum 1. Kernels take any tuple or array in this order."""

    H: float = 0.0
    He: float = 0.0
    N: float = 0.0
    O: float = 0.0
    Ar: float = 0.0


# Dry air at sea level without its 0.012 % of carbon (NIST, mass fractions 0.755267, 0.231781, 0.012827).
DRY_AIR = Composition(N=0.755361, O=0.231810, Ar=0.012829)
HELIUM = Composition(He=1.0)


def composition(**mass_fractions: float) -> Composition:
    """Composition from mass fractions by name, normalised to 1.

    Parameters
    ----------
    **mass_fractions : float
        H, He, N, O, Ar; those not given are 0.

    Returns
    -------
    Composition

    Raises
    ------
    PhysicsError
        An element that is not in the list, a negative fraction, or nothing at all.
    """
    unknown = sorted(set(mass_fractions) - set(ELEMENTS))
    if unknown:
        raise PhysicsError(f"composition: {unknown[0]!r} is not one of {', '.join(ELEMENTS)}. Count gases by element.")
    total = sum(mass_fractions.values())
    if not (total > 0.0 and all(value >= 0.0 for value in mass_fractions.values())):
        raise PhysicsError(
            f"composition: mass fractions {mass_fractions} must be at least 0 and not all 0. "
            "Give them as fractions of mass."
        )
    return Composition(**{name: value / total for name, value in mass_fractions.items()})


def mass_fractions(where: str, composition: MassFractions) -> tuple[float, ...]:
    """Mass fractions of H, He, N, O, Ar as floats, refused if one is negative or the sum is not 1.

    Parameters
    ----------
    where : str
        Name for the sentence of the error.
    composition : Composition or sequence of 5 floats

    Returns
    -------
    tuple of 5 floats

    Raises
    ------
    PhysicsError
        A negative fraction, or a sum that differs from 1 by 1e-6 or more.
    """
    fractions = tuple(map(float, Composition(*composition)))
    if not (min(fractions) >= 0.0 and abs(sum(fractions) - 1.0) < 1.0e-6):
        raise PhysicsError(
            f"{where}: mass fractions {fractions} (H, He, N, O, Ar) must be at least 0 and sum to 1. "
            "Normalise them, for instance by elements.composition(...)."
        )
    return fractions

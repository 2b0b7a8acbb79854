"""Solar modulation in the force-field approximation (Gleeson & Axford 1968, ApJ 154, 1011).

In a steady, spherical heliosphere without drifts, outward convection balances inward diffusion, and the loss of energy
on the way in is the same as in an electric potential phi: the density in phase space, j / p^2, is conserved along T +
(Z e / A) phi. One number describes the Sun. It belongs to the interstellar spectrum with which it was found: another
spectrum needs another phi for the same measured flux.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.physics.kinematics import momentum_squared


def force_field(
    interstellar: Callable[[np.ndarray], np.ndarray],
    T: ArrayLike,
    phi: float,
    charge_per_nucleon: float,
    mass_per_nucleon: float,
) -> np.ndarray:
    """Flux at the Earth's orbit, outside the magnetosphere.

    Parameters
    ----------
    interstellar : callable
        Interstellar flux against kinetic energy per nucleon [GeV].
    T : array_like
        Kinetic energy per nucleon at the Earth [GeV].
    phi : float
        Modulation potential [GV], not negative.
    charge_per_nucleon : float
        Z / A: 1 for protons, 1/2 for helium.
    mass_per_nucleon : float
        Mass per nucleon [GeV].

    Returns
    -------
    ndarray
        Flux in the unit of `interstellar`. Gleeson & Axford 1968, eq. (20).
    """
    T = np.asarray(T, float)
    outside = T + charge_per_nucleon * phi
    return interstellar(outside) * momentum_squared(T, mass_per_nucleon) / momentum_squared(outside, mass_per_nucleon)

"""The leaky box: a Galaxy without space, from which particles escape after a mean time.

Steady state balances the source with escape, destruction and continuous losses, N/tau + n sigma v N - d(b N)/dE = Q.
Where losses do not matter this is algebra; the grammage form is n = (X/m) I / (1 + sigma X/m), the explicit solution of
the implicit line that lecture notes print. With losses it is one integral over the spectrum above E.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import MB_TO_CM2, SPEED_OF_LIGHT
from mcbelt.errors import PhysicsError
from mcbelt.interstellar.scales import MEGAYEAR

NUCLEON_MASS_G = 1.67262192e-24  # proton mass [g]


class LeakyBox(NamedTuple):
    """Solution on the grid: density [source unit x s], and the budget [source unit integrated over energy]."""

    energy: np.ndarray
    density: np.ndarray
    produced: float
    escaped: float
    lost_below: float


def secondary_density(
    production: ArrayLike,
    grammage_g_cm2: ArrayLike,
    destruction_mb: ArrayLike = 0.0,
    target_mass_g: float = NUCLEON_MASS_G,
) -> np.ndarray:
    """Secondaries without energy losses, explicit in the density.

    Parameters
    ----------
    production : array_like
        Integral over the primaries, I = integral of n_p(E_p) dsigma/dE dE_p, in n_p units times mb.
    grammage_g_cm2 : array_like
        Mean grammage X [g/cm2].
    destruction_mb : array_like
        Destruction cross section of the secondary [mb].
    target_mass_g : float
        Mass of a gas nucleon [g].

    Returns
    -------
    ndarray
        n = (X/m) I / (1 + sigma X/m), in the units of n_p. The printed form n = (I - n sigma) X/m has n on both sides;
        leaving destruction out overstates n by sigma X/m: 12 % for 5 g/cm2 and 40 mb.
    """
    per_mb = np.asarray(grammage_g_cm2, float) / target_mass_g * MB_TO_CM2
    return per_mb * np.asarray(production, float) / (1.0 + per_mb * np.asarray(destruction_mb, float))


def escape_time_Myr(
    grammage_g_cm2: float | np.ndarray, density_cm3: float, target_mass_g: float = NUCLEON_MASS_G, beta: float = 1.0
) -> float | np.ndarray:
    """Escape time of a grammage.

    Parameters
    ----------
    grammage_g_cm2 : float or ndarray
        Mean grammage X [g/cm2].
    density_cm3 : float
        Nucleons of the gas [cm-3], above 0.
    target_mass_g : float
        Mass of a gas nucleon [g].
    beta : float
        Velocity over that of light [1].

    Returns
    -------
    float or ndarray
        X / (n m v) [Myr]: 3.16 Myr for 5 g/cm2 at 1 cm-3.
    """
    return grammage_g_cm2 / (density_cm3 * target_mass_g * 100.0 * SPEED_OF_LIGHT * beta) / MEGAYEAR


def solve(energy: ArrayLike, source: ArrayLike, escape_time: ArrayLike, loss_rate: ArrayLike) -> LeakyBox:
    """Steady spectrum with escape and continuous losses.

    Parameters
    ----------
    energy : array_like
        Rising grid [GeV], shape (n,); the spectrum above its end is taken as zero.
    source : array_like
        Q [s-1 GeV-1], shape (n,), >= 0.
    escape_time : array_like
        tau_esc [s], shape (n,) or scalar, > 0.
    loss_rate : array_like
        b = -dE/dt [GeV/s], shape (n,), > 0.

    Returns
    -------
    LeakyBox
        Density [GeV-1] and budget: produced = escaped + lost_below, to rounding.

    Raises
    ------
    PhysicsError
        A grid that does not rise, or a negative source, time or loss.

    Notes
    -----
    With the depth d(delta) = dE/(b tau) the flux F = bN obeys dF/d(delta) = F - Q b tau; it is marched down with the
    exact factor exp(-delta) and the source Q b tau linear in delta within a step: positive, conserving, second order.
    """
    energy, source = np.asarray(energy, float), np.asarray(source, float)
    escape_time = np.broadcast_to(np.asarray(escape_time, float), energy.shape)
    loss_rate = np.broadcast_to(np.asarray(loss_rate, float), energy.shape)
    _check(energy, source, escape_time, loss_rate)
    slowness = energy / (loss_rate * escape_time)
    depth = 0.5 * np.diff(np.log(energy)) * (slowness[1:] + slowness[:-1])
    strength = source * loss_rate * escape_time
    flux = np.zeros_like(energy)
    produced = 0.0
    escaped = 0.0
    for i in range(len(energy) - 2, -1, -1):
        made = 0.5 * depth[i] * (strength[i] + strength[i + 1])
        flux[i] = flux[i + 1] * math.exp(-depth[i]) + _survivors(strength[i], strength[i + 1], depth[i])
        produced += made
        escaped += made + flux[i + 1] - flux[i]
    return LeakyBox(energy, flux / loss_rate, produced, escaped, float(flux[0]))


def _survivors(low, high, depth):
    """What is left at the bottom of a step of a source that runs linearly in depth from low (bottom) to high (top)."""
    if depth < 1.0e-3:
        # Expansion to third order in depth, where the closed form loses digits.
        return depth * (0.5 * (low + high) - depth * (low / 6.0 + high / 3.0) + depth**2 * (low / 24.0 + high / 8.0))
    survive = math.exp(-depth)
    return low * (1.0 - survive) + (high - low) * (1.0 - survive * (1.0 + depth)) / depth


def _check(energy, source, escape_time, loss_rate):
    if energy.ndim != 1 or len(energy) < 2 or np.any(np.diff(energy) <= 0.0) or energy[0] <= 0.0:
        raise PhysicsError("leaky_box: the energy grid must rise and be positive; give at least two energies [GeV].")
    if source.shape != energy.shape or np.any(source < 0.0) or not np.all(np.isfinite(source)):
        raise PhysicsError("leaky_box: the source must be finite, >= 0 and have one value per energy.")
    if np.any(escape_time <= 0.0) or np.any(loss_rate <= 0.0):
        raise PhysicsError(
            "leaky_box: escape times and loss rates must be positive; use secondary_density where nothing is lost."
        )

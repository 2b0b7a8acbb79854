"""Where the Galaxy accelerates particles, and with which spectra.

Two radial distributions: the steps that Strong & Mattox (1996, A&A 308, L21) found in the gamma-ray emissivity, and the
surface density of supernova remnants of Case & Bhattacharya (1996). Both in a layer of exponential height. Normalised
to 1 at the Sun.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.interstellar.scales import SOLAR_RADIUS_KPC
from mcbelt.interstellar.sections import Injection

_STEP_EDGES_KPC = np.array([4.0, 8.0, 10.0, 12.0, 15.0])
_STEP_VALUES = np.array([19.3, 21.9, 15.8, 18.3, 13.3, 7.4])


def radial_distribution(radius_kpc: ArrayLike, kind: str) -> np.ndarray:
    """Source density over that at the Sun.

    Parameters
    ----------
    radius_kpc : array_like
        Galactocentric radius [kpc].
    kind : {"strong_mattox", "case_bhattacharya", "uniform"}

    Returns
    -------
    ndarray
        "case_bhattacharya": (r/8.5)^1.69 exp(-3.33 (r - 8.5)/8.5).
    """
    radius = np.asarray(radius_kpc, float)
    if kind == "strong_mattox":
        steps = _STEP_VALUES[np.searchsorted(_STEP_EDGES_KPC, radius, side="right")]
        return steps / _STEP_VALUES[np.searchsorted(_STEP_EDGES_KPC, SOLAR_RADIUS_KPC, side="right")]
    if kind == "case_bhattacharya":
        x = radius / SOLAR_RADIUS_KPC
        return x**1.69 * np.exp(-3.33 * (x - 1.0))
    return np.ones_like(radius)


def cell_distribution(
    radius_edges_kpc: np.ndarray, z_edges_kpc: np.ndarray, kind: str, height_kpc: float
) -> np.ndarray:
    """Mean source density of the cells of a grid.

    Parameters
    ----------
    radius_edges_kpc, z_edges_kpc : ndarray
        Cell edges [kpc], shapes (nR + 1,) and (nz + 1,).
    kind : {"strong_mattox", "case_bhattacharya", "uniform"}
        See `radial_distribution`.
    height_kpc : float
        Scale height of the exponential layer [kpc], above 0.

    Returns
    -------
    ndarray
        1 at the Sun's radius in the plane, shape (nR, nz); 16 Gauss-Legendre points per ring, exact in height.
    """
    node, weight = np.polynomial.legendre.leggauss(16)
    radius = radius_edges_kpc[:-1, None] + 0.5 * np.diff(radius_edges_kpc)[:, None] * (node + 1.0)
    ring = weight * radius
    mean = (radial_distribution(radius, kind) * ring).sum(axis=1) / ring.sum(axis=1)
    layer = -height_kpc * np.diff(np.exp(-z_edges_kpc / height_kpc)) / np.diff(z_edges_kpc)
    return mean[:, None] * layer


def injection(momentum: np.ndarray, injection_settings: Injection, rigidity_per_momentum: float = 1.0) -> np.ndarray:
    """Injected spectrum dq/dp, arbitrary scale.

    Parameters
    ----------
    momentum : ndarray
        Momentum (per nucleon) [GeV].
    injection_settings : Injection
        Index, break, cut-off: rho^-index above the break, (rho/break)^-index_below below, times exp(-rho/cut-off) above
        it.
    rigidity_per_momentum : float
        A/Z.

    Returns
    -------
    ndarray
        Same shape as momentum, continuous at the break.
    """
    rho = momentum * rigidity_per_momentum
    law = injection_settings
    pivot = law.break_GV or 1.0
    spectrum = (rho / pivot) ** -law.index
    if law.break_GV is not None and law.index_below_break is not None:
        spectrum = np.where(rho < pivot, (rho / pivot) ** -law.index_below_break, spectrum)
    if law.cutoff_GV is not None:
        spectrum = spectrum * np.exp(-rho / law.cutoff_GV)
    return spectrum

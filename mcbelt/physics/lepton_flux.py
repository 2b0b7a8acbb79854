"""Leptons that a flux of projectiles makes in a gas: cross sections summed over elements, integrated over energy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import AVOGADRO, MB_TO_M2, TARGET_MOLAR_MASS
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_hold
from mcbelt.physics.lepton_production import ELECTRON_ENERGIES, PROJECTILE_ENERGIES, lepton_table, rows_at


def targets_per_kg(composition: Mapping[str, float]) -> dict[str, float]:
    """Nuclei of each element per kg of a gas [1/kg], from its mass fractions [1] by element."""
    unknown = set(composition) - set(TARGET_MOLAR_MASS)
    if unknown:
        raise PhysicsError(
            f"lepton_production: composition holds {sorted(unknown)}. Allowed: {', '.join(TARGET_MOLAR_MASS)}."
        )
    return {name: fraction * 1e3 * AVOGADRO / TARGET_MOLAR_MASS[name] for name, fraction in composition.items()}


def production_spectrum(
    T_GeV: ArrayLike, flux: ArrayLike, composition: Mapping[str, float], charge: int | str, **options: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Leptons made per kg of gas, second and GeV by a flux of projectiles.

    Parameters
    ----------
    T_GeV : array_like, shape (n,)
        Kinetic energies of the projectile, increasing (per nucleon for alphas) [GeV]. Zero flux outside them;
        production is zero below 0.2 GeV.
    flux : array_like, shape (n,)
        Omnidirectional flux [m-2 s-1 GeV-1] (per GeV per nucleon for alphas); a flux per steradian gives a production
        per steradian. Power laws between the energies.
    composition : dict of str to float
        Mass fractions by element over H, He, N, O, Ar [1].
    charge : {1, -1, "e+", "e-"}
        Lepton.
    **options
        Passed to `lepton_table`: decay, factors, projectile, kaons, factor_shift.

    Returns
    -------
    E_GeV : ndarray, shape (nE,)
        Lepton energies [GeV].
    production : ndarray, shape (nE,)
        P(E) [GeV-1 kg-1 s-1].

    Raises
    ------
    PhysicsError
        Energies above 500 GeV, not increasing, or negative fluxes.
    """
    T, flux = np.asarray(T_GeV, float), np.asarray(flux, float)
    if T.ndim != 1 or T.shape != flux.shape or T.size < 2 or not np.all(np.diff(T) > 0.0) or not T[0] > 0.0:
        raise PhysicsError(
            "production_spectrum: give increasing projectile energies in GeV and a flux of the same shape."
        )
    if T[-1] > PROJECTILE_ENERGIES[-1] * (1.0 + 1e-9):
        raise PhysicsError(
            f"production_spectrum: flux up to {T[-1]:g} GeV, yields end at 500 GeV. Cut the spectrum there."
        )
    if not np.all(flux >= 0.0):
        raise PhysicsError("production_spectrum: the flux holds negative values or NaN. Give values >= 0.")
    nodes, weights = _quadrature(T)
    values = _log_interpolation(nodes, T, flux) * weights
    total = np.zeros(ELECTRON_ENERGIES.size)
    for target, density in targets_per_kg(composition).items():
        if density > 0.0:
            table = lepton_table(target, charge, **options)
            total += density * MB_TO_M2 * (values @ rows_at(table, nodes))
    return ELECTRON_ENERGIES.copy(), total


def _quadrature(T):
    """Nodes [GeV] and weights dT [GeV]: three Gauss points in ln T between neighbours of the user's and the table's
    energies.
    """
    low, high = max(T[0], PROJECTILE_ENERGIES[0]), min(T[-1], PROJECTILE_ENERGIES[-1])
    if not high > low:
        return np.array([PROJECTILE_ENERGIES[0]]), np.array([0.0])
    edges = np.unique(np.concatenate([[low, high], T, PROJECTILE_ENERGIES]))
    edges = np.log(edges[(edges >= low) & (edges <= high)])
    points, gauss = np.polynomial.legendre.leggauss(3)
    half = 0.5 * np.diff(edges)[:, None]
    x = 0.5 * (edges[1:] + edges[:-1])[:, None] + half * points
    return np.exp(x).ravel(), (half * gauss * np.exp(x)).ravel()


def _log_interpolation(nodes, T, flux):
    """Power laws between tabulated fluxes, linear in ln T where a neighbour is zero."""
    i, f = sorted_cells_hold(np.log(T), np.log(nodes))
    low, high = flux[i], flux[i + 1]
    safe = (low > 0.0) & (high > 0.0)
    ratio = np.where(safe, high, 1.0) / np.where(safe, low, 1.0)
    return np.where(safe, low * ratio**f, (1.0 - f) * low + f * high)

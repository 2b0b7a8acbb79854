"""Free electrons in the drift averages of cosmic rays.

On shells where lives take years the air is so thin that free electrons count (docs/methods/free_electrons.md). Full
orbits leave them out: those that end in time end in air that has some thousand bound electrons for each free one.
"""

from typing import Any

import numpy as np

from atmosphere.air import Air
from geomag.coordinates import cartesian_to_geodetic
from mcbelt.errors import PhysicsError
from mcbelt.physics import free_electrons as formulas
from mcbelt.places.drift_path import DriftPath
from mcbelt.surroundings import plasma

HIGHEST_ENERGY = 1.0  # [GeV] of e+- that notice them: above, they are below 1e-4 of the loss
TOP_KM = 6000.0  # of the table: as high as the guiding centres of such energies go in the closure of open orbits
_STEP = 1e-3  # in E of the derivative of the loss


def around(config: Any) -> Air | None:
    """The free electrons of a campaign as a table, None where it has none.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt

    Returns
    -------
    Air or None
        As `mcbelt.surroundings.plasma.electrons`.
    """
    if not config.physics.free_electrons:
        return None
    return plasma.electrons(config.shell.date, config.air.f107a, TOP_KM)


def along(path: DriftPath, electrons: Air) -> np.ndarray:
    """Free electrons at the guiding centres of a path [m-3], shape (n,).

    Raises
    ------
    PhysicsError
        The path goes where no model of the plasma holds.
    """
    latitude, longitude, altitude = cartesian_to_geodetic(*path.position.T)
    found = np.asarray(electrons.density_kg_m3(latitude, longitude, altitude))
    if not np.isfinite(found).all():
        low, high = plasma.PLASMASPHERE_L
        raise PhysicsError(
            f"the drift path goes up to {altitude.max():.0f} km, where free electrons are known from L = {low:g} to "
            f"{high:g} alone; give [physics] free_electrons = false, or a smaller L."
        )
    return found


def loss(energy: np.ndarray, charge: float, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss per path to free electrons and its derivative.

    Parameters
    ----------
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].
    charge : float
        1 for e+, -1 for e-.
    number : ndarray, shape (n,)
        Free electrons [m-3].

    Returns
    -------
    lost : ndarray, shape (ne, n)
        [GeV m-1]
    slope : ndarray, shape (ne, n)
        d lost / dE [m-1]
    """

    def lost(scale: float) -> np.ndarray:
        return np.array([[formulas.loss_per_path(scale * E, charge, n) for n in number] for E in energy])

    return lost(1.0), (lost(1.0 + _STEP) - lost(1.0 - _STEP)) / (2.0 * _STEP * energy[:, np.newaxis])

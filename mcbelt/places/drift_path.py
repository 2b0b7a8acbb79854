"""The guiding centres of the equatorial particles of a shell, once around the Earth."""

from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.constants import MCILWAIN_MOMENT_NT, NANOTESLA, REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from geomag.drift_shell import DriftShell

_MOMENT = MCILWAIN_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3  # [T m3]


class DriftPath(NamedTuple):
    """Guiding centres once around the Earth."""

    position: np.ndarray  # [m], geocentric Cartesian, shape (n, 3)
    up: np.ndarray  # unit vectors away from the Earth across the field, shape (n, 3)
    east: np.ndarray  # unit vectors field x up, shape (n, 3)
    field: np.ndarray  # [T], shape (n,)
    weight: np.ndarray  # share of the drift period, sum 1, shape (n,)
    radius: np.ndarray  # distance from the dipole that has this field and its gradient [m], shape (n,)


@njit(cache=True, error_model="numpy")
def beside(path: DriftPath, i: int, height: float, across: float) -> tuple[float, float, float]:
    """A place in the plane across the field at a guiding centre.

    Parameters
    ----------
    path : DriftPath
    i : int
        Which guiding centre.
    height, across : float
        Distance from it away from the Earth, and to the east [m].

    Returns
    -------
    tuple of 3 float
        Geocentric Cartesian position [m].
    """
    x, up, east = path.position[i], path.up[i], path.east[i]
    return (
        x[0] + height * up[0] + across * east[0],
        x[1] + height * up[1] + across * east[1],
        x[2] + height * up[2] + across * east[2],
    )


def dipole_path(model: DipoleModel, radius: float, points: int = 72) -> DriftPath:
    """Equatorial drift path in a dipole.

    Parameters
    ----------
    model : DipoleModel
    radius : float
        Distance from the dipole [m].
    points : int
        Places on the path.

    Returns
    -------
    DriftPath
    """
    moment = np.array([model.moment_x, model.moment_y, model.moment_z])
    size = np.linalg.norm(moment)
    north = -moment / size
    across = np.cross(north, [0.0, 1.0, 0.0] if abs(north[1]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    turn = (np.arange(points) + 0.5) * 2.0 * np.pi / points
    up = np.outer(np.cos(turn), across) + np.outer(np.sin(turn), np.cross(north, across))
    centre = np.array([model.centre_x, model.centre_y, model.centre_z])
    field = np.full(points, size / radius**3)
    weight, distance = np.full(points, 1.0 / points), np.full(points, float(radius))
    return DriftPath(centre + radius * up, up, np.cross(north, up), field, weight, distance)


def shell_path(shell: DriftShell) -> DriftPath:
    """Drift path of the equatorial particles of a `geomag.drift_shell.DriftShell`."""
    position, b = np.asarray(shell.x_m), np.asarray(shell.b)
    radial = position / np.linalg.norm(position, axis=1, keepdims=True)
    up = radial - (radial * b).sum(axis=1, keepdims=True) * b
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    field = np.asarray(shell.B_nT) * 1e-9
    radius = (_MOMENT / field) ** (1.0 / 3.0)
    return DriftPath(position, up, np.cross(b, up), field, np.asarray(shell.weight), radius)

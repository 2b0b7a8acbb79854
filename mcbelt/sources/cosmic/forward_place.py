"""The volume and the births of the forward estimator for a piece of a drift shell in the paper's eccentric dipole.

A volume has a thickness where the adjoint estimator has a surface: 1 % of the shell's radius up and down, and along the
axis 2 % of it or a fifth of the largest pitch cosine, whichever is less. At that height the field has turned up to
1.09 times the accepted cosine at the equator into the window. The flux is a mean over that thickness and not
the value on the surface.

Births are drawn from 33 km up and below 8 GeV, from 40 degrees before the anomaly to a little past the volume, in the
latitudes and pitch angles from which its particles come: twice the angle of multiple scattering over a radiation length
wider.
"""

import math

import numpy as np

from geomag.dipole import DipoleModel
from mcbelt.places.shell import ShellPlace
from mcbelt.sources.cosmic.births import Births, births
from mcbelt.sources.cosmic.forward import Volume
from mcbelt.sources.cosmic.settings import HIGHEST_BIRTH_MEV

HALF_THICKNESS, HALF_HEIGHT = 0.01, 0.02  # of the radius of the shell
COSINE_PER_HEIGHT = 5.0  # the half height in radii is at most the pitch cosine over this
LOWEST_BIRTH, BIRTH_STEP = 33.0e3, 500.0  # [m]
FLOOR = 30.0e3  # [m] of the orbits
EXPONENT = 0.5  # of the mass, for the density of births
BEFORE, MORE = math.radians(40.0), math.radians(5.0)  # before the anomaly; past the volume
FIELD_CURVATURE = 4.5  # B = B_0 (1 + 4.5 latitude^2) along a line of a dipole
COSINE_MARGIN, COSINE_FACTOR = 0.05, 1.1  # of the window of births
SCATTERED = 0.027  # [GeV] over the energy: twice the angle [rad] of scattering over a radiation length


def half_height(where: ShellPlace) -> float:
    """Half height of the volume of a place over the radius of its shell; `where` is the piece of the shell."""
    return min(HALF_HEIGHT, where.pitch_cosine / COSINE_PER_HEIGHT)


def turn_of(longitude: float, dipole: DipoleModel, radius: float) -> float:
    """Angle about a dipole along the Earth's axis of a place on a circle around it.

    Parameters
    ----------
    longitude : float
        Of the place, seen from the Earth's centre [rad].
    dipole : DipoleModel
    radius : float
        Of the circle [m].

    Returns
    -------
    float
        [rad]
    """
    x, y = math.cos(longitude), math.sin(longitude)
    along = x * dipole.centre_x + y * dipole.centre_y
    distance = along + math.sqrt(along**2 + radius**2 - dipole.centre_x**2 - dipole.centre_y**2)
    return math.atan2(distance * y - dipole.centre_y, distance * x - dipole.centre_x)


def volume(where: ShellPlace, dipole: DipoleModel, charge: int, edges: np.ndarray) -> Volume:
    """The volume about a place in which a charge is scored.

    Parameters
    ----------
    where : ShellPlace
    dipole : DipoleModel
        Its axis is that of the Earth.
    charge : int
        Its sign says on which side of the anomaly.
    edges : ndarray, shape (nb + 1,)
        Of the bins of energy [GeV].

    Returns
    -------
    Volume
    """
    radius = where.nominal_radius
    ends = (where.anomaly - math.copysign(past, charge) for past in (where.nearest, where.farthest))
    turns = [turn_of(longitude, dipole, radius) for longitude in ends]
    low, high = (turns[1], turns[0]) if charge > 0 else (turns[0], turns[1])
    return Volume(
        dipole.centre_x,
        dipole.centre_y,
        (1.0 - HALF_THICKNESS) * radius,
        (1.0 + HALF_THICKNESS) * radius,
        half_height(where) * radius,
        low,
        (high - low) % (2.0 * math.pi),
        where.pitch_cosine,
        edges,
    )


def sector(
    where: ShellPlace,
    profile: tuple[np.ndarray, np.ndarray],
    sphere: float,
    ceiling: float,
    lowest: float,
    scattering: bool,
) -> Births:
    """The births that can be seen in the volume of a place.

    Parameters
    ----------
    where : ShellPlace
    profile : tuple of 2 ndarray
        Altitude [m] and density [kg m-3] of the air.
    sphere : float
        From which altitudes count [m].
    ceiling : float
        Altitude above which nothing is born [m].
    lowest : float
        Energy from which charges are scored [GeV].
    scattering : bool
        Whether pitch angles change on the way.

    Returns
    -------
    Births
    """
    altitude = np.arange(LOWEST_BIRTH, min(ceiling, float(profile[0][-1])), BIRTH_STEP)
    density = np.exp(np.interp(altitude, profile[0], np.log(profile[1])))
    seen = math.sqrt(where.pitch_cosine**2 + FIELD_CURVATURE * half_height(where) ** 2)
    window = min(COSINE_FACTOR * seen + COSINE_MARGIN + (SCATTERED / lowest if scattering else 0.0), 1.0)
    span = (BEFORE, where.farthest + MORE)
    mirror = window / math.sqrt(FIELD_CURVATURE)  # latitude of the mirror points of that cosine
    return births(
        altitude, density, sphere, where.anomaly, span, mirror, window, (lowest, 1e-3 * HIGHEST_BIRTH_MEV), EXPONENT
    )

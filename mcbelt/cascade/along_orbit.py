"""Production along an orbit: the map of `mcbelt.cascade.production_map` at the place and direction of a charge.

The place enters by the dipole: magnetic east, the dipole latitude, and the cutoff M / (4 r^2) of the vertical at the
equator; a correction on a grid of places, azimuths and energies, where parents have been traced in the real field,
multiplies it (`mcbelt.cascade.traced_parents`).
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.constants import GV_TO_TESLA_METRE
from geomag.dipole import DipoleModel
from mcbelt.cascade.production_map import ProductionMap, production
from mcbelt.cascade.traced_parents import Correction
from mcbelt.grid import turn_periodic, uniform_hold
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.production import register_source
from mcbelt.physics.kinematics import kinetic_energy


class DipoleFrame(NamedTuple):
    """Dipole that gives magnetic east and the cutoff."""

    axis_x: float  # unit vector to the north
    axis_y: float
    axis_z: float
    centre_x: float  # [m]
    centre_y: float
    centre_z: float
    cutoff_times_r2: float  # M / 4: vertical cutoff at the equator times the square of the distance [GV m2]


class CosmicSource(NamedTuple):
    """Production of e+- by cosmic rays, for the lanes."""

    map: ProductionMap
    frame: DipoleFrame
    nominal: float  # vertical cutoff that the map belongs to [GV]
    correction: Correction  # of the production
    ceiling: float = 1.0e9  # no production above this altitude [m]
    sphere: float = 0.0  # > 0: altitudes count from a sphere of this radius [m]
    floor: float = -1.0e9  # no production below this altitude [m], for comparisons of estimators
    on: bool = True


def dipole_frame(model: DipoleModel) -> DipoleFrame:
    """Frame of a `geomag.dipole.DipoleModel`."""
    moment = np.array([model.moment_x, model.moment_y, model.moment_z])
    size = float(np.linalg.norm(moment))
    x, y, z = (float(a) for a in -moment / size)
    cutoff_times_r2 = size / (4.0 * GV_TO_TESLA_METRE)
    return DipoleFrame(x, y, z, model.centre_x, model.centre_y, model.centre_z, cutoff_times_r2)


@njit(cache=True, error_model="numpy")
def correction_at(table: Correction, longitude: float, latitude: float, azimuth: float, ln_energy: float) -> float:
    """ln of the factor on the production at a longitude, dipole latitude and azimuth [rad] and ln of the energy [GeV].

    Linear in every axis of a `Correction`; held beyond its latitudes and energies.

    Parameters
    ----------
    table : Correction
    longitude : float
        Geographic [rad], in any turn.
    latitude : float
        Of the dipole [rad].
    azimuth : float
        Of the velocity, from magnetic east towards north [rad].
    ln_energy : float
        ln of the kinetic energy [GeV].

    Returns
    -------
    float
        ln of the factor [1].
    """
    n, na = table.value.shape[0], table.value.shape[2]
    if n == 1:
        return table.value[0, 0, 0, 0]
    i, k, t = turn_periodic(longitude, n)
    a, b, u = turn_periodic(azimuth, na)
    j, s = uniform_hold(table.latitude, latitude)
    e, v = uniform_hold(table.ln_energy, ln_energy)
    result = 0.0
    for di in range(2):
        wi = t if di == 1 else 1.0 - t
        for dj in range(2):
            wj = wi * (s if dj == 1 else 1.0 - s)
            for da in range(2):
                row_ = table.value[k if di == 1 else i, j + dj, b if da == 1 else a]
                result += wj * (u if da == 1 else 1.0 - u) * ((1.0 - v) * row_[e] + v * row_[e + 1])
    return result


@njit(cache=True, error_model="numpy")
def production_at(
    source: CosmicSource,
    charge: float,
    kinetic: float,
    x: float,
    y: float,
    z: float,
    ux: float,
    uy: float,
    uz: float,
    longitude: float,
    altitude: float,
) -> float:
    """Production [kg-1 s-1 sr-1 GeV-1] at a position [m] into a direction, longitude [rad] and altitude [m] given.

    Parameters
    ----------
    source : CosmicSource
    charge : float
        Above 0 for e+, below for e-.
    kinetic : float
        Kinetic energy [GeV].
    x, y, z : float
        Geocentric Cartesian position [m].
    ux, uy, uz : float
        Unit vector of the velocity.
    longitude : float
        Geographic [rad].
    altitude : float
        Above the ellipsoid [m]; not read where the source counts from a sphere.

    Returns
    -------
    float
        P [kg-1 s-1 sr-1 GeV-1]; zero outside the energies of the map.
    """
    frame = source.frame
    dx, dy, dz = x - frame.centre_x, y - frame.centre_y, z - frame.centre_z
    r2 = dx * dx + dy * dy + dz * dz
    sine = (dx * frame.axis_x + dy * frame.axis_y + dz * frame.axis_z) / math.sqrt(r2)
    latitude = math.asin(min(max(sine, -1.0), 1.0))
    r = math.sqrt(x * x + y * y + z * z)
    upx, upy, upz = x / r, y / r, z / r
    ex = frame.axis_y * upz - frame.axis_z * upy
    ey = frame.axis_z * upx - frame.axis_x * upz
    ez = frame.axis_x * upy - frame.axis_y * upx
    size = math.sqrt(ex * ex + ey * ey + ez * ez)
    east = (ux * ex + uy * ey + uz * ez) / size
    nx, ny, nz = upy * ez - upz * ey, upz * ex - upx * ez, upx * ey - upy * ex
    north = (ux * nx + uy * ny + uz * nz) / size
    mu = ux * upx + uy * upy + uz * upz
    height = r - source.sphere if source.sphere > 0.0 else altitude
    azimuth, ln_energy = math.atan2(north, east), math.log(kinetic)
    ln_scale = math.log(frame.cutoff_times_r2 / (r2 * source.nominal))
    made = production(source.map, charge, ln_energy, mu, azimuth, height, ln_scale, latitude)
    return made * math.exp(correction_at(source.correction, longitude, latitude, azimuth, ln_energy))


@njit(cache=True, error_model="numpy")
def _lane_production(source, lanes, k):
    if lanes[row.ALTITUDE, k] > source.ceiling or lanes[row.ALTITUDE, k] < source.floor:
        return 0.0
    kinetic = kinetic_energy(lanes[row.MOMENTUM, k], lanes[row.MASS, k])
    return production_at(
        source,
        lanes[row.CHARGE, k],
        kinetic,
        lanes[row.X, k],
        lanes[row.Y, k],
        lanes[row.Z, k],
        lanes[row.UX, k],
        lanes[row.UY, k],
        lanes[row.UZ, k],
        lanes[row.LONGITUDE, k],
        lanes[row.ALTITUDE, k],
    )


register_source(CosmicSource, _lane_production)

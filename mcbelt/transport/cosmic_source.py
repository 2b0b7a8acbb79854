"""Production along an orbit: the map of `mcbelt.transport.production_map` at the place and direction of a charge.

The place enters by the dipole: magnetic east, the dipole latitude, and the cutoff M / (4 r^2) of the vertical at the
equator, times a correction on a grid of longitude and dipole latitude where cutoffs have been traced in the real field.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.constants import GV_TO_TESLA_METRE
from mcbelt.transport import lanes_rows as row
from mcbelt.transport.lanes_seams import register_source
from mcbelt.transport.production_map import ProductionMap, production, uniform_cell


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
    longitude: np.ndarray  # of the correction [rad], uniform from 0, shape (n,); periodic
    latitude: np.ndarray  # dipole latitude of the correction [rad], uniform, shape (m,)
    correction: np.ndarray  # ln of traced over Störmer's cutoff, shape (n, m)
    ceiling: float = 1.0e9  # no production above this altitude [m]
    sphere: float = 0.0  # > 0: altitudes count from a sphere of this radius [m]
    floor: float = -1.0e9  # no production below this altitude [m], for comparisons of estimators
    on: bool = True


def dipole_frame(model) -> DipoleFrame:
    """Frame of a `geomag.dipole.DipoleModel`."""
    moment = np.array([model.moment_x, model.moment_y, model.moment_z])
    size = float(np.linalg.norm(moment))
    centre = (model.centre_x, model.centre_y, model.centre_z)
    return DipoleFrame(*(float(a) for a in -moment / size), *centre, size / (4.0 * GV_TO_TESLA_METRE))


@njit(cache=True, error_model="numpy")
def _correction(source, longitude, latitude):
    n, m = source.correction.shape
    if n == 1:
        return source.correction[0, 0]
    turn = longitude * (0.5 / math.pi)
    turn = (turn - math.floor(turn)) * n
    i = min(int(turn), n - 1)
    k = 0 if i == n - 1 else i + 1
    t = turn - i
    j, s = uniform_cell(source.latitude, latitude)
    up = j + 1 if m > 1 else j
    low = (1.0 - s) * source.correction[i, j] + s * source.correction[i, up]
    high = (1.0 - s) * source.correction[k, j] + s * source.correction[k, up]
    return (1.0 - t) * low + t * high


@njit(cache=True, error_model="numpy")
def production_at(source, charge, kinetic, x, y, z, ux, uy, uz, longitude, altitude):
    """Production [kg-1 s-1 sr-1 GeV-1] at a position [m] into a direction, longitude [rad] and altitude [m] given."""
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
    ln_scale = math.log(frame.cutoff_times_r2 / (r2 * source.nominal)) + _correction(source, longitude, latitude)
    height = r - source.sphere if source.sphere > 0.0 else altitude
    azimuth = math.atan2(north, east)
    return production(source.map, charge, math.log(kinetic), mu, azimuth, height, ln_scale, latitude)


@njit(cache=True, error_model="numpy")
def _lane_production(source, lanes, k):
    if lanes[row.ALTITUDE, k] > source.ceiling or lanes[row.ALTITUDE, k] < source.floor:
        return 0.0
    p, mass = lanes[row.MOMENTUM, k], lanes[row.MASS, k]
    kinetic = p * p / (math.sqrt(p * p + mass * mass) + mass)
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

"""Where the births of the forward estimator are drawn, and with which weight.

In proportion to a power of the mass of air, uniform in ln E and, in a window of pitch angles, in direction; the weight
is the production P there. e+ and e- of one history are born in mirrored places from the same random numbers.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt import rng
from mcbelt.cascade.along_orbit import CosmicSource, DipoleFrame, production_at
from mcbelt.grid import sorted_extend
from mcbelt.rng import Purpose

BIRTH = int(Purpose.BIRTH)  # plain for kernels


class Births(NamedTuple):
    """Where births are drawn: a sector of the air about an eccentric dipole whose axis is the Earth's."""

    altitude: np.ndarray  # above the sphere [m], shape (n,)
    share: np.ndarray  # of the births that are drawn below each altitude, 0 to 1, shape (n,)
    importance: np.ndarray  # share of the mass of a cell over its share of the births, shape (n - 1,)
    total: float  # mass of air per steradian seen from the Earth's centre [kg sr-1]
    sphere: float  # [m]
    longitude: float  # of the anomaly [rad]
    before: float  # reach of the sector against the drift [rad]
    after: float  # and along it
    latitude: float  # half width [rad]
    pitch_cosine: float  # window of births
    energy_low: float  # [GeV]
    energy_high: float


def births(
    altitude: np.ndarray,
    density: np.ndarray,
    sphere: float,
    longitude: float,
    span: tuple[float, float],
    latitude: float,
    pitch_cosine: float,
    energies: tuple[float, float],
    exponent: float = 1.0,
) -> Births:
    """Births between the first and last altitude of a profile of the air.

    Parameters
    ----------
    altitude, density : ndarray, shape (n,)
        Profile [m], [kg m-3].
    sphere : float
        From which altitudes count [m].
    longitude : float
        Of the anomaly [rad].
    span : tuple of 2 float
        Reach of the sector before and after the anomaly [rad], along the drift.
    latitude : float
        Half width of the sector [rad].
    pitch_cosine : float
        Largest |cos(pitch angle)| of births.
    energies : tuple of 2 float
        Range of kinetic energy [GeV].
    exponent : float
        1: births are drawn in proportion to the mass; with less the thin air gets more of them, and the weights say so.

    Returns
    -------
    Births
    """
    weight = density * (sphere + altitude) ** 2
    cumulative, drawn = (_cumulative(measure, altitude) for measure in (weight, weight**exponent))
    share = drawn / drawn[-1]
    importance = np.diff(cumulative / cumulative[-1]) / np.diff(share)
    total = float(cumulative[-1])
    return Births(altitude, share, importance, total, sphere, longitude, *span, latitude, pitch_cosine, *energies)


def _cumulative(measure, altitude):
    steps = 0.5 * (measure[1:] + measure[:-1]) * np.diff(altitude)
    return np.concatenate([[0.0], np.cumsum(steps)])


@njit(cache=True, error_model="numpy")
def draw(
    births: Births,
    source: CosmicSource,
    seed: int,
    first: int,
    charge: float,
    position: np.ndarray,
    direction: np.ndarray,
    energy: np.ndarray,
    weight: np.ndarray,
) -> None:
    """Fill what the births of histories from `first` on are.

    Parameters
    ----------
    births : Births
    source : CosmicSource
    seed, first : int
    charge : float
        1 or -1.
    position, direction : ndarray, shape (n, 3)
        [m], unit vectors of motion; changed.
    energy, weight : ndarray, shape (n,)
        Kinetic energy [GeV], births per time that one stands for [s-1]; changed.
    """
    span = (births.before + births.after) * 2.0 * math.sin(births.latitude) * births.total
    window = 4.0 * math.pi * births.pitch_cosine * math.log(births.energy_high / births.energy_low)
    for i in range(energy.shape[0]):
        a, b = rng.uniform_pair(seed, first + i, 0, BIRTH)
        c, d = rng.uniform_pair(seed, first + i, 1, BIRTH)
        e, f = rng.uniform_pair(seed, first + i, 2, BIRTH)
        # inside a cell the air is exponential, but its births are drawn linearly: cells of a tenth of a scale height
        k, t = sorted_extend(births.share, a, True)
        altitude = births.altitude[k] + t * (births.altitude[k + 1] - births.altitude[k])
        longitude = births.longitude + charge * (births.before - b * (births.before + births.after))
        sine = (2.0 * c - 1.0) * math.sin(births.latitude)
        cosine = math.sqrt(1.0 - sine * sine)
        r = births.sphere + altitude
        upx, upy, upz = cosine * math.cos(longitude), cosine * math.sin(longitude), sine
        x, y, z = r * upx, r * upy, r * upz
        mu, phase = (2.0 * d - 1.0) * births.pitch_cosine, 2.0 * math.pi * e
        across = math.sqrt(1.0 - mu * mu)
        bx, by, bz = field_direction(source.frame, x, y, z)
        ex, ey, ez = by * upz - bz * upy, bz * upx - bx * upz, bx * upy - by * upx
        size = math.sqrt(ex * ex + ey * ey + ez * ez)
        ex, ey, ez = charge * ex / size, charge * ey / size, charge * ez / size
        nx, ny, nz = charge * (ey * bz - ez * by), charge * (ez * bx - ex * bz), charge * (ex * by - ey * bx)
        cp, sp = across * math.cos(phase), across * math.sin(phase)
        ux, uy, uz = cp * ex + sp * nx + mu * bx, cp * ey + sp * ny + mu * by, cp * ez + sp * nz + mu * bz
        kinetic = births.energy_low * math.exp(f * math.log(births.energy_high / births.energy_low))
        position[i, 0], position[i, 1], position[i, 2] = x, y, z
        direction[i, 0], direction[i, 1], direction[i, 2] = ux, uy, uz
        energy[i] = kinetic
        made = production_at(source, charge, kinetic, x, y, z, ux, uy, uz, longitude, altitude)
        weight[i] = made * span * window * kinetic * births.importance[k]


@njit(cache=True, error_model="numpy")
def field_direction(frame: DipoleFrame, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Unit vector of the field of a dipole.

    Parameters
    ----------
    frame : DipoleFrame
    x, y, z : float
        Place, geocentric Cartesian [m].

    Returns
    -------
    tuple of 3 float
    """
    dx, dy, dz = x - frame.centre_x, y - frame.centre_y, z - frame.centre_z
    r = math.sqrt(dx * dx + dy * dy + dz * dz)
    dx, dy, dz = dx / r, dy / r, dz / r
    along = 3.0 * (dx * frame.axis_x + dy * frame.axis_y + dz * frame.axis_z)
    bx, by, bz = frame.axis_x - along * dx, frame.axis_y - along * dy, frame.axis_z - along * dz
    size = math.sqrt(bx * bx + by * by + bz * bz)
    return bx / size, by / size, bz / size

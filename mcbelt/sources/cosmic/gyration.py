"""Gyration of an equatorial e+- in a dipole, and what it meets on the way.

The equatorial motion in a dipole is exact at any gyroradius: with G the moment as a rigidity times length squared, the
angular momentum r p cos(chi) - G / r is constant, chi the angle of the motion from the way it goes at the bottom (east
for e+, west for e-) towards the zenith (Störmer 1955). With r_b the distance at the bottom and e = p r_b^2 / G,

    r / r_b = 2 / (1 - e + sqrt((1 - e)^2 + 4 e cos chi)),   d chi / ds = G / (p r^3) + cos(chi) / r,

and the drift is the mean of cos(chi) / r. The gyration closes where e < 3 - 2 sqrt(2): below Störmer's cutoff. Losses
do not turn the motion, so they change the angular momentum by r cos(chi) dp, and the bottom by

    d r_b / d ln p = e / (1 + e) (<r cos chi> - r_b),   <.> weighted with the loss per path:

sinking of the guiding centre. Air is dense at the bottom only, where <r cos chi> is nearly r_b: friction holds the
bottom of the gyration where it is.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from atmosphere.density import mass_density, mass_fractions
from geomag.coordinates import geodetic_of_position
from mcbelt import constants
from mcbelt.cascade.along_orbit import CosmicSource, production_at
from mcbelt.physics import kinematics
from mcbelt.physics.loss_table import ElementLosses, mixture_loss
from mcbelt.places.drift_path import DriftPath, beside
from mcbelt.sources.cosmic import free_electrons

PHASES = 28
OPEN = 3.0 - 2.0 * math.sqrt(2.0)  # p r_b^2 / G from which a gyration no longer closes
SCALE_HEIGHT = 6.5e3  # [m] of the air that the phases must resolve
ENERGY_STEP = 0.15  # in ln E of the table
LOWEST = 10.0e3  # [m] of the bottom: the loss of one gyration is beyond all energies there
NEGLIGIBLE = 1e-5  # share of the mass met from which production matters
SMALLEST = 1e-300  # ln of it stands for nothing

# Columns of the table.
LN_DENSITY = 0  # ln of the mean density [kg m-3]
LOSS = 1  # S [GeV m2 kg-1]
SLOPE = 2  # dS/dE [m2 kg-1]
LN_PRODUCTION = 3  # ln of P weighted with the density [kg-1 s-1 sr-1 GeV-1]
SINK = 4  # r_b - <r cos chi> weighted with the density [m]
DRIFT = 5  # of the guiding centre along the path of reference, to the east, per path [1]
FIELD_SQUARED = 6  # [T2]
SINK_RADIATED = 7  # as SINK, weighted with the square of the field [m]
COLUMNS = 8


class Meetings(NamedTuple):
    """What a charge meets on a gyration: against energy, the altitude of its bottom and the place on the drift path."""

    ln_energy: np.ndarray  # ln [GeV], uniform, shape (ne,)
    altitude: np.ndarray  # of the bottom, over the places linear in its distance [m], shape (nh,), ascending
    table: np.ndarray  # shape (ne, nh, n places, COLUMNS)


@njit(cache=True, error_model="numpy")
def momentum_of(energy: float) -> float:
    """Momentum [GeV/c] of an e+- of kinetic energy [GeV]."""
    return kinematics.momentum(energy, constants.ELECTRON_MASS)


@njit(cache=True, error_model="numpy")
def relative_distance(e: float, cosine: float) -> float:
    """Distance r / r_b at a phase; e = p r_b^2 / G below OPEN."""
    return 2.0 / (1.0 - e + math.sqrt(max((1.0 - e) ** 2 + 4.0 * e * cosine, 0.0)))


@njit(cache=True, error_model="numpy")
def bottom_of(e: float, cosine: float) -> float:
    """Distance at the bottom over the distance r of a place, e = p r^2 / G there, of a motion with cos(chi) there."""
    momentum = 1.0 - e * cosine
    return 2.0 / (momentum + math.sqrt(momentum * momentum + 4.0 * e))


@njit(cache=True, error_model="numpy")
def meeting(
    path: DriftPath,
    i: int,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    charge: float,
    energy: float,
    bottom: float,
    row: np.ndarray,
) -> None:
    """Fill a row of the table for an e+- of an energy [GeV] with its bottom at a distance [m] at a place of the path.

    The phases follow tan(chi/2) = w tan(t/2) with t uniform, three widths of the densest part in w: the sum over them
    converges like exp(-PHASES w).

    Parameters
    ----------
    path : DriftPath
    i : int
        Place of the path.
    air : air model
    source : CosmicSource
    losses : ElementLosses
    charge : float
        1 for e+, -1 for e-.
    energy : float
        Kinetic energy [GeV].
    bottom : float
        Distance of the bottom from the dipole [m].
    row : ndarray, shape (COLUMNS,)
        Filled.
    """
    # longer than forty lines: one walk around the gyration feeds seven sums, which share its places
    radius, field = path.radius[i], path.field[i]
    rigidity_field = constants.GV_TO_TESLA_METRE * momentum_of(energy)
    e = min(rigidity_field * bottom**2 / (field * radius**3), 0.999 * OPEN)
    top = relative_distance(e, -1.0)
    gyroradius, centre = 0.5 * (top - 1.0) * bottom, 0.5 * (top + 1.0) * bottom
    w = min(1.0, 3.0 * math.sqrt(SCALE_HEIGHT / gyroradius))
    x, up, east = path.position[i], path.up[i], path.east[i]
    length, density, made, sink, drift, field_squared, radiated = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(PHASES):
        t = (0.5 - j % 2) * 2.0 * (j // 2 + 0.5) * math.pi / PHASES  # from the bottom outwards, either side
        sine_t, cosine_t = math.sin(t), math.cos(t)
        size = cosine_t * cosine_t + w * w * sine_t * sine_t
        sine, cosine = 2.0 * w * sine_t * cosine_t / size, (cosine_t * cosine_t - w * w * sine_t * sine_t) / size
        r = relative_distance(e, cosine)
        ds = w / size / (1.0 / (e * r**3) + cosine / r)
        length += ds
        drift += ds * cosine / r
        squared = (field * (radius / (bottom * r)) ** 3) ** 2
        field_squared += ds * squared
        radiated += ds * squared * (1.0 - r * cosine)
        side = charge * gyroradius * sine / centre
        height, across = bottom * r * math.cos(side) - radius, bottom * r * math.sin(side)
        px, py, pz = beside(path, i, height, across)
        latitude, longitude, altitude = geodetic_of_position(px, py, pz)
        if altitude >= air.top:
            continue
        rho = ds * mass_density(air, latitude, longitude, altitude)
        density += rho
        sink += rho * (1.0 - r * cosine)
        if rho < NEGLIGIBLE * density:
            continue
        a = charge * cosine * math.cos(side) + sine * math.sin(side)
        b = sine * math.cos(side) - charge * cosine * math.sin(side)
        ux, uy, uz = a * east[0] + b * up[0], a * east[1] + b * up[1], a * east[2] + b * up[2]
        made += rho * production_at(source, charge, energy, px, py, pz, ux, uy, uz, longitude, altitude)
    latitude, longitude, altitude = geodetic_of_position(
        x[0] + (bottom - radius) * up[0], x[1] + (bottom - radius) * up[1], x[2] + (bottom - radius) * up[2]
    )
    shares = mass_fractions(air, latitude, longitude, min(max(altitude, 0.0), air.top))
    row[LN_DENSITY] = math.log(max(density / length, SMALLEST))
    row[LOSS], row[SLOPE] = mixture_loss(losses, energy, charge, shares)
    row[LN_PRODUCTION] = math.log(max(made / density, SMALLEST)) if density > 0.0 else math.log(SMALLEST)
    row[SINK] = bottom * sink / density if density > 0.0 else 0.0
    row[DRIFT] = charge * drift / length * radius / bottom
    row[FIELD_SQUARED] = field_squared / length
    row[SINK_RADIATED] = bottom * radiated / field_squared


@njit(cache=True, error_model="numpy", nogil=True)
def _filled(path, air, source, losses, charge, ln_energy, altitude, above, table):
    for k in range(altitude.shape[0]):
        for i in range(above.shape[0]):
            bottom = path.radius[i] + altitude[k] - above[i]
            for j in range(ln_energy.shape[0]):
                meeting(path, i, air, source, losses, charge, math.exp(ln_energy[j]), bottom, table[j, k, i])


def altitudes_of(path: DriftPath) -> np.ndarray:
    """Altitude of the guiding centres of a path [m], shape (n,)."""
    return np.array([geodetic_of_position(*x)[2] for x in path.position])


def altitudes_km(path: DriftPath, sphere: float) -> np.ndarray:
    """The same in km, or above a sphere where its radius [m] is not 0, as the air of a campaign has it."""
    if sphere > 0.0:
        return (np.linalg.norm(path.position, axis=1) - sphere) * 1e-3
    return altitudes_of(path) * 1e-3


def lowest_km(altitude: np.ndarray) -> float:
    """Lowest altitude of a closed path [km] by the parabola through its lowest node and the two beside it, as nodes are
    some 500 km apart."""
    k = int(altitude.argmin())
    before, at, after = altitude[k - 1], altitude[k], altitude[(k + 1) % len(altitude)]
    bend = before - 2.0 * at + after
    return float(at - (before - after) ** 2 / (8.0 * bend)) if bend > 0.0 else float(at)


def bottoms(highest: float) -> np.ndarray:
    """Nodes of the altitude of the bottom [m]: 3 km apart below 50 km, then 6 % of the altitude, up to `highest`."""
    nodes = [LOWEST]
    while nodes[-1] < highest:
        nodes.append(nodes[-1] + max(3.0e3, 0.06 * nodes[-1]))
    return np.array(nodes)


def meetings(
    path: DriftPath,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    charge: float,
    lowest_energy: float,
    electrons: np.ndarray | None = None,
) -> Meetings:
    """Table of what a charge meets on the gyrations around a drift path.

    Parameters
    ----------
    path : mcbelt.places.drift_path.DriftPath
    air : air model
    source : mcbelt.cascade.along_orbit.CosmicSource
    losses : mcbelt.physics.loss_table.ElementLosses
    charge : float
        1 for e+, -1 for e-.
    lowest_energy : float
        [GeV]. The highest is that at which a gyration on the path is open.
    electrons : ndarray, shape (n,), optional
        Free ones at the places of the path [m-3]; by default none. They are met all around a gyration.

    Returns
    -------
    Meetings
    """
    highest = OPEN * float((path.field * path.radius).min()) / constants.GV_TO_TESLA_METRE
    ln_energy = np.linspace(
        math.log(lowest_energy), math.log(highest), 2 + int(math.log(highest / lowest_energy) / ENERGY_STEP)
    )
    above = altitudes_of(path)
    altitude = bottoms(float(above.max()))
    table = np.empty((len(ln_energy), len(altitude), len(above), COLUMNS))
    _filled(path, air, source, losses, charge, ln_energy, altitude, above, table)
    if electrons is not None:
        _add_free_electrons(table, *free_electrons.loss(np.exp(ln_energy), charge, electrons))
    return Meetings(ln_energy, altitude, table)


def _add_free_electrons(table, lost, slope):
    """Add losses per path and their derivatives, shape (ne, n places), to the table, which has them per grammage."""
    density = np.exp(table[..., LN_DENSITY])
    more = lost[:, np.newaxis] / density
    sunk = table[..., LOSS] * table[..., SINK] + more * table[..., SINK_RADIATED]
    table[..., LOSS] += more
    table[..., SLOPE] += slope[:, np.newaxis] / density
    table[..., SINK] = sunk / table[..., LOSS]

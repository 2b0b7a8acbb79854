"""The forward estimator: e+- are born in the air, followed along full orbits, and scored where a detector would be.

Births are drawn in proportion to the mass of air (uniform in grammage; any other importance sampling in altitude gives
weights that span decades), uniform in ln E and, in a window of pitch angles, in direction; the weight is the production
P there. Each history makes an e+ and an e- in mirrored places from the same random numbers. The flux in a volume V is
the path length in it:

    F = sum of w l / (V dE dOmega) / N .

A positron annihilates when the mean number of annihilations on its way reaches an exponential number. What was born is
accounted for: kinetic energy at birth = lost to matter + radiated in the field + hard photons +
annihilated + left at the end of the orbit.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from mcbelt import constants, rng
from mcbelt.cascade.along_orbit import CosmicSource, DipoleFrame, production_at
from mcbelt.grid import bin_refuse, sorted_extend
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import register_detector
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.physics import kinematics
from mcbelt.rng import Purpose

BIRTH, END = int(Purpose.BIRTH), int(Purpose.ANNIHILATION)  # plain for kernels


class Volume(NamedTuple):
    """A detector: a piece of the space around the dipole's equator, a band of pitch angles, energy bins."""

    centre_x: float  # dipole [m]
    centre_y: float
    radius_low: float  # from the dipole's axis [m]
    radius_high: float
    half_height: float  # along the axis [m]
    turn_low: float  # angle about the axis [rad], from `turn_low` for `turn_width` eastward
    turn_width: float
    pitch_cosine: float
    energy_edges: np.ndarray  # [GeV], uniform in ln, shape (n + 1,)
    on: bool = True

    @property
    def size(self) -> float:
        """Volume [m3] times solid angle [sr]."""
        area = 0.5 * (self.radius_high**2 - self.radius_low**2) * self.turn_width
        return area * 2.0 * self.half_height * 4.0 * math.pi * self.pitch_cosine


@njit(cache=True, error_model="numpy")
def _score(volume, tally, lanes_, k):
    z = lanes_[row.Z, k]
    if abs(z) > volume.half_height:
        return
    x, y = lanes_[row.X, k] - volume.centre_x, lanes_[row.Y, k] - volume.centre_y
    r = math.sqrt(x * x + y * y)
    if not (volume.radius_low <= r < volume.radius_high) or abs(lanes_[row.UZ, k]) > volume.pitch_cosine:
        return
    turn = math.atan2(y, x) - volume.turn_low
    if turn - 2.0 * math.pi * math.floor(turn / (2.0 * math.pi)) >= volume.turn_width:
        return
    kinetic = kinematics.kinetic_energy(lanes_[row.MOMENTUM, k], lanes_[row.MASS, k])
    edges = volume.energy_edges
    i = bin_refuse(edges, kinetic)
    if i >= 0:
        tally[i] += abs(lanes_[row.STEP_NOW, k])


register_detector(Volume, _score)


class Births(NamedTuple):
    """Where births are drawn: a sector of the air about an eccentric dipole whose axis is the Earth's."""

    altitude: np.ndarray  # above the sphere [m], shape (n,)
    mass: np.ndarray  # share of the mass of air below each altitude, 0 to 1, shape (n,)
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
) -> Births:
    """Births between the first and last altitude of a profile of density.

    Parameters
    ----------
    altitude : ndarray, shape (n,)
        [m], ascending.
    density : ndarray, shape (n,)
        [kg m-3].
    sphere : float
        Radius from which altitudes count [m].
    longitude : float
        Of the anomaly [rad].
    span : tuple of 2 float
        Before and after the anomaly along the drift [rad].
    latitude : float
        Largest absolute latitude [rad].
    pitch_cosine : float
        Largest absolute cosine with the field.
    energies : tuple of 2 float
        Range of kinetic energy [GeV].

    Returns
    -------
    Births
    """
    weight = density * (sphere + altitude) ** 2
    steps = 0.5 * (weight[1:] + weight[:-1]) * np.diff(altitude)
    cumulative = np.concatenate([[0.0], np.cumsum(steps)])
    share = cumulative / cumulative[-1]
    return Births(altitude, share, float(cumulative[-1]), sphere, longitude, *span, latitude, pitch_cosine, *energies)


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
    """Fill positions, directions (n, 3), kinetic energies and weights (n,) of histories from `first` on.

    Parameters
    ----------
    births : Births
    source : CosmicSource
        Production and dipole.
    seed, first : int
        Seed and first history.
    charge : float
        1 for e+, -1 for e-.
    position, direction : ndarray, shape (n, 3)
        Filled: geocentric Cartesian [m], unit vectors of motion.
    energy, weight : ndarray, shape (n,)
        Filled: kinetic energies [GeV], weights [s-1].
    """
    span = (births.before + births.after) * 2.0 * math.sin(births.latitude) * births.total
    window = 4.0 * math.pi * births.pitch_cosine * math.log(births.energy_high / births.energy_low)
    for i in range(energy.shape[0]):
        a, b = rng.uniform_pair(seed, first + i, 0, BIRTH)
        c, d = rng.uniform_pair(seed, first + i, 1, BIRTH)
        e, f = rng.uniform_pair(seed, first + i, 2, BIRTH)
        # inside a cell the air is exponential, but its mass is drawn linearly: cells of a tenth of a scale height
        k, t = sorted_extend(births.mass, a, True)
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
        weight[i] = made * span * window * kinetic


@njit(cache=True, error_model="numpy")
def field_direction(frame: DipoleFrame, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Unit vector of the dipole field of a `DipoleFrame`.

    Parameters
    ----------
    frame : DipoleFrame
    x, y, z : float
        Geocentric Cartesian position [m].

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


@njit(cache=True, error_model="numpy")
def ends(seed: int, first: int, last: int) -> np.ndarray:
    """Mean numbers of annihilations after which the positrons of histories [first, last) annihilate: exponential.

    Parameters
    ----------
    seed, first, last : int
        Histories [first, last) of a seed.

    Returns
    -------
    ndarray, shape (last - first,)
        [1]
    """
    n = np.int64(last) - np.int64(first)
    result = np.empty(n)
    for i in range(n):
        result[i] = rng.exponential(rng.uniform_pair(np.uint64(seed), np.uint64(first) + np.uint64(i), 0, END)[0])
    return result


class ForwardResult(NamedTuple):
    """Scores of a set of histories."""

    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1], shape (2, nb)
    sigma: np.ndarray  # standard error, shape (2, nb)
    fates: dict  # code of the fate -> number, over both charges
    born: float  # kinetic energy at birth, weighted sum [GeV]
    matter: float  # lost to matter
    radiated: float  # synchrotron radiation
    photons: float  # hard bremsstrahlung; soft photons are in `matter`
    annihilated: float  # carried by positrons that annihilated
    left: float  # carried at the other ends of orbits


def run(
    model: lanes.LaneModel, source: CosmicSource, where: Births, volumes: tuple[Any, Any], seed: int, n: int
) -> ForwardResult:
    """Follow n histories of each charge.

    Parameters
    ----------
    model : lanes.LaneModel
        Field, air, losses, limits; its source and detector are replaced, its direction is forward.
    source : CosmicSource
    where : Births
    volumes : tuple of Volume
        The detector of e+ and its mirror image for e-.
    seed, n : int

    Returns
    -------
    ForwardResult
    """
    bins = len(volumes[0].energy_edges) - 1
    fates: dict[int, int] = {}
    flux, sigma, sums = np.zeros((2, bins)), np.zeros((2, bins)), np.zeros(6)
    for q, charge in enumerate((1.0, -1.0)):
        position, direction = np.empty((n, 3)), np.empty((n, 3))
        energy, weight = np.empty(n), np.empty(n)
        draw(where, source, np.uint64(seed), 0, charge, position, direction, energy, weight)
        momentum = kinematics.momentum(energy, constants.ELECTRON_MASS)
        table = lanes.charge_table(position, direction, momentum, constants.ELECTRON_MASS, charge)
        table[row.REMOVAL_STOP] = ends(seed, 0, n)
        tallies = np.zeros((n, bins))
        following = model._replace(
            source=NoSource(), detector=volumes[q], stepping=model.stepping._replace(direction=1.0)
        )
        lanes.advance(following, table, seed=seed, tallies=tallies)
        scores = weight[:, None] * tallies / (volumes[q].size * np.diff(volumes[q].energy_edges))
        flux[q] = scores.mean(axis=0)
        sigma[q] = scores.std(axis=0, ddof=1) / math.sqrt(n)
        p = table[row.MOMENTUM]
        left = kinematics.kinetic_energy(p, constants.ELECTRON_MASS)
        gone = table[row.FATE] == row.STOPPED
        lost = (table[row.MATTER_LOSS], table[row.SYNCHROTRON_LOSS], table[row.PHOTON_LOSS])
        parts = (energy, *lost, left * gone, left * ~gone)
        sums += [float(weight @ part) for part in parts]
        for code, count in zip(*np.unique(table[row.FATE], return_counts=True), strict=True):
            fates[int(code)] = fates.get(int(code), 0) + int(count)
    return ForwardResult(flux, sigma, fates, *sums)

"""From where something is made to where it is met: integrals back along paths through round air.

Nucleons that collide again, photons that convert and muons that decay are made at one place and act at another. On a
grid of altitude and direction (air that depends on altitude alone, over a few hundred kilometres) the flux at a node is
an integral back along its path,

    flux(E, n, h) = integral ds rho(h(s)) Q(E, n(s), h(s)) exp(-mu(E) X(s)),   X(s) = integral of rho ds,

with Q the production per kg and mu the interaction coefficient; and e+- of muons that fly L = c tau p / m before they
decay are made, per kg at the node, at the rate

    Q'(E, n, h) = integral ds/L exp(-s/L) rho(h(s)) / rho(h) Q(E, n(s), h(s)).

Paths are straight, or circles about the field (along magnetic north) whose radius belongs to the rigidity; the Earth is
round, and a path that comes down to the lowest altitude of the grid ends there.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.constants import REFERENCE_RADIUS
from mcbelt.grid import position_extend, sorted_hold, turn_periodic, uniform_hold

TOP = 150.0e3  # [m] a path that rises through this altitude has left the air
_STEPS = 160
_REACH = 4.0e6  # [m]
_LONGEST = 25.0e3  # [m] of a step; a horizontal path rises 50 m in it
_RISE = 1.5e3  # [m] of altitude in a step: a fifth of a scale height
_TURN = 0.1  # [rad] of a step
_MUON_STEP, _MUON_REACH = 0.4, 5.0  # in decay lengths


class Grid(NamedTuple):
    """Nodes of production and flux; tables have the shape (altitude, zenith, azimuth, energy)."""

    altitude: np.ndarray  # [m], ascending
    zenith: np.ndarray  # sign(mu) sqrt(|mu|), uniform from -1 to 1
    azimuth: np.ndarray  # from magnetic east towards north [rad], uniform from 0
    profile_step: float  # [m], of the profile of the air from altitude 0
    ln_density: np.ndarray  # ln of the density [kg m-3] on it


class Path(NamedTuple):
    """Pieces of one path: where their middles lie in the grid, and how much air is in them."""

    node: np.ndarray  # altitude, zenith, azimuth and next azimuth of the lower corner, shape (n, 4), int64
    share: np.ndarray  # of the upper corner: altitude, zenith, azimuth, shape (n, 3)
    grammage: np.ndarray  # [kg m-2], shape (n,)
    length: np.ndarray  # [m], shape (n,)


def grid(
    altitude: np.ndarray,
    zenith: np.ndarray,
    azimuth: np.ndarray,
    profile: tuple[np.ndarray, np.ndarray],
    profile_step: float = 500.0,
) -> Grid:
    """Grid with the air of a profile.

    Parameters
    ----------
    altitude, zenith, azimuth : ndarray
        Nodes as in `Grid`.
    profile : tuple of 2 ndarray
        Altitude [m], ascending, and density [kg m-3] there; interpolated in its logarithm, the ends held.
    profile_step : float
        Step at which the profile is kept [m].

    Returns
    -------
    Grid
    """
    levels = np.arange(0.0, TOP + 2.0 * profile_step, profile_step)
    return Grid(altitude, zenith, azimuth, profile_step, np.interp(levels, profile[0], np.log(profile[1])))


def empty_path() -> Path:
    """Room for a path."""
    return Path(np.zeros((_STEPS, 4), np.int64), np.zeros((_STEPS, 3)), np.zeros(_STEPS), np.zeros(_STEPS))


@njit(cache=True, error_model="numpy")
def density_at(grid: Grid, altitude: float) -> float:
    """Density of the profile [kg m-3] at an altitude [m]; that of the ground is held below it, 0 above the top."""
    position = max(altitude, 0.0) / grid.profile_step
    n = grid.ln_density.size
    if position >= n - 1.0:
        return 0.0
    i, t = position_extend(position, n)
    return math.exp(grid.ln_density[i] + t * (grid.ln_density[i + 1] - grid.ln_density[i]))


@njit(cache=True, error_model="numpy")
def trace_back(
    grid: Grid,
    altitude: float,
    mu: float,
    azimuth: float,
    curvature: float,
    reach: float,
    longest: float,
    growth: float,
    path: Path,
) -> int:
    """Follow a path back from a node.

    Parameters
    ----------
    grid : Grid
    altitude, mu, azimuth : float
        Of the node [m]; of the velocity there: cosine with the vertical, angle from magnetic east to north [rad].
    curvature : float
        Charge over gyroradius [1/m]; 0: straight.
    reach : float
        Length at which to stop [m].
    longest, growth : float
        Longest piece [m] at the node, and how much it grows with the way from there.
    path : Path
        Filled.

    Returns
    -------
    int
        Pieces written.
    """
    sine = math.sqrt(max(0.0, 1.0 - mu * mu))
    ux, uy, uz = sine * math.cos(azimuth), sine * math.sin(azimuth), mu
    x, y, z = 0.0, 0.0, REFERENCE_RADIUS + altitude
    turning = _LONGEST if curvature == 0.0 else min(_LONGEST, _TURN / abs(curvature))
    na, n, passed, height, rise = grid.azimuth.size, 0, 0.0, altitude, mu
    while n < _STEPS and passed < reach:
        step = min(longest + growth * passed, turning, _RISE / max(abs(rise), 1e-6), reach - passed)
        half = 0.5 * step
        c, s = math.cos(curvature * half), math.sin(curvature * half)
        # back in time: a positive charge that moves east is turned up, so that its past lies higher
        ux, uz = c * ux + s * uz, c * uz - s * ux
        x, y, z = x - half * ux, y - half * uy, z - half * uz
        r = math.sqrt(x * x + y * y + z * z)
        px, py, pz = x / r, y / r, z / r
        height, rise = r - REFERENCE_RADIUS, ux * px + uy * py + uz * pz
        if height <= grid.altitude[0]:
            break
        if height > TOP and rise < 0.0:
            break
        ex, ez = pz, -px  # north x up
        size = math.sqrt(ex * ex + ez * ez)
        east = (ux * ex + uz * ez) / size
        nx, ny, nz = py * ez, pz * ex - px * ez, -py * ex  # up x east
        north = (ux * nx + uy * ny + uz * nz) / size
        ia, ja, ta = turn_periodic(math.atan2(north, east), na)
        ih, th = sorted_hold(grid.altitude, height, True)
        iz, tz = uniform_hold(grid.zenith, math.copysign(math.sqrt(abs(rise)), rise))
        path.node[n, 0], path.node[n, 1], path.node[n, 2] = ih, iz, ia
        path.node[n, 3] = ja
        path.share[n, 0], path.share[n, 1], path.share[n, 2] = th, tz, ta
        path.grammage[n], path.length[n] = density_at(grid, height) * step, step
        x, y, z = x - half * ux, y - half * uy, z - half * uz
        ux, uz = c * ux + s * uz, c * uz - s * ux
        passed += step
        n += 1
    return n


@njit(cache=True, error_model="numpy")
def _between(table, node, share, first, last, value):
    """Table at one piece of a path for energies [first, last), linear in altitude, zenith and azimuth."""
    for e in range(first, last):
        value[e] = 0.0
    for dh in range(2):
        wh = share[0] if dh == 1 else 1.0 - share[0]
        ih = min(node[0] + dh, table.shape[0] - 1)
        for dz in range(2):
            wz = wh * (share[1] if dz == 1 else 1.0 - share[1])
            for da in range(2):
                weight = wz * (share[2] if da == 1 else 1.0 - share[2])
                row = table[ih, node[1] + dz, node[3] if da == 1 else node[2]]
                for e in range(first, last):
                    value[e] += weight * row[e]


@njit(cache=True, error_model="numpy")
def _levels_in_air(grid):
    """Altitudes up to the first one above the air."""
    levels = 1
    while levels < grid.altitude.size and grid.altitude[levels - 1] < TOP:
        levels += 1
    return levels


@njit(cache=True, error_model="numpy", nogil=True)
def stream(
    grid: Grid, table: np.ndarray, coefficient: np.ndarray, curvature: np.ndarray, path: Path, out: np.ndarray
) -> None:
    """Flux that production brings along paths back through the air.

    Parameters
    ----------
    grid : Grid
    table : ndarray, shape (nh, nz, na, ne)
        Production Q [kg-1 s-1 sr-1 per energy or cell].
    coefficient : ndarray, shape (ne,)
        Interactions per grammage, mu [m2 kg-1].
    curvature : ndarray, shape (ne,)
        Charge over gyroradius at each energy [1/m]; all zero: straight.
    path : Path
        Room.
    out : ndarray, shape (nh, nz, na, ne)
        Flux [m-2 s-1 sr-1 per energy or cell]; overwritten. Above the air the lowest node there is repeated.
    """
    ne = table.shape[3]
    value = np.zeros(ne)
    straight = not curvature.any()
    levels = _levels_in_air(grid)
    for i in range(levels):
        for j in range(grid.zenith.size):
            mu = math.copysign(grid.zenith[j] ** 2, grid.zenith[j])
            for k in range(grid.azimuth.size):
                result = out[i, j, k]
                result[:] = 0.0
                for first in range(0, ne, ne if straight else 1):
                    last = ne if straight else first + 1
                    n = trace_back(
                        grid, grid.altitude[i], mu, grid.azimuth[k], curvature[first], 4e6, _LONGEST, 0.0, path
                    )
                    depth = 0.0
                    for s in range(n):
                        thickness = path.grammage[s]
                        _between(table, path.node[s], path.share[s], first, last, value)
                        for e in range(first, last):
                            m = coefficient[e]
                            result[e] += value[e] * math.exp(-m * depth) * -math.expm1(-m * thickness) / m
                        depth += thickness
                        if depth * coefficient[first] > 14.0:
                            break
    out[levels:] = out[levels - 1]


@njit(cache=True, error_model="numpy", nogil=True)
def stream_losing(
    grid: Grid,
    table: np.ndarray,
    ln_energy: np.ndarray,
    loss: np.ndarray,
    curvature: np.ndarray,
    path: Path,
    out: np.ndarray,
) -> None:
    """Flux of charges that lose energy on their way: F(E) = integral dX P(E') S(E') / S(E), dE'/dX = S.

    Parameters
    ----------
    grid : Grid
    table : ndarray, shape (nh, nz, na, ne)
        Production [kg-1 s-1 sr-1 GeV-1].
    ln_energy : ndarray, shape (ne,)
        ln of the energies of the table [GeV], uniform.
    loss : ndarray, shape (ne,)
        S at these energies [GeV m2 kg-1].
    curvature : ndarray, shape (ne,)
        Charge over gyroradius of the orbit that ends with each energy [1/m].
    path : Path
        Room.
    out : ndarray, shape (nh, nz, na, ne)
        Flux [m-2 s-1 sr-1 GeV-1]; overwritten. Above the air the lowest node there is repeated.
    """
    ne = table.shape[3]
    value = np.zeros(ne)
    step = ln_energy[1] - ln_energy[0]
    levels = _levels_in_air(grid)
    for i in range(levels):
        for j in range(grid.zenith.size):
            mu = math.copysign(grid.zenith[j] ** 2, grid.zenith[j])
            for k in range(grid.azimuth.size):
                for e in range(ne):
                    bend = curvature[e]
                    n = trace_back(grid, grid.altitude[i], mu, grid.azimuth[k], bend, _REACH, _LONGEST, 0.0, path)
                    energy, total = math.exp(ln_energy[e]), 0.0
                    for s in range(n):
                        grammage = path.grammage[s]
                        middle = energy + 0.5 * grammage * _loss(ln_energy, loss, energy)
                        now = _loss(ln_energy, loss, middle)
                        place = (math.log(middle) - ln_energy[0]) / step
                        if place >= ne - 1.0:
                            break
                        m, t = position_extend(place, ne)
                        _between(table, path.node[s], path.share[s], m, m + 2, value)
                        made = _power(value[m], value[m + 1], t)
                        total += grammage * made * now
                        energy += grammage * now
                    out[i, j, k, e] = total / loss[e]
    out[levels:] = out[levels - 1]


@njit(cache=True, error_model="numpy")
def _power(low, high, share):
    """Value between two nodes: a power law, or linear where one of them is zero."""
    if low > 0.0 and high > 0.0:
        return low * math.exp(share * math.log(high / low))
    return (1.0 - share) * low + share * high


@njit(cache=True, error_model="numpy")
def _loss(ln_energy, loss, energy):
    """Loss at an energy, linear in ln; beyond the last node in proportion to the energy."""
    place = (math.log(energy) - ln_energy[0]) / (ln_energy[1] - ln_energy[0])
    last = loss.size - 1
    if place >= last:
        return loss[last] * energy / math.exp(ln_energy[last])
    m, t = position_extend(place, loss.size)
    return loss[m] + t * (loss[m + 1] - loss[m])


@njit(cache=True, error_model="numpy", nogil=True)
def decay_in_flight(
    grid: Grid,
    table: np.ndarray,
    lengths: np.ndarray,
    weights: np.ndarray,
    curvature: np.ndarray,
    path: Path,
    out: np.ndarray,
) -> None:
    """Production of e+- moved to where their muons decay.

    Parameters
    ----------
    grid : Grid
    table : ndarray, shape (nh, nz, na, ne)
        Production at the places of the collisions.
    lengths : ndarray, shape (ne, nq)
        Decay lengths of the muons of each energy of e+- [m].
    weights : ndarray, shape (nq,)
        Their shares, sum 1.
    curvature : ndarray, shape (ne,)
        Charge over gyroradius of the muons [1/m].
    path : Path
        Room.
    out : ndarray, shape (nh, nz, na, ne)
        Production at the places of the decays; overwritten. Above the air nothing is moved.
    """
    ne = table.shape[3]
    value = np.zeros(ne)
    for i in range(grid.altitude.size):
        here = density_at(grid, grid.altitude[i])
        if here == 0.0:
            out[i] = table[i]
            continue
        for j in range(grid.zenith.size):
            mu = math.copysign(grid.zenith[j] ** 2, grid.zenith[j])
            for k in range(grid.azimuth.size):
                for e in range(ne):
                    longest = lengths[e].max()
                    if longest < 300.0:  # a flight of less than a twentieth of a scale height
                        out[i, j, k, e] = table[i, j, k, e]
                        continue
                    reach, piece = _MUON_REACH * longest, _MUON_STEP * lengths[e].min()
                    n = trace_back(grid, grid.altitude[i], mu, grid.azimuth[k], curvature[e], reach, piece, 0.4, path)
                    passed, total = 0.0, 0.0
                    for s in range(n):
                        share = 0.0
                        for q in range(weights.size):
                            left = math.exp(-passed / lengths[e, q])
                            share += weights[q] * left * -math.expm1(-path.length[s] / lengths[e, q])
                        passed += path.length[s]
                        if path.grammage[s] > 0.0:
                            _between(table, path.node[s], path.share[s], e, e + 1, value)
                            total += share * path.grammage[s] / path.length[s] / here * value[e]
                    out[i, j, k, e] = total

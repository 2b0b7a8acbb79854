"""Flux of cosmic-ray secondaries near 90 degrees with the drift resolved: average over gyrophase only.

Where the loss of one drift is large an e+- is born a small part of a drift before it is seen, and what counts is the
air of that part. The guiding centre is followed backward along the drift path; at each place the gyration of
`mcbelt.sources.cosmic.gyration` says what is met. With s the path length, eq. (1) of Gusev & Pugacheva 2003 reads

    dE/ds = a,  a = <rho> S + k E^2 <B^2>,   d ln J/ds = <rho> dS/dE + 2 k E <B^2>,   dF/ds = <rho P> J,
    d r_b / ds = -e / (1 + e) sink d ln p / ds,   d place / ds = -(drift),

<.> over the gyration. Where a whole drift costs less than `SHARE` of E the same is averaged over the drift as well and
the place is forgotten: the limit of many drifts.

The mirror motion of a pitch angle off 90 degrees carries the gyration to latitudes up to arcsin(mu) / sqrt(4.5), where
the guiding centre is lower by r times the square of the latitude; what is met is averaged over that motion.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from mcbelt import constants
from mcbelt.cascade.along_orbit import CosmicSource
from mcbelt.grid import sorted_hold, uniform_extend
from mcbelt.physics.loss_table import ElementLosses
from mcbelt.places.drift_path import DriftPath
from mcbelt.places.shell import ShellPlace, place_of
from mcbelt.sources.cosmic import gyration
from mcbelt.sources.cosmic.gyration import COLUMNS, Meetings

STEP = 0.04  # largest in ln E
STRIDE = 0.5  # largest in places of the path
CHANGE = 0.4  # largest change of ln of the density in a step that matters
IDLE = 1.0e-3  # change of ln E in a step that does not matter
SHARE = 0.02  # loss of one drift in ln E below which drifts are averaged
LATITUDES = 4  # of the mirror motion
PHASES = 24  # of the charge at the place of observation
PITCHES = 3
LONGITUDES = 4
MIRROR = 4.5  # B / B_equator = 1 + 4.5 latitude^2 near the equator of a dipole


class Course(NamedTuple):
    """What is met around a drift path, and around the whole of it."""

    meetings: Meetings
    above: np.ndarray  # altitude of the guiding centres of the path [m], shape (n,)
    radius: np.ndarray  # their distance from the dipole [m], shape (n,)
    chord: np.ndarray  # from a place to the next [m], shape (n,)
    moment: np.ndarray  # B r^3 [T m3], shape (n,)
    whole: np.ndarray  # averages over the drift, the lowest bottom for the altitude, shape (ne, nh, COLUMNS)


@njit(cache=True, error_model="numpy")
def _round(values, u):
    """Value at a place of a closed path by the cubic through its four neighbours (Catmull & Rom 1974)."""
    n = values.shape[0]
    k = math.floor(u)
    t = u - k
    a, b, c, d = values[(k - 1) % n], values[k % n], values[(k + 1) % n], values[(k + 2) % n]
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))


@njit(cache=True, error_model="numpy")
def _met(course, u, ln_energy, bottom, row):
    """What is met at a place u with the bottom at a distance [m]; returns the altitude of the bottom [m]."""
    axes, n = course.meetings, course.above.shape[0]
    height = _round(course.above, u) - _round(course.radius, u) + bottom
    j, tj = uniform_extend(axes.ln_energy, ln_energy)
    k, th = sorted_hold(axes.altitude, height, True)
    i = math.floor(u)
    tu = u - i
    row[:] = 0.0
    for dj in range(2):
        wj = tj if dj == 1 else 1.0 - tj
        for dk in range(2):
            wk = wj * (th if dk == 1 else 1.0 - th)
            low, high = axes.table[j + dj, k + dk, i % n], axes.table[j + dj, k + dk, (i + 1) % n]
            for c in range(COLUMNS):
                row[c] += wk * ((1.0 - tu) * low[c] + tu * high[c])
    return height


@njit(cache=True, error_model="numpy")
def _met_around(course, ln_energy, bottom, row):
    """The same for a whole drift; the column DRIFT holds its path length [m]."""
    axes = course.meetings
    height = (course.above - course.radius).min() + bottom
    j, tj = uniform_extend(axes.ln_energy, ln_energy)
    k, th = sorted_hold(axes.altitude, height, True)
    for c in range(COLUMNS):
        low = (1.0 - th) * course.whole[j, k, c] + th * course.whole[j, k + 1, c]
        row[c] = (1.0 - tj) * low + tj * ((1.0 - th) * course.whole[j + 1, k, c] + th * course.whole[j + 1, k + 1, c])


@njit(cache=True, error_model="numpy")
def _add(total, row, weight):
    """Add what is met at one place to the sums of an average; densities weigh what matter does."""
    mass = weight * math.exp(row[gyration.LN_DENSITY])
    total[gyration.LN_DENSITY] += mass
    total[gyration.LN_PRODUCTION] += mass * math.exp(row[gyration.LN_PRODUCTION])
    for c in (gyration.LOSS, gyration.SLOPE, gyration.SINK):
        total[c] += mass * row[c]
    squared = weight * row[gyration.FIELD_SQUARED]
    total[gyration.FIELD_SQUARED] += squared
    total[gyration.SINK_RADIATED] += squared * row[gyration.SINK_RADIATED]
    total[gyration.DRIFT] += weight * row[gyration.DRIFT]


@njit(cache=True, error_model="numpy")
def _averaged(total, weight, row):
    """From sums to averages."""
    mass, squared = total[gyration.LN_DENSITY], total[gyration.FIELD_SQUARED]
    for c in (gyration.LOSS, gyration.SLOPE, gyration.SINK):
        row[c] = total[c] / mass
    row[gyration.LN_PRODUCTION] = math.log(max(total[gyration.LN_PRODUCTION] / mass, gyration.SMALLEST))
    row[gyration.SINK_RADIATED] = total[gyration.SINK_RADIATED] / squared
    row[gyration.LN_DENSITY], row[gyration.FIELD_SQUARED] = math.log(mass / weight), squared / weight
    row[gyration.DRIFT] = total[gyration.DRIFT] / weight


@njit(cache=True, error_model="numpy", nogil=True)
def _mirroring(axes, drop):
    """The table with the bottoms lowered by drop sin^2, averaged over the phase of the mirror motion."""
    result = np.empty_like(axes.table)
    row, total = np.empty(COLUMNS), np.empty(COLUMNS)
    for j in range(axes.table.shape[0]):
        for k in range(axes.table.shape[1]):
            for i in range(axes.table.shape[2]):
                total[:] = 0.0
                for m in range(LATITUDES):
                    sine = math.sin(0.5 * math.pi * (m + 0.5) / LATITUDES)
                    a, t = sorted_hold(axes.altitude, axes.altitude[k] - drop * sine * sine, True)
                    for c in range(COLUMNS):
                        row[c] = (1.0 - t) * axes.table[j, a, i, c] + t * axes.table[j, a + 1, i, c]
                    _add(total, row, 1.0)
                _averaged(total, float(LATITUDES), result[j, k, i])
    return result


@njit(cache=True, error_model="numpy", nogil=True)
def _around(course):
    """Fill the averages over whole drifts."""
    axes, n = course.meetings, course.above.shape[0]
    row, total = np.empty(COLUMNS), np.empty(COLUMNS)
    base = (course.above - course.radius).min()
    for j in range(axes.ln_energy.shape[0]):
        for k in range(axes.altitude.shape[0]):
            total[:] = 0.0
            length = 0.0
            for i in range(n):
                _met(course, float(i), axes.ln_energy[j], axes.altitude[k] - base, row)
                path = 0.5 * (course.chord[i - 1] + course.chord[i]) / abs(row[gyration.DRIFT])
                length += path
                _add(total, row, path)
            _averaged(total, length, course.whole[j, k])
            course.whole[j, k, gyration.DRIFT] = length


@njit(cache=True, error_model="numpy")
def _rates(row, ln_energy, synchrotron):
    """d ln E/ds [1/m], d ln J/ds [1/m], <rho P> [m-3 s-1 sr-1 GeV-1] and sinking per ln p, times (1 + e) / e [m]."""
    energy, rho = math.exp(ln_energy), math.exp(row[gyration.LN_DENSITY])
    radiated = synchrotron * constants.SYNCHROTRON_COEFFICIENT * row[gyration.FIELD_SQUARED] / constants.SPEED_OF_LIGHT
    matter, light = rho * row[gyration.LOSS], radiated * energy * energy
    sink = (matter * row[gyration.SINK] + light * row[gyration.SINK_RADIATED]) / (matter + light)
    slope = rho * row[gyration.SLOPE] + 2.0 * radiated * energy
    return (matter + light) / energy, slope, rho * math.exp(row[gyration.LN_PRODUCTION]), sink


@njit(cache=True, error_model="numpy")
def _sunk(course, k, ln_energy, bottom, sink):
    """How far the bottom sinks per ln E [m], and e."""
    energy = math.exp(ln_energy)
    e = constants.GV_TO_TESLA_METRE * gyration.momentum_of(energy) * bottom**2 / course.moment[k]
    per_ln_energy = (energy + constants.ELECTRON_MASS) / (energy + 2.0 * constants.ELECTRON_MASS)
    return e / (1.0 + e) * sink * per_ln_energy, e


@njit(cache=True, error_model="numpy")
def _born(state, h, before, after):
    """Add what is born in a step of the path [m], from its rates at both ends, to the flux and to flux times path."""
    state[3] += 0.5 * h * (before + after)
    state[5] += 0.5 * h * (before * state[4] + after * (state[4] + h))
    state[4] += h


@njit(cache=True, error_model="numpy")
def _whole_drift(course, synchrotron, share, state, row):
    """Advance the state by one step averaged over whole drifts if one costs less than a share; whether it did."""
    ln_energy, bottom, ln_j = state[0], state[1], state[2]
    _met_around(course, ln_energy, bottom, row)
    length = row[gyration.DRIFT]
    rate, slope, made, sink = _rates(row, ln_energy, synchrotron)
    if rate * length >= share:
        return False
    before = made * math.exp(ln_j)
    sunk, _ = _sunk(course, 0, ln_energy, bottom, sink)
    state[0], state[1] = ln_energy + STEP, bottom - sunk * STEP
    _met_around(course, state[0], state[1], row)
    rate1, slope1, made1, _ = _rates(row, state[0], synchrotron)
    h = 2.0 * STEP / (rate + rate1)
    state[2] += 0.5 * h * (slope + slope1)
    _born(state, h, before, made1 * math.exp(state[2]))
    return True


@njit(cache=True, error_model="numpy", nogil=True)
def followed(
    course: Course, synchrotron: float, share: float, u: float, ln_energy: float, bottom: float
) -> tuple[float, float, float, float]:
    """Flux of an e+- seen at a place of the path, by following its guiding centre backward.

    Parameters
    ----------
    course : Course
    synchrotron : float
        Factor on the synchrotron loss.
    share : float
        Loss of one drift in ln E below which drifts are averaged; 0: never.
    u : float
        Place of the guiding centre in nodes of the path.
    ln_energy : float
        ln of the kinetic energy [GeV].
    bottom : float
        Distance of the bottom of the gyration from the dipole [m].

    Returns
    -------
    tuple of 4 float
        Flux [m-2 s-1 sr-1 GeV-1]; ln of the energy at the end; altitude of the bottom at the end [m]; flux times mean
        time since birth [m-2 sr-1 GeV-1], at the speed of light (too short by 0.5 % at 5 MeV). The end is where
        gyrations no longer close, or a bottom below `gyration.LOWEST`.
    """
    n, last = course.above.shape[0], course.meetings.ln_energy[-1]
    row, state, h = np.empty(COLUMNS), np.array([ln_energy, bottom, 0.0, 0.0, 0.0, 0.0]), math.inf
    height, fresh, entered = math.inf, False, True
    rate, slope, made, sink, move = 0.0, 0.0, 0.0, 0.0, 0.0
    while True:
        if entered and share > 0.0:
            while state[0] < last and _whole_drift(course, synchrotron, share, state, row):
                fresh = False
        entered = False
        if not fresh:
            height = _met(course, u, state[0], state[1], row)
            rate, slope, made, sink = _rates(row, state[0], synchrotron)
            move, h = -row[gyration.DRIFT] / course.chord[math.floor(u) % n], math.inf
        sunk, e = _sunk(course, math.floor(u) % n, state[0], state[1], sink)
        if state[0] >= last or e >= gyration.OPEN or height < gyration.LOWEST:
            break
        h = min(2.0 * h, STEP / rate, STRIDE / abs(move))
        while True:
            gain, u1 = rate * h, u + move * h
            height = _met(course, u1, state[0] + gain, state[1] - sunk * gain, row)
            rate1, slope1, made1, sink = _rates(row, state[0] + gain, synchrotron)
            larger = max(rate, rate1) * h
            if larger < IDLE or (larger < 2.0 * STEP and abs(math.log(rate1 / rate)) < CHANGE):
                break
            h *= 0.5
        gain = 0.5 * h * (rate + rate1)
        before = made * math.exp(state[2])
        state[0], state[1], state[2] = state[0] + gain, state[1] - sunk * gain, state[2] + 0.5 * h * (slope + slope1)
        _born(state, h, before, made1 * math.exp(state[2]))
        entered, fresh = math.floor(u1) != math.floor(u), True
        u, rate, slope, made = u1, rate1, slope1, made1
        move = -row[gyration.DRIFT] / course.chord[math.floor(u) % n]
    return state[3], state[0], height, state[5] / constants.SPEED_OF_LIGHT


def course_of(path: DriftPath, met: Meetings, drop: float = 0.0) -> Course:
    """What is met around a drift path, with mirror points `drop` [m] below the equatorial guiding centre.

    Parameters
    ----------
    path : DriftPath
    met : Meetings
        On the gyrations around the path.
    drop : float
        How far mirror points lie below the equatorial guiding centre [m]; 0: the motion stays at the equator.

    Returns
    -------
    Course
    """
    chord = np.linalg.norm(np.roll(path.position, -1, axis=0) - path.position, axis=1)
    axes = met._replace(table=_mirroring(met, drop)) if drop > 0.0 else met
    whole = np.empty((*met.table.shape[:2], COLUMNS))
    course = Course(axes, gyration.altitudes_of(path), path.radius, chord, path.field * path.radius**3, whole)
    _around(course)
    return course


@njit(cache=True, error_model="numpy")
def seen_bottom(course: Course, k: int, energy: float, cosine: float) -> tuple[float, float]:
    """Bottom of the gyration of an e+- that is seen at a node of the path.

    Parameters
    ----------
    course : Course
    k : int
        Node of the path.
    energy : float
        Kinetic energy [GeV].
    cosine : float
        cos(chi): 1 where the motion is that at the bottom, -1 at the top.

    Returns
    -------
    tuple of 2 float
        Distance of the bottom from the dipole [m], and e = p r^2 / G at the node.
    """
    r = course.radius[k]
    e = constants.GV_TO_TESLA_METRE * gyration.momentum_of(energy) * r**2 / course.moment[k]
    return r * gyration.bottom_of(e, cosine), e


@njit(cache=True, error_model="numpy", nogil=True)
def _seen(course, where, synchrotron, share, charge, energy):
    """Flux, and flux times age: means over the longitudes of a place and the gyrophase of the charge in it."""
    total, aged = 0.0, 0.0
    for a in range(LONGITUDES):
        past = where.nearest + (a + 0.5) / LONGITUDES * (where.farthest - where.nearest)
        k, _, t = place_of(where, where.anomaly - charge * past)
        for b in range(PHASES):
            chi = 2.0 * math.pi * (b + 0.5) / PHASES
            bottom, e = seen_bottom(course, k, energy, math.cos(chi))
            u = k + t - charge * e * course.radius[k] * math.sin(chi) / course.chord[k]
            flux, _, _, flux_age = followed(course, synchrotron, share, u, math.log(energy), bottom)
            total += flux
            aged += flux_age
    return total / (LONGITUDES * PHASES), aged / (LONGITUDES * PHASES)


class Averaged(NamedTuple):
    """Flux of e+ and e-, and how old they are in the mean."""

    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1], shape (2, n)
    age: np.ndarray | None  # time since birth [s], shape (2, n); None where it is not known


def averaged(
    where: ShellPlace,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    energies: ArrayLike,
    synchrotron: float = 1.0,
    share: float = SHARE,
    electrons: np.ndarray | None = None,
) -> Averaged:
    """Flux and mean age of e+ and e- in a place: means over its places, gyrophases and pitch angles.

    Parameters
    ----------
    where : mcbelt.places.shell.ShellPlace
    air : air model
    source : mcbelt.cascade.along_orbit.CosmicSource
    losses : mcbelt.physics.loss_table.ElementLosses
    energies : array_like, shape (n,)
        Kinetic energies [GeV].
    synchrotron : float
        Factor on the synchrotron loss.
    share : float
        Loss of one drift in ln E below which drifts are averaged; 0: never.
    electrons : ndarray, shape (n places,), optional
        Free ones at the guiding centres of the path of the place [m-3]; by default none.

    Returns
    -------
    Averaged
        The age is NaN where there is no flux.
    """
    energies = np.asarray(energies, float)
    flux, aged = np.zeros((2, len(energies))), np.zeros((2, len(energies)))
    nodes, weights = np.polynomial.legendre.leggauss(PITCHES)
    radius = float(where.path.radius.mean())
    for q, charge in enumerate((1.0, -1.0)):
        met = gyration.meetings(where.path, air, source, losses, charge, float(energies.min()), electrons)
        for node, weight in zip(nodes, weights, strict=True):
            mu = 0.5 * (node + 1.0) * where.pitch_cosine
            course = course_of(where.path, met, radius * mu**2 / MIRROR)
            for i, energy in enumerate(energies):
                seen, seen_aged = _seen(course, where, synchrotron, share, charge, float(energy))
                flux[q, i] += 0.5 * weight * seen
                aged[q, i] += 0.5 * weight * seen_aged
    with np.errstate(invalid="ignore"):
        return Averaged(flux, aged / flux)

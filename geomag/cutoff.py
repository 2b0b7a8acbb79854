"""Cutoff rigidities by tracing back.

A charge that arrives from outside leaves the Earth when its orbit is followed backward in time. So orbits that end at a
point are traced back for a scan of rigidities: those that come far out are allowed, those that reach the dense air, or
are still bound at the limit of their path, are forbidden. Between the *upper* cutoff (below it the first forbidden
rigidity from above) and the *lower* one (the lowest allowed rigidity) lies the penumbra, a comb of both; the
*effective* cutoff is the upper one less the width of all allowed bands below it (Cooke et al. 1991, Il Nuovo Cimento
14C, 213).

Where the Earth stands in the way of the straight line back (below the horizon), stiff charges never arrive, however
high the scan: there is no upper and no effective cutoff. A coarse scan of `SHADED` rigidities tells at once whether any
bent orbit gets by; if not, no rigidity is allowed.

Near a pole the penumbra is finer than a usual scan: the step is at most `STEP_SHARE` of Störmer's cutoff there.

The lower edge of the penumbra is chaotic: it moves with the scan and with the step by some 0.1 GV, while upper cutoffs
hold to the step of the scan once the step of the orbit is fine enough (at Oulu 0.3 % of the distance from the
centre). The internal field alone is used: above 60 deg of magnetic latitude external fields count.

Examples
--------
>>> import geomag
>>> at = cutoff(geomag.Igrf("1998-06-05"), latitude_deg=0.0, longitude_deg=-60.0, altitude_km=20.0)  # doctest: +SKIP
>>> round(at.upper_GV, 2)                                                                            # doctest: +SKIP
12.86
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from geomag import dipole, lanes, stormer
from geomag.constants import REFERENCE_RADIUS, WGS84_EQUATORIAL_RADIUS, WGS84_POLAR_RADIUS
from geomag.coordinates import check_latitude, east_north_up, position_of_geodetic
from geomag.dipole import DipoleModel
from geomag.errors import DOOR, OutOfRange
from geomag.field import MagneticField
from geomag.unrolled import unrolled

SCAN_BELOW, SCAN_ABOVE = 0.5, 1.25  # range of a scan, in units of Störmer's cutoff in the eccentric dipole
STEP_SHARE, LEAST_STEP_GV = 0.1, 1.0e-3  # longest step of a scan, in the same units; no scan is finer than this
SHADED, SHADED_TO_GV = 64, 1.0e3  # rigidities where the Earth is in the way, in equal ratios up to this one


class Tracing(NamedTuple):
    """How orbits are traced back."""

    step_GV: float = 0.01  # of the scan, at most; finer near a pole
    floor_km: float = 20.0  # an orbit below this geodetic altitude is forbidden
    escape_radii: float = 25.0  # an orbit beyond this distance [R_E] is allowed
    path_radii: float = 500.0  # an orbit still bound after this path [R_E] is forbidden
    steps_per_gyration: float = 300.0
    radius_fraction: float = 0.003  # longest step as a share of the distance from the centre
    workers: int = 0  # threads; 0: as many as this process may use


class Cutoff(NamedTuple):
    """Cutoffs of one arrival direction, and the scan that gave them.

    Where the Earth stands in the way of stiff charges, upper and effective are NaN; lower is NaN when none is allowed.
    """

    upper_GV: float  # the lowest rigidity above which all are allowed
    lower_GV: float  # the lowest allowed rigidity
    effective_GV: float  # upper less the allowed bands below it
    stormer_GV: float  # Störmer's formula in the eccentric dipole
    rigidity_GV: np.ndarray  # scanned rigidities, ascending
    allowed: np.ndarray  # of bool
    step_GV: float = math.nan  # of the scan; NaN where it is not uniform


def arrival_direction(
    latitude_deg: float, longitude_deg: float, zenith_deg: ArrayLike, azimuth_deg: ArrayLike
) -> np.ndarray:
    """Direction of motion of a charge that comes from a place in the sky.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
        Geodetic position of the observer [deg].
    zenith_deg, azimuth_deg : array_like
        Where the charge comes from [deg]: angle from the vertical; clockwise from geographic north.

    Returns
    -------
    ndarray, shape (..., 3)
        Unit vectors of motion, geocentric Cartesian.
    """
    frame = np.array(east_north_up(math.radians(latitude_deg), math.radians(longitude_deg))).reshape(3, 3)
    zenith, azimuth = np.radians(zenith_deg), np.radians(azimuth_deg)
    from_east, from_north = np.sin(zenith) * np.sin(azimuth), np.sin(zenith) * np.cos(azimuth)
    components = np.stack(np.broadcast_arrays(from_east, from_north, np.cos(zenith)), axis=-1)
    return -components @ frame


def _dipole_of(field):
    """The eccentric dipole of a field, as kernels read it."""
    if isinstance(field.model, DipoleModel):
        return field.model
    return dipole.eccentric_dipole(field.g, field.h) if len(field.g) > 2 else dipole.centred_dipole(field.g, field.h)


def _limits(tracing):
    return lanes.Limits(
        floor=tracing.floor_km * 1e3,
        ceiling=tracing.escape_radii * REFERENCE_RADIUS,
        path=tracing.path_radii * REFERENCE_RADIUS,
        steps_per_gyration=tracing.steps_per_gyration,
        radius_fraction=tracing.radius_fraction,
        interval=16,
    )


def allowed(
    field: MagneticField,
    positions: ArrayLike,
    directions: ArrayLike,
    rigidity_GV: ArrayLike,
    tracing: Tracing | None = None,
) -> np.ndarray:
    """Whether charges that arrive with these rigidities come from outside.

    Parameters
    ----------
    field : geomag.field.MagneticField
    positions, directions : array_like, shape (n, 3)
        Geocentric Cartesian positions [m] and directions of motion on arrival.
    rigidity_GV : array_like, shape (n,)
        Rigidities, signed as the charge [GV].
    tracing : Tracing, optional

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        When a value is not finite, a rigidity is zero, or a direction vanishes.
    """
    tracing = tracing or Tracing()
    table = lanes.charge_table(positions, directions, rigidity_GV, step=-1.0)
    lanes.trace(unrolled(field), table, _limits(tracing), workers=tracing.workers or None)
    return table[lanes.FATE] == lanes.ESCAPED


def cutoffs_of_directions(
    field: MagneticField,
    position: Sequence[float] | np.ndarray,
    directions: ArrayLike,
    charge_sign: int = 1,
    tracing: Tracing | None = None,
) -> list[Cutoff]:
    """Cutoffs at one point for several directions of arrival.

    Parameters
    ----------
    field : geomag.field.MagneticField
    position : array_like, shape (3,)
        Geocentric Cartesian position [m].
    directions : array_like, shape (n, 3)
        Directions of motion on arrival.
    charge_sign : int
        1 or -1.
    tracing : Tracing, optional

    Returns
    -------
    list of Cutoff
    """
    tracing = tracing or Tracing()
    directions = np.atleast_2d(np.asarray(directions, float))
    estimates = np.array(
        [stormer.cutoff_of_direction(_dipole_of(field), *position, *(charge_sign * u)) for u in directions]
    )
    steps = np.maximum(np.minimum(tracing.step_GV, STEP_SHARE * estimates), LEAST_STEP_GV)
    steps = np.minimum(steps, tracing.step_GV)  # a finer one that was asked for stays
    shaded = [in_the_way(position, u, tracing.floor_km) for u in directions]
    scans = [
        np.geomspace(SCAN_BELOW * e + LEAST_STEP_GV, SHADED_TO_GV, SHADED)
        if hidden
        else _scan(0.5 * step + SCAN_BELOW * e, 0.1 + SCAN_ABOVE * e, step)
        for hidden, e, step in zip(shaded, estimates, steps, strict=True)
    ]
    flags = _allowed_scans(field, position, directions, scans, charge_sign, tracing)
    results = []
    for u, hidden, estimate, step, scan, flag in zip(directions, shaded, estimates, steps, scans, flags, strict=True):
        if hidden:
            lowest = float(scan[flag.argmax()]) if flag.any() else math.nan
            results.append(Cutoff(math.nan, lowest, math.nan, float(estimate), scan, flag))
            continue
        while not flag[scan > 0.9 * scan[-1]].all():  # the scan must end well above the last forbidden rigidity
            more = _scan(scan[-1] + step, 1.5 * scan[-1], step)
            added = _allowed_scans(field, position, u[None], [more], charge_sign, tracing)[0]
            scan, flag = np.concatenate([scan, more]), np.concatenate([flag, added])
        results.append(_cutoff_of_scan(scan, flag, estimate, float(step)))
    return results


def in_the_way(position: ArrayLike, direction: ArrayLike, floor_km: float) -> bool:
    """Whether the Earth stands in the way of a charge so stiff that it comes straight.

    Parameters
    ----------
    position : array_like, shape (3,)
        Of arrival, geocentric Cartesian [m].
    direction : array_like, shape (3,)
        Of motion on arrival.
    floor_km : float
        Altitude above the ellipsoid below which no charge comes through [km].

    Returns
    -------
    bool
    """
    a, b = WGS84_EQUATORIAL_RADIUS + 1e3 * floor_km, WGS84_POLAR_RADIUS + 1e3 * floor_km
    if min(a, b) <= 0.0:
        return False
    round_earth = np.array([1.0, 1.0, a / b])
    here, back = round_earth * np.asarray(position, float), -round_earth * np.asarray(direction, float)
    along = float(here @ back)
    nearest2 = float(here @ here) - along * along / float(back @ back)
    return along < 0.0 and nearest2 < a * a


def _scan(low, high, step):
    """Multiples of the step from low to high."""
    return step * np.arange(max(1, math.ceil(low / step)), math.ceil(high / step) + 1)


def _allowed_scans(field, position, directions, scans, charge_sign, tracing):
    """Flags of the scans of several directions, traced as one batch."""
    counts = [len(scan) for scan in scans]
    flags = allowed(
        field,
        np.asarray(position, float),
        np.repeat(directions, counts, axis=0),
        charge_sign * np.concatenate(scans),
        tracing,
    )
    return np.split(flags, np.cumsum(counts)[:-1])


def _cutoff_of_scan(rigidity, flag, estimate, step):
    """Upper, lower and effective cutoff of a scan (ascending)."""
    forbidden = np.flatnonzero(~flag)
    top = forbidden[-1] + 1 if len(forbidden) else 0
    upper = float(rigidity[top])
    low = int(np.flatnonzero(flag)[0])
    effective = upper - step * np.count_nonzero(flag[low:top])
    return Cutoff(upper, float(rigidity[low]), effective, float(estimate), rigidity, flag, step)


def cutoff(
    field: MagneticField,
    latitude_deg: float,
    longitude_deg: float,
    altitude_km: float,
    zenith_deg: float = 0.0,
    azimuth_deg: float = 0.0,
    charge_sign: int = 1,
    tracing: Tracing | None = None,
) -> Cutoff:
    """Cutoff rigidities of one arrival direction at one place.

    Parameters
    ----------
    field : geomag.field.MagneticField
        `geomag.Igrf(date)`, a dipole, or any Gauss coefficients.
    latitude_deg, longitude_deg, altitude_km : float
        Geodetic position [deg], [deg], [km].
    zenith_deg, azimuth_deg : float
        Where the charge comes from [deg]: from the vertical; clockwise from geographic north.
    charge_sign : int
        1 or -1.
    tracing : Tracing, optional
        Step of the scan, absorption, escape.

    Returns
    -------
    Cutoff

    Raises
    ------
    OutOfRange
        When the place is below the floor, the latitude or zenith angle is impossible, or the charge is not 1 or -1.
    """
    tracing = tracing or Tracing()
    latitude_deg, longitude_deg, zenith_deg, azimuth_deg = (
        DOOR.number(name, value, "deg")
        for name, value in (
            ("latitude", latitude_deg),
            ("longitude", longitude_deg),
            ("zenith angle", zenith_deg),
            ("azimuth", azimuth_deg),
        )
    )
    altitude_km = DOOR.number("altitude", altitude_km, "km")
    check_latitude(latitude_deg, "cutoff")
    if not tracing.floor_km <= altitude_km < 1e5:
        raise OutOfRange(
            f"cutoff: altitude {altitude_km} km is outside [{tracing.floor_km:g}, 1e5) km, floor and far out."
        )
    if not 0.0 <= zenith_deg <= 180.0:
        raise OutOfRange(
            f"cutoff: zenith angle {zenith_deg} deg is outside [0, 180]. Give the angle from the vertical."
        )
    if not all(map(math.isfinite, (latitude_deg, longitude_deg, azimuth_deg))):
        found = f"latitude {latitude_deg}, longitude {longitude_deg} or azimuth {azimuth_deg} deg"
        raise OutOfRange(f"cutoff: {found} is not finite. Give degrees.")
    longitude_deg = round(math.remainder(longitude_deg, 360.0), 9)  # in a penumbra the last bit of an angle counts
    azimuth_deg = azimuth_deg % 360.0
    if charge_sign not in (1, -1):
        raise OutOfRange(f"cutoff: charge sign {charge_sign} is neither 1 nor -1.")
    position = position_of_geodetic(math.radians(latitude_deg), math.radians(longitude_deg), altitude_km * 1e3)
    direction = arrival_direction(latitude_deg, longitude_deg, zenith_deg, azimuth_deg)
    return cutoffs_of_directions(field, position, direction, charge_sign, tracing)[0]

"""Drift shells: the surfaces on which trapped charges go around the Earth.

A charge that mirrors at the equator stays where b . grad B = 0, and drifts so that B does not change: its path is
the contour B = B0 on the surface of weakest field. A charge with a smaller equatorial pitch angle bounces, and
drifts so that its second invariant I and its mirror field Bm do not change: at each longitude it is on the one line
that has both. Since the dipole of the Earth is shifted by 540 km, every shell comes lowest over the South Atlantic,
where the air takes its toll; the lowest altitude H_min decides how long a particle lives.

The label of a shell is its equatorial field B0 (nT). L = (M / B0)^(1/3) needs a moment M: that of the epoch
("epoch"), McIlwain's 31165.3 nT ("mcilwain"), or the 0.312 G of Gusev et al. 2003 ("paper"). In 1998 the first and
second differ by 3 % in B0 and by 80 km in H_min, so an L without its convention says little. Off the equator B0 is
taken on the line where the equatorial shell of that B0 is lowest.

Time spent at a longitude phi: bounce motion averaged, d phi / dt = (p v / q) (dI/dr) / (S F), with S the
half-bounce path, and F = B . (dX/dr x dX/dphi) the flux between neighbouring lines (Northrop & Teller 1960, in the
coordinates r, phi of the line); for an equatorial particle dt = ds 2 q B0^2 / (p v |grad B|), ds across the field.
"""

import math
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.bouncing_lines import bouncing_lines
from geomag.constants import (
    GV_TO_TESLA_METRE,
    MCILWAIN_MOMENT_NT,
    NANOTESLA,
    REFERENCE_RADIUS,
)
from geomag.coordinates import cartesian_to_geodetic
from geomag.dipole import speed_and_rigidity
from geomag.equatorial_contour import (
    contour_positions,
    derivative_by_longitude,
    equatorial_contour,
    lowest_point,
)
from geomag.errors import DOOR, NoShell, OutOfRange
from geomag.field import MagneticField, field_at_points, strength_and_gradient
from geomag.fieldline import DEFAULT_NODES, LINE_POINTS, bounce_integrals, curvature_along_line
from geomag.shell_flux import flux
from geomag.shell_labels import equatorial_field

EQUATORIAL_LIMIT = 1.0e-6  # a mirror field above B0 by less than this share is equatorial (within 0.06 deg of 90 deg)


@dataclass(frozen=True)
class DriftShell:
    """A drift shell: its labels, its extremes, and the places where a charge spends its time.

    Attributes
    ----------
    field : geomag.field.MagneticField
        The field.
    B0_nT, mirror_nT : float
        Equatorial and mirror field [nT].
    L_epoch, L_mcilwain : float
        (M / B0)^(1/3) with the moment of the epoch, and with 31165.3 nT.
    H_min_km, H_min_latitude_deg, H_min_longitude_deg : float
        Lowest point of the guiding centre: altitude above WGS84 [km], geodetic latitude and longitude [deg].
    H_max_km, H_max_longitude_deg : float
        Highest point.
    longitudes, bounce_nodes : int
        Points along the drift, and along each bounce (1 for equatorial charges); n is their product, in this order.
    latitude_deg, longitude_deg, altitude_km : ndarray, shape (n,)
        Geodetic positions [deg, deg, km].
    x_m : ndarray, shape (n, 3)
        Positions, geocentric Cartesian [m].
    b : ndarray, shape (n, 3)
        Unit vector along the field.
    B_nT : ndarray, shape (n,)
        Field [nT].
    gradient_B : ndarray, shape (n, 3)
        Gradient of the field strength [T/m].
    weight : ndarray, shape (n,)
        Share of the time that a charge spends near each point (sum 1): the average of f over the motion is ``weight
        @ f``.
    I_m : float
        Second invariant I [m]; 0 for equatorial charges.
    drift_integral : float
        Drift period times p v / q [T m2].
    bounce_path_m : float
        Drift-averaged bounce period times speed [m].
    contour_m : ndarray, shape (longitudes, 3)
        A closed curve on the shell [m].
    """

    field: MagneticField
    B0_nT: float
    mirror_nT: float
    L_epoch: float
    L_mcilwain: float
    H_min_km: float
    H_min_latitude_deg: float
    H_min_longitude_deg: float
    H_max_km: float
    H_max_longitude_deg: float
    longitudes: int
    bounce_nodes: int
    latitude_deg: np.ndarray = dataclass_field(repr=False)
    longitude_deg: np.ndarray = dataclass_field(repr=False)
    altitude_km: np.ndarray = dataclass_field(repr=False)
    x_m: np.ndarray = dataclass_field(repr=False)
    b: np.ndarray = dataclass_field(repr=False)
    B_nT: np.ndarray = dataclass_field(repr=False)
    gradient_B: np.ndarray = dataclass_field(repr=False)
    weight: np.ndarray = dataclass_field(repr=False)
    I_m: float
    drift_integral: float
    bounce_path_m: float
    contour_m: np.ndarray = dataclass_field(repr=False)

    @property
    def equatorial_pitch_angle_deg(self) -> float:
        """Pitch angle at the equator of the reference line, asin sqrt(B0 / Bm) [deg]."""
        return math.degrees(math.asin(math.sqrt(self.B0_nT / self.mirror_nT)))

    def drift_period_s(
        self, T_GeV: ArrayLike, mass_GeV: float | np.ndarray, charge: int | np.ndarray = 1
    ) -> np.ndarray:
        """Drift period of a charge on this shell.

        Parameters
        ----------
        T_GeV, mass_GeV : float or ndarray
            Kinetic energy and mass [GeV]; they broadcast.
        charge : int or ndarray of int
            Charge number.

        Returns
        -------
        ndarray
            Period [s]. First order in gyroradius over field scale: good to 1e-3 below 0.5 GeV for protons at L = 1.2.
        """
        speed, rigidity = speed_and_rigidity(T_GeV, mass_GeV, charge)
        return self.drift_integral / (rigidity * GV_TO_TESLA_METRE * speed)

    def bounce_period_s(self, T_GeV: ArrayLike, mass_GeV: float | np.ndarray) -> np.ndarray:
        """Drift-averaged bounce period [s] of a charge of kinetic energy [GeV] and mass [GeV]; arrays broadcast."""
        speed, _ = speed_and_rigidity(T_GeV, mass_GeV)
        return self.bounce_path_m / speed

    def gyroradius_m(self, T_GeV: ArrayLike, mass_GeV: float | np.ndarray, charge: int | np.ndarray = 1) -> np.ndarray:
        """Gyroradius of a charge where the shell crosses the equator.

        Parameters
        ----------
        T_GeV, mass_GeV : float or ndarray
            Kinetic energy and mass [GeV]; they broadcast.
        charge : int or ndarray of int
            Charge number.

        Returns
        -------
        ndarray
            Gyroradius [m] in the field B0, at the equatorial pitch angle.
        """
        _, rigidity = speed_and_rigidity(T_GeV, mass_GeV, charge)
        return GV_TO_TESLA_METRE * rigidity * math.sqrt(self.B0_nT / self.mirror_nT) / (self.B0_nT * NANOTESLA)

    @property
    def L_star(self) -> float:
        """L* of Roederer: 2 pi M / (R_E flux), from the magnetic flux through the shell and the moment of the epoch."""
        return (
            2.0
            * math.pi
            * self.field.moment_nT
            * NANOTESLA
            * REFERENCE_RADIUS**2
            / abs(flux(self.field, self.contour_m))
        )


def drift_shell(
    field: MagneticField,
    B0_nT: float | None = None,
    L: float | None = None,
    convention: str = "epoch",
    mirror_nT: float | None = None,
    longitudes: int = 360,
    bounce_nodes: int = DEFAULT_NODES,
) -> DriftShell:
    """Drift shell of a field.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Igrf, CentredDipole, ...
    B0_nT : float, optional
        Equatorial field [nT]: the label of the shell. Give this or `L`.
    L : float, optional
        L in 1.0-2.0, turned into B0 by `convention`.
    convention : {"epoch", "mcilwain", "paper"}
        B0 = M / L^3 with M of the epoch of the field, 31165.3 nT, or 31200 nT.
    mirror_nT : float, optional
        Field at the mirror points [nT]; B0 (an equatorial charge) when not given.
    longitudes : int
        Points along the drift, 36-3600.
    bounce_nodes : int
        Points along each bounce.

    Returns
    -------
    DriftShell

    Raises
    ------
    OutOfRange
        When L is outside 1.0-2.0, the convention is unknown, or the mirror field is below B0.
    NoShell
        When the field has no closed shell with these labels outside the core.

    Examples
    --------
    >>> import geomag
    >>> shell = drift_shell(geomag.Igrf("1998-06-05"), L=1.2)
    >>> round(shell.B0_nT, 1), round(shell.H_min_km), round(shell.H_min_longitude_deg), round(shell.L_mcilwain, 4)
    (17447.7, 788, -57, 1.2133)
    """
    B0_nT = equatorial_field(field, B0_nT, L, convention)
    if not 36 <= longitudes <= 3600:
        raise OutOfRange(f"drift_shell: longitudes = {longitudes} is outside [36, 3600].")
    if not 4 <= bounce_nodes <= 1000:
        raise OutOfRange(f"drift_shell: bounce_nodes = {bounce_nodes} is outside [4, 1000].")
    mirror_nT = B0_nT if mirror_nT is None else DOOR.number("mirror", mirror_nT, "nT")
    if not mirror_nT >= B0_nT:
        raise OutOfRange(
            f"drift_shell: the mirror field {mirror_nT:.7g} nT is below the equatorial field B0 = {B0_nT:.7g} nT. "
            "Give mirror_nT >= B0_nT."
        )
    contour = equatorial_contour(field, B0_nT, longitudes)
    if mirror_nT <= B0_nT * (1.0 + EQUATORIAL_LIMIT):
        return _equatorial_shell(field, B0_nT, mirror_nT, contour)
    return _bouncing_shell(field, B0_nT, mirror_nT, contour, bounce_nodes)


# ---------------------------------------------------------------- charges that mirror at the equator


@njit(cache=True, error_model="numpy")
def _local_field(model, x, out):
    """B [T], unit vector and gradient of B [T/m] at positions (n, 3), written to out (n, 7)."""
    for i in range(x.shape[0]):
        (out[i, 0], out[i, 1], out[i, 2], out[i, 3], out[i, 4], out[i, 5], out[i, 6]) = strength_and_gradient(
            model, x[i, 0], x[i, 1], x[i, 2]
        )


@njit(cache=True, error_model="numpy")
def _curvatures(model, x, out):
    """d2B/ds2 [T/m2] at positions (n, 3), written to out (n,)."""
    for i in range(x.shape[0]):
        out[i] = curvature_along_line(model, x[i, 0], x[i, 1], x[i, 2])


def _equatorial_shell(field, B0_nT, mirror_nT, contour):
    """Shell of charges that mirror at the equator."""
    x = contour_positions(contour)
    local = np.empty((len(x), 7))
    _local_field(field.model, x, local)
    across = np.cross(local[:, 1:4], local[:, 4:7])
    gradient = np.linalg.norm(across, axis=1)
    # path across the field per longitude over |grad B|; the part along the field costs no drift time
    dwell = np.abs(np.sum(derivative_by_longitude(x) * across, axis=1)) / gradient**2
    weight = dwell / dwell.sum()
    curvature = np.empty(len(x))
    _curvatures(field.model, x, curvature)
    if not (curvature > 0.0).all():
        raise NoShell(
            f"drift_shell: at B0 = {B0_nT:.6g} nT the field of {field.name} is not weakest on the contour. "
            "Give a smaller B0 (larger L)."
        )
    bounce_path = 2.0 * math.pi * float(weight @ np.sqrt(2.0 * B0_nT * NANOTESLA / curvature))
    drift_integral = 2.0 * (B0_nT * NANOTESLA) ** 2 * float(dwell.mean()) * 2.0 * math.pi
    return _shell(field, (B0_nT, mirror_nT), (x, weight, x), (0.0, drift_integral, bounce_path), 1)


# ---------------------------------------------------------------- charges that bounce


def _bouncing_shell(field, B0_nT, mirror_nT, contour, bounce_nodes):
    """Shell of charges that mirror off the equator."""
    lowest = lowest_point(field, B0_nT, contour)
    table, room = np.empty((bounce_nodes + 2, 4)), np.empty((LINE_POINTS, 6))
    invariant, _ = bounce_integrals(field.model, *lowest, mirror_nT * NANOTESLA, table, room)
    contour = contour.copy()
    nodes, lines = np.empty((len(contour), bounce_nodes + 2, 4)), np.empty((len(contour), 2))
    bouncing_lines(field.model, contour, mirror_nT * NANOTESLA, invariant, nodes, lines)
    if not np.isfinite(lines).all():
        raise NoShell(
            f"drift_shell: {field.name} has no closed shell with B0 = {B0_nT:.6g} nT and mirror field "
            f"{mirror_nT:.6g} nT outside the core. Give a smaller mirror field."
        )
    start = contour_positions(contour)
    flux_density = np.empty((3, len(start)))
    field_at_points(field.model, *np.ascontiguousarray(start.T), flux_density)
    outward = start / contour[:, 1:2]
    between = np.abs(np.sum(flux_density.T * np.cross(outward, derivative_by_longitude(start)), axis=1))
    path, slope = lines.T
    dwell = between * path / slope
    weight = (dwell / dwell.sum())[:, None] * nodes[:, :-2, 3]
    integrals = (invariant, float(dwell.mean()) * 2.0 * math.pi, 2.0 * float(dwell @ path / dwell.sum()))
    places = (nodes[:, :-2, :3].reshape(-1, 3), weight.ravel(), start)
    return _shell(field, (B0_nT, mirror_nT), places, integrals, bounce_nodes, nodes[:, -2:, :3])


# ---------------------------------------------------------------- what both kinds share


def _shell(field, labels, places, integrals, bounce_nodes, mirror_points=None):
    """A `DriftShell` from labels (B0, Bm), places (positions, weights, closed curve), integrals (I, drift, bounce)."""
    B0_nT, mirror_nT = labels
    x, weight, closed = places
    local = np.empty((len(x), 7))
    _local_field(field.model, np.ascontiguousarray(x), local)
    latitude, longitude, altitude = cartesian_to_geodetic(*x.T)
    H_max_km, _, H_max_longitude = _highest(latitude, longitude, altitude, bounce_nodes)
    low = (latitude, longitude, altitude, bounce_nodes)
    if mirror_points is not None:
        low = (*cartesian_to_geodetic(*mirror_points.reshape(-1, 3).T), 2)
    depth, H_min_latitude, H_min_longitude = _highest(low[0], low[1], -low[2], low[3])
    return DriftShell(
        field=field,
        B0_nT=B0_nT,
        mirror_nT=mirror_nT,
        L_epoch=float(np.cbrt(field.moment_nT / B0_nT)),
        L_mcilwain=float(np.cbrt(MCILWAIN_MOMENT_NT / B0_nT)),
        H_min_km=-depth,
        H_min_latitude_deg=H_min_latitude,
        H_min_longitude_deg=H_min_longitude,
        H_max_km=H_max_km,
        H_max_longitude_deg=H_max_longitude,
        longitudes=len(closed),
        bounce_nodes=bounce_nodes,
        latitude_deg=latitude,
        longitude_deg=longitude,
        altitude_km=altitude,
        x_m=x,
        b=local[:, 1:4].copy(),
        B_nT=local[:, 0] / NANOTESLA,
        gradient_B=local[:, 4:7].copy(),
        weight=weight,
        I_m=integrals[0],
        drift_integral=integrals[1],
        bounce_path_m=integrals[2],
        contour_m=closed,
    )


def _highest(latitude, longitude, altitude, per_line):
    """Greatest altitude [km] with its latitude and longitude [deg]: a parabola through three neighbouring drift
    points.
    """
    top = int(np.argmax(altitude))
    neighbours = (top + np.array([-per_line, 0, per_line])) % len(altitude)
    a, b, c = altitude[neighbours]
    share = 0.0 if a - 2.0 * b + c == 0.0 else 0.5 * (a - c) / (a - 2.0 * b + c)

    def at(values):
        low, middle, high = values
        return float(middle + 0.5 * share * (high - low) + 0.5 * share**2 * (low - 2.0 * middle + high))

    turned = longitude[top] + (longitude[neighbours] - longitude[top] + 180.0) % 360.0 - 180.0
    return at(altitude[neighbours]), at(latitude[neighbours]), (at(turned) + 180.0) % 360.0 - 180.0

"""The dipole: the field that explains nine tenths of the Earth's, and the one in which trapped motion has closed forms.

A dipole of moment M (a vector, here in T m^3: the usual mu_0 m / 4 pi) at the centre c gives, with r from c,

    B = [3 (M . r^) r^ - M] / r^3.

The *centred* dipole of an epoch is the degree-1 part of the expansion; the *eccentric* dipole is shifted so that
the degree-2 part becomes as small as it can (Fraser-Smith 1987, Rev. Geophys. 25, 1): 400 to 600 km towards the
western Pacific, which is why drift shells come lowest over the South Atlantic. In a pure dipole a line is r = L R_E
cos^2(latitude), and gyration, bounce and drift of a charge have periods that depend on energy, L and equatorial
pitch angle alone (Hamlin et al. 1961; Walt 1994, ch. 4).
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.constants import GV_TO_TESLA_METRE, NANOTESLA, REFERENCE_RADIUS, SPEED_OF_LIGHT
from geomag.errors import DOOR

QUADRATURE_NODES = 64  # midpoint nodes of the bounce integrals: error below 1e-10 (they are smooth and periodic)


class DipoleModel(NamedTuple):
    """A dipole as kernels read it: moment vector [T m^3] and centre [m], geocentric Cartesian."""

    moment_x: float
    moment_y: float
    moment_z: float
    centre_x: float
    centre_y: float
    centre_z: float


def centred_dipole(g: np.ndarray, h: np.ndarray) -> DipoleModel:
    """Kernel model of the centred dipole of Gauss coefficients `g`, `h` [nT], ``g[n, m]``: their degree-1 part."""
    scale = NANOTESLA * REFERENCE_RADIUS**3
    return DipoleModel(float(g[1, 1]) * scale, float(h[1, 1]) * scale, float(g[1, 0]) * scale, 0.0, 0.0, 0.0)


def eccentric_offset(g: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Offset of the eccentric dipole from the centre of the Earth.

    Parameters
    ----------
    g, h : array_like, shape (>= 3, >= 3)
        Gauss coefficients [nT], Schmidt semi-normalised, ``g[n, m]``.

    Returns
    -------
    ndarray, shape (3,)
        Offset [m], geocentric Cartesian. Fraser-Smith 1987, eqs. (31)-(33).
    """
    root = math.sqrt(3.0)
    g10, g11, h11 = g[1, 0], g[1, 1], h[1, 1]
    g20, g21, h21, g22, h22 = g[2, 0], g[2, 1], h[2, 1], g[2, 2], h[2, 2]
    l0 = 2.0 * g10 * g20 + root * (g11 * g21 + h11 * h21)
    l1 = -g11 * g20 + root * (g10 * g21 + g11 * g22 + h11 * h22)
    l2 = -h11 * g20 + root * (g10 * h21 - h11 * g22 + g11 * h22)
    square = g10**2 + g11**2 + h11**2
    e = (l0 * g10 + l1 * g11 + l2 * h11) / (4.0 * square)
    return REFERENCE_RADIUS / (3.0 * square) * np.array([l1 - g11 * e, l2 - h11 * e, l0 - g10 * e])


def eccentric_dipole(g: np.ndarray, h: np.ndarray) -> DipoleModel:
    """Kernel model of the eccentric dipole of Gauss coefficients `g`, `h` [nT]: the moment of the centred one,
    shifted.
    """
    return DipoleModel(*centred_dipole(g, h)[:3], *(float(c) for c in eccentric_offset(g, h)))


# ---------------------------------------------------------------- kernels


@njit(cache=True, error_model="numpy")
def dipole_field(model: DipoleModel, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Magnetic field of a dipole.

    Parameters
    ----------
    model : DipoleModel
        Moment [T m^3] and centre [m].
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 3 float
        Bx, By, Bz [T]; NaN at the dipole itself.
    """
    x, y, z = x - model.centre_x, y - model.centre_y, z - model.centre_z
    q = 1.0 / (x * x + y * y + z * z)
    cube = q * math.sqrt(q)
    along = 3.0 * (model.moment_x * x + model.moment_y * y + model.moment_z * z) * q
    return cube * (along * x - model.moment_x), cube * (along * y - model.moment_y), cube * (along * z - model.moment_z)


@njit(cache=True, error_model="numpy")
def dipole_field_and_gradient(
    model: DipoleModel, x: float, y: float, z: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """Magnetic field of a dipole and its gradient.

    Parameters
    ----------
    model : DipoleModel
        Moment [T m^3] and centre [m].
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 8 float
        Bx, By, Bz [T]; dBx/dx, dBx/dy, dBx/dz, dBy/dy, dBy/dz [T/m], as `geomag.igrf.igrf_field_and_gradient`; NaN at
        the dipole itself.
    """
    x, y, z = x - model.centre_x, y - model.centre_y, z - model.centre_z
    mx, my, mz = model.moment_x, model.moment_y, model.moment_z
    q = 1.0 / (x * x + y * y + z * z)
    cube = q * math.sqrt(q)
    along = 3.0 * (mx * x + my * y + mz * z) * q
    fifth = 3.0 * cube * q
    dot = mx * x + my * y + mz * z
    trace = dot - 5.0 * dot * q * x * x
    bxx = fifth * (2.0 * mx * x + trace)
    bxy = fifth * (mx * y + my * x - 5.0 * dot * q * x * y)
    bxz = fifth * (mx * z + mz * x - 5.0 * dot * q * x * z)
    byy = fifth * (2.0 * my * y + dot - 5.0 * dot * q * y * y)
    byz = fifth * (my * z + mz * y - 5.0 * dot * q * y * z)
    return cube * (along * x - mx), cube * (along * y - my), cube * (along * z - mz), bxx, bxy, bxz, byy, byz


# ---------------------------------------------------------------- motion in a dipole, closed forms


@njit(cache=True, error_model="numpy")
def dipole_l(radius: float, latitude: float) -> float:
    """L of a point: ``r / (R_E cos^2 latitude)``, from distance to the dipole [m] and dipole latitude [rad]."""
    return radius / (REFERENCE_RADIUS * math.cos(latitude) ** 2)


@njit(cache=True, error_model="numpy")
def field_ratio(latitude: float) -> float:
    """B / B0 on a dipole line at a dipole latitude [rad]: ``sqrt(1 + 3 sin^2) / cos^6``. Walt 1994, eq. (3.17)."""
    return math.sqrt(1.0 + 3.0 * math.sin(latitude) ** 2) / math.cos(latitude) ** 6


@njit(cache=True, error_model="numpy")
def mirror_latitude(equatorial_pitch_angle: float) -> float:
    """Dipole latitude where a charge mirrors.

    Parameters
    ----------
    equatorial_pitch_angle : float
        Pitch angle at the equator [rad], in (0, pi).

    Returns
    -------
    float
        Latitude [rad] where B / B0 = 1 / sin^2, by bisection and Newton's rule to 1e-14.
    """
    target = 1.0 / math.sin(equatorial_pitch_angle) ** 2
    low, high = 0.0, 0.5 * math.pi
    for _ in range(60):
        middle = 0.5 * (low + high)
        if field_ratio(middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@njit(cache=True, error_model="numpy")
def bounce_and_drift_integrals(equatorial_pitch_angle: float) -> tuple[float, float]:
    """The dipole's bounce and drift integrals T and D.

    Parameters
    ----------
    equatorial_pitch_angle : float
        Pitch angle at the equator [rad], in (0, pi / 2]; the limits at pi / 2 are pi sqrt(2) / 6 and pi sqrt(2) / 12.

    Returns
    -------
    tuple of 2 float
        T and D: a quarter of a bounce takes ``T L R_E / v``, and the bounce-averaged drift in longitude is ``3 (D /
        T) p v / (q B0 L^2 R_E^2)``. Hamlin et al. 1961; Walt 1994, eqs. (4.28) and (4.49), here without their fits.
    """
    sine_squared = math.sin(equatorial_pitch_angle) ** 2
    edge = math.sin(mirror_latitude(equatorial_pitch_angle))
    if edge < 1e-4:  # closer to 90 deg the integrand is all rounding, and the limits hold to 1e-8
        return math.pi * math.sqrt(2.0) / 6.0, math.pi * math.sqrt(2.0) / 12.0
    bounce, drift = 0.0, 0.0
    step = 0.5 * math.pi / QUADRATURE_NODES
    for i in range(QUADRATURE_NODES):
        # sine of latitude = edge sin(theta) takes the inverse root at the mirror point out of the integrand
        theta = (i + 0.5) * step
        s = edge * math.sin(theta)
        c2 = 1.0 - s * s
        bracket = 1.0 + 3.0 * s * s
        ratio = math.sqrt(bracket) / (c2 * c2 * c2)
        parallel = math.sqrt(1.0 - sine_squared * ratio)
        dwell = math.sqrt(bracket) * edge * math.cos(theta) / parallel * step
        bounce += dwell
        drift += dwell * c2 * (1.0 + s * s) / (bracket * bracket) * (1.0 - 0.5 * sine_squared * ratio)
    return bounce, drift


@njit(cache=True, error_model="numpy")
def gyroradius(rigidity: float, field_strength: float, pitch_angle: float) -> float:
    """Radius of the gyration of a charge in a uniform field.

    Parameters
    ----------
    rigidity : float
        Momentum per charge [GV].
    field_strength : float
        Magnetic flux density [T].
    pitch_angle : float
        Angle between momentum and field [rad].

    Returns
    -------
    float
        Gyroradius [m]. Exact; valid at all energies.
    """
    return GV_TO_TESLA_METRE * rigidity * math.sin(pitch_angle) / field_strength


@njit(cache=True, error_model="numpy")
def bounce_period(speed: float, L: float, equatorial_pitch_angle: float) -> float:
    """Bounce period in a dipole.

    Parameters
    ----------
    speed : float
        Speed [m/s].
    L : float
        Shell.
    equatorial_pitch_angle : float
        Pitch angle at the equator [rad], in (0, pi / 2].

    Returns
    -------
    float
        Period [s], ``4 L R_E T / v`` (Walt 1994, eq. 4.27); near 90 deg it is ``(2 pi sqrt(2) / 3) L R_E / v``.
    """
    bounce, _ = bounce_and_drift_integrals(equatorial_pitch_angle)
    return 4.0 * L * REFERENCE_RADIUS * bounce / speed


@njit(cache=True, error_model="numpy")
def drift_period(
    rigidity: float, speed: float, L: float, equatorial_pitch_angle: float, equatorial_field: float
) -> float:
    """Drift period in a dipole.

    Parameters
    ----------
    rigidity : float
        Momentum per charge [GV].
    speed : float
        Speed [m/s].
    L : float
        Shell.
    equatorial_pitch_angle : float
        Pitch angle at the equator [rad].
    equatorial_field : float
        Field at the equator of the shell, M / L^3 [T].

    Returns
    -------
    float
        Time once around the dipole axis [s]: ``2 pi q B0 (L R_E)^2 T / (3 p v D)``, first order in gyroradius / L R_E.
        Walt 1994, eq. (4.47).
    """
    bounce, drift = bounce_and_drift_integrals(equatorial_pitch_angle)
    orbit = L * REFERENCE_RADIUS
    return (
        2.0 * math.pi * equatorial_field * orbit * orbit * bounce / (3.0 * rigidity * GV_TO_TESLA_METRE * speed * drift)
    )


def speed_and_rigidity(
    T_GeV: ArrayLike, mass_GeV: float | np.ndarray, charge: int | np.ndarray = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Speed and rigidity of a charge.

    Parameters
    ----------
    T_GeV : array_like
        Kinetic energy [GeV].
    mass_GeV : float or ndarray
        Mass [GeV].
    charge : int or ndarray of int
        Charge number, of either sign, not 0.

    Returns
    -------
    speed, rigidity : ndarray
        Speed [m/s] and rigidity [GV], above 0, of the broadcast shape.
    """
    T_GeV, mass_GeV = DOOR.numbers("T", T_GeV, "GeV"), DOOR.numbers("mass", mass_GeV, "GeV")
    momentum = np.sqrt(T_GeV * (T_GeV + 2.0 * mass_GeV))
    return SPEED_OF_LIGHT * momentum / (T_GeV + mass_GeV), momentum / abs(charge)

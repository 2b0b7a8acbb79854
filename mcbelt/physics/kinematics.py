"""Relativistic kinematics of one particle: kinetic energy, momentum, rigidity, velocity; boosts between frames.

Everything is written without the cancellations that spoil slow or very fast particles: T = p^2 / (E + m), beta = p /
E. A four-vector is a tuple (E, px, py, pz) in GeV; a boost takes it from the rest frame of a body to the frame in
which that body has a given momentum.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable

FourVector = tuple[float, float, float, float]  # (E, px, py, pz) [GeV]


@register_jitable(error_model="numpy")
def momentum_squared(T: float | np.ndarray, mass: float) -> float | np.ndarray:
    """Square of the momentum [GeV2] of kinetic energy T [GeV] and mass [GeV]; kernels and arrays alike."""
    return T * (T + 2.0 * mass)


@register_jitable(error_model="numpy")
def momentum(T: float | np.ndarray, mass: float) -> float | np.ndarray:
    """Momentum [GeV] of kinetic energy T [GeV] and mass [GeV], NaN for T < 0; kernels and arrays alike."""
    return np.sqrt(momentum_squared(T, mass))


@register_jitable(error_model="numpy")
def momentum_of_total(E: float | np.ndarray, mass: float) -> float | np.ndarray:
    """Momentum [GeV] of total energy E [GeV] and mass [GeV], NaN for E < mass; kernels and arrays alike.

    Where the kinetic energy is at hand `momentum` is to be preferred: E - mass cancels for slow particles.
    """
    return np.sqrt((E - mass) * (E + mass))


@register_jitable(error_model="numpy")
def kinetic_energy(p: float | np.ndarray, mass: float) -> float | np.ndarray:
    """Kinetic energy [GeV] of momentum p [GeV] and mass [GeV]; kernels and arrays alike."""
    return p * p / (np.sqrt(p * p + mass * mass) + mass)


@njit(cache=True, error_model="numpy")
def gamma_and_boost(E: float, mass: float) -> tuple[float, float]:
    """Lorentz factor and beta gamma [1] of total energy E [GeV] and mass [GeV]; NaN for E < mass."""
    gamma = E / mass
    if not gamma >= 1.0:
        return math.nan, math.nan
    return gamma, math.sqrt((gamma - 1.0) * (gamma + 1.0))


@njit(cache=True, error_model="numpy")
def rigidity(T: float, mass: float, charge: float) -> float:
    """Momentum per charge.

    Parameters
    ----------
    T, mass : float
        Kinetic energy and mass [GeV].
    charge : float
        Charge [e]; its sign is ignored.

    Returns
    -------
    float
        Rigidity [GV]; NaN for T < 0.
    """
    return momentum(T, mass) / abs(charge)


@njit(cache=True, error_model="numpy")
def kinetic_energy_of_rigidity(rigidity_GV: float, mass: float, charge: float) -> float:
    """Kinetic energy of a rigidity.

    Parameters
    ----------
    rigidity_GV : float
        Momentum per charge [GV].
    mass : float
        Mass [GeV].
    charge : float
        Charge [e]; its sign is ignored.

    Returns
    -------
    float
        Kinetic energy [GeV].
    """
    return kinetic_energy(rigidity_GV * abs(charge), mass)


@njit(cache=True, error_model="numpy")
def gamma(T: float, mass: float) -> float:
    """Lorentz factor of kinetic energy T [GeV] and mass [GeV]."""
    return 1.0 + T / mass


@njit(cache=True, error_model="numpy")
def beta(T: float, mass: float) -> float:
    """Velocity in units of c of kinetic energy T [GeV] and mass [GeV]."""
    return momentum(T, mass) / (T + mass)


@njit(cache=True, error_model="numpy")
def invariant_mass(four: FourVector) -> float:
    """Mass [GeV] of a four-vector (E, px, py, pz) [GeV]; rounding makes that of a light-like one 0 or about 1e-8 E."""
    E, x, y, z = four
    p = math.sqrt(x * x + y * y + z * z)
    return math.sqrt(max(0.0, (E - p) * (E + p)))


@njit(cache=True, error_model="numpy")
def boosted(four: FourVector, body: FourVector, mass: float) -> FourVector:
    """Four-vector given in the rest frame of a body, as seen in the frame where the body has momentum `body`.

    Parameters
    ----------
    four : tuple of 4 floats
        (E, px, py, pz) in the rest frame [GeV].
    body : tuple of 4 floats
        Four-momentum of the body [GeV].
    mass : float
        Its mass [GeV], above 0.

    Returns
    -------
    tuple of 4 floats
        (E, px, py, pz) [GeV]; axes stay parallel (a boost without rotation).
    """
    E, x, y, z = four
    B, X, Y, Z = body
    energy = (B * E + X * x + Y * y + Z * z) / mass
    factor = (energy + E) / (B + mass)
    return energy, x + factor * X, y + factor * Y, z + factor * Z


@njit(cache=True, error_model="numpy")
def into_rest_frame(four: FourVector, body: FourVector, mass: float) -> FourVector:
    """Inverse of `boosted`: a four-vector as seen by a body.

    Parameters
    ----------
    four : tuple of 4 floats
        (E, px, py, pz) in the frame where the body moves [GeV].
    body : tuple of 4 floats
        Four-momentum of the body [GeV].
    mass : float
        Its mass [GeV], above 0.

    Returns
    -------
    tuple of 4 floats
        (E, px, py, pz) in the rest frame of the body [GeV].
    """
    B, X, Y, Z = body
    return boosted(four, (B, -X, -Y, -Z), mass)


@njit(cache=True, error_model="numpy")
def two_body_momentum(mass: float, first: float, second: float) -> float:
    """Momentum of each product of a two-body decay at rest.

    Parameters
    ----------
    mass, first, second : float
        Masses of the parent and of the products [GeV].

    Returns
    -------
    float
        Momentum [GeV]; NaN where the parent is too light.
    """
    total, difference = first + second, first - second
    return math.sqrt((mass - total) * (mass + total) * (mass - difference) * (mass + difference)) / (2.0 * mass)


@njit(cache=True, error_model="numpy")
def along(axis: tuple[float, float, float], cosine: float, azimuth: float) -> tuple[float, float, float]:
    """Unit vector at an angle about a unit axis.

    Parameters
    ----------
    axis : tuple of 3 floats
        Unit vector (x, y, z).
    cosine : float
        Cosine of the angle to the axis.
    azimuth : float
        Azimuth about the axis [rad].

    Returns
    -------
    tuple of 3 floats
        Unit vector. The frame about the axis is that of Duff et al. 2017 (J. Comput. Graph. Tech. 6, 1): continuous but
        for the sign of z, and without a singular direction.
    """
    x, y, z = axis
    sign = math.copysign(1.0, z)
    a = -1.0 / (sign + z)
    b = x * y * a
    sine = math.sqrt(max(0.0, (1.0 - cosine) * (1.0 + cosine)))
    u, v = sine * math.cos(azimuth), sine * math.sin(azimuth)
    return (
        u * (1.0 + sign * x * x * a) + v * b + cosine * x,
        u * sign * b + v * (sign + y * y * a) + cosine * y,
        -u * sign * x - v * y + cosine * z,
    )

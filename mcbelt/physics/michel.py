"""The electron of a muon that moves: Michel spectrum, its boost along the muon, and the integrals of further boosts.

Of a polarised muon at rest, n(x, c) = x^2 [(3 - 2x) + xi c (2x - 1)] with x = 2E/m_mu in (0, 1), electron mass and
radiative corrections neglected (Michel 1950; Commins and Bucksbaum 1983). A muon of energy E_mu and velocity b,
polarised along its motion, gives dN/dE = (2/E_mu) g(y) with y = 2E/E_mu in (0, 1 + b). If its source is isotropic in
a frame that moves itself, the next boost is H(y), the integral of g/y, and one more is L(y), the integral of H/y:
elementary functions all.
"""

import math

from numba import njit

from mcbelt.constants import MUON_MASS


@njit(cache=True, error_model="numpy")
def michel_spectrum(E: float) -> float:
    """Unpolarised Michel spectrum of a muon at rest, 16 E^2 (3 - 4E/m) / m^3 [1/GeV], E [GeV] <= m/2; zero outside."""
    x = 2.0 * E / MUON_MASS
    if not (0.0 < x <= 1.0):
        return 0.0
    return 4.0 / MUON_MASS * x * x * (3.0 - 2.0 * x)


@njit(cache=True, error_model="numpy")
def muon_velocity(muon_energy: float) -> float:
    """Velocity of a muon in units of c, from its energy [GeV]."""
    gamma = muon_energy / MUON_MASS
    return math.sqrt(1.0 - 1.0 / (gamma * gamma))


@njit(cache=True, error_model="numpy")
def boosted_michel(y: float, b: float, xi: float) -> float:
    """Electron spectrum of a muon of velocity b and polarisation along its motion, y g(y) / 2 dy normalised to 1.

    Parameters
    ----------
    y : float
        2 E / E_mu, electron energy in units of half the muon energy.
    b : float
        Velocity of the muon in units of c.
    xi : float
        Asymmetry along the muon's motion (-1 physical, in the meson's frame).

    Returns
    -------
    float
        g(y), so that dN/dE = (2 / E_mu) g(2 E / E_mu); zero outside 0 < y < 1 + b.
    """
    if not (0.0 < y < 1.0 + b):
        return 0.0
    upper = min(1.0, y / (1.0 - b))
    lower = y / (1.0 + b)
    unpolarised = 1.5 * (upper**2 - lower**2) - 2.0 / 3.0 * (upper**3 - lower**3)
    polarised = (y + 0.5) * (upper**2 - lower**2) - y * (upper - lower) - 2.0 / 3.0 * (upper**3 - lower**3)
    return (unpolarised + xi / b * polarised) / b


@njit(cache=True, error_model="numpy")
def _first_integral_low(b, xi):
    """Coefficients c2, c3 of H(y) = c2 y^2 / 2 + c3 y^3 / 3 for y <= 1 - b."""
    a = 1.0 / (1.0 + b)
    q = 1.0 / (1.0 - b)
    c2 = (1.5 * (q**2 - a**2) + xi / b * (-(q - a) + 0.5 * (q**2 - a**2))) / b
    c3 = (-2.0 / 3.0 * (q**3 - a**3) + xi / b * ((q**2 - a**2) - 2.0 / 3.0 * (q**3 - a**3))) / b
    return c2, c3


@njit(cache=True, error_model="numpy")
def _first_integral_high(b, xi):
    """Coefficients k0, k2, k3 of H(y) = H(1 - b) + k0 ln + k2 [y^2] / 2 + k3 [y^3] / 3 for y >= 1 - b."""
    a = 1.0 / (1.0 + b)
    k0 = (5.0 / 6.0 - xi / (6.0 * b)) / b
    k2 = -(1.5 * a**2 + xi / b * (0.5 * a**2 - a)) / b
    k3 = -(-2.0 / 3.0 * a**3 + xi / b * (a**2 - 2.0 / 3.0 * a**3)) / b
    return k0, k2, k3


@njit(cache=True, error_model="numpy")
def first_integral(y: float, b: float, xi: float) -> float:
    """H(y), the integral of g(t) / t dt from 0 to y.

    Parameters
    ----------
    y, b, xi : float
        As in `boosted_michel`; y above 0.

    Returns
    -------
    float
        H; constant above y = 1 + b.
    """
    c2, c3 = _first_integral_low(b, xi)
    split = 1.0 - b
    if y <= split:
        return c2 * y**2 / 2.0 + c3 * y**3 / 3.0
    y = min(y, 1.0 + b)
    k0, k2, k3 = _first_integral_high(b, xi)
    below = c2 * split**2 / 2.0 + c3 * split**3 / 3.0
    return below + k0 * math.log(y / split) + k2 * (y**2 - split**2) / 2.0 + k3 * (y**3 - split**3) / 3.0


@njit(cache=True, error_model="numpy")
def second_integral(y: float, b: float, xi: float) -> float:
    """L(y), the integral of H(t) / t dt from 0 to y: one boost more, for K -> pi -> mu -> e.

    Parameters
    ----------
    y, b, xi : float
        As in `boosted_michel`; y above 0.

    Returns
    -------
    float
        L; linear in ln y above y = 1 + b.
    """
    c2, c3 = _first_integral_low(b, xi)
    split = 1.0 - b
    if y <= split:
        return c2 * y**2 / 4.0 + c3 * y**3 / 9.0
    k0, k2, k3 = _first_integral_high(b, xi)
    inside = min(y, 1.0 + b)
    constant = (c2 - k2) * split**2 / 2.0 + (c3 - k3) * split**3 / 3.0
    logarithm = math.log(inside / split)
    value = c2 * split**2 / 4.0 + c3 * split**3 / 9.0 + constant * logarithm + 0.5 * k0 * logarithm**2
    value += k2 * (inside**2 - split**2) / 4.0 + k3 * (inside**3 - split**3) / 9.0
    if y > inside:
        value += first_integral(inside, b, xi) * math.log(y / inside)
    return value

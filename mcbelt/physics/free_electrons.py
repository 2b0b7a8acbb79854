"""What free electrons and the ions between them do to a fast charge: loss, bremsstrahlung, annihilation, scattering.

A free electron has no binding energy; what ends its distant collisions is the plasma itself, whose electrons screen a
passing charge beyond v / omega_p. With the dielectric function eps = 1 - (omega_p / omega)^2 Fermi's energy loss beyond
an impact parameter a (Jackson 1999, Classical Electrodynamics, 3rd ed., sect. 13.3) has the pole of 1 / eps alone, at
omega_p, where lambda = omega_p / v; for a well below that length it is

    (z e omega_p / v)^2 ln(1.123 v / (a omega_p))

at every speed: the relativistic rise of distant collisions is gone, exactly. In the stopping number of a gas that puts
the plasma energy hbar omega_p for the mean excitation energy I, and for the density effect

    delta = 2 ln(gamma) - beta^2    (with I = hbar omega_p; for gamma -> infinity Sternheimer's limit),

while close collisions stay those of Moller and Bhabha. At 1e10 electrons per m3 hbar omega_p is 3.7e-9 eV, so one free
electron costs 2.5 times what one of helium does (10 MeV). Electrons of high energy lose 2 pi r_e^2 m_e times ln(gamma
(m_e / hbar omega_p)^2) + 9/8 - ln 2; at all energies the loss of electrons is that of Gould 1972 (Physica 60, 145), as
Pinzke et al. 2017 quote it.

Everything here is per free electron, of which each has one ion of charge 1. What such an ion holds within itself (bound
electrons, a nucleus of more charge) is the matter of the air's own table. Energies in GeV; a plasma of some thousand
kelvin is cold for what is asked.
"""

import math

from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE
from mcbelt.physics import kinematics

_UNIT = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS  # [GeV m2]
HBAR_C = CLASSICAL_ELECTRON_RADIUS * ELECTRON_MASS / FINE_STRUCTURE  # [GeV m]
TEMPERATURE = 2000.0  # [K] of electrons and ions; twice that moves the scattering by 1.3 %
_BOLTZMANN = 8.617333262e-14  # [GeV/K]


@njit(cache=True, error_model="numpy")
def plasma_energy(density: float) -> float:
    """hbar omega_p [GeV] of `density` free electrons [m-3]; Jackson 1999, sect. 7.5."""
    return HBAR_C * math.sqrt(4.0 * math.pi * CLASSICAL_ELECTRON_RADIUS * density)


@njit(cache=True, error_model="numpy")
def collision_loss(T: float, charge: int, density: float) -> float:
    """Mean loss of e+- to free electrons by collisions.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV], well above the thermal energy: 10 keV to 1 TeV are meant.
    charge : int
        -1 for electrons, +1 for positrons.
    density : float
        Free electrons [m-3], above 0; it enters by the logarithm of the plasma energy.

    Returns
    -------
    float
        Loss per free electron and area [GeV m2], NaN for T <= 0. Source: ICRU Report 37 (1984), eqs. (2.9)-(2.12), with
        hbar omega_p for I and delta = 2 ln(gamma) - beta^2 (module text).
    """
    if not (T > 0.0 and density > 0.0):
        return math.nan
    tau = T / ELECTRON_MASS
    gamma = tau + 1.0
    beta2 = tau * (tau + 2.0) / gamma**2
    distant = 2.0 * math.log(T / (gamma * plasma_energy(density))) + math.log1p(0.5 * tau) + beta2
    if charge < 0:
        close = (1.0 - beta2) * (1.0 + tau * tau / 8.0 - (2.0 * tau + 1.0) * math.log(2.0))
    else:
        a = 1.0 / (tau + 2.0)
        close = 2.0 * math.log(2.0) - beta2 / 12.0 * (23.0 + 14.0 * a + 10.0 * a**2 + 4.0 * a**3)
    return _UNIT / beta2 * (distant + close)


@njit(cache=True, error_model="numpy")
def radiative_loss(T: float) -> float:
    """Bremsstrahlung of e+- on a free electron and its ion, both unscreened.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV], above some MeV.

    Returns
    -------
    float
        Loss per free electron and area [GeV m2]; 0 where the logarithm turns negative (below 0.1 MeV). Source: Bethe &
        Heitler 1934 without screening, 4 alpha r_e^2 E Z (Z + 1) [ln(2 gamma) - 1/3] with Z = 1. An electron as target
        radiates less than a proton by some tenths at 10 MeV, where this is 2 % of the whole loss.
    """
    energy = T + ELECTRON_MASS
    number = max(math.log(2.0 * energy / ELECTRON_MASS) - 1.0 / 3.0, 0.0)
    return 8.0 * FINE_STRUCTURE * CLASSICAL_ELECTRON_RADIUS**2 * energy * number


@njit(cache=True, error_model="numpy")
def loss_per_path(T: float, charge: float, density: float) -> float:
    """Mean loss of e+- to free electrons and their ions: collisions and bremsstrahlung.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV].
    charge : float
        Its sign is that of the charge.
    density : float
        Free electrons [m-3], above 0.

    Returns
    -------
    float
        [GeV m-1]
    """
    return density * (collision_loss(T, -1 if charge < 0.0 else 1, density) + radiative_loss(T))


@njit(cache=True, error_model="numpy")
def debye_length(density: float) -> float:
    """Distance beyond which electrons and ions at `TEMPERATURE` hide a charge [m]; `density` free electrons [m-3].

    (k T / (8 pi n e^2))^(1/2) in Gaussian units, electrons and ions both moving.
    """
    return math.sqrt(_BOLTZMANN * TEMPERATURE / (8.0 * math.pi * density * CLASSICAL_ELECTRON_RADIUS * ELECTRON_MASS))


@njit(cache=True, error_model="numpy")
def mean_square_angle(p: float, mass: float, density: float) -> float:
    """Mean square space angle by a free electron and its ion, of a particle of unit charge.

    Parameters
    ----------
    p, mass : float
        Momentum and mass [GeV].
    density : float
        Free electrons [m-3], above 0; it enters by the logarithm of the Debye length.

    Returns
    -------
    float
        Mean of 2 (1 - cos) per free electron and area [rad^2 m2], NaN for p <= 0. One plane has half of it. Source: as
        `mcbelt.physics.scattering.mean_square_angle` (ICRU Report 35, 1984, eq. 2.9), Z (Z + 1) = 2, with the screening
        angle hbar / (p Debye length): thermal motion screens both charges there, however fast the particle is.
    """
    if not (p > 0.0 and density > 0.0):
        return math.nan
    beta2 = p * p / (p * p + mass * mass)
    screening = HBAR_C / (p * debye_length(density))
    ratio = 4.0 / screening**2
    bracket = math.log1p(ratio) - ratio / (1.0 + ratio) - beta2
    return 8.0 * math.pi * (CLASSICAL_ELECTRON_RADIUS * ELECTRON_MASS / p) ** 2 / beta2 * bracket


@njit(cache=True, error_model="numpy")
def pitch_angle_diffusion(T: float, density: float) -> float:
    """Diffusion coefficient of the local pitch angle of e+- per free electron and area [rad^2 m2].

    A quarter of `mean_square_angle`; T is the kinetic energy [GeV], `density` that of the free electrons [m-3].
    """
    return 0.25 * mean_square_angle(kinematics.momentum(T, ELECTRON_MASS), ELECTRON_MASS, density)

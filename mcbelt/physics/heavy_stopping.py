"""Mean electronic stopping power of charged particles heavier than the electron: protons, alphas, antiprotons.

The proton's stopping number at the same velocity carries everything but what hangs on mass and charge:
L(M, z) = L_p + ln(W(M)/W(p))/2 + (z - 1) L1 + L2(z) - L2(1), and S = 4 pi r_e^2 m_e z^2/beta^2 sum n Z L (Bragg's
rule). From 8 MeV per proton mass L_p is Bethe's, with the exact largest energy transfer W to a free electron,
shell corrections (Barkas and Berger 1964), the Barkas term L1 (Ashley, Ritchie and Brandt 1972, as in ICRU Report 49)
and Bloch's. Below, down to 0.1 MeV, it is ICRU Report 49's fits to measurements of each element (form of Varelas and
Biersack), brought to Bethe's value at 8 MeV by a factor 1 + c T with c T at most 1.3 % there, an eighth of it at 1 MeV.

No density effect, as in `mcbelt.physics.energy_loss`: the plasma energy of a belt's air is 6e-8 eV; at sea level the
effect starts above 10 GeV for protons. Left out: nuclear stopping (below 0.1 % above 0.1 MeV), the term of the spin
(0.2 % at T = 1000 M), form factors, bremsstrahlung. No charge exchange, hence no slow alphas.

Losses per grammage are positive, in GeV m2/kg (1 MeV cm2/g = 1e-4 GeV m2/kg). A table for kernels:
`mcbelt.physics.heavy_loss_table`.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from mcbelt.constants import ALPHA_MASS, CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions, MEAN_EXCITATION_ENERGY_eV, mass_fractions

LEAST_MASS = 0.1  # [GeV]: muons and heavier
HIGHEST_RATIO = 1.0e3  # T / M; beyond, spin and form factor count
_LOWEST_RATIO = {1: 1.0e-4 / PROTON_MASS, 2: 1.0e-2 / ALPHA_MASS, -1: 1.0e-3 / PROTON_MASS}
_LOWEST_PROTON, _LOWEST_ALPHA, _LOWEST_ANTIPROTON = (_LOWEST_RATIO[z] for z in (1, 2, -1))
_EDGE = 1.0e-9  # a limit that was computed another way still is that limit
_UNIT = 4.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS  # [GeV m2]
_JOIN = 8.0e-3 / PROTON_MASS  # T / M where the shell corrections begin to hold, beta gamma = 0.13
_KEV_PER_NUCLEON = 1.0e6 * PROTON_MASS / 1.007276  # T / M to the fits' energy: keV over the proton's mass in u
_FIT_UNIT = 1.0e-28  # 1e-15 eV cm2 in GeV m2
# ICRU Report 49 (1993), coefficients A2 to A5 for H2, He, N2, O2, Ar.
_FIT = (
    (1.440, 242.6, 1.2e4, 0.1159),
    (1.397, 484.5, 5873.0, 0.05225),
    (3.350, 1683.0, 1900.0, 0.02513),
    (3.000, 1920.0, 2000.0, 0.02230),
    (6.500, 4253.0, 530.0, 0.01123),
)
_BARKAS_B = (1.8, 0.6, 1.8, 1.8, 1.8)  # ICRU Report 49: H2, He, N2, O2, Ar
_BARKAS_G = 1.29  # Bichsel 1990, ICRU Report 49; sqrt(2) in the paper of 1972
_DIFFERENCE = 1.0e-4  # half the step in ln T of the derivative


@njit(cache=True, error_model="numpy")
def shell_correction(element: int, beta_gamma2: float) -> float:
    """C/Z [1] of the element of that index at (beta gamma)^2: Barkas and Berger 1964, for beta gamma above 0.13."""
    x = 1.0 / beta_gamma2
    energy = MEAN_EXCITATION_ENERGY_eV[element]
    square = 0.422377 * x + 0.0304043 * x**2 - 0.00038106 * x**3
    cube = 3.858019 * x - 0.1667989 * x**2 + 0.00157955 * x**3
    return (1.0e-6 * square + 1.0e-9 * cube * energy) * energy**2 / CHARGE[element]


@njit(cache=True, error_model="numpy")
def barkas_term(element: int, beta2: float) -> float:
    """L1 [1], to be multiplied by the charge: 1.29 F(b/sqrt(x)) / (sqrt(Z) x^1.5) with x = beta^2/(alpha^2 Z).

    Ashley, Ritchie and Brandt 1972 with the b and the 1.29 of ICRU Report 49. F is a smooth fit, within 9 %, to the 20
    values of the curve for 0.02 <= W <= 1.3 that Geant4 reads off; here W is below 1.22 from 1 MeV per nucleon on. For
    W below 0.02 (H and He, beta above 0.66 and 0.31) the term is below 1e-4 of the stopping number.
    """
    x = beta2 / (FINE_STRUCTURE**2 * CHARGE[element])
    w = _BARKAS_B[element] / math.sqrt(x)
    curve = math.exp(3.290 - 2.0617 * math.sqrt(w) - 0.7003 * w)
    return _BARKAS_G * curve / (math.sqrt(CHARGE[element] * x) * x)


@njit(cache=True, error_model="numpy")
def bloch_term(charge: float, beta2: float) -> float:
    """Bloch 1933: -y^2 sum 1/(j (j^2 + y^2)) [1], y = z alpha/beta, as a series right to 2e-5 for y < 0.25."""
    y2 = charge * charge * FINE_STRUCTURE**2 / beta2
    return -y2 * (1.2020569 - y2 * (1.0369278 - y2 * (1.0083493 - y2 * 1.0020084)))


@njit(cache=True, error_model="numpy")
def largest_transfer(beta_gamma2: float, gamma: float, mass: float) -> float:
    """Largest energy [GeV] that an electron at rest takes from a particle of that mass [GeV].

    Parameters
    ----------
    beta_gamma2, gamma : float
        (beta gamma)^2 and gamma of the particle [1].
    mass : float
        Its mass [GeV].

    Returns
    -------
    float
        [GeV]
    """
    ratio = ELECTRON_MASS / mass
    return 2.0 * ELECTRON_MASS * beta_gamma2 / (1.0 + 2.0 * gamma * ratio + ratio * ratio)


@njit(cache=True, error_model="numpy")
def _bethe(element, tau):
    """Stopping number of a proton with T = tau M in an element."""
    gamma = 1.0 + tau
    bg2 = tau * (tau + 2.0)
    beta2 = bg2 / (gamma * gamma)
    energy = 1.0e-9 * MEAN_EXCITATION_ENERGY_eV[element]
    transfer = largest_transfer(bg2, gamma, PROTON_MASS)
    number = 0.5 * math.log(2.0 * ELECTRON_MASS * bg2 * transfer / (energy * energy)) - beta2
    return number - shell_correction(element, bg2) + barkas_term(element, beta2) + bloch_term(1.0, beta2)


@njit(cache=True, error_model="numpy")
def _fitted(element, tau):
    """Stopping number of ICRU Report 49's fit, as above."""
    T = tau * _KEV_PER_NUCLEON
    a = _FIT[element]
    slow = a[0] * T**0.45
    fast = a[1] / T * math.log(1.0 + a[2] / T + a[3] * T)
    beta2 = tau * (tau + 2.0) / (1.0 + tau) ** 2
    return _FIT_UNIT * slow * fast / (slow + fast) * beta2 / (_UNIT * CHARGE[element])


@njit(cache=True, error_model="numpy")
def _proton_number(element, tau):
    if tau >= _JOIN:
        return _bethe(element, tau)
    lift = _bethe(element, _JOIN) / _fitted(element, _JOIN) - 1.0
    return _fitted(element, tau) * (1.0 + lift * tau / _JOIN)


@njit(cache=True, error_model="numpy")
def _loss(T, mass, charge, composition):
    """As `mean_loss`, without limits of energy."""
    tau = T / mass
    gamma = 1.0 + tau
    bg2 = tau * (tau + 2.0)
    beta2 = bg2 / (gamma * gamma)
    common = bloch_term(charge, beta2) - bloch_term(1.0, beta2)
    common += 0.5 * math.log(largest_transfer(bg2, gamma, mass) / largest_transfer(bg2, gamma, PROTON_MASS))
    total = 0.0
    for i in range(5):
        if composition[i] > 0.0:
            number = _proton_number(i, tau) + common
            if charge != 1.0:  # below 1 MeV the term has no meaning, and for charge 1 it is in the fit
                number += (charge - 1.0) * barkas_term(i, beta2)
            total += composition[i] * ATOMS_PER_KG[i] * CHARGE[i] * number
    return _UNIT * charge * charge / beta2 * total


@njit(cache=True, error_model="numpy")
def _allowed(T, mass, charge):
    lowest = math.nan
    if charge == 1:
        lowest = _LOWEST_PROTON
    elif charge == 2:
        lowest = _LOWEST_ALPHA
    elif charge == -1:
        lowest = _LOWEST_ANTIPROTON
    inside = lowest * (1.0 - _EDGE) <= T / mass <= HIGHEST_RATIO * (1.0 + _EDGE)
    return inside and LEAST_MASS <= mass < math.inf


@njit(cache=True, error_model="numpy")
def mean_loss(T: float, mass: float, charge: int, composition: MassFractions) -> float:
    """Mean loss by excitation and ionisation.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV], in all, not per nucleon.
    mass : float
        Mass of the particle [GeV], 0.1 and more.
    charge : int
        1, 2 or -1.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Loss per grammage [GeV m2/kg]; NaN outside the range of `energy_range`, for other charges and lighter
        particles. Protons in dry air are within 0.1 % of PSTAR above 10 MeV, 0.6 % at 1-10 MeV, 1 % below.
    """
    if not _allowed(T, mass, charge):
        return math.nan
    return _loss(T, mass, float(charge), composition)


@njit(cache=True, error_model="numpy")
def loss_slope(T: float, mass: float, charge: int, composition: MassFractions) -> float:
    """Derivative dS/dT [m2/kg] of `mean_loss`, arguments and NaN as there.

    A central difference over 2e-4 in ln T: right to 1e-7, the mean of both sides at 8 MeV per proton mass, where the
    slope steps by up to 2.3 % of S/T.

    Parameters
    ----------
    T, mass, charge, composition
        As for `mean_loss`.

    Returns
    -------
    float
        [m2/kg]
    """
    if not _allowed(T, mass, charge):
        return math.nan
    up = _loss(T * math.exp(_DIFFERENCE), mass, float(charge), composition)
    down = _loss(T * math.exp(-_DIFFERENCE), mass, float(charge), composition)
    return (up - down) / (2.0 * math.sinh(_DIFFERENCE) * T)


def energy_range(mass: float, charge: int) -> tuple[float, float]:
    """Kinetic energies [GeV], lowest and highest, for which a particle has a law.

    Parameters
    ----------
    mass : float
        Mass [GeV], 0.1 and more.
    charge : int
        1: from 0.1 MeV per proton mass. 2: from 10 MeV per mass of an alpha, below which it carries electrons. -1:
        from 1 MeV per proton mass, below which the Barkas term is no small correction and the measurements in H2 and
        He disagree with it. All up to T = 1000 M.

    Returns
    -------
    tuple of 2 floats

    Raises
    ------
    PhysicsError
        A lighter particle or another charge.
    """
    if charge not in _LOWEST_RATIO or not LEAST_MASS <= mass < math.inf:
        raise PhysicsError(
            f"heavy_stopping: no stopping power for charge {charge} and mass {mass:g} GeV. "
            f"Charges are 1, 2 and -1, masses {LEAST_MASS} GeV and more."
        )
    return _LOWEST_RATIO[charge] * mass, HIGHEST_RATIO * mass


def stopping_power(T_GeV: ArrayLike, mass_GeV: float, charge: int, composition: MassFractions) -> np.ndarray:
    """`mean_loss` for arrays, with its limits as errors.

    Parameters
    ----------
    T_GeV : array_like
        Kinetic energies [GeV], in all, not per nucleon.
    mass_GeV : float
        Mass [GeV], 0.1 and more.
    charge : {1, 2, -1}
    composition : Composition or sequence of 5 floats
        Mass fractions of H, He, N, O, Ar, sum 1.

    Returns
    -------
    ndarray
        Loss per grammage [GeV m2/kg], shape of T_GeV.

    Raises
    ------
    PhysicsError
        Another charge, a lighter particle, mass fractions that do not sum to 1, an energy outside `energy_range`.
    """
    fractions = mass_fractions("heavy_stopping", composition)
    low, high = energy_range(mass_GeV, charge)
    T = np.asarray(T_GeV, float)
    for value in T.flat:
        if not low * (1.0 - _EDGE) <= value <= high * (1.0 + _EDGE):
            raise PhysicsError(
                f"heavy_stopping: T = {value:g} GeV is outside {low:.5g} to {high:.5g} GeV, where charge {charge} and "
                f"mass {mass_GeV:g} GeV have a stopping power. Stop following the particle before."
            )
    return np.array([mean_loss(value, mass_GeV, charge, fractions) for value in T.flat]).reshape(T.shape)

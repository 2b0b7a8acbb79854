"""How atomic electrons screen a nucleus in bremsstrahlung and pair production: Tsai's functions phi and psi.

Both processes happen at a distance 1/q from the nucleus, with a smallest momentum transfer delta; where 1/delta
exceeds the size of the atom its electrons hide the charge (phi), and they themselves act as targets (psi). Heavy
atoms: Thomas-Fermi-Moliere fits. Hydrogen and helium: exact integrals over the atom's form factor F = (1 +
q^2/s^2)^-2 with s = 2 alpha m_e eta, eta = 1 for H and 1.6875 (variational) for He, of which phi is Tsai's and psi is
worked out here the same way. All are given as what enters the cross sections: phi1 - (4/3) ln Z, phi1 - phi2, psi1 -
(8/3) ln Z, psi1 - psi2, with the Coulomb correction 4 f(Z) taken off.

Source: Tsai 1974, Rev. Mod. Phys. 46, 815: (3.14)-(3.17) definitions, (3.25)-(3.27) light atoms, (3.38)-(3.41) fits,
(3.3) f(Z).
"""

import math

from numba import njit

from mcbelt.constants import FINE_STRUCTURE

_HELIUM_CHARGE = 1.6875  # effective charge of the variational ground state


@njit(cache=True, error_model="numpy")
def coulomb_correction(Z: float) -> float:
    """f(Z) of Davies, Bethe and Maximon 1954, in the form of Tsai 1974 (3.3)."""
    z = (FINE_STRUCTURE * Z) ** 2
    return 1.202 * z - 1.0369 * z**2 + 1.008 * z**3 / (1.0 + z)


@njit(cache=True, error_model="numpy")
def _heavy(Z, delta):
    """Thomas-Fermi-Moliere atom; delta in units of the electron mass."""
    g = 200.0 * delta / Z ** (1.0 / 3.0)
    e = 200.0 * delta / Z ** (2.0 / 3.0)
    tail = 4.0 * (1.0 - 0.6 * math.exp(-0.9 * g) - 0.4 * math.exp(-1.5 * g))
    phi = 20.863 - 2.0 * math.log(1.0 + (0.55846 * g) ** 2) - tail
    phi_difference = 2.0 / 3.0 / (1.0 + 6.5 * g + 6.0 * g * g)
    tail = 4.0 * (1.0 - 0.7 * math.exp(-8.0 * e) - 0.3 * math.exp(-29.2 * e))
    psi = 28.340 - 2.0 * math.log(1.0 + (3.621 * e) ** 2) - tail
    psi_difference = 2.0 / 3.0 / (1.0 + 40.0 * e + 400.0 * e * e)
    return phi - 4.0 / 3.0 * math.log(Z), phi_difference, psi - 8.0 / 3.0 * math.log(Z), psi_difference


@njit(cache=True, error_model="numpy")
def _incoherent(c):
    """Integral over q of (q - c)^2 / q^3 (1 + q^2)^-4 from c to infinity: what the form factor takes off psi1 / 4."""
    t = 1.0 / (1.0 + c * c)
    logarithm = math.log1p(1.0 / (c * c))
    first = 0.5 * (logarithm - t - t**2 / 2.0 - t**3 / 3.0)
    k1 = math.atan(1.0 / c)
    k2 = 0.5 * (k1 - c * t)
    k3 = 0.75 * k2 - 0.25 * c * t**2
    k4 = 5.0 / 6.0 * k3 - c * t**3 / 6.0
    second = 1.0 / c - (k1 + k2 + k3 + k4)
    third = 0.5 * (1.0 / (c * c) - 4.0 * logarithm + 3.0 * t + t**2 + t**3 / 3.0)
    return first - 2.0 * c * second + c * c * third


@njit(cache=True, error_model="numpy")
def _light(Z, delta):
    """Hydrogen and helium; delta in units of the electron mass."""
    s = 2.0 * FINE_STRUCTURE * (1.0 if Z < 1.5 else _HELIUM_CHARGE)
    c = max(delta / s, 1.0e-8)
    if c > 30.0:  # unscreened: the form factor is below 1e-5, and differences of large terms would lose digits
        free = -4.0 * math.log(delta) - 2.0
        return free, 0.0, free, 0.0
    angle = c * math.atan(1.0 / c)
    shared = -4.0 * math.log(s) - 2.0 * math.log1p(c * c)
    phi1 = shared + 13.0 / 3.0 - 6.5 * angle + c * c / (6.0 * (1.0 + c * c))
    phi2 = shared + 11.0 / 3.0 + 25.0 * c * c * (1.0 - angle) - 14.0 * c * c * math.log1p(1.0 / (c * c))
    psi1 = -4.0 * math.log(s * c) - 2.0 - 4.0 * _incoherent(c)
    # psi1 - psi2 needs a dilogarithm; this fit to the integral is right to 0.005, 2e-4 of psi1.
    shape = 1.0 / (1.0 + 27.1274 * c + 10.4206 * c * c) - 8.7805 * c / (1.0 + 3.30536 * c) ** 4
    return phi1, phi1 - phi2, psi1, 2.0 / 3.0 * shape


@njit(cache=True, error_model="numpy")
def screening_functions(Z: float, delta: float) -> tuple[float, float, float, float]:
    """Screening functions of an atom.

    Parameters
    ----------
    Z : float
        Atomic number: 1 and 2 as exact light atoms, from 5 on as Thomas-Fermi-Moliere ones (3 and 4 less accurately).
    delta : float
        Smallest momentum transfer in units of the electron mass: m k / (2 E (E - k)), or m / (2 k x (1 - x)) for a
        pair.

    Returns
    -------
    tuple of 4 floats
        phi1 - (4/3) ln Z - 4 f(Z), phi1 - phi2, psi1 - (8/3) ln Z, psi1 - psi2; all without dimension.
    """
    if Z < 2.5:
        phi, phi_difference, psi, psi_difference = _light(Z, delta)
    else:
        phi, phi_difference, psi, psi_difference = _heavy(Z, delta)
    return phi - 4.0 * coulomb_correction(Z), phi_difference, psi, psi_difference

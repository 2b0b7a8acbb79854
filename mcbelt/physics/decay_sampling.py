"""Samplers of pi -> mu -> e, K -> mu -> e, K -> pi pi0 and K0S -> pi pi, with all products and the muon's spin.

The chain can be cut at the muon, because that one flies 6.2 km per GeV/c before it decays: `meson_to_muon` gives
muon, neutrino and the muon's spin four-vector, `muon_decay` takes them up where the muon ends. Between the two a
magnetic field turns momentum and spin alike (g - 2 turns the spin by 1e-3 gamma of that more), so the caller rotates
the space part of both.

Every function takes its random numbers as arguments, so the caller decides which draw is which. Four-vectors (E, px,
py, pz) [GeV]; electrons and neutrinos are massless, as in the formulas of `mcbelt.physics.decay`, whose spectra these
samplers reproduce. The two neutrinos of the muon share their recoil isotropically in its own frame: electron spectra
do not depend on it.
"""

import math

from numba import njit

from mcbelt import rng
from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, MUON_MASS, NEUTRAL_KAON_MASS, NEUTRAL_PION_MASS
from mcbelt.physics import decay, decay_historical, kinematics

_TWO_PI = 2.0 * math.pi


@njit(cache=True, error_model="numpy")
def michel_draw(u: float, v: float, xi: float) -> tuple[float, float]:
    """Electron of a muon at rest: x = 2E/m_mu and cosine to the spin axis, from n(x, c) with asymmetry xi.

    Parameters
    ----------
    u, v : float
        Uniform numbers in (0, 1).
    xi : float
        Asymmetry along the axis that the cosine refers to.

    Returns
    -------
    x, cosine : float
    """
    # The distribution function x^3 (2 - x) is convex and x = u^(1/3) lies right of the root: Newton descends to it.
    x = u ** (1.0 / 3.0)
    for _ in range(7):
        x -= (x * x * x * (2.0 - x) - u) / (x * x * (6.0 - 4.0 * x))
    slope = xi * (2.0 * x - 1.0) / (3.0 - 2.0 * x)
    cosine = (4.0 * v - 2.0 + slope) / (1.0 + math.sqrt((1.0 - slope) ** 2 + 4.0 * slope * v))
    return x, cosine


@njit(cache=True, error_model="numpy")
def two_body(
    parent: kinematics.FourVector,
    mass: float,
    first: float,
    second: float,
    direction: tuple[float, float, float],
) -> tuple[kinematics.FourVector, kinematics.FourVector]:
    """Products of a two-body decay.

    Parameters
    ----------
    parent : tuple of 4 floats
        Four-momentum [GeV].
    mass, first, second : float
        Masses of the parent and of the products [GeV].
    direction : tuple of 3 floats
        Unit vector of the first product in the parent's frame.

    Returns
    -------
    tuple of 4 floats, tuple of 4 floats
        Four-momenta of the first and the second product [GeV].
    """
    p = kinematics.two_body_momentum(mass, first, second)
    x, y, z = p * direction[0], p * direction[1], p * direction[2]
    one = (math.sqrt(p * p + first * first), x, y, z)
    two = (math.sqrt(p * p + second * second), -x, -y, -z)
    return kinematics.boosted(one, parent, mass), kinematics.boosted(two, parent, mass)


@njit(cache=True, error_model="numpy")
def meson_to_muon(
    meson: kinematics.FourVector, mass: float, u: float, v: float
) -> tuple[kinematics.FourVector, kinematics.FourVector, kinematics.FourVector]:
    """Decay of a pion or charged kaon into a muon and a neutrino.

    Parameters
    ----------
    meson : tuple of 4 floats
        Four-momentum [GeV].
    mass : float
        Its mass [GeV].
    u, v : float
        Uniform numbers in (0, 1).

    Returns
    -------
    muon, neutrino : tuple of 4 floats
        Four-momenta [GeV].
    axis : tuple of 4 floats
        Four-vector that is the muon's direction of motion in the meson's frame, as seen in the muon's frame (a,
        boosted): the spin axis to which the asymmetry xi = -1 refers, for both charges. Orthogonal to the muon's
        four-momentum, square -1.
    """
    muon, neutrino = two_body(meson, mass, MUON_MASS, 0.0, rng.isotropic(u, v))
    p = kinematics.two_body_momentum(mass, MUON_MASS, 0.0)
    energy = math.sqrt(p * p + MUON_MASS * MUON_MASS)
    a, b = energy / (p * MUON_MASS), MUON_MASS / (p * mass)
    axis = (
        a * muon[0] - b * meson[0],
        a * muon[1] - b * meson[1],
        a * muon[2] - b * meson[2],
        a * muon[3] - b * meson[3],
    )
    return muon, neutrino, axis


@njit(cache=True, error_model="numpy")
def axis_in_rest_frame(axis: kinematics.FourVector, muon: kinematics.FourVector) -> tuple[float, float, float]:
    """Unit vector (x, y, z) of a spin four-vector in the muon's rest frame."""
    _, x, y, z = kinematics.into_rest_frame(axis, muon, MUON_MASS)
    size = math.sqrt(x * x + y * y + z * z)
    return x / size, y / size, z / size


@njit(cache=True, error_model="numpy")
def muon_decay(
    muon: kinematics.FourVector, axis: kinematics.FourVector, xi: float, u: tuple[float, ...]
) -> tuple[kinematics.FourVector, kinematics.FourVector, kinematics.FourVector]:
    """Decay of a polarised muon.

    Parameters
    ----------
    muon, axis : tuple of 4 floats
        Four-momentum [GeV] and spin axis, from `meson_to_muon`.
    xi : float
        Asymmetry to that axis: -1 physical for both charges, 0 unpolarised.
    u : tuple of 5 floats
        Uniform numbers in (0, 1): energy, polar angle, azimuth, and two for the neutrinos.

    Returns
    -------
    electron, neutrino, neutrino : tuple of 4 floats
        Four-momenta [GeV].
    """
    x, cosine = michel_draw(u[0], u[1], xi)
    nx, ny, nz = kinematics.along(axis_in_rest_frame(axis, muon), cosine, _TWO_PI * u[2])
    E = 0.5 * MUON_MASS * x
    electron = kinematics.boosted((E, E * nx, E * ny, E * nz), muon, MUON_MASS)
    recoil = (MUON_MASS - E, -E * nx, -E * ny, -E * nz)
    pair_mass = MUON_MASS * math.sqrt(1.0 - x)
    one, two = two_body(recoil, pair_mass, 0.0, 0.0, rng.isotropic(u[3], u[4]))
    return electron, kinematics.boosted(one, muon, MUON_MASS), kinematics.boosted(two, muon, MUON_MASS)


@njit(cache=True, error_model="numpy")
def kaon_to_pion(
    kaon: kinematics.FourVector, u: float, v: float
) -> tuple[kinematics.FourVector, kinematics.FourVector]:
    """Decay K+- -> pi+- pi0.

    Parameters
    ----------
    kaon : tuple of 4 floats
        Four-momentum [GeV].
    u, v : float
        Uniform numbers in (0, 1).

    Returns
    -------
    pion, neutral_pion : tuple of 4 floats
        Four-momenta of the charged and of the neutral pion [GeV].
    """
    return two_body(kaon, CHARGED_KAON_MASS, CHARGED_PION_MASS, NEUTRAL_PION_MASS, rng.isotropic(u, v))


@njit(cache=True, error_model="numpy")
def kaon_short_to_pions(
    kaon: kinematics.FourVector, u: float, v: float
) -> tuple[kinematics.FourVector, kinematics.FourVector]:
    """Decay K0S -> pi+ pi-.

    Parameters
    ----------
    kaon : tuple of 4 floats
        Four-momentum [GeV].
    u, v : float
        Uniform numbers in (0, 1).

    Returns
    -------
    positive, negative : tuple of 4 floats
        Four-momenta of pi+ and pi- [GeV].
    """
    return two_body(kaon, NEUTRAL_KAON_MASS, CHARGED_PION_MASS, CHARGED_PION_MASS, rng.isotropic(u, v))


@njit(cache=True, error_model="numpy")
def pion_electron(pion: kinematics.FourVector, option: int, u: tuple[float, ...]) -> kinematics.FourVector:
    """Electron of pi -> mu -> e under any option of `mcbelt.physics.decay`, without the muon's flight.

    Parameters
    ----------
    pion : tuple of 4 floats
        Four-momentum [GeV]; its direction must be defined for PAPER.
    option : int
        EXACT, ISOTROPIC, MS98, MS98_ELECTRON or PAPER.
    u : tuple of 7 floats
        Uniform numbers in (0, 1).

    Returns
    -------
    tuple of 4 floats
        Four-momentum of the electron [GeV]; NaN for an unknown option.
    """
    muon, _, axis = meson_to_muon(pion, CHARGED_PION_MASS, u[0], u[1])
    xi = math.nan
    if option == decay.EXACT:
        xi = decay.ASYMMETRY
    elif option == decay.ISOTROPIC:
        xi = 0.0
    elif option == decay.MS98 or option == decay.MS98_ELECTRON:
        xi = 1.0 if option == decay.MS98 else -1.0
        axis = laboratory_axis(muon)
    elif option == decay.PAPER:
        xi = 0.0
        muon = collinear_muon(pion)
        axis = laboratory_axis(muon)
    return muon_decay(muon, axis, xi, (u[2], u[3], u[4], u[5], u[6]))[0]


@njit(cache=True, error_model="numpy")
def laboratory_axis(muon: kinematics.FourVector) -> kinematics.FourVector:
    """Spin four-vector of a muon that is polarised along its motion in the laboratory (the historical recipe)."""
    E, x, y, z = muon
    p = math.sqrt(x * x + y * y + z * z)
    factor = E / (MUON_MASS * p)
    return p / MUON_MASS, factor * x, factor * y, factor * z


@njit(cache=True, error_model="numpy")
def collinear_muon(pion: kinematics.FourVector) -> kinematics.FourVector:
    """Four-momentum [GeV] of a muon with 0.8 of the pion's energy and its direction: Gusev et al. 2003."""
    _, x, y, z = pion
    E = decay_historical.COLLINEAR_SHARE * pion[0]
    factor = math.sqrt((E - MUON_MASS) * (E + MUON_MASS) / (x * x + y * y + z * z))
    return E, factor * x, factor * y, factor * z

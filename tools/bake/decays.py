"""Decays of short-lived mesons and hyperons, of K0L and of muons, unpolarised: kinematics of many at once.

Two bodies are isotropic in the frame of the parent, three are flat in phase space but for

* K -> pi l nu: the density of Cheng and others with f+ = 1 + lambda t / m_pi^2 and xi = f-/f+ (Chounet, Gaillard and
  Gaillard 1972, Phys. Rep. 4, 199, eq. 2.12), lambda = 0.028, xi = -0.17 (Particle Data Group 2022, linear forms);
* pi0, eta -> e+ e- gamma: Kroll and Wada 1955 (Phys. Rev. 98, 1355), with the form factors 1 + 0.0335 q^2/m^2 and
  1/(1 - q^2/(716 MeV)^2);
* mu -> e nu nu: 2 x^2 (3 - 2 x), the electron's mass left out.

The width of the rho in eta' -> rho gamma and slopes of the three-pion decays are left out.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tools.bake.particles import MASS, Channel, channels

_SLOPE, _XI = 0.028, -0.17
_POLE_ETA, _SLOPE_PI0 = 716.0, 0.0335
_ELECTRON, _MUON, _PION = MASS[11], MASS[13], MASS[211]


class Particles(NamedTuple):
    """Particles: PDG codes, shape (n,), momenta [MeV], shape (n, 3), and a number that their products inherit."""

    code: np.ndarray
    momentum: np.ndarray
    origin: np.ndarray

    def select(self, chosen: np.ndarray) -> "Particles":
        """Those of a mask or of indices."""
        return Particles(*(array[chosen] for array in self))


def joined(parts: list[Particles]) -> Particles:
    """All particles of a list in one."""
    empty = Particles(np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros(0, np.int64))
    return Particles(*(np.concatenate(arrays) for arrays in zip(empty, *parts, strict=True)))


def masses(code: np.ndarray) -> np.ndarray:
    """Masses [MeV] of PDG codes."""
    known, where = np.unique(np.abs(code), return_inverse=True)
    return np.array([MASS[int(c)] for c in known])[where] if code.size else np.zeros(0)


def _isotropic(rng, n):
    cosine, azimuth = rng.uniform(-1.0, 1.0, n), rng.uniform(0.0, 2.0 * np.pi, n)
    sine = np.sqrt(1.0 - cosine**2)
    return np.stack([sine * np.cos(azimuth), sine * np.sin(azimuth), cosine], axis=1)


def _breakup(whole, first, second):
    """Momentum [MeV] of two bodies in the frame of the whole."""
    sum_, difference = (first + second) ** 2, (first - second) ** 2
    return np.sqrt(np.maximum((whole**2 - sum_) * (whole**2 - difference), 0.0)) / (2.0 * whole)


def boosted(momentum: np.ndarray, mass: np.ndarray | float, frame: np.ndarray, frame_mass: np.ndarray) -> np.ndarray:
    """Momenta in the frame in which their own frame has a momentum.

    Parameters
    ----------
    momentum : ndarray, shape (n, 3)
        In the frame at rest [MeV].
    mass : array_like
        Of the particles [MeV].
    frame : ndarray, shape (n, 3)
        Momenta of the frame [MeV].
    frame_mass : ndarray, shape (n,)
        Its mass [MeV].

    Returns
    -------
    ndarray, shape (n, 3)
    """
    energy = np.sqrt(np.sum(momentum**2, axis=1) + np.square(mass))
    whole = np.sqrt(np.sum(frame**2, axis=1) + frame_mass**2)
    along = np.sum(momentum * frame, axis=1)
    return momentum + frame * ((energy + along / (whole + frame_mass)) / frame_mass)[:, None]


def two_bodies(rng: np.random.Generator, mass: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Momenta [MeV], shape (n, 3), of the first of two bodies at the parent's rest; the second has the opposite one.

    Parameters
    ----------
    rng : Generator
    mass, first, second : array_like, shape (n,)
        Masses of the parent and of both [MeV].

    Returns
    -------
    ndarray, shape (n, 3)
    """
    momentum = _breakup(mass, first, second)
    return momentum[:, None] * _isotropic(rng, momentum.size)


def kl3_density(mass: float, energies: np.ndarray, lepton: float, pion: float) -> np.ndarray:
    """Density over the Dalitz plot of K -> pi l nu, up to a factor.

    Parameters
    ----------
    mass : float
        Of the kaon [MeV].
    energies : ndarray, shape (3, n)
        Of pion, lepton, neutrino at the kaon's rest [MeV].
    lepton, pion : float
        Masses [MeV].

    Returns
    -------
    ndarray, shape (n,)
    """
    pi, charged, neutrino = energies
    short = (mass**2 + pion**2 - lepton**2) / (2.0 * mass) - pi  # greatest energy of the pion less its own
    form = 1.0 + _SLOPE * (mass**2 + pion**2 - 2.0 * mass * pi) / _PION**2
    a = mass * (2.0 * charged * neutrino - mass * short) + lepton**2 * (0.25 * short - neutrino)
    b, c = lepton**2 * (neutrino - 0.5 * short), 0.25 * lepton**2 * short
    return np.maximum(form**2 * (a + b * _XI + c * _XI**2), 0.0)


def _energies(mass, products, pair, cosine):
    """Energies (3, n) at the parent's rest, and momenta of the third body and of the pair's first in the pair."""
    one, two, three = products
    outer, inner = _breakup(mass, pair, three), _breakup(pair, one, two)
    third = np.sqrt(outer**2 + three**2)
    whole = mass - third
    first = (whole * np.sqrt(inner**2 + one**2) + outer * inner * cosine) / pair
    return np.stack([first, whole - first, third]), outer, inner


def three_bodies(
    rng: np.random.Generator, mass: float, products: tuple[float, float, float], n: int, density: Callable | None = None
) -> np.ndarray:
    """Momenta of three bodies at the parent's rest.

    Parameters
    ----------
    rng : Generator
    mass : float
        Of the parent [MeV].
    products : tuple of 3 floats
        Masses of the three [MeV].
    n : int
        Decays [1].
    density : callable or None
        density(energies) of shape (3, n) -> weight of flat phase space; None is flat.

    Returns
    -------
    ndarray, shape (3, n, 3)
        [MeV]
    """
    one, two, three = products
    low, high = one + two, mass - three

    def weight(pair, cosine):
        energies, outer, inner = _energies(mass, products, pair, cosine)
        return outer * inner * (1.0 if density is None else density(energies))

    at, around = np.meshgrid(np.linspace(low, high, 203)[1:-1], np.linspace(-1.0, 1.0, 101))
    greatest = 1.02 * float(np.max(weight(at.ravel(), around.ravel())))
    pairs, cosines = np.empty(n), np.empty(n)
    open_ = np.arange(n)
    while open_.size:
        pair, cosine = rng.uniform(low, high, open_.size), rng.uniform(-1.0, 1.0, open_.size)
        taken = rng.uniform(0.0, greatest, open_.size) < weight(pair, cosine)
        pairs[open_[taken]], cosines[open_[taken]] = pair[taken], cosine[taken]
        open_ = open_[~taken]
    _, outer, inner = _energies(mass, products, pairs, cosines)
    frame = outer[:, None] * _isotropic(rng, n)
    inside = inner[:, None] * _turned(rng, frame, cosines)
    first, second = (boosted(sign * inside, m, frame, pairs) for sign, m in ((1.0, one), (-1.0, two)))
    return np.stack([first, second, -frame])


def _turned(rng, axis, cosine):
    """Unit vectors at an angle to an axis, around which they are even."""
    axis = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-300)
    helper = np.where(np.abs(axis[:, [2]]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    side = np.cross(axis, helper)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    azimuth = rng.uniform(0.0, 2.0 * np.pi, cosine.size)[:, None]
    across = np.cos(azimuth) * side + np.sin(azimuth) * np.cross(axis, side)
    return cosine[:, None] * axis + np.sqrt(1.0 - cosine**2)[:, None] * across


def dalitz_pair(rng: np.random.Generator, mass: float, n: int) -> np.ndarray:
    """Momenta of photon, e+ and e- of a decaying meson at rest.

    Parameters
    ----------
    rng : Generator
    mass : float
        Of pi0 or eta (eta') [MeV].
    n : int
        Decays [1].

    Returns
    -------
    ndarray, shape (3, n, 3)
        [MeV]
    """
    low, high = 2.0 * np.log(2.0 * _ELECTRON), 2.0 * np.log(mass)
    square, cosine = np.empty(n), np.empty(n)
    greatest = 1.0 if mass < 200.0 else 2.0  # the pole of the eta outweighs (1 - q^2/m^2)^3 nowhere by more
    open_ = np.arange(n)
    while open_.size:
        q2, c = np.exp(rng.uniform(low, high, open_.size)), rng.uniform(-1.0, 1.0, open_.size)
        ratio = 4.0 * _ELECTRON**2 / q2
        form = 1.0 + _SLOPE_PI0 * q2 / mass**2 if mass < 200.0 else 1.0 / np.abs(1.0 - q2 / _POLE_ETA**2)
        weight = (1.0 - q2 / mass**2) ** 3 * np.sqrt(1.0 - ratio) * form**2  # 1 + ratio / 2 comes with the angles
        taken = rng.uniform(0.0, 2.0 * greatest, open_.size) < weight * (1.0 + c**2 + ratio * (1.0 - c**2))
        square[open_[taken]], cosine[open_[taken]] = q2[taken], c[taken]
        open_ = open_[~taken]
    pair = np.sqrt(square)
    frame = _breakup(mass, pair, 0.0)[:, None] * _isotropic(rng, n)
    inside = _breakup(pair, _ELECTRON, _ELECTRON)[:, None] * _turned(rng, frame, cosine)
    return np.stack([-frame, *(boosted(sign * inside, _ELECTRON, frame, pair) for sign in (1.0, -1.0))])


def _michel(rng, n):
    """Momenta [MeV] of the electrons of muons at rest; the neutrinos are left out."""
    x, open_ = np.empty(n), np.arange(n)
    while open_.size:
        tried = rng.uniform(0.0, 1.0, open_.size)
        taken = rng.uniform(0.0, 1.0, open_.size) < tried**2 * (3.0 - 2.0 * tried)
        x[open_[taken]] = tried[taken]
        open_ = open_[~taken]
    return 0.5 * _MUON * x[:, None] * _isotropic(rng, n)


def _at_rest(rng, mass, channel: Channel, n):
    """Momenta [MeV] of the products of a channel, shape (products, n, 3); of a muon its electron alone."""
    of = [MASS[abs(code)] for code in channel.products]
    if channel.law == "Michel":
        return _michel(rng, n)[None]
    if channel.law == "Dalitz":
        return dalitz_pair(rng, mass, n)
    if len(of) == 2:
        momentum = two_bodies(rng, np.full(n, mass), *of)
        return np.stack([momentum, -momentum])
    if channel.law == "Kl3":
        return three_bodies(rng, mass, tuple(of), n, lambda e: kl3_density(mass, e, of[1], of[0]))
    return three_bodies(rng, mass, tuple(of), n)


def decay_once(rng: np.random.Generator, parents: Particles) -> Particles:
    """What particles that decay here decay to, by their fractions.

    Parameters
    ----------
    rng : Generator
    parents : Particles
        All of one code or several.

    Returns
    -------
    Particles
        Products with the origin of their parent.
    """
    made = []
    for code in np.unique(parents.code):
        known, group = channels(int(code)), parents.select(parents.code == code)
        edges = np.cumsum([channel.fraction for channel in known])
        drawn = np.searchsorted(edges, rng.uniform(0.0, 1.0, group.code.size), side="right")
        for number, channel in enumerate(known):
            chosen = group.select(drawn == number)
            n, mass = chosen.code.size, MASS[abs(int(code))]
            momenta = _at_rest(rng, mass, channel, n) if n else np.zeros((0, 0, 3))
            for product, momentum in zip(channel.products, momenta, strict=False):  # a muon's neutrinos are left out
                lab = boosted(momentum, MASS[abs(product)], chosen.momentum, np.full(n, mass))
                made.append(Particles(np.full(n, product), lab, chosen.origin))
    return joined(made)


def decay_all(rng: np.random.Generator, parents: Particles) -> Particles:
    """Products of particles and of those of their products that decay here, until none is left.

    Parameters
    ----------
    rng : Generator
    parents : Particles

    Returns
    -------
    Particles
        Pions, photons, e+-, kaons that are stable here, nucleons, neutrinos; each with the origin of its parent.
    """
    stable, unstable = [], parents
    while unstable.code.size:
        made = decay_once(rng, unstable)
        decays = np.isin(made.code, [code for code in np.unique(made.code) if channels(int(code))])
        stable.append(made.select(~decays))
        unstable = made.select(decays)
    return joined(stable)

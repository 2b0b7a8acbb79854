"""Counts of what a collision makes, in the bins of the tables: mesons and what they decay to, and nucleons."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tools.bake import decays, particles
from tools.bake.decays import Particles

MESONS = {"pi+": 211, "pi-": -211, "pi0": 111, "K+": 321, "K-": -321, "K0S": 310}
MADE = {"pi+": 211, "pi-": -211, "pi0": 111, "gamma": 22, "e+": -11, "e-": 11}  # by the decays of a parent
DALITZ = "e of Dalitz"  # of pi0 of the collision itself, all of which decay so here
ROWS = (*MESONS, DALITZ, *(f"{parent}: {name}" for parent in particles.PARENTS for name in MADE))
WANTED = frozenset(MESONS.values()).union(*particles.PARENTS.values(), {311, -311, -2212})
U_BINS = 60
# Edges in v = sin(theta/2) as whole numbers of 240ths: 8.3 mrad wide up to 67 mrad, 17 mrad up to 0.47 rad, then 67.
# All multiples of 1/30 are edges, for what reads 30 equal bins.
V_EDGES = np.concatenate([np.arange(0, 8), np.arange(8, 56, 2), np.arange(56, 241, 8)])
LOWEST_MEV = 1.0  # [MeV] of a nucleon, per nucleon

# Protons, neutrons and mass [MeV] by PDG code (CODATA 2018).
NUCLEI = {
    2212: (1, 0, 938.27209), 2112: (0, 1, 939.56542), 1000010020: (1, 1, 1875.61294), 1000010030: (1, 2, 2808.92113),
    1000020030: (2, 1, 2808.39161), 1000020040: (2, 2, 3727.37941),
}  # fmt: skip
NUCLEONS = dict(zip(("p", "n", "d", "t", "He3", "He4"), NUCLEI, strict=True))
NUCLEONS_WANTED = frozenset(NUCLEI).union(particles.PARENTS["hyperons"], {-2212, -2112})
X_EDGES = np.concatenate([np.geomspace(2e-6, 0.1, 33)[:-1], np.linspace(0.1, 1.0, 31)])  # 1 MeV of 500 GeV and more
NUCLEON_V_BINS = 30


def scale_energy(projectile: str, energy: float) -> float:
    """Energy [MeV] at u = 1: the kinetic energy of the whole projectile, which no meson exceeds; `energy` [GeV]."""
    return 1e3 * energy * (4.0 if projectile == "alpha" else 1.0)


def recorded(born: Sequence[tuple]) -> Particles:
    """What was born, its origin the index of the row in `born`.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV], the beam along z.

    Returns
    -------
    Particles
    """
    rows = np.array(born, float).reshape(-1, 4)
    return Particles(rows[:, 0].astype(np.int64), rows[:, 1:], np.arange(len(rows)))


def half_angle(momentum: np.ndarray) -> np.ndarray:
    """v = sqrt((1 - cos theta)/2), shape (n,), of momenta, shape (n, 3), to the beam, the last axis."""
    transverse = np.hypot(momentum[:, 0], momentum[:, 1])  # 1 - cos itself would lose the angles below 1e-8
    return np.sin(0.5 * np.arctan2(transverse, momentum[:, 2]))


def _kinetic(of: Particles):
    mass = decays.masses(of.code)
    square = np.sum(of.momentum**2, axis=1)
    return square / (np.sqrt(square + mass**2) + mass)


def _binned(of: Particles, log_scale: float) -> np.ndarray:
    """Counts, shape (U, V), over u = ln T / ln T_scale (T in MeV, below 1 MeV in the first bin) and v."""
    u = np.log(np.maximum(_kinetic(of), 1.0)) / log_scale
    iu = np.minimum((u * U_BINS).astype(int), U_BINS - 1)
    iv = np.clip(np.searchsorted(V_EDGES, half_angle(of.momentum) * V_EDGES[-1], side="right") - 1, 0, V_EDGES.size - 2)
    counts = np.zeros((U_BINS, V_EDGES.size - 1), dtype=np.uint32)
    np.add.at(counts, (iu, iv), 1)
    return counts


def mesons(
    born: Sequence[tuple], projectile: str, energy: float, rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, Any]]:
    """Counts of mesons, of what short-lived ones and hyperons decay to, and of the parents.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV] of every secondary in `WANTED`.
    projectile : {"proton", "alpha"}
    energy : float
        Kinetic energy of the projectile, per nucleon [GeV].
    rng : Generator
        Of the decays.

    Returns
    -------
    counts : ndarray, shape (ROWS, U, V)
        [1]; `ROWS` names the first axis.
    other : dict
        Parents of each name in `particles.PARENTS`, neutral kaons that are not yet K0S or K0L, antiprotons [1].
    """
    all_ = recorded(born)
    log_scale = float(np.log(scale_energy(projectile, energy)))
    counts = {name: _binned(all_.select(all_.code == code), log_scale) for name, code in MESONS.items()}
    pions = all_.select(all_.code == MESONS["pi0"])
    pairs = [
        decays.boosted(p, particles.MASS[11], pions.momentum, np.full(pions.code.size, particles.MASS[111]))
        for p in decays.dalitz_pair(rng, particles.MASS[111], pions.code.size)[1:]
    ]
    electrons = np.concatenate(pairs)
    counts[DALITZ] = _binned(Particles(np.full(len(electrons), 11), electrons, np.zeros(len(electrons))), log_scale)
    other = {"K0 unmixed": int(np.sum(np.abs(all_.code) == 311)), "pbar": int(np.sum(all_.code == -2212))}
    for parent, codes in particles.PARENTS.items():
        decaying = all_.select(np.isin(all_.code, codes))
        other[parent] = int(decaying.code.size)
        made = with_dalitz(rng, decays.decay_all(rng, decaying))
        for name, code in MADE.items():
            counts[f"{parent}: {name}"] = _binned(made.select(made.code == code), log_scale)
    return np.stack([counts[name] for name in ROWS]), other


def with_dalitz(rng: np.random.Generator, made: Particles) -> Particles:
    """Products with the e+- of those of their pi0 that make a Dalitz pair added; the pi0 stay among them.

    Parameters
    ----------
    rng : Generator
    made : Particles

    Returns
    -------
    Particles
    """
    chosen = made.select((made.code == 111) & (rng.uniform(0.0, 1.0, made.code.size) < particles.DALITZ))
    n = chosen.code.size
    _, *pair = decays.dalitz_pair(rng, particles.MASS[111], n)
    mass = np.full(n, particles.MASS[111])
    electrons = [
        Particles(np.full(n, code), decays.boosted(p, particles.MASS[11], chosen.momentum, mass), chosen.origin)
        for code, p in zip((-11, 11), pair, strict=True)
    ]
    return decays.joined([made, *electrons])


def nucleons(
    born: Sequence[tuple], projectile: str, energy: float, rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, Any]]:
    """Counts of nucleons, those of decaying hyperons with them, and of light nuclei.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV] of every secondary in `NUCLEONS_WANTED`.
    projectile : str
        Not used: x is per nucleon.
    energy : float
        Kinetic energy of the projectile, per nucleon [GeV].
    rng : Generator
        Of the decays.

    Returns
    -------
    counts : ndarray, shape (6, X, V)
        [1] in x = T / T_projectile, both per nucleon (above 1 in the last bin), and 30 equal bins of v.
    other : dict
        Nucleons below 1 MeV (in nuclei: per nucleon), antinucleons and hyperons [1].
    """
    all_ = recorded(born)
    hyperons = all_.select(np.isin(all_.code, particles.PARENTS["hyperons"]))
    all_ = decays.joined([all_, decays.decay_all(rng, hyperons)])
    counts = np.zeros((len(NUCLEONS), X_EDGES.size - 1, NUCLEON_V_BINS), dtype=np.uint32)
    other = {
        "below": 0,
        "hyperons": int(hyperons.code.size),
        "antinucleons": int(np.sum(np.isin(all_.code, (-2212, -2112)))),
    }
    for i, code in enumerate(NUCLEONS.values()):
        *content, mass = NUCLEI[code]
        momentum = all_.momentum[all_.code == code]
        square = np.sum(momentum**2, axis=1)
        kinetic = square / (np.sqrt(square + mass**2) + mass) / sum(content)
        x = 1e-3 * kinetic / energy
        kept = (kinetic >= LOWEST_MEV) & (x >= X_EDGES[0])
        ix = np.minimum(np.searchsorted(X_EDGES, x, side="right") - 1, X_EDGES.size - 2)
        iv = np.minimum((half_angle(momentum) * NUCLEON_V_BINS).astype(int), NUCLEON_V_BINS - 1)
        np.add.at(counts[i], (ix[kept], iv[kept]), 1)
        other["below"] += sum(content) * int(np.sum(~kept))
    return counts, other

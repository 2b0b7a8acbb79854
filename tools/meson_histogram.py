"""Counts of the mesons of a collision, in the bins of the yield tables: species, energy, angle."""

from collections.abc import Sequence

import numpy as np

SPECIES = {"pi+": 211, "pi-": -211, "pi0": 111, "K+": 321, "K-": -321, "K0S": 310}
# Counted, not tabulated: they say what the tables leave out.
COUNTED = {"K0L": 130, "eta": 221, "Lambda": 3122, "Sigma+": 3222, "Sigma-": 3112, "pbar": -2212}
MASS_MEV = {211: 139.57039, -211: 139.57039, 111: 134.9768, 321: 493.677, -321: 493.677, 310: 497.611}
U_BINS, V_BINS = 60, 30
PDF_SCALE = 16384.0  # largest float16 entry of a distribution: keeps single counts out of the subnormal range


def scale_energy(projectile: str, energy: float) -> float:
    """Energy [MeV] at u = 1: the kinetic energy of the whole projectile, which no pion exceeds; `energy` [GeV]."""
    return 1e3 * energy * (4.0 if projectile == "alpha" else 1.0)


def angle_variable(momenta: np.ndarray, magnitude: np.ndarray) -> np.ndarray:
    """v = sqrt((1 - cos theta)/2), shape (n,), of momenta, shape (n, 3), of which the beam is the last component."""
    return np.sqrt(np.clip(0.5 * (1.0 - momenta[:, 2] / np.maximum(magnitude, 1e-9)), 0.0, 1.0))


def histogram(born: Sequence[tuple], projectile: str, energy: float) -> tuple[np.ndarray, dict[str, int]]:
    """Counts of mesons, and of what the tables leave out.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV] of every secondary: (code, px, py, pz), the beam along z.
    projectile : {"proton", "alpha"}
    energy : float
        Kinetic energy of the projectile, per nucleon [GeV].

    Returns
    -------
    counts : ndarray, shape (6, U, V)
        Mesons [1] in u = ln T / ln T_scale (T in MeV, below 1 MeV in the first bin) and v = sqrt((1 - cos)/2).
    other : dict
        Particles of the names in `COUNTED`, and neutral kaons that are not yet K0S or K0L [1].
    """
    rows = np.array(born).reshape(-1, 4)
    pdg = rows[:, 0].astype(int)
    counts = np.zeros((len(SPECIES), U_BINS, V_BINS), dtype=np.uint32)
    for i, code in enumerate(SPECIES.values()):
        p = rows[pdg == code, 1:]
        momentum = np.sqrt(np.sum(p * p, axis=1))
        kinetic = np.sqrt(momentum**2 + MASS_MEV[code] ** 2) - MASS_MEV[code]
        u = np.log(np.maximum(kinetic, 1.0)) / np.log(scale_energy(projectile, energy))
        iu = np.minimum((u * U_BINS).astype(int), U_BINS - 1)
        iv = np.minimum((angle_variable(p, momentum) * V_BINS).astype(int), V_BINS - 1)
        np.add.at(counts[i], (iu, iv), 1)
    other = {name: int(np.sum(pdg == code)) for name, code in COUNTED.items()}
    other["K0 unmixed"] = int(np.sum(np.abs(pdg) == 311))
    return counts, other

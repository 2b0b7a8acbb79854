"""What is baked into the yield tables: isotopes, energies, models and numbers of events."""

from typing import NamedTuple

import numpy as np

PROTON_ENERGIES = np.round(
    np.concatenate(
        [
            np.arange(0.20, 0.281, 0.02),
            np.geomspace(0.30, 0.60, 10)[:-1],
            np.geomspace(0.60, 3.0, 12)[:-1],
            [3.0, 3.8, 4.8],
            np.geomspace(6.0, 500.0, 12),
        ]
    ),
    4,
)  # [GeV]
ALPHA_ENERGIES = np.round(
    np.concatenate(
        [
            [0.20, 0.25, 0.30, 0.36, 0.43, 0.52, 0.64, 0.80, 1.0, 1.4, 2.0, 3.0, 4.3, 6.0],
            np.geomspace(6.0, 500.0, 8)[1:],
        ]
    ),
    4,
)  # [GeV per nucleon]
# Cochran, Crawford, Trzaska energies and the HARP-CDP momenta 3, 5, 8, 12 GeV/c.
CARBON_ENERGIES = np.array([0.25, 0.30, 0.40, 0.50, 0.585, 0.65, 0.73, 0.80, 1.0, 1.6, 2.205, 4.149, 7.117, 11.098])
SPREAD_ENERGIES = PROTON_ENERGIES[[5, 8, 11, 14, 16, 18, 20, 22, 24]]
BLEND = (3.0, 6.0)  # [GeV]
PARTS = 4  # jobs are done in up to four parts, all first parts first: tables exist after a third of the time


class Group(NamedTuple):
    """One model, projectile and target at several energies [GeV, per nucleon], done in so many parts."""

    physics: str
    projectile: str
    target: str
    energies: np.ndarray
    parts: int

    def job_name(self, energy: float, part: int) -> str:
        """Name of one part at one energy [GeV], whose crc32 is its seed."""
        return f"{self.projectile}-{self.target}-{self.physics}-{energy:.4f}-{part}"

    def events(self, energy: float) -> int:
        """Events of one part at one energy [GeV]: many where pions are rare, few where an event makes several."""
        edges = [0.26, 0.29, 0.41, 0.61, 1.01, 2.1, 6.1, 40.0]
        thousands = [60, 90, 120, 70, 40, 28, 16, 10, 7]
        n = 1000.0 * thousands[int(np.searchsorted(edges, energy))]
        if self.projectile == "alpha":
            n *= 0.22
        elif self.physics == "INCLXX":
            n *= {"N": 0.55, "O": 0.55, "Ar": 0.22, "C": 0.45}[self.target]
        elif self.target == "H":
            n *= 0.5 if energy > 0.41 else 0.02  # Bertini retries long for pp near the pion threshold
        elif self.target == "Ar":
            n *= 0.6
        return int(max(n, 4000))


def groups() -> list[Group]:
    """All groups in the order in which they are baked."""
    low, high = PROTON_ENERGIES[PROTON_ENERGIES < BLEND[1]], PROTON_ENERGIES[PROTON_ENERGIES > BLEND[0]]
    out = [Group("FTFP_BERT", "proton", "He", PROTON_ENERGIES, PARTS)]
    for target in ("N", "O"):
        out += [Group("INCLXX", "proton", target, low, PARTS), Group("FTFP_BERT", "proton", target, high, PARTS)]
    out += [Group("FTFP_BERT", "proton", "H", PROTON_ENERGIES, 2)]
    out += [Group("INCLXX", "proton", "Ar", low, 2), Group("FTFP_BERT", "proton", "Ar", high, 2)]
    for target in ("N", "O"):
        out += [Group("FTFP_BERT", "proton", target, SPREAD_ENERGIES, 2)]
    carbon = CARBON_ENERGIES
    out += [
        Group("INCLXX", "proton", "C", carbon[carbon < BLEND[1]], PARTS),
        Group("FTFP_BERT", "proton", "C", carbon[carbon > BLEND[0]], PARTS),
        Group("FTFP_BERT", "proton", "C", carbon[(carbon > 0.5) & (carbon < BLEND[0])], 1),
    ]
    out += [Group("FTFP_BERT", "alpha", target, ALPHA_ENERGIES, 2) for target in ("N", "O", "He")]
    return out


def model_weights(energy: float, models: list[str]) -> list[float]:
    """Weights of the models at one energy [GeV]: two are joined linearly from INCLXX to FTFP_BERT over `BLEND`."""
    high = min(max((energy - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0), 1.0)
    return [1.0] if len(models) == 1 else [1.0 - high if physics == "INCLXX" else high for physics in models]

"""The particles of a Galactic model, with momenta and energies per nucleon."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ELECTRON_MASS, PROTON_MASS
from mcbelt.spectra.local_interstellar import HELIUM_MASS_PER_NUCLEON


class Species(NamedTuple):
    """Charge and mass per nucleon [GeV], nucleons (0 for leptons)."""

    name: str
    charge: int
    mass: float
    nucleons: int

    @property
    def rigidity_per_momentum(self) -> float:
        """Rigidity over momentum (per nucleon), A/|Z|."""
        return max(self.nucleons, 1) / abs(self.charge)

    def energy(self, p: ArrayLike) -> np.ndarray:
        """Total energy (per nucleon) [GeV] at momenta (per nucleon) [GeV]; same shape."""
        return np.hypot(p, self.mass)

    def kinetic(self, p: ArrayLike) -> np.ndarray:
        """Kinetic energy (per nucleon) [GeV] at momenta (per nucleon) [GeV]; same shape."""
        return self.energy(p) - self.mass

    def beta(self, p: ArrayLike) -> np.ndarray:
        """Velocity over that of light at momenta (per nucleon) [GeV]; same shape."""
        return p / self.energy(p)


PROTON = Species("proton", 1, PROTON_MASS, 1)
HELIUM = Species("helium", 2, HELIUM_MASS_PER_NUCLEON, 4)
ELECTRON = Species("electron", -1, ELECTRON_MASS, 0)
POSITRON = Species("positron", 1, ELECTRON_MASS, 0)

"""Cosmic-ray protons and helium that reach the Earth's orbit, and what a cutoff lets through.

Three spectra stand behind one interface:

* `modulated`: an interstellar spectrum behind the force field of the Sun; by default that of June 1998, when AMS-01
  flew;
* `measured`: a table, such as AMS-01's own protons or a user's file;
* `gusev2003`: the power law whose integral is 7000 R^-1.5 m-2 s-1 sr-1, of Gusev et al. 2003. Its ratio between the
  horizontal west and east of a dipole is exactly (1 + sqrt 2)^3; real protons are fewer (by 1.4 to 2 at 9 to 50 GV) and
  fall faster.

The potential of June 1998 was fitted here, one for each interstellar spectrum, to AMS-01, BESS98 and CAPRICE98 below
20 GeV (docs/methods/sources.md).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ALPHA_MASS, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells
from mcbelt.physics import kinematics
from mcbelt.spectra import local_interstellar
from mcbelt.spectra.force_field import force_field
from mcbelt.spectra.solar_modulation import PHI_JUNE_1998
from mcbelt.spectra.tabulated import TabulatedSpectrum

LOWEST_T, HIGHEST_T = 0.01, 1.0e4  # [GeV] per nucleon
GUSEV_INTEGRAL = 7000.0  # [m-2 s-1 sr-1 GV^1.5]
GUSEV_SLOPE = 1.5
_POINTS_PER_DECADE = 400


class CosmicRays(NamedTuple):
    """Isotropic flux of one species outside the magnetosphere."""

    species: str  # "proton" or "helium"
    mass: float  # per nucleon [GeV]
    rigidity_per_momentum: float  # A / Z
    spectrum: Callable  # kinetic energy per nucleon [GeV] -> flux [m-2 s-1 sr-1 (GeV/nucleon)-1]
    lowest: float  # kinetic energy per nucleon [GeV]
    highest: float  # kinetic energy per nucleon [GeV]

    def flux(self, T: ArrayLike) -> np.ndarray:
        """Flux outside the magnetosphere.

        Parameters
        ----------
        T : array_like
            Kinetic energy per nucleon [GeV], between `lowest` and `highest`.

        Returns
        -------
        ndarray
            Flux of nuclei [m-2 s-1 sr-1 (GeV/nucleon)-1].

        Raises
        ------
        PhysicsError
            Outside the range.
        """
        T = np.asarray(T, float)
        if not np.all((T >= self.lowest * (1.0 - 1e-9)) & (T <= self.highest * (1.0 + 1e-9))):
            raise PhysicsError(
                f"Cosmic rays: T = {np.min(T):.4g}-{np.max(T):.4g} GeV per nucleon is outside this {self.species} "
                f"spectrum, {self.lowest:.4g}-{self.highest:.4g} GeV per nucleon."
            )
        return self.spectrum(np.clip(T, self.lowest, self.highest))  # the clip undoes rounding within 1e-9

    def rigidity(self, T: ArrayLike) -> np.ndarray:
        """Rigidity [GV] of a kinetic energy per nucleon [GeV]."""
        T = np.asarray(T, float)
        return self.rigidity_per_momentum * kinematics.momentum(T, self.mass)

    def kinetic_energy(self, rigidity: ArrayLike) -> np.ndarray:
        """Kinetic energy per nucleon [GeV] of a rigidity [GV]."""
        momentum = np.asarray(rigidity, float) / self.rigidity_per_momentum
        return kinematics.kinetic_energy(momentum, self.mass)

    def transmitted(self, T: ArrayLike, cutoff: ArrayLike) -> np.ndarray:
        """Flux along a direction whose cutoff is sharp: `flux` from the cutoff up, zero below.

        Parameters
        ----------
        T : array_like
            Kinetic energy per nucleon [GeV].
        cutoff : array_like
            Cutoff rigidity of the direction [GV]; broadcast against `T`.

        Returns
        -------
        ndarray
            Flux [m-2 s-1 sr-1 (GeV/nucleon)-1].

        Raises
        ------
        PhysicsError
            For `T` outside the range.
        """
        T, cutoff = np.broadcast_arrays(np.asarray(T, float), np.asarray(cutoff, float))
        return np.where(self.rigidity(T) >= cutoff, self.flux(T), 0.0)

    def integral_flux(self, cutoff: ArrayLike) -> np.ndarray:
        """Flux of nuclei above a rigidity, up to `highest`.

        Parameters
        ----------
        cutoff : array_like
            Rigidity [GV], not below that of `lowest`.

        Returns
        -------
        ndarray
            Integral flux [m-2 s-1 sr-1]; power laws between 400 points per decade, 1e-5 for the smooth spectra.

        Raises
        ------
        PhysicsError
            Outside the range.
        """
        start = self.kinetic_energy(cutoff)
        if not np.all((start >= self.lowest * (1.0 - 1e-9)) & (start <= self.highest)):
            edges = self.rigidity(np.array([self.lowest, self.highest]))
            raise PhysicsError(
                f"Cosmic rays: cutoff = {np.min(cutoff):.4g}-{np.max(cutoff):.4g} GV is outside this {self.species} "
                f"spectrum, {edges[0]:.4g}-{edges[1]:.4g} GV."
            )
        decades = np.log10(self.highest / self.lowest)
        grid = np.geomspace(self.lowest, self.highest, int(_POINTS_PER_DECADE * decades) + 2)
        weight = self.spectrum(grid) * grid
        steps = 0.5 * (weight[1:] + weight[:-1]) * np.diff(np.log(grid))
        above = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
        i = sorted_cells(grid, start)
        here = np.maximum(start, self.lowest)
        at_start = self.spectrum(here) * here
        return above[i + 1] + 0.5 * (at_start + weight[i + 1]) * np.log(grid[i + 1] / here)


def modulated(species: str = "proton", interstellar: str | None = None, phi_GV: float | None = None) -> CosmicRays:
    """Cosmic rays behind the force field of the Sun.

    Parameters
    ----------
    species : {"proton", "helium"}
    interstellar : str, optional
        Name in `local_interstellar`; the default is ``vos2015`` for protons and ``boschini2018`` for helium.
    phi_GV : float, optional
        Modulation potential [GV], 0 to 2; by default that of June 1998 for this interstellar spectrum.

    Returns
    -------
    CosmicRays
        For 0.01 to 1e4 GeV per nucleon. The default is within 12 % of AMS-01 and BESS98 at 0.3-100 GeV.

    Raises
    ------
    PhysicsError
        For an unknown name and a potential outside its range.
    """
    if interstellar is None:
        interstellar = {"proton": "vos2015", "helium": "boschini2018"}.get(species)
    local_interstellar.interstellar_flux(1.0, species, interstellar)  # refuses unknown names
    if phi_GV is None:
        phi_GV = PHI_JUNE_1998.get(interstellar, PHI_JUNE_1998["vos2015"])  # type: ignore[arg-type]
    if not 0.0 <= phi_GV <= 2.0:
        raise PhysicsError(
            f"Cosmic rays: modulation potential phi = {phi_GV} GV is outside [0, 2]. Use 0.53 for June 1998."
        )
    formula = (local_interstellar.PROTONS | local_interstellar.HELIUM)[interstellar]  # type: ignore[index]
    mass, ratio = _mass_and_ratio(species)

    def spectrum(T):
        return force_field(formula, T, phi_GV, 1.0 / ratio, mass)

    return CosmicRays(species, mass, ratio, spectrum, LOWEST_T, HIGHEST_T)


def measured(table: TabulatedSpectrum, species: str = "proton") -> CosmicRays:
    """Cosmic rays as measured: a directional table in kinetic energy per nucleon.

    Parameters
    ----------
    table : TabulatedSpectrum
        From `tabulated.read_spectrum_csv` or `measurements.cosmic_ray_table`.
    species : {"proton", "helium"}

    Raises
    ------
    PhysicsError
        If the table is omnidirectional.
    """
    if not table.directional:
        raise PhysicsError(f"{table.name}: a cosmic-ray spectrum must be a flux per sr; this one is omnidirectional.")
    mass, ratio = _mass_and_ratio(species)
    lowest, highest = float(table.T[0]), float(table.T[-1])
    return CosmicRays(species, mass, ratio, table, lowest, highest)  # type: ignore[arg-type]  # a table is callable


def gusev2003() -> CosmicRays:
    """Protons whose integral flux is 7000 R^-1.5 m-2 s-1 sr-1, R in GV (Gusev et al. 2003, section 3)."""

    def spectrum(T):
        momentum = kinematics.momentum(T, PROTON_MASS)
        return GUSEV_INTEGRAL * GUSEV_SLOPE * momentum ** (-GUSEV_SLOPE - 1.0) * (T + PROTON_MASS) / momentum

    return CosmicRays("proton", PROTON_MASS, 1.0, spectrum, LOWEST_T, 1.0e6)


def _mass_and_ratio(species: str) -> tuple[float, float]:
    """Mass per nucleon [GeV] and A / Z."""
    known = {"proton": (PROTON_MASS, 1.0), "helium": (ALPHA_MASS / 4.0, 2.0)}
    if species not in known:
        raise PhysicsError(f'Cosmic rays: species = "{species}" is unknown. Give "proton" or "helium".')
    return known[species]

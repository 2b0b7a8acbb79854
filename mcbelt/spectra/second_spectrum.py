"""Protons below the cutoff: the second spectrum that AMS-01 found near the geomagnetic equator.

Under the cutoff a detector in low orbit still sees protons, made by cosmic rays in the air and carried around in the
field. They are as many downward as upward, fall steeply above 1 GeV, and do not know the cutoff of the direction in
which they come. Near the equator they add up to 70 m-2 s-1 sr-1, a third of the primaries from the vertical, and some
of them make pions.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells
from mcbelt.spectra import measurements
from mcbelt.spectra.cosmic_rays import CosmicRays


class SecondSpectrum:
    """Sub-cutoff protons at 370-390 km near the geomagnetic equator (AMS-01, June 1998).

    Parameters
    ----------
    direction : {"mean", "down", "up"}
        Which half of the sky; ``mean`` is the average of the two, for an isotropic source.

    Notes
    ----- Power laws between the middles of the bins (geometric means), continued to the outer edges 0.07 and 6.86 GeV
    with the outermost slopes; zero outside. The integral agrees with that of the bins within 2 %. The copy of the
    table that is shipped has no errors, and its latitude bin is inferred (|Theta_M| < 0.2 rad).
    """

    def __init__(self, direction: str = "mean"):
        columns = measurements.table("ams01_second_protons")
        flux = {"down": columns["down"], "up": columns["up"], "mean": 0.5 * (columns["down"] + columns["up"])}
        if direction not in flux:
            raise PhysicsError(f'Second spectrum: direction = "{direction}" is unknown. Give "mean", "down" or "up".')
        self.direction = direction
        self.lowest, self.highest = float(columns["T_low_GeV"][0]), float(columns["T_high_GeV"][-1])
        self._x = 0.5 * np.log(columns["T_low_GeV"] * columns["T_high_GeV"])
        self._y = np.log(flux[direction])

    def flux(self, T: ArrayLike) -> np.ndarray:
        """Flux of sub-cutoff protons.

        Parameters
        ----------
        T : array_like
            Kinetic energy [GeV], above 0.

        Returns
        -------
        ndarray
            Flux [m-2 s-1 sr-1 GeV-1], zero outside 0.07-6.86 GeV, where AMS-01 gives none.
        """
        T = np.asarray(T, float)
        x = np.log(T)
        i = sorted_cells(self._x, x, upper=True)
        slope = (self._y[i + 1] - self._y[i]) / (self._x[i + 1] - self._x[i])
        inside = (T >= self.lowest) & (T <= self.highest)
        return np.where(inside, np.exp(self._y[i] + slope * (x - self._x[i])), 0.0)


def arriving_protons(T: ArrayLike, cutoff: ArrayLike, primary: CosmicRays, second: SecondSpectrum | None) -> np.ndarray:
    """Protons along a direction: primaries above its cutoff, the second spectrum below it.

    Parameters
    ----------
    T : array_like
        Kinetic energy [GeV], inside the range of `primary`.
    cutoff : array_like
        Cutoff rigidity of the direction [GV]; broadcast against `T`.
    primary : CosmicRays
        Protons outside the magnetosphere.
    second : SecondSpectrum or None
        None leaves the second spectrum out.

    Returns
    -------
    ndarray
        Flux [m-2 s-1 sr-1 GeV-1].

    Raises
    ------
    PhysicsError
        For `T` outside the range of `primary`.
    """
    flux = primary.transmitted(T, cutoff)
    if second is None:
        return flux
    return np.where(primary.rigidity(T) < np.asarray(cutoff, float), second.flux(T), flux)

"""What protons make of a kilogram of an element: the same in every air, and so kept for all of them."""

import functools
from typing import Any, NamedTuple

import numpy as np

from kernelcache.prepared import part
from mcbelt.sources.trapped import moments, production
from mcbelt.sources.trapped.primaries import FIELD_RATIOS, PROTON_ENERGIES

WITH_BERTINI = ("N", "O")  # the elements for which the other cascade is known


class Switches(NamedTuple):
    """The keys of [physics] that the production knows."""

    decay: str
    factors: bool
    angles: str


class Emissions:
    """Emission moments of the elements, and what a flux of protons makes of them.

    Parameters
    ----------
    physics : mcbelt.settings.belt.Physics
        decay, yield_factors and production_angles.
    energy : ndarray, shape (ne,)
        Kinetic energy of the e+- [GeV].
    """

    def __init__(self, physics: Any, energy: np.ndarray) -> None:
        self._switches = Switches(physics.decay, physics.yield_factors, physics.production_angles)
        self._energy = energy

    def __call__(self, element: str, sign: int, factor_shift: float, bertini: bool) -> dict[str, np.ndarray]:
        """As `mcbelt.sources.trapped.production.emission`, of one element.

        Parameters
        ----------
        element : str
        sign : {1, -1}
            Charge of the e+-.
        factor_shift : float
            Standard deviations added to the factors of the yields.
        bertini : bool
            Pions of the Bertini cascade on N and O in place of INCL++.

        Returns
        -------
        dict of str to ndarray
        """
        return _emission(self._switches, self._energy.tobytes(), element, sign, factor_shift, bertini)

    def made(
        self, protons: np.ndarray, element: str, sign: int, factor_shift: float, bertini: bool
    ) -> dict[str, moments.AngularProduction]:
        """Production per kg of an element by a flux of protons, by channel.

        Parameters
        ----------
        protons : ndarray, shape (nb, n_orders, nt)
            Moments of the flux at `FIELD_RATIOS` and `PROTON_ENERGIES`.
        element, sign, factor_shift, bertini
            As of a call.

        Returns
        -------
        dict of str to AngularProduction
        """
        bertini = bertini and element in WITH_BERTINI
        given = (self._switches, self._energy, protons, element, sign)
        pion = _made(*given, "pion", float(factor_shift), bertini)
        kaon = _made(*given, "kaon", 0.0, False)  # of kaons neither the factors nor the other cascade are known
        return {
            "pion": moments.AngularProduction(FIELD_RATIOS, pion),
            "kaon": moments.AngularProduction(FIELD_RATIOS, kaon),
        }


@functools.lru_cache(maxsize=10)
def _emission(
    switches: Switches, energy: bytes, element: str, sign: int, factor_shift: float, bertini: bool
) -> dict[str, np.ndarray]:
    """Of one element and charge; those asked for last are kept, so that other fluxes of protons cost little."""
    options = {**switches._asdict(), "factor_shift": factor_shift, "bertini": bertini}
    return production.emission({element: 1.0}, sign, PROTON_ENERGIES, np.frombuffer(energy).copy(), options)


@part("what the protons make of each element")
def _made(
    switches: Switches,
    energy: np.ndarray,
    protons: np.ndarray,
    element: str,
    sign: int,
    channel: str,
    factor_shift: float,
    bertini: bool,
) -> np.ndarray:
    """Legendre coefficients of the production of a channel [kg-1 s-1 sr-1 GeV-1], shape (nb, n_orders, ne)."""
    emission = _emission(switches, energy.tobytes(), element, sign, factor_shift, bertini)
    return moments.angular_production(protons, PROTON_ENERGIES, FIELD_RATIOS, emission[channel]).coefficients

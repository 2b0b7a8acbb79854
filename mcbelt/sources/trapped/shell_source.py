"""What a flux of protons makes on the mirror shells: the directional production of e+-, by channel."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mcbelt import surroundings
from mcbelt.sources.trapped import moments
from mcbelt.sources.trapped.emissions import Emissions
from mcbelt.sources.trapped.model import CHANNELS, ELECTRON, POSITRON
from mcbelt.sources.trapped.primaries import FIELD_RATIOS
from mcbelt.sources.trapped.shells import Motion

LEAST_FRACTION = 1e-3  # elements with a smaller share of the mass on all shells are left out of the production


class Target(NamedTuple):
    """The air that protons hit."""

    path: Motion
    fractions: np.ndarray  # mass fractions, by which each pitch angle weights the elements, shape (na, 5)
    energy: np.ndarray  # kinetic energy of e+- [GeV], shape (ne,)


Made = Callable[[str, int, float, bool], dict[str, moments.AngularProduction]]  # as of `made_by`


def made_by(protons: np.ndarray, emission: Emissions) -> Made:
    """Production per kg of each element by a flux of protons, at `FIELD_RATIOS`.

    Parameters
    ----------
    protons : ndarray, shape (nb, n_orders, nt)
        Moments of the flux at `FIELD_RATIOS` and `PROTON_ENERGIES`.
    emission : Emissions

    Returns
    -------
    callable
        Channel -> production, by the name of an element, the charge of the e+-, shift of the factors and cascade. It
        keeps what it was asked for: in another air the same is made of an element.
    """

    @functools.cache
    def of(element: str, sign: int, factor_shift: float, bertini: bool) -> dict[str, moments.AngularProduction]:
        return emission.made(protons, element, sign, factor_shift, bertini)

    return of


def production(target: Target, made: Made, factor_shift: float = 0.0, bertini: bool = False) -> np.ndarray:
    """Directional production by a flux of protons; no knock-ons yet.

    Parameters
    ----------
    target : Target
    made : callable
        From `made_by`.
    factor_shift : float
        Standard deviations added to the factors of the yields.
    bertini : bool
        Pions of the Bertini cascade on N and O in place of INCL++.

    Returns
    -------
    ndarray, shape (2, n_channels, na, ne)
        [kg-1 s-1 sr-1 GeV-1].
    """
    path, fractions = target.path, target.fractions
    kernels = [
        moments.bounce_kernel(FIELD_RATIOS, *each)
        for each in zip(path.pitch_angle, path.ratio, path.share, strict=True)
    ]
    result = np.zeros((2, len(CHANNELS), len(path.pitch_angle), len(target.energy)))
    for index, element in enumerate(surroundings.ELEMENTS):
        if fractions[:, index].max() < LEAST_FRACTION:
            continue
        for charge, sign in ((POSITRON, 1), (ELECTRON, -1)):
            for channel, here in made(element, sign, factor_shift, bertini).items():
                for k, kernel in enumerate(kernels):
                    # Truncating the Legendre series can leave -1e-6 of the maximum where nothing is made.
                    met = np.maximum(moments.bounce_averaged(here, kernel), 0.0)
                    result[charge, CHANNELS.index(channel), k] += fractions[k, index] * met
    return result

"""The user's own protons as moments of their flux along the field line."""

from collections.abc import Callable
from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell
from mcbelt import constants
from mcbelt.sources.trapped import moments
from mcbelt.sources.trapped.primaries import FIELD_RATIOS, PROTON_ENERGIES
from mcbelt.spectra import tabulated


def protons(config: Any, shells: list[DriftShell]) -> np.ndarray:
    """Legendre moments of the flux of the user's protons [m-2 s-1 GeV-1], shape (nb, n_orders, nt)."""
    spectrum = tabulated.read_spectrum_csv(config.source.spectrum_csv)
    return moments.isotropic_field(user_flux(spectrum), PROTON_ENERGIES, FIELD_RATIOS)


def user_flux(spectrum: tabulated.TabulatedSpectrum) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Omnidirectional flux J(T, b) of a user's spectrum, the same along the field line; none outside the energies of
    the table."""
    scale = constants.FULL_SPHERE if spectrum.directional else 1.0

    def flux(T, b):
        inside = (T >= spectrum.T[0]) & (T <= spectrum.T[-1])
        result = np.zeros(np.broadcast_shapes(T.shape, b.shape))
        result[inside] = scale * spectrum(T[inside])
        return result

    return flux

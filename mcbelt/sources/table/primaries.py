"""The user's own protons as moments of their flux along the field line."""

from collections.abc import Callable
from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell
from mcbelt import constants
from mcbelt.sources.trapped import moments
from mcbelt.sources.trapped.primaries import FIELD_RATIOS, PROTON_ENERGIES
from mcbelt.spectra import pitch_angles, tabulated


def protons(config: Any, shells: list[DriftShell]) -> np.ndarray:
    """Legendre moments of the flux of the user's protons [m-2 s-1 GeV-1], shape (nb, n_orders, nt).

    By pitch angle where the campaign or the file says how, else isotropic and the same all along the field line.
    """
    source, grid = config.source, (PROTON_ENERGIES, FIELD_RATIOS)
    by_angle = pitch_angles.read(source.spectrum_csv, source.pitch_angle_power)
    if by_angle is None:
        return moments.isotropic_field(user_flux(tabulated.read_spectrum_csv(source.spectrum_csv)), *grid)
    if config.physics.production_angles == "isotropic":
        return moments.isotropic_field(by_angle.omnidirectional, *grid)
    return moments.proton_field(by_angle.directional, *grid)


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

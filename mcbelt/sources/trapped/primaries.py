"""The protons of the inner belt as moments of their flux along the field line."""

from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell
from kernelcache.prepared import part
from mcbelt.sources.trapped import moments
from mcbelt.spectra import trapped_protons

PROTON_ENERGIES = np.geomspace(0.2, 20.0, 181)  # [GeV]
# B/B0 of the production
FIELD_RATIOS = np.array([1.0, 1.01, 1.02, 1.04, 1.06, 1.08, 1.1, 1.13, 1.16, 1.2, 1.24, 1.3, 1.4])


def protons(config: Any, shells: list[DriftShell], tail: str | None = None) -> np.ndarray:
    """Legendre moments of the flux of AP8's protons, shape (nb, n_orders, nt).

    Parameters
    ----------
    config : Belt
        Its source is trapped protons.
    shells : list of DriftShell
        Mirror shells; the last is that of 90 degrees.
    tail : str, optional
        Spectrum above 400 MeV, in place of that of the source.

    Returns
    -------
    ndarray
        [m-2 s-1 GeV-1] at `FIELD_RATIOS` and `PROTON_ENERGIES`.
    """
    of_shell = spectrum(config, shells[-1], tail)
    isotropic = config.physics.production_angles == "isotropic"
    return _moments(of_shell.solar, of_shell.L_ap8, of_shell.tail, isotropic, PROTON_ENERGIES, FIELD_RATIOS)


@part("the protons of the belt")
def _moments(solar, L_ap8, tail, isotropic, T, field_ratio):
    """Moments of AP8's protons on its shell L."""
    flux = trapped_protons.TrappedProtons(solar, L_ap8, tail)
    if isotropic:
        return moments.isotropic_field(flux.differential_flux, T, field_ratio)
    return moments.proton_field(flux.directional_flux, T, field_ratio)


def protons_at_equator(config: Any, shell: DriftShell) -> np.ndarray:
    """As `protons`, of the equator alone: zeros at all other field ratios, shape (nb, n_orders, nt)."""
    of_shell, isotropic = spectrum(config, shell), config.physics.production_angles == "isotropic"
    found = _moments(of_shell.solar, of_shell.L_ap8, of_shell.tail, isotropic, PROTON_ENERGIES, FIELD_RATIOS[:1])
    return np.concatenate([found, np.zeros((len(FIELD_RATIOS) - 1, *found.shape[1:]))])


def spectrum(config: Any, shell: DriftShell, tail: str | None = None) -> trapped_protons.TrappedProtons:
    """AP8's protons on a drift shell.

    Parameters
    ----------
    config : Belt
        Its source is trapped protons.
    shell : DriftShell
        That of 90 degrees.
    tail : str, optional
        Spectrum above 400 MeV, in place of that of the source.

    Returns
    -------
    TrappedProtons

    Raises
    ------
    PhysicsError
        The map does not hold the shell.
    """
    source = config.source
    L = config.shell.L if source.shell_match == "direct" else trapped_protons.matched_l(shell, source.solar)
    return trapped_protons.TrappedProtons(source.solar, L, tail or source.tail)

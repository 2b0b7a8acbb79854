"""As for trapped protons; what is asked of the primaries is that the user's table can be read."""

from typing import Any

import numpy as np

from mcbelt.errors import PhysicsError
from mcbelt.places import closed_shell
from mcbelt.sources.trapped.primaries import PROTON_ENERGIES
from mcbelt.sources.trapped.reach import trapping_shell
from mcbelt.spectra import pitch_angles
from mcbelt.spectra.tabulated import TabulatedSpectrum


def reach(campaign: Any) -> tuple[str, ...]:
    """Refuse, with a PhysicsError, what `prepare` could not make; what a user should know before."""
    shell = trapping_shell(campaign)
    source = campaign.source
    spectra = pitch_angles.spectra_in(source.spectrum_csv)
    return closed_shell.warnings(shell.H_min_km) + _energies(source.spectrum_csv, spectra)


def _energies(path: str, spectra: tuple[TabulatedSpectrum, ...]) -> tuple[str, ...]:
    """What the table leaves open of the protons that make pions; raises PhysicsError where it has none of them."""
    low, high = PROTON_ENERGIES[0], PROTON_ENERGIES[-1]
    T = spectra[0].T
    flux = np.max([spectrum.flux for spectrum in spectra], axis=0)
    inside = PROTON_ENERGIES[(T[0] <= PROTON_ENERGIES) & (T[-1] >= PROTON_ENERGIES)]
    known = f"{1e3 * low:g}-{1e3 * high:g} MeV"
    if not any(np.any(spectrum(inside) > 0.0) for spectrum in spectra):
        raise PhysicsError(
            f"{path}: its protons, {1e3 * T[0]:g}-{1e3 * T[-1]:g} MeV, are none at {known}, where protons are known to "
            "make e+ and e-. Give a table that reaches into them."
        )
    if T[-1] > high and np.any(flux[high < T] > 0.0):
        return (f"protons above {1e3 * high:g} MeV are left out: what they make is known at {known}.",)
    if flux[-1] > 0.0 and T[-1] < high:
        return (f"the table of protons ends at {1e3 * T[-1]:g} MeV; there are none above.",)
    return ()

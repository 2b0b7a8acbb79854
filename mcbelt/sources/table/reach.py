"""As for trapped protons; what is asked of the primaries is that the user's table can be read."""

from typing import Any

from mcbelt.places import closed_shell
from mcbelt.sources.trapped.reach import trapping_shell
from mcbelt.spectra import tabulated


def reach(campaign: Any) -> tuple[str, ...]:
    """Refuse, with a PhysicsError, what `prepare` could not make; what a user should know before."""
    shell = trapping_shell(campaign)
    tabulated.read_spectrum_csv(campaign.source.spectrum_csv)
    return closed_shell.warnings(shell.H_min_km)

"""As for trapped protons; the flux of the primaries is read from the user's table."""

from mcbelt.sources.trapped.fluxes import flux_dataset

__all__ = ["flux_dataset"]

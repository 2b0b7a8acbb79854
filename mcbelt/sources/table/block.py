"""As for trapped protons; the flux of the primaries is read from the user's table."""

from mcbelt.sources.trapped.block import run_block, tally_axes

__all__ = ["run_block", "tally_axes"]

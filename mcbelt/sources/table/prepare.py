"""As for trapped protons; the flux of the primaries is read from the user's table."""

from mcbelt.sources.trapped.prepare import prepare

__all__ = ["prepare"]

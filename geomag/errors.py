"""Errors of geomag: what a caller can mend; and its door, at which arguments are read (`kernelcache.doors`)."""

from kernelcache.doors import Door


class OutOfRange(ValueError):
    """A model was asked for a place, date or shell outside its range; the message gives the range and the remedy."""


class NoCoefficients(RuntimeError):
    """The IGRF coefficients that ship with ppigrf were not found, or are not IGRF-14."""


class NoShell(ValueError):
    """The field has no closed drift shell with these labels."""


DOOR = Door("geomag", OutOfRange)

"""The field models that [shell] may name: one line each.

A model is a function or class of the date, in a module that is imported when the field is first asked for. It gives a
`geomag.field.MagneticField`, or a bare `geomag.dipole.DipoleModel` where no drift shells are traced in it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from mcbelt import registries


class Entry(NamedTuple):
    """What is known of a field model before it is made."""

    home: str  # module:name of the function of the date
    dipole: bool = False  # a dipole: Störmer's cutoffs are exact in it
    shells: bool = True  # drift shells can be traced in it


FIELDS = {
    "igrf": Entry("geomag.field:Igrf"),
    "dipole": Entry("geomag.field:CentredDipole", dipole=True),
    "eccentric": Entry("geomag.field:EccentricDipole", dipole=True),
    "paper_eccentric": Entry("mcbelt.surroundings:paper_eccentric", dipole=True, shells=False),
}


def model(name: str) -> Callable[..., Any]:
    """The function of the date that a name of `FIELDS` stands for.

    Raises
    ------
    ConfigError
        Its module, or the function in it, is missing.
    """
    home, _, made = FIELDS[name].home.partition(":")
    where, needs = f"[shell] field = {name!r}", f"a field model needs {made or 'a function'} of the date there"
    found = registries.module(home, where, needs)
    registries.require(found, (made,), where, needs)
    return getattr(found, made)

"""Where a flux is observed; one file a place, and one line in `PLACES`.

A place turns random numbers into positions and directions of motion, uniform in the accepted places and solid angle,
so that the mean of the flux over its draws is the mean flux that a detector there would report. Its file has

========  ============================================================================================================
Settings  the keys of its [place] section
check     `check(settings, shell)` refuses, by a ValueError, a place that reaches nothing of what is asked
place     `place(settings, shell, around, path)`: the place of a [shell] in its surroundings, with

          * `looks`: names of the directions of motion that it tells apart, the main one first;
          * `starts(seed, first, last, charge, look)`: positions [m] and directions of motion of histories;
          * `nominal_radius`: distance from the dipole to which the cutoff of the production map belongs [m];
          * `map_axes`: nodes of ln(cutoff over the nominal one) and of the magnetic latitude [rad] of that map;
          * `ceiling`: altitude above which nothing that it sees is born [m];
          * `sector`: the piece of a drift shell that it is, or None
========  ============================================================================================================
"""

from types import ModuleType

from mcbelt import registries, sentences
from mcbelt.errors import ConfigError

PLACES = {
    "shell": "mcbelt.places.shell",
    "orbit": "mcbelt.places.orbit",
}
NEEDED = ("Settings", "check", "place")
ON_SHELL = ("shell",)  # where a flux is that of the drift shell near 90 degrees, as of sources that take no place


def room(kind: str) -> ModuleType:
    """The file of a place.

    Raises
    ------
    ConfigError
        It is missing, or lacks one of the names that a place needs.
    """
    where, needs = f"[place] kind = {kind!r}", f"a place needs {', '.join(NEEDED)}"
    found = registries.module(PLACES[kind], where, needs)
    registries.require(found, NEEDED, where, needs)
    if kind not in sentences.tags(found.Settings):
        raise ConfigError(
            f"{where}: {found.__name__}.Settings has no key kind that is {kind!r}; write kind: Literal[{kind!r}] there."
        )
    return found

"""Where the primaries come from, and how the flux of their secondaries is computed; one folder a source.

A source is a folder with four files, and one line in `SOURCES`:

========  =====================================================================================================
settings  `Settings` (the keys of its [source] section), `SPECIES` and `PLACES` (what it can make, and where it can be
          observed; the first place is the default), `ESTIMATORS` (of its histories; the first is the default),
          `physics_defaults` (defaults of [physics] that are its own) and `check` (refuses, by a ValueError, a campaign
          that it cannot compute); and, if it has any, `SUNS` (of [air] sun that it knows; without it the day's alone),
          `remarks` (what a reader should know of a campaign, in words) and `dated_defaults` (defaults of [source] that
          the date of a campaign says)
prepare   `prepare(campaign)`: the model, picklable
block     `run_block(model, seed, first, last)`: tallies of histories; `tally_axes(model)`: their dimensions
fluxes    `flux_dataset(campaign, model, merged)`: what the tallies say, with units
========  =====================================================================================================

A fifth file is optional: `reach(campaign)` in reach.py refuses, by a PhysicsError, what `prepare` could not make,
without making it, and gives sentences that a user should know before. `check` and `run` both ask it.

The parts are imported when they are first asked for: reading a campaign file loads no physics.
"""

import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any

from mcbelt import particles, places, registries, sentences
from mcbelt.errors import ConfigError, PhysicsError

SOURCES = {
    "trapped_protons": "mcbelt.sources.trapped",
    "cosmic_rays": "mcbelt.sources.cosmic",
    "table": "mcbelt.sources.table",
}
PARTS = {
    "settings": ("Settings", "SPECIES", "PLACES", "ESTIMATORS", "physics_defaults", "check"),
    "prepare": ("prepare",),
    "block": ("run_block", "tally_axes"),
    "fluxes": ("flux_dataset",),
}


def part(kind: str, name: str) -> ModuleType:
    """One of the four files of a source.

    Parameters
    ----------
    kind : str
        Key of `SOURCES`.
    name : str
        Key of `PARTS`.

    Returns
    -------
    module

    Raises
    ------
    ConfigError
        The source lacks that file, or a name in it, or names what is no species or place.
    """
    where, needs = f"[source] kind = {kind!r}", f"a source needs {_needed()}"
    found = registries.module(f"{SOURCES[kind]}.{name}", where, needs)
    registries.require(found, PARTS[name], where, needs)
    if name == "settings":
        _refuse_unknown(found, kind, f"{where}: {found.__name__}")
    return found


def reach(kind: str) -> Callable[[Any], tuple[str, ...]]:
    """What a source says of a campaign before it is prepared: its `reach`, or nothing where it has none."""
    home = f"{SOURCES[kind]}.reach"
    if importlib.util.find_spec(home) is None:
        return lambda campaign: ()
    where, needs = f"[source] kind = {kind!r}", "reach.py needs reach(campaign)"
    found = registries.module(home, where, needs)
    registries.require(found, ("reach",), where, needs)
    return found.reach


def remarks(campaign: Any) -> str:
    """What a source has to say of a checked campaign of it, in words; "" where it has nothing or no such function.

    Parameters
    ----------
    campaign : mcbelt.settings.belt.Belt

    Returns
    -------
    str
    """
    own = getattr(part(campaign.source.kind, "settings"), "remarks", None)
    return own(campaign) if own else ""


def complete(kind: str) -> None:
    """Refuse, with a ConfigError, a source that lacks a part."""
    for name in PARTS:
        part(kind, name)


def _needed() -> str:
    return "; ".join(f"{name} with {', '.join(names)}" for name, names in PARTS.items())


def _refuse_unknown(settings: Any, kind: str, where: str) -> None:
    """Refuse settings that belong to another kind, and names of species and places that stand for nothing."""
    if kind not in sentences.tags(settings.Settings):
        raise ConfigError(f"{where}.Settings has no key kind that is {kind!r}; write kind: Literal[{kind!r}] there.")
    if not settings.SPECIES:
        raise ConfigError(f"{where}.SPECIES is empty; name what the source makes, of {_names_of_species()}.")
    for name in settings.SPECIES:
        try:
            known = particles.particle(name).name == name
        except PhysicsError:
            known = False
        if not known:
            raise ConfigError(f"{where}.SPECIES holds {name!r}, which is no species; known are {_names_of_species()}.")
    for name in settings.PLACES:
        if name not in places.PLACES:
            known_places = ", ".join(map(repr, places.PLACES))
            raise ConfigError(f"{where}.PLACES holds {name!r}, which is no place; known are {known_places}.")


def _names_of_species() -> str:
    return ", ".join(known.name for known in particles.PARTICLES)

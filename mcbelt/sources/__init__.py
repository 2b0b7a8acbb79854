"""Where the primaries come from, and how the flux of their secondaries is computed; one folder a source.

A source is a folder with four files, and one line in `SOURCES`:

========  =====================================================================================================
settings  `Settings` (the keys of its [source] section), `SPECIES` and `PLACES` (what it can make, and where it can be
          observed; the first place is the default), `ESTIMATORS` (of its histories; the first is the default),
          `physics_defaults` (defaults of [physics] that are its own) and `check` (refuses, by a ValueError, a campaign
          that it cannot compute)
prepare   `prepare(campaign)`: the model, picklable
block     `run_block(model, seed, first, last)`: tallies of histories; `tally_axes(model)`: their dimensions
fluxes    `flux_dataset(campaign, model, merged)`: what the tallies say, with units
========  =====================================================================================================

The parts are imported when they are first asked for: reading a campaign file loads no physics.
"""

import importlib
from types import ModuleType

from mcbelt.errors import ConfigError

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
        The source lacks that file, or a name in it.
    """
    home = f"{SOURCES[kind]}.{name}"
    try:
        found = importlib.import_module(home)
    except ModuleNotFoundError as error:
        if error.name not in (home, SOURCES[kind]):
            raise
        raise ConfigError(f"[source] kind = {kind!r}: {home} is missing; a source needs {_needed()}.") from None
    for wanted in PARTS[name]:
        if not hasattr(found, wanted):
            raise ConfigError(f"[source] kind = {kind!r}: {home} has no {wanted}; a source needs {_needed()}.")
    return found


def complete(kind: str) -> None:
    """Refuse, with a ConfigError, a source that lacks a part."""
    for name in PARTS:
        part(kind, name)


def _needed() -> str:
    return "; ".join(f"{name} with {', '.join(names)}" for name, names in PARTS.items())

"""The species of a result, and how each is shown: its symbol and its colour."""

import xarray

from mcbelt.particles import particle

# Told apart by every kind of eye: vermilion and blue, then the rest of the palette (Okabe & Ito 2008).
_COLOURS = {"positron": "#d55e00", "electron": "#0072b2"}
_OTHERS = ("#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")
_RAISED = str.maketrans("+-", "⁺⁻")
PAIR = ("positron", "electron")


def named(dataset: xarray.Dataset) -> tuple[str, ...]:
    """Names of the species of a result; e+ and e- where it was written before species had names."""
    species = dataset.attrs.get("species")
    return tuple(str(species).split(",")) if species else PAIR


def followed(dataset: xarray.Dataset) -> tuple[str, ...]:
    """Names of the species whose flux a result holds."""
    return tuple(name for name in named(dataset) if f"flux_{name}" in dataset)


def has_ratio(dataset: xarray.Dataset) -> bool:
    """Whether a result holds e+/e-."""
    return "ratio" in dataset


def flux_names(dataset: xarray.Dataset) -> list[str]:
    """The variables of a table of fluxes: the flux of each species with its error, and the ratio where there is one."""
    names = [f"flux_{name}" for name in followed(dataset)] + (["ratio"] if has_ratio(dataset) else [])
    return [part for name in names for part in (name, f"{name}_sigma")]


def interval_names(dataset: xarray.Dataset) -> list[str]:
    """What a result holds beside that table: ends of the 68 % intervals and effective numbers of histories."""
    parts = ("low", "high", "effective_histories")
    names = [f"{name}_{part}" for name in flux_names(dataset)[::2] for part in parts]
    return [name for name in names if name in dataset]


def plain(name: str) -> str:
    """Symbol of a species for text: e+."""
    return particle(name).symbol


def label(name: str) -> str:
    """Symbol of a species for figures: e⁺."""
    return plain(name).translate(_RAISED)


def colour(name: str, number: int = 0) -> str:
    """Colour of a species; `number` is its place among those of the figure."""
    return _COLOURS.get(name, _OTHERS[number % len(_OTHERS)])

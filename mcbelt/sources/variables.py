"""How the fluxes of every source are written down: their unit, and a variable with what it is."""

from typing import Any

FLUX_UNIT = "m-2 s-1 sr-1 MeV-1"
PER_MEV = 1e-3  # GeV-1 -> MeV-1
PAIR = ("positron", "electron")  # the species of the ratio


def variable(dims: Any, values: Any, units: str, long_name: str) -> tuple[Any, Any, dict[str, str]]:
    """A variable of an xarray dataset.

    Parameters
    ----------
    dims : str or tuple of str
        Its dimensions, () for a single number.
    values : array_like
    units, long_name : str
        What a reader needs to know of it.

    Returns
    -------
    tuple
        As `xarray.Dataset` takes it.
    """
    return (dims, values, {"units": units, "long_name": long_name})


def pair_of(species: tuple[str, ...]) -> list[int]:
    """Places of e+ and e- among the species of a campaign; empty unless both are followed."""
    return [species.index(name) for name in PAIR] if set(PAIR) <= set(species) else []

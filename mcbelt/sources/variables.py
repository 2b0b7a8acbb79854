"""How the fluxes of every source are written down: their unit, and a variable with what it is."""

from typing import Any

import numpy as np

from mcbelt.tally.means import FEWEST, Mean

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


def mean_variables(name: str, dims: Any, mean: Mean, units: str, long_name: str) -> dict[str, Any]:
    """A mean of histories with its error and its interval.

    Parameters
    ----------
    name : str
    dims : str or tuple of str
    mean : Mean
    units, long_name : str
        Of the mean.

    Returns
    -------
    dict
        Variables `name`, `name_sigma`, `name_low`, `name_high` and `name_effective_histories`.
    """
    result = {name: variable(dims, mean.value, units, long_name)}
    result |= error_variables(name, dims, mean.sigma, mean.effective, units)
    for end, word, values in (("low", "lower", mean.low), ("high", "upper", mean.high)):
        result[f"{name}_{end}"] = variable(
            dims, values, units, f"{word} end of its 68 % interval, an upper limit above 0"
        )
    return result


def error_variables(name: str, dims: Any, sigma: np.ndarray, effective: np.ndarray, units: str) -> dict[str, Any]:
    """The error of a variable, and of how many histories it is.

    Parameters
    ----------
    name : str
        Of the variable.
    dims : str or tuple of str
    sigma, effective : ndarray
        Standard error; effective number of scoring histories.
    units : str
        Of the variable.

    Returns
    -------
    dict
        Variables `name_sigma` and `name_effective_histories`.
    """
    about = f"its statistical standard error, none below {FEWEST:g} effective histories"
    return {
        f"{name}_sigma": variable(dims, sigma, units, about),
        f"{name}_effective_histories": variable(dims, effective, "1", "effective number of scoring histories"),
    }


def pair_of(species: tuple[str, ...]) -> list[int]:
    """Places of e+ and e- among the species of a campaign; empty unless both are followed."""
    return [species.index(name) for name in PAIR] if set(PAIR) <= set(species) else []

"""The systematic bands of a result: as it holds them, or made of its members where version 0.1 wrote it."""

import numpy as np
import xarray

from mcbelt.figures import species
from mcbelt.systematics.bands import Band, alternative_envelope, ratios, shift_band
from mcbelt.systematics.member import Member, variants_of

SHIFTS, ALTERNATIVES = "systematic", "alternatives"  # how the names of the two bands begin
_MAKERS = {SHIFTS: shift_band, ALTERNATIVES: alternative_envelope}


def band(dataset: xarray.Dataset, which: str, quantity: str) -> Band | None:
    """A band of a result.

    Parameters
    ----------
    dataset : Dataset
    which : {"systematic", "alternatives"}
        68 % of the shifts in quadrature, or the envelope of the alternatives.
    quantity : str
        A species, or "ratio".

    Returns
    -------
    Band or None
        Over the `nominal` values [1], shape (n,); None where the result says nothing of it.
    """
    ends = names(dataset, which, quantity)
    if ends:
        return Band(*(dataset[end].values for end in ends))
    if not _of_version_0_1(dataset):
        return None
    members = _members_of_version_0_1()
    return _MAKERS[which](members, _relative(dataset, members, quantity))


def nominal(dataset: xarray.Dataset, quantity: str) -> np.ndarray:
    """The values that the bands of a result are about.

    Parameters
    ----------
    dataset : Dataset
    quantity : str
        A species, or "ratio".

    Returns
    -------
    ndarray, shape (n,)
        By the estimator with which the bands were made, where the result says it, else the result itself; NaN for the
        ratio where there are no e-.
    """
    if quantity != "ratio":
        return dataset[nominal_name(dataset, quantity) or f"flux_{quantity}"].values
    held = [nominal_name(dataset, name) for name in species.PAIR]
    if not all(held):
        return dataset["ratio"].values
    with np.errstate(divide="ignore", invalid="ignore"):
        return dataset[held[0]].values / dataset[held[1]].values


def nominal_name(dataset: xarray.Dataset, name: str) -> str:
    """The variable of the flux of a species that bands are about; empty where that is the flux of the result itself."""
    held = f"nominal_flux_{name}"
    return held if held in dataset else ""


def nominal_names(dataset: xarray.Dataset) -> list[str]:
    """These variables, of every species that has one."""
    return [held for name in species.followed(dataset) if (held := nominal_name(dataset, name))]


def names(dataset: xarray.Dataset, which: str, quantity: str) -> list[str]:
    """The variables of a band, lower end first; empty where the result does not hold it.

    Parameters
    ----------
    dataset : Dataset
    which, quantity : str
        As for `band`.

    Returns
    -------
    list of str
    """
    ends = [f"{which}_{end}_{quantity}" for end in ("low", "high")]
    return ends if all(end in dataset for end in ends) else []


def all_names(dataset: xarray.Dataset) -> list[str]:
    """The variables of every band that a result holds."""
    quantities = [*species.followed(dataset), "ratio"]
    return [name for which in _MAKERS for quantity in quantities for name in names(dataset, which, quantity)]


def of_each(dataset: xarray.Dataset, which: str) -> list[tuple[str, Band]]:
    """Symbol of a quantity and its band, for each that has one; `which` as for `band`."""
    quantities = {name: species.plain(name) for name in species.followed(dataset)}
    quantities |= {"ratio": "e+/e-"} if species.has_ratio(dataset) else {}
    found = ((symbol, band(dataset, which, name)) for name, symbol in quantities.items())
    return [(symbol, each) for symbol, each in found if each is not None]


def _relative(dataset: xarray.Dataset, members: tuple[Member, ...], quantity: str) -> dict[str, np.ndarray]:
    if quantity == "ratio":
        return ratios(*(_relative(dataset, members, name) for name in species.PAIR))
    variants = [variant.name for member in members for variant in variants_of(member)]
    held = {name: f"systematic_{name}_{quantity}" for name in variants}
    return {name: dataset[key].values for name, key in held.items() if key in dataset}


def _of_version_0_1(dataset: xarray.Dataset) -> bool:
    """Whether a result has variants that do not say which members they are of."""
    variants = [values.attrs for name, values in dataset.variables.items() if str(name).startswith("systematic_")]
    return bool(variants) and not any("member" in attrs for attrs in variants)


def _members_of_version_0_1() -> tuple[Member, ...]:
    # Only trapped protons, and the user's in their place, had variants. Imported here: others need no physics.
    from mcbelt.sources.trapped.members import MEMBERS

    return tuple(varied.member for varied in MEMBERS)

"""The fluxes of several sources, each under its name, and their sum.

What a source says stands as `<source>__<variable>`, the coordinates that all share as they are. The plain names are the
sums over the sources that make a species: every flux that all of these give on the same axes, e+/e- of the sums, mean
ages weighted with the flux, and the systematic bands, of which a member moves all sources that have it together.
"""

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray

from mcbelt.errors import ResultsError
from mcbelt.places import closed_shell
from mcbelt.sources.band_variables import band_variables
from mcbelt.sources.variables import PAIR, error_variables, mean_variables, variable
from mcbelt.systematics.member import Member
from mcbelt.tally import parts, totals
from mcbelt.tally.means import Mean, without_histories

_ENDS = ("sigma", "low", "high", "effective_histories")
_SIDES = {-1: "low", 1: "high"}
Parts = Mapping[str, xarray.Dataset]


def flux_dataset(species: tuple[str, ...], found: Parts, histories: int) -> xarray.Dataset:
    """Fluxes of several sources and their sums.

    Parameters
    ----------
    species : tuple of str
        Of all sources.
    found : mapping
        Name of a source -> what its `flux_dataset` gave.
    histories : int
        Of each source.

    Returns
    -------
    Dataset

    Raises
    ------
    ResultsError
        The sources give a species at different energies or in different units.
    """
    shared = _shared(found)
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {name: next(iter(found.values()))[name].variable for name in shared}
    for source, dataset in found.items():
        names = {str(name): parts.under(source, str(name)) for name in (*dataset.variables, *dataset.dims)}
        renamed = dataset.rename({old: new for old, new in names.items() if old not in shared})
        variables |= {str(name): each.variable for name, each in renamed.data_vars.items()}
        coordinates |= {str(name): each.variable for name, each in renamed.coords.items()}
    sums = _fluxes(species, found, histories)
    sums |= _ratios(found, histories) | _ages(species, found, histories)
    return xarray.Dataset(variables | sums | _bands(species, found), coordinates, _attributes(species, found))


def _shared(found: Parts) -> list[str]:
    """Coordinates that are the same for all sources."""
    first, *others = found.values()
    same = (name for name in first.coords if all(name in each.coords for each in others))
    return [str(name) for name in same if all(first[name].variable.identical(each[name].variable) for each in others)]


def _attributes(species: tuple[str, ...], found: Parts) -> dict[str, Any]:
    """What every source says is said of the sum; `sources_json` keeps what each of them says."""
    own = {source: {str(name): _plain(value) for name, value in each.attrs.items()} for source, each in found.items()}
    first = next(iter(own.values()))
    result = {name: value for name, value in first.items() if all(each.get(name) == value for each in own.values())}
    lowest = [each["shell_H_min_km"] for each in own.values() if "shell_H_min_km" in each]
    if lowest:  # each source has its own line of places: they differ by metres
        result |= closed_shell.attributes(min(lowest))
    result |= {"species": ",".join(species)}
    result["sources_json"] = json.dumps([{"name": source, **each} for source, each in own.items()])
    if estimators := dict.fromkeys(each["estimator"] for each in own.values() if "estimator" in each):
        result["estimator"] = ",".join(estimators)
    if remarks := [f"{source}: {each['remarks']}" for source, each in own.items() if "remarks" in each]:
        result["remarks"] = "\n".join(remarks)
    return result


def _plain(value: Any) -> Any:
    """An attribute as JSON takes it."""
    return value.item() if isinstance(value, np.generic) else value


def _makers(found: Parts, species: str) -> Parts:
    """The sources that give a flux of a species."""
    return {source: each for source, each in found.items() if f"flux_{species}" in each}


def _fluxes(species: tuple[str, ...], found: Parts, n: int) -> dict[str, Any]:
    """Sums of all fluxes that the makers of a species give on the same axes."""
    result: dict[str, Any] = {}
    for name in species:
        makers = _makers(found, name)
        first = next(iter(makers.values()))
        of_looks = rf"(?:[a-z]+_)*flux_{name}(?:_(?!(?:{'|'.join(_ENDS)})$)[a-z]+)?"
        for label in (str(each) for each in first.data_vars if re.fullmatch(of_looks, str(each))):
            if _on_common_axes(label, makers):
                result |= _sum(label, makers, n)
        if f"flux_{name}" not in result:
            raise ResultsError(f"{' and '.join(makers)} give the flux of {name}s on different axes; run them apart.")
    return result


def _on_common_axes(label: str, makers: Parts) -> bool:
    """Whether all sources hold a variable with the same dimensions and, along each, the same coordinate."""
    first, *others = (each[label] if label in each else None for each in makers.values())
    return first is not None and all(
        each is not None
        and (each.dims, each.shape) == (first.dims, first.shape)
        and all(np.array_equal(each[axis], first[axis]) for axis in first.dims)
        for each in others
    )


def _sum(label: str, makers: Parts, n: int) -> dict[str, Any]:
    """A sum with what all of its parts have: an error, an interval, an effective number of histories."""
    held = [each[label] for each in makers.values()]
    units = sorted({str(each.attrs["units"]) for each in held})
    if len(units) > 1:
        raise ResultsError(f"{' and '.join(makers)} give {label} in {' and '.join(units)}; give one unit.")
    unit, about = str(held[0].attrs["units"]), f"sum over {' and '.join(makers)}: {label.replace('_', ' ')}"
    values, dims = [each.values for each in held], held[0].dims
    if all(f"{label}_effective_histories" in each for each in makers.values()):
        mean = totals.total(n, [_mean(each, label) for each in makers.values()])
        if all(f"{label}_low" in each for each in makers.values()):
            return mean_variables(label, dims, mean, unit, about)
        return {label: variable(dims, mean.value, unit, about)} | error_variables(
            label, dims, mean.sigma, mean.effective, unit
        )
    result = {label: variable(dims, np.sum(values, axis=0), unit, about)}
    if all(f"{label}_sigma" in each for each in makers.values()):
        sigma = np.sqrt(np.sum([each[f"{label}_sigma"].values ** 2 for each in makers.values()], axis=0))
        result[f"{label}_sigma"] = variable(dims, sigma, unit, "its statistical standard error")
    return result


def _mean(dataset: xarray.Dataset, label: str) -> Mean:
    """A mean as a result holds it; without an interval or an effective number those of its standard error."""
    value = dataset[label].values
    none = without_histories(value)
    held = {end: dataset[f"{label}_{end}"].values for end in _ENDS if f"{label}_{end}" in dataset}
    sigma = held.get("sigma", none.sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_error = np.where(sigma > 0.0, (value / sigma) ** 2, 0.0)
    effective = held.get("effective_histories", by_error)
    return Mean(value, sigma, held.get("low", value - sigma), held.get("high", value + sigma), effective)


def _ratios(found: Parts, n: int) -> dict[str, Any]:
    """e+/e- of the sums, for every look at which a source has one and both species are summed."""
    result: dict[str, Any] = {}
    looks = [str(name).removeprefix("ratio") for each in found.values() for name in each if _is_ratio(str(name))]
    for look in dict.fromkeys(looks):
        above, below = (_means(found, name, look) for name in PAIR)
        if not above or not below:
            continue
        joint = [_covariance(each, look, n) for each in found.values() if f"ratio{look}_sigma" in each]
        none = np.zeros_like(above[0].value)
        ratio, sigma, effective = totals.ratio_of_totals(n, above, below, joint or [none])
        first = next(each for each in found.values() if f"ratio{look}" in each)
        dims = first[f"ratio{look}"].dims
        result[f"ratio{look}"] = variable(dims, ratio, "1", "e+/e- of the sums")
        result |= error_variables(f"ratio{look}", dims, sigma, effective, "1")
    return result


def _means(found: Parts, species: str, look: str) -> list[Mean]:
    """The flux of a species at a look by its makers; none unless all of them have it."""
    makers, label = _makers(found, species).values(), f"flux_{species}{look}"
    return [_mean(each, label) for each in makers] if all(label in each for each in makers) else []


def _covariance(dataset: xarray.Dataset, look: str, n: int) -> np.ndarray:
    """Of the two fluxes of one source that has a ratio of them."""
    above, below = (_mean(dataset, f"flux_{name}{look}") for name in PAIR)
    return totals.covariance(n, above, below, dataset[f"ratio{look}_sigma"].values)


def _is_ratio(name: str) -> bool:
    return re.fullmatch(rf"ratio(?:_(?!(?:{'|'.join(_ENDS)})$)[a-z]+)?", name) is not None


def _ages(species: tuple[str, ...], found: Parts, n: int) -> dict[str, Any]:
    """Mean ages of a species over all sources, where each of its makers has one, weighted with its flux there."""
    result: dict[str, Any] = {}
    for name, kind in itertools.product(species, ("age", "drift_averaged_age")):
        makers, label = _makers(found, name), f"{kind}_{name}"
        if not _on_common_axes(label, makers):
            continue
        held = [each[label] for each in makers.values()]
        weight = next(
            (each for each in (f"directional_flux_{name}", f"flux_{name}") if _weigh(each, label, makers)), None
        )
        if weight is None:
            continue
        weights = [_mean(each, weight) for each in makers.values()]
        none = np.full(held[0].shape, np.nan)
        errors = [each[f"{label}_sigma"].values if f"{label}_sigma" in each else none for each in makers.values()]
        age, sigma = totals.mean_of_totals(n, weights, [each.values for each in held], errors)
        about = f"mean time since birth of the {name}s of {' and '.join(makers)}"
        result[label] = variable(held[0].dims, age, "s", about)
        if any(f"{label}_sigma" in each for each in makers.values()):
            result[f"{label}_sigma"] = variable(held[0].dims, sigma, "s", "its statistical standard error, at most")
    return result


def _weigh(flux: str, label: str, makers: Parts) -> bool:
    """Whether all sources have a flux on the axes of an age."""
    return all(flux in each and each[flux].dims == each[label].dims for each in makers.values())


def _bands(species: tuple[str, ...], found: Parts) -> dict[str, Any]:
    """Bands of the sums: a variant is what it makes of the sources that have it, and the others as they are."""
    members = _members(found.values())
    moved: dict[str, np.ndarray] = {}
    for variant in members:
        of_species = []
        for name in species:
            makers = _makers(found, name)
            nominal = [each[f"flux_{name}"].values for each in makers.values()]
            varied = [_varied(each, variant, name) for each in makers.values()]
            with np.errstate(divide="ignore", invalid="ignore"):
                of_species.append(np.sum(varied, axis=0) / np.sum(nominal, axis=0))
        moved[variant] = np.stack(of_species)
    whole = tuple(dict.fromkeys(members.values()))
    return band_variables(species, whole, moved) if whole else {}


def _varied(dataset: xarray.Dataset, variant: str, species: str) -> np.ndarray:
    """The flux of a source in a variant; nominal where it does not have it."""
    flux, label = dataset[f"flux_{species}"].values, f"systematic_{variant}_{species}"
    return np.where(flux > 0.0, flux * dataset[label].values, 0.0) if label in dataset else flux


def _members(found: Iterable[xarray.Dataset]) -> dict[str, Member]:
    """Name of a variant -> its member, as the results say it; one of one name in several sources is the same."""
    held: dict[str, dict[str, Any]] = {}
    sides: dict[str, list[int]] = {}
    for dataset in found:
        for each in dataset.data_vars.values():
            if "member" in each.attrs:
                held.setdefault(each.attrs["member"], each.attrs)
                known = sides.setdefault(each.attrs["member"], [])
                known += [each.attrs["side"]] * (each.attrs["side"] not in known)
    result: dict[str, Member] = {}
    for name, about in held.items():
        ends: Any = tuple(_SIDES[side] for side in sorted(sides[name]) if side)
        member = Member(name, about["kind"], about["ingredient"], about["about"], about["source"], ends)
        result |= {f"{name}_{end}" if ends else name: member for end in ends or ("",)}
    return result

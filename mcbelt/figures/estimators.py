"""Which estimator the fluxes of a result are of, in words: a drift average is never called a flux without saying so."""

from collections.abc import Iterable

import xarray

DRIFT_AVERAGED = "drift_averaged"  # where no histories were run
_AVERAGE, _SCATTERED = "drift average, no scattering", "drift average"
_HISTORIES = {"forward": "forward", "adjoint": "backward"}


def named(dataset: xarray.Dataset) -> str:
    """Name of the estimator of `flux_*` and `ratio`, several joined by commas; empty where a result does not say."""
    return str(dataset.attrs.get("estimator", ""))


def is_average(dataset: xarray.Dataset) -> bool:
    """Whether the fluxes are drift averages, which no history was followed for."""
    return named(dataset) == DRIFT_AVERAGED


def _average(dataset: xarray.Dataset) -> str:
    """Trapped e+- scatter in the nominal flux, which stands apart in a result of one of their sources."""
    return _SCATTERED if any("nominal_flux_" in str(name) for name in dataset.data_vars) else _AVERAGE


def words(dataset: xarray.Dataset) -> str:
    """The estimators for a title: "drift average, no scattering"; empty where a result does not say."""
    if is_average(dataset):
        return _average(dataset)
    kinds = " and ".join(_HISTORIES.get(name, name) for name in named(dataset).split(",") if name)
    return f"{kinds} histories" if kinds else ""


def counted(dataset: xarray.Dataset) -> str:
    """The same with the number of histories: "200 forward histories"."""
    count = f"{int(dataset.attrs['histories']):,}"
    return _average(dataset) if is_average(dataset) else f"{count} {words(dataset) or 'histories'}"


def flux(dataset: xarray.Dataset) -> str:
    """What the fluxes are called in a heading."""
    return "drift-averaged flux" if is_average(dataset) else "flux"


def directional(dataset: xarray.Dataset) -> str:
    """What they are called on an axis."""
    return f"{'drift-averaged' if is_average(dataset) else 'directional'} flux"


def of_all(datasets: Iterable[xarray.Dataset]) -> str:
    """The estimators of several results in words, each once."""
    return "; ".join(dict.fromkeys(found for found in map(words, datasets) if found))

"""A solved Galactic model as a result file, like every campaign: one case without histories, with units and provenance.

Beside the spectra over momentum it holds the variables that figures and tables of a belt campaign are made from
(flux_positron, flux_electron, ratio over energy_MeV, without statistical errors), at the Earth outside the
magnetosphere, so that `mcbelt plot`, `show` and `export` treat both alike.
"""

from typing import Any, NoReturn

import numpy as np
import xarray

from mcbelt.errors import ExecutionError
from mcbelt.interstellar import galaxy
from mcbelt.interstellar.models import at_earth

LOWEST_MEV, HIGHEST_MEV, PER_DECADE = 50.0, 1.0e6, 10


def prepared(settings: Any) -> Any:
    """The model of a Galactic campaign is its settings."""
    return settings


def no_histories(model: Any, seed: int, first: int, last: int) -> NoReturn:
    """A Galactic model is solved and not sampled: asked for histories it refuses.

    Parameters
    ----------
    model : object
        Not read.
    seed, first, last : int
        Histories [first, last) of a seed.

    Returns
    -------
    NoReturn

    Raises
    ------
    ExecutionError
        Always.
    """
    raise ExecutionError(
        f"galaxy: histories {first} to {last} were asked for; a Galactic model has none. Set run.histories = 0."
    )


def no_tallies(model: Any) -> dict[str, Any]:
    """No tallies."""
    return {}


def dataset(settings: Any, model: Any, merged: Any) -> xarray.Dataset:
    """Result of a model.

    Parameters
    ----------
    settings, model : GalaxyCampaign
    merged : BlockResult
        Empty.

    Returns
    -------
    Dataset
        Every variable with units and long_name.
    """
    solved = galaxy.solve(model)
    variables: dict[str, tuple[Any, ...]] = {}
    for name, quantity in solved.items():
        values = quantity.values
        values = values.astype(object) if values.dtype.kind == "U" else values
        variables[name] = (quantity.dims, values, _about(quantity.units, quantity.description))
    count = int(PER_DECADE * np.log10(HIGHEST_MEV / LOWEST_MEV))
    energy = np.geomspace(LOWEST_MEV, min(HIGHEST_MEV, 500.0 * model.grid.momentum_max_GeV), count)
    flux = {
        name: at_earth(solved, name, 1.0e-3 * energy, model.sun.modulation_MV) * 1.0e-3
        for name in ("positron", "electron")
    }
    variables["energy_MeV"] = ("energy_MeV", energy, _about("MeV", "kinetic energy at the Earth"))
    unit, phi = "m-2 s-1 sr-1 MeV-1", f"{model.sun.modulation_MV:g} MV"
    for name, values in flux.items():
        variables[f"flux_{name}"] = (
            "energy_MeV",
            values,
            _about(unit, f"secondary and primary {name}s at the Earth, {phi}"),
        )
        variables[f"flux_{name}_sigma"] = ("energy_MeV", 0.0 * values, _about(unit, "statistical error: none"))
    ratio = np.divide(flux["positron"], flux["electron"], out=np.zeros_like(energy), where=flux["electron"] > 0.0)
    variables["ratio"] = ("energy_MeV", ratio, _about("1", "positrons over electrons at the Earth"))
    variables["ratio_sigma"] = ("energy_MeV", 0.0 * ratio, _about("1", "statistical error: none"))
    return xarray.Dataset(variables)


def _about(units, long_name):
    return {"units": units, "long_name": long_name}


def proton_table(result: xarray.Dataset) -> str:
    """Local interstellar protons of a result as the text of a spectrum file: the cosmic-ray source of a belt campaign.

    Parameters
    ----------
    result : Dataset
        A result of kind "galaxy".

    Returns
    -------
    str
        CSV with T_MeV and flux_m2_s_sr_GeV; a belt campaign reads it by [source] kind = "table".
    """
    momentum, intensity = result["momentum"].values, result["intensity_proton"].values
    energy = np.hypot(momentum, galaxy.PROTON_MASS)
    kinetic = 1.0e3 * (energy - galaxy.PROTON_MASS)
    flux = intensity * energy / momentum
    lines = [f"# local interstellar protons of the Galactic model {result.attrs['name']}, without solar modulation"]
    lines += ["T_MeV,flux_m2_s_sr_GeV"]
    lines += [f"{t:.6e},{f:.6e}" for t, f in zip(kinetic, flux, strict=True)]
    return "\n".join(lines) + "\n"

"""From the tallies of a cosmic-ray campaign to fluxes, their ratio, and where and when their e+- were born."""

from typing import Any

import numpy as np
import xarray as xr

from mcbelt.sources.cosmic import forward, origins
from mcbelt.sources.variables import FLUX_UNIT, PER_MEV, pair_of, variable
from mcbelt.tally import BlockResult, ratio_with_error

_TIMES = {"residence_time": "time since birth", "lifetime": "time from birth to absorption"}
_MAPS = {"birth_place": ("birth_map", "birth"), "absorption_place": ("absorption_map", "absorption")}


def quantile(edges: np.ndarray, weights: np.ndarray, share: float) -> np.ndarray:
    """Value below which a share of a histogram lies, linear in the bin; shape of `weights` less its last axis.

    Parameters
    ----------
    edges : ndarray, shape (n + 1,)
        Of the bins, ascending, any unit.
    weights : ndarray, shape (..., n)
        Contents of the bins, at least 0.
    share : float
        0 to 1.

    Returns
    -------
    ndarray, shape (...)
        In the unit of the edges; NaN for an empty histogram.
    """
    cumulative = np.concatenate([np.zeros((*weights.shape[:-1], 1)), np.cumsum(weights, axis=-1)], axis=-1)
    flat = cumulative.reshape(-1, cumulative.shape[-1])
    found = [np.interp(share * row[-1], row, edges) if row[-1] > 0.0 else np.nan for row in flat]
    return np.reshape(found, weights.shape[:-1])


def flux_dataset(config: Any, model: Any, merged: BlockResult) -> xr.Dataset:
    """Fluxes, ratio and origins of a cosmic-ray run.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    model : mcbelt.sources.cosmic.model.CosmicModel
    merged : BlockResult
        All histories; none (histories = 0) leaves the drift-averaged flux alone.

    Returns
    -------
    xarray.Dataset
        `flux_positron`, `flux_electron`, `ratio`: the first look of the place (trapped, or downward);
        `flux_<charge>_upward` for an orbit. Every variable has units and a long name.
    """
    edges, species = model.histories.energy_edges * 1e3, model.histories.species
    coordinates = {
        "energy_MeV": variable("energy_MeV", np.sqrt(edges[1:] * edges[:-1]), "MeV", "kinetic energy, bin centre"),
        "energy_edge_MeV": variable("energy_edge_MeV", edges, "MeV", "kinetic energy, bin edges"),
    }
    variables = {}
    for q, name in enumerate(species):
        variables[f"drift_averaged_flux_{name}"] = variable(
            "energy_MeV",
            model.averaged[q] * PER_MEV,
            FLUX_UNIT,
            f"directional flux of {name}s near 90 degrees on the shell, drift-averaged estimator (full mean losses)",
        )
    if merged.histories > 0:
        variables |= _OF_HISTORIES[model.estimator](model.histories, merged, coordinates)
    else:
        for q, name in enumerate(species):
            variables[f"flux_{name}"] = variable(
                "energy_MeV", model.averaged[q] * PER_MEV, FLUX_UNIT, f"flux of {name}s, drift-averaged estimator"
            )
            variables[f"flux_{name}_sigma"] = variable(
                "energy_MeV", np.full_like(model.averaged[q], np.nan), FLUX_UNIT, "none: no histories"
            )
        if pair_of(species):
            ratio = np.divide(*model.averaged[pair_of(species)])
            variables["ratio"] = variable("energy_MeV", ratio, "1", "e+/e-, drift-averaged estimator")
            variables["ratio_sigma"] = variable("energy_MeV", np.full_like(ratio, np.nan), "1", "none: no histories")
    for name, (value, units, long_name) in model.summary.items():
        variables[name] = variable((), value, units, long_name)
    estimator = model.estimator if merged.histories > 0 else "drift_averaged"
    return xr.Dataset(
        variables,
        coords=coordinates,
        attrs={"flux_unit": FLUX_UNIT, "estimator": estimator, "species": ",".join(species)},
    )


def _adjoint(model, merged, coordinates):
    """What backward orbits tell: fluxes of every look, the share of open orbits, births and absorption."""
    result: dict[str, Any] = {}
    for v, look in enumerate(model.place.looks):
        suffix = "" if v == 0 else f"_{look}"
        result |= _fluxes(model.species, merged, v, suffix, look, "adjoint")
        result |= _open(model.species, merged, v, suffix)
    return result | _births(model.species, merged, coordinates)


def _forward(model, merged, coordinates):
    """What orbits from births tell: fluxes, and where the energy of the births went."""
    coordinates["account"] = variable("account", list(forward.ACCOUNT), "1", "kinetic energy at birth, and its ends")
    result = _fluxes(model.species, merged, 0, "", forward.LOOK, "forward")
    means = merged.sums["energy_account"] / merged.histories
    for name, account in zip(model.species, means, strict=True):
        about = f"kinetic energy of the {name}s born in the sector per time, and where it went"
        result[f"energy_account_{name}"] = variable("account", account, "GeV s-1", about)
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = (account[0] - account[1:].sum()) / account[0]
        result[f"energy_account_rest_{name}"] = variable(
            (), rest, "1", f"share of that energy of {name}s that is not accounted for: rounding"
        )
    return result


_OF_HISTORIES = {"adjoint": _adjoint, "forward": _forward}  # by the estimators of `settings.ESTIMATORS`


def _fluxes(species, merged, v, suffix, look, estimator):
    """Flux and ratio of one look."""
    n = merged.histories
    sums, squares = merged.sums["flux"][:, v], merged.sums_of_squares["flux"][:, v]
    mean = sums / n
    sigma = np.sqrt(np.maximum(squares / n - mean**2, 0.0) / max(n - 1, 1))
    result = {}
    for q, name in enumerate(species):
        result[f"flux_{name}{suffix}"] = variable(
            "energy_MeV", mean[q] * PER_MEV, FLUX_UNIT, f"directional flux of {name}s ({look}), {estimator} estimator"
        )
        result[f"flux_{name}{suffix}_sigma"] = variable(
            "energy_MeV", sigma[q] * PER_MEV, FLUX_UNIT, "its statistical standard error"
        )
    if pair := pair_of(species):
        ratio, ratio_sigma = ratio_with_error(n, sums[pair], squares[pair], merged.sums["flux_product"][v])
        result[f"ratio{suffix}"] = variable("energy_MeV", ratio, "1", f"e+/e- ({look})")
        result[f"ratio{suffix}_sigma"] = variable("energy_MeV", ratio_sigma, "1", "its statistical standard error")
    return result


def _open(species, merged, v, suffix):
    """Share of the orbits of one look that are open at the limit of time, and of their flux."""
    result = {}
    for q, name in enumerate(species):
        with np.errstate(invalid="ignore", divide="ignore"):
            share = merged.sums["open_flux"][q, v] / merged.sums["flux"][q, v]
        result[f"open_flux_share_{name}{suffix}"] = variable(
            "energy_MeV", share, "1", "share of the flux that closes orbits open at the limit of time"
        )
        result[f"open_orbit_share_{name}{suffix}"] = variable(
            "energy_MeV", merged.sums["open_orbits"][q, v] / merged.histories, "1", "orbits open at the limit of time"
        )
    return result


def _enter_birth_axes(coordinates):
    """Add the axes of the maps of birth and absorption."""
    coordinates["birth_longitude_deg"] = variable(
        "birth_longitude_deg", (np.arange(origins.LONGITUDES) + 0.5) * 360.0 / origins.LONGITUDES, "degree", "longitude"
    )
    coordinates["birth_latitude_deg"] = variable(
        "birth_latitude_deg",
        -90.0 + (np.arange(origins.LATITUDES) + 0.5) * 180.0 / origins.LATITUDES,
        "degree",
        "geodetic latitude",
    )
    coordinates["life"] = variable("life", list(origins.LIVES), "1", "by the time from birth to absorption")


def _births(species, merged, coordinates):
    """Altitudes, times and places of birth and absorption, summed over looks; their axes are added to `coordinates`."""
    _enter_birth_axes(coordinates)
    sums = {name: merged.sums[name].sum(axis=1) for name in (*_TIMES, "birth_altitude", *_MAPS)}
    result = {}
    for q, name in enumerate(species):
        for share, label in ((0.1, "10"), (0.5, "50"), (0.9, "90")):
            result[f"birth_altitude_{label}_{name}"] = variable(
                "energy_MeV",
                quantile(origins.ALTITUDE_EDGES_KM, sums["birth_altitude"][q], share),
                "km",
                f"altitude below which {label} % of the {name}s were born",
            )
        for tally, about in _TIMES.items():
            median = np.exp(quantile(np.log(origins.TIME_EDGES_S), sums[tally][q], 0.5))
            result[f"{tally}_50_{name}"] = variable("energy_MeV", median, "s", f"median {about} of the {name}s")
        by_life = sums["birth_place"][q].sum(axis=(-2, -1))
        with np.errstate(invalid="ignore", divide="ignore"):
            short = by_life[:, 0] / by_life.sum(axis=-1)
            absorbed = sums["absorption_place"][q].sum(axis=(1, 2, 3)) / merged.sums["flux"].sum(axis=1)[q]
        result[f"short_lived_share_{name}"] = variable(
            "energy_MeV",
            short,
            "1",
            f"share of {name}s whose life, birth to absorption, is shorter than {origins.SHORT_LIVED_S:g} s",
        )
        result[f"absorbed_share_{name}"] = variable(
            "energy_MeV", absorbed, "1", f"share of {name}s that are absorbed within the limit of time"
        )
        for tally, (mapped, about) in _MAPS.items():
            places = sums[tally][q].sum(axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = places / places.sum()
            result[f"{mapped}_{name}"] = variable(
                ("life", "birth_longitude_deg", "birth_latitude_deg"),
                shares,
                "1",
                f"share of {name}s by place of {about}",
            )
    return result

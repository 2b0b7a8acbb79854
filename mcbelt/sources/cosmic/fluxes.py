"""From the tallies of a cosmic-ray campaign to fluxes, their ratio, and where and when their e+- were born."""

from typing import Any

import numpy as np
import xarray as xr

from mcbelt.places import closed_shell
from mcbelt.sources.cosmic import forward, origin_moments, origins
from mcbelt.sources.variables import FLUX_UNIT, PER_MEV, error_variables, mean_variables, pair_of, variable
from mcbelt.tally import BlockResult
from mcbelt.tally.means import mean_of, ratio_of, share_error, without_histories

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
        if model.averaged_age is not None:
            about = f"mean time since birth of these {name}s"
            variables[f"drift_averaged_age_{name}"] = variable("energy_MeV", model.averaged_age[q], "s", about)
    if merged.histories > 0:
        variables |= _OF_HISTORIES[model.estimator](model.histories, merged, coordinates)
    else:
        for q, name in enumerate(species):
            mean, about = without_histories(model.averaged[q] * PER_MEV), f"flux of {name}s, drift-averaged estimator"
            variables |= mean_variables(f"flux_{name}", "energy_MeV", mean, FLUX_UNIT, about)
        if pair_of(species):
            ratio = without_histories(np.divide(*model.averaged[pair_of(species)]))
            variables["ratio"] = variable("energy_MeV", ratio.value, "1", "e+/e-, drift-averaged estimator")
            variables |= error_variables("ratio", "energy_MeV", ratio.sigma, ratio.effective, "1")
    for name, (value, units, long_name) in model.summary.items():
        variables[name] = variable((), value, units, long_name)
    estimator = model.estimator if merged.histories > 0 else "drift_averaged"
    return xr.Dataset(
        variables,
        coords=coordinates,
        attrs={"flux_unit": FLUX_UNIT, "estimator": estimator, "species": ",".join(species)}
        | closed_shell.attributes(model.lowest_km),
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
    scores = merged.sums["energy_account"], merged.sums_of_squares["energy_account"]
    means = mean_of(merged.histories, *scores)
    for q, name in enumerate(model.species):
        about, account = f"kinetic energy of the {name}s born in the sector per time, and where it went", means.value[q]
        result[f"energy_account_{name}"] = variable("account", account, "GeV s-1", about)
        result |= error_variables(f"energy_account_{name}", "account", means.sigma[q], means.effective[q], "GeV s-1")
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
    means = mean_of(n, sums, squares)
    result: dict[str, Any] = {}
    for q, name in enumerate(species):
        mean, about = means.of(q).times(PER_MEV), f"directional flux of {name}s ({look}), {estimator} estimator"
        result |= mean_variables(f"flux_{name}{suffix}", "energy_MeV", mean, FLUX_UNIT, about)
    if pair := pair_of(species):
        ratio, sigma, effective = ratio_of(n, sums[pair], squares[pair], merged.sums["flux_product"][v])
        result[f"ratio{suffix}"] = variable("energy_MeV", ratio, "1", f"e+/e- ({look})")
        result |= error_variables(f"ratio{suffix}", "energy_MeV", sigma, effective, "1")
    return result


def _open(species, merged, v, suffix):
    """Share of the orbits of one look that are open at the limit of time, and of their flux."""
    result, n, sums = {}, merged.histories, merged.sums
    for q, name in enumerate(species):
        with np.errstate(invalid="ignore", divide="ignore"):
            share = sums["open_flux"][q, v] / sums["flux"][q, v]
        label, about = (
            f"open_flux_share_{name}{suffix}",
            "share of the flux that closes orbits open at the limit of time",
        )
        result[label] = variable("energy_MeV", share, "1", about)
        part = sums["open_flux"][q, v], sums["open_flux_square"][q, v]
        whole = sums["flux"][q, v], merged.sums_of_squares["flux"][q, v]
        result[f"{label}_sigma"] = _sigma(share_error(n, part, whole, sums["open_flux_product"][q, v]), "1")
        label = f"open_orbit_share_{name}{suffix}"
        orbits = mean_of(n, sums["open_orbits"][q, v], sums["open_orbits_square"][q, v])
        result[label] = variable("energy_MeV", orbits.value, "1", "orbits open at the limit of time")
        result[f"{label}_sigma"] = _sigma(orbits.sigma, "1")
    return result


def _sigma(values, units):
    """The error of a variable over energy, NaN where it is of too few histories."""
    return variable("energy_MeV", values, units, "its statistical standard error")


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
    sums = {name: merged.sums[name].sum(axis=1) for name in (*_TIMES, "birth_altitude", *_MAPS, "flux")}
    result: dict[str, Any] = {}
    for q, name in enumerate(species):
        of_errors = merged.sums["origin_square"][q], merged.sums["origin_product"][q]
        of_species = {tally: values[q] for tally, values in sums.items()}
        result |= _levels(name, merged.histories, of_species, of_errors)
        result |= _shares(name, merged.histories, of_species, of_errors)
        for tally, (mapped, about) in _MAPS.items():
            places = of_species[tally].sum(axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = places / places.sum()
            result[f"{mapped}_{name}"] = variable(
                ("life", "birth_longitude_deg", "birth_latitude_deg"),
                shares,
                "1",
                f"share of {name}s by place of {about}",
            )
    return result


def _levels(name, n, sums, of_errors):
    """Altitudes below which shares of a species were born, and median times, with their errors."""
    result = {}
    for share, label in ((0.1, "10"), (0.5, "50"), (0.9, "90")):
        about = f"altitude below which {label} % of the {name}s were born"
        level = _level("birth_altitude", origins.ALTITUDE_EDGES_KM, sums, share, n, of_errors)
        result[f"birth_altitude_{label}_{name}"] = variable("energy_MeV", level[1], "km", about)
        result[f"birth_altitude_{label}_{name}_sigma"] = _sigma(0.5 * (level[2] - level[0]), "km")
    for tally, about in _TIMES.items():
        level = np.exp(_level(tally, np.log(origins.TIME_EDGES_S), sums, 0.5, n, of_errors))
        result[f"{tally}_50_{name}"] = variable("energy_MeV", level[1], "s", f"median {about} of the {name}s")
        result[f"{tally}_50_{name}_sigma"] = _sigma(0.5 * (level[2] - level[0]), "s")
    return result


def _level(tally, edges, sums, share, n, of_errors):
    """Quantile of a tally between those of the share less and plus its error, shape (3, energies)."""
    error = origin_moments.error_of_level(n, tally, sums[tally], share, *of_errors)
    middle = quantile(edges, sums[tally], share)
    ends = [np.clip(share + sign * error, 0.0, 1.0) for sign in (-1.0, 1.0)]
    low, high = ([quantile(edges, row, each) for row, each in zip(sums[tally], end, strict=True)] for end in ends)
    return np.stack([low, middle, high])


def _shares(name, n, sums, of_errors):
    """Shares of a species that live short, and that are absorbed."""
    by_life = sums["birth_place"].sum(axis=(-2, -1))
    parts = {
        "short-lived": (by_life[:, 0], by_life.sum(axis=-1)),
        "absorbed": (sums["absorption_place"].sum(axis=(1, 2, 3)), sums["flux"]),
    }
    about = {
        "short-lived": f"whose life, birth to absorption, is shorter than {origins.SHORT_LIVED_S:g} s",
        "absorbed": "that are absorbed within the limit of time",
    }
    result = {}
    for kind, (part, whole) in parts.items():
        label = f"{kind.replace('-', '_')}_share_{name}"
        with np.errstate(invalid="ignore", divide="ignore"):
            share = part / whole
        result[label] = variable("energy_MeV", share, "1", f"share of {name}s {about[kind]}")
        result[f"{label}_sigma"] = _sigma(origin_moments.error_of_share(n, kind, (part, whole), *of_errors), "1")
    return result
